"""The vectors again at 8 bits a component: a scan of them reads a quarter of the bytes, and still misses nothing.

Rounding moves a vector by a length that is known when it is rounded. By Cauchy and Schwarz its score with a unit vector
moves by no more than that length; likewise for the query. So whatever cannot be among the best by its rough score plus
what that may be off is not among them. The few that are left are scored again from the whole vectors
(`docs/design/018-quantisation.md`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import ceil, sqrt
from typing import Any, NamedTuple, Self, TypeVar

import numpy as np

from ragcare.index.allowed import NOISE, Allowed, Ids, Vectors

Scores = TypeVar("Scores", Vectors, np.float32)

_CHUNK = 1 << 16
"""So many vectors stand together: what one thread scans at a time, and what a change copies at most, but once."""

_SAMPLED = 8
"""One in so many tells the score beyond which the others are asked for."""

_LARGEST = 127
_WORSE = 2.0
"""How many times what it was the error may become before the scale is taken anew."""


@dataclass(frozen=True)
class Scale:
    """How components become whole numbers: each has its own middle and step, both float32 of shape (dimension,)."""

    middle: Vectors
    step: Vectors

    @classmethod
    def of(cls, vectors: Vectors) -> Self:
        """One in whose range all of these vectors lie."""
        low, high = vectors.min(axis=0), vectors.max(axis=0)
        step = (high - low) / np.float32(2 * _LARGEST)
        return cls((low + high) / np.float32(2), np.where(step > 0, step, np.float32(1)))

    def rounded(self, vectors: Vectors) -> tuple[Vectors, Error]:
        """The vectors in whole steps, in -127..127, and how far that moved them."""
        steps = np.rint((vectors - self.middle) / self.step).clip(-_LARGEST, _LARGEST)
        moved = vectors - (steps * self.step + self.middle)
        return steps, Error(_longest(moved), _longest(steps))

    def query(self, query: Vectors, error: Error) -> Query:
        """A query in whole steps of its own: FAISS multiplies bytes with bytes, and twice as fast."""
        weights = query * self.step
        unit = np.abs(weights).max() / np.float32(_LARGEST) or np.float32(1)
        steps = np.rint(weights / unit)
        off = float(np.linalg.norm(weights - steps * unit)) * error.steps
        return Query(steps, float(unit), float(query @ self.middle), error.moved + off)


class Error(NamedTuple):
    """The longest way that a vector moved when it was rounded, and the length of the longest one, in steps."""

    moved: float
    steps: float

    def with_others(self, other: Error) -> Error:
        """Of both."""
        return Error(max(self.moved, other.moved), max(self.steps, other.steps))


class Query(NamedTuple):
    """A query in whole steps; a score is `unit` times theirs and `always`, and off by `error` at most."""

    steps: Vectors
    unit: float
    always: float
    error: float

    def at_most(self, scores: Scores) -> Scores:
        """The most that the score of a vector may be, given its score in steps."""
        return scores * np.float32(self.unit) + np.float32(self.always + self.error + NOISE)


@dataclass(frozen=True)
class Chunk:
    """Rounded vectors in FAISS, and between which ids they lie; never changed once it stands.

    Attributes:
        sample: the vectors whose id is a multiple of eight; the scores of its best tell from which score on the others
            are asked for.
        others: the rest. A search for the best of all would keep a heap in FAISS, which takes as long as the scan
            itself; a search for all beyond a score does not. Both are inverted files with a single list.
    """

    sample: Any
    others: Any
    first: int
    last: int

    def __len__(self) -> int:
        return int(self.sample.ntotal + self.others.ntotal)

    @classmethod
    def empty(cls, dimension: int, first: int) -> Self:
        """A chunk for ids from `first` on."""
        return cls(_one_list(dimension), _one_list(dimension), first, first - 1)

    def with_changes(self, removed: Ids, added: Ids, steps: Vectors) -> Self:
        """A copy without some ids and with others, all higher than those that are here; itself if nothing changes."""
        gone = removed[(removed >= self.first) & (removed <= self.last)]
        if not len(gone) and not len(added):
            return self
        sampled = added % _SAMPLED == 0
        return type(self)(
            _changed(self.sample, gone, added[sampled], steps[sampled]),
            _changed(self.others, gone, added[~sampled], steps[~sampled]),
            self.first,
            max(self.last, int(added[-1]) if len(added) else -1),
        )

    def best_of_sample(self, query: Vectors, k: int, allowed: Allowed | None) -> tuple[Ids, Vectors]:
        """The best `k` ids and scores of the sample, for a query in steps."""
        import faiss

        faiss.omp_set_num_threads(1)
        among = None if allowed is None else allowed.for_faiss
        scores, ids = self.sample.search(query.reshape(1, -1), k, params=among)
        found = ids[0] >= 0
        return ids[0][found], scores[0][found]

    def beyond(self, query: Vectors, score: float, allowed: Allowed | None) -> tuple[Ids, Vectors]:
        """Ids and scores of all others beyond a score, for a query in steps."""
        import faiss

        faiss.omp_set_num_threads(1)
        among = None if allowed is None else allowed.for_faiss
        _, scores, ids = self.others.range_search(query.reshape(1, -1), score, params=among)
        return ids, scores


def _one_list(dimension: int) -> Any:
    """An empty inverted file with one list, of signed bytes, compared by inner product."""
    import faiss

    kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
    middle = faiss.IndexFlatIP(dimension)
    middle.add(np.zeros((1, dimension), np.float32))
    index = faiss.IndexIVFScalarQuantizer(middle, dimension, 1, kind, faiss.METRIC_INNER_PRODUCT, False)
    index.is_trained = True  # there is nothing to learn
    return index


def _changed(index: Any, gone: Ids, added: Ids, steps: Vectors) -> Any:
    """A copy without some ids and with others."""
    import faiss

    changed = faiss.clone_index(index)
    if len(gone):
        changed.remove_ids(gone)
    if len(added):
        changed.add_with_ids(steps, added)
    return changed


class EightBits:
    """Rounded vectors by id, in chunks; never changed once they stand.

    Args:
        scale: how they were rounded.
        chunks: them, by id.
        error: how far that moved them.
    """

    def __init__(self, scale: Scale, chunks: Sequence[Chunk], error: Error) -> None:
        self._scale, self._chunks, self._error = scale, tuple(chunks), error

    @classmethod
    def of(cls, ids: Ids, vectors: Vectors) -> Self:
        """Rounds all of these vectors, whose ids ascend."""
        nothing = cls(Scale.of(vectors), (), Error(0.0, 0.0))
        return nothing._with(np.empty(0, np.int64), ids, vectors)

    def with_changes(self, removed: Ids, added: Ids, vectors: Vectors) -> Self | None:
        """These without some ids, and with others above all that are here; None if they are to be rounded anew."""
        changed = self._with(removed, added, vectors)
        full = sum(map(len, changed._chunks))
        too_coarse = changed._error.moved > _WORSE * self._error.moved
        return None if too_coarse or len(changed._chunks) > 2 * (full // _CHUNK + 1) else changed

    def _with(self, removed: Ids, added: Ids, vectors: Vectors) -> Self:
        none = np.empty((0, vectors.shape[1]), np.float32)
        chunks = [chunk.with_changes(removed, added[:0], none) for chunk in self._chunks]
        chunks, error, at = [chunk for chunk in chunks if len(chunk)], self._error, 0
        while at < len(added):
            if not chunks or len(chunks[-1]) >= _CHUNK:
                chunks.append(Chunk.empty(vectors.shape[1], int(added[at])))
            end = at + _CHUNK - len(chunks[-1])
            steps, moved = self._scale.rounded(vectors[at:end])
            chunks[-1] = chunks[-1].with_changes(removed[:0], added[at:end], steps)
            error, at = error.with_others(moved), end
        return type(self)(self._scale, chunks, error)

    def search(self, query: Vectors, allowed: Allowed | None, reach: int) -> tuple[Ids, Vectors, float]:
        """The best ids by rough score, best first; what each of them scores at most; and what any other does.

        Args:
            query: of length 1 at most.
            allowed: what may be a candidate; every id if None.
            reach: about how many are looked at where there is one chunk. Where what others score at most is not below
                the k-th best whole score, more must be.
        """
        # The more there are, the more lie about as near as the best; a second look costs as much as the first.
        kept = ceil(reach * sqrt(len(self._chunks)) / _SAMPLED)
        asked = self._scale.query(query, self._error)
        parts = _side_by_side(lambda chunk: chunk.best_of_sample(asked.steps, kept, allowed), self._chunks)
        best = np.concatenate([scores for _, scores in parts])
        last = np.float32(np.partition(best, -kept)[-kept] if len(best) >= kept else -np.inf)
        parts += _side_by_side(lambda chunk: chunk.beyond(asked.steps, float(last), allowed), self._chunks)
        ids, scores = (np.concatenate(each) for each in zip(*parts, strict=True))
        order = np.argsort(-scores)
        return ids[order], asked.at_most(scores[order]), float(asked.at_most(last))


def _longest(vectors: Vectors) -> float:
    return float(np.linalg.norm(vectors, axis=1).max(initial=0))


def _side_by_side(work: Callable[[Chunk], tuple[Ids, Vectors]], chunks: Sequence[Chunk]) -> list[tuple[Ids, Vectors]]:
    """What comes of each chunk. FAISS lets other threads run meanwhile; for one chunk that would only cost time."""
    return [work(chunks[0])] if len(chunks) == 1 else list(_threads().map(work, chunks))


@cache
def _threads() -> ThreadPoolExecutor:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ThreadPoolExecutor(cores, "ragcare-vectors")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)  # a child has none of its parent's threads
