"""Headings that say when a text holds, and when they are said before it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ragcare.answering.circumstances import circumstance, said_under
from ragcare.knowledge.passages import split
from ragcare.schema import Article, Evidence, Passage, Question
from ragcare.testing import HandMadeLibrary, validated


class One(HandMadeLibrary):
    """A library of one article."""

    def __init__(self, article: Article) -> None:
        super().__init__()
        self._article = article

    def article(self, article_id: str) -> Article:
        assert article_id == self._article.id
        return self._article

    def passages(self, article_id: str) -> Sequence[Passage]:
        return split(self.article(article_id))


def heading_said(heading: str, text: str, question: str, language: str) -> str:
    library = One(validated("a", f"Une introduction.\n\n## {heading}\n\n{text}", language=language))
    last = library.passages("a")[-1]
    return said_under(Evidence.cut(last, 0, len(last.text)), Question(text=question, language=language), library)


@pytest.mark.parametrize(
    "heading",
    [
        "En Belgique",
        "Si le colis est perdu",
        "À l'étranger",
        "Pour les entreprises",
        "Sans prise",
        "Au-delà du plafond",
        "In Belgium",
        "If you are under 18",
        "Outside Europe",
        "For business customers",
        "After the trial",
        "On Android",
    ],
)
def test_a_heading_that_names_a_case_is_a_circumstance(heading: str) -> None:
    assert circumstance(("Portabilité", heading)) == heading


@pytest.mark.parametrize(
    "heading",
    [
        "Tarif",
        "Étapes",
        "En savoir plus",
        "En bref",
        "Quand cela prend effet",
        "Pour résilier",
        "Avant de commencer",
        "Price",
        "When it takes effect",
        "In short",
        "Before you begin",
        "For more information",
        "How to cancel",
    ],
)
def test_a_heading_that_names_the_subject_is_none(heading: str) -> None:
    assert circumstance((heading,)) == ""


@pytest.mark.parametrize(
    ("heading", "text", "question", "language"),
    [
        ("En Belgique", "Il n'y a pas de RIO.", "Comment obtenir le RIO ?", "fr"),
        ("Transfert refusé", "C'est le cas si le RIO est faux.", "Mon RIO est faux", "fr"),
        ("Enregistrer une annonce", "1. Composez le 880.\n2. Parlez.", "Comment régler la messagerie ?", "fr"),
        ("Enregistrer une annonce", "– Composez le 880.\n– Parlez.", "Comment régler la messagerie ?", "fr"),
        ("Change your plan", "a) Tap My lines.\nb) Choose one.", "Which box is best?", "en"),
        ("Data abroad", "|Country|Price|\n|---|---|\n|Peru|€5|", "Which box is best?", "en"),
        ("Price", "It costs €34.99 a month.", "How much is the box?", "en"),
        ("Is it a secure website?", "Yes. We follow strict rules.", "Are my data protected by rules?", "en"),
    ],
)
def test_a_text_that_says_too_much_or_nothing_alone_is_said_under_its_heading(
    heading: str, text: str, question: str, language: str
) -> None:
    assert heading_said(heading, text, question, language) == heading


@pytest.mark.parametrize(
    ("heading", "text", "question", "language"),
    [
        ("Price", "The box costs €34.99 a month.", "How much is the box?", "en"),
        ("Is the website secure?", "Yes. We follow strict rules.", "Is the website secure?", "en"),
        ("Sans permis", "Sans permis, vous ne pouvez pas conduire.", "Puis-je conduire ?", "fr"),
    ],
)
def test_a_heading_is_not_said_where_the_text_stands_alone_or_the_question_says_it(
    heading: str, text: str, question: str, language: str
) -> None:
    assert heading_said(heading, text, question, language) == ""
