"""What is measured of the probability equals scikit-learn, and the definitions written out plainly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score
from tests.evaluation.rows import table

from ragcare.evaluation.metrics.curves import ANSWERABILITY_AUROC, AURC, COVERAGE_AT_RISK, ECE
from ragcare.evaluation.metrics.measures import Measure
from ragcare.evaluation.metrics.table import Table

Scored = list[tuple[float, bool, int]]
"""Probability, whether it is right, and how often the row counts."""

# Few values, so that many tie; none on the border of a bin, where scikit-learn's bins are closed on the other side.
scored = st.lists(
    st.tuples(
        st.sampled_from([0.07, 0.33, 0.34, 0.55, 0.91]) | st.floats(0.001, 0.999).filter(lambda p: p * 10 % 1 > 1e-9),
        st.booleans(),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=40,
).filter(lambda rows: any(count for *_, count in rows))


def of(rows: Scored) -> Table:
    right = np.array([one[1] for one in rows])
    expects = np.where(right, "answer", "refuse")
    probability = np.array([one[0] for one in rows])
    return table(len(rows), probability=probability, draft_right=right, answerable=right, expects=expects)


def value(measure: Measure, rows: Scored) -> float:
    weights = np.array([[count for *_, count in rows]], dtype=np.float64)
    return float(measure.values(of(rows), weights)[0])


def repeated(rows: Scored) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Each row as often as it counts."""
    drawn = [(probability, right) for probability, right, count in rows for _ in range(count)]
    return np.array([one[0] for one in drawn]), np.array([one[1] for one in drawn])


@settings(max_examples=100)
@given(rows=scored)
def test_the_answerability_auroc_is_that_of_scikit_learn(rows: Scored) -> None:
    probability, answerable = repeated(rows)
    if len(set(answerable.tolist())) < 2:
        assert np.isnan(value(ANSWERABILITY_AUROC, rows))
    else:
        expected = roc_auc_score(answerable, probability)
        assert value(ANSWERABILITY_AUROC, rows) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=100)
@given(rows=scored)
def test_the_calibration_error_is_made_of_the_bins_of_scikit_learn(rows: Scored) -> None:
    probability, right = repeated(rows)
    share, mean = calibration_curve(right, probability, n_bins=10, strategy="uniform")
    held = np.histogram(probability, bins=np.linspace(0, 1, 11))[0]
    expected = np.abs(share - mean) @ held[held > 0] / len(right)
    assert value(ECE, rows) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=100)
@given(rows=scored)
def test_the_area_under_the_risk_coverage_curve_is_that_of_its_definition(rows: Scored) -> None:
    probability, right = repeated(rows)
    risks = [1 - right[probability >= threshold].mean() for threshold in probability]
    assert value(AURC, rows) == pytest.approx(np.mean(risks), abs=1e-9)


@settings(max_examples=100)
@given(rows=scored)
def test_the_coverage_at_risk_is_the_largest_of_any_threshold(rows: Scored) -> None:
    probability, right = repeated(rows)
    said = [probability >= threshold for threshold in probability]
    expected = max((one.mean() for one in said if (~right[one]).sum() * 20 <= one.sum()), default=0)
    assert value(COVERAGE_AT_RISK, rows) == pytest.approx(expected, abs=1e-9)


def test_one_wrong_in_twenty_is_still_within_five_per_cent_and_one_in_nineteen_is_not() -> None:
    twenty: Scored = [(0.9, at > 0, 1) for at in range(20)]
    assert value(COVERAGE_AT_RISK, twenty) == 1
    assert value(COVERAGE_AT_RISK, twenty[:19]) == 0


def test_what_no_threshold_would_have_said_comes_last_and_is_never_covered() -> None:
    rows = table(4, by_threshold=np.array([True, True, False, False]), probability=np.array([0.6, 0.7, 0.9, 0.8]))
    assert COVERAGE_AT_RISK.values(rows, np.ones((1, 4)))[0] == 0.5
