"""What the grounding check says of one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultCode = Literal[
    "misquoted",
    "number",
    "amount",
    "date",
    "duration",
    "negation",
    "name",
    "condition",
    "segment",
    "step",
    "topic",
    "words",
]
"""Why a sentence is not supported.

misquoted: a quote is not verbatim at its span. number, amount, date (a time of day is one), duration: a figure that
the evidence lacks, or gives to something else. negation: turned round. name: of a person, product or place that the
evidence does not name. condition: one that the evidence sets was dropped. segment: said to or of other customers,
or of the customer where the evidence speaks of the company. step:
something to do that the evidence does not ask for. topic: the evidence speaks of something else. words: too little of
it is there.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of one text of the evidence: `evidence[index][start:end]`."""

    index: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence is supported, and if not, why and which piece of it.

    Attributes:
        score: 0..1, the higher the better supported; 1 for what stands there word for word.
        sentence: as it is said, and `start` and `end` its offsets in the response.
        span: the piece of the evidence that supports it best; None where nothing shares a word with it.
        reason: None where it is supported.
        detail: the piece of the sentence that is at fault, or of the evidence that was dropped, in its own words.
    """

    supported: bool
    score: float
    sentence: str
    start: int = 0
    end: int = 0
    span: Place | None = None
    reason: FaultCode | None = None
    detail: str = ""
