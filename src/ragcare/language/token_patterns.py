"""What counts as one token: a single pass over the original text, so that offsets are never guessed.

The alternatives are tried in the order written here. Combining marks ride along inside a word, so
decomposed text needs no normalising first. Every repetition is possessive or bounded by what follows, so
that no text makes the pass more than linear.
"""

import re
from typing import Final

from ragcare.language.folding import APOSTROPHES
from ragcare.language.numerals import number_pattern

_ACCENT: Final = "[\u0300-\u036f]"  # a combining mark, of decomposed text
_LETTER: Final = f"(?:[^\\W\\d_ʼ]{_ACCENT}*+)"  # ʼ is a letter to Unicode and an apostrophe to us
_WORD: Final = f"[^\\W_ʼ](?:[^\\W_ʼ]|{_ACCENT})*+"
_NO_LETTER: Final = f"(?![^\\W\\d_ʼ]|{_ACCENT})"
_END: Final = f"(?!\\w|{_ACCENT})"
_E: Final = "(?:é|e\u0301?)"
_MARK: Final = f"[{APOSTROPHES}]"
_BLANK: Final = "[ \u00a0\u202f\u2009]"

# Symbols of one or two letters that are glued to their number ("24h", "500Go"); "5G" is a name, not five g.
_UNITS: Final = "(?:h|j|s|mn|min|sec|go|mo|ko|to|gb|mb|kb|tb|km|cm|mm|kg|ml|cl|m|k)"
_CURRENCY: Final = "(?:€|\\$|£|eur|usd|gbp|chf)"

_COMMON_HEAD: Final = (
    ("phone", r"(?:\+33[ .]?(?:\(0\))?[1-9]|0[1-9])(?:[ \u00a0\u202f.-]?[0-9]{2}){4}(?![0-9])"),
    ("acronym", rf"(?:{_LETTER}\.){{2,}}+{_LETTER}?{_END}"),
)
_FRENCH_HEAD: Final = (
    ("reference", rf"(?:[LRD]|\bA)\.?{_BLANK}?[0-9]++(?:-[0-9]++)++|[LRD]\.{_BLANK}?[0-9]++"),
    # "39 00" is the 3900 of a telephone, but not inside a longer row of pairs.
    ("short_code", r"(?:3[0-9]|10) [0-9]{2}(?![0-9]|[ .][0-9]{2}(?![0-9]))"),
    ("cents", r"[0-9]++€[0-9]{2}(?![0-9])"),
)
_FRENCH_WORDS: Final = (
    ("percent", rf"(?<=[0-9]{_BLANK})pour{_BLANK}?cents?{_END}"),
    ("elision", rf"(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu){_MARK}(?=[^\W_])"),
)
_ENGLISH_WORDS: Final = (("percent", rf"per{_BLANK}?cent{_END}"),)
_FIRST: Final = r"(?=[\w+€$£%])"  # what every token begins with: between words, none of them is tried


def token_pattern(language: str) -> re.Pattern[str]:
    """Return the pattern whose group names say what each token is."""
    number = number_pattern(language)
    head = _COMMON_HEAD + (_FRENCH_HEAD if language == "fr" else ())
    words = {"fr": _FRENCH_WORDS, "en": _ENGLISH_WORDS}.get(language, ())
    alternatives = (
        *head,
        ("version", r"(?![1-9][0-9]{0,2}(?:\.[0-9]{3})++(?![.0-9]))[0-9]++(?:\.[0-9]++){2,}+"),
        ("code", rf"[0-9]++(?!{_UNITS}{_NO_LETTER}){_LETTER}{{1,2}}+{_NO_LETTER}[0-9]*+"),
        ("price", rf"(?P<before>{_CURRENCY}){_BLANK}?(?P<value>{number})"),
        ("number", rf"(?P<digits>{number})(?:{_BLANK}?(?P<unit>{_UNITS}){_NO_LETTER})?"),
        ("symbol", "[€$£%]"),
        *words,
        ("joined", rf"(?:e|wi|co|r{_E}|pr{_E}|t{_E}l{_E}|multi|auto)-{_WORD}"),
        ("word", rf"{_WORD}(?:{_MARK}{_WORD})*+"),
    )
    any_of_them = "|".join(f"(?P<{name}>{pattern})" for name, pattern in alternatives)
    return re.compile(f"{_FIRST}(?:{any_of_them})", re.IGNORECASE)
