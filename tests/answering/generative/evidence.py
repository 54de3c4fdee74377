"""Builders that these tests share: a small selection in each language, and what a model may reply to it."""

from __future__ import annotations

from typing import Any

from ragcare.answering.evidence import Selection
from ragcare.knowledge.passages import split
from ragcare.language.sentences import sentence_spans
from ragcare.schema import Evidence, Question
from ragcare.testing import DAY, validated

FRENCH = (
    "Le retour n'est pas gratuit : il coûte 4,90 € à domicile. Vous avez 14 jours pour retourner un article. "
    "Le remboursement arrive sous 5 jours."
)
ENGLISH = (
    "A return isn't free: it costs €4.90 from home. You have 14 days to return an item. "
    "The refund arrives within 5 days."
)


def selection_of(text: str, language: str = "fr", **fields: Any) -> Selection:
    """All of an article of one passage, sentence by sentence."""
    (passage,) = split(validated("a", text, language=language, **fields), words=400)
    pieces = (Evidence.cut(passage, start, end) for start, end in sentence_spans(passage.text, language))
    return Selection(tuple(pieces), (passage,), language)


def asked(text: str = "Combien coûte un retour ?", language: str = "fr", **fields: Any) -> Question:
    return Question(text=text, language=language, as_of=DAY, **fields)


def said(*sentences: tuple[Any, ...], cannot_answer: bool = False) -> dict[str, Any]:
    """A reply of sentences, each with its text and the numbers of the pieces of evidence that it points to."""
    return {
        "sentences": [{"text": text, "proof": list(proof)} for text, *proof in sentences],
        "cannot_answer": cannot_answer,
    }


DAYS_FR = "Vous avez 14 jours pour retourner un article."
REFUND_FR = "Le remboursement arrive sous 5 jours."
