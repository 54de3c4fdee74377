"""What comes in and goes out over HTTP. Requests refuse fields that they do not know; none of them has an audience."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from ragcare.schema import (
    MAX_QUESTION_CHARACTERS,
    Action,
    Answer,
    Choice,
    Citation,
    LanguageCode,
    ReasonCode,
    Source,
    Turn,
)


def _says_something(text: str) -> str:
    if not text.split():
        raise ValueError("it is blank")
    return text


def _as_typed(line: Any) -> Any:
    """With a plain blank or hyphen for each typeset one, without the unseen marks: a number is copied with them."""
    if not isinstance(line, str):
        return line
    kinds = ((one, unicodedata.category(one)) for one in line)
    return "".join({"Zs": " ", "Pd": "-"}.get(kind, one) for one, kind in kinds if kind != "Cf")


Said = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_QUESTION_CHARACTERS), AfterValidator(_says_something)
]
LONGEST_TURN = 20_000
ForPerson = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TURN), AfterValidator(_says_something)]
"""What a person reads may be longer than what the assistant does."""
SessionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
ReplyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
_MOST_HISTORY = 200
_REPLY = "0f8fad5bd9cb469fa16570867728950e"


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


_REFERENCE = Field(None, description="The beginning of the id, to be read out on the phone.", examples=["0F8F-AD5B"])


def reference_of(handoff_id: str) -> str:
    """The beginning of the id of a handoff as one reads it out: people find it by that in their own list."""
    return f"{handoff_id[:4]}-{handoff_id[4:8]}".upper()


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# --- in ----------------------------------------------------------------------------------------------


class Earlier(_In):
    """A turn of the conversation before the question."""

    role: Literal["customer", "assistant", "agent"] = Field(examples=["customer"])
    text: Annotated[str, StringConstraints(max_length=LONGEST_TURN)] = Field(examples=["Quels sont vos horaires ?"])
    action: Action | None = None

    def turn(self) -> Turn:
        """As the assistant is shown it."""
        return Turn(role=self.role, text=self.text, action=self.action)


class Ask(_In):
    """One question, with the turns before it if there are any; nothing is remembered of them."""

    model_config = _example(
        question="Et le dimanche ?", history=[{"role": "customer", "text": "Quels sont vos horaires ?"}]
    )

    question: Said = Field(examples=["Comment annuler ma commande ?"])
    history: Annotated[tuple[Earlier, ...], Field(max_length=_MOST_HISTORY)] = ()
    as_of: date | None = Field(None, description='The day on which it must hold; needs the right "inspect".')


class Say(_In):
    """The next message of a conversation; without a session, the first."""

    model_config = _example(message="Comment annuler ma commande ?")

    message: Said = Field(examples=["Et le dimanche ?"])
    session: SessionId | None = Field(None, description="As the event `session` gave it.")


class Feedback(_In):
    """What the customer thinks of a reply; said again, it takes the place of what was said before."""

    model_config = _example(reply=_REPLY, useful=False, resolved=False, comment="Je voulais le délai, pas le prix.")

    reply: ReplyId = Field(examples=[_REPLY])
    useful: bool | None = None
    resolved: bool | None = None
    comment: Annotated[str, StringConstraints(max_length=2_000)] | None = Field(None, examples=["C’était clair."])


_Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\r\n\x00]+$")
]


class ToPerson(_In):
    """Hands a session, or a single reply, to a person; or a message alone, where nothing was asked yet."""

    model_config = _example(reply=_REPLY, message="Ma commande 1234 n’est pas arrivée.", email="claire@example.org")

    session: SessionId | None = None
    reply: ReplyId | None = None
    language: LanguageCode | None = Field(None, description="Of `said`, where no reply tells it.", examples=["fr"])
    message: ForPerson | None = Field(None, examples=["Ma commande 1234 n’est jamais arrivée."])
    name: _Line | None = Field(None, examples=["Claire Montel"])
    email: Annotated[_Line, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")] | None = Field(
        None, examples=["claire@example.org"]
    )
    phone: Annotated[_Line, StringConstraints(pattern=r"^[0-9+() ./-]{5,30}$"), BeforeValidator(_as_typed)] | None = (
        Field(None, examples=["+33 1 23 45 67 89"])
    )


# --- out ---------------------------------------------------------------------------------------------


class ReasonView(_Out):
    """Why; `detail` only for a key that may inspect."""

    code: ReasonCode
    detail: str | None = None


class DecisionView(_Out):
    """What was done, and how sure it was."""

    action: Action
    probability: float = Field(examples=[0.93])
    threshold: float = Field(examples=[0.6])
    reasons: tuple[ReasonView, ...]


class Way(_Out):
    """One way to a person, or to something to read until then."""

    kind: Literal["person", "callback", "form", "article"]
    url: str | None = None


class ContactView(_Out):
    """How people can be reached now."""

    open: bool
    said: str = Field("", examples=["Nos conseillers vous répondront lundi à partir de 9 h."])
    ways: tuple[Way, ...]


class HandoffView(_Out):
    """That a person takes over, or is offered. What that person is told is not the customer's to read."""

    when: Literal["now", "if_accepted"]
    id: str | None = Field(None, description="Of the handoff, where it is on its way already.")
    reference: str | None = _REFERENCE


