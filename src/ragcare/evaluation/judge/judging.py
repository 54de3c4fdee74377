"""The judge: what each reply of a run was worth, and why; from the log alone, so that it can be judged again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from ragcare.answering.grounding import check_wording
from ragcare.evaluation.judge.reference import exact_match, holds_reference, token_f1
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.run.log import RunLog, RunRow
from ragcare.schema import Action, Answer, Record

Outcome = Literal[
    "correct",
    "wrong",
    "refused_rightly",
    "refused_wrongly",
    "escalated_rightly",
    "escalated_wrongly",
    "clarified_rightly",
    "clarified_wrongly",
]


class Agreement(NamedTuple):
    """Whether an answer says what a reference answer says, and why."""

    agrees: bool
    why: str


class AnswerJudge(Protocol):
    """Compares an answer with the reference answers of its label."""

    @property
    def name(self) -> str:
        """How it is named in the report."""
        ...

    def compare(self, label: LabelledQuestion, answer: str) -> Agreement:
        """Whether the answer agrees with one of `label.answers`, of which there is at least one."""
        ...


class ReferenceJudge:
    """The default: the answer contains a reference answer, or has enough tokens in common with one."""

    def __init__(self, least_f1: float) -> None:
        self.least_f1 = least_f1
        self.name = f"citation and reference answer (contained, or token F1 of at least {least_f1:g})"

    def compare(self, label: LabelledQuestion, answer: str) -> Agreement:
        """Whether it does."""
        if holds_reference(answer, label.answers, label.lang):
            return Agreement(True, "contains a reference answer")
        f1 = token_f1(answer, label.answers, label.lang)
        return Agreement(f1 >= self.least_f1, f"token F1 {f1:.2f} with the nearest reference answer")


class Judgement(Record):
    """What one reply was worth.

    Attributes:
        why: the outcome in words.
        drafted: whether an answer was drafted, said or not; what was said is judged where the two differ.
        draft_right: whether what was drafted is right: the risk–coverage curve asks it of what was not said, too.
        by_threshold: whether the probability alone decided between saying and not saying the draft.
        cites: whether the draft stands on an article that the label names.
        agrees: whether the draft agrees with a reference answer; None where there is none.
        exact_match: of the draft with the nearest reference answer, 0 or 1; None where there is no reference answer.
        token_f1: likewise, in 0..1.
        grounded: the share of the draft's sentences whose quotes are verbatim and hold all that it says; None where
            nothing was drafted.
        reason_right: whether the reply has the typed reason that the label names; None where it names none.
    """

    outcome: Outcome
    why: str
    drafted: bool
    draft_right: bool
    by_threshold: bool
    cites: bool
    agrees: bool | None = None
    exact_match: float | None = None
    token_f1: float | None = None
    grounded: float | None = None
    reason_right: bool | None = None

    @property
    def answered(self) -> bool:
        """Whether the draft was said."""
        return self.outcome in ("correct", "wrong")


class Judged(NamedTuple):
    """A row of a run, and what it was worth."""

    row: RunRow
    judgement: Judgement


def judge_log(log: RunLog, judge: AnswerJudge | None = None) -> tuple[Judged, ...]:
    """Judges every row.

    A reply is correct if it answers, cites an article that the label names and, where the label has reference answers,
    agrees with one. Refusals, escalations and clarifications are right where the label expects them.

    Args:
        log: of any run, whole or not.
        judge: of the answer's wording; `ReferenceJudge` with the token F1 of the suite if None.
    """
    judge = judge or ReferenceJudge(log.head.token_f1)
    return tuple(Judged(row, judge_row(row, judge)) for row in log.rows)


def judge_row(row: RunRow, judge: AnswerJudge) -> Judgement:
    """What one reply was worth."""
    label, decision, draft = row.label, row.reply.decision, row.draft
    codes = [reason.code for reason in decision.reasons]
    reason_right = None if label.reason is None else label.reason in codes
    if draft is None:
        return Judgement(
            outcome=_outcome(row, draft_right=False),
            why=_why_not_answered(row, draft_right=False),
            drafted=False,
            draft_right=False,
            by_threshold=False,
            cites=False,
            reason_right=reason_right,
        )
    cites = not set(draft.sources).isdisjoint(label.relevant_ids)
    compared = judge.compare(label, draft.text) if label.answers else None
    right = label.expects == "answer" and cites and (compared is None or compared.agrees)
    answered = decision.action == "answer"
    return Judgement(
        outcome=_outcome(row, right),
        why=_why_answered(label, draft.sources, compared) if answered else _why_not_answered(row, right),
        drafted=True,
        draft_right=right,
        by_threshold=answered or codes[0] in _TOO_WEAK,
        cites=cites,
        agrees=None if compared is None else compared.agrees,
        exact_match=float(exact_match(draft.text, label.answers, label.lang)) if label.answers else None,
        token_f1=token_f1(draft.text, label.answers, label.lang) if label.answers else None,
        grounded=_grounded(draft, row.verbatim),
        reason_right=reason_right,
    )


_TOO_WEAK = {"weak_source", "out_of_scope"}
"""The first reasons of what a lower threshold would have said. What is clarified, escalated or expired would still be:
the policy looks at that before it compares the probability with the threshold."""

_OUTCOMES: Mapping[Action, tuple[Outcome, Outcome]] = {
    "answer": ("correct", "wrong"),
    "refuse": ("refused_rightly", "refused_wrongly"),
    "escalate": ("escalated_rightly", "escalated_wrongly"),
    "clarify": ("clarified_rightly", "clarified_wrongly"),
}
"""What was done, rightly and wrongly."""


def _outcome(row: RunRow, draft_right: bool) -> Outcome:
    action = row.reply.decision.action
    rightly, wrongly = _OUTCOMES[action]
    is_right = draft_right if action == "answer" else action == row.label.expects
    return rightly if is_right else wrongly


def _why_answered(label: LabelledQuestion, cited: Sequence[str], compared: Agreement | None) -> str:
    """Why an answer is right or wrong, for whoever reads a report."""
    if label.expects != "answer":
        return f"answered from {_listed(cited, label)}; expects {label.expects}"
    if set(cited).isdisjoint(label.relevant_ids):
        gold = ", ".join(label.relevant_ids)
        return f"cites {_listed(cited, label)}; " + (
            f"the answer is in {gold}" if gold else "the label names no article"
        )
    return f"cites {_listed(cited, label)}; {compared.why if compared else 'there is no reference answer'}"


def _why_not_answered(row: RunRow, draft_right: bool) -> str:
    """Why nothing was answered, and what should have been done."""
    label, decision = row.label, row.reply.decision
    codes = [reason.code for reason in decision.reasons]
    done = _OUTCOMES[decision.action][0].removesuffix("_rightly")
    did = f"{done} ({', '.join(codes)}) at probability {decision.probability:.2f}"
    though = ", though the draft was right" if draft_right else ""
    must = f" for {label.reason}" if label.reason and label.reason not in codes else ""
    return f"{did}{though}; expects {label.expects}{must}"


def _listed(cited: Sequence[str], label: LabelledQuestion) -> str:
    """The articles, each that is only near to the answer marked."""
    return ", ".join(f"{one} (only near)" if one in label.near_ids else one for one in cited)


def _grounded(draft: Answer, verbatim: Sequence[bool]) -> float:
    """The share of sentences that stand on their quotes; an answer is in the language of its sources."""
    stands = [
        checked
        and check_wording(one.text, draft.language, "\n".join(p.quote for p in one.evidence), draft.language).supported
        for one, checked in zip(draft.sentences, verbatim, strict=True)
    ]
    return sum(stands) / len(stands)
