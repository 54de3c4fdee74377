"""`POST /v1/ask` and `POST /v1/chat`, and what is kept of a chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from ragcare.conversation.talk import Conversation
from ragcare.server import metrics, tracing
from ragcare.server.contract import Ask, ChatView, ReplyView, Say, SessionId, SessionView, TurnView
from ragcare.server.keys import Caller
from ragcare.server.office import AtOffice, Office, WhoAsks, WhoCalls
from ragcare.server.problems import ANY, Trouble, not_found, unexpected, unprocessable
from ragcare.server.view import event_text, reply_view, server_sent

router = APIRouter(tags=["talking"], responses=ANY)
_HEARTBEAT_S = 10.0
_NOT_BUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_EVENTS = """event: session
data: {"session":"Zc2…"}

event: decision
data: {"decision":{"action":"answer","probability":0.93,"threshold":0.6,"reasons":[{"code":"grounded"}]}}

event: sources
data: {"sources":[{"article_id":"fr-annuler","title":"Annuler une commande","url":null}]}

event: sentence
data: {"sentence":{"text":"Vous pouvez annuler une commande tant qu'elle n'est pas expédiée.","evidence":[]}}

event: citation
data: {"citation":{"article_id":"fr-annuler","quote":"Vous pouvez annuler","start":0,"end":19}}

event: done
data: {"reply":{}}

"""


@router.post("/v1/ask", response_model_exclude_none=False)
async def ask(body: Ask, request: Request, office: AtOffice, caller: WhoAsks) -> ReplyView:
    """Answers one question, or says why not; nothing of it is remembered but that there was a reply."""
    if body.as_of is not None and "inspect" not in caller.may:
        raise Trouble(
            403, "may-not-choose-the-day", "What holds on another day is not for this key.",
            'Leave as_of out, or use a key with the right "inspect".',
        )  # fmt: skip
    talk = Conversation(office.live.assistant, asker=caller.asker, turns=[one.turn() for one in body.history])

    def job() -> ReplyView:
        with heard(), tracing.answering() as tell:
            reply = talk.ask(body.question, as_of=body.as_of)
            tell(reply)
        office.keep(reply, caller)
        return reply_view(reply, caller, office.settings)

    return await office.crew.work(request, job)


@router.post(
    "/v1/chat",
    response_model=ChatView,
    responses={200: {"content": {"text/event-stream": {"example": _EVENTS}}}},
)
async def chat(
    body: Say, request: Request, office: AtOffice, caller: WhoAsks, accept: Annotated[str, Header()] = "*/*"
) -> Response:
    """The next message of a conversation, answered event by event; as one JSON with `Accept: application/json`."""
    if body.session is not None:
        session = body.session
        if await run_in_threadpool(office.store.turns, session, caller.owner) is None:
            raise not_found("session")
    else:
        session = office.store.new_session()
    job = _answer(office, caller, session, body.message, new=body.session is None)
    if "application/json" in accept and "text/event-stream" not in accept:
        shown = await office.crew.work(request, job)
        return JSONResponse(ChatView(session=session, reply=shown[0]).model_dump(mode="json"))
    future = office.crew.start(job)  # before the stream begins, so that "busy" is a status
    return StreamingResponse(
        _stream(office, session, future), media_type="text/event-stream", headers=dict(_NOT_BUFFERED)
    )


@router.get("/v1/sessions/{session}")
async def session_turns(session: Annotated[SessionId, Path()], office: AtOffice, caller: WhoCalls) -> SessionView:
    """What was said in a session."""
    turns = await run_in_threadpool(office.store.turns, session, caller.owner)
    if turns is None:
        raise not_found("session")
    return SessionView(turns=tuple(TurnView(role=one.role, text=one.text, action=one.action) for one in turns))


@router.delete("/v1/sessions/{session}", status_code=204)
async def forget_session(session: Annotated[SessionId, Path()], office: AtOffice, caller: WhoCalls) -> None:
    """Forgets a session, its replies and what was thought of them; not what was handed over to a person."""
    if not await run_in_threadpool(office.store.forget_session, session, caller.owner):
        raise not_found("session")


@contextmanager
def heard() -> Iterator[None]:
    """What an `Assistant` cannot take as a question is the fault of who sent it."""
    try:
        yield
    except ValidationError as error:
        if error.title != "Question":
            raise
        raise unprocessable(error, "body.question") from None


_Told = list[tuple[str, dict[str, Any]]]


def _answer(
    office: Office, caller: Caller, session: str, message: str, *, new: bool
) -> Callable[[], tuple[ReplyView, _Told]]:
    assistant = office.live.assistant

    def job() -> tuple[ReplyView, _Told]:
        before = () if new else office.store.turns(session, caller.owner)
        if before is None:
            raise not_found("session")
        talk = Conversation(assistant, asker=caller.asker, turns=before)
        with heard(), tracing.answering(session) as tell:
            reply = talk.ask(message)
            tell(reply)
        metrics.replied(reply)
        turns = office.masked(talk.turns[len(before) :])
        office.store.keep(reply, caller.owner, session=session, turns=turns, new=new)
        shown = reply_view(reply, caller, office.settings, handed_over=office.hand_over_due(reply))
        return shown, list(server_sent(reply, shown))

    return job


async def _stream(office: Office, session: str, future: Future[tuple[ReplyView, _Told]]) -> AsyncIterator[bytes]:
    yield event_text("session", {"session": session})
    task = asyncio.ensure_future(office.crew.result(future))
    try:
        while not (await asyncio.wait({task}, timeout=_HEARTBEAT_S))[0]:
            yield b": waiting\n\n"
        for name, data in task.result()[1]:
            yield event_text(name, data)
    except Trouble as trouble:
        yield event_text("error", trouble.problem.model_dump(exclude_none=True))
    except Exception as error:
        yield event_text("error", unexpected(error).problem.model_dump(exclude_none=True))
    finally:
        task.cancel()  # who has left takes a question that still waits out of the queue
