"""Pairing: the same question in two runs, and which questions have no twin."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from ragcare.evaluation.compare.records import LeftOut
from ragcare.evaluation.run.log import RunLog, RunRow

_ONLY_TELLS_APART = ("near_ids", "split", "kind", "intent", "domain", "turn")
"""The fields of a label that move neither the reply nor whether it is right."""

_OWN_TO_A_RUN = {"trace": {"id", "milliseconds", "fingerprint"}}
"""What differs in the traces of two replies that are the same."""


class Paired(NamedTuple):
    """The rows of both runs, the same question at the same place, in the order of their ids."""

    before: RunLog
    after: RunLog
    left_out: tuple[LeftOut, ...]


def pair(before: RunLog, after: RunLog) -> Paired:
    """Finds the questions that were asked in both runs, under the same label and on the same day.

    What a label only tells apart by may differ: both rows then have that of the baseline, so that a change of it moves
    no figure and no cluster.
    """
    old, new = _by_id(before), _by_id(after)
    twice = (_twice(before) | _twice(after)) & old.keys()
    left_out = [LeftOut(id=one, why="its id is used twice") for one in sorted(twice)]
    left_out += [LeftOut(id=one, why="only in the baseline") for one in old if one not in new and one not in twice]
    left_out += [LeftOut(id=one, why="only in the candidate") for one in new if one not in old]
    both = sorted(one for one in new if one in old and one not in twice)
    same = [one for one in both if _asked(old[one]) == _asked(new[one])]
    left_out += [LeftOut(id=one, why="its label differs") for one in both if one not in set(same)]
    rows = [new[one].model_copy(update={"label": old[one].label}) for one in same]
    return Paired(_only(before, [old[one] for one in same]), _only(after, rows), tuple(left_out))


def replied_alike(before: RunRow, after: RunRow) -> bool:
    """Whether two replies are the same, traces included, but for the time they took."""
    old, new = (row.reply.model_dump(exclude=_OWN_TO_A_RUN) for row in (before, after))
    return old == new and before.verbatim == after.verbatim


def _by_id(log: RunLog) -> dict[str, RunRow]:
    return {row.label.id: row for row in log}


def _twice(log: RunLog) -> set[str]:
    return {one for one, count in Counter(row.label.id for row in log).items() if count > 1}


def _asked(row: RunRow) -> dict[str, Any]:
    """The label as far as it matters; a question without a day was asked on that of its suite."""
    label = row.label.model_dump(exclude=set(_ONLY_TELLS_APART))
    in_any_order = {name: sorted(label[name]) for name in ("relevant_ids", "answers", "asker")}
    return {**label, **in_any_order, "as_of": row.reply.question.as_of}


def _only(log: RunLog, rows: list[RunRow]) -> RunLog:
    return log.model_copy(update={"rows": tuple(rows)})
