"""Codes: letters and a figure that are a name by themselves, the "E18" of an error or the "R4" of a model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ragcare.answering.units import Unit
from ragcare.language.analyser import analyser_for
from ragcare.schema import Passage, Question

_CODE: Final = re.compile(r"[^\W\d_]+\d")
_FIRST_CELL: Final = re.compile(r"\s*\|[^|]*")


def codes_in(passage: Passage, question: Question) -> set[str]:
    """The codes of the question that a passage has."""
    return _codes(question, passage.language) & set(analyser_for(passage.language).tokens(passage.text))


def rows_named(rows: Iterable[Unit], question: Question) -> set[Unit]:
    """The rows of a table whose first cell has a code of the question: the others are of other codes."""
    named = set()
    for row in rows:
        language, cell = row.passage.language, _FIRST_CELL.match(row.text)
        if cell and not _codes(question, language).isdisjoint(analyser_for(language).tokens(cell[0])):
            named.add(row)
    return named


def _codes(question: Question, language: str) -> set[str]:
    return {token for token in analyser_for(language).tokens(question.sought) if _CODE.match(token)}
