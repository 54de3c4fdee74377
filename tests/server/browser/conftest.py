"""A real server over a small knowledge base, a headless Chromium, and pages that must not complain."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.server.browser.shop import DESKTOP, knowledge

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@contextmanager
def running(app: Any, port: int) -> Iterator[str]:
    """An ASGI app behind a real socket; its address."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise RuntimeError("the server did not start")
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture(scope="module")
def other_site() -> int:
    """The port of the site that may embed the chat."""
    return free_port()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, other_site: int) -> Iterator[str]:
    """The address of a server that says how people can be reached, and lets the other site embed it."""
    if not CHROMIUM:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    from ragcare import Assistant
    from ragcare.server.app import create_app
    from ragcare.settings import Settings

    how = {
        "embed_on": [f"http://127.0.0.1:{other_site}"],
        "title": "Aide de la boutique",
        "starters": {"fr": ["Comment annuler ma commande ?"], "en": ["How do I cancel my order?"]},
        "asks": "",
        "requests": "",
    }
    settings = Settings.model_validate({"server": how})
    assistant = Assistant.over(knowledge(), settings=settings, embedder="light")
    with running(create_app(tmp_path_factory.mktemp("server"), assistant), free_port()) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One headless Chromium."""
    if not CHROMIUM:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the dev extra: playwright")
    sync_api.expect.set_options(timeout=20_000)  # a crowded machine is slow, and no figure is taken here
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield one
        one.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What a page wrote to its console, such as a breach of its policy; there must be nothing at the end of a test."""
    found: list[str] = []
    yield found
    assert not found


@pytest.fixture
def open_page(served: str, browser: Any, complaints: list[str]) -> Iterator[Callable[..., Any]]:
    """Opens the page in a fresh browser context, which is closed after the test."""
    contexts = []

    def heard(said: Any) -> None:
        if said.type in ("error", "warning"):
            complaints.append(said.text)

    def dismissed(dialog: Any) -> None:
        complaints.append(dialog.message)
        dialog.dismiss()

    def open_it(path: str = "/?lang=fr", size: tuple[int, int] = DESKTOP, **context: Any) -> Any:
        one = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", **{"locale": "fr-FR", **context}
        )
        contexts.append(one)
        one.set_default_timeout(20_000)
        page = one.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", dismissed)
        page.goto(path if path.startswith("http") else served + path)
        return page

    yield open_it
    for one in contexts:
        one.close()
