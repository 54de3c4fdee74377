"""The language of a question is known from its first words, offline, from any thread."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ragcare.language.detect import Detected, detect_language
from ragcare.language.folding import fold


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Comment annuler ma commande ?", "fr"),
        ("comment resilier", "fr"),
        ("je veux parler a qqn", "fr"),
        ("ou est mon colis", "fr"),
        ("How do I cancel my order?", "en"),
        ("cancel my plan", "en"),
        ("where is my parcel", "en"),
    ],
)
def test_short_questions(text: str, language: str) -> None:
    found = detect_language(text)
    assert found.language == language
    assert found.confidence > 0.9


@pytest.mark.parametrize("text", ["", "   ", "12345", "01 23 45 67 89", "🙂🙂", "?!", "\x00", "\ud800", "مرحبا"])
def test_nothing_can_be_told(text: str) -> None:
    assert detect_language(text) == Detected("und", 0.0)


def test_more_languages_can_be_asked_for() -> None:
    assert detect_language("¿Dónde está mi pedido de ayer?", ("fr", "en", "es")).language == "es"
    assert detect_language("Wo ist meine Bestellung?", ["de", "en"]).language == "de"
    assert detect_language("bonjour à tous", ("fr",)) == Detected("fr", 1.0)


@pytest.mark.parametrize("among", [(), ("fr", "xx")])
def test_a_language_that_cannot_be_detected_is_named(among: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"cannot detect (xx|among no languages)"):
        detect_language("bonjour", among)


@given(text=st.text(max_size=300))
@example(text="\ud800bonjour\udfff")
def test_any_text_gives_a_language_and_a_probability(text: str) -> None:
    found = detect_language(text)
    assert found.language in ("fr", "en", "und")
    assert 0.0 <= found.confidence <= 1.0
    assert (found.language == "und") == (found.confidence == 0.0)


@pytest.mark.parametrize(("suite", "language"), [("spf_fr", "fr"), ("covidfaq_fr", "fr"), ("covidfaq_en", "en")])
@pytest.mark.parametrize("words", [3, 5])
def test_the_first_words_of_real_questions(data: Path, suite: str, language: str, words: int) -> None:
    with (data / suite / "questions.jsonl").open(encoding="utf-8") as rows:
        questions = [" ".join(json.loads(row)["question"].split()[:words]) for row in rows]
    right = sum(detect_language(fold(question)).language == language for question in questions)
    assert right / len(questions) > 0.985


def test_threads_with_different_languages_do_not_disturb_each_other() -> None:
    asked = [("je veux annuler", ("fr", "en"), "fr"), ("quiero cancelar mi pedido", ("es", "de"), "es")] * 200
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda one: detect_language(one[0], one[1]).language, asked))
    assert found == [language for _, _, language in asked]
