"""`POST /v1/feedback` and `/v1/handoff`: what comes after a reply. Both are on the disk when they are answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool

from ragcare.conversation.whole import language_of
from ragcare.schema import Handoff, Question
from ragcare.server import metrics
from ragcare.server.contract import Feedback, FeedbackKept, HandoffKept, HandoffStatus, ReplyId, ToPerson
from ragcare.server.desk import key_of, on_request, with_details
from ragcare.server.keys import Caller
from ragcare.server.place import AtPlace, Place, WhoCalls
from ragcare.server.problems import ANY, Trouble, not_found
from ragcare.server.view import contact_view

router = APIRouter(tags=["afterwards"], responses=ANY)


@router.post("/v1/feedback", status_code=201)
async def feedback(body: Feedback, place: AtPlace, caller: WhoCalls) -> FeedbackKept:
    """Keeps what the customer thinks of a reply that they were given; it is on the disk when this answers."""
    kept = await run_in_threadpool(
        lambda: place.store.give_feedback(
            body.reply,
            caller.owner,
            useful=body.useful,
            resolved=body.resolved,
            comment=None if body.comment is None else place.mask(body.comment),
        )
    )
    if kept is None:
        raise not_found("reply")
    metrics.judged(body.useful, body.resolved)
    return FeedbackKept(id=kept)


@router.post("/v1/handoff", status_code=202)
async def hand_over(
    body: ToPerson,
    place: AtPlace,
    caller: WhoCalls,
    idempotency_key: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=200)] | None, Header(description="One of your own.")
    ] = None,
) -> HandoffKept:
    """Hands a conversation over to a person; the same request again hands nothing over twice."""
    if (body.session is None) == (body.reply is None):
        raise Trouble(422, "unprocessable-request", "Name a session or a reply.", "Send one of the two.")
    return await run_in_threadpool(_handed_over, place, caller, body, idempotency_key)


@router.get("/v1/handoff/{handoff_id}")
async def handoff_status(handoff_id: Annotated[ReplyId, Path()], place: AtPlace, caller: WhoCalls) -> HandoffStatus:
    """Where a handoff stands."""
    status = await run_in_threadpool(place.desk.status, handoff_id)
    if status is None:
        raise not_found("handoff")
    return HandoffStatus(id=handoff_id, status=status)


def _handed_over(place: Place, caller: Caller, body: ToPerson, idempotency_key: str | None) -> HandoffKept:
    base, handoff = _prepared(place, caller, body)
    handoff_id = place.hand_over(with_details(handoff, body), key_of(base, body, idempotency_key))
    status = place.desk.status(handoff_id)
    assert status is not None, "it was put there just now"
    return HandoffKept(id=handoff_id, status=status, said=contact_view(handoff).said)


def _prepared(place: Place, caller: Caller, body: ToPerson) -> tuple[str, Handoff]:
    """A key to tell it by, and the handoff: that of the reply, or one made of the session."""
    if body.reply is not None:
        given, handoff = place.store.handoff_of(body.reply, caller.owner)
        if not given:
            raise not_found("reply")
        if handoff is None:
            raise Trouble(
                409, "nothing-to-hand-over", "This reply was a whole answer outside of any session.",
                "Ask within /v1/chat and name the session, or send the question again with what is missing.",
            )  # fmt: skip
        return body.reply, handoff
    assert body.session is not None
    turns = place.store.turns(body.session, caller.owner)
    if turns is None:
        raise not_found("session")
    last = place.store.last_reply(body.session, caller.owner)
    handoff = None if last is None else place.store.handoff_of(last, caller.owner)[1]
    if last is not None and handoff is not None:
        return last, handoff
    text = next((turn.text for turn in reversed(turns) if turn.role == "customer"), body.message or "…")
    language = language_of(Question(text=text))
    return f"{body.session}/{len(turns)}", on_request(turns, caller.asker, place.settings, language)
