from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.answering.reading.question_clauses import clauses


@pytest.mark.parametrize(
    ("text", "language", "asking"),
    [
        ("Bonjour, est-ce que vous livrez ?", "fr", ["est-ce que vous livrez?"]),
        ("Si je perds mon téléphone, l'assurance marche ?", "fr", ["l'assurance marche?"]),
        ("Quand je pars, je peux le garder ?", "fr", ["je peux le garder?"]),
        ("Quand est-il mort, et où ?", "fr", ["quand est-il mort", "OÙ?"]),
        ("Hi there, do you ship to Ireland?", "en", ["do you ship to ireland?"]),
        ("When I travel, does it work?", "en", ["does it work?"]),
        ("When does it end, at noon?", "en", ["when does it end", "at noon?"]),
        ("My card was lost. Is it blocked? Thanks.", "en", ["is it blocked?"]),
        ("I cannot log in. Can you help me?", "en", ["i cannot log in"]),
        ("If I lose it", "en", ["if i lose it"]),
        ("Can you help me?", "en", []),
        ("J'ai perdu ma carte. Vous pouvez m'aider ?", "fr", ["j'ai perdu ma carte"]),
        ("Hello", "en", []),
    ],
)
def test_greetings_scenes_and_what_only_tells_are_left_out(text: str, language: str, asking: list[str]) -> None:
    assert clauses(text, language) == asking


@given(st.text(max_size=200), st.sampled_from(["fr", "en"]))
def test_a_clause_is_one_line(text: str, language: str) -> None:
    assert all(one and "\n" not in one for one in clauses(text, language))
