"""What it is to deliver a handoff, whoever it is delivered to.

A `Channel` has one verb. What came of it is a `Delivery`; what went wrong is an `Undelivered`, which says the two
things that decide what happens next: whether trying again may help, and whether the other side may have it already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from ragcare.errors import BadInput, RagcareError
from ragcare.schema import Handoff, Record

Progress = Literal["accepted", "failed", "completed", "reopened"]
"""What comes back from the people's side; Bot Framework's words, and one of our own for a case that begins again."""


class Delivery(Record):
    """A handoff that the other side has.

    Attributes:
        handoff_id: of the handoff.
        channel: which took it.
        reference: what the other side calls it, such as the number of a ticket; None if it did not say.
        url: where a person opens it, where that is known.
    """

    handoff_id: str
    channel: str
    reference: str | None = None
    url: str | None = None


class Change(NamedTuple):
    """What the other side says has become of a handoff: at least one of `handoff_id` and `reference` names it."""

    status: Progress
    handoff_id: str | None = None
    reference: str | None = None
    detail: str = ""


class Undelivered(RagcareError):
    """A handoff could not be delivered.

    Attributes:
        again: whether trying again may help: the other side was away, busy or broken.
        may_have_arrived: whether the other side may have it in spite of that: it was sent, and no answer came.
        after: the seconds that the other side asks to wait.
    """

    def __init__(
        self, message: str, *, again: bool = False, may_have_arrived: bool = False, after: float | None = None
    ) -> None:
        super().__init__(message)
        self.again, self.may_have_arrived, self.after = again, may_have_arrived, after


class Channel(Protocol):
    """Takes a handoff to where people work.

    Attributes:
        name: such as "zendesk".
        repeatable: whether delivering the same handoff again makes one and not two, because the other side knows the
            id, or is asked for it first. Where it is not, a handoff that may have arrived is never sent again unasked.
    """

    @property
    def name(self) -> str:
        """Such as "zendesk"."""
        ...

    @property
    def repeatable(self) -> bool:
        """Whether delivering the same handoff again makes one and not two."""
        ...

    def deliver(self, handoff: Handoff) -> Delivery:
        """Delivers one handoff.

        Raises:
            Undelivered: it could not be.
        """
        ...


class ChannelConfig(BaseModel):
    """What every channel wants to know.

    Attributes:
        url: where the other side is, without a path of its own.
        timeout: seconds to wait for each answer; one that comes in drips is cut off after twice as many.
        attempts: how often one request is tried before the outbox takes the handoff back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+[^\s?#@]*$")]
    timeout: Annotated[float, Field(gt=0, le=120)] = 10.0
    attempts: Annotated[int, Field(ge=1, le=10)] = 3


def secret_of(variable: str, environment: Mapping[str, str]) -> str:
    """A token or a secret, from the variable that the settings name.

    Raises:
        BadInput: the variable is not set; the message names it and never what another one holds.
    """
    value = environment.get(variable, "").strip()
    if not value:
        raise BadInput(f"the variable {variable} is not set. Mend: put the token of the handoff's channel there")
    return value


def field(answer: Any, *path: str | int) -> str | None:
    """What stands at a place of a JSON answer, as text; None if the answer has no such place."""
    for step in path:
        try:
            answer = answer[step]
        except (KeyError, IndexError, TypeError):
            return None
    return None if answer is None else str(answer)
