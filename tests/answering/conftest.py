"""The demo's help centre, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragcare.evaluation.questions import QuestionSet
from ragcare.schema import Article


@pytest.fixture(scope="session")
def demo() -> tuple[Article, ...]:
    """All articles of evals/demo, in French and English."""
    return QuestionSet.load(Path(__file__).parents[2] / "evals" / "demo").articles()
