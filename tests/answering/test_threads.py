"""Threads: only the answers are said, each after its question."""

from __future__ import annotations

import pytest

from ragcare.answering.threads import said_in_answer
from ragcare.answering.units import Unit, units_of
from ragcare.knowledge.passages import split
from ragcare.testing import validated

FRENCH = """**Question de Karim**

J'ai une box depuis un mois. Peut-on couper le Wi-Fi ?

**Réponse d'Élodie, équipe Mobile**

Bonjour Karim, oui, dans l'application. C'est gratuit.

**Karim**

Merci ! Et la nuit ?

**Élodie**

La nuit aussi.

**Karim**

Parfait, tout marche."""

ENGLISH = """**Question from Aoife**

I own a cracked phone. Do you take it?

**Answer from Marion, Shop team**

Hello Aoife, yes, we take it."""


def thread(body: str, language: str) -> list[Unit]:
    return units_of(split(validated("a", body, language=language, kind="thread"), words=300))


@pytest.mark.parametrize(
    ("body", "language", "said"),
    [
        (
            FRENCH,
            "fr",
            [
                "Peut-on couper le Wi-Fi ?",
                "oui, dans l'application.",
                "C'est gratuit.",
                "Et la nuit ?",
                "La nuit aussi.",
            ],
        ),
        (ENGLISH, "en", ["yes, we take it."]),
        (ENGLISH.replace("Hello", "Hi there"), "en", ["yes, we take it."]),
        (ENGLISH.replace("Hello Aoife, yes", "Cher Paul, oui"), "fr", ["oui, we take it."]),
    ],
)
def test_what_was_told_by_the_asker_the_names_and_the_greetings_are_left_out(
    body: str, language: str, said: list[str]
) -> None:
    assert [unit.text for unit in said_in_answer(thread(body, language))] == said


@pytest.mark.parametrize(
    "body",
    [
        "Redémarrez la box. Attendez 2 minutes.",
        "**Réponse de Marion**\n\nOui, nous le prenons.\n\n**Marion**\n\nSous 8 jours.",
        "**Question de Karim**\n\nPeut-on couper le Wi-Fi ?",
    ],
)
def test_a_thread_in_which_asking_and_answering_cannot_be_told_apart_is_left_whole(body: str) -> None:
    units = thread(body, "fr")
    assert said_in_answer(units) == units
