"""The words of a language, French or English: what tells a slip of the fingers from a word that is only rare.

The words and how often they are said are those of pyspellchecker (film subtitles, checked against dictionaries). Read
when the first question has a word that its index does not hold: 0.2 s and 20 MiB a language.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ragcare.language.folding import fold
from ragcare.language.stop_words import STOP_WORDS

_WORDS_A_TEXT = 10
"""Of a question: so many times likelier it is to have a word somewhere than in one place."""


class Entry(NamedTuple):
    """A word as it is written, accents and all, and about which share of short texts have it."""

    written: str
    share: float


class Lexicon:
    """The words of one language, by their folded form; none of a language that is neither French nor English."""

    def __init__(self, language: str) -> None:
        self._words: dict[str, tuple[str, int]] = {}
        self._all = 1
        if language in STOP_WORDS:
            from spellchecker import SpellChecker

            known = SpellChecker(language=language, distance=1).word_frequency
            self._all = known.total_words
            for word, count in known.dictionary.items():
                if not word.isalpha():
                    continue
                folded = word if word.isascii() else fold(word)
                if count > self._words.get(folded, ("", 0))[1]:
                    self._words[folded] = word, count

    def get(self, folded: str) -> Entry | None:
        """The most frequent word that folds so, if any."""
        known = self._words.get(folded)
        return Entry(known[0], min(1.0, known[1] / self._all * _WORDS_A_TEXT)) if known else None


@lru_cache(maxsize=8)
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language, read once."""
    return Lexicon(language)
