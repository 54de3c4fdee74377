"""Pairing: the same question in two runs, and which questions have no twin."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from ragcare.evaluation.compare.records import LeftOut
from ragcare.evaluation.questions import LabelledQuestion
from ragcare.evaluation.run.log import RunHead, RunLog, RunRow

_ONLY_TELLS_APART = {"split", "kind", "intent", "domain", "turn"}
"""The fields of a label that move neither the reply nor what it is worth."""

_OWN_TO_A_RUN = {"trace": {"id", "milliseconds", "fingerprint"}}
"""What differs in the traces of two replies that are the same."""


class Paired(NamedTuple):
    """The rows of both runs, the same question at the same place, in the order of their ids."""

    before: RunLog
    after: RunLog
    left_out: tuple[LeftOut, ...]


def pair(before: RunLog, after: RunLog) -> Paired:
    """Finds the questions that were asked in both runs, under the same label and on the same day."""
    old, new = _by_id(before), _by_id(after)
    twice = _twice(before) | _twice(after)
    left_out = [LeftOut(id=one, why="its id is used twice") for one in sorted(twice)]
    left_out += [LeftOut(id=one, why="only in the baseline") for one in old if one not in new and one not in twice]
    left_out += [LeftOut(id=one, why="only in the candidate") for one in new if one not in old and one not in twice]
    both = sorted(one for one in new if one in old and one not in twice)
    same = [one for one in both if _asked(old[one]) == _asked(new[one])]
    left_out += [LeftOut(id=one, why="its label differs") for one in both if one not in set(same)]
    return Paired(_only(before, [old[one] for one in same]), _only(after, [new[one] for one in same]), tuple(left_out))


def replied_alike(before: RunRow, after: RunRow) -> bool:
    """Whether two replies are the same, traces included, but for the time they took."""
    old, new = (row.reply.model_dump(exclude=_OWN_TO_A_RUN) for row in (before, after))
    return old == new and before.verbatim == after.verbatim


def differing(before: RunHead, after: RunHead) -> tuple[str, ...]:
    """The names of what is not the same in two heads: that is what is being compared."""
    prints = before.fingerprints.items() ^ after.fingerprints.items()
    named = ("suite", "part", "as_of", "token_f1")
    heads = [name for name in named if getattr(before, name) != getattr(after, name)]
    return (*heads, *sorted({name for name, _ in prints}))


def _by_id(log: RunLog) -> dict[str, RunRow]:
    return {row.label.id: row for row in log}


def _twice(log: RunLog) -> set[str]:
    return {one for one, count in Counter(row.label.id for row in log).items() if count > 1}


def _asked(row: RunRow) -> LabelledQuestion:
    """The label as far as it matters; a question without a day was asked on that of its suite."""
    label = row.label.model_copy(update={"as_of": row.reply.question.as_of})
    return label.model_copy(update=dict.fromkeys(_ONLY_TELLS_APART, ""))


def _only(log: RunLog, rows: list[RunRow]) -> RunLog:
    return log.model_copy(update={"rows": tuple(rows)})
