"""The handoff: what the person who takes over reads before the first word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ragcare.deciding.wording import wording
from ragcare.privacy import mask
from ragcare.schema import Decision, Handoff, Question, Source, Turn
from ragcare.settings import HandoffSettings, SignalSettings

_URGENT = {"distress", "bereavement", "fraud", "health", "legal", "minor"}
_PRESSING = {
    "asks_person",
    "anger",
    "data_protection",
    "complaint",
    "cancellation",
    "account_specific",
    "repeated_failure",
    "topic",
}
_SOURCES = 3


def prepare_handoff(
    question: Question,
    decision: Decision,
    looked_at: Sequence[Source],
    how: HandoffSettings,
    signals: SignalSettings | None = None,
) -> Handoff:
    """The whole payload, personal data masked.

    Args:
        question: as asked, with its history.
        decision: why a person is needed, or offered.
        looked_at: the articles that were found, best first.
        how: the queues.
        signals: the company's own topics, which may have queues; none if None.
    """
    codes = tuple(dict.fromkeys(reason.code for reason in decision.reasons))
    tried = tuple(looked_at[:_SOURCES])
    line = " ".join(mask(question.text).split())
    asked = (*question.history, Turn(role="customer", text=question.text))
    return Handoff(
        when="now" if decision.action == "escalate" else "if_accepted",
        reasons=codes,
        urgency="high" if _URGENT & set(codes) else "normal" if _PRESSING & set(codes) else "low",
        queue=next(_queues(decision, how, signals or SignalSettings()), how.queue),
        question=line,
        summary=wording(question.language).summary(line, codes[0], [source.title for source in tried]),
        transcript=tuple(turn.model_copy(update={"text": mask(turn.text)}) for turn in asked),
        sources_tried=tried,
        language=question.language,
        asker=question.asker,
    )


def _queues(decision: Decision, how: HandoffSettings, signals: SignalSettings) -> Iterator[str]:
    """The queues that the reasons have, the weightiest first; the reason of a topic tells its name."""
    for reason in decision.reasons:
        topic = signals.topics.get(reason.detail) if reason.code == "topic" else None
        if topic is not None and topic.queue is not None:
            yield topic.queue
        elif reason.code in how.queues:
            yield how.queues[reason.code]
