"""Certifying: which thresholds hold the risk, on questions that nothing was fitted on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from ragcare.evaluation.tune.cases import Case
from ragcare.evaluation.tune.risk_control import Counts, Floats, least_questions, p_values, passed
from ragcare.evaluation.tune.tuned import Risk, Terms

_DECIMALS = 4
"""Thresholds have so many: a person can read them, and a file keeps them."""


class Columns(NamedTuple):
    """Questions as columns of shape (n,).

    Attributes:
        acts: whether the threshold decides.
        always: whether it is answered whatever the threshold.
    """

    probability: Floats
    right: npt.NDArray[np.bool_]
    acts: npt.NDArray[np.bool_]
    always: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Self:
        """The columns of these questions."""
        rows = [(one.probability, one.right, one.by_threshold, one.said and not one.by_threshold) for one in cases]
        told, right, acts, always = np.array(rows, dtype=np.float64).reshape(-1, 4).T
        return cls(told, right > 0, acts > 0, always > 0)


class Tally(NamedTuple):
    """What would be said at each threshold; arrays of shape (thresholds,).

    Attributes:
        acted: questions that are answered because of the threshold.
        answered: these, and those that are answered whatever the threshold.
        wrong: of the answered.
    """

    thresholds: Floats
    acted: Counts
    answered: Counts
    wrong: Counts
    n: int


class Certified(NamedTuple):
    """The tally on the certifying questions, and at which of its thresholds the promise holds."""

    tally: Tally
    promised: slice

    @property
    def chosen(self) -> int | None:
        """The lowest threshold of the promise; None where it would answer nothing: that is safe, and no success."""
        lowest = self.promised.stop - 1
        return lowest if lowest >= self.promised.start and self.tally.acted[lowest] else None


def certify(fitting: Columns, certifying: Columns, terms: Terms, *, least: float = 0.0) -> Certified:
    """Tests thresholds on the certifying questions, in an order that only the fitting questions have a say in.

    The thresholds are the hundredths and the probabilities of the fitting questions, from the highest down.

    Args:
        fitting: with the probabilities that the calibration gives them.
        certifying: likewise; at least one.
        terms: what is to be promised.
        least: no lower threshold is tried.
    """
    seen = fitting.probability[fitting.acts]
    candidates = np.unique(np.round(np.concatenate([seen, np.linspace(0, 1, 101), [least]]), _DECIMALS))
    thresholds = candidates[candidates >= least][::-1]
    tally = tally_of(certifying, thresholds)
    start = _surest(tally_of(fitting, thresholds), tally.n, terms) if terms.risk == "selective" else 0
    wrong, of = tally.wrong[start:], denominator(tally, terms.risk)[start:]
    held = passed(p_values(wrong, of, terms.max_risk, terms.bound), terms.confidence)
    return Certified(tally, slice(start, start + held))


def tally_of(cases: Columns, thresholds: Floats) -> Tally:
    """What would be said at each threshold, and how much of it is wrong."""
    acted = _at_or_above(cases.probability[cases.acts], thresholds)
    wrong = _at_or_above(cases.probability[cases.acts & ~cases.right], thresholds)
    always, wrong_always = cases.always.sum(), (cases.always & ~cases.right).sum()
    return Tally(thresholds, acted, acted + always, wrong + wrong_always, len(cases.right))


def _at_or_above(probabilities: Floats, thresholds: Floats) -> Counts:
    return np.asarray(len(probabilities) - np.searchsorted(np.sort(probabilities), thresholds), dtype=np.int64)


def denominator(tally: Tally, risk: Risk) -> Counts:
    """The denominator of the risk."""
    return np.full(len(tally.thresholds), tally.n) if risk == "wrong" else tally.answered


def _surest(fitting: Tally, n: int, terms: Terms) -> int:
    """Where the certifying questions will pass most likely, if they go as the fitting questions did.

    To learn on other data where the testing begins is the split fixed-sequence testing of Learn-then-Test.
    """
    if not fitting.n:
        return 0
    of = np.floor(denominator(fitting, terms.risk) * n / fitting.n).astype(np.int64)
    wrong = np.minimum(np.ceil(fitting.wrong * n / fitting.n).astype(np.int64), of)
    p = p_values(wrong, of, terms.max_risk, terms.bound)
    enough = of >= least_questions(terms.max_risk, terms.confidence)
    return int(np.argmin(np.where(enough, p, 1 + p)))
