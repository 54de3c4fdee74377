"""Selecting evidence: the fewest verbatim pieces of the best article that answer the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from math import inf
from typing import Protocol

from ragcare.answering.asked_fact import MEASURES, best_words
from ragcare.answering.beginnings import beginning_or_found
from ragcare.answering.circumstances import holds_elsewhere
from ragcare.answering.codes import rows_named
from ragcare.answering.reading import Reader, Reading, reader_for
from ragcare.answering.steps import where_the_steps_are
from ragcare.answering.threads import said_in_answer
from ragcare.answering.units import (
    Unit,
    is_question,
    opens_bullets,
    rows_below,
    steps_around,
    units_of,
    with_what_they_need,
)
from ragcare.knowledge.chapters import Chapter, chapter_of
from ragcare.language.sentences import ends_as_question, sentence_spans
from ragcare.schema import Article, Evidence, Passage, Question, Retrieved
from ragcare.settings import AnsweringSettings

_READ_BEFORE, _READ_AFTER = 1, 1  # passages beside the one that was found
_MOST_ROWS, _HALF = 8, 0.5  # of a table that is said whole; of the worth of its head, what one row must have
_SHORT_GAP = 20  # words: one short sentence left out between two that are said is only a hole
_BESIDE = 20
"""By how much the odds that a sentence is worth saying fall where it stands beside the passage that is said: the reader
knows the sentence, and the search the passage (`docs/design/011-answerability.md`)."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What an answer may be written from: evidence in reading order, and the passages that it was cut from.

    Attributes:
        asked_fact: the asked fact, within one of the pieces, to be marked; None where it is not sure enough.
        holds: the probability, in 0..1, that what was found holds the asked fact and not just its subject; of the
            passage that was found, even where another section of its article is said.
        shortest: the words that answer best, sure or not, for who wants no more words; None where none were found.
    """

    evidence: tuple[Evidence, ...]
    passages: tuple[Passage, ...]
    language: str
    asked_fact: Evidence | None = None
    holds: float = 1.0
    shortest: Evidence | None = None


class Selector(Protocol):
    """Chooses what an answer may be written from."""

    def select(self, retrieved: Retrieved) -> Selection | None:
        """The evidence for the question, or None where nothing was found."""
        ...


class SentenceSelector:
    """The fewest whole sentences, steps and rows that answer, from the section of the best article that was found.

    Sentences are taken by their worth, best first, until the chosen ones hold most of it (`answering.enough`) or there
    is no more room; each brings what it cannot stand without. A short article whose title is a question is its answer,
    and is said whole; a longer one is answered from its beginning where that was found, and a book from that of the
    chapter that was; amid a long text without headings, from what was found.
    """

    def __init__(self, how: AnsweringSettings, reader: Reader | None = None) -> None:
        self.how, self._reader = how, reader or reader_for(how.reader)

    def select(self, retrieved: Retrieved) -> Selection | None:
        """The evidence for the question, or None where nothing was found."""
        if not retrieved.hits:
            return None
        found = retrieved.hits[0].passage
        article = retrieved.library.article(found.article_id)
        chapter = _chapter(retrieved, article, found)
        every = chapter.passages
        readings = self._read(retrieved.question, found, self._quotable(article, every, found))
        holds = max(reading.holds for reading in readings.values())
        asked = readings[found].asked
        source = _told_from(retrieved, article, chapter, asked)
        passages = self._quotable(article, every, source)
        if source != found:
            readings = {**readings, **self._read(retrieved.question, source, passages)}
        units = units_of(one for one in passages if not holds_elsewhere(one, source, retrieved.question))
        if article.kind == "thread":
            units = said_in_answer(units)
        worth = _less_beside(_own_worth(units, _worths(readings), retrieved.question), units, source)
        if asked in {*MEASURES, "yes_no"}:
            worth = _less_steps(worth, units)
        first = self._said_whole(article, units, opens=source == passages[0]) or _steps(article, units, source, asked)
        chosen = self._fewest(units, worth, first)
        evidence = tuple(units[at].evidence for at in chosen)
        words, sure = best_words(retrieved.question, readings, evidence) or (None, False)
        return Selection(
            evidence,
            passages=tuple(dict.fromkeys(units[at].passage for at in chosen)),
            language=found.language,
            asked_fact=words if sure else None,
            holds=holds,
            shortest=words,
        )

    def _read(self, question: Question, found: Passage, passages: Sequence[Passage]) -> dict[Passage, Reading]:
        """What a passage and those beside it say."""
        at = passages.index(found)
        near = passages[max(at - _READ_BEFORE, 0) : at + _READ_AFTER + 1]
        return dict(zip(near, self._reader.read(question, near), strict=True))

    def _quotable(self, article: Article, passages: Sequence[Passage], found: Passage) -> Sequence[Passage]:
        """A short article whole; of a long one, the passage that was found and those beside it in its section."""
        if self._is_short(article):
            return passages
        sections = (list(section) for _, section in groupby(passages, key=lambda passage: passage.headings))
        return next(section for section in sections if found in section)

    def _said_whole(self, article: Article, units: Sequence[Unit], *, opens: bool) -> Sequence[int]:
        """The units that are said whatever they are worth: all of a short article whose title or kind is a question.

        Of a longer FAQ its first, where it is told from its beginning. One that holds several questions answers each by
        itself.
        """
        faq = article.kind == "faq"
        if faq and sum(map(is_question, units)) > 1:
            return []
        if self._is_short(article) and (faq or ends_as_question(article.title)):
            return range(len(units))
        return [0] if faq and opens else []

    def _is_short(self, article: Article) -> bool:
        most = self.how.max_words
        return len(article.body.split(maxsplit=most)) <= most  # of a book no more words need be counted

    def _fewest(self, units: Sequence[Unit], worth: Sequence[float], first: Sequence[int]) -> list[int]:
        total, room = sum(worth), self.how.max_words
        chosen = with_what_they_need(first, units)
        for at in sorted(range(len(units)), key=lambda at: (-worth[at], at)):
            if chosen and total and (not worth[at] or sum(worth[one] for one in chosen) >= self.how.enough * total):
                break
            rows = rows_below(at, units) if worth[at] else None  # a head that is worth something stands for its rows
            wanted = with_what_they_need([*chosen, at, *(rows or ())], units)
            if not chosen or sum(units[one].words for one in wanted) <= room:
                chosen = wanted
        for at in range(1, len(units)):
            hole = {at - 1, at + 1} <= chosen and not units[at].block and units[at].words <= _SHORT_GAP
            if at not in chosen and (hole or (at - 1 in chosen and opens_bullets(at - 1, units))):
                wanted = with_what_they_need([*chosen, at], units)
                chosen = wanted if sum(units[one].words for one in wanted) <= room else chosen
        return sorted(chosen | _rows_left_out(chosen, units, worth))


def _chapter(retrieved: Retrieved, article: Article, found: Passage) -> Chapter:
    """What is told of the article: all of it, or of a book the chapter that was found.

    However few articles there are (hence `inf`), one that is soon read is told from its beginning: by its sections it
    is told worse (`docs/design/004-confidence.md`). And who speaks in a thread is told by all of it: what a customer
    believes must not be taken for an answer.
    """
    passages = retrieved.library.passages(article.id)
    return Chapter(article.id, passages) if article.kind == "thread" else chapter_of(found, passages, inf)


def _told_from(retrieved: Retrieved, article: Article, chapter: Chapter, asked: str) -> Passage:
    """The passage that is said: its steps to who asks how, else the beginning of the chapter or what was found."""
    found = retrieved.hits[0].passage
    if asked == "how_to":
        return where_the_steps_are(retrieved.question, found, chapter.passages)
    # A thread begins with what another customer asked, and what stands amid a long text is the beginning of nothing.
    if article.kind == "thread" or not chapter.begins:
        return found
    return beginning_or_found(retrieved, found, chapter.passages, asked)


def _steps(article: Article, units: Sequence[Unit], source: Passage, asked: str) -> list[int]:
    """The first item of the list in the passage that is said, which brings the others, whichever of their words match.

    To who asks how; and of a procedure to everybody, but for "how much?" and "may I?".
    """
    wanted = asked == "how_to" or (article.kind == "procedure" and asked not in {*MEASURES, "yes_no"})
    if not wanted:
        return []
    return [at for at, unit in enumerate(units) if unit.passage == source and unit.block == "list"][:1]


def _worths(readings: Mapping[Passage, Reading]) -> dict[tuple[str, int], float]:
    """The worth of each unit that was read, by its passage and where it ends."""
    return {
        (passage.id, end): worth
        for passage, reading in readings.items()
        for (_, end), worth in zip(sentence_spans(passage.text, passage.language), reading.worth, strict=False)
    }


def _less_beside(worth: Sequence[float], units: Sequence[Unit], source: Passage) -> list[float]:
    """The worth of each unit, less of it beside the source, unless nothing of the source can be said itself."""
    if not any(one for one, unit in zip(worth, units, strict=True) if unit.passage == source):
        return list(worth)
    return [one if unit.passage == source else beside(one) for one, unit in zip(worth, units, strict=True)]


def beside(worth: float) -> float:
    """What a unit is worth, in 0..1, that stands beside the passage that is said, and not in it."""
    return worth / (worth + (1 - worth) * _BESIDE)


def _less_steps(worth: Sequence[float], units: Sequence[Unit]) -> list[float]:
    """The worth of each unit, none of steps unless the best of all is one: they come whole, and bury what answers."""
    best = max(range(len(units)), key=worth.__getitem__, default=0)
    return [0.0 if (steps := steps_around(at, units)) and best not in steps else one for at, one in enumerate(worth)]


def _rows_left_out(chosen: Set[int], units: Sequence[Unit], worth: Sequence[float]) -> set[int]:
    """The rows that a table must be said with beside those chosen, for it to mislead nobody.

    One row answers by itself. Of several, nobody could tell that others were left out: a table is then said whole, as
    it is where its head alone was chosen; of a long table, the best row goes with a bare head.
    """
    added: set[int] = set()
    for at in chosen:
        rows = rows_below(at, units) or ()
        said = chosen & set(rows)
        if len(rows) <= _MOST_ROWS and len(said) != 1:
            added |= set(rows)
        elif not said and rows:
            added.add(max(rows, key=worth.__getitem__))
    return added


def _own_worth(units: Sequence[Unit], worths: Mapping[tuple[str, int], float], question: Question) -> list[float]:
    """What each unit is worth said by itself: nothing where it was not read, or only names or asks what others say.

    The head of a table stands for all its rows, unless one of them answers or they are many. Where the question names a
    code, the rows of that code stand for the table.
    """
    worth = [worths.get((unit.passage.id, unit.end), 0.0) for unit in units]
    answered = not all(map(is_question, units))
    for at, unit in enumerate(units):
        rows = rows_below(at, units)
        if rows is not None:
            named = rows_named((units[row] for row in rows), question)
            if named:
                best = max(worth[one] for one in (at, *rows))
                for row in rows:
                    worth[row] = best if units[row] in named else 0.0
            best_row = max((worth[row] for row in rows), default=0.0)
            mute = len(rows) > _MOST_ROWS or best_row > _HALF * worth[at]
        else:
            mute = unit.label or (is_question(unit) and answered)
        worth[at] = 0.0 if mute else worth[at]
    return worth
