"""How rows move when some of them leave and others come in: said once, done alike to every array of an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Number = TypeVar("Number", bound=np.generic)

Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Splice:
    """Rows that stay, in their order, and rows that come in between them.

    Attributes:
        stays: for each old row, whether it stays.
        places: the new row of each one that comes in, ascending.
    """

    stays: Mask
    places: Rows

    @classmethod
    def between(cls, stays: Mask, before: Sequence[int]) -> Self:
        """Each new row stands right before the old row `before[i]`, which must not fall from one to the next."""
        kept_above = np.concatenate([[0], np.cumsum(stays)])
        return cls(stays, kept_above[np.asarray(before, np.intp)] + np.arange(len(before), dtype=np.intp))

    @classmethod
    def into_nothing(cls, size: int) -> Self:
        """So many rows come in where there were none."""
        return cls(np.empty(0, np.bool_), np.arange(size, dtype=np.intp))

    @property
    def size(self) -> int:
        """How many rows there are afterwards."""
        return len(self._kept) + len(self.places)

    @cached_property
    def _kept(self) -> Rows:
        """The old rows that stay."""
        return np.flatnonzero(self.stays)

    @cached_property
    def _kept_places(self) -> Rows:
        """Where they stand afterwards."""
        free = np.ones(self.size, np.bool_)
        free[self.places] = False
        return np.flatnonzero(free)

    @cached_property
    def new_rows(self) -> Rows:
        """The new row of each old one; -1 for those that leave."""
        moved = np.full(len(self.stays), -1, np.intp)
        moved[self._kept] = self._kept_places
        return moved

    def of_parts(self, old: Rows, added: Rows) -> Self:
        """The same splice for what each row has several of, one row after another.

        Args:
            old: how many each old row has.
            added: how many each row that comes in has.
        """
        comes_in = np.zeros(self.size, np.bool_)
        comes_in[self.places] = True
        places = np.flatnonzero(np.repeat(comes_in, self.array(old, added)))
        return type(self)(np.repeat(self.stays, old), places)

    def array(self, old: npt.NDArray[Number], added: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """The values by row afterwards."""
        values = np.empty(self.size, old.dtype)
        values[self._kept_places] = old[self._kept]
        values[self.places] = added
        return values

    def items(self, old: Sequence[T], added: Sequence[T]) -> tuple[T, ...]:
        """The same for things that are no numbers."""
        staying = list(compress(old, self.stays.tolist()))
        whole: list[T] = []
        taken = 0
        for at, (place, item) in enumerate(zip(self.places.tolist(), added, strict=True)):
            whole += staying[taken : place - at]
            whole.append(item)
            taken = place - at
        return (*whole, *staying[taken:])
