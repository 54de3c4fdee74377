"""What of a reply whom is shown: the customer what was said and why it may be believed, a key that may inspect all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from ragcare.deciding.contact import contact_for
from ragcare.replying.events import Decided, Done, HandedOver, Said, Sources, Told, events_of
from ragcare.schema import Contact, Decision, Handoff, Reply
from ragcare.server.contract import (
    ContactView,
    DecisionView,
    HandoffView,
    ReasonView,
    ReplyView,
    Way,
    reference_of,
)
from ragcare.server.keys import Caller
from ragcare.settings import Settings

_DIGITS = 3
"""A probability to three places says all there is to say, and nothing of the articles that a score leans on."""


def reply_view(reply: Reply, caller: Caller, settings: Settings, *, handed_over: str | None = None) -> ReplyView:
    """The reply for that caller.

    Args:
        reply: of the assistant.
        caller: who asked.
        settings: when people are there.
        handed_over: the id of its handoff, where that is on its way.
    """
    inspects = "inspect" in caller.may
    return ReplyView(
        id=reply.trace.id,
        text=reply.text,
        language=reply.question.language,
        decision=decision_view(reply.decision, inspects=inspects),
        answer=reply.answer,
        citations=reply.citations,
        choices=reply.choices,
        nearest=reply.nearest,
        left_open=reply.left_open,
        handoff=None if reply.handoff is None else _handoff_view(reply.handoff, handed_over),
        contact=contact_view(
            reply.handoff.contact if reply.handoff is not None else contact_now(settings, reply.question.language)
        ),
        inspection=reply.model_dump(mode="json") if inspects else None,
    )


def _handoff_view(handoff: Handoff, handed_over: str | None) -> HandoffView:
    reference = None if handed_over is None else reference_of(handed_over)
    return HandoffView(when=handoff.when, id=handed_over, reference=reference)


def decision_view(decision: Decision, *, inspects: bool) -> DecisionView:
    """The decision; the details of its reasons only for who inspects: they name articles that were not said."""
    reasons = tuple(ReasonView(code=one.code, detail=one.detail if inspects else None) for one in decision.reasons)
    return DecisionView(
        action=decision.action,
        probability=round(decision.probability, _DIGITS),
        threshold=decision.threshold,
        reasons=reasons,
    )


def contact_view(contact: Contact) -> ContactView:
    """How people can be reached: a person is one tap away, whatever was said."""
    ways = tuple(Way(kind=way, url=contact.form if way == "form" else None) for way in contact.ways)
    return ContactView(open=contact.open, said=contact.said, ways=ways)


def contact_now(settings: Settings, language: str) -> Contact:
    """How people can be reached at this moment, where no reply says it."""
    return contact_for(
        settings.handoff,
        datetime.now(UTC),
        language=language,
        when="if_accepted",
        urgent=False,
        something_to_read=False,
    )


def server_sent(reply: Reply, shown: ReplyView) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of a reply, each with its name: as `Assistant.stream` has them, each quote in one of its own."""
    for event in events_of(reply):
        match event:
            case Decided():
                yield "decision", {"decision": _json(shown.decision)}
            case Sources():
                yield "sources", {"sources": [_json(one) for one in event.sources]}
            case Said():
                yield "sentence", {"sentence": _json(event.sentence)}
                for one in event.citations:
                    yield "citation", {"citation": _json(one)}
            case Told():
                yield "message", {"text": event.text, "choices": [_json(one) for one in event.choices]}
            case HandedOver():
                yield "handoff", {"handoff": None if shown.handoff is None else _json(shown.handoff)}
            case Done():
                yield "done", {"reply": _json(shown)}


def event_text(name: str | None, data: object) -> bytes:
    """One event as it goes over the line (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""
    from fastapi.sse import format_sse_event

    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return format_sse_event(event=name, data_str=text)


def _json(record: BaseModel) -> dict[str, Any]:
    return record.model_dump(mode="json")
