"""What the person who takes over is handed, and how people can be reached."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ragcare.schema.asking import Asker, Source, Turn
from ragcare.schema.codes import ReasonCode, Way
from ragcare.schema.records import Identifier, LanguageCode, Record, Text


class Contact(Record):
    """How people can be reached, as it stood when the handoff was prepared.

    Attributes:
        open: whether the team is there.
        opens_at: when it is there next, with its offset from UTC; None if it is there, or if its hours do not say.
        ways: what to offer, first to last; where all else is shut, "person" means that the request waits for one.
        form: where the form is, if that is one of the ways.
        said: one or two sentences for the customer; empty where the team is there and speaks their language.
    """

    open: bool = True
    opens_at: datetime | None = None
    ways: Annotated[tuple[Way, ...], Field(min_length=1)] = ("person",)
    form: str | None = None
    said: str = ""


class Handoff(Record):
    """All that the person who takes over needs, so that the customer repeats nothing.

    Attributes:
        id: the idempotency key: of this one handoff, wherever it is sent and however often.
        when: "now" where the conversation goes to a person; "if_accepted" where that is offered.
        question: the customer's question in one line, personal data masked as the settings say.
        summary: what was asked, why it stopped and what was looked at, in two or three sentences.
        transcript: the whole conversation, personal data masked as the settings say, the last question included.
        sources_tried: the articles that were looked at, best first.
        already_read: the articles that earlier replies of this conversation cited.
        already_tried: what the customer said they have tried, in their words, masked likewise.
        drafted: what would have been answered; words of articles, so nothing in it is masked.
        why_not: why it was not, in words.
        contact: how people can be reached.
        asker: as the caller named them; the reference is passed on as it is.
    """

    id: Identifier = Field(default_factory=lambda: uuid.uuid4().hex)
    when: Literal["now", "if_accepted"]
    reasons: Annotated[tuple[ReasonCode, ...], Field(min_length=1)]
    urgency: Literal["low", "normal", "high"]
    queue: Text
    question: Text
    summary: Text
    transcript: Annotated[tuple[Turn, ...], Field(min_length=1)]
    sources_tried: tuple[Source, ...]
    already_read: tuple[Source, ...] = ()
    already_tried: tuple[Text, ...] = ()
    drafted: Text | None = None
    why_not: str = ""
    contact: Contact = Contact()
    language: LanguageCode
    asker: Asker
