"""Sentences are found where a reader would find them, at exact offsets, and nothing is lost."""

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ragcare.language.sentences import sentence_spans


def split(text: str, language: str = "fr") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- un\n- deux\n* trois\n• quatre", ["- un", "- deux", "* trois", "• quatre"]),
        ("1. Ouvrez.\n2. Cliquez.\n3) Validez", ["1. Ouvrez.", "2. Cliquez.", "3) Validez"]),
        ("- Un point. Et un autre.\n- Deux", ["- Un point.", "Et un autre.", "- Deux"]),
        ("- un point qui\n  continue ici\n- deux", ["- un point qui\n  continue ici", "- deux"]),
        ("- un\n  - deux\n    - trois", ["- un", "- deux", "- trois"]),
        ("- un\nPuis du texte.", ["- un", "Puis du texte."]),
        ("# Titre. Suite\nTexte ici.", ["# Titre. Suite", "Texte ici."]),
        ("Texte.\n## Titre\nTexte", ["Texte.", "## Titre", "Texte"]),
        ("| a. B | b |\n|---|---|\n| c | d |", ["| a. B | b |", "|---|---|", "| c | d |"]),
        ("Un paragraphe qui\nva à la ligne. Puis\nfinit.", ["Un paragraphe qui\nva à la ligne.", "Puis\nfinit."]),
        ("La société\nOrange répond.", ["La société\nOrange répond."]),
        ("Un.\n\nDeux", ["Un.", "Deux"]),
        ("sans point\n\nni ici", ["sans point", "ni ici"]),
        ("Un.\r\n\r\n- deux\r\n- trois", ["Un.", "- deux", "- trois"]),
        (
            "Définition\nLa médiation familiale est un temps d'écoute, d'échanges et de négociation pour tous.",
            ["Définition", "La médiation familiale est un temps d'écoute, d'échanges et de négociation pour tous."],
        ),
        ("bonjour. je veux résilier. merci", ["bonjour.", "je veux résilier.", "merci"]),
        ("Étapes : 1. Ouvrez l'application. 2. Cliquez.", ["Étapes : 1. Ouvrez l'application.", "2. Cliquez."]),
        ("Des cas (frais, etc. ...) , et d'autres.", ["Des cas (frais, etc. ...) , et d'autres."]),
        ("Fin. Oui", ["Fin.", "Oui"]),
        ("", []),
        (" \n\t\n", []),
        ("...", ["..."]),
        ("-", ["-"]),
    ],
)
def test_structure(text: str, expected: list[str]) -> None:
    assert split(text) == expected


WILD = st.text(max_size=200) | st.text(alphabet="aA1 .!?…»«\"'()|#*-\n\r\t\u00a0\u2028L", max_size=80)


@pytest.mark.parametrize("language", ["fr", "en", "de"])
@given(text=WILD)
@example(text="\ud800. A\x00. B\u2028C\x85D\x1cE. F")
@example(text="- \n  . A")
def test_spans_are_exact_ordered_and_cover_everything(language: str, text: str) -> None:
    spans = sentence_spans(text, language)
    outside = 0
    for start, end in spans:
        assert text[outside:start].strip() == "", "a character that is not blank lies between two sentences"
        sentence = text[start:end]
        assert sentence != ""
        assert sentence == sentence.strip()
        outside = end
    assert text[outside:].strip() == ""


@pytest.mark.parametrize(("suite", "language"), [("spf_fr", "fr"), ("doc2dial_en", "en")])
def test_real_paragraphs_joined_by_a_blank_come_apart_again(data: Path, suite: str, language: str) -> None:
    pairs = _paragraph_pairs(data / suite / "corpus.jsonl")[:400]
    missed = [
        (first, second)
        for first, second in pairs
        if len(first) not in {end for _, end in sentence_spans(f"{first} {second}", language)}
    ]
    assert len(pairs) == 400
    assert len(missed) <= 2, missed


def _paragraph_pairs(corpus: Path) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    with corpus.open(encoding="utf-8") as rows:
        for row in rows:
            lines = [line.strip() for line in json.loads(row)["text"].split("\n")]
            whole = [line for line in lines if len(line) > 25 and line[0].isupper() and line[-1] in ".?!"]
            pairs.extend(pairwise(whole))
    return pairs


@pytest.mark.parametrize(
    "piece", [".", "M. ", "a. ", "?! ", "a.) ", "- a\n", "\n", "| a |\n", "«", "1. ", "A\n", "  a\n"]
)
def test_time_is_linear(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    start = time.perf_counter()
    sentence_spans(text, "fr")
    assert time.perf_counter() - start < 60  # a net, no measurement
