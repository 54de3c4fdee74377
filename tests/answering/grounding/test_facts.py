"""What the rules of the grounding check read: figures, names, conditions, segments."""

from __future__ import annotations

import pytest

from ragcare.answering.grounding.conditions import conditions
from ragcare.answering.grounding.figures import Held, equal, figures, missing_figures
from ragcare.answering.grounding.names import names
from ragcare.answering.grounding.reading import read
from ragcare.answering.grounding.segments import limited_to, segments
from ragcare.language.folding import fold


def lacks(said: str, stands: str, language: str = "fr", source: str | None = None) -> list[str]:
    source = source or language
    found = missing_figures(figures(said, language), figures(stands, source), fold(stands))
    return [said[one.start : one.end] for one in found]


@pytest.mark.parametrize(
    ("said", "stands", "language", "source"),
    [
        ("deux semaines", "14 jours", "fr", "fr"),
        ("deux semaines", "14 days", "fr", "en"),
        ("à 18 h", "at 6 pm", "fr", "en"),
        ("at 6 p.m.", "jusqu'à 18 h", "en", "fr"),
        ("at noon", "à midi", "en", "fr"),
        ("the 12th", "le 12 du mois", "en", "fr"),
        ("le 1er", "the 1st", "fr", "en"),
        ("on Mondays", "le lundi", "en", "fr"),
        ("en août", "le 3 août 2025", "fr", "fr"),
        ("in 2025", "on 3 August 2025", "en", "en"),
        ("le 3 août", "le 3 août 2025", "fr", "fr"),
        ("une semaine", "within a week", "fr", "en"),
        ("50 k€", "50 000 euros", "fr", "fr"),
        ("20 pour cent", "20%", "fr", "en"),
        ("06 12 34 56 78", "+33 6 12 34 56 78", "fr", "fr"),
    ],
)
def test_equal_forms_are_equal(said: str, stands: str, language: str, source: str) -> None:
    assert lacks(said, stands, language, source) == []


@pytest.mark.parametrize(
    ("said", "stands", "language"),
    [
        ("le 3 août 2026", "le 3 août 2025", "fr"),
        ("le 3 août 2025", "le 3 août", "fr"),
        ("en juillet", "le 3 août 2025", "fr"),
        ("the 13th", "the 12th", "en"),
        ("on Tuesday", "on Monday", "en"),
        ("48 heures", "2 jours", "fr"),
        ("14 jours ouvrés", "14 jours", "fr"),
        ("20 €", "20 %", "fr"),
        ("7 pm", "18:00", "en"),
    ],
)
def test_others_are_not(said: str, stands: str, language: str) -> None:
    assert lacks(said, stands, language)


def test_a_name_has_a_capital_where_the_language_wants_none() -> None:
    text = "Écrivez à Claire Montel pour le forfait Médio+ ou l'eSIM. Le lundi, Orvalie répond. IPv4 aussi."
    assert [name for name, _, _ in names(text)] == ["claire", "montel", "medio", "esim", "orvalie", "ipv4"]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("C'est gratuit, sauf en boutique.", "fr", ["sauf en boutique"]),
        ("Si vous résiliez la ligne, le solde est demandé.", "fr", ["Si vous résiliez la ligne"]),
        ("Vérifiez si la ligne fonctionne.", "fr", []),
        ("Il travaille en tant que directeur, même si tout change.", "fr", []),
        ("It is free unless you moved abroad.", "en", ["unless you moved abroad"]),
        ("Ask if the line works, even if it rains.", "en", []),
    ],
)
def test_conditions(text: str, language: str, expected: list[str]) -> None:
    assert [text[one.start : one.end] for one in conditions(read(text, language))] == expected


def test_segments_have_one_name_in_both_languages() -> None:
    assert segments("Pour les professionnels").keys() == segments("For business customers").keys() == {"business"}
    assert limited_to("Réservé aux étudiants").keys() == limited_to("For students only").keys() == {"student"}
    assert not limited_to("Les parents peuvent écrire.")


WRITTEN = [
    "18 h",
    "6 pm",
    "18:30",
    "1 h 30",
    "90 min",
    "50 cents",
    "€0.50",
    "the 12th",
    "12",
    "12 March 2025",
    "March 2025",
    "in 2025",
    "24 months",
    "24",
    "3 to 5 days",
    "5 days",
    "at most 5 days",
    "50 GB",
    "half an hour",
    "noon",
    "20%",
]


@pytest.mark.parametrize("said", WRITTEN)
def test_a_figure_is_found_among_many_as_among_one(said: str) -> None:
    for stands in WRITTEN:
        for one in figures(said, "en"):
            others = figures(stands, "en")
            assert (one in Held(others)) == any(equal(one, other) for other in others), (said, stands)
