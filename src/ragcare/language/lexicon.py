"""The words of a language, French or English: what tells a slip of the fingers from a word that is only rare.

The words, and how often they are said, are those of pyspellchecker (film subtitles, checked against dictionaries). Read
when a question first has a word that its index does not hold: 0.3 s and 30 MiB a language, and both are read where the
word is not of its own.
"""

from __future__ import annotations

from typing import NamedTuple

from ragcare.language.folding import fold
from ragcare.language.stop_words import STOP_WORDS

_WORDS_A_TEXT = 10
"""Of a question: so many times likelier it is to have a word somewhere than in one place."""


class KnownWord(NamedTuple):
    """A word as it is written, accents and all, and about which share of short texts have it."""

    written: str
    share: float


class Lexicon:
    """The words of one language, by their folded form; none of a language that is neither French nor English."""

    def __init__(self, language: str) -> None:
        self._counts: dict[str, int] = {}
        self._accented: dict[str, str] = {}
        self._all = 1
        if language in STOP_WORDS:
            from spellchecker import SpellChecker

            known = SpellChecker(language=language, distance=1).word_frequency
            self._all = known.total_words
            for word, count in known.dictionary.items():
                folded = word if word.isascii() else fold(word)
                if word.isalpha() and count > self._counts.get(folded, 0):
                    self._counts[folded] = count
                    self._accented[folded] = word
            self._accented = {folded: word for folded, word in self._accented.items() if folded != word}

    def __contains__(self, folded: str) -> bool:
        return folded in self._counts

    def get(self, folded: str) -> KnownWord | None:
        """The most frequent word that folds so, if any."""
        count = self._counts.get(folded)
        if count is None:
            return None
        return KnownWord(self._accented.get(folded, folded), min(1.0, count / self._all * _WORDS_A_TEXT))


_READ: dict[str, Lexicon] = {}


def lexicon(language: str) -> Lexicon:
    """The lexicon of a language, read once."""
    known = _READ.get(language)
    return known if known is not None else _READ.setdefault(language, Lexicon(language))


def lexicon_if_read(language: str) -> Lexicon | None:
    """The lexicon of a language where it has been read: for whoever would rather do without than wait."""
    return _READ.get(language)
