"""A handoff as a signed POST to a URL of yours, and statuses as signed POSTs back.

Signed as Standard Webhooks 1.0 says (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body, so that
any of its libraries verifies it; `verify_signature` does the same without one. The id is the idempotency key as well.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import time
from collections.abc import Mapping
from typing import Any, get_args
from urllib.parse import urlsplit

from ragcare.errors import BadInput
from ragcare.integrations.delivery import Change, ChannelConfig, Delivery, Progress, field, secret_of
from ragcare.integrations.transport import Transport
from ragcare.schema import Handoff

REPLAY_WINDOW = 300.0
"""Seconds by which the time of a message may be off, as the standard has it; an older one may be a replay."""


class WebhookConfig(ChannelConfig):
    """Where handoffs are posted.

    Attributes:
        secret_variable: the environment variable with the secret of the signature; "whsec_…" is base64, any other is
            taken letter for letter.
    """

    secret_variable: str = "HANDOFF_WEBHOOK_SECRET"


class WebhookChannel:
    """Posts handoffs; the receiver must answer 2xx, and knows a repetition by its Idempotency-Key."""

    name = "webhook"
    repeatable = True

    def __init__(self, config: WebhookConfig, environment: Mapping[str, str] = os.environ) -> None:
        self._secret = secret_of(config.secret_variable, environment)
        parts = urlsplit(config.url)
        self._path = parts.path or "/"
        self._transport = Transport(config.model_copy(update={"url": f"{parts.scheme}://{parts.netloc}"}))

    def deliver(self, handoff: Handoff) -> Delivery:
        """Posts `{"type": "handoff.initiate", "data": HANDOFF}`."""
        document = {"type": "handoff.initiate", "data": handoff.model_dump(mode="json")}
        body = json.dumps(document, ensure_ascii=False, sort_keys=True).encode()
        headers = {
            **sign(handoff.id, body, self._secret),
            "content-type": "application/json",
            "idempotency-key": handoff.id,
        }
        answer = self._transport.request("POST", self._path, content=body, headers=headers)
        return Delivery(
            handoff_id=handoff.id, channel=self.name, reference=field(answer, "reference"), url=field(answer, "url")
        )


def sign(message_id: str, body: bytes, secret: str, *, at: float | None = None) -> dict[str, str]:
    """The three headers of a signed message.

    Args:
        message_id: which stays the same when the message is sent again.
        body: as it goes over the wire.
        secret: shared with the receiver.
        at: the moment, in seconds since 1970; now if None.
    """
    timestamp = str(int(time.time() if at is None else at))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": _signature(message_id, timestamp, body, secret),
    }


def verify_signature(headers: Mapping[str, str], body: bytes, secret: str, *, now: float | None = None) -> str:
    """Checks a signed message; its id, which a receiver keeps so as to know a repetition.

    Args:
        headers: of the request, in any case.
        body: as it came over the wire, before anything parsed it.
        secret: shared with the sender.
        now: the moment, in seconds since 1970; that of the clock if None.

    Raises:
        BadInput: it is not signed with this secret, or its time is more than five minutes off.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, timestamp = given["webhook-id"], given["webhook-timestamp"]
        signatures, moment = given["webhook-signature"].split(), float(timestamp)
    except (KeyError, ValueError):
        raise BadInput("the message is not signed. Mend: send webhook-id, webhook-timestamp and -signature") from None
    if not abs((time.time() if now is None else now) - moment) <= REPLAY_WINDOW:
        raise BadInput("the message is too old or from the future. Mend: look at the clocks of both sides")
    expected = _signature(message_id, timestamp, body, secret).encode()
    if True not in {hmac.compare_digest(expected, one.encode()) for one in signatures}:
        raise BadInput("the signature is not right. Mend: give both sides the same secret, and verify the raw body")
    return message_id


def status_of(headers: Mapping[str, str], body: bytes, secret: str) -> Change:
    """What a signed message says has become of a handoff: `{"id": …, "status": "completed", "detail": ""}`.

    Raises:
        BadInput: it is not signed, or says nothing that is known.
    """
    verify_signature(headers, body, secret)
    try:
        told: Any = json.loads(body)
    except ValueError:
        told = None
    status = next((one for one in get_args(Progress) if one == field(told, "status")), None)
    handoff_id = field(told, "id")
    if status is None or handoff_id is None:
        raise BadInput('the message names no status. Mend: send {"id": "…", "status": "completed"}')
    return Change(status, handoff_id=handoff_id, detail=field(told, "detail") or "")


def _signature(message_id: str, timestamp: str, body: bytes, secret: str) -> str:
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise BadInput("the secret begins with whsec_ and is no base64. Mend: copy it once more") from None
