"""Selecting evidence: which verbatim pieces of the best article answer the question."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from ragcare.language.analyser import analyser_for
from ragcare.language.blocks import blocks
from ragcare.language.sentences import sentence_spans
from ragcare.schema import Evidence, Hit, Passage, Question, Retrieved
from ragcare.settings import AnsweringSettings

_LIST_ITEM = re.compile(r"\s*(?:[-*+•‣◦▪●–—]|\d{1,3}[.)]|[a-zA-Z]\))\s")
_EXCEPTION = re.compile(
    r"\W*(?:sauf|à moins|hormis|excepté|toutefois|cependant|néanmoins|sous réserve|à condition|"
    r"unless|except|however|but not|provided that|only if|subject to)\b",
    re.IGNORECASE,
)
"""How a sentence opens that limits the one before it."""
_TABLE_ROW = re.compile(r"\s*\|")


@dataclass(frozen=True, slots=True)
class Selection:
    """What an answer may be written from: evidence in reading order, and the passages that it was cut from."""

    evidence: tuple[Evidence, ...]
    passages: tuple[Passage, ...]
    language: str


class Selector(Protocol):
    """Chooses what an answer may be written from."""

    def select(self, retrieved: Retrieved) -> Selection | None:
        """The evidence for the question, or None where nothing was found."""
        ...


@dataclass(frozen=True, slots=True)
class _Unit:
    """A whole sentence, list item or table row of a passage.

    Attributes:
        block: the kind of list that this is an item of, or a further sentence of an item; "" in running text.
    """

    passage: Passage
    start: int
    end: int
    block: str

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


class SentenceSelector:
    """Whole sentences, steps and rows around those that share most with the question, from one article.

    A short article is taken whole, and the answer of a question-and-answer article from its beginning. A list or
    table that is touched is taken whole, with the line that leads into it, also where it runs on into the next passage.
    """

    def __init__(self, how: AnsweringSettings) -> None:
        self.how = how

    def select(self, retrieved: Retrieved) -> Selection | None:
        """The evidence for the question, or None where nothing was found."""
        if not retrieved.hits:
            return None
        best = in_the_language_asked(retrieved)
        article = retrieved.library.article(best.passage.article_id)
        passages = retrieved.library.passages(article.id)
        if _words(article.body) <= self.how.max_words:
            chosen = [unit for passage in passages for unit in _units(passage)]
        else:
            units = [unit for passage in _around(passages, best.passage) for unit in _units(passage)]
            opens = article.kind == "faq" and best.passage == passages[0]
            chosen = self._choose(retrieved.question, units, best.passage, opens)
        evidence = tuple(Evidence.cut(unit.passage, unit.start, unit.end) for unit in chosen)
        cut_from = dict.fromkeys(unit.passage for unit in chosen)
        return Selection(evidence, tuple(cut_from), best.passage.language)

    def _choose(self, question: Question, units: Sequence[_Unit], found: Passage, opens: bool) -> list[_Unit]:
        """A run of units, grown from the best one of the passage that was found, or its first, while it has room."""
        inside = [at for at, unit in enumerate(units) if unit.passage == found]
        if opens:
            seed = inside[0]
        else:
            worth = _overlap(question, [units[at] for at in inside])
            seed = inside[max(range(len(inside)), key=lambda at: (worth[at], -at))]
        first, last = _whole_block(units, seed, seed)
        room = self.how.max_words - sum(_words(unit.text) for unit in units[first : last + 1])
        while True:
            # Forward first: what follows a sentence explains it more often than what stands before.
            for after, (low, high) in (
                (True, _whole_block(units, first, min(last + 1, inside[-1]))),
                (False, _whole_block(units, max(first - 1, inside[0]), last)),
            ):
                cost = sum(_words(unit.text) for unit in [*units[low:first], *units[last + 1 : high + 1]])
                if (high > last if after else low < first) and cost <= room:
                    first, last, room = low, high, room - cost
                    break
            else:
                return list(units[first : last + 1])


def in_the_language_asked(retrieved: Retrieved, within: float = 0.1) -> Hit:
    """The best hit, or one in the language of the question whose fused score is within `within` of it."""
    best = retrieved.hits[0]
    for hit in retrieved.hits:
        if hit.passage.language == retrieved.question.language and hit.score >= best.score - within:
            return hit
    return best


def _around(passages: Sequence[Passage], found: Passage) -> list[Passage]:
    """The passage that was found and those beside it in its section, where a list may begin or run on."""
    sections = (list(section) for _, section in groupby(passages, key=lambda passage: passage.headings))
    return next(section for section in sections if found in section)


def _units(passage: Passage) -> list[_Unit]:
    kinds = list(_block_kinds(passage.text))
    return [
        _Unit(passage, start, end, next(kind for at, kind in reversed(kinds) if at <= start))
        for start, end in sentence_spans(passage.text, passage.language)
    ]


def _block_kinds(text: str) -> Iterator[tuple[int, str]]:
    """Where each block starts, and the kind of list that it belongs to, or ""."""
    kind = ""
    for block in blocks(text):
        said = text[block.start : block.end]
        indented = text[: block.start].endswith(("  ", "\t"))  # a further paragraph of the item above
        kind = "table" if _TABLE_ROW.match(said) else "list" if _LIST_ITEM.match(said) else kind if indented else ""
        yield block.start, kind


def _whole_block(units: Sequence[_Unit], first: int, last: int) -> tuple[int, int]:
    """The run from `first` to `last`, widened so that nothing stands without what it needs.

    No list or table is cut, nor parted from its lead-in line; no exception is parted from what it excepts from.
    """
    while first > 0 and _EXCEPTION.match(units[first].text):
        first -= 1
    while first > 0 and units[first].block and units[first - 1].block == units[first].block:
        first -= 1
    if units[first].block and first > 0 and not units[first - 1].block:
        first -= 1
    if not units[last].block and units[last].text.endswith(":") and last + 1 < len(units) and units[last + 1].block:
        last += 1
    while last + 1 < len(units) and units[last].block and units[last + 1].block == units[last].block:
        last += 1
    while last + 1 < len(units) and _EXCEPTION.match(units[last + 1].text):
        last += 1
    return first, last


def _overlap(question: Question, units: Sequence[_Unit]) -> list[float]:
    """How much of the question each unit shares; a word that many units share counts for less."""
    tokens = [set(analyser_for(unit.passage.language).tokens(unit.text)) for unit in units]
    counts = Counter(token for row in tokens for token in row)
    asked = {token for unit in units[:1] for token in analyser_for(unit.passage.language).tokens(question.sought)}
    return [sum(math.log1p(len(units) / counts[token]) for token in asked & row) for row in tokens]


def _words(text: str) -> int:
    return len(text.split())
