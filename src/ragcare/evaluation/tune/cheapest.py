"""The threshold that costs least: an estimate from the certifying questions, without any promise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ragcare.evaluation.metrics.cost import Euros
from ragcare.evaluation.tune.cases import Case
from ragcare.evaluation.tune.certify import Columns, tally_of
from ragcare.evaluation.tune.risk_control import Floats
from ragcare.evaluation.tune.tuned import Cheapest


def find_cheapest(cases: Sequence[Case], thresholds: Floats, euros: Euros, promised: float | None) -> Cheapest:
    """Of the thresholds, and of answering nothing, the one that costs least; of those that cost the same the highest.

    What the threshold does not decide costs what it cost in the run; a draft that it keeps back costs a refusal.

    Args:
        cases: the certifying questions, with the probabilities of the calibration that is to be used.
        thresholds: to choose from, the highest first.
        euros: the prices.
        promised: the threshold of the promise, to compare with.
    """
    prices = euros.by_outcome()
    decided = [case for case in cases if case.by_threshold]
    tally = tally_of(Columns.of(decided), np.array([np.inf, *thresholds, *([] if promised is None else [promised])]))
    kept_back = len(decided) - tally.answered
    others = sum(prices[case.outcome] for case in cases if not case.by_threshold)
    said = prices["correct"] * (tally.answered - tally.wrong) + prices["wrong"] * tally.wrong
    cost = (others + said + prices["refused_rightly"] * kept_back) / len(cases)
    at = int(np.argmin(cost[: 1 + len(thresholds)]))
    always = [case for case in cases if case.said and not case.by_threshold]
    return Cheapest(
        answer_at=min(float(tally.thresholds[at]), 1.0),
        euros=float(cost[at]),
        euros_as_promised=None if promised is None else float(cost[-1]),
        coverage=(len(always) + int(tally.answered[at])) / len(cases),
        wrong_answer_rate=(sum(not case.right for case in always) + int(tally.wrong[at])) / len(cases),
        prices=euros.model_dump(),
    )
