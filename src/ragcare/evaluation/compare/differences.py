"""How far the figures of two runs differ, with paired 95 % intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ragcare.evaluation.compare.records import Difference, Verdict
from ragcare.evaluation.metrics.catalogue import MEASURES
from ragcare.evaluation.metrics.intervals import CELLS, LEVEL, NO_SPREAD, exact_interval, resampled, rounded
from ragcare.evaluation.metrics.measures import Measure
from ragcare.evaluation.metrics.table import Matrix, Table, Vector

RESAMPLES = 2000  # more than for a report: the tails are cut further out


def differences(
    before: Table, after: Table, *, measures: Sequence[Measure] = MEASURES, resamples: int = RESAMPLES
) -> tuple[Difference, ...]:
    """Each figure in both runs, its difference and the interval of that; a figure that neither run has is left out.

    The bootstrap is paired (Efron & Tibshirani 1993; Koehn 2004): each resample draws the same articles, with all
    questions on them, in both runs, so that what is hard for both does not widen the interval of their difference.
    The percentiles that are taken lie further out than 2.5 and 97.5, as in the expanded interval of Hesterberg (2015):
    at Φ(∓ √(G/(G-1)) t), where t is the quantile of Student's distribution with as many degrees of freedom as the
    variance is known with, 2G/(κ-1), at most G-1. G is the number of articles and κ the kurtosis of what each
    contributes to the difference. Two runs often differ on very few questions, and then plain percentiles find
    differences that are none.

    Args:
        before: the baseline's rows.
        after: the candidate's: the same questions in the same order, under labels that put them in the same clusters.
        measures: the figures.
        resamples: how many are drawn; always the same ones for as many articles.

    Raises:
        ValueError: the tables are not about the same questions, or not in the same clusters.
    """
    if not np.array_equal(before.id, after.id) or not np.array_equal(before.cluster, after.cluster):
        raise ValueError("the two tables are not about the same questions")
    ones = np.ones((1, len(before)))
    found = [_values(one, before, after, ones) for one in measures]
    differing = [at for at, values in enumerate(found) if np.isfinite(values).all()]
    drawn = _drawn([measures[at] for at in differing], before, after, resamples) if differing else {}
    return tuple(
        _difference(one, before, after, (values[0, 0], values[1, 0]), drawn.get(one.name))
        for one, values in zip(measures, found, strict=True)
        if np.isfinite(values).any()
    )


def no_differences(table: Table) -> tuple[Difference, ...]:
    """Each figure of a run, beside itself: what `differences` finds where every reply is the same, without a draw."""
    plain = differences(table, table, resamples=0)
    none = {"difference": 0.0, "low": 0.0, "high": 0.0, "verdict": "same"}
    return tuple(one.model_copy(update=none) for one in plain)


def _values(measure: Measure, before: Table, after: Table, weights: Matrix) -> Matrix:
    """In the first row before, in the second after, under each row of weights; NaN where it does not apply."""
    tables = (before, after)
    return np.stack([measure.values(one, weights) if measure.rows(one).any() else _nothing(weights) for one in tables])


def _nothing(weights: Matrix) -> Vector:
    return np.full(len(weights), np.nan)


def _drawn(measures: Sequence[Measure], before: Table, after: Table, resamples: int) -> dict[str, Vector]:
    """The differences in all resamples in which there are any, by figure."""
    drawn: dict[str, list[Vector]] = {one.name: [] for one in measures}
    for weights in resampled(before, resamples):
        for one in measures:
            old, new = _values(one, before, after, weights)
            drawn[one.name].append(new - old)
    together = {name: np.concatenate([np.empty(0), *parts]) for name, parts in drawn.items()}
    return {name: draws[np.isfinite(draws)] for name, draws in together.items()}


def _difference(
    measure: Measure, before: Table, after: Table, values: tuple[float, float], drawn: Vector | None
) -> Difference:
    old, new = values
    plain = Difference(
        metric=measure.name,
        lower_is_better=measure.lower_is_better,
        before=rounded(old) if np.isfinite(old) else None,
        after=rounded(new) if np.isfinite(new) else None,
    )
    if drawn is None:
        return plain
    difference = rounded(new - old)
    low, high = map(rounded, _interval(measure, before, after, difference, drawn))
    # Some figures (ECE) are larger on resamples than on the sample: the interval is widened to hold the value.
    low, high = min(low, difference), max(high, difference)
    verdict = _verdict(low, high, plain.lower_is_better)
    return plain.model_copy(update={"difference": difference, "low": low, "high": high, "verdict": verdict})


def _interval(measure: Measure, before: Table, after: Table, difference: float, drawn: Vector) -> tuple[float, float]:
    span = measure.high - measure.low
    if not len(drawn):
        return -span, span  # no resample says anything about it
    if np.ptp(drawn) < NO_SPREAD and difference != 0:
        # All articles agree, as when 3 of 3 turned wrong; what was not drawn may not. As a share of ups among trials.
        units = before.clusters(measure.rows(before) | measure.rows(after))
        low, high = exact_interval((difference / span + 1) / 2, units)
        return span * (2 * low - 1), span * (2 * high - 1)
    tail = _tail(np.concatenate(list(_contributions(measure, before, after))))
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return float(low), float(high)


def _contributions(measure: Measure, before: Table, after: Table) -> Iterator[Vector]:
    """The difference without each cluster (the jackknife), some clusters at a time."""
    clusters = np.arange(before.cluster.max() + 1)
    for part in np.array_split(clusters, max(1, len(clusters) * len(before) // CELLS)):
        old, new = _values(measure, before, after, (before.cluster != part[:, None]).astype(np.float64))
        yield new - old


def _tail(without: Vector) -> float:
    """The share of the resamples to leave out at either end, given the difference without each cluster, [G]."""
    from scipy.special import ndtr, stdtrit

    parts = without[np.isfinite(without)]
    parts = parts - parts.mean() if len(parts) else parts
    count, variance = len(parts), float(np.mean(parts**2)) if len(parts) else 0.0
    if count < 2:
        return 0.0
    if variance < NO_SPREAD**2:
        return (1 - LEVEL) / 2
    kurtosis = float(np.mean(parts**4)) / variance**2
    freedom = min(2 * count / max(kurtosis - 1, NO_SPREAD), count - 1)
    return float(ndtr(-stdtrit(freedom, (1 + LEVEL) / 2) * np.sqrt(count / (count - 1))))


def _verdict(low: float, high: float, lower_is_better: bool) -> Verdict:
    if low <= 0 <= high:
        return "same"
    return "better" if (high < 0) == lower_is_better else "worse"
