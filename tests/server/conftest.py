"""A server over a small help centre, on a port of this machine, in a thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from ragcare.assistant import Assistant
from ragcare.schema import Article
from ragcare.server.app import create_app
from ragcare.server.keys import make_key
from ragcare.server.store import ServerStore
from ragcare.settings import Settings
from ragcare.testing import small_knowledge, validated

SECRET_WORDS = ("coffre", "7391", "vault", "fr-coffre")
SCRIPT = "<script>alert(1)</script>"

ARTICLES = [
    validated(
        "fr-coffre",
        "Le code du coffre des agences est 7391. Annuler une commande se fait avec ce code.",
        title="Code du coffre des agences (vault)",
        questions=["Quel est le code du coffre ?"],
        language="fr",
        audience=["internal"],
    ),
    validated(
        "en-evil",
        f"The gift wrapping costs 3 euros {SCRIPT} and <img src=x onerror=alert(1)> takes a day.\n\n"
        "Read [the terms](javascript:alert(1)) or [the page](https://help.example/gift).",
        title=f"Gift wrapping {SCRIPT}",
        language="en",
        url="https://help.example/gift",
    ),
    validated("en-later", "The loyalty card starts next century.", title="Loyalty card", valid_from="2100-01-01"),
]


def settings(**server: Any) -> Settings:
    """Settings under which what can be drafted is answered, and nobody is turned away, unless a test says so."""
    unlimited = {"asks": "", "asks_with_key": "", "requests": "", "requests_with_key": ""}
    return Settings.model_validate(
        {
            "policy": {"answer_at": 0.0, "clarify_at": 0.0, "close": 0.0},
            "signals": {"by_meaning": False},
            "server": {**unlimited, **server},
        }
    )


def assistant(how: Settings, *more: Article) -> Assistant:
    """Over the small help centre, an article that attacks, an internal one and one of the next century."""
    return Assistant.over([*small_knowledge(), *ARTICLES, *more], settings=how, embedder="hash")


@contextmanager
def running(app: Any) -> Iterator[str]:
    """The address of the app, served on a free port."""
    config = uvicorn.Config(app, port=0, log_config=None, ws="none", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{socket.getsockname()[1]}"
    with httpx.Client(base_url=address, timeout=30) as client:
        for _ in range(200):
            try:
                client.get("/healthz")
                break
            except httpx.ConnectError:
                threading.Event().wait(0.02)
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(20)


@dataclass
class Served:
    """A server and what belongs to it."""

    address: str
    app: Any
    folder: Path
    clients: list[httpx.Client] = field(default_factory=list)

    def client(self, key: str | None = None) -> httpx.Client:
        """One that shows this key."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.clients.append(httpx.Client(base_url=self.address, headers=headers, timeout=30))
        return self.clients[-1]

    def close(self) -> None:
        """Closes what was opened."""
        for client in self.clients:
            client.close()

    def key(self, name: str, *audiences: str, may: tuple[str, ...] = ()) -> str:
        """A new key."""
        return make_key(self.store, name, audiences, may)

    @property
    def store(self) -> ServerStore:
        found: ServerStore = self.app.state.office.store
        return found


Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serves with settings of the test's own."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def serve(*more: Article, environment: dict[str, str] | None = None, **server: Any) -> Served:
            how = settings(**server)
            app = create_app(tmp_path, assistant(how, *more), environment=environment or {})
            served = Served(stack.enter_context(running(app)), app, tmp_path)
            stack.callback(served.close)
            return served

        yield serve


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for the tests of a file, which leave it as they find it."""
    folder = tmp_path_factory.mktemp("served")
    app = create_app(folder, assistant(settings(title="Aide", starters={"fr": ["Comment annuler ?"]})), environment={})
    with running(app) as address:
        served = Served(address, app, folder)
        yield served
        served.close()


@pytest.fixture
def public(served: Served) -> Iterator[httpx.Client]:
    """Nobody in particular."""
    with served.client() as client:
        yield client


def events(response: httpx.Response) -> list[tuple[str, Any]]:
    """The server-sent events of a response, in order."""
    found = []
    for block in response.text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "data" in fields:
            found.append((fields.get("event", ""), json.loads(fields["data"])))
    return found
