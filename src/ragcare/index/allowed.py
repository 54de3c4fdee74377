"""What a search among vectors may choose from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

Vectors: TypeAlias = npt.NDArray[np.float32]
Ids: TypeAlias = npt.NDArray[np.int64]

NOISE = 1e-5
"""Well above what single precision may get wrong in the score of two unit vectors; what is no nearer is not near."""


@dataclass(frozen=True, eq=False)
class Allowed:
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

    def ids(self) -> Ids:
        """Them, ascending."""
        return np.flatnonzero(np.unpackbits(self.bits, bitorder="little")).astype(np.int64)

    @cached_property
    def for_faiss(self) -> Any:
        """The same for an inverted file of FAISS, which only reads them: an `IndexIDMap` writes in its own."""
        import faiss

        return faiss.SearchParametersIVF(sel=faiss.IDSelectorBitmap(self.bits), nprobe=1)
