"""The seam of the index: what retrieval asks of it, whether it is embedded here or stands on other machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from ragcare.schema import Article, Library, Passage, Scope

KEYWORD, VECTOR = "keyword", "vector"
"""The names of the legs, as they stand in `Hit.legs`."""


class Candidate(NamedTuple):
    """A passage that one leg found, with that leg's score."""

    passage: Passage
    score: float


class Found(NamedTuple):
    """What both legs found, and the articles as they stood when they looked."""

    legs: Mapping[str, Sequence[Candidate]]
    library: Library


class Index(Protocol):
    """The seam behind which the embedded index stands, or an index on other machines."""

    def upsert(self, articles: Iterable[Article]) -> None:
        """Puts articles in, or in the place of their older versions; what is not validated is taken out."""
        ...

    def remove(self, article_ids: Iterable[str]) -> None:
        """Takes articles out; an id that is not there is no error."""
        ...

    def search(self, text: str, language: str, scope: Scope, k: int) -> Found:
        """The best `k` passages of each leg, best first, among those that may be said in that scope."""
        ...
