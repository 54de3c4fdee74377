"""Log-odds: there and back, never infinite, and pools between the opinions that they are made of."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.odds import Weight, log_odds, logistic, pooled

PROBABILITIES = st.floats(0, 1)


@given(PROBABILITIES)
def test_there_and_back(probability: float) -> None:
    assert logistic(log_odds(probability)) == pytest.approx(probability, abs=2e-9)


@given(st.floats(allow_nan=False))
def test_nothing_overflows(score: float) -> None:
    assert 0 <= logistic(score) <= 1
    assert math.isfinite(log_odds(logistic(score)))


@given(PROBABILITIES, PROBABILITIES, PROBABILITIES)
def test_a_pool_lies_between_its_opinions(one: float, other: float, weight: float) -> None:
    kept = [min(max(opinion, 0.01), 0.99) for opinion in (one, other)]
    assert min(kept) - 1e-12 <= pooled(one, other, weight, 0.01) <= max(kept) + 1e-12
    assert pooled(one, other, weight, 0.01) == pytest.approx(pooled(other, one, 1 - weight, 0.01))


@given(st.floats(-1e6, 1e6))
def test_what_saturates_pulls_as_much_as_its_weight_at_most(value: float) -> None:
    plain = Weight(mean=1.0, scale=0.5, weight=-2.0)
    saturating = plain.model_copy(update={"saturates": True})
    assert abs(saturating.pull(value)) <= min(2.0, abs(plain.pull(value)) + 1e-12)
    assert saturating.pull(1.01) == pytest.approx(plain.pull(1.01), rel=1e-3), "near the mean as if it did not"
