"""The wording: a text in both languages for every code there is, and a door to a person in each refusal."""

from __future__ import annotations

import dataclasses
import string
from typing import Any, get_args

import pytest

from ragcare.deciding.wording import ENGLISH, FRENCH, Wording, wording
from ragcare.schema import EscalationReason, ReasonCode, RefusalReason

BOTH = pytest.mark.parametrize("words", [FRENCH, ENGLISH], ids=["fr", "en"])
CODES = set(get_args(ReasonCode))


@BOTH
def test_every_code_has_its_words(words: Wording) -> None:
    assert set(words.refusals) == set(get_args(RefusalReason))
    assert set(words.escalations) == set(get_args(EscalationReason))
    assert set(words.reasons) == CODES
    assert set(words.languages) == {"fr", "en"}


def _texts(words: Wording) -> dict[str, str]:
    texts: dict[str, str] = {}
    for field in dataclasses.fields(words):
        value: Any = getattr(words, field.name)
        texts |= {f"{field.name}.{key}": text for key, text in value.items()} if isinstance(value, dict) else {}
        texts |= {field.name: value} if isinstance(value, str) else {}
    return texts


@BOTH
def test_no_text_is_blank_or_left_over_from_another(words: Wording) -> None:
    for group in (words.refusals, words.escalations, words.reasons):
        assert len(set(group.values())) == len(group)
    assert all(text.strip() == text != "" for text in _texts(words).values())


def test_the_two_languages_say_different_words_with_the_same_gaps() -> None:
    french, english = _texts(FRENCH), _texts(ENGLISH)
    assert french.keys() == english.keys()
    for name, text in french.items():
        gaps = {gap for _, gap, _, _ in string.Formatter().parse(text)}
        assert gaps == {gap for _, gap, _, _ in string.Formatter().parse(english[name])}, name
        assert gaps - {None} or text != english[name], name


@BOTH
@pytest.mark.parametrize("reason", get_args(RefusalReason))
def test_a_refusal_shows_the_door_to_a_person(words: Wording, reason: RefusalReason) -> None:
    assert words.refusal(reason) == f"{words.refusals[reason]} {words.offer}"
    assert words.offer.endswith("?")


@BOTH
def test_what_only_the_account_can_tell_is_not_said_not_to_have_been_found(words: Wording) -> None:
    for reason in get_args(RefusalReason):
        own = reason not in ("conflict", "expired")  # there is an article, and this is what is wrong with it
        said = words.own_account if own else words.refusals[reason]
        assert words.refusal(reason, "account_specific") == f"{said} {words.offer}"
    assert words.refusal("out_of_scope", "health") == words.refusal("out_of_scope")


def test_while_nobody_is_there_nothing_is_passed_on_before_it_was_offered() -> None:
    assert "votre demande leur est transmise" not in FRENCH.closed_for_long
    assert "your request is" not in ENGLISH.closed_for_long


def test_what_was_too_improbable_is_said_not_to_have_been_found_and_not_to_be_missing() -> None:
    for words, found in ((FRENCH, "trouvé"), (ENGLISH, "found")):
        assert all(found in words.refusals[reason] for reason in ("weak_source", "out_of_scope"))
        assert found in words.reasons["out_of_scope"]
    for words, subject in ((FRENCH, "sujet"), (ENGLISH, "about")):  # which there may well be an article on
        assert subject not in words.refusals["out_of_scope"] + words.reasons["out_of_scope"]


@BOTH
def test_a_clarification_numbers_its_choices_and_offers_a_person(words: Wording) -> None:
    lines = words.clarify(["Box {0}", "50 % de remise", "{title}"]).splitlines()
    assert lines[1:4] == ["1. Box {0}", "2. 50 % de remise", "3. {title}"]
    assert lines[-1] == words.offer


@BOTH
@pytest.mark.parametrize("reason", sorted(CODES))
def test_a_summary_says_what_was_asked_why_it_stopped_and_what_was_read(words: Wording, reason: ReasonCode) -> None:
    summary = words.summary("Où est {mon} colis ?", reason, ["Suivre {un} colis", "Livraison"])
    assert "Où est {mon} colis ?" in summary
    assert words.reasons[reason] in summary
    assert "Suivre {un} colis, Livraison" in summary
    assert words.looked_at.split("{")[0] not in words.summary("Où ?", reason, [])


def test_an_answer_in_another_language_is_announced() -> None:
    assert "anglais" in FRENCH.in_another_language("en")
    assert "French" in ENGLISH.in_another_language("fr")
    assert "de" in ENGLISH.in_another_language("de")


def test_the_words_are_those_of_the_language_asked() -> None:
    assert wording("fr") is FRENCH
    assert wording("en") is wording("und") is wording("de") is ENGLISH
