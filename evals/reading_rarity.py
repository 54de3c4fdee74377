"""Counts how many passages of the training sets hold each stem, for the idf that reading weighs words by."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

from reading_examples import Row

from ragcare.answering.reading.rarity import RAREST
from ragcare.answering.reading.words import words

KEPT = 4_000
"""Stems a language: the most frequent ones; every other is rare."""


def rarities(rows: list[Row]) -> dict[str, dict[str, float]]:
    """The idf of the most frequent stems of each language, over the distinct passages of the rows."""
    table = {}
    for language in ("fr", "en"):
        passages = {row.passage.text for row in rows if row.passage.language == language}
        held = Counter(stem for text in passages for stem in {word.stem for word in words(text, language)} - {""})
        table[language] = {
            stem: round(min(RAREST, math.log((len(passages) + 1) / (count + 0.5))), 1)
            for stem, count in sorted(held.most_common(KEPT))
        }
    return table


def write_rarities(rows: list[Row], path: Path) -> None:
    """Writes the table that `ragcare.answering.reading.rarity` reads."""
    path.write_text(
        json.dumps(rarities(rows), ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", encoding="utf-8"
    )
