"""`POST /v1/chat/completions` and `GET /v1/models`, as an OpenAI client knows them.

The content of the last user message is the question, earlier ones are its history. Messages of role "system" and
"developer" are read and not obeyed: what may be said is the knowledge base's to say. Citations and the decision stand
in the field `ragcare` of the completion, and of the last chunk of a stream.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Future
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ragcare.conversation.talk import Conversation
from ragcare.replying.events import Said, Told, events_of
from ragcare.schema import MAX_QUESTION_CHARACTERS, Reply, Turn
from ragcare.server import tracing
from ragcare.server.contract import ReplyView
from ragcare.server.crew import Crew
from ragcare.server.office import AtOffice, WhoAsks, who_calls
from ragcare.server.problems import ANY, Trouble, not_found, unexpected
from ragcare.server.talking import heard
from ragcare.server.view import event_text, reply_view

router = APIRouter(tags=["OpenAI"], responses=ANY)
MODEL = tracing.MODEL
_MADE = 1_767_225_600  # 1 January 2026: a client wants some moment
_MOST_MESSAGES = 200
_CHUNKS = """data: {"id":"chatcmpl-0f8f","object":"chat.completion.chunk","created":1767225600,"model":"ragcare",
data: "choices":[{"index":0,"delta":{"content":"Vous pouvez annuler"},"finish_reason":null}]}

data: [DONE]

"""


class Part(BaseModel):
    """A piece of a message; only text is understood."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: Annotated[str, StringConstraints(max_length=40)] = Field(examples=["text"])
    text: Annotated[str, StringConstraints(max_length=20_000)] | None = None


class Message(BaseModel):
    """A message of a chat."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    role: Literal["system", "developer", "user", "assistant", "tool", "function"] = Field(examples=["user"])
    content: Annotated[str, StringConstraints(max_length=20_000)] | tuple[Part, ...] | None = Field(
        None, examples=["Comment annuler ma commande ?"]
    )

    @property
    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text or "" for part in self.content or () if part.type == "text")


class StreamOptions(BaseModel):
    """What a stream tells besides."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    include_usage: bool = False


class Completion(BaseModel):
    """What an OpenAI client asks; fields that steer a language model are taken and mean nothing here."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "Comment annuler ?"}]}]
        },
    )
    model: Annotated[str, StringConstraints(max_length=200)] = Field(examples=[MODEL])
    messages: Annotated[tuple[Message, ...], Field(min_length=1, max_length=_MOST_MESSAGES)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None


class Model(BaseModel):
    """The one model that there is."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = _MADE
    owned_by: str = MODEL


class Models(BaseModel):
    """All models."""

    object: Literal["list"] = "list"
    data: tuple[Model, ...] = (Model(),)


class SaidMessage(BaseModel):
    """What is said."""

    role: Literal["assistant"] = "assistant"
    content: str


class Choice(BaseModel):
    """The one choice that there is."""

    index: int = 0
    message: SaidMessage
    finish_reason: Literal["stop"] = "stop"


class Completed(BaseModel):
    """A completion; `ragcare` is the reply with its citations and decision."""

    id: str = Field(examples=["chatcmpl-0f8fad5bd9cb469fa16570867728950e"])
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: tuple[Choice]
    ragcare: ReplyView


@router.get("/v1/models", dependencies=[Depends(who_calls)])
async def models() -> Models:
    """The one model."""
    return Models()


@router.get("/v1/models/{model}", dependencies=[Depends(who_calls)])
async def model(model: str) -> Model:
    """That model."""
    if model != MODEL:
        raise not_found("model")
    return Model()


@router.post(
    "/v1/chat/completions",
    response_model=Completed,
    responses={200: {"content": {"text/event-stream": {"example": _CHUNKS}}}},
)
async def complete(body: Completion, request: Request, office: AtOffice, caller: WhoAsks) -> Response:
    """Answers the last message; chunk by chunk with `stream`."""
    if body.model != MODEL:
        raise Trouble(404, "model-not-found", "There is no such model.", f'Set model to "{MODEL}".')
    question, turns = _understood(body.messages)
    talk = Conversation(office.live.assistant, asker=caller.asker, turns=turns)

    def job() -> tuple[Reply, ReplyView]:
        with heard(), tracing.answering() as tell:
            reply = talk.ask(question)
            tell(reply)
        office.keep(reply, caller)
        # A client of that API knows nothing of handoffs, and could not ask for the one that the text promises.
        return reply, reply_view(reply, caller, office.settings, handed_over=office.hand_over_due(reply))

    if body.stream:
        usage = body.stream_options is not None and body.stream_options.include_usage
        events = _chunks(office.crew, office.crew.start(job), usage=usage)
        return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})
    reply, shown = await office.crew.work(request, job)
    done = Completed(
        id=f"chatcmpl-{shown.id}",
        created=int(time.time()),
        choices=(Choice(message=SaidMessage(content=reply.text)),),
        ragcare=shown,
    )
    return JSONResponse(done.model_dump(mode="json"))


def _understood(messages: Sequence[Message]) -> tuple[str, list[Turn]]:
    """The question, and the turns before it.

    Raises:
        Trouble: the last message is no question.
    """
    last = messages[-1]
    if last.role != "user" or not last.text.split() or len(last.text) > MAX_QUESTION_CHARACTERS:
        raise Trouble(
            422, "no-question", "The last message is no question.",
            f'End with a message of role "user" that has text, of at most {MAX_QUESTION_CHARACTERS} characters.',
        )  # fmt: skip
    turns = [
        Turn(role="customer" if one.role == "user" else "assistant", text=one.text)
        for one in messages[:-1]
        if one.role in ("user", "assistant") and one.text.split()
    ]
    return last.text, turns


async def _chunks(crew: Crew, future: Future[tuple[Reply, ReplyView]], *, usage: bool) -> AsyncIterator[bytes]:
    made = int(time.time())

    def chunk(delta: dict[str, Any], reply_id: str, finish: str | None = None, **more: Any) -> bytes:
        choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
        head = {"id": f"chatcmpl-{reply_id}", "object": "chat.completion.chunk", "created": made, "model": MODEL}
        return event_text(None, {**head, "choices": choices, **more})

    task = asyncio.ensure_future(crew.result(future))
    try:
        while not (await asyncio.wait({task}, timeout=10.0))[0]:
            yield b": waiting\n\n"
        reply, shown = task.result()
        yield chunk({"role": "assistant", "content": ""}, shown.id)
        for piece in _pieces(reply):
            yield chunk({"content": piece}, shown.id)
        yield chunk({}, shown.id, "stop", ragcare=shown.model_dump(mode="json"))
        if usage:  # no language model was asked that would have counted tokens
            told = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
            head = {"id": f"chatcmpl-{shown.id}", "object": "chat.completion.chunk", "created": made, "model": MODEL}
            yield event_text(None, {**head, "choices": [], "usage": told})
        yield event_text(None, "[DONE]")
    except Trouble as trouble:
        yield event_text(None, {"error": {"message": trouble.problem.detail, "code": trouble.kind}})
    except Exception as error:
        yield event_text(None, {"error": {"message": unexpected(error).problem.detail, "code": "fault"}})
    finally:
        task.cancel()


def _pieces(reply: Reply) -> list[str]:
    """The text of a reply, cut after each sentence; together they are the text, letter for letter."""
    pieces, rest = [], reply.text
    for event in events_of(reply):
        if isinstance(event, Said | Told):
            said = event.sentence.text if isinstance(event, Said) else event.text
            before, found, after = rest.partition(said)
            if found:
                pieces.append(before + found)
                rest = after
    return [*pieces, rest] if rest else pieces
