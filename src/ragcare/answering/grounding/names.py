"""Names of people, products, places: a word with a capital where the language wants none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from ragcare.language.analyser import KNOWN_LANGUAGES
from ragcare.language.blocks import LIST_ITEM
from ragcare.language.dates import MONTHS, WEEKDAYS
from ragcare.language.folding import fold
from ragcare.language.stop_words import STOP_WORDS

_WORD: Final = re.compile(r"[^\W_]+(?:[-&][^\W_]+)*")
# Signs within a line too, "Étapes : 1. Ouvrez • Fermez": so no list item of `LIST_ITEM`, which opens one.
_OPENS: Final = re.compile(r"(?:^|[.!?…:;\n|•>*«“\"(–—-]|\d[.)])\s*(?:\*\*|__|[«“\"'(])?\s*$")
_COMMON: Final = frozenset({
    "i", "monsieur", "madame", "mr", "mrs", "ms", "dr", "oui", "non", "yes", "no", "ok", "pdf", "cv", "faq",
    "english", "french", "anglais", "francais",
    *WEEKDAYS["en"], *(forms.split()[0] for forms in MONTHS["en"]),
})  # fmt: skip
"""What has a capital and names nobody."""
_SHORTEST_PREFIX: Final = 4


@lru_cache(maxsize=4096)
def names(text: str) -> tuple[tuple[str, int, int], ...]:
    """The names of a text, folded, each with its offsets.

    A word with a capital inside a sentence, or with a capital or a figure after its first letter wherever it stands.
    """
    item = LIST_ITEM.match(text)
    first = item.end() if item else 0
    found = []
    for match in _WORD.finditer(text, first):
        word = match[0]
        inner = any(char.isupper() for char in word[1:]) or (word[0].isalpha() and any(map(str.isdigit, word)))
        opens = _OPENS.search(text[max(first, match.start() - 8) : match.start()]) is not None
        plain = fold(word)
        if (
            (inner or (word[0].isupper() and not opens))
            and len(plain) > 1
            and plain not in _COMMON
            and not any(plain in STOP_WORDS[language] for language in KNOWN_LANGUAGES)
        ):
            found.append((plain, *match.span()))
    return tuple(found)


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    whole = {fold(word) for word in _WORD.findall(text)}
    return frozenset(whole | {part for word in whole for part in re.split("[-&]", word)})


def missing_names(said: str, stands: str, *, across: bool) -> list[tuple[int, int]]:
    """Where a sentence names what its evidence does not.

    Args:
        said: the sentence.
        stands: the whole evidence.
        across: whether the two are in different languages, where "Belgique" may be "Belgium".
    """
    known = _words(stands)
    return [
        (start, end)
        for name, start, end in names(said)
        if not _stands(name, known, across) and not _stands_in_parts(name, known, across)
    ]


def named_by_heading(said: str, stands: Iterable[str], heading: str) -> list[tuple[int, int]]:
    """Where a sentence names what its evidence only calls "it": a name of the heading, where the evidence has none."""
    if not heading or any(map(names, stands)):
        return []
    strange = set(missing_names(said, heading, across=False))
    return [(start, end) for _, start, end in names(said) if (start, end) not in strange]


def _stands_in_parts(name: str, known: frozenset[str], across: bool) -> bool:
    parts = re.split("[-&]", name)
    return len(parts) > 1 and all(_stands(part, known, across) for part in parts)


def _stands(name: str, known: frozenset[str], across: bool) -> bool:
    if name in known or name.removesuffix("s") in known or f"{name}s" in known:
        return True
    if not name.isalpha() or len(name) <= _SHORTEST_PREFIX:
        return False
    # "British" and "Britain", "italienne" and "Italie": a name and its adjective share their beginning.
    shared = max(_SHORTEST_PREFIX, len(name) - (4 if across else 3))
    return any(one.startswith(name[:shared]) and abs(len(one) - len(name)) <= 4 for one in known)
