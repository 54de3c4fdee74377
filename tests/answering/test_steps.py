"""Who asks how is told the steps, from whichever section was found."""

from __future__ import annotations

import pytest

from ragcare.answering.steps import where_the_steps_are
from ragcare.knowledge.passages import split
from ragcare.schema import Question
from ragcare.testing import validated

FRENCH = """Vous pouvez résilier votre forfait à tout moment, et la résiliation du forfait est gratuite.

## Dans l'application

1. Touchez **Mes lignes**.
2. Choisissez la ligne.

## Après un vol

Joignez la plainte."""
ENGLISH = """You can cancel your plan at any time, and to cancel the plan is free.

## In the app

1. Tap **My lines**.
2. Choose the line.

## After a theft

Attach the report."""


@pytest.mark.parametrize(
    ("body", "language", "title", "question", "said"),
    [
        (FRENCH, "fr", "Résilier mon forfait", "Comment résilier mon forfait ?", "1. Touchez"),
        (ENGLISH, "en", "Cancel my plan", "How do I cancel my plan?", "1. Tap"),
    ],
)
def test_the_first_numbered_list_is_meant(body: str, language: str, title: str, question: str, said: str) -> None:
    passages = split(validated("a", body, language=language, title=title))
    asked = Question(text=question, language=language)
    assert where_the_steps_are(asked, passages[0], passages).text.startswith(said)


@pytest.mark.parametrize(
    ("body", "language", "question"),
    [
        (FRENCH, "fr", "Comment joindre la plainte pour un vol ?"),
        (ENGLISH, "en", "How do I attach the report of a theft?"),
    ],
)
def test_a_section_that_says_more_of_the_question_is_kept(body: str, language: str, question: str) -> None:
    passages = split(validated("a", body, language=language, title="-"))
    asked = Question(text=question, language=language)
    assert where_the_steps_are(asked, passages[-1], passages) == passages[-1]


@pytest.mark.parametrize("body", ["Résiliez quand vous voulez.\n\n## Frais\n\nAucun.", "Étapes : 1. ouvrir"])
def test_without_steps_what_was_found_is_kept(body: str) -> None:
    passages = split(validated("a", body, language="fr"))
    assert where_the_steps_are(Question(text="Comment résilier ?", language="fr"), passages[0], passages) == passages[0]
