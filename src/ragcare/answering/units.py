"""The pieces that an answer is quoted in, whole sentences, steps and rows; and which of them may not stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ragcare.language.blocks import blocks
from ragcare.language.sentences import sentence_spans
from ragcare.schema import Evidence, Passage

_LIST_ITEM = re.compile(r"\s*(?:[-*+•‣◦▪●–—]|\d{1,3}[.)]|[a-zA-Z]\))\s")
_TABLE_ROW = re.compile(r"\s*\|")
_TABLE_RULE = re.compile(r"\s*\|[\s:|-]+$")
_LIMITS = re.compile(
    r"\W*(?:sauf|à moins|hormis|excepté|toutefois|cependant|néanmoins|sinon|en revanche|sous réserve|à condition|"
    r"unless|except|however|but|otherwise|provided that|only if|subject to)\b",
    re.IGNORECASE,
)
"""How a sentence opens that limits the one before it: neither may be said without the other."""
_POINTS_BACK = re.compile(
    r"\W*(?:(?:ils?|elles?)\b(?! (?:faut|suffit|convient|y a|est (?:possible|impossible|interdit|conseillé)))|"
    r"cel(?:a|ui|le|les)\b|ceux\b|c[’']est\b|ce (?:dernier|délai|montant|prix|tarif|code|service|document|cas)\b|"
    r"(?:ces|cette|cet)\b|dans (?:ce|les deux) cas\b|puis\b|ensuite\b|vous (?:le|la|les) \w|"
    r"they\b|it\b(?! is (?:possible|impossible|recommended|forbidden|advisable))|this\b|these\b|those\b|"
    r"in (?:that|this|both) cases?\b|then\b|both\b|you (?:will )?(?:then )?\w+ (?:it|them)\b)",
    re.IGNORECASE,
)
"""How a sentence opens that cannot be understood without the one before it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A whole sentence, list item or table row of a passage.

    Attributes:
        start: offset in the text of the passage, in characters; `end` likewise, exclusive.
        block: "list" or "table" for an item, a row, or a further sentence of an item; "" in running text.
    """

    passage: Passage
    start: int
    end: int
    block: str

    @property
    def text(self) -> str:
        """The words."""
        return self.passage.text[self.start : self.end]

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @property
    def evidence(self) -> Evidence:
        """The unit as a quote."""
        return Evidence.cut(self.passage, self.start, self.end)


def units_of(passages: Iterable[Passage]) -> list[Unit]:
    """The units of passages that follow each other in an article, in reading order."""
    return [unit for passage in passages for unit in _units(passage)]


def _units(passage: Passage) -> Iterator[Unit]:
    kinds = list(_block_kinds(passage.text))
    for start, end in sentence_spans(passage.text, passage.language):
        yield Unit(passage, start, end, next(kind for at, kind in reversed(kinds) if at <= start))


def _block_kinds(text: str) -> Iterator[tuple[int, str]]:
    """Where each block starts, and the kind of list that it belongs to, or ""."""
    kind = ""
    for block in blocks(text):
        said = text[block.start : block.end]
        indented = text[: block.start].endswith(("  ", "\t"))  # a further paragraph of the item above
        kind = "table" if _TABLE_ROW.match(said) else "list" if _LIST_ITEM.match(said) else kind if indented else ""
        yield block.start, kind


def with_what_they_need(chosen: Iterable[int], units: Sequence[Unit]) -> set[int]:
    """Which units must be said for the chosen ones to mean what they mean in their article.

    A list comes whole and a row with the head of its table, both with the line that leads into them; what limits a
    sentence comes with it, and so does the sentence that one points back to.
    """
    needed: set[int] = set()
    left = list(chosen)
    while left:
        at = left.pop()
        if at not in needed:
            needed.add(at)
            left += _needed_by(at, units)
    return needed


def _needed_by(at: int, units: Sequence[Unit]) -> Iterator[int]:
    unit = units[at]
    if unit.block:
        first, last = _block_around(at, units)
        if unit.block == "list":
            yield from range(first, last + 1)
        else:
            yield first
            yield from (row for row in (first + 1,) if row <= last and _TABLE_RULE.match(units[row].text))
        if first > 0 and not units[first - 1].block:
            yield first - 1
    elif at + 1 < len(units) and unit.text.endswith(":") and units[at + 1].block:
        yield at + 1
    if at > 0 and not unit.block and (_LIMITS.match(unit.text) or _POINTS_BACK.match(unit.text)):
        yield at - 1
    if at + 1 < len(units) and not units[at + 1].block and _LIMITS.match(units[at + 1].text):
        yield at + 1


def _block_around(at: int, units: Sequence[Unit]) -> tuple[int, int]:
    """The first and the last unit of the list or table that a unit stands in."""
    first = last = at
    while first > 0 and units[first - 1].block == units[at].block:
        first -= 1
    while last + 1 < len(units) and units[last + 1].block == units[at].block:
        last += 1
    return first, last
