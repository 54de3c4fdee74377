"""The questions to look at first, each with the trace that explains its reply; without times, so that it repeats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ragcare.evaluation.judge import Judged
from ragcare.evaluation.report.rows import legs
from ragcare.schema import HitTrace

_SHOWN_HITS = 10


class Fault(NamedTuple):
    """One sort of failure.

    Attributes:
        key: its name for the style sheet.
        label: in two words.
        explained: what it does to a customer.
    """

    key: str
    label: str
    explained: str


WRONG_ANSWER = Fault("wrong", "Wrong answer", "The customer was told something that is not the answer.")
WRONG_REFUSAL = Fault("refused", "Needless refusal", "The knowledge base has the answer, and it was not given.")
MISSED_ESCALATION = Fault("missed", "Missed escalation", "The customer needed a person, and did not get one at once.")
OTHER_DETOUR = Fault("detour", "Needless detour", "The customer was asked back or handed over without need.")

FAULTS = (WRONG_ANSWER, WRONG_REFUSAL, MISSED_ESCALATION, OTHER_DETOUR)
"""The costliest first."""


class Ranked(NamedTuple):
    """One line of the ranking.

    Attributes:
        legs: of each leg, its rank and score, or None where it did not find the passage.
        expected: whether the label names the article.
        near: whether the label says that it only looks as if it held the answer.
    """

    place: int
    hit: HitTrace
    legs: tuple[tuple[int, float] | None, ...]
    expected: bool
    near: bool
    quoted: bool


class Case(NamedTuple):
    """A question that went wrong, laid out for a reader."""

    judged: Judged
    fault: Fault
    cited: tuple[str, ...]
    unsaid: str
    legs: tuple[str, ...]
    ranking: tuple[Ranked, ...]
    left_out: int


class Group(NamedTuple):
    """The questions that went wrong in one way, the surest mistake first.

    Attributes:
        cases: as many of them as are shown.
        total: how many there are.
    """

    fault: Fault
    cases: tuple[Case, ...]
    total: int


def worst_questions(judged: Sequence[Judged], most: int) -> tuple[Group, ...]:
    """The questions that went wrong, in groups; of each group those of the highest probability, at most `most`."""
    found: dict[Fault, list[Judged]] = {fault: [] for fault in FAULTS}
    for one in judged:
        fault = _fault(one)
        if fault is not None:
            found[fault].append(one)
    groups = []
    for fault, ones in found.items():
        ones.sort(key=lambda one: (-one.row.reply.decision.probability, one.row.number))
        groups.append(Group(fault, tuple(_case(one, fault) for one in ones[:most]), len(ones)))
    return tuple(group for group in groups if group.total)


def _fault(one: Judged) -> Fault | None:
    if one.judgement.outcome == "wrong":
        return WRONG_ANSWER
    if not one.judgement.outcome.endswith("_wrongly"):
        return None
    if one.row.label.expects == "escalate":
        return MISSED_ESCALATION
    return WRONG_REFUSAL if one.judgement.outcome == "refused_wrongly" else OTHER_DETOUR


def _case(one: Judged, fault: Fault) -> Case:
    trace, label, draft = one.row.reply.trace, one.row.label, one.row.draft
    names = legs(trace.hits)
    cited = draft.sources if draft is not None else ()
    ranking = [
        Ranked(
            place,
            hit,
            tuple(hit.legs.get(leg) for leg in names),
            hit.article_id in label.relevant_ids,
            hit.article_id in label.near_ids,
            hit.article_id in cited,
        )
        for place, hit in enumerate(trace.hits, 1)
    ]
    shown = [line for line in ranking if line.place <= _SHOWN_HITS or line.expected]
    return Case(
        judged=one,
        fault=fault,
        cited=cited,
        unsaid=draft.text if draft is not None and one.row.reply.answer is None else "",
        legs=tuple(names),
        ranking=tuple(shown),
        left_out=len(ranking) - len(shown),
    )
