"""Measures of the probability: what it tells apart, what it would let through, and whether it means what it says."""

from __future__ import annotations

from inspect import getdoc
from typing import NamedTuple

import numpy as np

from ragcare.evaluation.metrics.measures import Measure, divide, every_row
from ragcare.evaluation.metrics.table import Mask, Matrix, Table, Vector
from ragcare.evaluation.report import Bin, Point

BINS = 10
MOST_POINTS = 200
_ONE_WRONG_IN = 20  # at 5 % risk; a whole number, so that no rounding decides


def _answerability_auroc(table: Table, weights: Matrix) -> Vector:
    """Chance that an answerable question has a higher probability than an unanswerable one; ties count half.

    Hanley & McNeil (1982): (Σ over pairs of [p > q] + ½ [p = q]) / pairs, here over all questions that expect an answer
    or a refusal, answered or not. Absent where all are answerable, or none is.
    """
    rows = _answer_or_refuse(table)
    order, starts = _blocks(table.probability[rows])
    answerable = table.answerable[rows][order]
    weights = weights[:, rows][:, order]
    yes = np.add.reduceat(weights * answerable, starts, axis=1)
    no = np.add.reduceat(weights * ~answerable, starts, axis=1)
    # The blocks fall: below a block are all the unanswerable ones that have not yet been passed.
    below = no.sum(axis=1, keepdims=True) - np.cumsum(no, axis=1)
    return divide((yes * (below + no / 2)).sum(axis=1), yes.sum(axis=1) * no.sum(axis=1))


def _answer_or_refuse(table: Table) -> Mask:
    return np.isin(table.expects, ["answer", "refuse"])


def _pairs(table: Table) -> int:
    """Independent pairs, from which an AUROC varies no less than it does (Birnbaum & Klose 1957)."""
    rows = _answer_or_refuse(table)
    return min(table.clusters(rows & table.answerable), table.clusters(rows & ~table.answerable))


class _Curve(NamedTuple):
    """What would be said at each threshold, from the highest down; each [B, thresholds] but the thresholds."""

    thresholds: Vector
    said: Matrix
    wrong: Matrix


def _curve(table: Table, weights: Matrix) -> _Curve:
    confidence = table.confidence
    order, starts = _blocks(confidence)
    ends = np.append(starts[1:], len(order)) - 1
    weights = weights[:, order]
    said = np.cumsum(weights, axis=1)[:, ends]
    wrong = np.cumsum(weights * ~table.draft_right[order], axis=1)[:, ends]
    return _Curve(confidence[order][starts], said, wrong)


def _aurc(table: Table, weights: Matrix) -> Vector:
    """Area under the risk–coverage curve; lower is better.

    Geifman & El-Yaniv (2017); Geifman, Uziel & El-Yaniv (2019): (1/n) Σ over questions i of the risk at the threshold
    κ(i), the risk being the share of wrong drafts among the questions with κ ≥ κ(i). κ is the probability, or 0 for
    what no threshold would have said. Equal κ are said together, so that no order among them moves the area.
    """
    _, said, wrong = _curve(table, weights)
    mass = np.diff(said, axis=1, prepend=0.0)
    return divide((mass * np.nan_to_num(divide(wrong, said))).sum(axis=1), said[:, -1])


def _coverage_at_risk(table: Table, weights: Matrix) -> Vector:
    """The largest share that can be said at one threshold with at most 5 % of it wrong; 0 where there is none.

    On the questions at hand, with hindsight: it is no promise. A threshold of 0 is none, for it would also say what no
    threshold says.
    """
    thresholds, said, wrong = _curve(table, weights)
    within = (wrong * _ONE_WRONG_IN <= said) & (said > 0) & (thresholds > 0)
    return divide(np.where(within, said, 0.0).max(axis=1), said[:, -1])


def _ece(table: Table, weights: Matrix) -> Vector:
    """Expected calibration error: Σ over bins of |mean probability - share of right drafts| · share of questions.

    Naeini, Cooper & Hauskrecht (2015), ten bins of equal width, over the questions for which something was drafted.
    """
    weights = weights[:, table.drafted]
    error = (table.probability - table.draft_right)[table.drafted]
    in_bin = _bin(table.probability[table.drafted])[:, None] == np.arange(BINS)
    return divide(np.abs(weights @ (error[:, None] * in_bin)).sum(axis=1), weights.sum(axis=1))


def _drafted(table: Table) -> Mask:
    return table.drafted


ANSWERABILITY_AUROC = Measure(
    "answerability_auroc", getdoc(_answerability_auroc) or "", _answer_or_refuse, _answerability_auroc, units=_pairs
)
AURC = Measure("aurc", getdoc(_aurc) or "", every_row, _aurc, lower_is_better=True)
COVERAGE_AT_RISK = Measure("coverage@risk5", getdoc(_coverage_at_risk) or "", every_row, _coverage_at_risk)
ECE = Measure("ece", getdoc(_ece) or "", _drafted, _ece, lower_is_better=True)


def risk_coverage(table: Table) -> tuple[Point, ...]:
    """The points of the risk–coverage curve, from the highest threshold down; the last one says everything.

    Of more than 200, as many are taken evenly, the first and the last among them.
    """
    thresholds, said, wrong = _curve(table, np.ones((1, len(table))))
    kept = np.unique(np.linspace(0, len(thresholds) - 1, MOST_POINTS).round().astype(int))
    coverage, risk = said[0] / len(table), wrong[0] / said[0]
    return tuple(
        Point(threshold=float(thresholds[at]), coverage=float(coverage[at]), risk=float(risk[at])) for at in kept
    )


def reliability(table: Table) -> tuple[Bin, ...]:
    """The bars of the reliability diagram that hold any question; their gaps, weighted by n, make up the ECE."""
    drafted = table.only(table.drafted)
    bins = _bin(drafted.probability)
    bars = []
    for at in np.unique(bins):
        inside = bins == at
        bars.append(
            Bin(
                low=at / BINS,
                high=(at + 1) / BINS,
                n=int(inside.sum()),
                probability=round(float(drafted.probability[inside].mean()), 12),
                right=float(drafted.draft_right[inside].mean()),
            )
        )
    return tuple(bars)


def _bin(probability: Vector) -> Vector:
    return np.minimum(np.floor(probability * BINS), BINS - 1)


def _blocks(
    scores: Vector,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """The order from the highest score down, and where in it each run of equal scores starts."""
    order = np.argsort(-scores, kind="stable")
    falls = np.diff(scores[order], prepend=np.inf) != 0
    return order, np.flatnonzero(falls)
