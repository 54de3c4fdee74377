"""Which written words are the same word: case, accents, doubled letters and two swapped letters do not count."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from ragcare.deciding.signals import gravity, person
from ragcare.deciding.signals.words import LISTS

_RULES = (
    *(person.RULES, person.LOOKALIKES, person.ACCEPTED, person.REPEATED),
    *(gravity.ANGER_RULES, gravity.ANGER_LOOKALIKES),
    *(gravity.BEREAVEMENT_RULES, gravity.BEREAVEMENT_LOOKALIKES),
    *(gravity.FRAUD_RULES, gravity.FRAUD_LOOKALIKES),
    *(gravity.LEGAL_RULES, gravity.LEGAL_LOOKALIKES),
)


def key(word: str) -> str:
    """The word without what people forget: case, accents, doubled letters."""
    folded = unicodedata.normalize("NFKD", word.casefold().replace("œ", "oe"))
    return re.sub(r"(.)\1+", r"\1", "".join(char for char in folded if not unicodedata.combining(char)))


@cache
def codes() -> dict[str, str]:
    """A private character for every word that a list or a rule names, and for the same with two letters swapped."""
    lines = (*_RULES, *(words.lower() for words in LISTS.values()))
    keys = dict.fromkeys(key(word) for line in lines for word in re.findall(r"(?<![.\w])[^\W_A-Z]+", line))
    known = {name: chr(0xE000 + place) for place, name in enumerate(keys)}
    for name in keys:
        for place in range(1, len(name) - 1 if len(name) >= 5 else 0):
            known.setdefault(name[:place] + name[place + 1] + name[place] + name[place + 2 :], known[name])
    return known
