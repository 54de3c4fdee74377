"""Selecting evidence: the fewest verbatim pieces of the best article that answer the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from ragcare.answering.reading import Reader, Reading, reader_for
from ragcare.answering.units import Unit, units_of, with_what_they_need
from ragcare.language.sentences import sentence_spans
from ragcare.schema import Article, Evidence, Hit, Passage, Retrieved
from ragcare.settings import AnsweringSettings

_READ_BEFORE, _READ_AFTER = 1, 1  # passages beside the one that was found
_SHORT_GAP = 20  # words: one short sentence left out between two that are said is only a hole


@dataclass(frozen=True, slots=True)
class Selection:
    """What an answer may be written from: evidence in reading order, and the passages that it was cut from.

    Attributes:
        asked_fact: the shortest words that answer, within one of the pieces; None where no such words stand out.
        holds: the probability, in 0..1, that the passage holds the asked fact and not just its subject.
    """

    evidence: tuple[Evidence, ...]
    passages: tuple[Passage, ...]
    language: str
    asked_fact: Evidence | None = None
    holds: float = 1.0


class Selector(Protocol):
    """Chooses what an answer may be written from."""

    def select(self, retrieved: Retrieved) -> Selection | None:
        """The evidence for the question, or None where nothing was found."""
        ...


class SentenceSelector:
    """The fewest whole sentences, steps and rows that answer, from the section of the best article that was found.

    Sentences are taken by their worth, best first, until the chosen ones hold most of it (`answering.enough`) or there
    is no more room; each brings what it cannot stand without. A short article whose title is a question is its answer,
    and is said whole; a longer one is answered from its beginning where that was found.
    """

    def __init__(self, how: AnsweringSettings, reader: Reader | None = None) -> None:
        self.how, self._reader = how, reader or reader_for(how.reader)

    def select(self, retrieved: Retrieved) -> Selection | None:
        """The evidence for the question, or None where nothing was found."""
        if not retrieved.hits:
            return None
        found = in_the_language_asked(retrieved).passage
        article = retrieved.library.article(found.article_id)
        passages = self._quotable(article, retrieved.library.passages(article.id), found)
        at = passages.index(found)
        near = passages[max(at - _READ_BEFORE, 0) : at + _READ_AFTER + 1]
        readings = dict(zip(near, self._reader.read(retrieved.question, near), strict=True))
        units = units_of(passages)
        worth = [one for passage in passages for one in _worth(passage, readings.get(passage))]
        answers = article.kind == "faq" or article.title.rstrip().endswith("?")
        short = len(article.body.split()) <= self.how.max_words
        first = (
            range(len(units)) if answers and short else [0] if article.kind == "faq" and found == passages[0] else []
        )
        how_to = article.kind == "procedure" or readings[found].asked == "how_to"
        if how_to and not first:  # whoever asks how is told all the steps, whichever of their words are asked for
            first = _steps(units, found)
        chosen = self._fewest(units, worth, first)
        evidence = tuple(units[at].evidence for at in chosen)
        return Selection(
            evidence,
            tuple(dict.fromkeys(units[at].passage for at in chosen)),
            found.language,
            _asked_fact(readings, evidence),
            max(reading.holds for reading in readings.values()),
        )

    def _quotable(self, article: Article, passages: Sequence[Passage], found: Passage) -> Sequence[Passage]:
        """A short article whole; of a long one, the passage that was found and those beside it in its section."""
        if len(article.body.split()) <= self.how.max_words:
            return passages
        sections = (list(section) for _, section in groupby(passages, key=lambda passage: passage.headings))
        return next(section for section in sections if found in section)

    def _fewest(self, units: Sequence[Unit], worth: Sequence[float], first: Sequence[int]) -> list[int]:
        total, room = sum(worth), self.how.max_words
        chosen = with_what_they_need(first, units)
        for at in sorted(range(len(units)), key=lambda at: (-worth[at], at)):
            if chosen and total and sum(worth[one] for one in chosen) >= self.how.enough * total:
                break
            wanted = with_what_they_need([*chosen, at], units)
            if not chosen or sum(units[one].words for one in wanted) <= room:
                chosen = wanted
        for at in range(1, len(units) - 1):
            hole = at not in chosen and {at - 1, at + 1} <= chosen and not units[at].block
            if hole and units[at].words <= _SHORT_GAP:
                wanted = with_what_they_need([*chosen, at], units)
                chosen = wanted if sum(units[one].words for one in wanted) <= room else chosen
        return sorted(chosen)


def in_the_language_asked(retrieved: Retrieved, within: float = 0.1) -> Hit:
    """The best hit, or one in the language of the question whose fused score is within `within` of it."""
    best = retrieved.hits[0]
    for hit in retrieved.hits:
        if hit.passage.language == retrieved.question.language and hit.score >= best.score - within:
            return hit
    return best


def _steps(units: Sequence[Unit], found: Passage) -> list[int]:
    """The first item of the list in the passage that was found, which brings the others; nothing without a list."""
    return [at for at, unit in enumerate(units) if unit.passage == found and unit.block == "list"][:1]


def _worth(passage: Passage, reading: Reading | None) -> Sequence[float]:
    """The worth of each unit of a passage: nothing where it was not read."""
    return reading.worth if reading is not None else [0.0] * len(sentence_spans(passage.text, passage.language))


def _asked_fact(readings: Mapping[Passage, Reading], evidence: Sequence[Evidence]) -> Evidence | None:
    """The words that answer best, as a quote, if they stand within what is said."""
    for passage, reading in sorted(readings.items(), key=lambda pair: -pair[1].strength):
        if reading.span is not None:
            fact = Evidence.cut(passage, *reading.span)
            if any(
                piece.passage_id == fact.passage_id and piece.start <= fact.start and fact.end <= piece.end
                for piece in evidence
            ):
                return fact
    return None
