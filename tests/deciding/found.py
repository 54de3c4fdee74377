"""What a search found, made by hand: a passage of an article, and hits for a question."""

from __future__ import annotations

from collections.abc import Sequence

from ragcare.schema import Hit, Passage, Question, Retrieved
from ragcare.testing import DAY, HandMadeLibrary


def passage(article_id: str, language: str = "fr", text: str = "") -> Passage:
    text = text or f"Le retour est gratuit ({article_id})."
    return Passage(f"{article_id}#1", article_id, 1, "", (), (), text, 0, len(text), language)


def retrieved(
    *hits: Hit, text: str = "Le retour est-il gratuit ?", neighbours: Sequence[float] = (0.6, 0.4)
) -> Retrieved:
    return Retrieved(Question(text=text, language="fr", as_of=DAY), hits, HandMadeLibrary(neighbours))
