"""Social turns: only where the whole message is nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.conversation.social import social_turn
from ragcare.deciding.wording import ENGLISH, FRENCH
from ragcare.replying.composing import with_hours
from ragcare.schema import Turn

LABELLED = [
    tuple(line.split("\t")) for line in (Path(__file__).parent / "social.tsv").read_text(encoding="utf-8").splitlines()
]
"""Written by hand, both languages, half of them messages that only look social."""


def test_the_labels_are_many_and_half_of_them_hard() -> None:
    assert len(LABELLED) >= 200
    assert 0.4 < sum(label == "none" for label, _ in LABELLED) / len(LABELLED) < 0.6


@pytest.mark.parametrize(("label", "text"), LABELLED)
def test_each_labelled_message_is_told(label: str, text: str) -> None:
    assert (social_turn(text) or "none") == label


@pytest.mark.parametrize("word", ["ok", "parfait", "great", "d'accord"])
def test_assent_to_a_question_is_an_answer_and_no_social_turn(word: str) -> None:
    assert social_turn(word) == "acknowledgement"
    assert social_turn(word, [Turn(role="assistant", text="Parlez-vous de la box ?")]) is None


def test_assent_to_our_offer_is_an_answer_also_where_the_hours_are_told() -> None:
    offered = with_hours(FRENCH.offer, "Nos conseillers vous répondront demain à partir de 9 h.", FRENCH.offer)
    assert social_turn("ok", (Turn(role="assistant", text=offered),)) is None


def test_yes_to_being_handed_over_is_assent_and_so_is_ok_to_a_greeting_returned() -> None:
    handed_over = Turn(role="assistant", text=ENGLISH.escalations["anger"], action="escalate")
    assert social_turn("yes", (handed_over,)) == "acknowledgement"
    assert social_turn("oui", (Turn(role="assistant", text=f"Sous 5 jours.\n\n{FRENCH.offer}"),)) is None
    assert social_turn("cool", (Turn(role="assistant", text=FRENCH.social["greeting"]),)) == "acknowledgement"


def test_thanks_after_a_question_are_still_thanks() -> None:
    assert social_turn("merci !", [Turn(role="assistant", text="Voulez-vous un conseiller ?")]) == "thanks"


@given(st.text())
def test_any_text_is_told_and_told_the_same_twice(text: str) -> None:
    assert social_turn(text) == social_turn(text)


@given(
    st.sampled_from([text for label, text in LABELLED if label != "none"]), st.sampled_from(["facture", "box", "sim"])
)
def test_one_word_of_business_makes_it_a_question(text: str, word: str) -> None:
    assert social_turn(f"{text} {word}") is None
