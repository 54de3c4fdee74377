"""One spelling for a letter, whatever the keyboard: case, accents, ligatures and typographic forms."""

import unicodedata

# Letters that Unicode does not decompose into a base letter and a mark.
_UNDECOMPOSED = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})

APOSTROPHES = "'’ʼ‘′＇"
"""Every character that people and word processors put where French and English want an apostrophe."""


def fold(text: str) -> str:
    """Fold case, accents, ligatures and compatibility forms, so that "RÉSILIÉ" and "resilie" are equal.

    The length may change: never use offsets into the folded text for the original.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return bare.translate(_UNDECOMPOSED)


def fold_in_place(text: str) -> str:
    """Fold case, accents and apostrophes, each character in its place: offsets hold for the text itself."""
    plain = "".join((fold(char) or char)[0] for char in text)
    return "".join("'" if char in APOSTROPHES else char for char in plain)
