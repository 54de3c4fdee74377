"""Small numbers written in words, French and English: "deux", "vingt et un", "quatre-vingt-dix", "twenty-four"."""

import re
from functools import lru_cache
from typing import Final

from ragcare.language.folding import fold

_FRENCH_UNDER_TWENTY: Final = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    " dix-sept dix-huit dix-neuf"
)
_FRENCH_TENS: Final = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}
_FRENCH_OTHERS: Final = {
    "une": 1, "vingt et une": 21, "quatre-vingts": 80, "septante": 70, "huitante": 80, "nonante": 90,
    "cent": 100, "mille": 1_000, "une centaine": 100, "une dizaine": 10, "une douzaine": 12, "une quinzaine": 15,
    "une vingtaine": 20, "une trentaine": 30,
}  # fmt: skip
_ENGLISH_UNDER_TWENTY: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
_ENGLISH_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_ENGLISH_OTHERS: Final = {
    "a hundred": 100, "one hundred": 100, "hundred": 100, "a thousand": 1_000, "one thousand": 1_000, "a dozen": 12,
}  # fmt: skip


@lru_cache(maxsize=8)
def spelled_numbers(language: str) -> dict[str, int]:
    """Return every spelling that is known in a language, folded and with hyphens as blanks, and its value."""
    spellings = {"fr": _french, "en": _english}.get(language, dict)()
    return {fold(words).replace("-", " "): value for words, value in spellings.items()}


@lru_cache(maxsize=8)
def spelled_pattern(language: str) -> str:
    """Return the regular expression of a number in words; it matches nothing in an unknown language."""
    spellings = sorted(spelled_numbers(language), key=len, reverse=True)
    if not spellings:
        return "(?!)"
    joined = "|".join(words.replace(" ", "[ \u00a0-]") for words in spellings)
    return rf"(?<!\w)(?:{joined})(?!\w)".replace("zero", "z[eé]ro")


def spelled_value(words: str, language: str) -> str | None:
    """Return the canonical string of a number in words, or None if it is none."""
    value = spelled_numbers(language).get(re.sub("[\\s-]+", " ", fold(words)))
    return None if value is None else str(value)


def _french() -> dict[str, int]:
    under_twenty = _FRENCH_UNDER_TWENTY.split()
    numbers = {words: value for value, words in enumerate(under_twenty)}
    for ten, name in _FRENCH_TENS.items():
        numbers[name] = ten
        reach = 20 if ten in (60, 80) else 10  # soixante-douze, quatre-vingt-dix
        for unit in range(1, reach):
            numbers[f"{name}-{under_twenty[unit]}"] = ten + unit
            if unit in (1, 11):
                numbers[f"{name} et {under_twenty[unit]}"] = ten + unit
    for hundred in range(2, 10):
        numbers[f"{under_twenty[hundred]} cents"] = 100 * hundred
        numbers[f"{under_twenty[hundred]} mille"] = 1_000 * hundred
    return numbers | _FRENCH_OTHERS


def _english() -> dict[str, int]:
    under_twenty = _ENGLISH_UNDER_TWENTY.split()
    numbers = {words: value for value, words in enumerate(under_twenty)}
    for position, name in enumerate(_ENGLISH_TENS.split(), start=2):
        numbers[name] = 10 * position
        numbers |= {f"{name}-{under_twenty[unit]}": 10 * position + unit for unit in range(1, 10)}
    for unit in range(2, 10):
        numbers[f"{under_twenty[unit]} hundred"] = 100 * unit
        numbers[f"{under_twenty[unit]} thousand"] = 1_000 * unit
    return numbers | _ENGLISH_OTHERS
