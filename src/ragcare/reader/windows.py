"""Texts as the reader takes them in: a question beside a window of a passage, in numbered pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.int64]

OPEN, PAD, CLOSE = 0, 1, 2
"""The numbers of `<s>`, `<pad>` and `</s>`."""
SPECIAL = 4
"""Pieces below this number are no text: those three and `<unk>`."""

_FRAME = 4  # <s> question </s></s> passage </s>
_OVERLAP = 4  # a window begins a quarter of a window before the last one ended


class Encoded(NamedTuple):
    """A text in pieces.

    Attributes:
        ids: their numbers.
        offsets: where each stands in the text, in characters, end exclusive.
    """

    ids: Sequence[int]
    offsets: Sequence[tuple[int, int]]


class Window(NamedTuple):
    """One row that the model reads.

    Attributes:
        pair: the number of the pair that it is of; a long passage has several windows.
        pieces: question and passage, framed.
        first: the place of the first piece of the passage.
        offsets: where in the passage the pieces from `first` on stand, in characters.
    """

    pair: int
    pieces: list[int]
    first: int
    offsets: Sequence[tuple[int, int]]


class Rows(NamedTuple):
    """Windows side by side, padded to the longest: int64 of (windows, length)."""

    pieces: Matrix
    segments: Matrix
    real: Matrix

    def named(self) -> dict[str, Any]:
        """By the names of the model's inputs."""
        return self._asdict()


def windows(pair: int, question: Encoded, passage: Encoded, longest: int) -> Iterator[Window]:
    """The windows of a pair, each of at most `longest` pieces; the question keeps at most half of them."""
    asked = list(question.ids[: longest // 2 - 2])
    room = longest - len(asked) - _FRAME
    at = 0
    while True:
        told = list(passage.ids[at : at + room])
        pieces = [OPEN, *asked, CLOSE, CLOSE, *told, CLOSE]
        yield Window(pair, pieces, len(asked) + 3, passage.offsets[at : at + room])
        if at + room >= len(passage.ids):
            return
        at += room - room // _OVERLAP


def batches(read: Sequence[Window], pieces: int) -> Iterator[list[Window]]:
    """The windows in batches of like lengths, none of more than `pieces` pieces with its padding, or of one window."""
    batch: list[Window] = []
    for window in sorted(read, key=lambda one: len(one.pieces)):
        if batch and len(window.pieces) * (len(batch) + 1) > pieces:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def rows(batch: Sequence[Window]) -> Rows:
    """A batch as the model takes it."""
    length = max(len(window.pieces) for window in batch)
    pieces = np.full((len(batch), length), PAD, dtype=np.int64)
    segments, real = np.zeros_like(pieces), np.zeros_like(pieces)
    for row, window in enumerate(batch):
        end = len(window.pieces)
        pieces[row, :end] = window.pieces
        segments[row, window.first : end] = 1
        real[row, :end] = 1
    return Rows(pieces, segments, real)
