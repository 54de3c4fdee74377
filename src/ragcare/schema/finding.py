"""What was found: passages with their standing in each leg, and what somebody may be about to ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Protocol, Self

from pydantic import model_validator

from ragcare.schema.asking import Question
from ragcare.schema.knowledge import Article, Passage, Scope
from ragcare.schema.records import Record, Text


class Standing(NamedTuple):
    """Where one leg of the retrieval put a passage: rank from 1, and the leg's own score."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found: the score that it is ranked by, and its standing in each leg that found it.

    Attributes:
        score: in 0..1: fused of the legs; with a reranker pooled with its opinion; of a follow-up that of its place.
        legs: by the name of the leg, such as "keyword" and "vector"; cannot be changed.

    Raises:
        ValueError: no leg found it.
    """

    passage: Passage
    score: float
    legs: Mapping[str, Standing]

    def __post_init__(self) -> None:
        if not self.legs:
            raise ValueError(f"no leg found passage {self.passage.id!r}: what shares nothing with the query is no hit")
        object.__setattr__(self, "legs", MappingProxyType(dict(self.legs)))


class Library(Protocol):
    """Where whole articles are read again as they stood when the hits were found, and what lies around a hit.

    Of an index on other machines, `article_count` and `neighbours` may know of changes made since.
    """

    def article(self, article_id: str) -> Article:
        """The article as indexed."""
        ...

    def passages(self, article_id: str) -> Sequence[Passage]:
        """Its passages, in reading order."""
        ...

    def article_count(self, scope: Scope) -> int:
        """How many articles may be said in a scope."""
        ...

    def neighbours(self, passage: Passage, scope: Scope, k: int) -> Sequence[float]:
        """The scores of the `k` passages of other articles that are nearest to a passage, of those that may be said.

        Of a book, which is an article so long that its chapters compete, the passages of other chapters count too.

        They are what the vector leg would give if the passage itself were the question: above 0, best first; fewer
        where there are no more, none where the passage is not there as it was.

        Args:
            passage: of a hit.
            scope: what may be said.
            k: how many at most.
        """
        ...


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The hits for a question, best first.

    Attributes:
        library: where the articles of the hits, and what lies around them, are read.
        expired: the best hit among the articles that could be said to this asker until some day before `as_of`, where
            it stands clearly above all hits. It explains a refusal; nothing of it is ever said.
        not_yet: the same of an article that may be said from some day after `as_of` on: the customer is not told of it.

    Raises:
        ValueError: the hits do not stand best first.
    """

    question: Question
    hits: tuple[Hit, ...]
    library: Library
    expired: Hit | None = None
    not_yet: Hit | None = None

    def __post_init__(self) -> None:
        if any(first.score < second.score for first, second in zip(self.hits, self.hits[1:], strict=False)):
            raise ValueError("hits must stand best first")

    def best_of_each_article(self) -> Iterator[Hit]:
        """The best hit of each article, in order: an article counts once however many of its passages were found."""
        seen: set[str] = set()
        for hit in self.hits:
            if hit.passage.article_id not in seen:
                seen.add(hit.passage.article_id)
                yield hit


class Suggestion(Record):
    """What somebody may be about to write: a title or a known question of an article.

    Attributes:
        highlights: the spans of `text` that match what was typed, in order and apart: offsets in characters, the end
            exclusive.

    Raises:
        pydantic.ValidationError: the highlights do not stand so, or the text is blank.
    """

    article_id: str
    text: Text
    highlights: tuple[tuple[int, int], ...] = ()

    @model_validator(mode="after")
    def _highlights_stand_in_the_text(self) -> Self:
        edges = [0, *(edge for span in self.highlights for edge in span), len(self.text)]
        if edges != sorted(edges) or any(start == end for start, end in self.highlights):
            raise ValueError(f"the highlights {self.highlights} do not stand in order within {self.text!r}")
        return self
