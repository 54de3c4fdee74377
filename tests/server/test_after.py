"""Feedback and handoffs over HTTP: kept when they are answered, once, and for the reply that was given."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import httpx
import pytest
from tests.server.conftest import Serve, Served

from ragcare.integrations.outbox import Outbox
from ragcare.schema import Handoff

QUESTION = "Comment annuler ma commande ?"
UNKNOWN = "Zygomatique xylophone ?"


def _chat(client: httpx.Client, message: str, session: str | None = None) -> dict[str, Any]:
    body = {"message": message} | ({"session": session} if session else {})
    told: dict[str, Any] = client.post("/v1/chat", json=body, headers={"Accept": "application/json"}).json()
    return told


def _in_outbox(served: Served, handoff_id: str) -> Handoff:
    handoff = Outbox(served.folder / "outbox.sqlite").get(handoff_id).handoff
    assert handoff is not None
    return handoff


def test_feedback_is_kept_and_said_again_takes_the_place_of_itself(public: httpx.Client, served: Served) -> None:
    reply = public.post("/v1/ask", json={"question": QUESTION}).json()["id"]
    first = public.post("/v1/feedback", json={"reply": reply, "useful": True})
    assert first.status_code == 201
    comment = "Appelez-moi au 06 12 34 56 78"
    again = public.post("/v1/feedback", json={"reply": reply, "useful": False, "resolved": False, "comment": comment})
    assert again.json() == first.json()
    kept = [row for row in served.store.feedback() if row["reply"] == reply]
    assert [(row["useful"], row["resolved"], row["action"]) for row in kept] == [(False, False, "answer")]
    assert "06 12" not in kept[0]["comment"]


def test_nobody_judges_a_reply_that_they_were_not_given(public: httpx.Client, served: Served) -> None:
    reply = public.post("/v1/ask", json={"question": QUESTION}).json()["id"]
    with served.client(served.key("judge")) as stranger:
        assert stranger.post("/v1/feedback", json={"reply": reply, "useful": False}).status_code == 404
    assert public.post("/v1/feedback", json={"reply": "0" * 32, "useful": True}).status_code == 404


def test_what_is_too_long_to_be_asked_is_handed_to_a_person(public: httpx.Client, served: Served) -> None:
    letter = " " * 5_000 + "Ma commande n'est jamais arrivée. " * 400
    for path, field in (("ask", "question"), ("chat", "message")):
        refused = public.post(f"/v1/{path}", json={field: letter})
        assert refused.status_code == 422
        assert "POST /v1/handoff" in refused.json()["mend"]
    kept = public.post("/v1/handoff", json={"message": letter})
    assert kept.status_code == 202
    handoff = _in_outbox(served, kept.json()["id"])
    assert (handoff.language, handoff.transcript[-1].text) == ("fr", letter)
    longer = public.post("/v1/handoff", json={"message": "?" * 20_001})
    assert longer.status_code == 422
    assert "/v1/handoff" not in longer.json()["mend"], "it was sent there"


def test_a_refused_conversation_is_handed_over_with_what_the_customer_adds(
    public: httpx.Client, served: Served
) -> None:
    chat = _chat(public, UNKNOWN)
    body = {"session": chat["session"], "message": "Rappelez-moi", "name": "Claire", "phone": "+33 6 12 34 56 78"}
    kept = public.post("/v1/handoff", json=body)
    assert (kept.status_code, kept.json()["status"]) == (202, "queued")
    handoff = _in_outbox(served, kept.json()["id"])
    assert handoff.when == "now", "it was accepted"
    assert handoff.question == UNKNOWN
    assert [turn.text for turn in handoff.transcript][-2:] == ["Rappelez-moi", "Claire · +33 6 12 34 56 78"]
    assert public.get(f"/v1/handoff/{kept.json()['id']}").json()["status"] == "queued"


def test_a_phone_number_is_taken_as_it_was_copied(public: httpx.Client, served: Served) -> None:
    body = {"message": "Rappelez-moi", "phone": "\u202a06\u00a012\u202f34\u201156\u201378\u202c"}
    kept = public.post("/v1/handoff", json=body)
    assert kept.status_code == 202
    assert _in_outbox(served, kept.json()["id"]).transcript[-1].text == "06 12 34-56-78"


def test_the_same_request_again_hands_nothing_over_twice(public: httpx.Client, served: Served) -> None:
    session = _chat(public, UNKNOWN)["session"]
    outbox = Outbox(served.folder / "outbox.sqlite")
    before = len(outbox.entries())
    bodies = [{"session": session}, {"session": session, "email": "claire@example.org"}] * 2
    kept = [public.post("/v1/handoff", json=body).json() for body in bodies]
    assert len({one["id"] for one in kept}) == 1
    assert len(outbox.entries()) == before + 1
    assert _in_outbox(served, kept[0]["id"]).transcript[-1].text == "claire@example.org"
    assert [turn.text for turn in _in_outbox(served, kept[0]["id"]).transcript].count("claire@example.org") == 1
    assert kept[0]["reference"].replace("-", "").lower() == kept[0]["id"][:8]


def test_what_is_added_when_it_has_left_already_follows_once(public: httpx.Client, served: Served) -> None:
    outbox = Outbox(served.folder / "outbox.sqlite")
    session = _chat(public, UNKNOWN)["session"]
    first = public.post("/v1/handoff", json={"session": session}).json()["id"]
    outbox.record_status(first, "accepted")
    body = {"session": session, "phone": "+33 6 12 34 56 78"}
    second = [public.post("/v1/handoff", json=body).json()["id"] for _ in range(3)]
    assert len({first, *second}) == 2
    assert _in_outbox(served, second[0]).transcript[-1].text == body["phone"]
    assert public.post("/v1/handoff", json={"session": session}).json() | {"reference": ""} == {
        "id": first,
        "reference": "",
        "status": "accepted",
        "said": "",
    }


def test_a_message_alone_reaches_a_person_before_anything_was_asked(public: httpx.Client, served: Served) -> None:
    body = {"message": "Bonjour, rappelez-moi", "phone": "0612345678", "language": "fr"}
    one, other = (public.post("/v1/handoff", json=body).json()["id"] for _ in range(2))
    assert one != other  # two customers may write the same words
    same = {public.post("/v1/handoff", json=body, headers={"Idempotency-Key": "k"}).json()["id"] for _ in range(2)}
    assert len(same) == 1
    said = [turn.text for turn in _in_outbox(served, one).transcript]
    assert said == ["Je voudrais parler à un conseiller.", "Bonjour, rappelez-moi", "0612345678"]


def test_a_whole_answer_can_be_taken_to_a_person_too(public: httpx.Client, served: Served) -> None:
    session = _chat(public, QUESTION)["session"]
    kept = public.post("/v1/handoff", json={"session": session, "message": "Cela ne marche pas"}).json()
    handoff = _in_outbox(served, kept["id"])
    said = [turn.text for turn in handoff.transcript]
    assert said[0] == QUESTION
    assert said[-2:] == ["Je voudrais parler à un conseiller.", "Cela ne marche pas"]
    assert handoff.reasons == ("asks_person",)
    assert [source.article_id for source in handoff.already_read] == ["fr-cancel"]


def test_an_escalation_is_on_its_way_already_and_what_is_added_goes_with_it(
    public: httpx.Client, served: Served
) -> None:
    chat = _chat(public, "Je veux parler à un conseiller !")
    sent = chat["reply"]["handoff"]["id"]
    assert chat["reply"]["handoff"]["reference"]
    assert public.post("/v1/handoff", json={"session": chat["session"]}).json()["id"] == sent
    for more in ({"email": "c@example.org"}, {"message": "Vite"}):
        assert public.post("/v1/handoff", json={"session": chat["session"], **more}).json()["id"] == sent
    assert [turn.text for turn in _in_outbox(served, sent).transcript][-2:] == ["c@example.org", "Vite"]


def test_a_single_reply_is_handed_over_by_its_id(public: httpx.Client) -> None:
    refused = public.post("/v1/ask", json={"question": UNKNOWN}).json()["id"]
    assert public.post("/v1/handoff", json={"reply": refused}).json()["id"] == refused
    answered = public.post("/v1/ask", json={"question": QUESTION}).json()["id"]
    assert public.post("/v1/handoff", json={"reply": answered}).status_code == 409


def test_a_handoff_that_another_version_wrote_keeps_nobody_from_a_person(public: httpx.Client, served: Served) -> None:
    chat = _chat(public, UNKNOWN)
    with closing(sqlite3.connect(served.folder / "server.sqlite")) as db, db:
        changed = "UPDATE replies SET handoff = json_set(handoff, '$.new_field', 1) WHERE id = ?"
        assert db.execute(changed, (chat["reply"]["id"],)).rowcount == 1
    kept = public.post("/v1/handoff", json={"session": chat["session"]})
    assert kept.status_code == 202
    said = [turn.text for turn in _in_outbox(served, kept.json()["id"]).transcript]
    assert said[0] == UNKNOWN
    assert public.post("/v1/handoff", json={"reply": chat["reply"]["id"]}).status_code == 409


def test_nobody_hands_over_the_conversation_of_another(public: httpx.Client, served: Served) -> None:
    chat = _chat(public, UNKNOWN)
    with served.client(served.key("meddler")) as stranger:
        for named in ({"session": chat["session"]}, {"reply": chat["reply"]["id"]}):
            assert stranger.post("/v1/handoff", json=named).status_code == 404
    assert public.get(f"/v1/handoff/{'0' * 32}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"session": "x" * 32, "reply": "0" * 32},
        {"session": "x" * 32, "email": "no address"},
        {"session": "x" * 32, "phone": "<script>"},
        {"session": "x" * 32, "name": "two\nlines"},
        {"session": "x" * 32, "audience": ["internal"]},
    ],
)
def test_a_request_that_says_nothing_or_too_much_is_refused(public: httpx.Client, body: dict[str, Any]) -> None:
    assert public.post("/v1/handoff", json=body).status_code == 422


def test_what_is_handed_over_is_delivered_by_the_channel(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    from ragcare.integrations.delivery import Delivery

    class Channel:
        name, repeatable = "test", True

        def deliver(self, handoff: Handoff) -> Delivery:
            return Delivery(channel="test", handoff_id=handoff.id, reference="T-1", url=None)

    monkeypatch.setattr("ragcare.server.desk.channel_for", lambda *_: Channel())
    monkeypatch.setattr("ragcare.server.app._DELIVERY_S", 0.05)
    with serve().client() as client:
        kept = client.post("/v1/handoff", json={"session": _chat(client, UNKNOWN)["session"]}).json()["id"]
        for _ in range(200):
            if client.get(f"/v1/handoff/{kept}").json()["status"] == "accepted":
                break
        assert client.get(f"/v1/handoff/{kept}").json()["status"] == "accepted"
