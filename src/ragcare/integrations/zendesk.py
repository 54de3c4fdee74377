"""A handoff as a ticket of Zendesk, and what its webhooks say of that ticket.

Written against the Ticketing API v2: `POST /api/v2/tickets`, "Idempotency" and "Webhook event types" of
developer.zendesk.com. Keys are kept there for two hours; after that the ticket is known by its external id.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from ragcare.errors import BadInput
from ragcare.integrations.delivery import Change, ChannelConfig, Delivery, Undelivered, field, secret_of
from ragcare.integrations.note import html_note, subject
from ragcare.integrations.transport import Transport
from ragcare.schema import Handoff

_PRIORITY = {"low": "low", "normal": "normal", "high": "urgent"}
_DONE = {"solved", "closed"}
_LONGEST_COMMENT = 65_000
"""Bytes; Zendesk drops in silence what is beyond 64 KiB."""


class ZendeskConfig(ChannelConfig):
    """Which Zendesk, and as whom.

    Attributes:
        url: such as "https://acme.zendesk.com".
        email: of the agent in whose name tickets are made.
        token_variable: the environment variable with that agent's API token.
        group_id: the group that gets the tickets.
        reference_field: the custom field, by its id, that holds the asker's reference.
    """

    email: Annotated[str, Field(min_length=3)]
    token_variable: str = "ZENDESK_API_TOKEN"
    group_id: int | None = None
    reference_field: int | None = None


class ZendeskChannel:
    """Makes one ticket for a handoff, its first comment an internal note."""

    name = "zendesk"
    repeatable = True

    def __init__(self, config: ZendeskConfig, environment: Mapping[str, str] = os.environ) -> None:
        self._config = config
        token = secret_of(config.token_variable, environment)
        self._transport = Transport(config, auth=(f"{config.email}/token", token))

    def deliver(self, handoff: Handoff) -> Delivery:
        """Makes the ticket, or finds the one that is there."""
        there = self._transport.request("GET", "/api/v2/tickets.json", params={"external_id": handoff.id})
        number = field(there, "tickets", 0, "id")
        if number is None:
            made = self._transport.request(
                "POST",
                "/api/v2/tickets.json",
                {"ticket": self._ticket(handoff)},
                headers={"idempotency-key": handoff.id},
            )
            number = field(made, "ticket", "id")
        if number is None:  # a page to log in at, or of some proxy, says 200 too
            raise Undelivered("Zendesk made no ticket", again=True, may_have_arrived=True)
        url = f"{self._config.url.rstrip('/')}/agent/tickets/{number}"
        return Delivery(handoff_id=handoff.id, channel=self.name, reference=number, url=url)

    def _ticket(self, handoff: Handoff) -> dict[str, Any]:
        ticket: dict[str, Any] = {
            "subject": subject(handoff),
            "comment": {"html_body": html_note(handoff, _LONGEST_COMMENT), "public": False},
            "external_id": handoff.id,
            "priority": _PRIORITY[handoff.urgency],
            "tags": ["ragcare", f"queue_{_tag(handoff.queue)}", *(f"reason_{code}" for code in handoff.reasons)],
        }
        if self._config.group_id is not None:
            ticket["group_id"] = self._config.group_id
        if self._config.reference_field is not None and handoff.asker.reference:
            ticket["custom_fields"] = [{"id": self._config.reference_field, "value": handoff.asker.reference}]
        return ticket


def _tag(text: str) -> str:
    """A tag holds no blanks."""
    return "_".join(text.lower().split())


def status_of(event: Mapping[str, Any]) -> Change | None:
    """What an event of type "zen:event-type:ticket.status_changed" says; None if it says nothing of the kind."""
    if field(event, "type") != "zen:event-type:ticket.status_changed":
        return None
    now, before = ((field(event, "event", one) or "").lower() for one in ("current", "previous"))
    names = {"handoff_id": field(event, "detail", "external_id") or None, "reference": field(event, "detail", "id")}
    if now in _DONE and before not in _DONE:
        return Change("completed", **names, detail=now)
    if before in _DONE and now not in _DONE:
        return Change("reopened", **names, detail=now)
    return None


def verify_signature(headers: Mapping[str, str], body: bytes, secret: str) -> None:
    """Checks that Zendesk sent this: base64 of HMAC-SHA256 over its timestamp and the body.

    Raises:
        BadInput: it did not, or the secret is another webhook's.
    """
    given = {name.lower(): value for name, value in headers.items()}
    timestamp = given.get("x-zendesk-webhook-signature-timestamp", "")
    expected = base64.b64encode(hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest())
    if not hmac.compare_digest(expected, given.get("x-zendesk-webhook-signature", "").encode()):
        raise BadInput("the signature is not Zendesk's. Mend: copy the secret of this webhook once more")
