from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.answering.reading.passage_view import STATIC, passage_view
from ragcare.schema import Passage


def spans(passage: Passage) -> set[str]:
    view = passage_view(passage)
    return {
        passage.text[view.words[low].start : view.words[high].end]
        for low, high in zip(view.first, view.last, strict=True)
    }


@pytest.mark.parametrize(
    ("text", "language", "answer"),
    [
        ("Le remboursement prend 14 jours ouvrés après réception.", "fr", "14 jours ouvrés"),
        ("The fee is £12.50 for each parcel.", "en", "£12.50"),
        ("Elle est née en Espagne, à Barcelone.", "fr", "à Barcelone"),
        ("Write to help@example.org at any time.", "en", "help@example.org"),
        ("The bridge was designed by Jane Marian Joseph in 1931.", "en", "Jane Marian Joseph"),
        ("Le plan dit « Grand Large » commence lundi.", "fr", "Grand Large"),
    ],
)
def test_what_could_answer_is_a_candidate(
    text: str, language: str, answer: str, passage: Callable[..., Passage]
) -> None:
    assert answer in spans(passage(text, language))


def test_no_candidate_leaves_its_sentence(passage: Callable[..., Passage]) -> None:
    view = passage_view(passage("Orders ship on Monday. Returns are free. Call us."))
    assert (view.unit_of[view.first] == view.unit_of[view.last]).all()


def test_a_quantity_is_told_by_its_kind(passage: Callable[..., Passage]) -> None:
    text = "It costs 20 euros."
    view = passage_view(passage(text))
    row = next(
        at for at, (low, high) in enumerate(zip(view.first, view.last, strict=True))
        if text[view.words[low].start : view.words[high].end] == "20 euros"
    )  # fmt: skip
    assert view.static[row, STATIC.index("is_amount")] == 1
    assert view.static[row, STATIC.index("is_date")] == 0


@given(st.text(min_size=1, max_size=300).filter(str.strip), st.sampled_from(["fr", "en", "und"]))
def test_any_text_can_be_viewed(text: str, language: str) -> None:
    view = passage_view(Passage("p", "a", 1, "", (), (), text, 0, len(text), language))
    assert view.static.shape == (len(view.first), len(STATIC))
    assert np.isfinite(view.static).all()
