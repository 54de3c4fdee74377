"""The questions of runs as tuning sees them, and their parting into those to fit on and those to certify on."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ragcare.deciding.confidence import SHIPPED, Calibration, Confidence
from ragcare.deciding.features import ACROSS_LANGUAGES
from ragcare.evaluation.judge import AnswerJudge, Judged, Outcome, judge_log
from ragcare.evaluation.run.log import RunLog
from ragcare.evaluation.tune.calibrate import Example, fit_calibration
from ragcare.evaluation.tune.tuned import Unit


class Case(NamedTuple):
    """One question of a run.

    Attributes:
        cluster: what it shares with others: `LabelledQuestion.cluster`. Where articles are drawn they stay together.
        split: as labelled, such as "dev" or "test".
        probability: of being right, at first as logged, later under the calibration that is to be used.
        right: whether what was drafted is right.
        by_threshold: whether the threshold alone decides between saying and not saying the draft.
        said: whether it was answered in the run; where the threshold decides nothing, it stays so.
        outcome: of the run.
    """

    id: str
    suite: str
    cluster: str
    split: str
    features: Mapping[str, float]
    probability: float
    right: bool
    by_threshold: bool
    said: bool
    outcome: Outcome


class Parted(NamedTuple):
    """Questions to fit on, and questions to certify on; no question is in both."""

    fitting: tuple[Case, ...]
    certifying: tuple[Case, ...]


def cases_of(logs: Sequence[RunLog], judge: AnswerJudge | None = None) -> tuple[Case, ...]:
    """All questions of the runs, judged."""
    return tuple(_case(one, log.head.suite) for log in logs for one in judge_log(log, judge))


def part(cases: Iterable[Case], unit: Unit = "question") -> Parted:
    """Parts the questions of each suite.

    Where it has both "dev" and "test", "test" certifies and all the rest is fitted on. Where it has not, a digest
    decides: of the question; or of the article where articles were drawn, so that questions that share one stay
    together, of which one then certifies. What is parted must be what was drawn: parted by article, questions about
    the same articles as ever would be promised something that holds for half of these articles only.
    """
    suites: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        suites[case.suite].append(case)
    fitting: list[Case] = []
    certifying: list[Case] = []
    for ones in suites.values():
        by_split = {"dev", "test"} <= {one.split for one in ones}
        for one in ones:
            drawn = one.cluster if unit == "article" else one.id
            certifies = one.split == "test" if by_split else _digest(one.suite, drawn) % 2 == 1
            (certifying if certifies else fitting).append(one)
    return Parted(tuple(fitting), tuple(certifying) if unit == "question" else _one_of_each_article(certifying))


def _one_of_each_article(cases: Iterable[Case]) -> tuple[Case, ...]:
    """One question of each article, the same every time, whatever it is like."""
    chosen: dict[tuple[str, str], Case] = {}
    for case in sorted(cases, key=lambda one: _digest(one.suite, one.id)):
        chosen.setdefault((case.suite, case.cluster), case)
    return tuple(chosen.values())


def known_before(logs: Sequence[RunLog]) -> Calibration | None:
    """The calibration that ships for the embedder of these runs, to begin a fit with.

    None where none ships for it; and where it was fitted on a suite of one of their names, for it would have seen
    questions that are to certify.
    """
    settings = logs[0].head.settings
    if settings is None or settings["retrieval"]["embedder"] not in SHIPPED:
        return None
    shipped = Calibration.shipped_for(settings["retrieval"]["embedder"])
    return None if any(log.head.suite in shipped.fitted_on for log in logs) else shipped


def refit(fitting: Iterable[Case], fingerprint: str, start: Calibration | None = None) -> Calibration:
    """The calibration of the questions whose fate the threshold decides, each suite having the same weight.

    Args:
        fitting: the questions.
        fingerprint: of the scores under which they were answered.
        start: as of `fit_calibration`; not regarded where an estimator of yours has other features.

    Raises:
        ValueError: they are not both right and wrong.
    """
    examples: dict[str, list[Example]] = defaultdict(list)
    for case in fitting:
        if case.by_threshold:
            examples[case.suite].append(Example(case.features, case.right))
    features = {name for ones in examples.values() for one in ones for name in one.features}
    alike = start is not None and features in (start.features.keys(), set(ACROSS_LANGUAGES))
    return fit_calibration(examples, fingerprint, start if alike else None)


def under(calibration: Calibration, cases: Iterable[Case]) -> tuple[Case, ...]:
    """The questions with the probabilities that this calibration gives them, 0 where nothing was found."""
    confidence = Confidence(calibration)
    return tuple(
        case._replace(probability=confidence.probability(case.features) if case.features else 0.0) for case in cases
    )


def least_threshold(logs: Iterable[RunLog]) -> float:
    """The threshold under which questions that were asked back might be answered instead: none below it is tried."""
    decisions = (row.reply.decision for log in logs for row in log.rows)
    return max((one.threshold for one in decisions if one.action == "clarify"), default=0.0)


def _case(judged: Judged, suite: str) -> Case:
    row, judgement = judged
    label, reply = row.label, row.reply
    return Case(
        id=label.id,
        suite=suite,
        cluster=label.cluster,
        split=label.split,
        features=reply.trace.features,
        probability=reply.decision.probability,
        right=judgement.draft_right,
        by_threshold=judgement.by_threshold,
        said=judgement.answered,
        outcome=judgement.outcome,
    )


def _digest(*names: str) -> int:
    return int.from_bytes(hashlib.sha256("\n".join(names).encode()).digest()[:8])
