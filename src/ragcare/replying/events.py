"""What `Assistant.stream` tells, in order: for whoever shows a reply piece by piece, such as a server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from ragcare.schema import Choice, Citation, Decision, Handoff, Record, Reply, Sentence, Source


class Decided(Record):
    """What is done, first of all: whether an answer follows, and with which probability of being right."""

    event: Literal["decision"] = "decision"
    decision: Decision


class Sources(Record):
    """The articles that the answer quotes; or, with a refusal, those that come close."""

    event: Literal["sources"] = "sources"
    sources: tuple[Source, ...]


class Said(Record):
    """A sentence of the answer, checked, with the quotes that prove it."""

    event: Literal["sentence"] = "sentence"
    sentence: Sentence
    citations: tuple[Citation, ...]


class Told(Record):
    """Words that are not an article's: a question back, a refusal, an offer; with the choices if there are any."""

    event: Literal["message"] = "message"
    text: str
    choices: tuple[Choice, ...] = ()


class HandedOver(Record):
    """The way to a person: now, or if the customer accepts."""

    event: Literal["handoff"] = "handoff"
    handoff: Handoff


class Done(Record):
    """The whole reply, last of all."""

    event: Literal["done"] = "done"
    reply: Reply


Event = Annotated[Decided | Sources | Said | Told | HandedOver | Done, Field(discriminator="event")]


def events_of(reply: Reply) -> Iterator[Event]:
    """A reply, event by event."""
    yield Decided(decision=reply.decision)
    sources = reply.quoted or reply.nearest
    if sources:
        yield Sources(sources=sources)
    if reply.answer is None:
        yield Told(text=reply.text, choices=reply.choices)
    else:
        citations, rest = iter(reply.citations), reply.text
        for sentence in reply.answer.sentences:
            before, _, rest = rest.partition(sentence.text)
            if before.strip():  # a heading stands within an answer too
                yield Told(text=before.strip())
            yield Said(sentence=sentence, citations=tuple(next(citations) for _ in sentence.evidence))
        if rest.strip():
            yield Told(text=rest.strip())
    if reply.handoff is not None:
        yield HandedOver(handoff=reply.handoff)
    yield Done(reply=reply)
