"""How rare a word is in French or English running text: the idf that reading weighs words by."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

RAREST = 8.0
"""The idf of a word that the table does not hold."""


def rarity(stem: str, language: str) -> float:
    """The idf of a stem, between about 1 and `RAREST`."""
    return float(_table(language).get(stem, RAREST))


@cache
def _table(language: str) -> dict[str, float]:
    tables: Any = json.loads((resources.files("ragcare.answering.reading") / "rarity.json").read_bytes())
    return dict(tables[language])
