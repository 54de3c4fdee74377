"""Our own rows, one a line: JSON Lines, or CSV whose columns are the fields; the articles lie beside the file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from ragcare.evaluation.questions.formats.reading import Contents, Gathering, content_of, head_of
from ragcare.evaluation.questions.labelled import LabelledQuestion

QUESTION_FILES = ("questions.jsonl", "questions.csv")
CORPORA = ("corpus.jsonl", "articles", "corpus.csv")

_LISTS = ("relevant_ids", "near_ids", "answers", "asker")
_DELIMITERS = (",", ";", "\t")


def recognises(path: Path) -> bool:
    """Whether it is a folder with a file of questions, or such a file."""
    if path.is_dir():
        return any((path / name).is_file() for name in QUESTION_FILES)
    return path.suffix in (".jsonl", ".csv", ".tsv")


def is_labelled(path: Path) -> bool:
    """Whether a file begins like one of labelled questions; one of articles has no "expects"."""
    return recognises(path) and not path.is_dir() and b"expects" in head_of(path).split(b"\n", 1)[0]


def read(path: Path, language: str | None = None) -> Contents:  # noqa: ARG001  # each row says its own language
    """The questions of a file, or of the one in a folder, and where their articles lie."""
    folder = path if path.is_dir() else path.parent
    if path.is_dir():
        path = next((at for name in QUESTION_FILES if (at := path / name).is_file()), path / QUESTION_FILES[0])
    gathering = Gathering(path)
    if (content := content_of(path, gathering)) is not None:
        (_read_csv if path.suffix in (".csv", ".tsv") else _read_json_lines)(content, gathering)
    corpus = next((at for name in CORPORA if (at := folder / name).exists()), None)
    return gathering.contents(corpus)


def _read_json_lines(content: bytes, gathering: Gathering) -> None:
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line.decode())
        except (ValueError, RecursionError) as error:
            gathering.add_problem(f"it is not JSON: {error}", "write one JSON object on the line", line=number)
        else:
            gathering.add_question(fields, line=number)


# --- CSV ---------------------------------------------------------------------------------------------


def _read_csv(content: bytes, gathering: Gathering) -> None:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        gathering.add_problem(f"it is not UTF-8: {error}", 'save it as UTF-8 (in Excel: "CSV UTF-8")')
        return
    records = _records(text, gathering)
    header = next(records, (1, []))[1]
    known = LabelledQuestion.model_fields
    for name in header:
        if name not in known:
            mend = f"remove it; known are {', '.join(known)}"
            gathering.add_problem(f'the column "{name}" is not a known field', mend, line=1)
    if gathering.problems:
        return
    for line, cells in records:
        if len(cells) > len(header):
            what = f"has {len(cells)} cells where the header has {len(header)}"
            mend = "put cells that hold the delimiter between double quotes"
            gathering.add_problem(what, mend, line=line)
            continue
        filled = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
        try:
            fields = {name: _value(name, cell) for name, cell in filled.items()}
        except ValueError as error:
            mend = 'write a JSON list, or items with "|" between them'
            gathering.add_problem(f"a cell begins like a list and is not JSON: {error}", mend, line=line)
        else:
            gathering.add_question(fields, line=line)


def _value(name: str, cell: str) -> Any:
    """A list is JSON, or items with "|" between them; a history is always JSON."""
    if name == "history" or (name in _LISTS and cell.startswith("[")):
        return json.loads(cell)
    return [item.strip() for item in cell.split("|")] if name in _LISTS else cell


def _records(text: str, gathering: Gathering) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line it begins on; the first is the header."""
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells] if line == 1 else cells
            line = reader.line_num + 1
    except csv.Error as error:
        mend = "close each double quote, and write one inside a cell twice"
        gathering.add_problem(f"the row that begins here cannot be read: {error}", mend, line=line)
