"""Where conversations go that a person takes over: the outbox, and the channel that it delivers by."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ragcare.deciding.handoff import prepare_handoff
from ragcare.integrations.channels import channel_for
from ragcare.integrations.outbox import Outbox, UnknownHandoff
from ragcare.schema import Asker, Decision, Handoff, Question, Reason, Turn
from ragcare.server.contract import ToPerson
from ragcare.settings import Settings

FILE: Final = "outbox.sqlite"
"""The file of the outbox, in the folder that `ragcare index` wrote; `ragcare handoffs` shows what is in it."""

_A_PERSON = {"fr": "Je voudrais parler à un conseiller.", "en": "I would like to speak to an adviser."}


class Desk:
    """Puts handoffs into the outbox of this machine, delivers them, and tells where they stand.

    Raises:
        BadInput: the channel that the settings name cannot be had.
    """

    def __init__(self, folder: Path, settings: Settings, environment: Mapping[str, str]) -> None:
        self._outbox = Outbox(folder / FILE)
        self._channel = channel_for(settings.handoff, environment)

    def put(self, handoff: Handoff) -> bool:
        """On the disk when it returns; False if it was there already."""
        return self._outbox.put(handoff)

    def deliver(self) -> int:
        """Delivers what is due; how many. Any number of processes may do so: one at a time does."""
        return 0 if self._channel is None else len(self._outbox.deliver(self._channel))

    def status(self, handoff_id: str) -> str | None:
        """Where it stands; None if there is none."""
        try:
            return self._outbox.get(handoff_id).state
        except UnknownHandoff:
            return None

    def forget(self, before: float) -> int:
        """Erases what was handed over before that moment and came to an end; how many."""
        return self._outbox.forget(datetime.fromtimestamp(before, UTC))


def on_request(turns: Sequence[Turn], asker: Asker, settings: Settings, language: str, key: str) -> Handoff:
    """The handoff of a customer who wants a person though the last reply offered none."""
    text = _A_PERSON.get(language, _A_PERSON["en"])
    question = Question(text=text, language=language, history=tuple(turns), asker=asker)
    decision = Decision(action="escalate", probability=0.0, threshold=1.0, reasons=(Reason(code="asks_person"),))
    return prepare_handoff(question, decision, (), settings.handoff, settings.signals, reply_id=key)


def with_details(handoff: Handoff, given: ToPerson, message: str | None, key: str) -> Handoff:
    """The handoff with what the customer adds: their message, and how to reach them, which is never masked."""
    ways = " · ".join(line for line in (given.name, given.email, given.phone) if line)
    turns = tuple(Turn(role="customer", text=text) for text in (message, ways) if text)
    return handoff.model_copy(update={"id": key, "transcript": (*handoff.transcript, *turns)})


def key_of(base: str, given: ToPerson, idempotency_key: str | None) -> str:
    """The id of a handoff: the same for the same request, so that sending it again hands nothing over twice.

    Without anything added it is that of the handoff itself, which an escalation has put into the outbox already.
    """
    added = given.model_dump_json(include={"message", "name", "email", "phone"}, exclude_none=True)
    if added == "{}":
        return base
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{base}\n{idempotency_key or added}").hex
