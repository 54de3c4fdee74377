"""The default reader: linear models over what is seen of a question in a passage. Numpy only, French and English."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ragcare.answering.reading import Reading
from ragcare.answering.reading.features import passage_features, see, unit_features
from ragcare.answering.reading.model import Model, asked_number, edge_words, shipped
from ragcare.answering.reading.passage_view import PassageView, passage_view
from ragcare.answering.reading.passage_words import Array
from ragcare.answering.reading.question_view import question_view
from ragcare.schema import Passage, Question


class FeatureReader:
    """Reads without a neural net: some milliseconds for a passage that it sees anew, a third of it after that.

    Args:
        model: the weights; those that ship with ragcare if None.
    """

    def __init__(self, model: Model | None = None) -> None:
        self._model = model or shipped()

    def read(self, question: Question, passages: Sequence[Passage]) -> list[Reading]:
        """One reading for each passage, in their order."""
        return [self._read(question, passage) for passage in passages]

    def _read(self, question: Question, passage: Passage) -> Reading:
        model, view = self._model, passage_view(passage)
        asked = question_view(question.point, question.language if question.language in ("fr", "en") else view.language)
        if not view.words:
            return Reading((0.0,) * len(view.units), None, 0.0, 0.0, asked.type.asked)
        seen = see(asked, view, passage)
        edges = edge_words(view, model.vocabulary[view.language])
        scores = model.scores(seen.spans, edges, asked_number(asked.type.asked), view.language)
        best = int(scores.argmax())
        holds = model.holds(passage_features(asked, seen, scores, view)[None, :])[0]
        return Reading(
            worth=tuple(float(one) for one in model.worth(unit_features(seen, scores, view))),
            span=(view.words[view.first[best]].start, view.words[view.last[best]].end),
            holds=float(holds),
            strength=float(scores[best]),
            asked=asked.type.asked,
            sureness=_share_of_those_like(best, scores, view),
        )


def _share_of_those_like(best: int, scores: Array, view: PassageView) -> float:
    """The share of the probability on the best span and on those that overlap it: the same answer, or nearly."""
    shares = np.exp(scores - scores[best])
    overlap = (view.first <= view.last[best]) & (view.last >= view.first[best])
    return float(shares[overlap].sum() / shares.sum())
