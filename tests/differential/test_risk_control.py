"""Risk control equals MAPIE's on the same data: the same p-values, and the same thresholds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from mapie.risk_control import BinaryClassificationController, BinaryRisk
from mapie.risk_control.methods import compute_hoeffding_bentkus_p_value

from ragcare.evaluation.tune.certify import Columns, certify
from ragcare.evaluation.tune.risk_control import p_values, upper_bounds
from ragcare.evaluation.tune.tuned import Terms

wrong_of_answered = BinaryRisk(
    risk_occurrence=lambda y_true, y_pred: (y_true == 0) & (y_pred == 1),
    risk_condition=lambda y_true, y_pred: (y_pred == 1) & (y_true == y_true),
    higher_is_better=False,  # as 1 - precision, a rounding error would count as one more error
)

counts = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
risks = st.floats(0.001, 0.999)

answered_wrongly = BinaryRisk(
    risk_occurrence=lambda y_true, y_pred: (y_pred == 1) & (y_true == 0),
    risk_condition=lambda y_true, y_pred: (y_true == y_true) & (y_pred == y_pred),  # every question counts
    higher_is_better=False,
)


def of_mapie(wrong: int, n: int, max_risk: float, *, binary: bool) -> float:
    share = wrong / n
    assume(math.ceil(n * share) == wrong)  # MAPIE counts errors as ceil(n * share), which may round one up
    return float(compute_hoeffding_bentkus_p_value(np.array([share]), n, max_risk, binary)[0, 0])


@given(counts, risks)
def test_hoeffding_bentkus_p_values_are_those_of_mapie(count: tuple[int, int], max_risk: float) -> None:
    wrong, n = count
    ours = p_values(np.array([wrong]), np.array([n]), max_risk, "hoeffding-bentkus")
    assert ours[0] == pytest.approx(of_mapie(wrong, n, max_risk, binary=False), abs=1e-9)


@given(counts, risks)
def test_exact_p_values_are_those_of_mapie_for_errors_that_happen_or_not(
    count: tuple[int, int], max_risk: float
) -> None:
    """Of its two bounds the binomial one is always the smaller, and it is exact."""
    wrong, n = count
    ours = p_values(np.array([wrong]), np.array([n]), max_risk)
    assert ours[0] == pytest.approx(of_mapie(wrong, n, max_risk, binary=True), abs=1e-9)


@given(counts, st.floats(0.6, 0.999))
def test_the_upper_bound_is_that_of_scipy(count: tuple[int, int], confidence: float) -> None:
    from scipy.stats import binomtest

    wrong, n = count
    interval = binomtest(wrong, n, alternative="less").proportion_ci(confidence, method="exact")
    ours = upper_bounds(np.array([wrong]), np.array([n]), confidence)
    assert ours[0] == pytest.approx(interval.high, abs=1e-9)


def certified_by_mapie(told: npt.NDArray[Any], right: npt.NDArray[Any], thresholds: Any, terms: Terms) -> list[float]:
    risk = wrong_of_answered if terms.risk == "selective" else answered_wrongly
    controller = BinaryClassificationController(
        predict_function=lambda told: np.column_stack([1 - told, told]),
        risk=risk,
        target_level=terms.max_risk,
        confidence_level=terms.confidence,
        best_predict_param_choice=risk,
        list_predict_params=thresholds,
        fwer_method="fixed_sequence",
    )
    return [float(one) for one in controller.calibrate(told, right.astype(int)).valid_predict_params]


@pytest.mark.filterwarnings(
    "ignore:Fixed sequence testing requires a monotonic risk:UserWarning"
)  # to gain, not to hold
@pytest.mark.filterwarnings("ignore:No predict parameters were found:UserWarning")
@pytest.mark.parametrize("risk", ["wrong", "selective"])
@pytest.mark.parametrize(("max_risk", "confidence"), [(0.05, 0.95), (0.1, 0.9), (0.2, 0.99)])
@pytest.mark.parametrize("seed", range(4))
def test_the_same_thresholds_are_certified(risk: Any, max_risk: float, confidence: float, seed: int) -> None:
    dice = np.random.default_rng(seed)
    told = dice.random(600)
    right = dice.random(600) < told**0.3
    sure = np.ones(300, dtype=bool)
    fitting, certifying = (Columns(told[half], right[half], sure, ~sure) for half in (slice(300), slice(300, 600)))
    terms = Terms(max_risk=max_risk, confidence=confidence, risk=risk)

    found = certify(fitting, certifying, terms)
    thresholds = found.tally.thresholds

    theirs = certified_by_mapie(told[300:], right[300:], thresholds[found.promised.start :], terms)
    assert thresholds[found.promised].tolist() == theirs


def test_something_is_certified_there_and_not_everything() -> None:
    """The comparison above would hold for two that certify nothing."""
    dice = np.random.default_rng(0)
    told = dice.random(600)
    right = dice.random(600) < told**0.3
    sure = np.ones(300, dtype=bool)
    fitting, certifying = (Columns(told[half], right[half], sure, ~sure) for half in (slice(300), slice(300, 600)))
    for risk, max_risk in (("wrong", 0.05), ("selective", 0.2)):
        found = certify(fitting, certifying, Terms.model_validate({"max_risk": max_risk, "risk": risk}))
        assert 0 < found.promised.stop - found.promised.start < len(found.tally.thresholds)
