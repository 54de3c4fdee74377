"""The seam of the index: what retrieval asks of it, whether it is embedded here or stands on other machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, Self, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from ragcare.schema import Article, Library, Passage, Scope
from ragcare.settings import Settings

_Scores: TypeAlias = npt.NDArray[np.float32] | npt.NDArray[np.float64]

KEYWORD, VECTOR = "keyword", "vector"
"""The names of the legs, as they stand in `Hit.legs`."""


class Candidate(NamedTuple):
    """A passage that one leg found, with that leg's score."""

    passage: Passage
    score: float


class Leg(Sequence[Candidate]):
    """What one leg found, best first, as rows of the passages that the search chose from.

    A candidate is made when it is looked at: of hundreds that are found, few are.

    Args:
        passages: by row, in the order of article and place. The legs of one search share them, so that a passage that
            both found has one row.
        rows: of the candidates: integers of shape (n,), none twice.
        scores: theirs, float32 of shape (n,), falling.
    """

    def __init__(
        self, passages: Sequence[Passage], rows: npt.NDArray[np.intp], scores: npt.NDArray[np.float32]
    ) -> None:
        self.passages, self.rows, self.scores = passages, rows, scores

    @classmethod
    def each(cls, found: Mapping[str, Sequence[Candidate]]) -> dict[str, Self]:
        """The legs of a search whose index has no rows, each as candidates, best first."""
        everything = {one.passage.id: one.passage for candidates in found.values() for one in candidates}
        passages = sorted(everything.values(), key=lambda one: (one.article_id, one.start))
        row = {passage.id: at for at, passage in enumerate(passages)}
        return {
            name: cls(
                passages,
                np.array([row[one.passage.id] for one in candidates], np.intp),
                np.array([one.score for one in candidates], np.float64),
            )
            for name, candidates in found.items()
        }

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> Candidate: ...
    @overload
    def __getitem__(self, at: slice) -> list[Candidate]: ...
    def __getitem__(self, at: int | slice) -> Candidate | list[Candidate]:
        if isinstance(at, slice):
            return list(self)[at]
        return Candidate(self.passages[self.rows[at]], float(self.scores[at]))

    def __iter__(self) -> Iterator[Candidate]:
        rows, scores = self.rows.tolist(), self.scores.tolist()
        return (Candidate(self.passages[row], score) for row, score in zip(rows, scores, strict=True))

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Leg) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as of a list, which it stands for

    def __repr__(self) -> str:
        return f"Leg({list(self)!r})"


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

    def search(self, text: str, language: str, scope: Scope, k: int) -> Found:
        """The best `k` passages of each leg, best first, among those that may be said in that scope."""
        ...
