"""One field of the keyword leg as raw postings: which token stands how often in which row, and how long rows are.

BM25 is worked out of them when a token is asked for, with the idf and the average length of that moment, so a change
touches the rows that change and bakes nothing (`docs/design/008-change.md`). What was worked out for a token is kept
for the next question until the next change.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from ragcare.index.splice import Mask, Rows, Splice

Scores = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int32]
Offsets = npt.NDArray[np.int64]

_FEW = 64


class Posting(NamedTuple):
    """In which rows a token stands, and what it is worth in each."""

    rows: Integers
    worth: Scores


class Postings:
    """Token counts by column, one a token; never changed once they stand.

    Args:
        columns: the column of each token; one whose rows have all left is kept, empty.
        starts: where each column begins in `rows` and `counts`, and where the last one ends.
        rows: of each posting; ascending within a column.
        counts: how often the token stands in that row.
        lengths: how many tokens each row has.
        k1: how fast a repeated word stops counting.
        b: how much a long row is discounted.
    """

    def __init__(
        self,
        columns: dict[str, int],
        starts: Offsets,
        rows: Integers,
        counts: Integers,
        lengths: Integers,
        *,
        k1: float,
        b: float,
    ) -> None:
        self._columns, self._starts, self._rows, self._counts, self._lengths = columns, starts, rows, counts, lengths
        self._k1, self._b = k1, b
        self._known: dict[int, Posting] = {}
        # As bm25s and rank-bm25 work it out, step by step, so that scores are theirs to the last bit.
        average = lengths.sum() / len(lengths) if lengths.any() else 1.0
        self._norms = k1 * ((1 - b) + b * lengths.astype(np.float64) / average)

    @classmethod
    def empty(cls, *, k1: float, b: float) -> Self:
        """No rows and no tokens."""
        none = np.empty(0, np.int32)
        return cls({}, np.zeros(1, np.int64), none, none, none, k1=k1, b=b)

    def with_changes(self, splice: Splice, added: Sequence[Sequence[str]]) -> Self:
        """These postings after some rows have left and rows of these tokens have come in."""
        moved = splice.new_rows[self._rows]
        stays = moved >= 0
        starts = np.concatenate([[0], np.cumsum(stays)])[self._starts]
        rows, counts = moved[stays].astype(np.int32), self._counts[stays]

        columns, new_columns, new_rows, new_counts = self._counted(splice.places, added)
        if len(columns) > len(starts) - 1:
            starts = np.concatenate([starts, np.full(len(columns) + 1 - len(starts), starts[-1])])
        if len(new_rows):
            places = _places(starts, rows, new_columns, new_rows)
            rows, counts = np.insert(rows, places, new_rows), np.insert(counts, places, new_counts)
            starts = starts + np.concatenate([[0], np.cumsum(np.bincount(new_columns, minlength=len(columns)))])
        lengths = splice.array(self._lengths, np.array([len(tokens) for tokens in added], np.int32))
        return type(self)(columns, starts, rows, counts, lengths, k1=self._k1, b=self._b)

    def _counted(
        self, places: Rows, added: Sequence[Sequence[str]]
    ) -> tuple[dict[str, int], Offsets, Integers, Integers]:
        """All columns, and the postings of new rows by column and row: their columns, rows and counts."""
        unknown = sorted({token for tokens in added for token in tokens} - self._columns.keys())
        columns = self._columns
        if unknown:
            columns = columns | {token: len(columns) + at for at, token in enumerate(unknown)}
        lengths = np.fromiter(map(len, added), np.int64, len(added))
        of_token = np.fromiter((columns[token] for tokens in added for token in tokens), np.int64, lengths.sum())
        # Column and row in one number: to sort one array is many times quicker than to sort by two.
        beyond = int(places[-1]) + 1 if len(places) else 1
        each, counts = np.unique(of_token * beyond + np.repeat(places, lengths), return_counts=True)
        return columns, each // beyond, (each % beyond).astype(np.int32), counts.astype(np.int32)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self._lengths)

    def standing(self, token: str, among: Mask | None = None) -> int:
        """In how many of these rows, or of all, the token stands."""
        column = self._columns.get(token)
        if column is None:
            return 0
        start, end = self._starts[column], self._starts[column + 1]
        return int(end - start if among is None else np.count_nonzero(among[self._rows[start:end]]))

    def rows_with(self, token: str, among: Mask, most: int) -> list[int]:
        """The first of these rows in which the token stands."""
        column = self._columns.get(token)
        if column is None:
            return []
        rows = self._rows[self._starts[column] : self._starts[column + 1]]
        found = rows[:_FEW][among[rows[:_FEW]]]
        if len(found) < most < len(rows):  # most often the first few suffice
            found = rows[among[rows]]
        return [int(row) for row in found[:most]]

    def scores(self, query: Sequence[str], weight: float) -> Scores:
        """The BM25 of every row for these tokens, times `weight`; a token that is asked twice counts twice."""
        scores = np.zeros(len(self._lengths), np.float32)
        held = [self._posting(column) for token in query if (column := self._columns.get(token)) is not None]
        if held:  # all at once: most tokens stand in a few rows, and a call costs more than they do
            rows, worth = (np.concatenate(each) for each in zip(*held, strict=True))
            np.add.at(scores, rows, worth)
        scores *= np.float32(weight)
        return scores

    def _posting(self, column: int) -> Posting:
        """In which rows the token of that column stands, and what it is worth in each."""
        known = self._known.get(column)
        if known is not None:
            return known
        start, end = self._starts[column], self._starts[column + 1]
        rows, counts, holding = self._rows[start:end], self._counts[start:end].astype(np.float64), int(end - start)
        idf = np.float32(math.log(1 + (len(self._lengths) - holding + 0.5) / (holding + 0.5)))
        worth = (idf * (counts / (self._norms[rows] + counts))).astype(np.float32)
        return self._known.setdefault(column, Posting(rows, worth))

    def save(self, folder: Path) -> None:
        """Writes arrays as .npy and tokens as JSON, in the order of the tokens, whatever the history."""
        folder.mkdir(parents=True)
        held = np.diff(self._starts)
        tokens = sorted(token for token, column in self._columns.items() if held[column])
        order = np.array([self._columns[token] for token in tokens], np.int64)
        starts = np.concatenate([[0], np.cumsum(held[order])]).astype(np.int64)
        # Posting i of a column in its new place was posting i of it in its old one.
        taken = np.arange(starts[-1]) + np.repeat(self._starts[order] - starts[:-1], held[order])
        (folder / "tokens.json").write_text(json.dumps(tokens), encoding="utf-8")
        for name, array in (
            ("starts", starts),
            ("rows", self._rows[taken]),
            ("counts", self._counts[taken]),
            ("lengths", self._lengths),
        ):
            np.save(folder / f"{name}.npy", array, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, *, k1: float, b: float) -> Self:
        """Reads what `save` wrote."""
        tokens = json.loads((folder / "tokens.json").read_text(encoding="utf-8"))
        names = ("starts", "rows", "counts", "lengths")
        starts, rows, counts, lengths = (np.load(folder / f"{name}.npy", allow_pickle=False) for name in names)
        return cls({token: at for at, token in enumerate(tokens)}, starts, rows, counts, lengths, k1=k1, b=b)


def _places(starts: Offsets, rows: Integers, new_columns: Offsets, new_rows: Integers) -> Offsets:
    """Before which posting each new one goes, so that the rows of each column stay in order."""
    places = np.empty(len(new_rows), np.int64)
    touched, first = np.unique(new_columns, return_index=True)
    last = np.append(first[1:], len(new_columns))
    for column, begin, end in zip(touched.tolist(), first.tolist(), last.tolist(), strict=True):
        start = starts[column]
        places[begin:end] = start + np.searchsorted(rows[start : starts[column + 1]], new_rows[begin:end])
    return places
