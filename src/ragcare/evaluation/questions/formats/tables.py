"""Tables in CSV, read whole: no column and no cell is lost without a word."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from ragcare.evaluation.questions.formats.reading import Gathering, content_of

_DELIMITERS = (",", ";", "\t")


class Table(NamedTuple):
    """A table.

    Attributes:
        header: the names of its columns.
        rows: those that are not blank, each with the line it begins on; a blank cell is not in them.
    """

    header: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, str]]]


def table_of(path: Path, gathering: Gathering) -> Table | None:
    """The table in a file; None, and the problems gathered, if it cannot be read.

    What is wrong with a row is gathered as the rows are read.
    """
    if (content := content_of(path, gathering)) is None:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        mend = 'save it as UTF-8 (in Excel: "CSV UTF-8")'
        gathering.add_problem(f"it is not UTF-8: {error.reason}", mend, line=line, source=path)
        return None
    records = _records(text, path, gathering)
    header = tuple(cell.strip() for cell in next(records, (1, []))[1])
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    for name in twice:
        what = f'{header.count(name)} columns are called "{name}"'
        gathering.add_problem(what, "keep one of them, or give each a name of its own", line=1, source=path)
    return None if twice else Table(header, _rows(header, records, path, gathering))


def _rows(
    header: tuple[str, ...], records: Iterator[tuple[int, list[str]]], path: Path, gathering: Gathering
) -> Iterator[tuple[int, dict[str, str]]]:
    for line, cells in records:
        if len(cells) > len(header):
            what = f"it has {len(cells)} cells where the header has {len(header)}"
            mend = "put cells that hold the delimiter between double quotes"
            gathering.add_problem(what, mend, line=line, source=path)
        else:
            yield line, {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}


def _records(text: str, path: Path, gathering: Gathering) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line it begins on; the first is the header."""
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        mend = "close each double quote, and write one inside a cell twice"
        gathering.add_problem(f"the row that begins here cannot be read: {error}", mend, line=line, source=path)
