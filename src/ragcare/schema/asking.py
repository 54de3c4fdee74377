"""What is asked: a question, its conversation, and who asks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator

from ragcare.schema.codes import Action
from ragcare.schema.knowledge import PUBLIC, Scope
from ragcare.schema.records import UNKNOWN_LANGUAGE, LanguageCode, Record, Text, composed

MAX_QUESTION_CHARACTERS = 4_000


class Source(Record):
    """An article that was looked at, named for a person."""

    article_id: str
    title: str
    url: str | None = None


class Turn(Record):
    """One message of a conversation.

    Attributes:
        action: what the assistant did in that turn, where it is known.
        cited: the articles that the assistant quoted in that turn, where they are known.
    """

    role: Literal["customer", "assistant", "agent"]
    text: str
    action: Action | None = None
    cited: tuple[Source, ...] = ()

    @field_validator("text", mode="before")
    @classmethod
    def _composed(cls, value: Any) -> Any:
        return composed(value) if isinstance(value, str) else value


class Asker(Record):
    """Who asks, as far as what may be said depends on it.

    Attributes:
        audiences: such as ("public", "segment:business"); "public" is always among them.
        reference: the caller's own key for this customer; never read here, handed to the person who takes over.
    """

    audiences: tuple[Text, ...] = (PUBLIC,)
    reference: str | None = None

    @field_validator("audiences")
    @classmethod
    def _everybody_is_public(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted({*value, PUBLIC}))


class Question(Record):
    """What a customer asks, when, in which conversation, and as whom.

    Attributes:
        text: what the customer wrote, at most `MAX_QUESTION_CHARACTERS`; in the form in which articles are kept too.
        meant: the text without greeting and politeness around its question, and with its misspelt words as they were
            meant; None where it was read as it was typed.
        standalone: the same question, to be understood without its history; what is searched for and read.
        language: ISO 639; "und" until it is told from the text.
        history: the turns before this one, oldest first.
        as_of: the day on which what is said must hold; today if not given.

    Raises:
        pydantic.ValidationError: the text is blank or too long.
    """

    text: Annotated[Text, StringConstraints(max_length=MAX_QUESTION_CHARACTERS)]
    meant: Annotated[Text, StringConstraints(max_length=MAX_QUESTION_CHARACTERS)] | None = None
    standalone: Annotated[Text, StringConstraints(max_length=MAX_QUESTION_CHARACTERS)] | None = None
    language: LanguageCode = UNKNOWN_LANGUAGE
    history: tuple[Turn, ...] = ()
    asker: Asker = Asker()
    as_of: date = Field(default_factory=date.today)

    @field_validator("text", mode="before")
    @classmethod
    def _composed(cls, value: Any) -> Any:
        return composed(value) if isinstance(value, str) else value

    @field_validator("text")
    @classmethod
    def _asks_something(cls, value: str) -> str:
        if not value.split():  # blanks that pydantic does not strip, such as U+001C
            raise ValueError("the question is blank")
        return value

    @property
    def sought(self) -> str:
        """What is asked, whole: `standalone`, or the text as it was meant where it stands by itself."""
        return self.standalone or self.meant or self.text

    @property
    def point(self) -> str:
        """What is asked in this turn: the end of a question made whole; all that is sought where it was reworded."""
        turn = self.meant or self.text
        return turn if self.sought.endswith(" ".join(turn.split())) else self.sought

    @property
    def scope(self) -> Scope:
        """What may be said in reply: to these audiences, on this day."""
        return Scope(frozenset(self.asker.audiences), self.as_of)
