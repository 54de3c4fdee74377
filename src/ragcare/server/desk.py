"""Where conversations go that a person takes over."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from ragcare.deciding.handoff import prepare_handoff
from ragcare.schema import Asker, Decision, Handoff, Question, Reason, Turn
from ragcare.server.contract import ToPerson
from ragcare.settings import Settings

_ASKED = "Handed over on request."


class Desk:
    """Puts handoffs on their way, and tells where they stand."""

    def __init__(self) -> None:
        self._standing: dict[str, str] = {}

    def put(self, handoff: Handoff, handoff_id: str) -> str:
        """On the disk when it returns; once, however often it is put. Its id."""
        self._standing.setdefault(handoff_id, "queued")
        return handoff_id

    def status(self, handoff_id: str) -> str | None:
        """Where it stands; None if there is none."""
        return self._standing.get(handoff_id)


def on_request(turns: Sequence[Turn], asker: Asker, settings: Settings, language: str) -> Handoff:
    """The handoff of a customer who wants a person though the last reply offered none."""
    said = [turn for turn in turns if turn.role == "customer"]
    question = Question(
        text=said[-1].text if said else _ASKED, language=language, history=tuple(turns[:-1]), asker=asker
    )
    decision = Decision(action="escalate", probability=0.0, threshold=1.0, reasons=(Reason(code="asks_person"),))
    return prepare_handoff(question, decision, (), settings.handoff, settings.signals)


def with_details(handoff: Handoff, given: ToPerson) -> Handoff:
    """The handoff with what the customer adds: their message, and how to reach them, which is not masked."""
    ways = [line for line in (given.name, given.email, given.phone) if line]
    added = [text for text in (given.message, " · ".join(ways)) if text]
    turns = tuple(Turn(role="customer", text=text) for text in added)
    return handoff.model_copy(update={"transcript": (*handoff.transcript, *turns)})


def key_of(base: str, given: ToPerson, idempotency_key: str | None) -> str:
    """The id of a handoff: the same for the same request, so that sending it again hands nothing over twice."""
    if idempotency_key is None and not (given.message or given.name or given.email or given.phone):
        return base
    told = idempotency_key or given.model_dump_json()
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{base}\n{told}").hex
