"""A handoff as a conversation of Intercom, and what its webhooks say of that conversation.

Written against the REST API 2.14 of developers.intercom.com: contacts, conversations, notes. Intercom has no
idempotency key, and its search lags behind: what may have arrived is not sent again unasked.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any

from ragcare.errors import BadInput
from ragcare.integrations.delivery import Change, ChannelConfig, Delivery, Undelivered, field, secret_of
from ragcare.integrations.note import html_note, subject
from ragcare.integrations.transport import Transport
from ragcare.schema import Handoff

_TOPICS = {"conversation.admin.closed": "completed", "conversation.admin.opened": "reopened"}


class IntercomConfig(ChannelConfig):
    """Which workspace.

    Attributes:
        url: "https://api.intercom.io", or that of the region.
        admin_id: of the teammate in whose name the note is written.
        token_variable: the environment variable with an access token.
        team_id: the team that the conversation is assigned to.
        version: of the API.
    """

    url: str = "https://api.intercom.io"
    admin_id: str
    token_variable: str = "INTERCOM_ACCESS_TOKEN"
    team_id: str | None = None
    version: str = "2.14"


class IntercomChannel:
    """Makes one conversation for a handoff: the question from the contact, all the rest in a note to the team."""

    name = "intercom"
    repeatable = False

    def __init__(self, config: IntercomConfig, environment: Mapping[str, str] = os.environ) -> None:
        self._config = config
        token = secret_of(config.token_variable, environment)
        headers = {"authorization": f"Bearer {token}", "intercom-version": config.version}
        self._transport = Transport(config, headers)

    def deliver(self, handoff: Handoff) -> Delivery:
        """Finds or makes the contact, then makes the conversation, its note, and its assignment."""
        try:
            contact = self._contact(handoff)
        except Undelivered as error:  # wherever that ended, no conversation is there yet
            raise Undelivered(str(error), again=error.again, after=error.after) from error
        opened = {"from": {"type": "user", "id": contact}, "body": subject(handoff, 1_000)}
        number = field(self._post("/conversations", opened), "conversation_id")
        if number is None:
            raise Undelivered("Intercom made no conversation", may_have_arrived=True)
        admin = {"type": "admin", "admin_id": self._config.admin_id}
        try:
            self._post(f"/conversations/{number}/reply", {**admin, "message_type": "note", "body": html_note(handoff)})
            if self._config.team_id is not None:
                assigned = {**admin, "message_type": "assignment", "assignee_id": self._config.team_id}
                self._post(f"/conversations/{number}/parts", assigned)
            if handoff.urgency == "high":
                self._post(
                    f"/conversations/{number}/parts", {**admin, "message_type": "priority", "priority": "priority"}
                )
        except Undelivered as error:
            said = f"conversation {number} is there, but not all of its note and assignment: {error}"
            raise Undelivered(said, may_have_arrived=True) from error
        return Delivery(handoff_id=handoff.id, channel=self.name, reference=number)

    def _contact(self, handoff: Handoff) -> str:
        known_as = handoff.asker.reference or handoff.id
        query = {"query": {"field": "external_id", "operator": "=", "value": known_as}}
        number = field(self._transport.request("POST", "/contacts/search", query), "data", 0, "id")
        if number is None:  # an external id is unique there: a second contact cannot come of it
            made = self._transport.request("POST", "/contacts", {"role": "user", "external_id": known_as})
            number = field(made, "id")
        if number is None:
            raise Undelivered("Intercom made no contact for the customer", again=True)
        return number

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._transport.request("POST", path, body, repeatable=False)


def status_of(event: Mapping[str, Any]) -> Change | None:
    """What a notification of a conversation that was closed or opened says; None if it is another."""
    match _TOPICS.get(field(event, "topic") or ""):
        case "completed":
            return Change("completed", reference=field(event, "data", "item", "id"))
        case "reopened":
            return Change("reopened", reference=field(event, "data", "item", "id"))
        case _:
            return None


def verify_signature(headers: Mapping[str, str], body: bytes, client_secret: str) -> None:
    """Checks that Intercom sent this: "sha1=" and HMAC-SHA1 over the body with the app's client secret.

    Raises:
        BadInput: it did not, or the secret is another app's.
    """
    given = {name.lower(): value for name, value in headers.items()}.get("x-hub-signature", "")
    expected = "sha1=" + hmac.new(client_secret.encode(), body, hashlib.sha1).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise BadInput("the signature is not Intercom's. Mend: copy the client secret of this app once more")
