from __future__ import annotations

import pytest

from ragcare.answering.reading.words import words


def test_an_elided_article_is_a_word_of_its_own() -> None:
    assert [word.plain for word in words("L’Élysée n'ouvre", "fr")] == ["l", "elysee", "n", "ouvre"]


def test_two_forms_share_a_stem() -> None:
    (one,), (other,) = words("résilier", "fr"), words("RESILIATION", "fr")
    assert one.stem == other.stem


def test_what_holds_a_sentence_together_has_no_stem() -> None:
    assert [word.plain for word in words("How many days do I have?", "en") if word.stem] == ["days"]


def test_offsets_are_those_of_the_text() -> None:
    text = "Coût : 1 200 € (TTC)."
    assert [text[word.start : word.end] for word in words(text, "fr")] == [
        "Coût",
        ":",
        "1 200",
        "€",
        "(",
        "TTC",
        ")",
        ".",
    ]


@pytest.mark.parametrize(("said", "shape"), [("12", "number"), ("Paris", "capital"), ("ville", "small"), ("?", "mark")])
def test_the_shape_is_told(said: str, shape: str) -> None:
    assert words(said, "fr")[0].shape == shape
