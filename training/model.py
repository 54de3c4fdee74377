"""The reader: a BERT-like encoder over question and passage together, and what three tasks read off it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

# `ragcare.reader` says these and the frame of `batches.cut_pair` again, because the bare machine that trains has no
# ragcare; tests/training/test_way.py holds the two equal.
TASKS = ("relevance", "holds", "support")
OPEN, PAD, CLOSE = 0, 1, 2  # <s>, <pad>, </s>
SPECIAL = 4  # these and <unk> keep their places in every vocabulary, and match nothing


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a reader is."""

    pieces: int
    hidden: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 512
    epsilon: float = 1e-12


class Layer(nn.Module):
    """Attention, then feed-forward, each added to what came in and normalised after (Devlin et al., 2019)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.query, self.key, self.value, self.mixed = (nn.Linear(shape.hidden, shape.hidden) for _ in range(4))
        self.mixed_norm = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.widen = nn.Linear(shape.hidden, shape.inner)
        self.narrow = nn.Linear(shape.inner, shape.hidden)
        self.narrow_norm = nn.LayerNorm(shape.hidden, shape.epsilon)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """One layer over (batch, length, hidden), with an additive mask of (batch, 1, 1, length)."""
        batch, length, width = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

        queries, keys, values = split(self.query(x)), split(self.key(x)), split(self.value(x))
        seen = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask.to(queries.dtype))
        x = self.mixed_norm(x + self.mixed(seen.transpose(1, 2).reshape(batch, length, width)))
        return self.narrow_norm(x + self.narrow(functional.gelu(self.widen(x))))


def matched(pieces: Tensor, segments: Tensor) -> Tensor:
    """1 where a piece stands in the other segment too, as it is: the exact match of DrQA (Chen et al., 2017, §3.2)."""
    same = pieces[:, :, None] == pieces[:, None, :]
    across = segments[:, :, None] != segments[:, None, :]
    return ((same & across).any(2) & (pieces >= SPECIAL)).long()


class Encoder(nn.Module):
    """Pieces in, one vector a piece out; each piece knows its segment, and whether the other segment has it too."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.words = nn.Embedding(shape.pieces, shape.hidden)
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.segments = nn.Embedding(2, shape.hidden)
        self.matched = nn.Embedding(2, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))

    def forward(self, pieces: Tensor, segments: Tensor, real: Tensor) -> Tensor:
        """Vectors of (batch, length, hidden); `real` is 1 where a piece is no padding."""
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.words(pieces) + self.positions(places) + self.segments(segments)
        x = self.norm(x + self.matched(matched(pieces, segments)))
        mask = (1.0 - real[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Read(NamedTuple):
    """What the reader says of a batch.

    Attributes:
        scores: logits of (batch, 3), in the order of TASKS.
        starts: logits of (batch, length): the answer starts at this piece; place 0 means that there is none.
        ends: the same for its last piece.
    """

    scores: Tensor
    starts: Tensor
    ends: Tensor


class ReaderModel(nn.Module):
    """The encoder, one small hidden layer, three scores; and a span read off each piece (Devlin et al., 2019, §4.3).

    The hidden layer sees the first piece, the mean of each segment compared with that of the other, as in InferSent
    (Conneau et al., 2017), and so starts from the likeness that e5 was trained for.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.pooled = nn.Linear(3 * shape.hidden, shape.hidden)
        self.score = nn.Linear(shape.hidden, len(TASKS))
        self.span = nn.Linear(shape.hidden, 2)
        # how much the span's own "no answer here" counts in `holds`
        self.belief = nn.Parameter(torch.tensor([0.2]))
        nn.init.zeros_(self.encoder.matched.weight)

    def forward(self, pieces: Tensor, segments: Tensor, real: Tensor) -> Read:
        """Read a batch: int64 tensors of (batch, length); `segments` is 1 in the passage, `real` 0 in the padding."""
        x = self.encoder(pieces, segments, real)
        there = real[:, :, None].to(x.dtype)
        told = segments[:, :, None].to(x.dtype) * there
        asked = there - told
        question = functional.normalize((x * asked).sum(1), dim=1) * self.shape.hidden**0.5
        passage = functional.normalize((x * told).sum(1), dim=1) * self.shape.hidden**0.5
        seen = torch.cat([x[:, 0], question * passage, (question - passage).abs()], 1)
        scores = self.score(torch.tanh(self.pooled(seen)))
        # the span lies in the passage; the first piece stands for "no answer here"
        allowed = torch.cat([torch.ones_like(told[:, :1]), told[:, 1:]], 1)
        places = self.span(x) + (1.0 - allowed) * -1e4
        beats = (torch.logsumexp(places[:, 1:], 1) - places[:, 0]).sum(1)
        holds = scores[:, 1] + self.belief * beats
        return Read(torch.stack([scores[:, 0], holds, scores[:, 2]], 1), places[:, :, 0], places[:, :, 1])


def trainable(model: ReaderModel) -> list[tuple[str, nn.Parameter]]:
    """Everything but the vocabulary and the positions, which stay e5's: too many for the data."""
    frozen = ("encoder.words.weight", "encoder.positions.weight")
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name not in frozen)
    return [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
