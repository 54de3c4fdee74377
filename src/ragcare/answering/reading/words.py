"""The words of a question or a passage, each with its place, its stem and its shape: what reading looks at."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from ragcare.language.folding import APOSTROPHES, fold
from ragcare.language.stemming import stemmer_for
from ragcare.language.stop_words import STOP_WORDS
from ragcare.language.whose_words import read_as

_MARK: Final = f"[{APOSTROPHES}]"
_WORD: Final = re.compile(
    rf"(?P<elided>(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu){_MARK}(?=\w))"
    r"|(?P<number>[0-9]+(?:[.,\u00a0\u202f ][0-9]{3}(?![0-9]))*(?:[.,][0-9]+)?)"
    rf"|(?P<word>\w+(?:{_MARK}\w+)*)"
    r"|(?P<mark>[^\w\s])",
    re.IGNORECASE,
)
_QUESTION_WORDS: Final = {
    "fr": "combien pourquoi quand comment qui quoi quel quelle quels quelles lequel laquelle est ce t il elle",
    "en": "how when why where who whom whose what which many much did does do s t d ll re ve",
}
_FUNCTION: Final = {
    "fr": "sans pas jamais ni non sous entre apres avant pendant contre selon ainsi cette lorsque lorsqu puisqu jusqu "
    "qu si sur deja tres trop moins beaucoup celui l c d j n s quelque certains certaines chaque",
    "en": "no not without never nor after before during between under over against while although though since until "
    "into onto upon within through more most many much only own same other one few each every once again here now",
}


class Word(NamedTuple):
    """A word, number or mark.

    Attributes:
        start: offset of its first character; `end` after its last.
        plain: folded, without apostrophe: "l", "elysee".
        stem: what two forms of it share; "" where it only holds a sentence together.
        shape: "number", "capital", "small" or "mark".
    """

    start: int
    end: int
    plain: str
    stem: str
    shape: str


def words(text: str, language: str) -> list[Word]:
    """All words, numbers and marks of a text, in order."""
    stem = _stem_of(read_as(language))
    found = []
    for match in _WORD.finditer(text):
        said, kind = match[0], match.lastgroup
        if kind == "mark":
            found.append(Word(*match.span(), said, "", "mark"))
        elif kind == "number":
            plain = "".join(char for char in said if char.isdigit() or char in ".,")
            found.append(Word(*match.span(), plain, plain.replace(",", ""), "number"))
        else:
            plain, root = stem(said)
            shape = "capital" if said[0].isupper() else "number" if said[0].isdigit() else "small"
            found.append(Word(*match.span(), plain, root, shape))
    return found


@lru_cache(maxsize=4)
def _stem_of(language: str) -> Callable[[str], tuple[str, str]]:
    """From a word as written to its plain form and its stem; most of any text is the same few thousand words."""
    dropped = STOP_WORDS[language] | set(f"{_QUESTION_WORDS[language]} {_FUNCTION[language]}".split())
    snowball = stemmer_for(language)

    @lru_cache(maxsize=1 << 15)
    def forms(word: str) -> tuple[str, str]:
        plain = fold(re.sub(_MARK, "'", word))
        if language == "en":
            plain = plain.removesuffix("'s")
        plain = plain.replace("'", "")
        return plain, "" if plain in dropped or (len(plain) == 1 and not plain.isdigit()) else snowball(plain)

    return forms
