"""One labelled question: what a customer asks, and what a right reply to it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field, field_validator

from ragcare.schema import (
    MAX_QUESTION_CHARACTERS,
    PUBLIC,
    Action,
    Asker,
    Identifier,
    LanguageCode,
    Question,
    ReasonCode,
    Record,
    Text,
    Turn,
)

_DIALOGUE_ROLES = {"user": "customer", "agent": "assistant", "bot": "assistant", "system": "assistant"}
"""Where a data set says "user", its "agent" is the other side of the dialogue; ours is a person."""


class LabelledQuestion(Record):
    """A question, and what a right reply to it is.

    Attributes:
        lang: the language it is asked in.
        relevant_ids: the articles that hold the answer; an answer is right only if it cites one of them.
        near_ids: articles that look as if they held it.
        answers: reference answers, any of which will do.
        reason: the typed reason that a refusal or an escalation must have.
        asker: the audiences that the asker belongs to.
        as_of: the day on which it is asked; None for that of the suite.
        split: such as "dev" or "test".
        kind: what is hard about it; figures are told apart by it.
        intent: the intent that it was labelled with where it comes from.
        domain: the subject, where the corpus has several.
        turn: "first" or "follow_up", in a dialogue.
    """

    id: Identifier
    question: Annotated[Text, Field(max_length=MAX_QUESTION_CHARACTERS)]
    lang: LanguageCode
    answerable: bool
    expects: Action
    relevant_ids: tuple[Identifier, ...] = ()
    near_ids: tuple[Identifier, ...] = ()
    answers: tuple[str, ...] = ()
    reason: ReasonCode | None = None
    history: tuple[Turn, ...] = ()
    asker: tuple[Text, ...] = (PUBLIC,)
    as_of: date | None = None
    split: str = ""
    kind: str = ""
    intent: str | None = None
    domain: str | None = None
    turn: str | None = None

    @field_validator("history", mode="before")
    @classmethod
    def _in_our_roles(cls, turns: Any) -> Any:
        rows = isinstance(turns, list) and all(isinstance(turn, Mapping) for turn in turns)
        if not rows or not any(turn.get("role") == "user" for turn in turns):
            return turns
        return [{**turn, "role": _DIALOGUE_ROLES.get(turn.get("role"), turn.get("role"))} for turn in turns]

    @field_validator("question")
    @classmethod
    def _asks_something(cls, value: str) -> str:
        if not value.split():  # blanks that pydantic does not strip, such as U+001C
            raise ValueError("the question is blank. Mend: write what is asked, or remove the row")
        return value

    @property
    def cluster(self) -> str:
        """What it shares with others, so that they are no independent observations: its first article, else itself."""
        article = next(iter((*self.relevant_ids, *self.near_ids)), None)
        return f"article {article}" if article is not None else f"question {self.id}"

    def to_question(self, default_as_of: date) -> Question:
        """The question as a customer would ask it, on its own day or else on `default_as_of`."""
        return Question(
            text=self.question,
            language=self.lang,
            history=self.history,
            asker=Asker(audiences=self.asker),
            as_of=self.as_of or default_as_of,
        )
