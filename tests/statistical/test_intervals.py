"""The 95 % intervals hold the truth about 95 times in a hundred, where it is known because it was made."""

from __future__ import annotations

import numpy as np
import pytest
from tests.evaluation.rows import table

from ragcare.evaluation.metrics.answering import COVERAGE
from ragcare.evaluation.metrics.curves import ANSWERABILITY_AUROC
from ragcare.evaluation.metrics.intervals import figures
from ragcare.evaluation.metrics.measures import Measure
from ragcare.evaluation.metrics.table import Table
from ragcare.evaluation.report import Figure

TRIALS = 200
Dice = np.random.Generator


def figure(measure: Measure, rows: Table) -> Figure:
    return figures(rows, [measure])[measure.name]


def clustered(dice: Dice, *, articles: int, truth: float, alone: bool = False) -> Table:
    """Four questions an article, answered together or not: each article has its own chance, `truth` on average."""
    chance = np.repeat(dice.beta(truth * 2, (1 - truth) * 2, size=articles), 4)
    answered = dice.random(articles * 4) < chance
    cluster = np.arange(articles * 4) if alone else np.repeat(np.arange(articles), 4)
    return table(articles * 4, action=np.where(answered, "answer", "refuse"), cluster=cluster)


def held(truth: float, found: list[Figure]) -> float:
    return sum(one.low <= truth <= one.high for one in found) / len(found)


@pytest.mark.parametrize("truth", [0.5, 0.8])
def test_the_interval_of_a_share_holds_the_truth(truth: float) -> None:
    dice = np.random.default_rng(1)
    found = [figure(COVERAGE, clustered(dice, articles=50, truth=truth)) for _ in range(TRIALS)]
    assert 0.91 <= held(truth, found) <= 0.985


def test_an_interval_that_took_the_questions_of_an_article_for_independent_would_hold_it_far_less_often() -> None:
    """So the test above can fail."""
    dice = np.random.default_rng(1)
    found = [figure(COVERAGE, clustered(dice, articles=50, truth=0.5, alone=True)) for _ in range(TRIALS)]
    assert held(0.5, found) < 0.88


def test_the_interval_of_a_share_that_is_nearly_one_holds_it_on_few_questions_too() -> None:
    """A bare bootstrap says [1, 1] for 11 of 11, and is wrong each time: in a third of the trials at .9."""
    dice = np.random.default_rng(2)
    found = []
    for _ in range(TRIALS):
        answered = dice.random(11) < 0.9
        found.append(figure(COVERAGE, table(11, action=np.where(answered, "answer", "refuse"))))
    assert held(0.9, found) >= 0.94
    assert sum(one.value == 1 for one in found) > TRIALS / 4


def test_the_interval_of_an_auroc_holds_the_truth() -> None:
    """Normal scores a standard deviation apart: the truth is Φ(1 / √2)."""
    from scipy.special import expit, ndtr

    dice, truth, found = np.random.default_rng(4), float(ndtr(2**-0.5)), []
    for _ in range(TRIALS):
        answerable = np.arange(80) < 40
        probability = expit(dice.normal(size=80) + answerable)  # keeps the order, and is a probability
        expects = np.where(answerable, "answer", "refuse")
        rows = table(80, answerable=answerable, expects=expects, probability=probability)
        found.append(figure(ANSWERABILITY_AUROC, rows))
    assert 0.91 <= held(truth, found) <= 0.985
