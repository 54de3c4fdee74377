"""The vector leg: FAISS, inner product of unit vectors, exact."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

Vectors: TypeAlias = npt.NDArray[np.float32]
Ids: TypeAlias = npt.NDArray[np.int64]


def unit(vectors: Vectors) -> Vectors:
    """Each row brought to length 1; a row of zeros stays zeros, and so is near nothing."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return scaled


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

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """The ids nearest to `query` (dimension,), best first, and their cosines; fewer than `k` if there are fewer.

        Args:
            query: one unit vector.
            k: how many at the most.
            allowed: the only ids that may be candidates; every id if None.
        """
        import faiss

        # One thread: for a single query, starting a second one costs more than it saves (field notes, section 3).
        faiss.omp_set_num_threads(1)
        k = min(k, len(self) if allowed is None else len(allowed))
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        selector = None if allowed is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))
        scores, ids = self._index.search(query.reshape(1, -1), k, params=selector)
        # FAISS sums in another order at another row of its storage: six decimals are what is the same after a rebuild.
        return ids[0], np.round(scores[0], 6)

    def vectors(self, ids: Ids) -> Vectors:
        """The stored vectors of `ids`: shape (len(ids), dimension)."""
        rows = [self._index.reconstruct(int(one)) for one in ids]
        return np.asarray(rows, dtype=np.float32).reshape(len(ids), self._index.d)

    def save(self, path: Path) -> None:
        """Writes the index in FAISS's own format."""
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads what `save` wrote."""
        import faiss

        return cls(faiss.read_index(str(path)))
