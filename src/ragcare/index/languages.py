"""The language of each passage, by number: a few languages are shared by many, so that one look tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from ragcare.index.splice import Mask, Rows
from ragcare.schema import another_language


class Languages(NamedTuple):
    """The language of each row.

    Attributes:
        codes: of languages; one may stand there several times.
        of_row: which of them is that of each row, of shape (rows,).
    """

    codes: Sequence[str]
    of_row: npt.NDArray[np.integer]

    @classmethod
    def of(cls, languages: Sequence[str]) -> Self:
        """From the language of each row."""
        codes = sorted(set(languages))
        return cls(codes, np.array([codes.index(one) for one in languages], np.intp))

    def other_than(self, language: str, rows: Rows) -> Mask:
        """Which of these rows are known to be in another language than that."""
        other: Mask = np.array([another_language(one, language) for one in self.codes], np.bool_)
        return other.take(self.of_row[rows])
