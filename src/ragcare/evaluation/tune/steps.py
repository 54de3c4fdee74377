"""What certifying found, as a person reads it: steps of the curve, each suite for itself, and why nothing passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ragcare.evaluation.tune.cases import Case
from ragcare.evaluation.tune.certify import Certified, Columns, denominator, tally_of
from ragcare.evaluation.tune.risk_control import least_questions, upper_bounds
from ragcare.evaluation.tune.tuned import Step, Terms, percent


def steps(certified: Certified, terms: Terms, places: Iterable[int]) -> Iterator[Step]:
    """What certifying found at these places of its thresholds."""
    tally, of = certified.tally, denominator(certified.tally, terms.risk)
    upper = upper_bounds(tally.wrong, of, terms.confidence, terms.bound)
    for at in places:
        answered, wrong = int(tally.answered[at]), int(tally.wrong[at])
        yield Step(
            threshold=float(tally.thresholds[at]),
            n=tally.n,
            answered=answered,
            wrong=wrong,
            coverage=answered / tally.n,
            wrong_answer_rate=wrong / tally.n,
            risk=wrong / max(int(of[at]), 1),
            upper=float(upper[at]),
            promised=certified.promised.start <= at < certified.promised.stop,
        )


def changes(certified: Certified) -> list[int]:
    """The lowest of the thresholds that say the same, of those that say anything, and the lowest of the promise."""
    acted = certified.tally.acted
    last = [at for at in range(len(acted)) if at + 1 == len(acted) or acted[at] != acted[at + 1]]
    return sorted({*(at for at in last if acted[at]), *([] if certified.chosen is None else [certified.chosen])})


def by_suite(certifying: Sequence[Case], threshold: float, terms: Terms) -> dict[str, Step]:
    """Each suite at the threshold; where the bound of a suite for itself is not under the promise, it says so."""
    told = {}
    for suite in dict.fromkeys(case.suite for case in certifying):
        tally = tally_of(Columns.of(case for case in certifying if case.suite == suite), np.array([threshold]))
        upper = upper_bounds(tally.wrong, denominator(tally, terms.risk), terms.confidence, terms.bound)
        held = slice(0, int(upper[0] <= terms.max_risk))
        told[suite] = next(steps(Certified(tally, held), terms, [0]))
    return told


def why_nothing(certified: Certified, terms: Terms) -> tuple[str, int | None]:
    """Why no threshold that answers anything passed, and how many certifying questions it would take."""
    tally, of = certified.tally, denominator(certified.tally, terms.risk)
    says = np.flatnonzero(tally.acted)
    least = least_questions(terms.max_risk, terms.confidence)
    if not says.size:
        return "there is no question whose answer depends on the threshold", None
    at = max(int(says[0]), certified.promised.start)
    wrong, among = int(tally.wrong[at]), int(of[at])
    bar = f"at most {percent(terms.max_risk)} at {percent(terms.confidence)} confidence"
    if among < least:
        what = "certifying questions are" if terms.risk == "wrong" else "answers are"
        why = f"{among} {what} too few: {bar} takes at least {least}, and not one of them wrong"
        return why, least if terms.risk == "wrong" else _scaled(least, tally.n, among)
    place = f"at the threshold {tally.thresholds[at]:g}, {wrong} of {among} are wrong"
    if wrong >= terms.max_risk * among:
        return (
            f"{place}, which is more than {percent(terms.max_risk)}: no number of questions would certify that",
            None,
        )
    needed = least_questions(terms.max_risk, terms.confidence, wrong, terms.bound)
    why = f"{place}: for {bar}, so many errors may be among {needed} or more"
    return why, needed if terms.risk == "wrong" else _scaled(needed, tally.n, among)


def _scaled(answers: int, n: int, answered: int) -> int | None:
    """How many questions bring so many answers, if as many are answered as here."""
    return -(-answers * n // answered) if answered else None
