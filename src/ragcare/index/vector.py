"""The vector leg: FAISS, inner product of unit vectors, exact."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import numpy as np

from ragcare.index.allowed import NOISE, Allowed, Ids, Vectors
from ragcare.index.eight_bits import EightBits

__all__ = ["BEYOND", "NOISE", "Allowed", "Ids", "VectorIndex", "Vectors", "products", "unit"]

BEYOND = 16
"""How far a search looks past its last place, so that it seldom has to look again for equals."""

_ROUGH_FROM = 8_000
"""From how many vectors on a search goes by rounded ones first; below, a scan of whole ones is as quick."""

_ROUGH_REACH = 5
"""How many times as many are looked at by their rough score, or nearly so many; of real text, that is mostly enough."""

_ROUGH_MOST = 4096
"""So many are looked at at most; where more lie too close to tell apart, all are scored whole."""


def unit(vectors: Vectors) -> Vectors:
    """Each row brought to length 1; a row of zeros stays zeros, and so is near nothing."""
    # as doubles: the squares of small numbers are nothing as floats
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    scaled: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0, casting="same_kind")
    return scaled


def products(vectors: Vectors, query: Vectors) -> Vectors:
    """The inner product of each row with the query.

    FAISS sums in another order at another row of its storage. Summed again, each row by itself and in double precision,
    a score is the same after a rebuild and in any other engine, to the last bit.
    """
    scores: Vectors = np.einsum("ij,j->i", vectors.astype(np.float64), query.astype(np.float64)).astype(np.float32)
    return scores


class VectorIndex:
    """Vectors by id: a FAISS `IndexIDMap2` over a flat inner-product index, and from some size on rounded copies.

    It is never changed once it stands: `with_changes` gives a new one, so a search that is under way goes on
    in the old one undisturbed. Whoever gives the ids must give each higher than all before it.

    Args:
        index: the whole vectors.
        rough: the same, rounded; None where there are too few to be worth it. They make a search quicker and nothing
            else: it finds the same, to the last bit.
        rough_from: from how many vectors on they are kept.
    """

    def __init__(self, index: Any, rough: EightBits | None = None, rough_from: int = _ROUGH_FROM) -> None:
        self._index, self._rough, self._rough_from = index, rough, rough_from
        # FAISS finds the vectors of ids one by one, by hashing. What is seen here is its memory, and stands as long.
        ids, self._whole = _storage(index)
        self._row = np.zeros(int(ids[-1]) + 1 if len(ids) else 0, np.intp)
        self._row[ids] = np.arange(len(ids))

    @classmethod
    def empty(cls, dimension: int, *, rough_from: int = _ROUGH_FROM) -> Self:
        """An index without vectors."""
        import faiss

        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)), rough_from=rough_from)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def with_changes(self, removed: Ids, added: Ids, vectors: Vectors) -> Self:
        """A copy without the ids `removed`, with `vectors` (len(added), dimension) under the ids `added`."""
        import faiss

        changed = faiss.clone_index(self._index)
        if len(removed):
            changed.remove_ids(removed)
        if len(added):
            changed.add_with_ids(vectors, added)
        rough = None
        if changed.ntotal >= self._rough_from:
            known = self._rough
            rough = known.with_changes(removed, added, vectors) if known is not None else None
            rough = rough if rough is not None else _rounded(changed)
        return type(self)(changed, rough, self._rough_from)

    def search(self, query: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Ids, Vectors]:
        """The ids nearest to `query` (dimension,), best first, and their inner products with it, all above 0.

        Args:
            query: one unit vector.
            k: how many: fewer if no more are near, more if several are equal in the last place. Where they stand in
                storage must not choose among them.
            allowed: what may be a candidate; every id if None.
        """
        most = len(self) if allowed is None else allowed.size
        if min(k, most) == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        near = self._by_rough(query, k, allowed, most) if self._rough is not None else None
        if near is None:
            near = self._by_whole(query, k, allowed, most)
        ids, vectors = near
        scores = products(vectors, query)
        order = np.argsort(-scores, kind="stable")
        ids, scores = ids[order], scores[order]
        kept = scores >= max(scores[min(k, most) - 1], NOISE)
        return ids[kept], scores[kept]

    def _by_whole(self, query: Vectors, k: int, allowed: Allowed | None, most: int) -> tuple[Ids, Vectors]:
        """All ids that may be among the best `k`, and a few more, with their vectors: from a scan of the whole ones."""
        import faiss

        # One thread: for a single query, starting a second one costs more than it saves.
        faiss.omp_set_num_threads(1)
        bitmap = None if allowed is None else faiss.IDSelectorBitmap(allowed.bits)
        selector = None if bitmap is None else faiss.SearchParameters(sel=bitmap)
        reach = min(k + BEYOND, most)
        while True:
            scores, ids = (row[0] for row in self._index.search(query.reshape(1, -1), reach, params=selector))
            if reach == most or scores[-1] <= 0 or scores[-1] < scores[k - 1] - NOISE:
                found = ids[ids >= 0]  # FAISS fills up with -1 what compares with nothing
                return found, self.vectors(found)
            reach = min(4 * reach, most)

    def _by_rough(self, query: Vectors, k: int, allowed: Allowed | None, most: int) -> tuple[Ids, Vectors] | None:
        """The same from a scan of the rounded vectors; None where too many lie too close together for that."""
        assert self._rough is not None
        reach = _ROUGH_REACH * (k + BEYOND)
        while reach <= _ROUGH_MOST:
            if allowed is not None and reach >= most:
                ids, beyond = allowed.ids(), -np.inf
                scores = self.vectors(ids) @ query
            else:
                ids, at_most, beyond = self._rough.search(query, allowed, reach)
                # No more than those that may reach the worst of the first k need be scored whole.
                scores = self.vectors(ids[:k]) @ query
                near = np.count_nonzero(at_most >= scores.min(initial=np.inf))
                if near > _ROUGH_MOST:
                    break
                scores = np.concatenate([scores, self.vectors(ids[k:near]) @ query])
                ids = ids[: len(scores)]
            last = float(np.partition(scores, -k)[-k]) if k < len(scores) else 0.0
            if beyond < max(last, 0.0) - NOISE:
                # What lies below by more than two sums can be wrong need not be summed again.
                ids = ids[scores >= last - 2 * NOISE] if k < len(ids) else ids
                return ids, self.vectors(ids)
            reach *= 4
        return None

    def vectors(self, ids: Ids) -> Vectors:
        """The stored vectors of `ids`: shape (len(ids), dimension)."""
        return self._whole.take(self._row[ids], axis=0)

    def save(self, path: Path) -> None:
        """Writes the whole vectors in FAISS's own format."""
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path, *, rough_from: int = _ROUGH_FROM) -> Self:
        """Reads what `save` wrote, and rounds it anew."""
        import faiss

        index = faiss.read_index(str(path))
        return cls(index, _rounded(index) if index.ntotal >= rough_from else None, rough_from)


def _rounded(index: Any) -> EightBits:
    return EightBits.of(*_storage(index))


def _storage(index: Any) -> tuple[Ids, Vectors]:
    """The ids, which ascend, and the vectors of an `IndexIDMap2` over a flat index, as it holds them."""
    import faiss

    flat = faiss.downcast_index(index.index)
    if not flat.ntotal:
        return np.empty(0, np.int64), np.empty((0, flat.d), np.float32)
    vectors = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d)
    return faiss.rev_swig_ptr(index.id_map.data(), flat.ntotal), vectors
