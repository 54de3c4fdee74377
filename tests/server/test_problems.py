"""Errors are RFC 9457 problems that say the mend; what a customer wrote stands in none of them, nor in the log."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from tests.server.conftest import Serve, assistant, settings

from ragcare.server.app import create_app
from ragcare.server.log import JsonLines

SECRET = "ma carte est 4970 1012 3456 7890"


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "/nowhere", None, 404),
        ("GET", "/v1/ask", None, 405),
        ("DELETE", "/healthz", None, 405),
        ("POST", "/v1/ask", b"{", 422),
        ("POST", "/v1/ask", b"\xff\xfe", 422),
        ("POST", "/v1/ask", b"[" * 100_000, 400),
        ("POST", "/v1/ask", b'{"question": {"a": 1}}', 422),
        ("POST", "/v1/chat", b'{"message": "a", "session": "../../x"}', 422),
        ("GET", "/v1/suggest?k=0", None, 422),
        ("GET", "/v1/articles/x?quote=1", None, 422),
        ("GET", "/v1/articles/none", None, 404),
        ("GET", "/metrics", None, 403),
    ],
)
def test_an_error_is_a_problem_that_says_the_mend(
    method: str, path: str, content: bytes | None, status: int, public: httpx.Client
) -> None:
    response = public.request(method, path, content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:ragcare:problem:")
    assert problem["title"]
    assert problem["detail"]
    assert problem["mend"]


def test_a_body_that_is_not_sent_as_json_is_told_how_to_be(public: httpx.Client) -> None:
    asked = b'{"question": "How do I cancel my order?"}'
    plain = public.post("/v1/ask", content=asked, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert plain.status_code == 422
    assert "Content-Type: application/json" in plain.json()["mend"]
    broken = public.post("/v1/ask", content=asked.replace(b'"', b"'"), headers={"Content-Type": "application/json"})
    assert "One JSON object" in broken.json()["mend"]


def test_a_fault_of_ours_is_told_by_a_number_and_nothing_else(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    served = serve()

    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError(SECRET)

    served.app.state.office.live.assistant.ask = fail
    with caplog.at_level(logging.INFO):
        client = served.client()
        answers = [
            client.post("/v1/ask", json={"question": SECRET}),
            client.post("/v1/chat", json={"message": SECRET}),
            client.post(
                "/v1/chat/completions",
                json={"model": "ragcare", "messages": [{"role": "user", "content": SECRET}], "stream": True},
            ),
        ]
    assert [one.status_code for one in answers] == [500, 200, 200]
    assert all("The server failed" in one.text and "4970 1012" not in one.text for one in answers)
    number = answers[0].json()["mend"].removesuffix(".").rpartition(" ")[2]
    logged = [json.loads(JsonLines().format(record)) for record in caplog.records]
    assert any(row.get("fault") == number and row["error"] == "RuntimeError" for row in logged)
    assert "4970 1012" not in json.dumps(logged)


def test_the_log_tells_ids_status_and_time_and_nothing_that_was_written(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    served = serve()
    with caplog.at_level(logging.INFO):
        client = served.client(served.key("partner"))
        client.post("/v1/ask", json={"question": SECRET})
        client.post("/v1/ask", json={"question": [SECRET]})
        client.get("/v1/suggest", params={"q": SECRET})
        client.get(f"/v1/articles/{SECRET}")
        client.get(f"/{SECRET}")
        client.post("/v1/chat", json={"message": SECRET})
        client.post("/v1/feedback", json={"reply": "0" * 32, "comment": SECRET})
    logged = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name.startswith("ragcare")]
    told = [row for row in logged if row["event"] == "request"]
    assert {row["route"] for row in told} >= {"/v1/ask", "/v1/suggest", "/v1/articles/{article_id:path}", "unknown"}
    assert all(row["caller"] in ("key partner", "none") and row["ms"] >= 0 for row in told)
    assert "4970 1012" not in json.dumps(logged)
    assert "rc_" not in json.dumps(logged)


def test_nothing_is_answered_before_the_index_is_loaded(tmp_path: Path) -> None:
    import asyncio

    app: FastAPI = create_app(tmp_path, assistant(settings()), environment={})

    async def look() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)  # which does not begin the life of the app
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return [
                await client.get("/healthz"),
                await client.get("/readyz"),
                await client.post("/v1/ask", json={"question": "Bonjour"}),
            ]

    healthy, ready, asked = asyncio.run(look())
    assert (healthy.status_code, ready.status_code, asked.status_code) == (200, 503, 503)
    assert (ready.json()["status"], asked.headers["retry-after"]) == ("loading", "3")
