"""Where a conversation goes when a person takes over, and when somebody is there."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from ragcare.schema import EscalationReason, LanguageCode, PersonalKind, RefusalReason, Text, Way
from ragcare.settings.table import Table, told_as

_KINDS = ", ".join(get_args(PersonalKind))
_Option = Annotated[str | int | float | bool, told_as("a text in quotes, a number, true or false")]


class HandoffSettings(Table):
    """Where a conversation goes when a person takes over, how it gets there, and when somebody is there.

    Attributes:
        queue: the queue for every reason that has none of its own.
        queues: a queue for each reason that has one.
        mask: whether personal data is masked in what is handed over; or which kinds of it.
        channel: what takes it there, such as "webhook:https://care.example/handoffs"; nothing is sent if None.
        channel_options: what that channel wants to know besides; `docs/handoff.md` lists it. Names of environment
            variables, never the tokens that they hold.
        hours: when people answer, in the notation of OpenStreetMap's opening_hours ("PH" is a public holiday); always
            if None. Needs the extra "handoff".
        time_zone: in which the hours are meant (IANA).
        country: whose public holidays "PH" are (ISO 3166).
        languages: that the team answers in.
        ways: what is offered before and beside a person, first to last: "article" (what was found, to read first),
            "form", "callback", "person".
        form_url: of the form, if that is one of the ways.
    """

    queue: Text = "customer-care"
    queues: dict[Literal[EscalationReason, RefusalReason, "ambiguous"], Text] = {}
    mask: Annotated[bool | tuple[PersonalKind, ...], told_as(f"true, false or a list of some of {_KINDS}")] = True
    channel: Annotated[str, Field(min_length=1)] | None = None
    channel_options: dict[str, _Option] = {}
    hours: str | None = None
    time_zone: str = "Europe/Paris"
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "FR"
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)] = ("fr", "en")
    ways: Annotated[tuple[Way, ...], Field(min_length=1)] = ("person",)
    form_url: Annotated[str, Field(pattern="^https?://")] | None = None

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError(f'{value!r} is no time zone; write it as "Europe/Paris"') from None
        return value

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if "form" in self.ways and self.form_url is None:
            raise ValueError('"form" is one of the ways, but form_url does not say where it is')
        if self.hours is not None:
            try:
                from opening_hours import OpeningHours
            except ImportError:
                raise ValueError('hours need the extra "handoff": pip install "ragcare[handoff]"') from None
            try:
                OpeningHours(self.hours, country=self.country)
            except Exception as error:  # its errors have no parent of their own
                reason = " ".join(str(error).split())
                raise ValueError(f'{self.hours!r}: {reason}; write them as "Mo-Fr 09:00-18:00; PH off"') from None
        return self
