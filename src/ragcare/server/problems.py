"""What went wrong, as RFC 9457 problem details that say the mend; nothing of a request is told back or logged."""

from __future__ import annotations

import traceback
import uuid
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException

from ragcare.schema import MAX_QUESTION_CHARACTERS
from ragcare.server.contract import LONGEST_TURN
from ragcare.server.log import log

MEDIA_TYPE: Final = "application/problem+json"
_TYPE = "urn:ragcare:problem:"
_MENDS = {
    400: ("bad-request", "Bad request", "Send one JSON object in UTF-8."),
    404: ("not-found", "Not found", "GET /openapi.json lists what there is."),
    405: ("method-not-allowed", "Method not allowed", "GET /openapi.json says which methods a path has."),
    415: ("unsupported-media-type", "Unsupported media type", "Send application/json."),
}


class Wrong(BaseModel):
    """One field of a request that is not what it must be."""

    where: str = Field(examples=["body.question"])
    what: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """RFC 9457 problem details; `mend` says what to do."""

    type: str = Field(examples=["urn:ragcare:problem:too-many-requests"])
    title: str = Field(examples=["Too many requests"])
    status: int = Field(examples=[429])
    detail: str = Field(examples=["30 questions a minute were asked already."])
    mend: str = Field(examples=["Wait 12 seconds, as Retry-After says."])
    wrong: list[Wrong] | None = None


class Trouble(Exception):
    """Ends a request with a problem.

    Attributes:
        kind: its name in `type`, such as "too-many-requests".
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        mend: str,
        *,
        wrong: list[Wrong] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.status, self.kind, self.headers = status, kind, dict(headers or {})
        title = kind.replace("-", " ").capitalize()
        self.problem = Problem(type=_TYPE + kind, title=title, status=status, detail=detail, mend=mend, wrong=wrong)

    def response(self, path: str = "") -> JSONResponse:
        """The problem as an answer; an OpenAI client finds it where it looks for it, too."""
        told: dict[str, Any] = self.problem.model_dump(exclude_none=True)
        if path.startswith(("/v1/chat/completions", "/v1/models")):
            message = f"{self.problem.detail} {self.problem.mend}"
            told["error"] = {"message": message, "type": self.kind, "code": self.kind, "param": None}
        return JSONResponse(told, self.status, headers=self.headers, media_type=MEDIA_TYPE)


def not_found(what: str) -> Trouble:
    """The same whether a thing is not there or not for the asker: who may not see it shall not learn that it is."""
    return Trouble(404, "not-found", f"There is no such {what}.", "Ask with an id that this server gave to you.")


def unprocessable(error: RequestValidationError | ValidationError, where: str = "") -> Trouble:
    """What is wrong with a request, each field with its fault, and never with its value."""
    faults = [
        Wrong(where=".".join(map(str, row["loc"])) or where, what=str(row["msg"]).removeprefix("Value error, "))
        for row in error.errors()
    ]
    detail = "; ".join(f"{one.where}: {one.what}" for one in faults[:3])
    mend = "Mend the fields named in `wrong`; GET /openapi.json describes them."
    if any(row["type"] == "json_invalid" or tuple(row["loc"]) == ("body",) for row in error.errors()):
        mend = "One JSON object is wanted, with the header Content-Type: application/json."  # curl -d has another
    elif any(row.get("ctx", {}).get("max_length") == MAX_QUESTION_CHARACTERS for row in error.errors()):
        mend = f"Shorten it; or POST /v1/handoff, which takes a `message` of {LONGEST_TURN} characters to a person."
    return Trouble(422, "unprocessable-request", detail, mend, wrong=faults)


def unexpected(error: BaseException) -> Trouble:
    """A fault of ours: the log has its kind and place, told apart by a number; what it says may quote a customer."""
    number = uuid.uuid4().hex[:12]
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("fault", extra={"fault": number, "error": type(error).__name__, "frames": frames[-12:]})
    return Trouble(
        500, "fault", "The server failed; this is no fault of yours.", f"Try again; if it stays, report fault {number}."
    )


def install(app: FastAPI) -> None:
    """Has every error of the app answered as a problem."""

    async def trouble(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Trouble)
        return error.response(request.url.path)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return unprocessable(error).response(request.url.path)

    async def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        kind, title, mend = _MENDS.get(error.status_code, ("refused", str(error.detail), _MENDS[400][2]))
        headers = dict(error.headers or {})
        return Trouble(error.status_code, kind, f"{title}.", mend, headers=headers).response(request.url.path)

    def described() -> dict[str, Any]:
        """The OpenAPI with what every route refers to; FastAPI finds no model behind a media type of its own."""
        schema = FastAPI.openapi(app)
        told = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"].update({**told.pop("$defs"), "Problem": told})
        return schema

    app.openapi = described  # type: ignore[method-assign]
    app.add_exception_handler(Trouble, trouble)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, refused)


ANY: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": title, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status, title in (
        (400, "The body cannot be read"),
        (401, "The key or token is not known"),
        (403, "The key may not do this"),
        (404, "There is no such thing, for this asker"),
        (413, "The body is too large"),
        (422, "A field is not what it must be"),
        (429, "Asked too often"),
        (503, "Busy, starting or ending"),
        (504, "It took too long"),
    )
}
"""What every route may answer besides."""
