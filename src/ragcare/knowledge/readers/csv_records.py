"""The rows of a table in CSV as they stand there, blank ones left out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from ragcare.knowledge.readers.text import Unreadable

DELIMITERS = (",", ";", "\t")


def csv_records(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line it begins on; the first is the header.

    Raises:
        Unreadable: at a row whose quotes do not close, or with a cell that is too long.
    """
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        mend = "close each double quote, write one inside a cell twice, keep a cell under 131,072 characters"
        raise Unreadable(path, f"the row that begins here cannot be read: {error}", mend, line) from error
