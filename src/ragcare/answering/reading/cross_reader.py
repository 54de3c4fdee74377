"""The linear models with a cross-encoder beside them, which has its say on where the asked fact stands, if at all."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

from ragcare.answering.reading import Reader, Reading
from ragcare.reader import CrossEncoder, Read
from ragcare.schema import Passage, Question

_SUREST = 1e-4  # nearer to 0 and 1 than this nobody is believed to be


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
    holds = _share((_odds(one.holds) + _odds(other.holds)) / 2)
    if other.span is None or other.margin <= 0:
        return one._replace(holds=holds)
    return one._replace(holds=holds, span=other.span, strength=one.strength + other.margin)


def _odds(share: float) -> float:
    kept = min(max(share, _SUREST), 1 - _SUREST)
    return log(kept / (1 - kept))


def _share(odds: float) -> float:
    return 1 / (1 + exp(-odds))
