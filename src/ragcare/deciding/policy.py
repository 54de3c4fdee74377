"""What to do with a question: ordered rules, each with a typed reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from ragcare.deciding.confidence import Estimate
from ragcare.deciding.features import coverage
from ragcare.deciding.signals import Signal
from ragcare.language.analyser import analyser_for
from ragcare.schema import Action, Answer, Decision, Hit, Question, Reason, ReasonCode, Refusal, Retrieved, SocialTurn
from ragcare.settings import PolicySettings, SignalSettings

_MOST_CHOICES = 3
_HALF = 0.5
_ENOUGH = 0.8  # how sure a repeated failure is after two turns that did not help


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules, in this order.

    Nothing but good manners; a person is needed; the only source has expired, or is not valid yet; nothing may be said;
    two articles could be meant; sure; not sure. Where what is left is no answer, and two turns in a row have failed
    already, a person; where a person has the question already, that is said, however often it is asked. What a message
    tells besides its question is a further reason where it needs no person: an answer with a further reason is one
    beside which a person is offered.
    """

    how: PolicySettings
    signals: SignalSettings = field(default_factory=SignalSettings)

    def decide(
        self, retrieved: Retrieved, draft: Answer | Refusal, signals: Sequence[Signal], estimate: Estimate
    ) -> Decision:
        """One action with its reasons, the weightiest first."""
        manners = [signal for signal in signals if signal.kind in get_args(SocialTurn)]
        if manners:
            return self._decision("clarify", estimate, Reason(code=manners[0].kind))
        pressing = self._reasons(signals, "escalate")
        if pressing:
            return self._decision("escalate", estimate, *pressing)
        action, reason = self._without_signals(retrieved, draft, estimate)
        if action != "answer" and any(signal.kind == "handed_over" for signal in signals):
            why = reason if action == "refuse" else Reason(code="weak_source")
            return self._decision("refuse", estimate, Reason(code="handed_over"), why)
        if action != "answer" and self._has_failed_enough(signals):
            return self._decision("escalate", estimate, Reason(code="repeated_failure"), reason)
        offered = self._reasons(signals, "offer")
        noted = [] if action == "answer" else self._reasons(signals, "note")
        return self._decision(action, estimate, reason, *offered, *noted)

    def _without_signals(
        self, retrieved: Retrieved, draft: Answer | Refusal, estimate: Estimate
    ) -> tuple[Action, Reason]:
        if _is_about(retrieved.question, retrieved.expired):
            return "refuse", Reason(code="expired")
        if _is_about(retrieved.question, retrieved.not_yet):
            return "refuse", Reason(code="no_source")
        if isinstance(draft, Refusal):
            return "refuse", Reason(code=draft.reason)
        if estimate.probability >= self.how.clarify_at and self.choices(retrieved):
            return "clarify", Reason(code="ambiguous")
        if estimate.probability >= self.how.answer_at:
            return "answer", Reason(code="grounded")
        return "refuse", self._too_weak(retrieved, estimate)

    def _reasons(self, signals: Sequence[Signal], action: Literal["escalate", "offer", "note"]) -> list[Reason]:
        """The signals about which that is done, distress before all others: what is said first is said about it."""
        meant = [
            signal
            for signal in signals
            for rule in [self.signals.rule_for(signal.kind, signal.topic)]
            if rule.action == action and signal.probability >= rule.threshold
        ]
        meant.sort(key=lambda signal: signal.kind != "distress")
        return [Reason.model_validate({"code": one.kind, "detail": one.topic or one.quote}) for one in meant]

    def _has_failed_enough(self, signals: Sequence[Signal]) -> bool:
        """Whether another turn without an answer would be the third in a row, or the same failed reply again."""
        failures = (one.probability for one in signals if one.kind == "repeated_failure")
        return self.signals.repeated_failure.action != "ignore" and max(failures, default=0.0) >= _ENOUGH

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


def _is_about(question: Question, on_another_day: Hit | None) -> bool:
    """Whether what may not be said today holds enough of what is asked for any other article to be beside the point."""
    return on_another_day is not None and coverage(question, on_another_day.passage) >= _HALF
