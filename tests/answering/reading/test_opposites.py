from __future__ import annotations

import pytest

from ragcare.answering.reading.opposites import turned_round
from ragcare.answering.reading.words import words


def stems(text: str, language: str) -> set[str]:
    return {word.stem for word in words(text, language) if word.stem}


@pytest.mark.parametrize(
    ("asked", "said", "language", "turned"),
    [
        ("minimum", "the maximum weight is 30 kg", "en", True),
        ("legal", "it is illegal", "en", True),
        ("gratuit", "un service payant", "fr", True),
        ("possible", "c'est impossible", "fr", True),
        ("minimum", "the usual weight is 30 kg", "en", False),
        ("colis", "un service payant", "fr", False),
    ],
)
def test_an_opposite_is_seen(asked: str, said: str, language: str, turned: bool) -> None:
    (stem,) = stems(asked, language)
    assert turned_round(stem, stems(said, language), language) is turned
