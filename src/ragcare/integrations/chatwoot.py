"""A handoff as a conversation of Chatwoot, and what its webhooks say of that conversation.

Written against the Application API v1 of developers.chatwoot.com: contacts, conversations, messages. Chatwoot has no
idempotency key, so the contact's conversations are looked at first for one that bears the id.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ragcare.integrations.delivery import Change, ChannelConfig, Delivery, Undelivered, field, secret_of
from ragcare.integrations.note import markdown_note, subject
from ragcare.integrations.transport import Transport
from ragcare.schema import Handoff

_PRIORITY = {"low": "low", "normal": "medium", "high": "urgent"}
_ID = "ragcare_handoff"
_LONGEST_MESSAGE = 150_000
"""Characters; Chatwoot refuses a message of more. They are counted as bytes here, which are never fewer."""


class ChatwootConfig(ChannelConfig):
    """Which Chatwoot, and which inbox.

    Attributes:
        url: such as "https://app.chatwoot.com".
        account_id: the number of the account.
        inbox_id: an inbox of the kind "API", which conversations are made in.
        token_variable: the environment variable with an access token.
        team_id: the team that gets the conversations.
    """

    account_id: int
    inbox_id: int
    token_variable: str = "CHATWOOT_API_TOKEN"
    team_id: int | None = None


class ChatwootChannel:
    """Makes one open conversation for a handoff: the question from the contact, all the rest in a private note."""

    name = "chatwoot"
    repeatable = True

    def __init__(self, config: ChatwootConfig, environment: Mapping[str, str] = os.environ) -> None:
        self._config = config
        token = secret_of(config.token_variable, environment)
        self._transport = Transport(config, {"api_access_token": token})
        self._home = f"/api/v1/accounts/{config.account_id}"

    def deliver(self, handoff: Handoff) -> Delivery:
        """Makes what is not there yet: the contact, the conversation, the note."""
        contact, source = self._contact(handoff)
        number = self._conversation_of(contact, handoff) or self._converse(contact, source, handoff)
        if not self._has_note(number, handoff):
            note = {"content": markdown_note(handoff, _LONGEST_MESSAGE), "message_type": "outgoing", "private": True}
            self._post(f"/conversations/{number}/messages", note)
            self._post(f"/conversations/{number}/toggle_priority", {"priority": _PRIORITY[handoff.urgency]})
        url = f"{self._config.url.rstrip('/')}/app/accounts/{self._config.account_id}/conversations/{number}"
        return Delivery(handoff_id=handoff.id, channel=self.name, reference=number, url=url)

    def _contact(self, handoff: Handoff) -> tuple[str, str | None]:
        """The contact of the asker, and what ties it to the inbox."""
        known_as = handoff.asker.reference or handoff.id
        found = self._get("/contacts/search", {"q": known_as})
        listed = found.get("payload", []) if isinstance(found, dict) else []
        contact = next((one for one in listed if field(one, "identifier") == known_as), None)
        if contact is None:
            made = self._post(
                "/contacts", {"inbox_id": self._config.inbox_id, "identifier": known_as, "name": known_as}
            )
            contact = made["payload"]["contact"] if field(made, "payload", "contact") else None
        number = field(contact, "id")
        if contact is None or number is None:
            raise Undelivered("Chatwoot made no contact for the customer", again=True)
        ties = contact.get("contact_inboxes") or []
        ours = (one for one in ties if field(one, "inbox", "id") == str(self._config.inbox_id))
        return number, field(next(ours, None), "source_id")

    def _conversation_of(self, contact: str, handoff: Handoff) -> str | None:
        listed = self._get(f"/contacts/{contact}/conversations")
        conversations = listed.get("payload", []) if isinstance(listed, dict) else []
        ours = (one for one in conversations if field(one, "custom_attributes", _ID) == handoff.id)
        return field(next(ours, None), "id")

    def _converse(self, contact: str, source: str | None, handoff: Handoff) -> str:
        conversation: dict[str, Any] = {
            "inbox_id": self._config.inbox_id,
            "contact_id": int(contact),
            "status": "open",
            "custom_attributes": {_ID: handoff.id, "queue": handoff.queue, "reasons": ", ".join(handoff.reasons)},
            "message": {"content": subject(handoff, 1_000)},
        }
        if source is not None:
            conversation["source_id"] = source
        if self._config.team_id is not None:
            conversation["team_id"] = self._config.team_id
        number = field(self._post("/conversations", conversation, repeatable=False), "id")
        if number is None:
            raise Undelivered("Chatwoot made no conversation", again=True, may_have_arrived=True)
        return number

    def _has_note(self, number: str, handoff: Handoff) -> bool:
        listed = self._get(f"/conversations/{number}/messages")
        messages = listed.get("payload", []) if isinstance(listed, dict) else []
        private = [one.get("content") or "" for one in messages if one.get("private")]
        return any(
            handoff.id in content.replace("\\", "") for content in private
        )  # the id is escaped like all the rest

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        return self._transport.request("GET", self._home + path, params=params)

    def _post(self, path: str, body: Any, *, repeatable: bool = False) -> Any:
        # What may have been done is not done again blindly: the next delivery looks first.
        return self._transport.request("POST", self._home + path, body, repeatable=repeatable)


def status_of(event: Mapping[str, Any]) -> Change | None:
    """What an event "conversation_status_changed" says; None if it is another."""
    if field(event, "event") != "conversation_status_changed":
        return None
    status = field(event, "status") or ""
    names = {"handoff_id": field(event, "custom_attributes", _ID), "reference": field(event, "id")}
    if status == "resolved":
        return Change("completed", **names, detail=status)
    return Change("reopened", **names, detail=status) if status in ("open", "pending") else None
