"""`POST /v1/feedback` and `/v1/handoff`: what comes after a reply. Both are on the disk when they are answered."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool

from ragcare.conversation.whole import language_of
from ragcare.schema import Handoff, Question
from ragcare.server import metrics
from ragcare.server.contract import Feedback, FeedbackKept, HandoffKept, HandoffStatus, ReplyId, ToPerson
from ragcare.server.desk import key_of, on_request, with_details
from ragcare.server.keys import Caller
from ragcare.server.place import AtPlace, Place, WhoCalls, who_calls
from ragcare.server.problems import ANY, Trouble, not_found

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


@router.get("/v1/handoff/{handoff_id}", dependencies=[Depends(who_calls)])
async def handoff_status(handoff_id: Annotated[ReplyId, Path()], place: AtPlace) -> HandoffStatus:
    """Where a handoff stands; whoever was given its id may ask."""
    status = await run_in_threadpool(place.desk.status, handoff_id)
    if status is None:
        raise not_found("handoff")
    return HandoffStatus(id=handoff_id, status=status)


def _handed_over(place: Place, caller: Caller, body: ToPerson, idempotency_key: str | None) -> HandoffKept:
    handoff = _prepared(place, caller, body)
    message = None if body.message is None else place.mask(body.message)
    handoff = with_details(handoff, body, message, key_of(handoff.id, body, idempotency_key))
    place.hand_over(handoff)
    status = place.desk.status(handoff.id)
    assert status is not None, "it was put there just now"
    return HandoffKept(id=handoff.id, status=status, said=handoff.contact.said)


def _prepared(place: Place, caller: Caller, body: ToPerson) -> Handoff:
    """The handoff of the reply; or of the last reply of the session; or, where that had none, one of the session."""
    if body.reply is not None:
        given, handoff = place.store.handoff_of(body.reply, caller.owner)
        if not given:
            raise not_found("reply")
        if handoff is None:
            raise Trouble(
                409, "nothing-to-hand-over", "This reply was a whole answer outside of any session.",
                "Ask within /v1/chat and name the session, or send the question again with what is missing.",
            )  # fmt: skip
        return handoff
    assert body.session is not None
    turns = place.store.turns(body.session, caller.owner)
    if turns is None:
        raise not_found("session")
    last = place.store.last_reply(body.session, caller.owner)
    handoff = None if last is None else place.store.handoff_of(last, caller.owner)[1]
    if handoff is not None:
        return handoff
    text = next((turn.text for turn in reversed(turns) if turn.role == "customer"), body.message or "?")
    key = uuid.uuid5(uuid.NAMESPACE_OID, f"{body.session}/{len(turns)}").hex
    return on_request(turns, caller.asker, place.settings, language_of(Question(text=text)), key)
