"""Folded text: the same letters whatever the keyboard; in its place, where offsets must hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ragcare.language.folding import fold, fold_in_place


def test_case_accents_and_apostrophes_are_folded() -> None:
    assert fold("RÉSILIÉ, œuvre") == "resilie, oeuvre"
    assert fold_in_place("L’ÉTÉ\u00a0: œuvre") == "l'ete : ouvre"


@given(st.text())
def test_what_is_folded_in_place_keeps_every_character_where_it_stands(text: str) -> None:
    assert len(fold_in_place(text)) == len(text)
