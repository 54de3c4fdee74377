"""The server as an ASGI app: its parts put together, and its life from loading to the last request."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ragcare.server import after, metrics, openai, problems, reading, site, talking, watching
from ragcare.server.crew import Crew
from ragcare.server.desk import Desk
from ragcare.server.keys import Door
from ragcare.server.limits import Bounds, Rates
from ragcare.server.live import Live, settings_of
from ragcare.server.log import log
from ragcare.server.office import Office
from ragcare.server.store import ServerStore
from ragcare.settings import Settings

if TYPE_CHECKING:
    from ragcare.assistant import Assistant

_HOUSEKEEPING_S, _DELIVERY_S = 3_600.0, 3.0
_DAY_S = 86_400.0
_ABOUT = """Answers customers' questions from a validated knowledge base, in French and English, with its sources.

Errors are [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem details; `mend` says what to do. Who shows no key
is the public; which audiences a key belongs to is said when it is made, and never in a request."""


def create_app(
    folder: Path | str,
    assistant: Assistant | None = None,
    *,
    settings_file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> FastAPI:
    """The server, as any ASGI server runs it.

    Args:
        folder: that `ragcare index` wrote. Its index is followed: a new generation is served as soon as it stands. What
            the server keeps is kept here too, but for a database that the settings name.
        assistant: to be served as it is, in the place of the index.
        settings_file: for the index; what it does not say is as the index was built.
        environment: where the secrets are that settings name.

    Raises:
        BadInput: a setting does not hold.
        IndexMissing, IndexCorrupt, IndexMismatch: the index cannot be opened.
    """
    folder = Path(folder)
    settings = assistant.settings if assistant is not None else settings_of(folder, settings_file)
    how = settings.server
    live = Live(assistant, folder=None if assistant is not None else folder, settings_file=settings_file)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        store = await run_in_threadpool(open_store, settings, folder)
        desk = await run_in_threadpool(Desk, folder, settings, environment)
        office = Office(settings, live, store, Door(store, how, environment), Rates(how), Crew(how), desk)
        app.state.office = office
        await run_in_threadpool(live.load)
        log.info("ready", extra={"generation": live.generation, "articles": len(live.assistant.index.articles)})
        rounds = (_again(_HOUSEKEEPING_S, lambda: _forget(office)), _again(_DELIVERY_S, lambda: _deliver(office)))
        tasks = [asyncio.create_task(one) for one in rounds]
        if assistant is None:
            tasks.append(asyncio.create_task(live.follow(how.reload_seconds)))
        _hear_the_end(office)
        try:
            yield
        finally:
            office.ending = True
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            office.crew.close()
            store.close()

    app = FastAPI(title="ragcare", version="1", description=_ABOUT, lifespan=life, docs_url=None, redoc_url=None)
    for part in (talking, openai, reading, after, watching, site):
        app.include_router(part.router)
    problems.install(app)
    # The last one added is the outermost.
    app.add_middleware(Bounds, how=how)
    if how.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(how.origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
            max_age=600,
        )
    app.add_middleware(site.Headers, how=how)
    app.add_middleware(_Ledger)
    return app


def open_store(settings: Settings, folder: Path) -> ServerStore:
    """The database that the settings name, or else the file in the folder of the index.

    Raises:
        BadInput: it does not work.
    """
    named = settings.server.database
    return ServerStore.of(folder) if named is None else ServerStore(named.get_secret_value())


def check(settings: Settings, folder: Path, environment: Mapping[str, str]) -> None:
    """Tells before any worker starts what of the settings would keep each of them from it.

    Raises:
        BadInput: the database, the limits, the secret of tokens or the channel of handoffs does not hold.
    """
    store = open_store(settings, folder)
    try:
        Door(store, settings.server, environment)
        Rates(settings.server)
        Desk(folder, settings, environment)
    finally:
        store.close()


class _Ledger:
    """ASGI: one line in the log and one count for each request, and a problem where the app itself failed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0
        request_id = uuid.uuid4().hex[:16]
        state: dict[str, Any] = scope.setdefault("state", {})

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", []).append((b"x-request-id", request_id.encode()))
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            trouble = problems.unexpected(error)
            if not status:
                await trouble.response(scope["path"])(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - began
            # The pattern of the path, for a path itself may hold what somebody wrote; of unknown ones nothing.
            route = getattr(scope.get("route"), "path", "unknown")
            metrics.request(route, status, seconds)
            told = {"request": request_id, "method": scope["method"], "route": route, "status": status}
            log.info("request", extra={**told, "ms": round(seconds * 1000, 1), "caller": _kind(state.get("caller"))})


def _kind(caller: str | None) -> str:
    """Which key it was; of a token only that it was one, for its subject is a customer."""
    return "token" if caller and caller.startswith("token ") else caller or "none"


async def _again(seconds: float, job: Callable[[], None]) -> None:
    """Does the job every so many seconds; what fails is logged, and done in the next round.

    Cancelled, it ends when the job has: a handoff that is cut off while it is being sent may have arrived or not.
    """
    while True:
        under_way = asyncio.create_task(asyncio.to_thread(job))
        try:
            await asyncio.shield(under_way)
        except asyncio.CancelledError:
            await asyncio.gather(under_way, return_exceptions=True)
            raise
        except Exception as error:
            log.warning("not done", extra={"error": type(error).__name__})
        await asyncio.sleep(seconds)


def _forget(office: Office) -> None:
    before = time.time() - office.settings.server.keep_days * _DAY_S
    log.info("forgotten", extra={"kept": office.store.forget(before), "handoffs": office.desk.forget(before)})


def _deliver(office: Office) -> None:
    delivered = office.desk.deliver(lambda: not office.ending)
    if delivered:
        log.info("delivered", extra={"handoffs": delivered})


def _hear_the_end(office: Office) -> None:
    """Not ready as soon as the process is told to end; and served on for a while, so that who asks can go elsewhere."""
    loop = asyncio.get_running_loop()

    def wrap(number: int) -> None:
        before = signal.getsignal(number)

        def ending(received: int, _: Any) -> None:
            first, office.ending = not office.ending, True
            if callable(before):
                wait = office.settings.server.drain_seconds if first else 0.0
                loop.call_soon_threadsafe(loop.call_later, wait, before, received, None)

        signal.signal(number, ending)

    with suppress(ValueError):  # signals are the main thread's; in a test the app may live in another
        for number in (signal.SIGTERM, signal.SIGINT):
            wrap(number)
