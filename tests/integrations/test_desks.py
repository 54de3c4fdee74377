"""The desks: each receives the shape that its documentation asks for, once, and what it says back is understood.

The shapes are JSON Schemas of the requests, after the pages that the modules name.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.integrations.receiver import Answer, Receiver, Request, handoff

from ragcare.errors import BadInput
from ragcare.integrations import bot_framework, chatwoot, intercom, salesforce, zendesk
from ragcare.integrations.delivery import Change, Undelivered
from ragcare.schema import Turn

TEXT = {"type": "string", "minLength": 1}
NUMBER = {"type": "integer"}


def record(required: Mapping[str, Any], optional: Mapping[str, Any] = {}) -> dict[str, Any]:
    """A JSON object with these fields and no others."""
    properties = {**required, **optional}
    return {"type": "object", "required": [*required], "properties": properties, "additionalProperties": False}


TICKET = record(
    {
        "ticket": record(
            {"comment": record({"html_body": TEXT, "public": {"const": False}})},
            {
                "subject": TEXT,
                "external_id": TEXT,
                "priority": {"enum": ["urgent", "high", "normal", "low"]},
                "tags": {"type": "array", "items": {"type": "string", "pattern": r"^\S+$"}},
                "group_id": NUMBER,
                "custom_fields": {"type": "array", "items": record({"id": NUMBER, "value": TEXT})},
            },
        )
    }
)
CASE = record(
    {
        "Subject": {"type": "string", "maxLength": 255},
        "Description": {"type": "string", "maxLength": 32_000},
        "Priority": {"enum": ["High", "Medium", "Low"]},
        "Origin": TEXT,
    },
    {"Queue__c": TEXT, "Customer__c": TEXT},
)
CHATWOOT_CONVERSATION = record(
    {"inbox_id": NUMBER},
    {
        "source_id": TEXT,
        "contact_id": NUMBER,
        "status": {"enum": ["open", "resolved", "pending"]},
        "team_id": NUMBER,
        "custom_attributes": {"type": "object"},
        "message": record({"content": TEXT}),
    },
)
CHATWOOT_MESSAGE = record(
    {"content": TEXT, "message_type": {"enum": ["outgoing", "incoming"]}, "private": {"const": True}}
)
INTERCOM_CONVERSATION = record(
    {"from": record({"type": {"enum": ["lead", "user", "contact"]}, "id": TEXT}), "body": TEXT}
)
INTERCOM_NOTE = record({"message_type": {"const": "note"}, "type": {"const": "admin"}, "admin_id": TEXT, "body": TEXT})
ACTIVITY = record(
    {
        "type": {"const": "event"},
        "name": {"const": "handoff.initiate"},
        "timestamp": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$"},
        "from": record({"id": TEXT, "role": {"enum": ["user", "bot"]}}),
        "conversation": record({"id": TEXT}),
        "locale": TEXT,
        "value": {"type": "object", "required": ["Skill"]},
        "attachments": {
            "type": "array",
            "minItems": 1,
            "items": record(
                {
                    "contentType": {"const": "application/json"},
                    "name": {"const": "Transcript"},
                    "content": record({"activities": {"type": "array", "items": {"required": ["type", "text"]}}}),
                }
            ),
        },
    }
)


def check(schema: dict[str, Any], document: Any) -> None:
    Draft202012Validator(schema).validate(document)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


# --- Zendesk -----------------------------------------------------------------------------------------


class FakeZendesk:
    """Keeps tickets by their external id, and makes one for an idempotency key."""

    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, Any]] = {}

    def __call__(self, request: Request) -> Answer:
        if request.method == "GET":
            wanted = request.query.removeprefix("external_id=")
            return 200, {"tickets": [one for one in self.tickets.values() if one["external_id"] == wanted]}
        check(TICKET, request.json)
        key = request.headers["idempotency-key"]
        ticket = self.tickets.setdefault(key, {**request.json["ticket"], "id": 35_000 + len(self.tickets)})
        return 201, {"ticket": ticket}


def zendesk_channel(receiver: Receiver, **more: Any) -> zendesk.ZendeskChannel:
    config = zendesk.ZendeskConfig(url=receiver.url, email="bot@acme.example", **more)
    return zendesk.ZendeskChannel(config, {"ZENDESK_API_TOKEN": "hush"})


def test_zendesk_gets_one_ticket_with_an_internal_note(receiver: Receiver) -> None:
    receiver.reply = desk = FakeZendesk()
    channel = zendesk_channel(receiver, group_id=12, reference_field=34)
    delivery = channel.deliver(handoff())
    assert channel.deliver(handoff()) == delivery
    assert len(receiver.of("POST", "/api/v2/tickets.json")) == 1
    (ticket,) = desk.tickets.values()
    assert (delivery.reference, delivery.url) == ("35000", f"{receiver.url}/agent/tickets/35000")
    assert ticket["priority"] == "urgent"
    assert ticket["tags"] == ["ragcare", "queue_second_line", "reason_fraud", "reason_anger"]
    assert ticket["custom_fields"] == [{"id": 34, "value": "C-42"}]
    assert receiver.requests[0].headers["authorization"] == basic("bot@acme.example/token", "hush")


def test_nothing_that_was_said_becomes_html(receiver: Receiver) -> None:
    receiver.reply = desk = FakeZendesk()
    zendesk_channel(receiver).deliver(handoff())
    (ticket,) = desk.tickets.values()
    written = ticket["comment"]["html_body"]
    for told in ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;b&gt;titre", "&lt;i&gt;bloquée"):
        assert told in written
    for wrong in ("<script", "<b>", "<i>", "<a "):
        assert wrong not in written


def test_an_answer_lost_on_the_way_makes_no_second_ticket(receiver: Receiver) -> None:
    desk = FakeZendesk()
    hung_up: list[Request] = []

    def reply(request: Request) -> Answer | None:
        answer = desk(request)
        if request.method == "POST" and not hung_up:
            hung_up.append(request)
            return None
        return answer

    receiver.reply = reply
    assert zendesk_channel(receiver).deliver(handoff()).reference == "35000"
    assert len(desk.tickets) == 1


ZENDESK_EVENT = {
    "type": "zen:event-type:ticket.status_changed",
    "detail": {"id": "35436", "external_id": "reply-1", "status": "SOLVED"},
    "event": {"current": "SOLVED", "previous": "OPEN"},
}


def test_zendesk_says_when_a_ticket_is_solved_and_open_again() -> None:
    assert zendesk.status_of(ZENDESK_EVENT) == Change("completed", "reply-1", "35436", "solved")
    again = {**ZENDESK_EVENT, "event": {"current": "OPEN", "previous": "SOLVED"}}
    assert zendesk.status_of(again) == Change("reopened", "reply-1", "35436", "open")
    assert zendesk.status_of({**ZENDESK_EVENT, "event": {"current": "CLOSED", "previous": "SOLVED"}}) is None
    assert zendesk.status_of({**ZENDESK_EVENT, "type": "zen:event-type:ticket.created"}) is None


def test_only_zendesk_signs_as_zendesk() -> None:
    body, at = json.dumps(ZENDESK_EVENT).encode(), "2026-06-01T10:00:00Z"
    signature = base64.b64encode(hmac.new(b"secret", at.encode() + body, hashlib.sha256).digest()).decode()
    headers = {"X-Zendesk-Webhook-Signature": signature, "X-Zendesk-Webhook-Signature-Timestamp": at}
    zendesk.verify_signature(headers, body, "secret")
    for wrong in ((headers, body, "other"), (headers, body + b" ", "secret"), ({}, body, "secret")):
        with pytest.raises(BadInput, match="not Zendesk's"):
            zendesk.verify_signature(*wrong)


def test_a_page_to_log_in_at_is_no_ticket(receiver: Receiver) -> None:
    receiver.reply = lambda _: (200, b"<html>Please log in</html>")
    with pytest.raises(Undelivered, match="no ticket") as caught:
        zendesk_channel(receiver).deliver(handoff())
    assert caught.value.again


# --- Salesforce --------------------------------------------------------------------------------------


def test_salesforce_gets_one_case_by_its_external_id(receiver: Receiver) -> None:
    cases: dict[str, Any] = {}

    def upsert(request: Request) -> Answer:
        check(CASE, request.json)
        there = request.path in cases
        cases[request.path] = request.json
        return 200 if there else 201, {"id": "5003000000D8cuI", "success": True, "errors": [], "created": not there}

    receiver.reply = upsert
    config = salesforce.SalesforceConfig(url=receiver.url, queue_field="Queue__c", reference_field="Customer__c")
    channel = salesforce.SalesforceChannel(config, {"SALESFORCE_ACCESS_TOKEN": "hush"})
    delivery = channel.deliver(handoff("reply/1"))
    assert channel.deliver(handoff("reply/1")) == delivery
    assert [*cases] == ["/services/data/v62.0/sobjects/Case/Ragcare_Handoff__c/reply%2F1"]
    (case,) = cases.values()
    assert (case["Priority"], case["Queue__c"], case["Customer__c"]) == ("High", "second line", "C-42")
    assert "Status" not in case
    assert receiver.requests[0].headers["authorization"] == "Bearer hush"
    assert delivery.reference == "5003000000D8cuI"


def test_of_a_long_conversation_the_desk_has_the_newest_turns(receiver: Receiver) -> None:
    told = [Turn(role="customer", text=f"Message {number} : " + "l'été, « là-bas » " * 220) for number in range(40)]
    long = handoff("h1", transcript=(*told, Turn(role="customer", text="Jeanne · 06 12 34 56 78")))
    receiver.reply = FakeZendesk()
    zendesk_channel(receiver).deliver(long)
    receiver.reply = lambda _: (201, {"id": "5003000000D8cuI"})
    config = salesforce.SalesforceConfig(url=receiver.url)
    salesforce.SalesforceChannel(config, {"SALESFORCE_ACCESS_TOKEN": "hush"}).deliver(long)
    receiver.reply = desk = FakeChatwoot()
    chatwoot_channel(receiver).deliver(long)
    comment = receiver.of("POST", "/tickets.json")[0].json["ticket"]["comment"]["html_body"]
    description = receiver.of("PATCH", "/h1")[0].json["Description"]
    message = desk.messages[0]["content"]
    assert len(comment.encode()) <= 65_536
    assert len(description) <= 32_000
    assert len(message) <= 150_000
    for note in (comment, description, message):
        for kept in ("06 12 34 56 78", "Message 39 :", "…", "handoff: h1"):
            assert kept in note
        assert "Message 2 :" not in note


def test_a_page_to_log_in_at_is_no_case(receiver: Receiver) -> None:
    receiver.reply = lambda _: (200, b"<html>Please log in</html>")
    config = salesforce.SalesforceConfig(url=receiver.url)
    with pytest.raises(Undelivered, match="no case") as caught:
        salesforce.SalesforceChannel(config, {"SALESFORCE_ACCESS_TOKEN": "hush"}).deliver(handoff())
    assert caught.value.again


def test_a_case_says_whether_it_is_closed() -> None:
    case = {"Id": "500", "Ragcare_Handoff__c": "reply-1", "IsClosed": True, "Status": "Closed"}
    assert salesforce.status_of(case) == Change("completed", "reply-1", "500", "Closed")
    assert salesforce.status_of({**case, "IsClosed": False, "Status": "New"}) == Change(
        "reopened", "reply-1", "500", "New"
    )
    assert salesforce.status_of({"Id": "500"}) is None


# --- Chatwoot ----------------------------------------------------------------------------------------


class FakeChatwoot:
    """One account with contacts, conversations and messages; it may hang up after a request of some ending."""

    def __init__(self, hang_up_after: str = "") -> None:
        self.contacts: list[dict[str, Any]] = []
        self.conversations: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.hang_up_after = hang_up_after

    def __call__(self, request: Request) -> Answer | None:
        assert request.headers["api_access_token"] == "hush"
        answer = self._answer(request.method, request.path.removeprefix("/api/v1/accounts/3"), request)
        if self.hang_up_after and request.method == "POST" and request.path.endswith(self.hang_up_after):
            self.hang_up_after = ""
            return None
        return answer

    def _answer(self, method: str, path: str, request: Request) -> Answer:
        match method, path.strip("/").split("/"):
            case "GET", ["contacts", "search"]:
                return 200, {"payload": self.contacts}
            case "POST", ["contacts"]:
                check(record({"inbox_id": NUMBER}, {"identifier": TEXT, "name": TEXT}), request.json)
                ties = [{"source_id": "tie", "inbox": {"id": 5}}]
                self.contacts.append({"id": 11, "identifier": request.json["identifier"], "contact_inboxes": ties})
                return 200, {"payload": {"contact": self.contacts[-1]}}
            case "GET", ["contacts", "11", "conversations"]:
                return 200, {"payload": self.conversations}
            case "POST", ["conversations"]:
                check(CHATWOOT_CONVERSATION, request.json)
                self.conversations.append({**request.json, "id": 70 + len(self.conversations)})
                return 200, self.conversations[-1]
            case "GET", ["conversations", _, "messages"]:
                return 200, {"payload": self.messages}
            case "POST", ["conversations", _, "messages"]:
                check(CHATWOOT_MESSAGE, request.json)
                self.messages.append(request.json)
                return 200, {}
            case "POST", ["conversations", _, "toggle_priority"]:
                check(record({"priority": {"enum": ["urgent", "high", "medium", "low"]}}), request.json)
                return 200, None
            case _:
                return 404, {}


def chatwoot_channel(receiver: Receiver) -> chatwoot.ChatwootChannel:
    config = chatwoot.ChatwootConfig(url=receiver.url, account_id=3, inbox_id=5, team_id=9)
    return chatwoot.ChatwootChannel(config, {"CHATWOOT_API_TOKEN": "hush"})


def test_chatwoot_gets_one_conversation_with_a_private_note(receiver: Receiver) -> None:
    receiver.reply = desk = FakeChatwoot()
    delivery = chatwoot_channel(receiver).deliver(handoff())
    assert chatwoot_channel(receiver).deliver(handoff()) == delivery
    (conversation,), (note,) = desk.conversations, desk.messages
    assert conversation["source_id"] == "tie"
    assert conversation["custom_attributes"]["ragcare_handoff"] == "reply-1"
    assert delivery.url == f"{receiver.url}/app/accounts/3/conversations/70"
    assert "[bloquée](" not in note["content"]
    assert "<script" not in note["content"]
    another = chatwoot_channel(receiver).deliver(handoff("reply-2"))
    assert another.reference == "71"
    assert len(desk.contacts) == 1


@pytest.mark.parametrize("ending", ["/contacts", "/conversations", "/messages", "/toggle_priority"])
def test_chatwoot_has_no_second_conversation_wherever_the_line_went_dead(receiver: Receiver, ending: str) -> None:
    receiver.reply = desk = FakeChatwoot(hang_up_after=ending)
    with pytest.raises(Undelivered) as caught:
        chatwoot_channel(receiver).deliver(handoff())
    assert caught.value.again
    assert chatwoot_channel(receiver).deliver(handoff()).reference == "70"
    assert (len(desk.contacts), len(desk.conversations), len(desk.messages)) == (1, 1, 1)


def test_chatwoot_says_when_a_conversation_is_resolved_and_open_again() -> None:
    event = {"event": "conversation_status_changed", "id": 70, "status": "resolved"}
    assert chatwoot.status_of(event) == Change("completed", None, "70", "resolved")
    named = {**event, "status": "open", "custom_attributes": {"ragcare_handoff": "reply-1"}}
    assert chatwoot.status_of(named) == Change("reopened", "reply-1", "70", "open")
    assert chatwoot.status_of({**event, "status": "snoozed"}) is None
    assert chatwoot.status_of({**event, "event": "message_created"}) is None


# --- Intercom ----------------------------------------------------------------------------------------


def intercom_channel(receiver: Receiver) -> intercom.IntercomChannel:
    config = intercom.IntercomConfig(url=receiver.url, admin_id="814860", team_id="5")
    return intercom.IntercomChannel(config, {"INTERCOM_ACCESS_TOKEN": "hush"})


def fake_intercom(request: Request) -> Answer:
    assert request.headers["authorization"] == "Bearer hush"
    assert request.headers["intercom-version"] == "2.14"
    match request.path.strip("/").split("/"):
        case ["contacts", "search"]:
            return 200, {"type": "list", "data": []}
        case ["contacts"]:
            check(record({"role": {"enum": ["user", "lead"]}, "external_id": TEXT}), request.json)
            return 200, {"id": "c-1"}
        case ["conversations"]:
            check(INTERCOM_CONVERSATION, request.json)
            return 200, {"type": "user_message", "id": "m-1", "conversation_id": "36000324324"}
        case ["conversations", _, "reply"]:
            check(INTERCOM_NOTE, request.json)
            return 200, {}
        case ["conversations", _, "parts"]:
            return 200, {}
        case _:
            return 404, {}


def test_intercom_gets_a_conversation_and_a_note_to_the_team(receiver: Receiver) -> None:
    receiver.reply = fake_intercom
    assert intercom_channel(receiver).deliver(handoff()).reference == "36000324324"
    (opened,) = receiver.of("POST", "/conversations")
    (note,) = receiver.of("POST", "/reply")
    assert opened.json["from"] == {"type": "user", "id": "c-1"}
    assert "<script" not in note.json["body"]
    assert [one.json["message_type"] for one in receiver.of("POST", "/parts")] == ["assignment", "priority"]


@pytest.mark.parametrize("ending", ["/conversations", "/reply"])
def test_what_intercom_may_have_is_not_sent_again(receiver: Receiver, ending: str) -> None:
    receiver.reply = lambda request: None if request.path.endswith(ending) else fake_intercom(request)
    with pytest.raises(Undelivered) as caught:
        intercom_channel(receiver).deliver(handoff())
    assert caught.value.may_have_arrived
    assert len(receiver.of("POST", "/conversations")) == 1
    assert not intercom.IntercomChannel.repeatable


@pytest.mark.parametrize("ending", ["/contacts/search", "/contacts"])
def test_intercom_is_asked_again_where_no_conversation_was_begun(receiver: Receiver, ending: str) -> None:
    receiver.reply = lambda request: None if request.path.endswith(ending) else fake_intercom(request)
    with pytest.raises(Undelivered) as caught:
        intercom_channel(receiver).deliver(handoff())
    assert (caught.value.again, caught.value.may_have_arrived) == (True, False)
    assert receiver.of("POST", "/conversations") == []


def test_intercom_says_when_a_conversation_is_closed_and_opened() -> None:
    event = {"topic": "conversation.admin.closed", "data": {"item": {"type": "conversation", "id": "36000324324"}}}
    assert intercom.status_of(event) == Change("completed", None, "36000324324")
    assert intercom.status_of({**event, "topic": "conversation.admin.opened"}) == Change(
        "reopened", None, "36000324324"
    )
    assert intercom.status_of({**event, "topic": "contact.deleted"}) is None


def test_only_intercom_signs_as_intercom() -> None:
    headers = {"X-Hub-Signature": "sha1=" + hmac.new(b"secret", b"{}", hashlib.sha1).hexdigest()}
    intercom.verify_signature(headers, b"{}", "secret")
    with pytest.raises(BadInput, match="not Intercom's"):
        intercom.verify_signature(headers, b"{ }", "secret")


# --- Bot Framework -----------------------------------------------------------------------------------


def test_bot_framework_gets_the_event_with_the_transcript(receiver: Receiver) -> None:
    receiver.reply = lambda _: (200, {"id": "activity-9"})
    config = bot_framework.BotFrameworkConfig(url=f"{receiver.url}/emea", bot_id="28:bot")
    channel = bot_framework.BotFrameworkChannel(config, {"BOT_CONNECTOR_TOKEN": "hush"})
    assert channel.deliver(handoff()).reference == "activity-9"
    (request,) = receiver.requests
    assert request.path == "/emea/v3/conversations/C-42/activities"
    check(ACTIVITY, request.json)
    assert request.json["value"]["Skill"] == "second line"
    assert request.json["value"]["handoff"]["id"] == "reply-1"
    said = request.json["attachments"][0]["content"]["activities"]
    assert [one["from"]["role"] for one in said] == ["user", "bot", "user"]
    with pytest.raises(Undelivered, match="asker's reference") as caught:
        channel.deliver(handoff(asker={}))
    assert not caught.value.again


def test_bot_framework_says_what_became_of_it() -> None:
    for state in ("accepted", "failed", "completed"):
        event = {
            "type": "event",
            "name": "handoff.status",
            "conversation": {"id": "C-42"},
            "value": {"state": state, "message": "why"},
        }
        assert bot_framework.status_of(event) == Change(state, None, "C-42", "why")
        assert bot_framework.status_of(event, "reply-1") == Change(state, "reply-1", "C-42", "why")
    assert bot_framework.status_of({"name": "handoff.initiate"}) is None
    assert bot_framework.status_of({"name": "handoff.status", "value": {"state": "lost"}}) is None


def test_the_event_can_be_had_without_a_connector() -> None:
    event = bot_framework.handoff_initiate(
        handoff(), conversation="c", bot="b", now=datetime(2026, 6, 1, 10, tzinfo=UTC)
    )
    check(ACTIVITY, event)
    assert event["timestamp"] == "2026-06-01T10:00:00.000+00:00"
