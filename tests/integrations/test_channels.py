"""Which channel the settings name: each kind is made, and what is wrong is told without a token."""

from __future__ import annotations

from typing import Any

import pytest

from ragcare.errors import BadInput
from ragcare.integrations.channels import KINDS, channel_for
from ragcare.settings import HandoffSettings

OPTIONS: dict[str, dict[str, Any]] = {
    "webhook": {},
    "zendesk": {"email": "bot@acme.example", "group_id": 4},
    "salesforce": {"queue_field": "Queue__c"},
    "chatwoot": {"account_id": 1, "inbox_id": 2},
    "intercom": {"admin_id": "7"},
    "bot_framework": {"bot_id": "28:bot"},
}


def settings(channel: str | None, **options: Any) -> HandoffSettings:
    return HandoffSettings(channel=channel, channel_options=options)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_named(kind: str) -> None:
    how = settings(f"{kind}:https://care.example", token_variable="CARE_TOKEN", **OPTIONS[kind])
    if kind == "webhook":
        how = settings(f"{kind}:https://care.example/handoffs", secret_variable="CARE_TOKEN")
    channel = channel_for(how, {"CARE_TOKEN": "hush"})
    assert channel is not None
    assert channel.name == kind
    with pytest.raises(BadInput, match="the variable CARE_TOKEN is not set"):
        channel_for(how, {})


def test_no_channel_is_no_channel() -> None:
    assert channel_for(settings(None)) is None


@pytest.mark.parametrize(
    ("channel", "options", "words"),
    [
        ("fax:https://care.example", {}, "there is no such channel"),
        ("webhook", {}, "url: it is missing"),
        ("webhook:ftp://care.example", {}, "url"),
        ("webhook:https://user:secret@care.example", {}, "url"),
        ("zendesk:https://acme.zendesk.com", {}, "email: it is missing"),
        ("zendesk:https://acme.zendesk.com", {"email": "a@b.c", "token": "x"}, "token: there is no such setting"),
        ("salesforce:https://acme.my.salesforce.com", {"id_field": "a/b"}, "id_field"),
    ],
)
def test_what_is_wrong_is_told(channel: str, options: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        channel_for(settings(channel, **options), {})
