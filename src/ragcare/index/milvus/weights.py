"""BM25 for an engine that knows only inner products of sparse vectors: a bound there, the exact score here.

The score of a passage is a sum over query words and fields of two factors: what the word is worth in the whole index
(idf, and the weight of the field), and how much of it the passage has, which depends on the passage and on the average
length of all passages. The first factor goes into the query, so it is never stale. The second is stored with the
passage, with the average that held when the collection was begun (the anchor): to store it anew in every passage
whenever the average moves would make each change as dear as a rebuild. The inner product is then at most `slack` times
too small, and `slack` is known; so the search can tell when no passage further down may belong among the best.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ragcare.index.keyword import Fields, idf, reach
from ragcare.settings import RetrievalSettings

_NOTHING = 0
"""The dimension of a passage without words: Milvus stores no vector without dimensions. No query asks for it."""

_DIMENSIONS = 2**32 - 3
_ROUNDING = 1e-4
"""Well above what single precision may take away from an inner product."""


class Tally(NamedTuple):
    """One field of one passage: how often it has each word, and how many words there are."""

    times: Mapping[str, int]
    length: int

    @classmethod
    def of(cls, tokens: Sequence[str]) -> Tally:
        """Counts tokens."""
        return cls(Counter(tokens), len(tokens))


class Tallies(NamedTuple):
    """Both fields of one passage."""

    head: Tally
    body: Tally

    @classmethod
    def of(cls, fields: Fields) -> Tallies:
        """Counts the tokens of both fields."""
        return cls(Tally.of(fields.head), Tally.of(fields.body))


class Lengths(NamedTuple):
    """How many words a passage has in each field, on average."""

    head: float
    body: float


def stored(passage: Tallies, anchor: Lengths, how: RetrievalSettings) -> dict[int, float]:
    """The sparse vector of a passage."""
    vector: dict[int, float] = {}
    for field, tally, average in zip(Lengths._fields, passage, anchor, strict=True):
        for word, times in tally.times.items():
            # Words that share a dimension are summed: a bound stays a bound.
            dimension = _dimension(field, word)
            vector[dimension] = vector.get(dimension, 0.0) + _share(times, tally.length, average, how)
    return vector or {_NOTHING: 1.0}


class Query:
    """The words of a question, weighed by the whole index.

    Args:
        words: as of `analyse_query`; a word that stands twice counts twice.
        known: in how many passages each word stands, by field; a word that stands in none may be left out.
        passages: how many there are.
        average: their lengths now.
        anchor: their lengths when the stored vectors were weighed.
        how: k1, b and the weight of the head.
    """

    def __init__(
        self,
        words: Sequence[str],
        known: Mapping[str, tuple[int, int]],
        passages: int,
        average: Lengths,
        anchor: Lengths,
        how: RetrievalSettings,
    ) -> None:
        self._how, self._average, self._known, self._passages = how, average, known, passages
        self._worth = tuple(
            [(word, idf(passages, known[word][field])) for word in words if word in known and known[word][field] > 0]
            for field in range(len(Lengths._fields))
        )
        self._weights = (how.head_weight, 1 - how.head_weight)
        grown = [now / then for now, then in zip(average, anchor, strict=True) if then > 0]
        self.slack = max([1.0, *grown]) * (1 + _ROUNDING)
        self.vector: dict[int, float] = {}
        for name, weight, worths in zip(Lengths._fields, self._weights, self._worth, strict=True):
            for word, worth in worths:
                if weight > 0:
                    dimension = _dimension(name, word)
                    self.vector[dimension] = self.vector.get(dimension, 0.0) + weight * worth

    def reach(self, words: Sequence[str]) -> float:
        """The score that no passage can pass for some of these words."""
        return reach((self._known.get(word, (0, 0)) for word in words), self._passages, self._how.head_weight)

    def score(self, passage: Tallies) -> float:
        """The exact score of a passage; 0 where nothing is shared."""
        total = 0.0
        for weight, worths, tally, average in zip(self._weights, self._worth, passage, self._average, strict=True):
            found = ((worth, tally.times[word]) for word, worth in worths if word in tally.times)
            total += weight * sum(worth * _share(times, tally.length, average, self._how) for worth, times in found)
        # In single precision, as the embedded index has it: what is equal there is equal here.
        return float(np.float32(total))


def _share(times: int, length: int, average: float, how: RetrievalSettings) -> float:
    """How much of a word a passage has, in 0..1 (Robertson & Zaragoza 2009; the factor k1 + 1 left out, as Lucene)."""
    return times / (times + how.k1 * (1 - how.b + how.b * length / (average or 1.0)))


def _dimension(field: str, word: str) -> int:
    digest = hashlib.blake2b(f"{field}:{word}".encode("utf-8", "replace"), digest_size=8).digest()
    return 1 + int.from_bytes(digest) % _DIMENSIONS
