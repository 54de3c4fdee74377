"""Asking and chatting over HTTP: what the assistant says, in its order, and no more than the asker may know."""

from __future__ import annotations

import json

import httpx
from tests.server.conftest import Serve, Served, events

QUESTION = "Comment annuler ma commande ?"
UNKNOWN = "Zygomatique xylophone ?"


def test_an_answer_comes_with_its_quotes_and_a_way_to_a_person(public: httpx.Client) -> None:
    reply = public.post("/v1/ask", json={"question": QUESTION}).json()
    assert reply["decision"]["action"] == "answer"
    assert reply["citations"][0]["article_id"] == "fr-cancel"
    assert reply["citations"][0]["quote"] in reply["text"]
    assert reply["contact"]["ways"] == [{"kind": "person", "url": None}]
    assert reply["inspection"] is None


def test_a_refusal_offers_a_person_and_tells_nothing_of_what_they_will_be_told(public: httpx.Client) -> None:
    reply = public.post("/v1/ask", json={"question": UNKNOWN}).json()
    assert reply["decision"]["action"] == "refuse"
    assert reply["handoff"] == {"when": "if_accepted", "id": None, "reference": None}
    assert not {"trace", "summary", "transcript", "drafted", "why_not", "queue"} & reply.keys()
    assert all(reason["detail"] is None for reason in reply["decision"]["reasons"])


def test_the_turns_that_are_given_are_understood(public: httpx.Client) -> None:
    history = [
        {"role": "customer", "text": "Combien coûte la livraison ?"},
        {"role": "assistant", "text": "Elle coûte 5,90 €."},
    ]
    reply = public.post("/v1/ask", json={"question": "Et le délai ?", "history": history}).json()
    assert {one["article_id"] for one in reply["citations"]} == {"fr-delivery"}


def test_the_events_of_a_chat_stand_in_their_order(public: httpx.Client) -> None:
    response = public.post("/v1/chat", json={"message": QUESTION})
    assert response.headers["content-type"].startswith("text/event-stream")
    told = events(response)
    names = [name for name, _ in told]
    assert names[:3] == ["session", "decision", "sources"]
    assert names[-1] == "done"
    assert names.index("sentence") + 1 == names.index("citation")
    said = [data for name, data in told if name == "sentence"]
    quoted = [data["citation"]["quote"] for name, data in told if name == "citation"]
    assert len(quoted) == sum(len(one["sentence"]["evidence"]) for one in said)
    assert [piece["quote"] for one in said for piece in one["sentence"]["evidence"]] == quoted
    reply = told[-1][1]["reply"]
    assert [one["quote"] for one in reply["citations"]] == quoted


def test_a_refused_chat_tells_the_words_and_the_way_to_a_person(public: httpx.Client) -> None:
    told = events(public.post("/v1/chat", json={"message": UNKNOWN}))
    names = [name for name, _ in told]
    assert names[:2] == ["session", "decision"]
    assert names[-3:] == ["message", "handoff", "done"]


def test_the_same_chat_comes_as_one_json_where_that_is_asked_for(public: httpx.Client) -> None:
    response = public.post("/v1/chat", json={"message": QUESTION}, headers={"Accept": "application/json"})
    assert response.json()["reply"]["decision"]["action"] == "answer"
    assert response.json()["session"]


def _json(client: httpx.Client, message: str, session: str | None = None) -> dict[str, str]:
    body = {"message": message} | ({"session": session} if session else {})
    told: dict[str, str] = client.post("/v1/chat", json=body, headers={"Accept": "application/json"}).json()
    return told


def test_a_session_goes_on_where_it_stood_and_is_forgotten_on_request(public: httpx.Client) -> None:
    session = _json(public, "Combien coûte la livraison ?")["session"]
    again = _json(public, "Et le délai ?", session)
    assert again["session"] == session
    turns = public.get(f"/v1/sessions/{session}").json()["turns"]
    assert [one["role"] for one in turns] == ["customer", "assistant"] * 2
    assert turns[2]["text"] == "Et le délai ?"
    assert turns[1]["action"] == "answer"
    assert public.delete(f"/v1/sessions/{session}").status_code == 204
    assert public.get(f"/v1/sessions/{session}").status_code == 404
    assert public.post("/v1/chat", json={"message": "Et là ?", "session": session}).status_code == 404


def test_what_a_customer_writes_is_kept_masked(public: httpx.Client, served: Served) -> None:
    session = _json(public, "Mon adresse est claire.montel@example.org, annulez ma commande")["session"]
    turns = public.get(f"/v1/sessions/{session}").json()["turns"]
    assert "claire.montel" not in turns[0]["text"]
    kept = b"".join(path.read_bytes() for path in served.folder.iterdir() if path.is_file())
    assert b"claire.montel" not in kept


def test_nobody_goes_on_with_the_session_of_another(served: Served) -> None:
    with served.client(served.key("one")) as one, served.client(served.key("other")) as other, served.client() as all_:
        session = _json(one, QUESTION)["session"]
        for stranger in (other, all_):
            assert stranger.get(f"/v1/sessions/{session}").status_code == 404
            assert stranger.delete(f"/v1/sessions/{session}").status_code == 404
            assert stranger.post("/v1/chat", json={"message": "?!", "session": session}).status_code == 404
        assert one.get(f"/v1/sessions/{session}").status_code == 200


def test_many_messages_of_one_session_at_once_are_all_kept(public: httpx.Client) -> None:
    from concurrent.futures import ThreadPoolExecutor

    session = _json(public, "Bonjour")["session"]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: _json(public, f"{QUESTION} ({n})", session), range(8)))
    turns = public.get(f"/v1/sessions/{session}").json()["turns"]
    assert len(turns) == 18
    assert sorted(one["text"] for one in turns[2::2]) == sorted(f"{QUESTION} ({n})" for n in range(8))


def test_who_may_inspect_sees_the_whole_reply(served: Served) -> None:
    with served.client(served.key("inspector", may=("inspect",))) as client:
        reply = client.post("/v1/ask", json={"question": UNKNOWN}).json()
    assert reply["inspection"]["trace"]["id"] == reply["id"]
    assert reply["inspection"]["handoff"]["summary"]


def test_an_emergency_goes_to_a_person_at_once(public: httpx.Client) -> None:
    told = events(public.post("/v1/chat", json={"message": "Je veux parler à un conseiller !"}))
    handoff = next(data["handoff"] for name, data in told if name == "handoff")
    assert handoff["when"] == "now"
    assert public.get(f"/v1/handoff/{handoff['id']}").json()["status"] == "queued"


def test_what_a_customer_cannot_mean_is_told_without_what_they_wrote(public: httpx.Client) -> None:
    for body in ({"question": " \u001c "}, {"question": ""}, {"question": "x" * 4_001}, {"question": "caf\ud83d"}, {}):
        response = public.post("/v1/ask", content=json.dumps(body), headers={"Content-Type": "application/json"})
        assert response.status_code == 422, body
        assert response.headers["content-type"] == "application/problem+json"
        problem = response.json()
        assert problem["wrong"][0]["where"] == "body.question"
        assert problem["mend"]
        assert "xxx" not in response.text


def test_a_question_that_waits_too_long_is_told_so(serve: Serve) -> None:
    served = serve(seconds=0.000_1)
    with served.client() as client:
        response = client.post("/v1/ask", json={"question": QUESTION})
        assert (response.status_code, response.json()["title"]) == (504, "Too slow")
        told = events(client.post("/v1/chat", json={"message": QUESTION}))
        assert [name for name, _ in told] == ["session", "error"]
        assert told[1][1]["status"] == 504
