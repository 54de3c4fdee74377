"""Weights of a bootstrap give what resampling the rows one by one gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.evaluation.rows import judged, label

from ragcare.evaluation.metrics import catalogue
from ragcare.evaluation.metrics.answering import COVERAGE
from ragcare.evaluation.metrics.deflection import PUBLISHED
from ragcare.evaluation.metrics.intervals import exact_interval, figures, resampled
from ragcare.evaluation.metrics.measures import Measure
from ragcare.evaluation.metrics.table import Table
from ragcare.schema import Action

MEASURES: tuple[Measure, ...] = (*catalogue.MEASURES, *(one.measure for one in PUBLISHED))
ACTIONS: tuple[Action, ...] = ("answer", "answer", "refuse", "escalate", "clarify")


def some_rows(count: int) -> Table:
    dice = np.random.default_rng(3)
    rows = []
    for at in range(count):
        expects, action = (ACTIONS[dice.integers(len(ACTIONS))] for _ in range(2))
        reason = "anger" if dice.random() < 0.5 else None
        asked = label(f"q{at:03}", expects, article=f"a{dice.integers(count // 2)}", reason=reason)
        cites = f"a{dice.integers(3)}" if dice.random() < 0.5 else (*asked.relevant_ids, *asked.near_ids)[0]
        how: dict[str, Any] = {"cites": cites, "found": (cites,), "probability": round(float(dice.random()), 1)}
        rows.append(judged(asked, action, reason="anger" if action == "escalate" else None, **how))
    return Table.of(rows)


def repeated(table: Table, times: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Table:
    places: Any = np.repeat(np.arange(len(table)), times.astype(int))  # places do where a mask does
    return table.only(places)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_a_row_that_counts_twice_is_a_row_that_stands_there_twice(measure: Measure) -> None:
    table = some_rows(30)
    weights = next(resampled(table, resamples=20))
    for drawn, value in zip(weights, measure.values(table, weights), strict=True):
        plainly = repeated(table, drawn)
        expected = measure.values(plainly, np.ones((1, len(plainly))))[0]
        np.testing.assert_allclose(value, expected, atol=1e-12)
    assert np.isfinite(measure.values(table, weights)).any()


def test_articles_are_drawn_whole_and_as_many_as_there_are() -> None:
    table = some_rows(40)
    weights = np.concatenate(list(resampled(table, resamples=300)))
    assert weights.shape == (300, 40)
    _, firsts = np.unique(table.cluster, return_index=True)
    np.testing.assert_array_equal(weights[:, firsts].sum(axis=1), len(firsts))
    np.testing.assert_array_equal(weights, weights[:, firsts][:, table.cluster])
    np.testing.assert_allclose(weights[:, firsts].mean(axis=0), 1, atol=0.3)  # five standard errors


def test_the_interval_is_that_of_naive_resampling() -> None:
    """Of the same measure over as many resamples, drawn by other dice: the ends agree within what chance allows."""
    table = some_rows(300)
    dice = np.random.default_rng(8)
    members = [np.flatnonzero(table.cluster == at) for at in range(int(table.cluster.max()) + 1)]
    shares = []
    for _ in range(2000):
        drawn = np.concatenate([members[at] for at in dice.integers(len(members), size=len(members))])
        shares.append((table.action[drawn] == "answer").mean())
    figure = figures(table, [COVERAGE])["coverage"]
    assert (figure.low, figure.high) == pytest.approx(tuple(np.quantile(shares, [0.025, 0.975])), abs=0.01)


def test_the_exact_interval_is_that_of_scipy() -> None:
    from scipy.stats import binomtest

    for hits in (0, 1, 5, 10, 11):
        expected = binomtest(hits, 11).proportion_ci(0.95, method="exact")
        assert exact_interval(hits / 11, 11) == pytest.approx((expected.low, expected.high))
