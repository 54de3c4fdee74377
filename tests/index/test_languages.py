"""Rows in another language are told apart by number as they are one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ragcare.index.languages import Languages
from ragcare.schema import another_language

CODES = st.sampled_from(["fr", "en", "de", "und"])


@given(st.lists(CODES, max_size=8), CODES)
def test_rows_are_told_apart_as_one_by_one(spoken: list[str], language: str) -> None:
    rows = np.arange(len(spoken))[::-1]
    told = Languages.of(spoken).other_than(language, rows).tolist()
    assert told == [another_language(one, language) for one in reversed(spoken)]
