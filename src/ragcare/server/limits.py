"""How often, how large, how many: what one caller may take of the server."""

from __future__ import annotations

import asyncio
import ipaddress
import math
import time
from collections.abc import MutableMapping
from typing import Any, Final

from limits import RateLimitItem, parse
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ragcare.errors import BadInput
from ragcare.server import metrics
from ragcare.server.keys import Caller
from ragcare.server.problems import Trouble
from ragcare.settings import ServerSettings

_BODY_SECONDS: Final = 10.0
_NETWORK_OF_ONE: Final = (
    64  # an IPv6 customer has a whole network of this length, and could take a new address each time
)
_NEVER_COUNTED: Final = ("/healthz", "/readyz", "/metrics")


class Rates:
    """How often one caller may ask, and do anything else.

    Raises:
        BadInput: the storage cannot be had.
    """

    def __init__(self, how: ServerSettings) -> None:
        url = how.rate_storage
        try:
            storage = storage_from_string(url if url.startswith("async+") else f"async+{url}")
        except Exception as error:  # its errors, and those of the drivers, have no parent of their own
            raise BadInput(
                f"server.rate_storage: {type(error).__name__}. Mend: memory://, or async+redis://… with that driver"
            ) from None
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._limits = {
            (True, False): _limit(how.asks),
            (True, True): _limit(how.asks_with_key),
            (False, False): _limit(how.requests),
            (False, True): _limit(how.requests_with_key),
        }

    async def count(self, caller: Caller, *, asks: bool) -> None:
        """Counts a request of that caller.

        Raises:
            Trouble: there were too many.
        """
        limit = self._limits[asks, caller.address is None]
        if limit is None:
            return
        who = ("asks" if asks else "requests", caller.name)
        if await self._limiter.hit(limit, *who):
            return
        resets = (await self._limiter.get_window_stats(limit, *who)).reset_time
        wait = max(1, math.ceil(resets - time.time()))
        metrics.turned_away("too often")
        raise Trouble(
            429, "too-many-requests", f"The limit is {limit}.", f"Wait {wait} seconds, as Retry-After says.",
            headers={"Retry-After": str(wait)},
        )  # fmt: skip


def network_of(address: str | None) -> str:
    """Whom an address belongs to: itself, or the network that an IPv6 customer is given."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(ipaddress.ip_network((found, _NETWORK_OF_ONE), strict=False))


class Bounds:
    """ASGI: bodies of a bounded size that arrive within a bounded time, and a bounded number of requests at once."""

    def __init__(self, app: ASGIApp, how: ServerSettings) -> None:
        self._app, self._bytes, self._most = app, how.body_kb * 1024, how.connections
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._open >= self._most and scope["path"] not in _NEVER_COUNTED:
            metrics.turned_away("busy")
            busy = Trouble(
                503, "busy", "Too many requests are open.", "Try again in a moment.", headers={"Retry-After": "2"}
            )
            await busy.response(scope["path"])(scope, receive, send)
            return
        self._open += 1
        try:
            await self._bounded(scope, receive, send)
        finally:
            self._open -= 1

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads the body before the app is asked, so that no request that is too large or slow ever reaches it."""
        if _length(scope) > self._bytes:
            await self._too_large().response(scope["path"])(scope, receive, send)
            return
        body, more = bytearray(), True
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                while more:
                    message: MutableMapping[str, Any] = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
                    if len(body) > self._bytes:
                        await self._too_large().response(scope["path"])(scope, receive, send)
                        return
        except TimeoutError:
            slow = Trouble(408, "slow-body", "The body did not arrive in time.", "Send it at once.")
            await slow.response(scope["path"])(scope, receive, send)
            return
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, replay, send)

    def _too_large(self) -> Trouble:
        return Trouble(
            413, "body-too-large", f"A body may have {self._bytes} bytes.", "Send less, such as fewer turns.",
            headers={"Connection": "close"},
        )  # fmt: skip


def _limit(text: str) -> RateLimitItem | None:
    return parse(text) if text else None


def _length(scope: Scope) -> int:
    """What Content-Length says; a number that is none is the server's below us to refuse."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
