"""What is answered: sentences, each proven by verbatim quotes; or why nothing is."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from ragcare.schema.codes import RefusalReason
from ragcare.schema.knowledge import Passage
from ragcare.schema.records import LanguageCode, Record, Text


class Evidence(Record):
    """A verbatim quote and where it stands; made by `Evidence.cut`, which cannot misquote.

    Attributes:
        version: of the article.
        start: offset in the body of the article, in characters; `end` likewise, exclusive.

    Raises:
        pydantic.ValidationError: the quote is blank, or not as long as its span.
    """

    passage_id: str
    article_id: str
    version: int
    quote: Annotated[str, StringConstraints(min_length=1)]
    start: Annotated[int, Field(ge=0)]
    end: int

    @model_validator(mode="after")
    def _quote_fills_its_span(self) -> Self:
        if not self.quote.strip() or self.end - self.start != len(self.quote):
            raise ValueError(f"the quote does not fill its span {self.start}–{self.end}")
        return self

    @classmethod
    def cut(cls, passage: Passage, start: int, end: int) -> Self:
        """Quotes `passage.text[start:end]`.

        Raises:
            ValueError: if the span leaves the passage or holds nothing.
        """
        if not 0 <= start < end <= len(passage.text):
            raise ValueError(f"the span {start}–{end} leaves passage {passage.id!r}")
        return cls(
            passage_id=passage.id,
            article_id=passage.article_id,
            version=passage.version,
            quote=passage.text[start:end],
            start=passage.start + start,
            end=passage.start + end,
        )

    def holds(self, other: Evidence) -> bool:
        """Whether another quote stands within this one, in the same version of the same article."""
        return (
            (self.article_id, self.version) == (other.article_id, other.version)
            and self.start <= other.start
            and other.end <= self.end
        )

    def is_verbatim_in(self, passage: Passage) -> bool:
        """Whether the quote stands in that passage, letter for letter, at its span."""
        at = self.start - passage.start
        return (
            self.passage_id == passage.id
            and 0 <= at <= len(passage.text)
            and passage.text[at : at + len(self.quote)] == self.quote
        )


class Sentence(Record):
    """A sentence of an answer, and what proves it.

    Attributes:
        starts: how it follows the one before: on the same line, on a line of its own (steps, rows), or after a gap.

    Raises:
        pydantic.ValidationError: it has no words or no evidence.
    """

    text: Text
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    starts: Literal["inline", "line", "paragraph"] = "inline"


_BEFORE = {"inline": " ", "line": "\n", "paragraph": "\n\n"}


class Answer(Record):
    """Sentences, each proven.

    Attributes:
        language: the language of the sentences, which is that of their source.
        highlight: the shortest words that answer, within one of the quotes, for whoever shows them marked; None where
            none stand out.

    Raises:
        pydantic.ValidationError: there is no sentence, or the highlight stands in none of their quotes.
    """

    kind: Literal["answer"] = "answer"
    sentences: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    language: LanguageCode
    highlight: Evidence | None = None

    @model_validator(mode="after")
    def _highlights_what_it_quotes(self) -> Self:
        marked = self.highlight
        if marked is not None and not any(
            piece.holds(marked) for sentence in self.sentences for piece in sentence.evidence
        ):
            raise ValueError("the highlight stands in none of the quotes")
        return self

    @property
    def text(self) -> str:
        """The sentences, laid out."""
        return "".join(_BEFORE[sentence.starts] + sentence.text for sentence in self.sentences).strip()

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the articles that it quotes, each once, in the order of the sentences."""
        return tuple(dict.fromkeys(piece.article_id for one in self.sentences for piece in one.evidence))


class Refusal(Record):
    """Why nothing was answered: a value, never an exception.

    Attributes:
        sources: ids of the articles it speaks of, such as the two that contradict each other; never a restricted one.
        evidence: the quotes that contradict each other, for the owners of their articles; never shown to a customer.
    """

    kind: Literal["refusal"] = "refusal"
    reason: RefusalReason
    sources: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Citation(Record):
    """One source of an answer, as shown to the customer.

    Attributes:
        start: offset of the quote in the body of that version of the article; `end` likewise, exclusive.
    """

    article_id: str
    version: int
    title: str
    headings: tuple[str, ...]
    quote: str
    start: int
    end: int
    url: str | None
    validated_by: str
    validated_at: date
    valid_until: date | None
    language: str
