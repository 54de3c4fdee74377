"""Runs from which nothing can be promised together are refused: of other assistants, cut short, or given twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ragcare.deciding.features import ACROSS_LANGUAGES, FEATURES
from ragcare.errors import BadFiles, BadInput, Problem
from ragcare.evaluation.run.log import RunLog
from ragcare.evaluation.tune.policy_file import certified_under

_MUST_BE_ALIKE = {"scores": "settings of retrieval, models or analysers", "stages": "stages of the assistant"}
"""What one policy over several runs must have in common, and what it is called."""


def require_alike(logs: Sequence[RunLog], *, refit: bool) -> None:
    """Refuses such runs, all that is wrong with them told at once.

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
