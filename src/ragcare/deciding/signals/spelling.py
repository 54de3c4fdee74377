"""Which written words are the same word: case, accents, doubled letters and two swapped letters do not count.

The words by which a person is asked for may also have one wrong vowel or lack one letter: who asks for a person is
heard. A real word that would so be taken for another stands in the list ``UNRELATED``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from ragcare.deciding.signals.lists import LISTS
from ragcare.deciding.signals.rules import LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_MISSPELT = (
    "TALK",
    "HUMAN",
    "STAFF",
    "SOMEONE",
    "TRANSFER",
    "CALLBACK",
    "CALLED",
    "CUSTOMER",
    "CARE",
    "MEMBER",
    "PHONE",
    "RELATION",
    "REACH",
)
_VOWELS = "aeiouy"


def key(word: str) -> str:
    """The word without what people forget: case, accents, doubled letters."""
    return re.sub(r"(.)\1+", r"\1", _plain(word))


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.casefold().replace("œ", "oe"))
    return "".join(char for char in folded if not unicodedata.combining(char))


@cache
def codes() -> dict[str, str]:
    """A private character for every word that a list or a rule names, shared by its misspellings."""
    lines = (*LINES, *(words.lower() for words in LISTS.values()))
    words = dict.fromkeys(key(word) for line in lines for word in re.findall(r"(?<![.\w])[^\W_A-Z]+", line))
    known = {word: chr(0xE000 + place) for place, word in enumerate(words)}
    heard = [_plain(word) for name in _MISSPELT for word in LISTS[name].split()]
    heard = list(dict.fromkeys((*heard, *map(key, heard))))  # a slip may part two equal letters, or be made without one
    for word, misspelling in (*_pairs(words, _swapped), *_pairs(heard, _swapped), *_pairs(heard, _slipped)):
        known.setdefault(key(misspelling), known[key(word)])
    return known


def _pairs(words: Iterable[str], misspell: Callable[[str], Iterator[str]]) -> Iterator[tuple[str, str]]:
    return ((word, misspelling) for word in words for misspelling in misspell(word))


def _swapped(word: str) -> Iterator[str]:
    """The word with two letters swapped: the first stays and, in a word of four letters, the last."""
    for place in range(1, len(word) - (2 if len(word) == 4 else 1) if len(word) >= 4 else 0):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _slipped(word: str) -> Iterator[str]:
    """The word with one wrong vowel or without one; when it is long, without any letter. The first and last stay."""
    for place in range(1, len(word) - 1 if len(word) >= 5 else 0):
        if word[place] in _VOWELS:
            yield from (key(word[:place] + vowel + word[place + 1 :]) for vowel in _VOWELS)
        if len(word) >= 6 or word[place] in _VOWELS:
            yield key(word[:place] + word[place + 1 :])