class ReplyView(_Out):
    """A reply as the customer may see it."""

    model_config = _example(
        id=_REPLY,
        text="Vous pouvez annuler une commande tant qu'elle n'est pas expédiée.",
        language="fr",
        decision={"action": "answer", "probability": 0.93, "threshold": 0.6, "reasons": [{"code": "grounded"}]},
        answer={
            "kind": "answer",
            "sentences": [
                {
                    "text": "Vous pouvez annuler une commande tant qu'elle n'est pas expédiée.",
                    "evidence": [
                        {
                            "passage_id": "fr-cancel#0",
                            "article_id": "fr-cancel",
                            "version": 1,
                            "quote": "Vous pouvez annuler une commande tant qu'elle n'est pas expédiée.",
                            "start": 0,
                            "end": 65,
                        }
                    ],
                    "starts": "inline",
                }
            ],
            "language": "fr",
        },
        citations=[
            {
                "article_id": "fr-cancel",
                "version": 1,
                "title": "Annuler une commande",
                "headings": [],
                "quote": "Vous pouvez annuler une commande tant qu'elle n'est pas expédiée.",
                "start": 0,
                "end": 65,
                "url": "https://help.example/fr/annuler",
                "validated_by": "Camille Durand",
                "validated_at": "2026-01-05",
                "valid_until": None,
                "language": "fr",
            }
        ],
        contact={"open": True, "said": "", "ways": [{"kind": "person"}]},
    )

    id: str = Field(examples=[_REPLY])
    text: str
    language: LanguageCode
    decision: DecisionView
    answer: Answer | None = None
    citations: tuple[Citation, ...] = ()
    choices: tuple[Choice, ...] = ()
    nearest: tuple[Source, ...] = ()
    left_open: tuple[str, ...] = ()
    handoff: HandoffView | None = None
    contact: ContactView
    inspection: dict[str, Any] | None = Field(
        None,
        description='The whole `Reply` with its trace, for a key with the right "inspect" (`ragcare schema Reply`).',
    )


class ChatView(_Out):
    """A reply, and the session in which to go on."""

    session: str
    reply: ReplyView


class TurnView(_Out):
    """A turn, personal data masked."""

    role: Literal["customer", "assistant", "agent"]
    text: str
    action: Action | None = None


class SessionView(_Out):
    """What was said in a session."""

    turns: tuple[TurnView, ...]


class SuggestionView(_Out):
    """What somebody may be about to write."""

    article_id: str
    title: str
    text: str = Field(examples=["Comment annuler ma commande ?"])
    highlights: tuple[tuple[int, int], ...] = ()


class Suggestions(_Out):
    """Best first, each of another article."""

    suggestions: tuple[SuggestionView, ...]


class ArticleView(_Out):
    """An article that this asker may read today."""

    id: str
    title: str
    html: str = Field(description="Sanitised; with a quote asked for, its words stand in `<mark>`.")
    text: str = Field(description="The Markdown as indexed; `start` and `end` of citations are offsets into it.")
    language: str
    url: str | None
    validated_by: str | None
    validated_at: date | None
    valid_until: date | None
    review_by: date | None
    version: int


class FeedbackKept(_Out):
    """The feedback is on the disk."""

    id: str


class HandoffKept(_Out):
    """The handoff is on the disk, and on its way."""

    id: str
    reference: str | None = _REFERENCE
    status: str = Field(examples=["queued"])
    said: str = Field("", examples=["Nos conseillers vous répondront lundi à partir de 9 h."])


class HandoffStatus(_Out):
    """Where a handoff stands: queued, sending, accepted, failed, completed or reopened."""

    id: str
    reference: str | None = _REFERENCE
    status: str = Field(examples=["accepted"])


class Config(_Out):
    """What the page needs to know; `title` is empty where the page shall say its own."""

    title: str
    languages: tuple[str, ...]
    starters: tuple[str, ...] = Field((), description="Questions to begin with, of the settings.")
    contact: ContactView


class Health(_Out):
    """Whether it works."""

    status: str = Field(examples=["ok"])
