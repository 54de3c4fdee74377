"""What one leg of a search found: rows and scores, of which candidates are made when they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Self, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from ragcare.index.languages import Languages
from ragcare.index.splice import Rows
from ragcare.schema import Passage

_Scores: TypeAlias = npt.NDArray[np.float32] | npt.NDArray[np.float64]


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
        languages: of the passages, by row.
        rows: of the candidates, of shape (n,), none twice.
        scores: theirs, of shape (n,), falling.
    """

    def __init__(self, passages: Sequence[Passage], languages: Languages, rows: Rows, scores: _Scores) -> None:
        self.passages, self.languages, self.rows, self.scores = passages, languages, rows, scores

    @classmethod
    def each(cls, found: Mapping[str, Sequence[Candidate]]) -> dict[str, Self]:
        """The legs of a search whose index has no rows, each as candidates, best first."""
        everything = {one.passage.id: one.passage for candidates in found.values() for one in candidates}
        passages = sorted(everything.values(), key=lambda one: (one.article_id, one.start))
        languages = Languages.of([passage.language for passage in passages])
        row = {passage.id: at for at, passage in enumerate(passages)}
        return {
            name: cls(
                passages,
                languages,
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
