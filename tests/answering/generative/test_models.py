"""Models by name: what is sent to a server, what is said where a model cannot be had."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.answering.generative.evidence import DAYS_FR, FRENCH, asked, said, selection_of

from ragcare.answering.generative import LLMWriter
from ragcare.answering.generative.models import load_llm
from ragcare.answering.writers import writer_for
from ragcare.errors import BadInput, MissingExtra, ModelUnavailable
from ragcare.settings import WritingSettings
from ragcare.testing import scripted_llm

SELECTION = selection_of(FRENCH)
REPLY = json.dumps(said((DAYS_FR, 2)))


class Server(ThreadingHTTPServer):
    """Speaks as much of OpenAI's and Ollama's protocols as a chat needs, and keeps what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict[str, Any]] = []
        self.statuses: list[int] = []  # to reply before it replies as it should
        self.finish = "stop"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append({"path": self.path, "key": self.headers.get("Authorization"), **body})
        if self.server.statuses:
            self.send_response(self.server.statuses.pop(0))
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if "/v1/" in self.path else "application/x-ndjson")
        self.end_headers()
        half = len(REPLY) // 2
        for piece, finish in ((REPLY[:half], None), (REPLY[half:], self.server.finish)):
            self.wfile.write(self._openai(piece, finish) if "/v1/" in self.path else self._ollama(piece, finish))

    def _openai(self, piece: str, finish: str | None) -> bytes:
        choice = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        return f"data: {json.dumps(chunk)}\n\n{'data: [DONE]' if finish else ''}\n\n".encode()

    def _ollama(self, piece: str, finish: str | None) -> bytes:
        message = {"role": "assistant", "content": piece}
        return (
            f"{json.dumps({'model': 'm', 'message': message, 'done': bool(finish), 'done_reason': finish})}\n".encode()
        )

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RAGCARE_LLM_API_KEY", "OPENAI_API_KEY", "OPENAI_API_BASE", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def said_by(name: str) -> list[str]:
    writer = writer_for(WritingSettings(writer="llm", llm=name, tokens=123, on_failure="refuse"))
    return [one.text for one in writer.write(asked(), SELECTION).sentences]


def test_an_openai_compatible_server_is_held_to_the_schema_at_temperature_0(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("llama_index.llms.openai_like", reason="the extra generate is not installed")
    monkeypatch.setenv("RAGCARE_LLM_API_KEY", "mine")
    assert said_by(f"openai:small@model:v1@{server.url}/v1") == [DAYS_FR]
    (sent,) = server.requests
    assert (sent["path"], sent["key"], sent["model"]) == ("/v1/chat/completions", "Bearer mine", "small@model:v1")
    assert (sent["temperature"], sent["max_tokens"]) == (0.0, 123)
    assert sent["response_format"]["json_schema"]["schema"]["required"] == ["sentences", "cannot_answer"]
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]


def test_the_key_of_openai_is_sent_to_no_other_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("llama_index.llms.openai_like", reason="the extra generate is not installed")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    assert said_by(f"openai:m@{server.url}/v1") == [DAYS_FR]
    assert "secret" not in str(server.requests)
    assert load_llm("openai:m").api_key == "secret"


def test_ollama_is_held_to_the_schema_at_temperature_0(server: Server) -> None:
    pytest.importorskip("llama_index.llms.ollama", reason="the extra generate is not installed")
    assert said_by(f"ollama:m:1b@{server.url}") == [DAYS_FR]
    (sent,) = server.requests
    assert (sent["path"], sent["model"]) == ("/api/chat", "m:1b")
    assert sent["options"]["temperature"] == 0
    assert sent["options"]["num_predict"] == 123
    assert sent["format"]["required"] == ["sentences", "cannot_answer"]


@pytest.mark.parametrize("kind", ["openai:m@{}/v1", "ollama:m@{}"])
def test_a_server_that_is_busy_is_asked_again_and_one_without_schemas_in_words(server: Server, kind: str) -> None:
    pytest.importorskip("llama_index.llms.ollama", reason="the extra generate is not installed")
    server.statuses += [503, 400]
    assert said_by(kind.format(server.url)) == [DAYS_FR]
    busy, held, free = server.requests
    assert busy == held
    assert not free.get("response_format")
    assert not free.get("format")


@pytest.mark.parametrize("kind", ["openai:m@{}/v1", "ollama:m@{}"])
def test_a_server_that_says_it_was_cut_off_is_not_believed(server: Server, kind: str) -> None:
    pytest.importorskip("llama_index.llms.ollama", reason="the extra generate is not installed")
    server.finish = "length"
    assert said_by(kind.format(server.url)) == []
    assert len(server.requests) == 2


@pytest.mark.parametrize("kind", ["openai:m@{}/v1", "ollama:m@{}"])
def test_a_server_that_is_down_falls_back_on_the_extract(kind: str) -> None:
    pytest.importorskip("llama_index.llms.ollama", reason="the extra generate is not installed")
    with Server() as gone:
        url = gone.url
    writer = LLMWriter(kind.format(url), WritingSettings(seconds=5))
    assert [one.text for one in writer.write(asked(), SELECTION).sentences] == [p.quote for p in SELECTION.evidence]


@pytest.mark.parametrize(
    "name", ["", "m", "openai:", "openai:@http://a", "mistral:m", "gguf:", "transformers:", "ollama:"]
)
def test_a_name_of_no_kind_is_told_with_the_kinds_there_are(name: str) -> None:
    with pytest.raises(BadInput, match=r"RAGCARE_WRITING__LLM.*gguf:PATH"):
        load_llm(name)


def test_what_is_not_there_is_told_with_what_to_give() -> None:
    with pytest.raises(ModelUnavailable, match=r"nowhere\.gguf: there is no such file"):
        load_llm("gguf:nowhere.gguf")


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("openai:m", "llama_index.llms.openai_like", "generate"),
        ("ollama:m", "llama_index.llms.ollama", "generate"),
        ("gguf:{}", "ragcare.answering.generative.gguf", "generate"),
        ("transformers:m", "ragcare.answering.generative.hugging_face", "local"),
    ],
)
def test_what_is_not_installed_is_told_with_its_extra(
    name: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(MissingExtra, match=rf"ragcare\[{extra}\]"):
        load_llm(name.format(__file__))


def test_an_object_that_is_warm_is_asked_cold_and_left_as_it_was() -> None:
    from llama_index.core.llms import MockLLM
    from pydantic import Field

    class Warm(type(scripted_llm())):  # type: ignore[misc] # a class that is made in a function
        temperature: float = Field(default=0.7)

    llm = Warm(max_tokens=None)
    assert isinstance(llm, MockLLM)
    writer = LLMWriter(llm)
    assert writer._model._llm.temperature == 0
    assert llm.temperature == 0.7
