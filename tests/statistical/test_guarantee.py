"""The promise of tuning, against truths that are known: broken no more often than it says, on small samples too."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from ragcare.evaluation.tune.cases import Case, part, refit, under
from ragcare.evaluation.tune.certify import Columns, certify, denominator, tally_of
from ragcare.evaluation.tune.risk_control import Bound
from ragcare.evaluation.tune.tuned import Risk, Terms

Draw = Callable[[np.random.Generator], Columns]

TRIALS = 1200
DELTA = 0.05
SLACK = 3 * (DELTA * (1 - DELTA) / TRIALS) ** 0.5
"""Three standard errors of a share of DELTA: a promise that is kept exactly fails a test once in 700."""


def population(size: int = 4000, *, seed: int = 1, cluster: int = 1, sharp: float = 2.0) -> list[Case]:
    """Questions whose truth is known: the population is all there is.

    One in ten is answered whatever the threshold, hardly ever wrongly; one in ten is never answered. Questions of a
    cluster are right or wrong together, and are equally sure.
    """
    dice = np.random.default_rng(seed)
    signal = np.repeat(dice.normal(size=size // cluster), cluster)
    right = np.repeat(dice.random(size // cluster), cluster) < 1 / (1 + np.exp(-sharp * signal - 1))
    told = 1 / (1 + np.exp(-sharp * signal - 0.5 + dice.normal(scale=0.2, size=size)))
    fate = dice.random(size)
    always, never = fate < 0.1, fate > 0.9
    right |= always & (dice.random(size) < 0.95)
    noise = dice.normal(size=size)
    return [
        Case(
            id=f"q{at}",
            suite="known",
            cluster=f"a{at // cluster}",
            split="",
            features={"signal": float(signal[at]), "noise": float(noise[at])},
            probability=float(told[at]),
            right=bool(right[at]),
            by_threshold=not (always[at] or never[at]),
            said=bool(always[at]),
            outcome="correct" if always[at] else "refused_wrongly",
        )
        for at in range(size)
    ]


def taken(whole: Columns, places: npt.NDArray[np.int64]) -> Columns:
    return Columns(whole.probability[places], whole.right[places], whole.acts[places], whole.always[places])


def questions(whole: Columns, n: int) -> Draw:
    """Questions drawn independently of each other."""
    return lambda dice: taken(whole, dice.integers(len(whole.right), size=n))


def risk_at(threshold: float, cases: Columns, risk: Risk) -> float:
    tally = tally_of(cases, np.array([threshold]))
    return float(tally.wrong[0] / max(denominator(tally, risk)[0], 1))


def promised(fitting: Columns, certifying: Columns, terms: Terms) -> float | None:
    found = certify(fitting, certifying, terms)
    return None if found.chosen is None else float(found.tally.thresholds[found.chosen])


def true_risks(
    draw: Draw, whole: Columns, terms: Terms, *, trials: int = TRIALS, seed: int = 7
) -> npt.NDArray[np.float64]:
    """The true risk of what was promised, trial after trial; NaN where nothing was."""
    dice = np.random.default_rng(seed)
    fitting = draw(dice)
    thresholds = (promised(fitting, draw(dice), terms) for _ in range(trials))
    return np.array([np.nan if one is None else risk_at(one, whole, terms.risk) for one in thresholds])


def broken(risks: npt.NDArray[np.float64], max_risk: float) -> float:
    return float(np.mean(risks > max_risk))  # NaN is above nothing: who promises nothing breaks nothing


@pytest.mark.parametrize(
    ("risk", "max_risk", "n"),
    [("wrong", 0.05, 60), ("wrong", 0.05, 400), ("wrong", 0.2, 25), ("selective", 0.1, 150), ("selective", 0.2, 400)],
)
def test_the_promise_is_broken_no_more_often_than_it_says(risk: Risk, max_risk: float, n: int) -> None:
    whole = Columns.of(population())
    risks = true_risks(questions(whole, n), whole, Terms(max_risk=max_risk, risk=risk))
    assert broken(risks, max_risk) <= DELTA + SLACK
    assert np.isfinite(risks).mean() > 0.05  # silence would keep every promise


def test_the_promise_is_not_safer_than_it_need_be() -> None:
    whole = Columns.of(population())
    risks = true_risks(questions(whole, 600), whole, Terms(max_risk=0.1))
    assert np.isfinite(risks).all()
    assert broken(risks, 0.1) > 0.01
    assert np.mean(risks) > 0.06


@pytest.mark.parametrize("bound", ["clopper-pearson", "hoeffding-bentkus"])
def test_both_bounds_keep_the_promise_under_the_worst_truth(bound: Bound) -> None:
    """No question is easier than another, and the risk lies just above the bound as soon as anything is said."""
    dice = np.random.default_rng(3)
    right, sure = np.arange(2000) % 1000 >= 101, np.ones(2000, dtype=bool)
    whole = Columns(dice.permutation(np.linspace(0.9, 0.91, 2000)), right, sure, ~sure)
    terms = Terms(max_risk=0.1, risk="selective", bound=bound)
    risks = true_risks(questions(whole, 300), whole, terms)
    assert broken(risks, 0.1) <= DELTA + SLACK


@pytest.mark.parametrize("risk", ["wrong", "selective"])
def test_the_whole_way_keeps_the_promise(risk: Risk) -> None:
    """Parted, fitted, certified: on questions that come with no usable probability at all."""
    whole = [case._replace(probability=0.5) for case in population(1000)]
    dice = np.random.default_rng(11)
    terms, rounds, draws = Terms(max_risk=0.15, risk=risk), 40, 8
    risks = []
    for _ in range(rounds):
        drawn = (whole[at]._replace(id=f"{number}") for number, at in enumerate(dice.integers(len(whole), size=400)))
        fitting, certifying = part(drawn)
        calibration = refit(fitting, "f")
        fitted, certified, everything = (Columns.of(under(calibration, some)) for some in (fitting, certifying, whole))
        more = [questions(everything, len(certifying))(dice) for _ in range(draws - 1)]
        thresholds = [promised(fitted, some, terms) for some in (certified, *more)]
        risks += [np.nan if one is None else risk_at(one, everything, risk) for one in thresholds]
    assert broken(np.array(risks), 0.15) <= DELTA + 3 * (DELTA * (1 - DELTA) / (rounds * draws)) ** 0.5
    assert np.isfinite(risks).mean() > 0.5


@pytest.mark.parametrize("risk", ["wrong", "selective"])
def test_a_threshold_that_only_looks_right_breaks_it(risk: Risk) -> None:
    """The lowest threshold whose measured risk is under the bound: what tuning without a promise comes to."""
    whole = Columns.of(population())
    dice = np.random.default_rng(5)
    draw, grid = questions(whole, 200), np.linspace(1, 0, 101)
    risks = []
    for _ in range(300):
        tally = tally_of(draw(dice), grid)
        holds = tally.wrong <= 0.1 * denominator(tally, risk)
        risks.append(risk_at(float(grid[np.flatnonzero(holds)[-1]]), whole, risk))
    assert broken(np.array(risks), 0.1) > 5 * DELTA


def test_questions_that_share_an_article_are_not_independent() -> None:
    """Where articles are drawn with ten questions each, to count questions promises too much; to count articles not."""
    whole = population(cluster=10)
    columns, terms, trials = Columns.of(whole), Terms(max_risk=0.1), 400
    dice = np.random.default_rng(13)
    fitting = columns
    by_question, by_article = [], []
    for _ in range(trials):
        articles = dice.integers(len(whole) // 10, size=60)
        everything = (articles[:, None] * 10 + np.arange(10)).ravel()
        one_of_each = articles * 10 + dice.integers(10, size=60)
        by_question.append(promised(fitting, taken(columns, everything), terms))
        by_article.append(promised(fitting, taken(columns, one_of_each), terms))
    told = [
        np.array([np.nan if one is None else risk_at(one, columns, "wrong") for one in ones])
        for ones in (by_question, by_article)
    ]
    assert broken(told[0], 0.1) > 3 * DELTA
    assert broken(told[1], 0.1) <= DELTA + 3 * (DELTA * (1 - DELTA) / trials) ** 0.5
    assert np.isfinite(told[1]).mean() > 0.5


def test_one_question_of_each_article_certifies_and_no_article_is_on_both_sides() -> None:
    parted = part(population(2000, cluster=10), "article")
    certifying = [case.cluster for case in parted.certifying]
    assert len(certifying) == len(set(certifying)) > 50
    assert set(certifying).isdisjoint(case.cluster for case in parted.fitting)
    assert part(reversed(population(2000, cluster=10)), "article").certifying == parted.certifying


def test_a_mixture_of_suites_of_fixed_sizes_keeps_the_promise_for_the_mixture() -> None:
    mixture = Columns.of([*population(4000, seed=1, sharp=4), *population(4000, seed=2, sharp=0.7)])

    def draw(dice: np.random.Generator) -> Columns:
        return taken(mixture, np.concatenate([dice.integers(4000, size=150), 4000 + dice.integers(4000, size=150)]))

    risks = true_risks(draw, mixture, Terms(max_risk=0.1))
    assert broken(risks, 0.1) <= DELTA + SLACK
    assert np.isfinite(risks).mean() > 0.9
