"""Figures with their 95 % intervals: a bootstrap over articles, or an exact one where that says nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ragcare.evaluation.metrics.measures import Measure
from ragcare.evaluation.metrics.table import Matrix, Table, Vector
from ragcare.evaluation.report import Figure, Figures

RESAMPLES, LEVEL = 1000, 0.95
_SEED = 1979  # of the paper below; the same for all tables, so that the same rows give the same report
CELLS = 4_000_000  # of one block of weights: 32 MB
NO_SPREAD = 1e-9  # what is drawn alike, but for rounding
_DIGITS = 12  # sums may differ in the last bit from one machine to another; the report shall not


def figures(table: Table, measures: Sequence[Measure]) -> Figures:
    """The figure of each measure that applies, by name.

    The interval is the percentile bootstrap (Efron 1979) over clusters: whole articles are drawn with replacement, and
    all questions on an article count as often as it was drawn (Field & Welsh 2007). Resamples in which the measure
    does not apply are dropped. Where all others agree, as they do when 11 of 11 are right, they tell nothing about what
    was not drawn: the interval is then that of Clopper & Pearson (1934), with the clusters as trials, which is [.72, 1]
    for the 11. The interval always holds the value: some measures (ECE) are larger on resamples than on the sample.
    """
    applying = [one for one in measures if one.rows(table).any()]
    ones = np.ones((1, len(table)))
    values = {one.name: float(one.values(table, ones)[0]) for one in applying}
    applying = [one for one in applying if np.isfinite(values[one.name])]
    drawn: dict[str, list[Vector]] = {one.name: [] for one in applying}
    for weights in resampled(table):
        for one in applying:
            drawn[one.name].append(one.values(table, weights))
    return {one.name: _figure(one, table, values[one.name], np.concatenate(drawn[one.name])) for one in applying}


def resampled(table: Table, resamples: int = RESAMPLES) -> Iterator[Matrix]:
    """How often each row counts in each resample of the clusters, [B, n], some resamples at a time."""
    dice = np.random.default_rng(_SEED)
    clusters = int(table.cluster.max()) + 1
    block = max(1, CELLS // len(table))
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        drawn = dice.integers(clusters, size=(size, clusters)) + clusters * np.arange(size)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=size * clusters).reshape(size, clusters)
        yield counts.astype(np.float64)[:, table.cluster]


def _figure(measure: Measure, table: Table, value: float, drawn: Vector) -> Figure:
    rows = measure.rows(table)
    drawn = drawn[np.isfinite(drawn)]
    span = measure.high - measure.low
    if (not len(drawn) or np.ptp(drawn) < NO_SPREAD) and 0 < span < np.inf:
        units = measure.units(table) if measure.units else table.clusters(rows)
        low, high = (measure.low + span * end for end in exact_interval((value - measure.low) / span, units))
    elif len(drawn):
        low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    else:
        low = high = value
    value = rounded(value)
    return Figure(value=value, n=int(rows.sum()), low=min(rounded(low), value), high=max(rounded(high), value))


def exact_interval(share: float, trials: int) -> tuple[float, float]:
    """The interval of Clopper & Pearson (1934) for a share of independent trials, of whole ones or not."""
    from scipy.special import betaincinv

    tail, hits = (1 - LEVEL) / 2, min(max(share, 0.0), 1.0) * trials
    low = float(betaincinv(hits, trials - hits + 1, tail)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, trials - hits, 1 - tail)) if hits < trials else 1.0
    return low, high


def rounded(number: float) -> float:
    """As it stands in a report: the same on every machine."""
    return round(float(number), _DIGITS) + 0.0  # + 0.0: never -0.0
