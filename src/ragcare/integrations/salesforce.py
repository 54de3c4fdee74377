"""A handoff as a case of Salesforce, and what a case says of it.

Written against the REST API, "Insert or Update (Upsert) a Record Using an External ID". The upsert makes a repetition
harmless by itself; it needs a text field of the object Case that is marked as an external id and as unique.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import Field

from ragcare.integrations.delivery import Change, ChannelConfig, Delivery, Undelivered, field, secret_of
from ragcare.integrations.note import plain_note, subject
from ragcare.integrations.transport import Transport
from ragcare.schema import Handoff

_PRIORITY = {"low": "Low", "normal": "Medium", "high": "High"}
_LONGEST_SUBJECT, _LONGEST_DESCRIPTION = 255, 32_000


class SalesforceConfig(ChannelConfig):
    """Which Salesforce, and which fields.

    Attributes:
        url: of the org, such as "https://acme.my.salesforce.com".
        token_variable: the environment variable with an OAuth access token; how it is kept fresh is the deployment's.
        version: of the REST API; those before 46 do not say which case they updated.
        id_field: the external id field of Case that holds the id of the handoff.
        queue_field: a field of Case for the suggested queue.
        reference_field: a field of Case for the asker's reference.
        origin: the value of the field Origin.
    """

    token_variable: str = "SALESFORCE_ACCESS_TOKEN"
    version: Annotated[str, Field(pattern=r"^v(?:4[6-9]|[5-9]\d|\d{3,})\.\d$")] = "v62.0"
    id_field: Annotated[str, Field(pattern=r"^\w+$")] = "Ragcare_Handoff__c"
    queue_field: Annotated[str, Field(pattern=r"^\w+$")] | None = None
    reference_field: Annotated[str, Field(pattern=r"^\w+$")] | None = None
    origin: str = "Chat"


class SalesforceChannel:
    """Makes one case for a handoff."""

    name = "salesforce"
    repeatable = True

    def __init__(self, config: SalesforceConfig, environment: Mapping[str, str] = os.environ) -> None:
        self._config = config
        token = secret_of(config.token_variable, environment)
        self._transport = Transport(config, {"authorization": f"Bearer {token}"})

    def deliver(self, handoff: Handoff) -> Delivery:
        """Upserts the case; its Status is left alone, so that a repetition does not open it again."""
        config = self._config
        case = {
            "Subject": subject(handoff, _LONGEST_SUBJECT),
            "Description": plain_note(handoff, _LONGEST_DESCRIPTION)[:_LONGEST_DESCRIPTION],
            "Priority": _PRIORITY[handoff.urgency],
            "Origin": config.origin,
        }
        if config.queue_field:
            case[config.queue_field] = handoff.queue
        if config.reference_field and handoff.asker.reference:
            case[config.reference_field] = handoff.asker.reference
        path = f"/services/data/{config.version}/sobjects/Case/{config.id_field}/{quote(handoff.id, safe='')}"
        number = field(self._transport.request("PATCH", path, case), "id")
        if number is None:  # a page to log in at, or of some proxy, says 200 too
            raise Undelivered("Salesforce made no case", again=True, may_have_arrived=True)
        url = f"{config.url.rstrip('/')}/{number}"
        return Delivery(handoff_id=handoff.id, channel=self.name, reference=number, url=url)


def status_of(case: Mapping[str, Any], *, id_field: str = "Ragcare_Handoff__c") -> Change | None:
    """What a record of Case says, however it came (a query, an outbound message): closed, or open again.

    A case that was never closed is open too: the outbox takes "reopened" only of what was completed.
    """
    closed = case.get("IsClosed")
    if not isinstance(closed, bool):
        return None
    names = {"handoff_id": field(case, id_field), "reference": field(case, "Id")}
    return Change("completed" if closed else "reopened", **names, detail=field(case, "Status") or "")
