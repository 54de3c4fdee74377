"""Cells: a figure of a table belongs to the column that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ragcare.answering.grounding.figures import Figure, equal
from ragcare.answering.grounding.likeness import spelled_alike
from ragcare.answering.grounding.reading import Statement
from ragcare.language.blocks import TABLE_ROW

_CELL: Final = re.compile(r"(?<=\|)[^|]*")


def figures_of_other_columns(said: Statement, stands: Iterable[Statement]) -> list[Figure]:
    """The figures that a sentence gives to the wrong column of a table.

    "The excess is €8.99" names the column "Excess"; the row with €8.99 has it under "Price" and another amount under
    "Excess", which is not said. Nothing is wrong where the column of the figure is named as well, or none is.

    Args:
        said: the sentence.
        stands: its evidence; the first row of a table is the head of the others.
    """
    rows = [one for one in stands if TABLE_ROW.match(one.text)]
    if len(rows) < 2:
        return []
    head, *body = rows
    named = {
        at
        for at, (start, end) in enumerate(_cells(head))
        for title in head.tokens
        if start <= title.start < end and any(spelled_alike(word.stem, title.stem) for word in said.tokens)
    }
    cells = [[[one for one in row.figures if start <= one.start < end] for start, end in _cells(row)] for row in body]
    return [one for one in said.figures if _misplaced(one, cells, named, said.figures)]


def _misplaced(
    figure: Figure, rows: Sequence[Sequence[Sequence[Figure]]], named: set[int], also_said: Sequence[Figure]
) -> bool:
    """Whether a figure stands in none of the columns that are named, where a row with it has another one there."""
    missed = False
    for cells in rows:
        columns = {at for at, inside in enumerate(cells) if any(equal(figure, one) for one in inside)}
        if columns & named:
            return False
        meant = [one for at, inside in enumerate(cells) if at in named for one in inside if one.kind == figure.kind]
        said = any(equal(one, other) for one in meant for other in also_said)
        missed |= bool(columns) and bool(meant) and not said
    return missed


def _cells(row: Statement) -> list[tuple[int, int]]:
    return [match.span() for match in _CELL.finditer(row.text)]
