"""Where conversations go that a person takes over: the outbox, and the channel that it delivers by."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ragcare.deciding.handoff import prepare_handoff
from ragcare.deciding.wording import wording
from ragcare.integrations.channels import channel_for
from ragcare.integrations.outbox import OUTBOX_FILE, Outbox, UnknownHandoff
from ragcare.schema import Asker, Decision, Handoff, Question, Reason, Turn
from ragcare.server.contract import ToPerson
from ragcare.settings import Settings


class Desk:
    """Puts handoffs into the outbox of this machine, delivers them, and tells where they stand.

    Raises:
        BadInput: the channel that the settings name cannot be had.
    """

    def __init__(self, folder: Path, settings: Settings, environment: Mapping[str, str]) -> None:
        self._outbox = Outbox(folder / OUTBOX_FILE)
        self._channel = channel_for(settings.handoff, environment)

    def put(self, handoff: Handoff) -> bool:
        """On the disk when it returns; False if it was there already."""
        return self._outbox.put(handoff)

    def put_with(self, handoff: Handoff, added: Sequence[Turn], key: str) -> tuple[str, bool]:
        """Puts a handoff, or what the customer adds to it later; its id, and whether it is a new one.

        Added to what still waits it is part of it. What has left already cannot be changed: the whole then follows once
        more under an id of its own, told from `key`, so that the same request again adds nothing.
        """
        if self._outbox.put(_with(handoff, added)):
            return handoff.id, True
        entry = self._outbox.get(handoff.id)
        while entry.state == "queued" and entry.handoff is not None:
            new = [turn for turn in added if turn not in entry.handoff.transcript]
            if not new or self._outbox.amend(entry.handoff, _with(entry.handoff, new)):
                return handoff.id, False
            if entry.attempts:
                break  # it is on its way again
            entry = self._outbox.get(handoff.id)
        if not added or (entry.handoff is not None and set(added) <= set(entry.handoff.transcript)):
            return handoff.id, False
        following = _with(handoff, added).model_copy(update={"id": id_from(f"{handoff.id}\n{key}")})
        return following.id, self._outbox.put(following)

    def deliver(self, going_on: Callable[[], bool]) -> int:
        """Delivers what is due while it may go on; how many. Any number of processes may do so: one at a time does."""
        return 0 if self._channel is None else len(self._outbox.deliver(self._channel, going_on))

    def status(self, handoff_id: str) -> str | None:
        """Where it stands; None if there is none."""
        try:
            return self._outbox.get(handoff_id).state
        except UnknownHandoff:
            return None

    def counts(self) -> Mapping[str, int]:
        """How many handoffs there are in each state."""
        return self._outbox.counts()

    def forget(self, before: float) -> int:
        """Erases what was handed over before that moment and came to an end; how many."""
        return self._outbox.forget(datetime.fromtimestamp(before, UTC))


def on_request(turns: Sequence[Turn], asker: Asker, settings: Settings, language: str, key: str) -> Handoff:
    """The handoff of a customer who wants a person though the last reply offered none."""
    question = Question(text=wording(language).for_a_person, language=language, history=tuple(turns), asker=asker)
    decision = Decision(action="escalate", probability=0.0, threshold=1.0, reasons=(Reason(code="asks_person"),))
    return prepare_handoff(question, decision, (), settings.handoff, settings.signals, reply_id=key)


def details(given: ToPerson, message: str | None) -> list[Turn]:
    """What the customer adds: their message, and how to reach them, which is never masked."""
    ways = " · ".join(line for line in (given.name, given.email, given.phone) if line)
    return [Turn(role="customer", text=text) for text in (message, ways) if text]


def id_from(key: str) -> str:
    """The id that belongs to a key: the same for the same."""
    return uuid.uuid5(uuid.NAMESPACE_OID, key).hex


def _with(handoff: Handoff, added: Sequence[Turn]) -> Handoff:
    return handoff.model_copy(update={"transcript": (*handoff.transcript, *added)})
