"""The webhook: what goes out is signed as Standard Webhooks says, and what is not signed does not come in."""

from __future__ import annotations

import base64
import json
import time

import pytest
from standardwebhooks.webhooks import Webhook
from tests.integrations.receiver import Receiver, handoff

from ragcare.errors import BadInput
from ragcare.integrations.webhook import WebhookChannel, WebhookConfig, sign, status_of, verify_signature
from ragcare.schema import Handoff

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ....").decode()


def channel(receiver: Receiver, secret: str = SECRET) -> WebhookChannel:
    return WebhookChannel(WebhookConfig(url=f"{receiver.url}/hooks/care"), {"HANDOFF_WEBHOOK_SECRET": secret})


def test_the_whole_handoff_arrives_under_its_idempotency_key(receiver: Receiver) -> None:
    receiver.reply = lambda _: (202, {"reference": "T-7", "url": "https://care.example/T-7"})
    delivery = channel(receiver).deliver(handoff())
    (request,) = receiver.requests
    assert request.path == "/hooks/care"
    assert request.headers["idempotency-key"] == request.headers["webhook-id"] == "reply-1"
    assert request.headers["content-type"] == "application/json"
    assert request.json["type"] == "handoff.initiate"
    assert Handoff.model_validate(request.json["data"]) == handoff()
    assert (delivery.handoff_id, delivery.reference, delivery.url) == ("reply-1", "T-7", "https://care.example/T-7")


def test_a_library_of_the_standard_verifies_what_we_sign(receiver: Receiver) -> None:
    channel(receiver).deliver(handoff())
    (request,) = receiver.requests
    assert Webhook(SECRET).verify(request.body, request.headers) == request.json
    assert verify_signature(request.headers, request.body, SECRET) == "reply-1"


def test_we_verify_what_a_library_of_the_standard_signs() -> None:
    from datetime import UTC, datetime

    body, now = b'{"id": "x"}', datetime.now(UTC)
    headers = {
        "Webhook-Id": "m",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": "v1,bm8= " + Webhook(SECRET).sign("m", now, body.decode()),
    }
    assert verify_signature(headers, body, SECRET) == "m"


@pytest.mark.parametrize("secret", [SECRET, "any words at all"])
def test_any_change_breaks_the_signature(secret: str) -> None:
    body = b'{"id": "x", "status": "completed"}'
    headers = sign("m", body, secret)
    assert verify_signature(headers, body, secret) == "m"
    for wrong in (
        (headers, body + b" ", secret),
        (headers, body, "another secret"),
        ({**headers, "webhook-id": "n"}, body, secret),
        ({**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}, body, secret),
        ({**headers, "webhook-signature": "v1,é"}, body, secret),
        ({name: value for name, value in headers.items() if name != "webhook-signature"}, body, secret),
        ({**headers, "webhook-timestamp": "nan"}, body, secret),
    ):
        with pytest.raises(BadInput, match="Mend"):
            verify_signature(*wrong)


@pytest.mark.parametrize(("off", "right"), [(-299, True), (299, True), (-301, False), (301, False)])
def test_an_old_message_is_not_taken_again(off: float, right: bool) -> None:
    headers = sign("m", b"{}", SECRET, at=1_000_000)
    if right:
        assert verify_signature(headers, b"{}", SECRET, now=1_000_000 + off) == "m"
    else:
        with pytest.raises(BadInput, match="too old"):
            verify_signature(headers, b"{}", SECRET, now=1_000_000 + off)


def test_a_status_comes_back_signed() -> None:
    body = json.dumps({"id": "reply-1", "status": "completed", "detail": "called back"}).encode()
    change = status_of(sign("s-1", body, SECRET), body, SECRET)
    assert (change.handoff_id, change.status, change.detail) == ("reply-1", "completed", "called back")
    with pytest.raises(BadInput, match="not signed"):
        status_of({}, body, SECRET)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": "x"}', b'{"id": "x", "status": "lost"}', b"\xff"])
def test_a_status_that_says_nothing_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput, match="names no status"):
        status_of(sign("s", body, SECRET, at=time.time()), body, SECRET)


def test_no_secret_no_channel() -> None:
    with pytest.raises(BadInput, match="HANDOFF_WEBHOOK_SECRET is not set"):
        WebhookChannel(WebhookConfig(url="https://care.example"), {})
    with pytest.raises(BadInput, match="no base64"):
        sign("m", b"", "whsec_?")
