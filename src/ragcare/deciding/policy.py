"""What to do with a question: ordered rules, each with a typed reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from ragcare.deciding.confidence import Estimate, coverage
from ragcare.deciding.signals import Signal
from ragcare.language.analyser import analyser_for
from ragcare.schema import (
    Action,
    Answer,
    Decision,
    EscalationReason,
    Hit,
    Reason,
    ReasonCode,
    Refusal,
    Retrieved,
)
from ragcare.settings import PolicySettings

_ESCALATE_AT = 0.5
_MOST_CHOICES = 3
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules, in this order.

    A person is needed; the only source has expired; nothing may be said; two articles could be meant; sure; not sure.
    """

    how: PolicySettings

    def decide(
        self, retrieved: Retrieved, draft: Answer | Refusal, signals: Sequence[Signal], estimate: Estimate
    ) -> Decision:
        """One action with its reasons, the weightiest first."""
        pressing = [
            Reason(code=signal.kind, detail=signal.quote)
            for signal in signals
            if signal.kind in get_args(EscalationReason) and signal.probability >= _ESCALATE_AT
        ]
        if pressing:
            return self._decision("escalate", estimate, *pressing)
        if retrieved.expired is not None and coverage(retrieved.question, retrieved.expired.passage) >= _HALF:
            return self._decision("refuse", estimate, Reason(code="expired"))
        if isinstance(draft, Refusal):
            return self._decision("refuse", estimate, Reason(code=draft.reason))
        if estimate.probability >= self.how.clarify_at and self.choices(retrieved):
            return self._decision("clarify", estimate, Reason(code="ambiguous"))
        if estimate.probability >= self.how.answer_at:
            return self._decision("answer", estimate, Reason(code="grounded"))
        return self._decision("refuse", estimate, self._too_weak(retrieved, estimate))

    def choices(self, retrieved: Retrieved) -> list[Hit]:
        """The best hits of the two or three articles that a vague question may mean; none where it is clear.

        A question is vague when it has few words, and when another article comes close to the first and says as much
        of what was asked. Articles in the language of the question go before others.
        """
        question = retrieved.question
        asked = set(analyser_for(question.language).tokens(question.sought))
        rivals = list(retrieved.best_of_each_article())
        if not rivals or not 0 < len(asked) <= self.how.vague_words:
            return []
        same_language = [hit for hit in rivals if hit.passage.language == question.language]
        rivals = same_language if len(same_language) > 1 else rivals
        first = rivals[0]
        says = max(coverage(question, first.passage), _HALF)
        meant = [
            hit
            for hit in rivals
            if hit.score >= first.score - self.how.close and coverage(question, hit.passage) >= says
        ]
        return meant[:_MOST_CHOICES] if len(meant) > 1 else []

    def _too_weak(self, retrieved: Retrieved, estimate: Estimate) -> Reason:
        far = estimate.probability < self.how.out_of_scope_below
        code: ReasonCode = "out_of_scope" if far else "weak_source"
        nearest = retrieved.hits[0].passage.title if retrieved.hits else ""
        return Reason(code=code, detail=f"nearest article: {nearest}")

    def _decision(self, action: Action, estimate: Estimate, *reasons: Reason) -> Decision:
        threshold = self.how.clarify_at if action == "clarify" else self.how.answer_at
        return Decision(action=action, probability=estimate.probability, threshold=threshold, reasons=reasons)
