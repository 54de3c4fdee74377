from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.answering.reading.question_types import ASKED, Asked, question_type

LABELLED = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "question_types.tsv").read_text(encoding="utf-8").splitlines()
]


def test_every_kind_is_labelled_in_both_languages() -> None:
    kinds = defaultdict(set)
    for language, asked, _ in LABELLED:
        kinds[language].add(asked)
    assert kinds == {"fr": set(ASKED), "en": set(ASKED)}
    assert get_args(Asked) == ASKED


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nearly_all_labelled_questions_are_told(language: str) -> None:
    rows = [row for row in LABELLED if row[0] == language]
    wrong = [(text, asked) for _, asked, text in rows if question_type(text, language).asked != asked]
    assert len(rows) > 90
    assert len(wrong) <= 0.05 * len(rows), wrong


@pytest.mark.parametrize(
    ("text", "language", "focus"),
    [
        ("Dans quel pays puis-je voyager ?", "fr", "pays"),
        ("Quelle autre université est à Shanghai ?", "fr", "universite"),
        ("What type of wood is the roof made of?", "en", "wood"),
        ("How many days do I have?", "en", "days"),
        ("Pourquoi est-ce refusé ?", "fr", ""),
    ],
)
def test_the_asked_noun_is_named(text: str, language: str, focus: str) -> None:
    assert question_type(text, language).focus == focus


def test_where_with_its_accent_is_not_or() -> None:
    assert question_type("Mon colis, il est où ?", "fr").asked == "place"
    assert question_type("Un mail ou un appel suffit ?", "fr").asked != "place"


@given(st.text(max_size=200), st.sampled_from(["fr", "en", "de", "und"]))
def test_any_text_asks_for_something(text: str, language: str) -> None:
    assert question_type(text, language).asked in ASKED
