"""The seam of the index: what retrieval asks of it, whether it is embedded here or stands on other machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ragcare.schema import Article, Library, Scope
from ragcare.settings import Settings

if TYPE_CHECKING:
    from ragcare.index.leg import Leg  # loads numpy, which no import of ours may do unasked

KEYWORD, VECTOR = "keyword", "vector"
"""The names of the legs, as they stand in `Hit.legs`."""


class Found(NamedTuple):
    """What both legs found, and the articles as they stood when they looked.

    Attributes:
        reach: the keyword score that nothing can pass by the words of the question in its own language, as of
            `ragcare.index.keyword.reach`; 0 where no word counts.
        may_be_said: whether all that was found may be said in some scope.
    """

    legs: Mapping[str, Leg]
    library: Library
    reach: float
    may_be_said: Callable[[Scope], bool]


class Index(Protocol):
    """The seam behind which the embedded index stands, or an index on other machines.

    Three verbs carry it: `upsert`, `remove` and `search`. The rest says what the index is and what it holds, for the
    assistant above it.
    """

    @property
    def settings(self) -> Settings:
        """How it was cut, weighed and embedded, and what its assistant does with it."""
        ...

    @property
    def now(self) -> Library:
        """Its articles as they stand, for whoever reads outside of a search."""
        ...

    @property
    def articles(self) -> Mapping[str, Article]:
        """All articles in it, by id, in the order of ids: the same mapping until something changes, then another.

        After a change each of them may be read, wherever it stands; suggestions are made from this mapping.
        """
        ...

    def fingerprint(self) -> str:
        """A digest of all that moves a score but the articles."""
        ...

    def content(self) -> str:
        """A digest of the articles in it: two indexes that agree in it hold the same."""
        ...

    def follow(self, articles: Iterable[Article], *, progress: bool = False) -> None:
        """Makes it hold the validated ones of these articles and no other; only what is new is embedded."""
        ...

    def upsert(self, articles: Iterable[Article], *, progress: bool = False) -> None:
        """Puts articles in, or in the place of their older versions; what is not validated is taken out."""
        ...

    def remove(self, article_ids: Iterable[str]) -> None:
        """Takes articles out; an id that is not there is no error."""
        ...

    def respelt(self, text: str, language: str, scope: Scope) -> str:
        """A text as it was meant, its misspelt words told by what may be said in that scope and by nothing else."""
        ...

    def search(self, text: str, language: str, scope: Scope, k: int) -> Found:
        """The best `k` passages of each leg, best first, among those that may be said in that scope."""
        ...
