"""`POST /v1/feedback` and `/v1/handoff`: what comes after a reply. Both are on the disk when they are answered."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool

from ragcare.conversation.whole import language_of
from ragcare.schema import MAX_QUESTION_CHARACTERS, Handoff, Question
from ragcare.server import metrics
from ragcare.server.contract import (
    Feedback,
    FeedbackKept,
    HandoffKept,
    HandoffStatus,
    ReplyId,
    ToPerson,
    reference_of,
)
from ragcare.server.desk import details, id_from, on_request
from ragcare.server.keys import Caller
from ragcare.server.office import AtOffice, Office, WhoCalls, who_calls
from ragcare.server.problems import ANY, Trouble, not_found

router = APIRouter(tags=["afterwards"], responses=ANY)


@router.post("/v1/feedback", status_code=201)
async def feedback(body: Feedback, office: AtOffice, caller: WhoCalls) -> FeedbackKept:
    """Keeps what the customer thinks of a reply that they were given; it is on the disk when this answers."""
    kept = await run_in_threadpool(
        lambda: office.store.give_feedback(
            body.reply,
            caller.owner,
            useful=body.useful,
            resolved=body.resolved,
            comment=None if body.comment is None else office.mask(body.comment),
        )
    )
    if kept is None:
        raise not_found("reply")
    metrics.judged(body.useful, body.resolved)
    return FeedbackKept(id=kept)


@router.post("/v1/handoff", status_code=202)
async def hand_over(
    body: ToPerson,
    office: AtOffice,
    caller: WhoCalls,
    idempotency_key: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=200)] | None, Header(description="One of your own.")
    ] = None,
) -> HandoffKept:
    """Hands a conversation over to a person; the same request again hands nothing over twice."""
    named = (body.session is not None) + (body.reply is not None)
    if named > 1 or not (named or body.message):
        raise Trouble(
            422, "unprocessable-request", "It is not said what to hand over.",
            "Send one of session and reply; or, where nothing was asked yet, a message.",
        )  # fmt: skip
    return await run_in_threadpool(_handed_over, office, caller, body, idempotency_key)


@router.get("/v1/handoff/{handoff_id}", dependencies=[Depends(who_calls)])
async def handoff_status(handoff_id: Annotated[ReplyId, Path()], office: AtOffice) -> HandoffStatus:
    """Where a handoff stands; whoever was given its id may ask."""
    status = await run_in_threadpool(office.desk.status, handoff_id)
    if status is None:
        raise not_found("handoff")
    return HandoffStatus(id=handoff_id, reference=reference_of(handoff_id), status=status)


def _handed_over(office: Office, caller: Caller, body: ToPerson, idempotency_key: str | None) -> HandoffKept:
    handoff = _prepared(office, caller, body, idempotency_key).model_copy(update={"when": "now"})  # it is accepted
    added = details(body, None if body.message is None else office.mask(body.message))
    key = idempotency_key or body.model_dump_json(include={"message", "name", "email", "phone"})
    handoff_id, new = office.desk.put_with(handoff, added, key)
    if new:
        metrics.handed_over()
    status = office.desk.status(handoff_id)
    assert status is not None, "it was put there just now"
    return HandoffKept(id=handoff_id, reference=reference_of(handoff_id), status=status, said=handoff.contact.said)


def _prepared(office: Office, caller: Caller, body: ToPerson, idempotency_key: str | None) -> Handoff:
    """The handoff of the reply; or of the last reply of the session; or one made of what there is."""
    if body.reply is not None:
        given, handoff = office.store.handoff_of(body.reply, caller.owner)
        if not given:
            raise not_found("reply")
        if handoff is None:
            raise Trouble(
                409, "nothing-to-hand-over", "Nothing is kept of this reply that a person could be handed.",
                "Ask within /v1/chat and name the session, or send the question again with what is missing.",
            )  # fmt: skip
        return handoff
    if body.session is not None:
        return _of_session(office, caller, body.session)
    language = body.language or language_of(Question(text=(body.message or "?").strip()[:MAX_QUESTION_CHARACTERS]))
    # Nothing but a key of the caller's own tells a request that is sent again from another one with the same words.
    key = id_from(f"{caller.name}/{idempotency_key or uuid.uuid4()}")
    return on_request((), caller.asker, office.settings, language, key)


def _of_session(office: Office, caller: Caller, session: str) -> Handoff:
    turns = office.store.turns(session, caller.owner)
    if turns is None:
        raise not_found("session")
    last = office.store.last_reply(session, caller.owner)
    handoff = None if last is None else office.store.handoff_of(last, caller.owner)[1]
    if handoff is not None:
        return handoff
    said = next((turn.text for turn in reversed(turns) if turn.role == "customer"), "?")
    key = id_from(f"{session}/{len(turns)}")
    return on_request(turns, caller.asker, office.settings, language_of(Question(text=said)), key)
