"""What is made for training: lies that are lies, near misses that miss, and windows that keep their answer."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.near_misses import another_question, cut, cut_beside
from training.planted import lies, names, truths
from training.prepare import merged, window

FRENCH = (
    "Pour un achat en ligne, Orvalie vous rembourse 45 € sous 14 jours si le colis est complet. "
    "Le renvoi est gratuit en point relais. La demande se fait dans Mes commandes depuis Paris."
)
ENGLISH = (
    "Orvalie refunds consumers 45 euros within 14 days if the parcel is complete. "
    "The return is free at a pick-up point. Requests are made before 12 May 2026 from London."
)


def _kinds(text: str, language: str) -> dict[str, str]:
    made: dict[str, str] = {}
    for seed in range(60):
        for lie in lies(text, language, text, ["Berlin"], random.Random(seed)):
            made.setdefault(lie.kind, lie.text)
    return made


@pytest.mark.parametrize(("text", "language"), [(FRENCH, "fr"), (ENGLISH, "en")])
def test_every_type_of_lie_is_told_in_both_languages(text: str, language: str) -> None:
    made = _kinds(text, language)
    assert {"amount", "duration", "negation", "entity", "condition", "opposite", "segment"} <= made.keys()
    assert all(lie not in text for lie in made.values())


def test_a_lie_about_a_figure_changes_the_figure_alone() -> None:
    for seed in range(40):
        for lie in lies("Le délai est de 14 jours.", "fr", "Le délai est de 14 jours.", [], random.Random(seed)):
            if lie.kind == "duration":
                assert re.fullmatch(r"Le délai est de \d+ \w+\.", lie.text)


def test_a_negation_is_put_in_or_taken_out() -> None:
    rng = random.Random(1)
    (there,) = [one for one in lies("Le renvoi est gratuit ici.", "fr", "", [], rng) if one.kind == "negation"]
    assert there.text == "Le renvoi n'est pas gratuit ici."
    (gone,) = [one for one in lies("You can not send it back.", "en", "", [], rng) if one.kind == "negation"]
    assert gone.text == "You can send it back."


@given(st.text(max_size=200), st.sampled_from(["fr", "en"]), st.integers(0, 1000))
def test_no_text_breaks_the_making(text: str, language: str, seed: int) -> None:
    rng = random.Random(seed)
    assert all(lie.text != text for lie in lies(text, language, text, ["Paris"], rng))
    assert all(len(said) <= len(text) + 30 for said in truths(text, language, rng))
    assert all(text[a:b].strip() for a, b in names(text))
    another_question(text, text, language, ["Paris"], rng)


def test_the_cut_passage_lacks_the_answer_and_nothing_else() -> None:
    start = FRENCH.index("gratuit")
    rest = cut(
        FRENCH + " Le service répond le lundi matin à toutes les questions.", (start, start + 7), "fr", "gratuit"
    )
    assert rest is not None
    assert "gratuit" not in rest
    assert "Orvalie vous rembourse 45 €" in rest


def test_an_answer_said_twice_is_not_cut() -> None:
    twice = "Le renvoi est gratuit. " * 2 + FRENCH
    assert cut(twice, (14, 21), "fr", "gratuit") is None


def test_a_gap_elsewhere_keeps_the_answer_where_its_span_says() -> None:
    start = FRENCH.index("gratuit")
    for seed in range(10):
        found = cut_beside(FRENCH, (start, start + 7), "fr", random.Random(seed))
        assert found is not None
        text, (a, b) = found
        assert text[a:b] == "gratuit"
        assert len(text) < len(FRENCH)


def test_another_question_asks_something_else() -> None:
    asked = {
        another_question("When did Orvalie open in Paris?", ENGLISH, "en", [], random.Random(n)) for n in range(20)
    }
    assert asked - {None}
    assert "When did Orvalie open in Paris?" not in asked


@given(st.integers(0, 10_000), st.integers(0, 290))
def test_a_window_keeps_the_words_of_the_answer(seed: int, at: int) -> None:
    words = [f"w{n}" for n in range(300)]
    text = " ".join(words)
    span = (text.index(f"w{at} "), text.index(f"w{at} ") + len(f"w{at} w{at + 1}"))
    short, moved = window(text, span, random.Random(seed))
    assert moved is not None
    assert short[slice(*moved)] == text[slice(*span)]
    assert len(short.split()) <= 88


def test_what_two_tasks_say_of_a_pair_becomes_one_row() -> None:
    row = {"a": "q", "b": "p", "lang": "fr", "label": 1, "span": None, "title": "t"}
    (one,) = merged([row | {"task": "relevance"}, row | {"task": "answerable", "span": [0, 1]}])
    assert (one["relevance"], one["holds"], one["support"], one["span"]) == (1.0, 1.0, None, (0, 1))
