"""Reading: what a passage says about a question: whether it holds the asked fact, where, and what is worth quoting.

Retrieval tells which passage is about the same subject; that is not yet an answer: `docs/design/011-answerability.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from ragcare.errors import BadInput
from ragcare.schema import Passage, Question


class Reading(NamedTuple):
    """What one passage says about a question.

    Attributes:
        worth: one for each unit (sentence, step, row: `sentence_spans` of its text): how much it does to answer, 0..1.
        span: where in the text of the passage the shortest words stand that answer; None in a passage without words.
        holds: the probability that this passage holds the asked fact, not just the topic.
        strength: the score of the span, to choose between the spans of passages of one article; it is no probability.
        asked: what the question asks for; see `ASKED`.
        sureness: how much of the probability of all spans is on this one and those that overlap it, 0..1.
    """

    worth: tuple[float, ...]
    span: tuple[int, int] | None
    holds: float
    strength: float = 0.0
    asked: str = "thing"
    sureness: float = 0.0


class Reader(Protocol):
    """Says what passages say about a question."""

    def read(self, question: Question, passages: Sequence[Passage]) -> Sequence[Reading]:
        """One reading for each passage, in their order."""
        ...


def reader_for(name: str | None) -> Reader:
    """The linear models, and the cross-encoder of that name beside them if there is one.

    Raises:
        BadInput: no reader has that name.
        MissingExtra: it needs an extra that is not installed.
        ModelUnavailable: its model is not on this machine.
    """
    from ragcare.answering.reading.feature_reader import FeatureReader

    if name is None:
        return FeatureReader()
    from ragcare.answering.reading.cross_reader import CrossReader
    from ragcare.reader import named

    model = named(name)
    if model is None:
        raise BadInput(f'there is no reader "{name}". Mend: "reader", or "reader:FILE" of a model that training/ made')
    return CrossReader(model, FeatureReader())
