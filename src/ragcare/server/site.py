"""The page, the widget, and the headers that keep both from being made to do anything else."""

from __future__ import annotations

import hashlib
import re
from importlib import resources
from typing import Final

from fastapi import APIRouter, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ragcare.server.problems import not_found
from ragcare.settings import ServerSettings

router = APIRouter(include_in_schema=False)
_PAGES = resources.files("ragcare.server") / "pages"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_ASSET = re.compile(r"[a-z][a-z0-9_-]*\.(?:js|css|svg)")
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {frames}"
)
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


@router.api_route("/", methods=["GET", "HEAD"])
async def page() -> Response:
    """The page."""
    return _file("index.html")


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def widget() -> Response:
    """What other sites load to show the page in a corner of theirs."""
    return _file("widget.js")


@router.api_route("/assets/{name}", methods=["GET", "HEAD"])
async def asset(name: str) -> Response:
    """A file of the page."""
    if not _ASSET.fullmatch(name):
        raise not_found("page")
    return _file(name)


def _file(name: str) -> Response:
    try:
        content = (_PAGES / name).read_bytes()
    except FileNotFoundError:
        raise not_found("page") from None
    # Asked again each time, so that an update is whole: a new page never runs with an old script.
    headers = {"Cache-Control": "no-cache", "ETag": f'"{hashlib.sha256(content).hexdigest()[:16]}"'}
    return Response(content, media_type=_TYPES[name[name.rindex(".") :]], headers=headers)


class Headers:
    """ASGI: what every response says to a browser, besides itself."""

    def __init__(self, app: ASGIApp, how: ServerSettings) -> None:
        self._app = app
        self._page_policy = _PAGE_POLICY.format(frames=" ".join(["'self'", *how.embed_on]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        page = scope["path"] == "/"
        framed = "/widget.js"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self._page_policy if page else _DATA_POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
                # The widget is a script that other sites are meant to load; nothing else is.
                headers["Cross-Origin-Resource-Policy"] = "cross-origin" if scope["path"] == framed else "same-site"
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)
