"""The questions of runs as tuning sees them, and their parting into those to fit on and those to certify on."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ragcare.deciding.confidence import SHIPPED, Calibration, Confidence
from ragcare.deciding.features import ACROSS_LANGUAGES, FEATURES
from ragcare.errors import BadFiles, BadInput, Problem
from ragcare.evaluation.judge import AnswerJudge, Judged, Outcome, judge_log
from ragcare.evaluation.run.log import RunLog
from ragcare.evaluation.tune.calibrate import Example, fit_calibration
from ragcare.evaluation.tune.policy_file import certified_under
from ragcare.evaluation.tune.tuned import Unit

_MUST_BE_ALIKE = {"scores": "settings of retrieval, models or analysers", "stages": "stages of the assistant"}
"""What one policy over several runs must have in common, and what it is called."""


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


def require_alike(logs: Sequence[RunLog], *, refit: bool) -> None:
    """Refuses runs from which nothing can be promised together.

    Raises:
        BadInput: there is none.
        BadFiles: a run did not come to its end, a question is there twice, one run is of another assistant, or, with
            `refit`, of an earlier ragcare.
    """
    if not logs:
        raise BadInput("there is no run to tune on. Mend: give the log of a run that ragcare eval wrote")
    problems = [*_unlike(logs, refit), *_set_otherwise(logs), *_unfinished(logs), *_twice(logs)]
    if problems:
        raise BadFiles(problems)


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


def _unlike(logs: Sequence[RunLog], refit: bool) -> Iterator[Problem]:
    first = logs[0].head
    alike = _MUST_BE_ALIKE if refit else {**_MUST_BE_ALIKE, "calibration": "calibration"}
    if refit and "scores" not in first.fingerprints:
        what = "its head has no fingerprint of scores, which a calibration could be bound to"
        yield Problem(first.suite, None, what, "keep the calibration as it is (refit=False)")
    for head in (log.head for log in logs[1:]):
        for name, meaning in alike.items():
            here, there = (str(one.fingerprints.get(name)) for one in (head, first))
            if here != there:
                what = f'its fingerprint "{name}" ({meaning}) is {here}, that of {first.suite} is {there}'
                yield Problem(head.suite, None, what, "run all suites with the same settings, and tune again")
    if refit:
        yield from _featured_otherwise(logs)


def _featured_otherwise(logs: Sequence[RunLog]) -> Iterator[Problem]:
    """Runs of an earlier ragcare, which saw fewer features than a calibration of this one is fitted to.

    An estimator of yours may have more of them, or others; with some of these alone it looks like an earlier ragcare.
    """
    for log in logs:
        for row in log.rows:
            seen = row.reply.trace.features.keys()
            if seen and seen < set(FEATURES) and seen != set(ACROSS_LANGUAGES):
                lacking = ", ".join(sorted(set(FEATURES) - seen))
                what = f"it was logged by an earlier ragcare: the features of {row.label.id} lack {lacking}"
                yield Problem(log.head.suite, None, what, "run the suite again, and tune again")
                break


def _set_otherwise(logs: Sequence[RunLog]) -> Iterator[Problem]:
    """Runs under other settings than the first: one policy file cannot carry both."""
    first, *others = (log.head for log in logs)
    there = _flat(first.settings)
    for head in others:
        here = _flat(head.settings)
        differ = sorted({name for name in here | there if here.get(name) != there.get(name)})
        if differ:
            told = ", ".join(f"{name} is {here.get(name)!r} and not {there.get(name)!r}" for name in differ)
            what = f"its settings are not those of {first.suite}: {told}"
            yield Problem(head.suite, None, what, "run all suites with the same settings, and tune again")


def _flat(settings: Mapping[str, Any] | None) -> dict[str, object]:
    """Each setting by its name, such as "policy.close"; a calibration is told by its digest, and not by its path."""
    tables = certified_under(settings) or {}
    flat = {f"{table}.{name}": value for table, values in tables.items() for name, value in values.items()}
    return {name: value for name, value in flat.items() if name != "policy.calibration"}


def _unfinished(logs: Sequence[RunLog]) -> Iterator[Problem]:
    for log in logs:
        if not log.is_whole:
            what = f"the run ended after {len(log)} of {log.head.questions} questions"
            yield Problem(log.head.suite, None, what, "run it to its end: ragcare eval goes on where it stopped")


def _twice(logs: Sequence[RunLog]) -> Iterator[Problem]:
    count = Counter((log.head.suite, row.label.id) for log in logs for row in log.rows)
    twice = [(suite, question) for (suite, question), times in count.items() if times > 1]
    for suite, question in twice[:5]:
        what = f"the question {question} is there more than once, and would count as if it were several"
        yield Problem(suite, None, what, "give each run once; name the suites apart if they are not the same")
