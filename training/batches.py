"""Examples turned into batches of tensors: cut to length, sorted by length within a stretch, placed by their number."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from training.examples import Example
from training.model import CLOSE, OPEN, PAD, TASKS

UNKNOWN = -1.0  # a label that is not there


class Batch(NamedTuple):
    """What one step learns from; shapes are (batch, length), (batch, 3) and (batch,).

    Attributes:
        labels: in the order of TASKS, UNKNOWN where there is none.
        start: the piece at which the answer starts; 0 where there is none; -1 where nothing is known.
        end: the same for its last piece.
    """

    pieces: Tensor
    segments: Tensor
    real: Tensor
    labels: Tensor
    start: Tensor
    end: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same on another device."""
        return Batch(*(part.to(device, non_blocking=True) for part in self))


class Cut(NamedTuple):
    """An example in pieces: their numbers, their segments, and where the answer stands."""

    pieces: list[int]
    segments: list[int]
    labels: list[float]
    start: int
    end: int


def cut_pair(question: Encoding, passage: Encoding, longest: int) -> tuple[list[int], list[int]]:
    """`<s> question </s></s> passage </s>`, at most `longest` pieces; the question takes at most half of them."""
    asked = question.ids[: longest // 2 - 2]
    told = passage.ids[: longest - len(asked) - 4]
    return [OPEN, *asked, CLOSE, CLOSE, *told, CLOSE], [0] * (len(asked) + 3) + [1] * (len(told) + 1)


def cut(tokenizer: Tokenizer, examples: list[Example], longest: int) -> list[Cut]:
    """Examples as pieces."""
    asked = tokenizer.encode_batch([example["a"] for example in examples], add_special_tokens=False)
    told = tokenizer.encode_batch([example["b"] for example in examples], add_special_tokens=False)
    return [_cut(example, a, b, longest) for example, a, b in zip(examples, asked, told, strict=True)]


def _cut(example: Example, asked: Encoding, told: Encoding, longest: int) -> Cut:
    pieces, segments = cut_pair(asked, told, longest)
    first = segments.index(1)
    start = end = -1
    if example["holds"] == 0.0:
        start = end = 0
    elif example["span"] is not None:
        a, b = example["span"]
        within = [n for n, (x, y) in enumerate(told.offsets) if y > a and x < b and first + n < len(pieces) - 1]
        if within and told.offsets[within[-1]][1] >= b:  # an answer that is cut off teaches nothing
            start, end = first + within[0], first + within[-1]
    labels = [UNKNOWN if (label := example[task]) is None else float(label) for task in TASKS]  # type: ignore[literal-required]
    return Cut(pieces, segments, labels, start, end)


def batch(cuts: list[Cut]) -> Batch:
    """Pieces side by side, padded to the longest."""
    length = max(len(one.pieces) for one in cuts)

    def padded(rows: list[list[int]], filler: int) -> Tensor:
        return torch.tensor([row + [filler] * (length - len(row)) for row in rows])

    return Batch(
        padded([one.pieces for one in cuts], PAD),
        padded([one.segments for one in cuts], 0),
        padded([[1] * len(one.pieces) for one in cuts], 0),
        torch.tensor([one.labels for one in cuts]),
        torch.tensor([one.start for one in cuts]),
        torch.tensor([one.end for one in cuts]),
    )


def batches(
    tokenizer: Tokenizer,
    examples: list[Example],
    *,
    size: int,
    longest: int,
    seed: int,
    done: int = 0,
    stretch: int = 16,
) -> Iterator[Batch]:
    """Batches without end, epoch after epoch, of like lengths.

    A stretch of `stretch` batches is sorted by length, then its batches are shuffled, so that little is padding and any
    early part of the run has seen every task. The first `done` batches are passed over at no cost: a run that resumes
    reads on where it stopped.
    """
    a_stretch = size * stretch
    whole = len(examples) // a_stretch
    if whole == 0:
        raise ValueError(f"{len(examples)} examples do not fill {stretch} batches of {size}: take smaller batches")
    number = done // stretch
    passed = done % stretch
    while True:
        epoch, part = divmod(number, whole)
        order = list(range(len(examples)))
        if epoch:
            random.Random(seed + epoch).shuffle(order)
        taken = [examples[n] for n in order[part * a_stretch : (part + 1) * a_stretch]]
        cuts = sorted(cut(tokenizer, taken, longest), key=lambda one: len(one.pieces))
        together = [cuts[n : n + size] for n in range(0, len(cuts), size)]
        random.Random(seed * 1_000_003 + number).shuffle(together)
        for one in together[passed:]:
            yield batch(one)
        passed = 0
        number += 1
