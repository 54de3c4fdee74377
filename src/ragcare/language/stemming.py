"""Stems that do not see accents: "resiliation", "résiliation" and "résilier" share one.

Snowball's French rules need accents ("résiliée" is a participle, "resiliee" is nothing), and customers
leave them out. Folding after stemming would keep the rules but split a quarter of the accented words from
their accentless spelling. So French words are folded first, on both sides, and the accents that an
*ending* tells for certain are put back before Snowball sees the word. Both spellings then go the same
way by construction; `docs/design/002-language.md` has the measurement.
"""

import re
import threading
from collections.abc import Callable
from typing import Final

_RESTORED: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    # Verbs in -ier, whose -ie and -iez Snowball would take for an ending: "il résilie", "vous modifiez".
    (re.compile("(?<=.)(fi|ili|[ino]ci|ari)(?:e|es|ee|ees|ez|ent)$"), r"\1er"),
    # Nouns in -ité, but not "gratuite", "limite" or "visite".
    (re.compile("(?<=.)((?:al|il|ar|or|iv|id|os|un|an|eg|iet)it)e(s?)$"), r"\1é\2"),
    (re.compile("(?<=..)iere(s?)$"), r"ière\1"),
    (re.compile("(?<=..)ee(s?)$"), r"ée\1"),
    (re.compile("(?<=..)asse(s?)$"), r"assé\1"),  # "dépassé": "-asse" alone reads as a subjunctive
)
_RESTORED_AFTER: Final = ("e", "s", "t", "z")  # the last letter of all of these: most words are spared the patterns
_TRAILING: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile("(?<=...)e$"), ""),  # "-é" that folding made "-e", and that Snowball leaves on
    (re.compile("(?<=[aou])y$"), "i"),  # "payé" gives "pay" where "payer" gives "pai"
    (re.compile("(?<=..)(f|ic)i$"), r"\1"),  # "modifier" gives "modifi" where "modification" gives "modif"
)
_TRAILING_AFTER: Final = ("e", "y", "i")
_KEPT: Final = frozenset({"pays"})  # the country, not "paie"


def stemmer_for(language: str) -> Callable[[str], str]:
    """Return the function from a folded word to its stem; unknown languages keep the word as it is."""
    if language == "fr":
        french = _snowball("french")
        return lambda word: _french_stem(word, french)
    if language == "en":
        return _snowball("english")
    return str


def _french_stem(word: str, snowball: Callable[[str], str]) -> str:
    if word in _KEPT:
        return word
    if word.endswith(_RESTORED_AFTER):
        for ending, restored in _RESTORED:
            word, changed = ending.subn(restored, word)
            if changed:
                break
    stem = snowball(word).replace("é", "e").replace("è", "e")
    if stem.endswith(_TRAILING_AFTER):
        for ending, mended in _TRAILING:
            stem = ending.sub(mended, stem)
    return stem


def _snowball(algorithm: str) -> Callable[[str], str]:
    import Stemmer

    stemmer = Stemmer.Stemmer(algorithm, 0)  # no cache of its own: the analyser keeps one per word
    lock = threading.Lock()  # a Stemmer is not made for two threads at once

    def stem(word: str) -> str:
        with lock:
            return str(stemmer.stemWord(word))

    return stem
