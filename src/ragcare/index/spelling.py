"""What a misspelt word of a question was meant to be, among the words of the index itself.

For the keyword leg alone: "remboursment" finds nothing there, while a vector bends towards what was meant. Every word
that is one slip away is tried (Norvig 2007, "How to Write a Spelling Corrector"), and those whose token the index holds
are asked for beside it. Nothing is read or kept for it, so a change needs no care. A word that the index holds is
never touched, nor is a number, a reference, an acronym or a short word (`docs/design/017-query-repair.md`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from functools import lru_cache
from string import ascii_lowercase
from typing import Final

from ragcare.index.keyword import analyse_query
from ragcare.language.analyser import analyser_for
from ragcare.language.folding import fold

Standing = Callable[[str], int]
"""In how many passages that may be said a token stands."""

_SHORTEST: Final = 5
"""Letters of a word that may be misspelt. At four letters other words are too near: "dead" is "read"."""

_LONGEST: Final = 24
_MOST_TOKENS: Final = 2
"""So many tokens stand in for one word: where two are near, nothing but frequency tells which was meant."""

_WORD: Final = re.compile("(?:[^\\W\\d_ʼ][\u0300-\u036f]*+)++")


def meant(text: str, language: str, languages: Set[str], standing: Standing) -> list[str]:
    """Query tokens for what the unknown words of a question were meant to be; none where all are known.

    Args:
        text: the question.
        language: of the question; in no other is anything repaired.
        languages: of the index: a word that is known in any of them is known.
        standing: counts only what may be said to the asker, so that nothing else shows.
    """
    if language not in languages:
        return []
    tokens: list[str] = []
    for word in _correctable(text, language):
        if not _known(word, language, languages, standing):
            held = {token: standing(token) for token in _one_slip_away(fold(word), language)}
            found = sorted((token for token, count in held.items() if count), key=lambda token: (-held[token], token))
            tokens += found[:_MOST_TOKENS]
    return tokens


def _known(word: str, language: str, languages: Set[str], standing: Standing) -> bool:
    # Its own language first: most words are known there, and need not be looked for in the others.
    in_turn = {language}, languages - {language}
    return any(any(map(standing, analyse_query(word, language, some))) for some in in_turn)


def _correctable(text: str, language: str) -> Iterator[str]:
    """The words of a question that may be misspelt: of letters alone, long enough, and no acronym."""
    shouted = text.isupper()
    for word in analyser_for(language).words(text):
        written = text[word.start : word.end]
        acronym = written.isupper() and not shouted
        if _SHORTEST <= len(fold(written)) <= _LONGEST and _WORD.fullmatch(written) and not acronym:
            yield written


@lru_cache(maxsize=1024)
def _one_slip_away(word: str, language: str) -> frozenset[str]:
    """The tokens of all words with one letter left out, doubled, wrong or swapped; the first is right, or swapped."""
    near = {word[1] + word[0] + word[2:]}
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        near.update(before + letter + after for letter in ascii_lowercase)
        if after:
            near.add(before + after[1:])
            near.update(before + letter + after[1:] for letter in ascii_lowercase)
        if len(after) > 1:
            near.add(before + after[1] + after[0] + after[2:])
    near.discard(word)
    return frozenset(f"{language}:{token}" for token in analyser_for(language).tokens(" ".join(sorted(near))))
