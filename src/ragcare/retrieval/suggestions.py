"""As-you-type suggestions: the titles and known questions that somebody may be about to write.

The word that is being typed matches every word that it begins; a word that begins none is forgiven a slip or two.
What may not be said to the asker is taken out before anything is counted or chosen: neither the words that are known
nor the order tell of it.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from ragcare.errors import BadInput
from ragcare.index.splice import Mask, Rows
from ragcare.language.stop_words import STOP_WORDS
from ragcare.retrieval.as_typed import TypedWord, beginning, hyphenated, typed_words
from ragcare.retrieval.vocabulary import AKIN, Run, Vocabulary
from ragcare.schema import Article, Scope, Suggestion

Scores = npt.NDArray[np.float64]

_EXACT, _BEGUN, _WORTH = 1.0, 0.9, {1: 0.6, 2: 0.45, AKIN: 0.4}
"""What a match is worth. Only their order was thought about; each text that matches better stands higher."""

_FIRST_WORD: Final = 0.05
"""What it adds that the first word that carries something was asked for."""

_COVERED: Final = 0.5
"""The share of what was typed, by weight, that a text must match."""

_NEARLY_BEST: Final = 0.8
"""And of what the best text matches: each word that is added narrows what is suggested."""

_WORDS_READ, _SCOPES_KEPT = 16, 64
_CARRYING_NOTHING: Final = frozenset().union(*STOP_WORDS.values())


class Articles(Protocol):
    """Where the articles are: an index, whose `articles` is another mapping after each change."""

    @property
    def articles(self) -> Mapping[str, Article]:
        """The articles as indexed, by id."""
        ...


class Suggester:
    """Suggests from the articles of an index as they are now.

    The first suggestion after a change builds anew what it needs, and reads only the articles that were changed; who
    asks meanwhile waits for it, and nobody else does.
    """

    def __init__(self, index: Articles) -> None:
        self._index = index
        self._building = threading.Lock()
        self._built = Titles.of({})

    def suggest(self, typed: str, scope: Scope, k: int) -> tuple[Suggestion, ...]:
        """The best `k` titles and known questions for what is typed so far, at most one of each article.

        Raises:
            BadInput: k is less than 1.
        """
        if k < 1:
            raise BadInput(f"k={k} suggestions cannot be given. Mend: ask for one or more")
        return self._titles().best(typed, scope, k)

    def _titles(self) -> Titles:
        articles = self._index.articles
        built = self._built
        if built.articles is not articles:
            with self._building:
                built = self._built
                if built.articles is not articles:
                    built = self._built = Titles.of(articles, before=built)
        return built


class _Title(NamedTuple):
    """A title or a known question: its distinct words in order, and what it is called where two say the same."""

    article_id: str
    text: str
    words: tuple[str, ...]
    said: str


class _Matches(NamedTuple):
    """Which words a typed word matches, the best last, and how well each title does that has one of them."""

    runs: list[tuple[Run, float]]
    rows: Rows
    quality: Scores


class _Asked(NamedTuple):
    """One typed word, and how much it weighs."""

    matches: _Matches
    weight: float


class Titles:
    """All titles and known questions of some articles, by their words; never changed once it stands."""

    def __init__(self, articles: Mapping[str, Article], read: Mapping[str, tuple[Article, list[_Title]]]) -> None:
        self.articles, self._read = articles, read
        self._titles = [title for _, titles in read.values() for title in titles]
        self._vocabulary = Vocabulary(word for title in self._titles for word in title.words)
        number = self._vocabulary.number
        lengths = np.array([len(title.words) for title in self._titles], np.intp)
        numbers = np.array([number[word] for title in self._titles for word in title.words], np.intp)
        # The rows of word n are _rows[_starts[n] : _starts[n + 1]], so those of neighbouring words are one slice.
        self._rows: Rows = np.repeat(np.arange(len(lengths)), lengths)[np.argsort(numbers, kind="stable")]
        self._starts: Rows = np.append(0, np.cumsum(np.bincount(numbers, minlength=len(number)))).astype(np.intp)
        self._first_words = np.array([number[_first_carrying(title.words)] for title in self._titles], np.intp)
        self._tie_breaks = _tie_breaks(self._titles, articles)
        self._sayable_by_scope: dict[Scope, Mask] = {}

    @classmethod
    def of(cls, articles: Mapping[str, Article], before: Self | None = None) -> Self:
        """Reads the articles, but for those that `before` has read already."""
        known = before._read if before is not None else {}
        read: dict[str, tuple[Article, list[_Title]]] = {}
        for key, article in articles.items():
            old = known.get(key)
            read[key] = old if old is not None and old[0] is article else (article, list(_titles_of(article)))
        return cls(articles, read)

    def best(self, typed: str, scope: Scope, k: int) -> tuple[Suggestion, ...]:
        """The best `k` for what is typed so far, at most one of each article, no two that say the same."""
        sayable = self._sayable(scope)
        asked = self._asked(typed, sayable)
        if not asked:
            return ()
        total = sum(one.weight for one in asked)
        score, covered = np.zeros(len(sayable)), np.zeros(len(sayable))
        wanted = np.zeros(len(self._vocabulary.words), np.bool_)
        for one in asked:
            score[one.matches.rows] += one.weight / total * one.matches.quality
            covered[one.matches.rows] += one.weight / total
            for run, _ in one.matches.runs:
                wanted[run.first : run.end] = True
        rows = np.flatnonzero(covered >= max(_COVERED, _NEARLY_BEST * covered.max()))
        final = score[rows] + _FIRST_WORD * wanted[self._first_words[rows]] + self._tie_breaks[rows]
        return tuple(self._suggestion(title, asked) for title in self._distinct(rows, final, k))

    # --- what is typed ---------------------------------------------------------------------------------

    def _asked(self, typed: str, sayable: Mask) -> list[_Asked]:
        """The typed words that count, if any of them is known."""
        asked: list[_Asked] = []
        unknown = 0
        for word in self._words_of(typed, sayable):
            still_typing = word.end == len(typed)
            carries = still_typing or word.folded not in _CARRYING_NOTHING
            matches = self._matches(word.folded, sayable, carries)
            if len(matches.rows):
                asked.append(_Asked(matches, math.log1p(np.count_nonzero(sayable) / len(matches.rows))))
            elif carries:
                unknown += 1
        if asked and unknown:  # each weighs as the others do, so that half of what was typed must be known
            mean = sum(one.weight for one in asked) / len(asked)
            asked += [_Asked(self._with([], sayable), mean)] * unknown
        return asked

    def _words_of(self, typed: str, sayable: Mask) -> Iterator[TypedWord]:
        """What is typed, word by word; "e-mail" is "email" where that is known, and "e" and "mail" where it is not."""
        joined = {word.start: word for word in hyphenated(typed)}
        end = 0
        for word in typed_words(typed)[:_WORDS_READ]:
            if word.start < end:
                continue
            whole = joined.get(word.start)
            if whole is not None and len(self._with([(self._vocabulary.beginning(whole.folded), 1)], sayable).rows):
                word, end = whole, whole.end
            yield word

    def _matches(self, word: str, sayable: Mask, carries: bool) -> _Matches:
        """The words that it matches, and how well each title does; nothing is corrected that begins a known word."""
        begun = self._vocabulary.beginning(word)
        exactly = self._vocabulary.number.get(word)
        runs = [(begun, _BEGUN)] if carries else []
        if exactly is not None:
            runs.append((Run(exactly, exactly + 1, len(word)), _EXACT))
        found = self._with(runs, sayable)
        if carries and not len(found.rows):
            near = self._vocabulary.near(word)
            tried = (self._with([(run, _WORTH[slips]) for run in runs], sayable) for slips, runs in near)
            found = next((matches for matches in tried if len(matches.rows)), found)
        return found

    def _with(self, runs: list[tuple[Run, float]], sayable: Mask) -> _Matches:
        """The titles that have a word of these runs and may be said."""
        quality, has = np.empty(len(sayable)), np.zeros(len(sayable), np.bool_)
        for run, worth in runs:
            rows = self._rows[self._starts[run.first] : self._starts[run.end]]
            rows = rows[sayable[rows]]
            quality[rows], has[rows] = worth, True
        rows = np.flatnonzero(has)
        return _Matches(runs, rows, quality[rows])

    def _sayable(self, scope: Scope) -> Mask:
        mask = self._sayable_by_scope.get(scope)
        if mask is None:
            said = ((article.may_be_said(scope), len(titles)) for article, titles in self._read.values())
            mask = np.array([may for may, count in said for _ in range(count)], np.bool_)
            if len(self._sayable_by_scope) >= _SCOPES_KEPT:
                self._sayable_by_scope.clear()
            self._sayable_by_scope[scope] = mask
        return mask

    # --- what is suggested -----------------------------------------------------------------------------

    def _distinct(self, rows: Rows, scores: Scores, k: int) -> list[_Title]:
        """The titles at the best `k` of these rows, an article and a wording counted once each."""
        chosen: list[_Title] = []
        articles: set[str] = set()
        wordings: set[str] = set()
        for title in self._best_first(rows, scores, k):
            if len(chosen) == k:
                break
            if title.article_id not in articles and title.said not in wordings:
                chosen.append(title)
                articles.add(title.article_id)
                wordings.add(title.said)
        return chosen

    def _best_first(self, rows: Rows, scores: Scores, k: int) -> Iterator[_Title]:
        """One letter may find all titles, of which the first few are wanted: only as many are sorted as are taken."""
        left = np.arange(len(rows))
        some = 8 * k
        while len(left):
            cut = max(len(left) - some, 0)
            parted = left[np.argpartition(scores[left], cut)] if cut else left
            left, best = parted[:cut], parted[cut:]
            for at in best[np.argsort(-scores[best])]:
                yield self._titles[rows[at]]
            some *= 8

    def _suggestion(self, title: _Title, asked: list[_Asked]) -> Suggestion:
        found = [*typed_words(title.text), *hyphenated(title.text)]
        numbers = [self._vocabulary.number[word.folded] for word in found]
        spans: set[tuple[int, int]] = set()
        for one in asked:
            for run, _ in reversed(one.matches.runs):  # the best match of that word that stands here, wherever it does
                here = [word for word, number in zip(found, numbers, strict=True) if run.first <= number < run.end]
                spans.update(beginning(title.text, word, run.letters) for word in here)
                if here:
                    break
        return Suggestion(article_id=title.article_id, text=title.text, highlights=_merged(spans))


def _titles_of(article: Article) -> Iterator[_Title]:
    for text in dict.fromkeys((article.title.strip(), *article.questions)):
        alone = [word.folded for word in typed_words(text)]
        if alone:
            together = [word.folded for word in hyphenated(text)]
            yield _Title(article.id, text, tuple(dict.fromkeys([*alone, *together])), " ".join(alone))


def _first_carrying(of_title: tuple[str, ...]) -> str:
    return next((word for word in of_title if word not in _CARRYING_NOTHING), of_title[0])


def _tie_breaks(titles: list[_Title], articles: Mapping[str, Article]) -> Scores:
    """Less than any match is worth, and different for each: titles before questions, short before long."""

    def place(row: int) -> tuple[bool, int, str, str]:
        title = titles[row]
        return title.text != articles[title.article_id].title.strip(), len(title.text), title.text, title.article_id

    ranks = np.empty(len(titles))
    ranks[sorted(range(len(titles)), key=place)] = np.arange(len(titles))
    return 0.01 * (1 - ranks / max(len(titles), 1))


def _merged(spans: set[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """In order, those that touch or overlap made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)
