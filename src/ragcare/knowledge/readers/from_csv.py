"""CSV and TSV: a header of field names, then a row for each article."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from ragcare.errors import Problem
from ragcare.knowledge.readers.csv_records import DELIMITERS, csv_records
from ragcare.knowledge.readers.rows import Field, Row, canonical, gather, row_of_many
from ragcare.knowledge.readers.text import SourceFile, decode
from ragcare.schema import Article


def rows(file: SourceFile) -> Iterator[Row | Problem]:
    """A row for each line of a table, the lines of a quoted cell taken together."""
    text = decode(file)
    records = csv_records(file.path, text, max(DELIMITERS, key=lambda delimiter: _known_names(text, delimiter)))
    top, header = next(records, (1, []))
    if problems := list(_wrong_columns(file, top, header)):
        # A column that is not understood may be the one that says who may read: no row is safe without it.
        yield from problems
        return
    for line, cells in records:
        if len(cells) > len(header):
            what = f"has {len(cells)} cells where the header has {len(header)}"
            yield Problem(file.path, line, what, "put cells that hold the delimiter between double quotes")
            continue
        cells += [""] * (len(header) - len(cells))
        fields = tuple(Field(*cell) for cell in zip(header, cells, strict=True))
        yield row_of_many(file.path, file.name, line, fields)


def _known_names(text: str, delimiter: str) -> int:
    """How many columns of the header are understood if that is the delimiter."""
    try:
        first = next(csv.reader(StringIO(text.lstrip().partition("\n")[0]), delimiter=delimiter), [])
    except csv.Error:
        return 0
    return sum(canonical(name) in Article.model_fields for name in first)


def _wrong_columns(file: SourceFile, line: int, header: list[str]) -> Iterator[Problem]:
    """What is wrong with the header."""
    if not header:
        yield Problem(file.path, line, "has no header", "begin with a line of names, such as id,title,body")
    for number, name in enumerate(header, start=1):
        if not name.strip():
            yield Problem(file.path, line, f"column {number} has no name", "name it in the header, or delete it")
    found, problems = gather(Row(file.path, line, tuple(Field(name, None) for name in header if name.strip())))
    yield from problems
    if header and all(map(str.strip, header)) and not problems and "body" not in found:
        yield Problem(file.path, line, "no column holds the text", "add a column named body")
