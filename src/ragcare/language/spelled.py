"""Small numbers written in words, French and English: "deux", "vingt et un", "quatre-vingt-dix", "twenty-four"."""

import re
from collections.abc import Iterable
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
    """Return the regular expression of a number in words; it matches nothing in an unknown language.

    "Mille deux cent cinquante" and "one hundred and twenty" are put together from thousands, hundreds and the rest.
    """
    numbers = spelled_numbers(language)
    if not numbers:
        return "(?!)"
    blank, joint = "[ \u00a0-]", "(?:and[ \u00a0])?"
    whole, below = _any_of(numbers), _any_of(words for words, value in numbers.items() if 0 < value < 100)
    hundreds, thousands = _any_of(_hundreds(language)), _any_of(_thousands(language))
    rest = f"(?:{hundreds}{blank}{joint}{below}|{hundreds}|{joint}{below})"
    return rf"(?<!\w)(?:{thousands}{blank}{rest}|{hundreds}{blank}{joint}{below}|{whole})(?!\w)".replace(
        "zero", "z[eé]ro"
    )


def spelled_value(words: str, language: str) -> str | None:
    """Return the canonical string of a number in words, or None if it is none."""
    value = _value(re.sub("[\\s-]+", " ", fold(words)), language)
    return None if value is None else str(value)


def _value(words: str, language: str) -> int | None:
    known = spelled_numbers(language)
    if words in known:
        return known[words]
    for parts, least in ((_thousands(language), 1_000), (_hundreds(language), 100)):
        head = max((one for one in parts if words.startswith(f"{one} ")), key=len, default=None)
        if head is not None:
            tail = _value(words[len(head) + 1 :].removeprefix("and "), language)
            if tail is not None and 0 < tail < least:
                return parts[head] + tail
    return _hundreds(language).get(words)


def _any_of(spellings: Iterable[str]) -> str:
    longest_first = sorted(spellings, key=len, reverse=True)
    joined = "|".join(words.replace(" ", "[ \u00a0-]") for words in longest_first)
    return f"(?:{joined})"


@lru_cache(maxsize=8)
def _hundreds(language: str) -> dict[str, int]:
    """Round hundreds as they stand before the rest of a number: "deux cent", not "deux cents"."""
    numbers = {words: value for words, value in spelled_numbers(language).items() if value in range(100, 1_000)}
    if language == "fr":
        numbers |= {words.removesuffix("s"): value for words, value in numbers.items()}
    return {words: value for words, value in numbers.items() if not words.startswith("une ")}


@lru_cache(maxsize=8)
def _thousands(language: str) -> dict[str, int]:
    return {words: value for words, value in spelled_numbers(language).items() if value >= 1_000}


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
