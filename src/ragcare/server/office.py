"""All that a route needs, and how it gets hold of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from ragcare.deciding.handoff import masked
from ragcare.schema import Asker, Handoff, Reply, Turn
from ragcare.server import metrics
from ragcare.server.crew import Crew
from ragcare.server.desk import Desk
from ragcare.server.keys import Caller, Door
from ragcare.server.limits import Rates, network_of
from ragcare.server.live import Live
from ragcare.server.problems import Trouble
from ragcare.server.store import ServerStore
from ragcare.settings import Settings

_NOBODY = Asker()
_bearer = HTTPBearer(
    auto_error=False, description="An API key (`ragcare keys add`) or a signed token; none is the public."
)


@dataclass(slots=True)
class Office:
    """The parts of one server process."""

    settings: Settings
    live: Live
    store: ServerStore
    door: Door
    rates: Rates
    crew: Crew
    desk: Desk
    ending: bool = False

    @property
    def ready(self) -> bool:
        """Whether to send customers here."""
        return self.live.ready and not self.ending

    def hand_over(self, handoff: Handoff) -> None:
        """Puts a handoff on its way; once, however often."""
        if self.desk.put(handoff):
            metrics.handed_over()

    def hand_over_due(self, reply: Reply) -> str | None:
        """Puts the handoff of a reply on its way where its text says that a person is taking over; the id of that."""
        if reply.handoff is None or reply.handoff.when != "now":
            return None
        self.hand_over(reply.handoff)
        return reply.handoff.id

    def mask(self, text: str) -> str:
        """A text of a customer as it may be kept: as the settings of handoffs say."""
        return masked(text, self.settings.handoff)

    def masked(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """Turns as they may be kept; what the assistant said is an article's, or its own standing words."""
        return tuple(
            turn.model_copy(update={"text": self.mask(turn.text)}) if turn.role == "customer" else turn
            for turn in turns
        )

    def keep(self, reply: Reply, caller: Caller) -> None:
        """Keeps that a reply was given outside of any session."""
        metrics.replied(reply)
        self.store.keep(reply, caller.owner)


def office_of(request: Request) -> Office:
    """The parts, once the index is loaded.

    Raises:
        Trouble: it is not.
    """
    office: Office | None = getattr(request.app.state, "office", None)
    if office is None or not office.live.ready:
        raise Trouble(
            503, "not-ready", "The index is being loaded.", "Try again in a few seconds.", headers={"Retry-After": "3"}
        )
    return office


AtOffice = Annotated[Office, Depends(office_of)]
_Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def _caller(
    request: Request, office: Office, shown: HTTPAuthorizationCredentials | None, *, asks: bool
) -> Caller:
    address = network_of(request.client.host if request.client else None)
    header = request.headers.get("authorization", "")
    if shown is None and header and header.lower() != "bearer":
        raise Trouble(
            401, "not-known", "This Authorization header is no bearer key.", "Send 'Authorization: Bearer KEY'.",
            headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
    try:
        caller = await run_in_threadpool(partial(office.door.who, shown.credentials if shown else None, address))
    except Trouble:  # who tries keys is counted by address
        await office.rates.count(Caller("", _NOBODY, address=address), asks=False)
        raise
    await office.rates.count(caller, asks=asks)
    request.state.caller = caller.owner
    return caller


async def _who_asks(request: Request, office: AtOffice, shown: _Shown) -> Caller:
    return await _caller(request, office, shown, asks=True)


async def who_calls(request: Request, office: AtOffice, shown: _Shown) -> Caller:
    """Who wants anything but an answer."""
    return await _caller(request, office, shown, asks=False)


WhoAsks = Annotated[Caller, Depends(_who_asks)]
"""Who sends a question; counted as such."""
WhoCalls = Annotated[Caller, Depends(who_calls)]
"""Who wants anything else."""
