"""A server on this machine that stands for the other side, and the handoffs that the tests send to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ragcare.schema import Asker, Handoff, Source, Turn


@dataclass(frozen=True)
class Request:
    """What was received."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]
"""A status, a JSON document (None for no body, bytes as they are), and headers."""


@dataclass
class Receiver:
    """Answers as `reply` says, and keeps what it was sent."""

    url: str = ""
    reply: Callable[[Request], Answer | None] = lambda _: (200, {})
    requests: list[Request] = field(default_factory=list)

    def of(self, method: str, ending: str) -> list[Request]:
        return [one for one in self.requests if one.method == method and one.path.endswith(ending)]


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, body)
        self.receiver.requests.append(request)
        answer = self.receiver.reply(request)
        if answer is None:  # hangs up without a word, after it has read everything
            self.close_connection = True
            return
        told = answer[1]
        content = b"" if told is None else told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(answer[0])
        for name, value in (answer[2] if len(answer) == 3 else {}).items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_PUT = _answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver()
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def handoff(id: str = "reply-1", **changes: Any) -> Handoff:
    """A handoff in which somebody tries to write HTML, Markdown and more."""
    fields: dict[str, Any] = {
        "id": id,
        "when": "now",
        "reasons": ("fraud", "anger"),
        "urgency": "high",
        "queue": "second line",
        "question": "Ma carte <script>alert(1)</script> est [bloquée](http://evil.example) !",
        "summary": "Le client demande : « … ». Pourquoi une personne : une fraude est en cause.",
        "transcript": (
            Turn(role="customer", text="Bonjour\n# <b>titre</b>"),
            Turn(role="assistant", text="Bonjour."),
            Turn(role="customer", text="Ma carte <script>alert(1)</script> est [bloquée](http://evil.example) !"),
        ),
        "sources_tried": (Source(article_id="carte", title="Carte <i>bloquée</i>", url="https://aide.example/carte"),),
        "already_read": (Source(article_id="puk", title="Code PUK"),),
        "already_tried": ("J'ai déjà redémarré.",),
        "drafted": "Appelez le 0 800.",
        "why_not": "Une fraude est en cause.",
        "language": "fr",
        "asker": Asker(reference="C-42"),
    }
    return Handoff.model_validate({**fields, **changes})
