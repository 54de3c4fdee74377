"""What comes from articles and questions gives no orders to a terminal, a page or a reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.language.unprintable import one_line, printable


@pytest.mark.parametrize("order", ["\x1b[2J", "\x00", "\x07", "\x9b31m", "\u202e", "\u2066", "\ud800", "\uffff", "\r"])
def test_no_order_is_left(order: str) -> None:
    assert printable(f"a{order}b") == f"a{order[1:]}b"
    assert one_line(f"a{order}b") == f"a {order[1:]}b"


def test_words_of_all_languages_lines_and_tabs_stay() -> None:
    text = "Œuvre à 1\u202f200 €,\n\tl’été : שלום \U0001f600"
    assert printable(text) == text
    assert one_line(text) == "Œuvre à 1 200 €, l’été : שלום \U0001f600"


@given(st.text())
def test_a_line_is_one_line_and_can_be_written(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip() == one_line(line)
    assert line.encode().decode() == line
