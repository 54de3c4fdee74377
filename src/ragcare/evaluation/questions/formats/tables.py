"""Tables in CSV, read whole: no column and no cell is lost without a word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ragcare.evaluation.questions.formats.reading import Gathering, content_of
from ragcare.knowledge.readers.csv_records import DELIMITERS, csv_records
from ragcare.knowledge.readers.text import Unreadable


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
    """As of `csv_records`; what cannot be read is gathered."""
    first = text.partition("\n")[0]
    try:
        yield from csv_records(path, text, max(DELIMITERS, key=first.count))
    except Unreadable as error:
        gathering.problems.append(error.problem)
