"""The linear models with a cross-encoder beside them, which has its say on where the asked fact stands, if at all."""

from __future__ import annotations

from collections.abc import Sequence

from ragcare.answering.reading import Reader, Reading
from ragcare.odds import logistic, pooled
from ragcare.reader import CrossEncoder, Read
from ragcare.schema import Passage, Question

_LEAST = 1e-4  # nearer to 0 and 1 than this nobody is believed to be


class CrossReader:
    """Two opinions of each passage: what is worth quoting is the first reader's, the asked fact is both's.

    `holds` is the mean of both in log-odds. The span is the cross-encoder's where it finds the fact likelier than not;
    it is then the stronger by how far the fact beats "no answer here".

    Args:
        model: the cross-encoder.
        first: the other reader.
    """

    def __init__(self, model: CrossEncoder, first: Reader) -> None:
        self._model, self._first = model, first

    def read(self, question: Question, passages: Sequence[Passage]) -> list[Reading]:
        """One reading for each passage, in their order."""
        readings = self._first.read(question, passages)
        said = self._model.read(question.point, [passage.text for passage in passages])
        return [_both(one, other) for one, other in zip(readings, said, strict=True)]


def _both(one: Reading, other: Read) -> Reading:
    holds = pooled(one.holds, other.holds, 0.5, _LEAST)
    if other.span is None or other.margin <= 0:
        return one._replace(holds=holds)
    return one._replace(
        holds=holds, span=other.span, strength=one.strength + other.margin, sureness=logistic(other.margin)
    )
