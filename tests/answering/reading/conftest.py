from __future__ import annotations

from collections.abc import Callable

import pytest

from ragcare.schema import Passage


@pytest.fixture
def passage() -> Callable[..., Passage]:
    """Makes a passage that stands alone."""

    def make(text: str, language: str = "en", title: str = "", headings: tuple[str, ...] = ()) -> Passage:
        return Passage("p", "a", 1, title, (), headings, text, 0, len(text), language)

    return make
