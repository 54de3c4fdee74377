"""The vector leg: FAISS, inner product of unit vectors, exact."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, Self, TypeAlias

import numpy as np
import numpy.typing as npt

Vectors: TypeAlias = npt.NDArray[np.float32]
Ids: TypeAlias = npt.NDArray[np.int64]

_NOISE = 1e-5
"""Well above what single precision may get wrong in a cosine; what is no nearer than this is not near."""

_BEYOND = 16
"""How far a search looks past its last place, so that it seldom has to look again for equals."""


def unit(vectors: Vectors) -> Vectors:
    """Each row brought to length 1; a row of zeros stays zeros, and so is near nothing."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return scaled


class Allowed(NamedTuple):
    """The only ids that may be candidates: how many there are, and one bit for each id up to the highest.

    A bitmap, kept between searches: to build the set of a hundred thousand ids takes longer than to search among them.
    """

    size: int
    bits: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, ids: Ids) -> Self:
        """These ids and no other."""
        among = np.zeros(int(ids.max(initial=-1)) + 1, np.bool_)
        among[ids] = True
        return cls(len(ids), np.packbits(among, bitorder="little"))


class VectorIndex:
    """Vectors by id: a FAISS `IndexIDMap2` over a flat inner-product index.

    It is never changed once it stands: `with_changes` gives a new one, so a search that is under way goes on
    in the old one undisturbed. Whoever gives the ids must never give one twice.
    """

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def empty(cls, dimension: int) -> Self:
        """An index without vectors."""
        import faiss

        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

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
        return type(self)(changed)

    def search(self, query: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Ids, Vectors]:
        """The ids nearest to `query` (dimension,), best first, and their cosines, all above 0.

        Args:
            query: one unit vector.
            k: how many: fewer if no more are near, more if several are equal in the last place. Where they stand in
                storage must not choose among them.
            allowed: what may be a candidate; every id if None.
        """
        import faiss

        # One thread: for a single query, starting a second one costs more than it saves.
        faiss.omp_set_num_threads(1)
        most = len(self) if allowed is None else allowed.size
        if min(k, most) == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        bitmap = None if allowed is None else faiss.IDSelectorBitmap(allowed.bits)
        selector = None if bitmap is None else faiss.SearchParameters(sel=bitmap)
        reach = min(k + _BEYOND, most)
        while True:
            scores, ids = (row[0] for row in self._index.search(query.reshape(1, -1), reach, params=selector))
            if reach == most or scores[-1] <= 0 or scores[-1] < scores[k - 1] - _NOISE:
                break
            reach = min(4 * reach, most)
        # FAISS sums in another order at another row of its storage. Summed again, each row by itself, a score is the
        # same after a rebuild, to the last bit.
        scores = (self.vectors(ids).astype(np.float64) * query).sum(axis=1).astype(np.float32)
        order = np.argsort(-scores, kind="stable")
        ids, scores = ids[order], scores[order]
        kept = scores >= max(scores[min(k, most) - 1], _NOISE)
        return ids[kept], scores[kept]

    def vectors(self, ids: Ids) -> Vectors:
        """The stored vectors of `ids`: shape (len(ids), dimension)."""
        return np.asarray(self._index.reconstruct_batch(ids), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Writes the index in FAISS's own format."""
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads what `save` wrote."""
        import faiss

        return cls(faiss.read_index(str(path)))
