"""The words of a title or of what is being typed: as they are written and not stemmed, for they are read as typed.

The analyser of the keyword leg is no use here: it drops and stems, so that "rembou" begins none of its tokens.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from ragcare.language.folding import fold

_LETTERS: Final = "(?:[^\\W_ʼ][\u0300-\u036f]*+)++"  # with combining marks; ʼ is a letter to Unicode, not to us
_WORD: Final = re.compile(_LETTERS)
_HYPHENATED: Final = re.compile(f"{_LETTERS}(?:[-‐‑]{_LETTERS})++")
_ANY_HYPHEN: Final = re.compile("[-‐‑]")
_folded = lru_cache(maxsize=1 << 15)(fold)  # text is mostly the same few thousand words


class TypedWord(NamedTuple):
    """A folded word and where it stands in the text."""

    folded: str
    start: int
    end: int


def typed_words(text: str) -> list[TypedWord]:
    """All words in order; an apostrophe parts them ("l'abonnement"), and so does a hyphen."""
    return [TypedWord(_folded(match[0]), *match.span()) for match in _WORD.finditer(text)]


def hyphenated(text: str) -> list[TypedWord]:
    """Such as "e-mail", as the one word "email" that others write."""
    if not _ANY_HYPHEN.search(text):  # most texts, and this is quicker
        return []
    return [TypedWord(fold("".join(_WORD.findall(match[0]))), *match.span()) for match in _HYPHENATED.finditer(text)]


def beginning(text: str, word: TypedWord, letters: int) -> tuple[int, int]:
    """Where the first so many folded letters of a word stand in the text; all of "œ", which folds to two."""
    if letters >= len(word.folded):
        return word.start, word.end
    if word.end - word.start == len(word.folded):  # each letter folds to one
        return word.start, word.start + letters
    folded = 0
    for end in range(word.start, word.end):
        length = sum(map(len, _WORD.findall(fold(text[end]))))
        if folded >= letters and length:
            return word.start, end
        folded += length
    return word.start, word.end
