"""Our own rows, one a line: JSON Lines, or CSV whose columns are the fields; the articles lie beside the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ragcare.evaluation.questions.formats.json_text import NotJson, json_of
from ragcare.evaluation.questions.formats.reading import Contents, Gathering, content_of, head_of
from ragcare.evaluation.questions.formats.tables import table_of
from ragcare.evaluation.questions.labelled import LabelledQuestion

QUESTION_FILES = ("questions.jsonl", "questions.csv")
CORPORA = ("corpus.jsonl", "articles", "corpus.csv")

_LISTS = ("relevant_ids", "near_ids", "answers", "asker")


def recognises(path: Path) -> bool:
    """Whether it is a folder with a file of questions, or such a file."""
    if path.is_dir():
        return any((path / name).is_file() for name in QUESTION_FILES)
    return path.suffix in (".jsonl", ".csv", ".tsv")


def holds_questions(path: Path) -> bool:
    """Whether that is sure: a table or a file of JSON Lines may hold articles, which have none of our labels."""
    if path.is_dir() or path.name in QUESTION_FILES:
        return recognises(path)
    head = head_of(path).split(b"\n", 1)[0]
    return recognises(path) and any(label in head for label in (b"expects", b"answerable"))


def read(path: Path, language: str | None = None) -> Contents:  # noqa: ARG001  # each row says its own language
    """The questions of a file, or of the one in a folder, and where their articles lie."""
    folder, is_folder = (path, True) if path.is_dir() else (path.parent, False)
    files = [at for name in QUESTION_FILES if (at := folder / name).is_file()] if is_folder else []
    if is_folder:
        path = files[0] if files else folder / QUESTION_FILES[0]
    gathering = Gathering(path)
    (_read_csv if path.suffix in (".csv", ".tsv") else _read_json_lines)(path, gathering)
    corpora = [at for name in CORPORA if (at := folder / name).exists()]
    for there in (files, corpora):
        for other in there[1:]:
            what = f"{other.name} is not read, for {there[0].name} is there"
            gathering.leave_out(what, "nothing, if that is meant; else remove one of them", source=folder)
    return gathering.contents(corpora[0] if corpora else None)


def _read_json_lines(path: Path, gathering: Gathering) -> None:
    for number, line in enumerate((content_of(path, gathering) or b"").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = json_of(line)
        except NotJson as error:
            gathering.add_problem(error.what, error.mend, line=number)
        else:
            gathering.add_question(fields, line=number)


def _read_csv(path: Path, gathering: Gathering) -> None:
    if (table := table_of(path, gathering)) is None:
        return
    known = LabelledQuestion.model_fields
    for name in table.header:
        if name not in known:
            mend = f"remove it; known are {', '.join(known)}"
            gathering.add_problem(f'the column "{name}" is not a known field', mend, line=1)
    needed = [name for name, field in known.items() if field.is_required()]
    for name in needed:
        if table.header and name not in table.header:
            mend = f"add it: each row needs {', '.join(needed)}"
            gathering.add_problem(f'there is no column "{name}"', mend, line=1)
    if gathering.problems:
        return
    for line, filled in table.rows:
        try:
            fields = {name: _value(name, cell) for name, cell in filled.items()}
        except NotJson as error:
            mend = 'write a JSON list, or items with "|" between them'
            gathering.add_problem(f"a cell begins like a list: {error.what}", mend, line=line)
        else:
            gathering.add_question(fields, line=line)


def _value(name: str, cell: str) -> Any:
    """A list is JSON, or items with "|" between them; a history is always JSON."""
    if name == "history" or (name in _LISTS and cell.startswith("[")):
        return json_of(cell.encode())
    return [item.strip() for item in cell.split("|")] if name in _LISTS else cell
