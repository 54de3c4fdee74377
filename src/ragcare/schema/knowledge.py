"""What may be said: articles with the record of their review, to whom and when, and the passages they are cut into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from ragcare.schema.records import UNKNOWN_LANGUAGE, Identifier, LanguageCode, Record, Text

PUBLIC = "public"
"""The audience that everybody belongs to."""

ArticleKind = Literal["faq", "article", "procedure", "tutorial", "thread"]
ReviewStatus = Literal["draft", "validated", "retired"]


@dataclass(frozen=True, slots=True)
class Scope:
    """To whom something would be said, and when.

    Attributes:
        as_of: the day; None lifts the dates, to find out that the only source has expired, never to answer.
    """

    audiences: frozenset[str]
    as_of: date | None

    def at_any_date(self) -> Scope:
        """The same audiences, the dates lifted."""
        return Scope(self.audiences, None)


class Article(Record):
    """One article of the knowledge base, at one version, with the record of its review.

    Attributes:
        id: one line of printable characters, at most 200.
        body: Markdown; the spans of `Passage`, `Evidence` and `Citation` are offsets into it.
        questions: other ways in which customers ask for it, in their words: it is found by each of them.
        language: of title and body, ISO 639; "und" where it is not told.
        audience: who may read it; one audience in common with the asker is enough.
        version: counts from 1; the knowledge base raises it on each change.
        review_by: the day by which the owner wants to read it again; past it, the article is stale but is still said.
        valid_from: the first day on which it may be said.
        valid_until: the last one.

    Raises:
        pydantic.ValidationError: the id is no such line, the body is blank, a validated article does not say who
            vouches for it and since which day, or its days are in the wrong order.
    """

    id: Identifier
    title: str = ""
    body: Annotated[str, StringConstraints(min_length=1)]
    questions: tuple[Text, ...] = ()
    language: LanguageCode = UNKNOWN_LANGUAGE
    kind: ArticleKind = "article"
    audience: Annotated[tuple[Text, ...], Field(min_length=1)] = (PUBLIC,)
    tags: tuple[Text, ...] = ()
    url: str | None = None
    owner: str | None = None
    version: Annotated[int, Field(ge=1)] = 1
    status: ReviewStatus = "draft"
    validated_by: Text | None = None
    validated_at: date | None = None
    review_by: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    @field_validator("id")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("an article id is one line of printable characters")
        return value

    @field_validator("body")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("the body is blank: an article must say something")
        return value

    @field_validator("validated_at", "review_by", "valid_from", "valid_until", mode="before")
    @classmethod
    def _day_of_a_moment(cls, value: Any) -> Any:
        """Exports of other tools give moments ("2026-03-12T09:00:00Z") where a day is meant."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, str) and len(value) > 10 and value[10] in "T ":
            return value[:10]
        return value

    @model_validator(mode="after")
    def _review_is_whole(self) -> Self:
        if self.status == "validated" and (self.validated_by is None or self.validated_at is None):
            raise ValueError("a validated article needs validated_by (who) and validated_at (which day)")
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError(f"valid_from {self.valid_from} is after valid_until {self.valid_until}")
        return self

    def in_date(self, day: date) -> bool:
        """Whether `day` lies within valid_from and valid_until, both included."""
        return (self.valid_from or date.min) <= day <= (self.valid_until or date.max)

    @property
    def conditions(self) -> tuple[object, ...]:
        """All that `may_be_said` hangs on: of two articles that agree in it, both may be said or neither."""
        return self.status, self.audience, self.valid_from, self.valid_until

    def may_be_said(self, scope: Scope) -> bool:
        """Whether this article may be said to that asker on that day: the one rule, for every leg and surface."""
        return (
            self.status == "validated"
            and not scope.audiences.isdisjoint(self.audience)
            and (scope.as_of is None or self.in_date(scope.as_of))
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """About 120 words of an article, cut where a reader would cut.

    Attributes:
        id: stable across rebuilds, and never shared by two articles.
        title: of the article, as `language` is.
        questions: those of the article; where its body is a list of what customers say, the lines of this text too.
        headings: from the outermost heading down to the one above the text; the title is not one of them.
        start: offset of `text` in the body of the article, in characters; `end` likewise, exclusive.

    Raises:
        ValueError: the text is blank, or not as long as its span.
    """

    id: str
    article_id: str
    version: int
    title: str
    questions: tuple[str, ...]
    headings: tuple[str, ...]
    text: str
    start: int
    end: int
    language: str

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError(f"passage {self.id!r} is blank")
        if self.end - self.start != len(self.text):
            raise ValueError(f"passage {self.id!r}: its span {self.start}–{self.end} is not as long as its text")
