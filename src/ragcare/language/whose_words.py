"""The two languages that there are words of, and which of them is read where a text is in another."""

from typing import Literal


def read_as(language: str) -> Literal["fr", "en"]:
    """Whose words a text is read by: French by the French ones, any other by the English ones."""
    return "fr" if language == "fr" else "en"
