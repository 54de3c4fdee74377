"""Greeting and politeness around a question are left out, and nothing of the question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.language.manners import without_manners


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Bonjour, merci de me dire comment résilier ma box", "comment résilier ma box"),
        ("bjr comment résilier ma box", "comment résilier ma box"),
        ("Bonjour comment résilier ma box svp merci", "comment résilier ma box"),
        ("Bonsoir madame, pourriez-vous m’indiquer où est ma facture ?", "où est ma facture ?"),
        ("Je voudrais savoir s'il faut rendre le boîtier, s'il vous plaît ?", "s'il faut rendre le boîtier ?"),
        ("Comment résilier ? Merci d'avance pour votre réponse.", "Comment résilier ?"),
        ("Pouvez-vous svp me dire combien coûte l'option ? Cordialement", "combien coûte l'option ?"),
        ("Hello, could you please tell me how I cancel my broadband?", "how I cancel my broadband?"),
        ("Hi there! I was wondering whether roaming is free, thanks in advance", "whether roaming is free"),
        ("Please let me know when the shop opens", "when the shop opens"),
        ("How do I cancel, please?", "How do I cancel ?"),
        ("Good morning, I'd like to know what the fee is. Thank you very much!", "what the fee is"),
    ],
)
def test_manners_are_left_out(text: str, question: str) -> None:
    assert without_manners(text) == question


@pytest.mark.parametrize(
    "text",
    [
        "Hello bank est-elle compatible ?",
        "Livrez-vous les chocolats Merci ?",
        "comment dire merci",
        "Dites-moi mon solde",
        "Can you tell me my balance?",
        "Pouvez-vous me dire le prix de la box ?",
        "Je voudrais résilier ma box",
        "Can you help me with my parcel?",
        "What does please hold mean",
        "Bonjour",
        "Bonjour svp",
        "Hi, thanks",
        "",
        "  ",
    ],
)
def test_what_may_be_a_fact_stays(text: str) -> None:
    assert without_manners(text) == text


@given(st.text(max_size=80), st.sampled_from(["", "Bonjour, ", "could you tell me how ", "Œuf é̂ "]))
def test_what_is_left_stands_in_the_text(text: str, before: str) -> None:
    kept = without_manners(before + text)
    assert kept.removesuffix("?").strip() in before + text


def test_a_long_message_takes_no_time() -> None:
    for unit in ("bonjour ", "svp ", "merci, ", "? ", " ", "bonjour, ", "please please, "):
        assert without_manners("comment faire " + unit * 500 + "x") is not None
        without_manners(unit * 500)


@pytest.mark.parametrize("unit", ["\n", ",", "...", "! ", "\nsvp", " merci", ", please"])
def test_what_a_stranger_repeats_does_not_hold_up_anybody(unit: str) -> None:
    text = f"Ma box ne marche plus{unit * (3900 // len(unit))}Paul"  # took for ever, where each blank was tried twice
    assert without_manners(text) == text
