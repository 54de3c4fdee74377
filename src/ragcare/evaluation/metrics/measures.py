"""What a measure is: a named function of the table and of how often each row counts."""

from __future__ import annotations

from collections.abc import Callable
from inspect import getdoc
from typing import NamedTuple

import numpy as np

from ragcare.evaluation.metrics.table import Mask, Matrix, Table, Vector

Parts = tuple[Mask | Vector, Mask | Vector]
"""What is counted, and out of what; for each row, both of shape [n]."""


class Measure(NamedTuple):
    """A measure.

    Attributes:
        name: its key in the report.
        formula: what it is, and where it is from.
        rows: the rows that it is about; about none, it is absent from the report.
        values: its value under each row of weights, [B, n] -> [B]; NaN where it does not apply. Weights of ones give
            the figure, those of a bootstrap its interval.
        low: the least that it can be; `high` likewise the most.
        units: how many independent observations it rests on; the clusters of its rows if None.
        lower_is_better: as for a rate of errors; of the others more is better.
    """

    name: str
    formula: str
    rows: Callable[[Table], Mask]
    values: Callable[[Table, Matrix], Vector]
    low: float = 0.0
    high: float = 1.0
    units: Callable[[Table], int] | None = None
    lower_is_better: bool = False


def ratio(
    name: str,
    parts: Callable[[Table], Parts],
    *,
    formula: str = "",
    low: float = 0.0,
    high: float = 1.0,
    lower_is_better: bool = False,
) -> Measure:
    """A measure that is one sum over another: a share, or a mean, of some of the rows.

    Args:
        name: its key in the report.
        parts: what is summed, documented. Where the second part is 0, the first counts nothing, and may be NaN.
        formula: the docstring of `parts` if empty.
        low: the least that it can be.
        high: the most that it can be.
        lower_is_better: as for a rate of errors.
    """

    def values(table: Table, weights: Matrix) -> Vector:
        counted, among = _clean(parts(table))
        return divide(weights @ counted, weights @ among)

    def rows(table: Table) -> Mask:
        return _clean(parts(table))[1] > 0

    return Measure(name, formula or getdoc(parts) or "", rows, values, low, high, lower_is_better=lower_is_better)


def every_row(table: Table) -> Mask:
    """The rows of a measure that is about all of them."""
    return table.everything


def _clean(parts: Parts) -> tuple[Vector, Vector]:
    counted, among = (part.astype(np.float64) for part in parts)
    return np.where(among > 0, counted, 0.0), among


def divide(above: Matrix, below: Matrix) -> Matrix:
    """The quotient, NaN where the divisor is 0."""
    quotient: Matrix = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below != 0)
    return quotient
