"""A judge by embedding similarity: near in meaning counts as the same, whatever the words."""

from __future__ import annotations

from typing import Any

from ragcare.errors import BadInput
from ragcare.evaluation.judge.judging import Agreement
from ragcare.evaluation.questions import LabelledQuestion
from ragcare.index.embedders import Embedder, as_embedder


class SimilarityJudge:
    """An answer agrees with a reference answer if the cosine of their embeddings is high enough.

    Embeddings are near for texts of one subject: "14 jours" and "30 jours" look much alike to them. Choose `at` on
    pairs that people have judged, and read the figures as more lenient than those of the default.

    Args:
        embedder: a name, an `Embedder` or a llama-index embedding.
        at: the least cosine, in -1..1; embedders differ widely in what they call near.

    Raises:
        BadInput: `at` is no cosine, or there is no such embedder.
    """

    def __init__(self, embedder: str | Embedder | Any, *, at: float) -> None:
        if not -1 <= at <= 1:
            raise BadInput(f"at is {at}, which is no cosine. Mend: give the least cosine, between -1 and 1")
        self._embedder = as_embedder(embedder)
        self.at = at
        self.name = f"similarity by {self._embedder.name} (cosine of at least {at:g})"

    def compare(self, label: LabelledQuestion, answer: str) -> Agreement:
        """Whether it does, with the nearest reference answer."""
        vectors = self._embedder.embed([answer, *label.answers], "passage")
        cosine = float((vectors[1:] @ vectors[0]).max())
        return Agreement(cosine >= self.at, f"cosine {cosine:.2f} with the nearest reference answer")
