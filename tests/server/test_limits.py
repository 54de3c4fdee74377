"""What one caller may take: how often, how large, how many at once."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.server.conftest import Serve

from ragcare.errors import BadInput
from ragcare.server.limits import Rates, network_of
from ragcare.settings import ServerSettings

ASK = {"question": "Comment annuler ma commande ?"}


def test_who_asks_too_often_is_told_when_to_come_back(serve: Serve) -> None:
    served = serve(asks="2/minute", requests="3/minute")
    with served.client() as client:
        found = [client.post("/v1/ask", json=ASK) for _ in range(4)]
        assert [one.status_code for one in found] == [200, 200, 429, 429]
        assert 0 < int(found[-1].headers["retry-after"]) <= 120
        assert found[-1].headers["content-type"] == "application/problem+json"
        assert [client.get("/v1/suggest?q=a").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert client.get("/healthz").status_code == 200
    with served.client(served.key("partner")) as client:
        assert [client.post("/v1/ask", json=ASK).status_code for _ in range(4)] == [200] * 4


def test_who_tries_keys_is_counted(serve: Serve) -> None:
    served = serve(requests="3/minute")
    with served.client("rc_wrong") as client:
        assert [client.get("/v1/config").status_code for _ in range(5)] == [401, 401, 401, 429, 429]


def test_an_ipv6_customer_is_their_whole_network() -> None:
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1") != network_of("2001:db8:1:3::4")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of(None) == network_of("a name") == "unknown"


def test_counts_that_cannot_be_kept_are_refused_at_the_start() -> None:
    with pytest.raises(BadInput, match=r"server.rate_storage.*Mend:"):
        Rates(ServerSettings(rate_storage="nowhere://there"))


def test_a_body_that_is_too_large_is_refused_before_it_is_read(serve: Serve) -> None:
    served = serve(body_kb=1)
    with served.client() as client:
        assert client.post("/v1/ask", content=b"x" * 1_025).status_code == 413
        pieces = client.post("/v1/ask", content=iter([b" "] * 3_000))  # sent in chunks, its length not told
        assert pieces.status_code == 413
        assert pieces.json()["mend"]
        assert client.post("/v1/ask", json=ASK).status_code == 200


def test_a_body_that_dawdles_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragcare.server.limits._BODY_SECONDS", 0.1)
    address = httpx.URL(serve().address)
    with socket.create_connection((address.host, address.port or 0), timeout=10) as line:
        line.sendall(b"POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        assert line.recv(100).startswith(b"HTTP/1.1 408")


def test_more_questions_than_can_wait_are_turned_away_and_the_others_answered(serve: Serve) -> None:
    served = serve(threads=1, queue=1)
    go_on, busy = threading.Event(), threading.Event()
    assistant = served.app.state.office.live.assistant
    answer = assistant.ask

    def slowly(*given: Any, **named: Any) -> Any:
        busy.set()
        assert go_on.wait(20)
        return answer(*given, **named)

    assistant.ask = slowly
    with served.client() as client, ThreadPoolExecutor(4) as threads:
        first = threads.submit(client.post, "/v1/ask", json=ASK)
        assert busy.wait(20)
        second = threads.submit(client.post, "/v1/ask", json=ASK)
        while served.app.state.office.crew._taken < 2:
            threading.Event().wait(0.01)
        for path, body in (
            ("/v1/ask", ASK),
            ("/v1/chat", {"message": "Bonjour"}),
            ("/v1/chat/completions", {"model": "ragcare", "messages": [{"role": "user", "content": "Hi"}]}),
        ):
            turned_away = client.post(path, json=body)
            assert (turned_away.status_code, turned_away.headers["retry-after"]) == (503, "2")
        assert client.get("/healthz").status_code == 200
        go_on.set()
        assert [one.result().status_code for one in (first, second)] == [200, 200]


def test_a_question_whose_customer_has_left_is_taken_out_of_the_queue(serve: Serve) -> None:
    served = serve(threads=1, queue=5)
    go_on, busy, asked = threading.Event(), threading.Event(), []
    assistant = served.app.state.office.live.assistant
    answer = assistant.ask

    def slowly(question: str, **named: Any) -> Any:
        asked.append(question)
        busy.set()
        assert go_on.wait(20)
        return answer(question, **named)

    assistant.ask = slowly
    crew = served.app.state.office.crew
    with served.client() as client, ThreadPoolExecutor(2) as threads:
        first = threads.submit(client.post, "/v1/ask", json=ASK)
        assert busy.wait(20)
        for path, body in (("/v1/ask", {"question": "Je pars"}), ("/v1/chat", {"message": "Moi aussi"})):
            with pytest.raises(httpx.ReadTimeout):
                client.post(path, json=body, timeout=0.3)
        for _ in range(500):
            if crew._taken == 1:
                break
            threading.Event().wait(0.01)
        assert crew._taken == 1
        go_on.set()
        assert first.result().status_code == 200
    assert asked == [ASK["question"]]


def test_more_requests_than_may_be_open_are_turned_away(serve: Serve) -> None:
    served = serve(connections=1, threads=1)
    go_on, busy = threading.Event(), threading.Event()
    assistant = served.app.state.office.live.assistant
    answer = assistant.ask

    def slowly(*given: Any, **named: Any) -> Any:
        busy.set()
        assert go_on.wait(20)
        return answer(*given, **named)

    assistant.ask = slowly
    with served.client() as client, ThreadPoolExecutor(2) as threads:
        first = threads.submit(client.post, "/v1/ask", json=ASK)
        assert busy.wait(20)
        assert client.get("/v1/config").status_code == 503
        assert client.get("/healthz").status_code == 200
        go_on.set()
        assert first.result().status_code == 200
