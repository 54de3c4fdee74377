"""The handoff: what the person who takes over reads before the first word."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal

from ragcare.deciding.contact import contact_for
from ragcare.deciding.wording import told_first, wording
from ragcare.language.sentences import sentence_spans
from ragcare.privacy import mask
from ragcare.schema import Answer, Decision, Handoff, Question, Refusal, Source, Turn
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
_MOST_TRIED = 5
_TRIED = re.compile(
    r"\bj['’ ]?ai (?:bien |deja |déjà )?(?:essay|tent|test|red[eé]marr|r[eé]install|r[eé]initialis|v[eé]rifi|relu|lu\b)"
    r"|\bd[eé]j[aà] (?:essay|tent|test|fait|red[eé]marr|r[eé]install|v[eé]rifi|lu\b|regard|suivi|appel)"
    r"|\bi(?:['’]ve| have)? (?:already |just )?(?:tried|restarted|rebooted|reinstalled|checked|followed|read)\b"
    r"|\balready (?:tried|did|done|restarted|rebooted|reinstalled|checked|followed|read|called)\b",
    re.IGNORECASE,
)


def prepare_handoff(
    question: Question,
    decision: Decision,
    looked_at: Sequence[Source],
    how: HandoffSettings,
    signals: SignalSettings | None = None,
    *,
    draft: Answer | Refusal | None = None,
    reply_id: str | None = None,
    now: datetime | None = None,
) -> Handoff:
    """The whole payload, personal data masked as the settings say.

    Args:
        question: as asked, with its history.
        decision: why a person is needed, or offered.
        looked_at: the articles that were found, best first.
        how: the queues, what is masked, and when people are there.
        signals: the company's own topics, which may have queues; none if None.
        draft: what would have been answered.
        reply_id: the id of the trace, which becomes that of the handoff: one reply can then be handed over only once,
            and its handoff is found by its trace. A fresh one if None.
        now: the moment; that of the clock if None.
    """
    codes = tuple(dict.fromkeys(reason.code for reason in decision.reasons))
    first = told_first(codes)
    words = wording(question.language)
    tried = tuple(looked_at[:_SOURCES])
    line = " ".join(masked(question.text, how).split())
    asked = (*question.history, Turn(role="customer", text=question.text))
    transcript = tuple(turn.model_copy(update={"text": masked(turn.text, how)}) for turn in asked)
    when: Literal["now", "if_accepted"] = "now" if decision.action == "escalate" else "if_accepted"
    urgency: Literal["low", "normal", "high"] = (
        "high" if _URGENT & set(codes) else "normal" if _PRESSING & set(codes) else "low"
    )
    why_not = words.why_not(tuple(dict.fromkeys((first, *codes))))
    if isinstance(draft, Answer) and decision.probability < decision.threshold:
        how_sure = {"probability": f"{decision.probability:.2f}", "threshold": f"{decision.threshold:.2f}"}
        why_not = f"{why_not} {words.unsure.format(**how_sure)}"
    return Handoff(
        id=reply_id or uuid.uuid4().hex,
        when=when,
        reasons=codes,
        urgency=urgency,
        queue=next(_queues(decision, how, signals or SignalSettings()), how.queue),
        question=line,
        summary=words.summary(line, first, [source.title for source in tried]),
        transcript=transcript,
        sources_tried=tried,
        already_read=tuple({source.article_id: source for turn in question.history for source in turn.cited}.values()),
        already_tried=_said_to_be_tried(transcript, question.language),
        drafted=draft.text if isinstance(draft, Answer) else None,
        why_not=why_not,
        contact=contact_for(
            how,
            now or datetime.now(UTC),
            language=question.language,
            when=when,
            urgent=urgency == "high",
            something_to_read=bool(tried),
        ),
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


def masked(text: str, how: HandoffSettings) -> str:
    """A text of a customer as it may be handed over and kept: as the settings say."""
    if how.mask is False:
        return text
    return mask(text) if how.mask is True else mask(text, how.mask)


def _said_to_be_tried(turns: Sequence[Turn], language: str) -> tuple[str, ...]:
    """The sentences in which the customer says what they have done already, oldest first."""
    found = [
        " ".join(turn.text[span.start : span.end].split())
        for turn in turns
        if turn.role == "customer"
        for span in sentence_spans(turn.text, language)
        if _TRIED.search(turn.text, span.start, span.end)
    ]
    return tuple(dict.fromkeys(found))[-_MOST_TRIED:]
