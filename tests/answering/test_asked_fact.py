"""The asked fact: quoted whole, and marked only where it is sure and of the kind that is asked for."""

from __future__ import annotations

import pytest

from ragcare.answering.asked_fact import best_words
from ragcare.answering.reading import Reading
from ragcare.knowledge.passages import split
from ragcare.schema import Evidence, Passage, Question
from ragcare.testing import validated


def read(
    text: str, words: str, *, asked: str, sureness: float = 0.95, holds: float = 0.95, language: str = "fr"
) -> tuple[Passage, Reading]:
    (passage,) = split(validated("a", text, language=language))
    start = passage.text.index(words)
    return passage, Reading((), (start, start + len(words)), holds, 1.0, asked, sureness)


def marked(passage: Passage, reading: Reading) -> tuple[str, bool]:
    question = Question(text="Combien de personnes ?", language=passage.language)
    found = best_words(question, {passage: reading}, [Evidence.cut(passage, 0, len(passage.text))])
    assert found is not None
    return found[0].quote, found[1]


@pytest.mark.parametrize(
    ("text", "words", "asked", "whole"),
    [
        ("La recharge de 2 Go coûte 3,99 € par mois.", "3,99", "amount", "3,99 €"),
        ("Vous parrainez 5 personnes par an.", "5", "number", "5 personnes"),
        ("Vous parrainez 5 grands amis par an.", "5", "number", "5"),
        ("La ligne est coupée 4 heures au plus.", "4", "duration", "4 heures"),
        ("Elle est fondée en 1439 par le roi.", "1439", "date", "en 1439"),
    ],
)
def test_a_quantity_is_marked_whole(text: str, words: str, asked: str, whole: str) -> None:
    assert marked(*read(text, words, asked=asked)) == (whole, True)


@pytest.mark.parametrize(
    ("words", "asked"),
    [("4 heures", "amount"), ("titulaire", "duration"), ("titulaire", "date"), ("4 heures", "which")],
)
def test_what_is_of_another_kind_than_what_is_asked_for_is_not_marked(words: str, asked: str) -> None:
    assert not marked(*read("La ligne du titulaire est coupée 4 heures.", words, asked=asked))[1]


@pytest.mark.parametrize(("sureness", "holds"), [(0.4, 0.95), (0.95, 0.5)])
def test_what_is_not_sure_is_not_marked(sureness: float, holds: float) -> None:
    passage, reading = read("The line is cut for 4 hours.", "4 hours", asked="duration", language="en")
    assert marked(passage, reading)[1]
    assert not marked(passage, reading._replace(sureness=sureness, holds=holds))[1]


def test_words_that_are_not_said_are_no_fact() -> None:
    passage, reading = read("La ligne est coupée. Comptez 4 heures.", "4 heures", asked="duration")
    assert best_words(Question(text="Combien de temps ?"), {passage: reading}, [Evidence.cut(passage, 0, 20)]) is None
