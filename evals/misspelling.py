"""Misspelt copies of questions, with a fixed seed: slips of the fingers, and the short forms of text messages.

They are planted without a look at how `ragcare.index.spelling` repairs: other slips (a neighbouring key, two slips in
one long word, the first letter) and other short forms (vowels left out, mute endings dropped, sounds for letters) than
it knows. So most of what is planted can be repaired, and some of it cannot.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

from ragcare.language.folding import fold

_NEIGHBOURS: Final = {
    "a": "qzs", "b": "vn", "c": "xv", "d": "sf", "e": "rz", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "km", "m": "ln", "n": "bm", "o": "ip", "p": "o", "q": "a", "r": "et", "s": "dq", "t": "ry",
    "u": "yi", "v": "cb", "w": "x", "x": "wc", "y": "tu", "z": "ea",
}  # fmt: skip
_SHORT: Final = {
    "fr": {
        "je": "j", "pour": "pr", "dans": "ds", "vous": "vs", "nous": "ns", "comment": "cmt coment", "que": "ke q",
        "combien": "cb combi1 combi", "quand": "qd kan", "quoi": "koi", "qui": "ki", "quel": "kel", "quelle": "kel",
        "quels": "kel", "quelles": "kel", "est": "e", "sont": "son", "avec": "av", "mon": "mn", "beaucoup": "bcp",
        "toujours": "tjs tjrs", "pourquoi": "pk pq", "temps": "tps tmps", "plus": "+", "pas": "pa", "jamais": "jms",
        "tout": "tt", "tous": "ts", "mais": "me", "les": "lé", "des": "dé", "dois": "doi", "peux": "pe", "peut": "peu",
        "faut": "fo", "faire": "fair", "fait": "fé", "avoir": "avr", "etre": "etr", "suis": "sui", "sans": "san",
        "quelque": "qq", "meme": "mm", "demain": "2main",
    },
    "en": {
        "you": "u", "your": "ur", "are": "r", "for": "4", "to": "2", "too": "2", "please": "plz pls", "when": "wen",
        "because": "cuz bc", "what": "wat wot", "how": "hw", "with": "wiv w", "have": "hav", "the": "da th", "and": "n",
        "is": "iz", "does": "duz", "that": "dat", "this": "dis", "why": "y", "about": "abt", "from": "frm", "be": "b",
        "people": "ppl", "tomorrow": "tmrw 2moro", "today": "2day", "before": "b4", "see": "c", "any": "ne",
        "would": "wud", "should": "shud", "could": "cud", "know": "kno", "there": "ther", "want": "wnt", "need": "nd",
        "much": "mch", "get": "gt", "can": "cn",
    },
}  # fmt: skip
_SPOKEN: Final = {
    "fr": (
        ("qu", "k", 0.4), ("eau|au", "o", 0.3), ("(?:er|ez)$", "é", 0.4), ("(?:es|e|s|t)$", "", 0.3),
        (r"(.)\1", r"\1", 0.2), ("ph", "f", 0.1),
    ),
    "en": (("ing$", "in", 0.4), ("ck", "k", 0.3), ("ght", "t", 0.3), (r"(.)\1", r"\1", 0.3)),
}  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_]+")
_ELIDED: Final = re.compile(r"\b(qu|[cdjlmnst])['’]")
_SHARE, _SHARE_OF_SHORT, _TWICE, _SHORTENED, _VOWELS_DROPPED = 0.3, 0.08, 0.2, 0.7, 0.25


def typed_in_a_hurry(text: str, language: str, dice: random.Random) -> str:  # noqa: ARG001 (as `in_a_text_message`)
    """With a slip in about three of ten words of four letters and more, in one at least; some short ones too."""
    longer = [word for word in _WORD.finditer(text) if len(word[0]) >= 4 and not word[0].isupper()]
    chosen = [word for word in longer if dice.random() < _SHARE] or dice.sample(longer, min(1, len(longer)))
    short = (word for word in _WORD.finditer(text) if len(word[0]) == 3 and word[0].islower())
    chosen += [word for word in short if dice.random() < _SHARE_OF_SHORT]
    for word in sorted(chosen, key=lambda word: -word.start()):
        slipped = _slip(word[0], dice)
        if len(slipped) >= 9 and dice.random() < _TWICE:
            slipped = _slip(slipped, dice)
        text = text[: word.start()] + slipped + text[word.end() :]
    return text


def _slip(word: str, dice: random.Random) -> str:
    """Two letters swapped, one left out, one doubled, or a neighbouring key."""
    kind, at = dice.random(), dice.randrange(1, len(word) - 1)
    if kind < 0.35 or len(word) == 3:
        at = dice.randrange(0 if dice.random() < 0.15 else 1, len(word) - 1)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind < 0.6:
        return word[:at] + word[at + 1 :]
    if kind < 0.75:
        return word[:at] + word[at] * 2 + word[at + 1 :]
    return word[:at] + dice.choice(_NEIGHBOURS.get(fold(word[at])[:1], "e")) + word[at + 1 :]


def in_a_text_message(text: str, language: str, dice: random.Random) -> str:
    """Small, without accents and marks, written short and by its sound."""
    text = fold(text)
    if language == "fr":
        text = re.sub(r"\bc['’]est\b", "c", text)
        text = re.sub(
            r"\b(qu|[cdjlmnst])['’]", lambda found: found[1] if dice.random() < _SHORTENED else found[0], text
        )
    text = _WORD.sub(lambda found: _written_short(found[0], language, dice), text)
    return re.sub(r"\s*[?.!,;]+\s*", " ", text).strip() or "?"


def _written_short(word: str, language: str, dice: random.Random) -> str:
    forms = _SHORT.get(language, {}).get(word)
    if forms and dice.random() < _SHORTENED:
        return dice.choice(forms.split())
    if len(word) < 5:
        return word
    for written, heard, share in _SPOKEN.get(language, ()):
        if dice.random() < share:
            word = re.sub(written, heard, word)
    if language == "en" and len(word) > 2 and dice.random() < _VOWELS_DROPPED:
        word = word[0] + re.sub("[aeiou]", "", word[1:-1], count=2) + word[-1]
    return word


def without_accents(text: str, language: str, dice: random.Random) -> str:  # noqa: ARG001
    """Small and without accents."""
    return fold(text)


MISSPELT: Final[dict[str, Callable[[str, str, random.Random], str]]] = {
    "slips": typed_in_a_hurry,
    "text message": in_a_text_message,
    "no accents": without_accents,
}
