"""Personal data in a text, found and masked, so that transcripts and logs can leave the conversation.

Shapes propose, libraries decide: a regular expression points at what looks like an e-mail address, a phone
number, an IBAN, a payment card or a French social security number (NIR), and ``phonenumbers`` or
``python-stdnum`` says whether it is one. An order number, an amount or a date has no such proof and stays.

Known limits of this version: names and postal addresses are not found, nor a NIR without its key, nor a
national phone number outside France, the United Kingdom and North America written without its country code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple


class PersonalData(NamedTuple):
    """One piece of personal data: ``text[start:end]`` is of this kind.

    Attributes:
        kind: ``"email"``, ``"phone"``, ``"iban"``, ``"card"`` or ``"nir"``.
        start: Offset of its first character.
        end: Offset after its last character.
    """

    kind: str
    start: int
    end: int


_Finder = Callable[[str, int], PersonalData | None]  # the next item that starts at this offset or later


def find_personal_data(text: str) -> list[PersonalData]:
    """Find the personal data in ``text``.

    Args:
        text: Any text; French and English are first-class.

    Returns:
        What was found, in order, without overlap. Where two kinds claim the same characters, the one that
        starts first wins, then the longer one.
    """
    found: list[PersonalData] = []
    upcoming = [find(text, 0) for find in _FINDERS]
    while True:
        candidates = [item for item in upcoming if item is not None]
        if not candidates:
            return found
        best = min(candidates, key=lambda item: (item.start, -item.end))
        found.append(best)
        for place, item in enumerate(upcoming):
            if item is not None and item.start < best.end:
                upcoming[place] = _FINDERS[place](text, best.end)


def mask(text: str) -> str:
    """Replace each piece of personal data by its kind in brackets, as in ``"[email]"``.

    Masking what is already masked changes nothing.
    """
    masked, before = _masked_once(text), text
    while masked != before:  # a number that touches another is only seen once that one is gone
        masked, before = _masked_once(masked), masked
    return masked


def _masked_once(text: str) -> str:
    parts: list[str] = []
    end = 0
    for item in find_personal_data(text):
        parts += (text[end : item.start], f"[{item.kind}]")
        end = item.end
    return "".join(parts) + text[end:]


# People, printers and copies from a page separate groups of digits by any blank, seen or not, or a sign.
_BLANK = r"\s\u00ad\u180e\u200b-\u200f\u2060\ufeff"
_SIGN = r"._\-\u2010-\u2013"
_SEP = rf"[{_BLANK}{_SIGN}/]{{1,3}}"
_MAYBE_SEP = rf"[{_BLANK}{_SIGN}/]{{0,3}}"
_SEP_BUT_SLASH = rf"[{_BLANK}{_SIGN}]{{1,3}}"
_NOT_INSIDE = r"(?<![^\W_])(?<!\d[.,])"
_NOT_GOING_ON = r"(?![^\W_])(?![.,:]\d)"


# --- e-mail ---------------------------------------------------------------------------------------------

_LOCAL_PART = re.compile(r"[\w.+%'\-]")
_DOMAIN = re.compile(
    rf"[{_BLANK}]{{0,3}}[@\uff20][{_BLANK}]{{0,3}}[^\W_](?:[\w\-]{{0,62}}\.){{1,8}}[^\W\d_]{{2,24}}(?![^\W_])"
)


def _next_email(text: str, start: int) -> PersonalData | None:
    # From each "@" leftwards: a pattern that began with the local part would be quadratic on "aaaa…".
    for domain in _DOMAIN.finditer(text, start):
        first = at = domain.start()
        while first > start and _LOCAL_PART.match(text[first - 1]):
            first -= 1
        while first < at and text[first] in ".'-":
            first += 1
        if first < at:
            return PersonalData("email", first, domain.end())
    return None


# --- phone ----------------------------------------------------------------------------------------------

# Dates have slashes too: pairs of digits are parted by slashes throughout, or after the first pair alone.
_PHONES = {
    "international": rf"(?:\+|{_NOT_INSIDE}00[{_BLANK}]{{0,3}})"
    rf"\(?[1-9](?:[{_BLANK}{_SIGN}/()]{{0,3}}\d){{6,16}}(?![^\W_])",
    "FR": rf"{_NOT_INSIDE}(?:0\d{_SEP}\d\d(?:{_SEP_BUT_SLASH}\d\d){{3}}"
    rf"|0\d(?:[{_BLANK}]?/[{_BLANK}]?\d\d){{4}}|0\d{{9}}|0{_MAYBE_SEP}\d{{3}}(?:{_MAYBE_SEP}\d{{3}}){{2}}"
    rf"|0\d(?:{_SEP_BUT_SLASH}\d{{4}}){{2}}|0{_MAYBE_SEP}8\d\d(?:{_SEP}\d\d){{3}}){_NOT_GOING_ON}",
    "GB": rf"{_NOT_INSIDE}(?:(?:0\d{{2,4}}|\(0\d{{2,4}}\)){_SEP}\d{{3,4}}{_MAYBE_SEP}\d{{3,4}}"
    rf"|07\d{{3}}{_MAYBE_SEP}\d{{6}}){_NOT_GOING_ON}",
    "US": rf"{_NOT_INSIDE}(?:\(\d{{3}}\){_MAYBE_SEP}\d{{3}}{_SEP}\d{{4}}"
    rf"|\d{{3}}(?P<sep>{_SEP})\d{{3}}(?P=sep)\d{{4}}){_NOT_GOING_ON}",
}
_LAST_GROUP = re.compile(rf"[{_BLANK}{_SIGN}/()]+\d*$")


@lru_cache(maxsize=4096)
def _phone_length(candidate: str, region: str) -> int:
    if _is_phone(candidate, region):
        return len(candidate)
    # "+33 6 12 34 56 78 2024": an open pattern may have taken a group of digits too many.
    shorter = _LAST_GROUP.sub("", candidate)
    return _phone_length(shorter, region) if region == "international" and shorter != candidate else 0


def _is_phone(number: str, region: str) -> bool:
    import phonenumbers

    # Bare digits: phonenumbers does not know every space that people type.
    number = re.sub(r"\D", "", number)
    if region == "international":
        number, region = "+" + number.removeprefix("00"), "ZZ"
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


# --- numbers with a check digit -------------------------------------------------------------------------

_IBAN = rf"{_NOT_INSIDE}[A-Za-z]{{2}}\d{{2}}(?:{_MAYBE_SEP}[A-Za-z0-9]){{11,30}}(?![^\W_])"
_NIR = (
    rf"{_NOT_INSIDE}[1278]{_MAYBE_SEP}\d\d{_MAYBE_SEP}\d\d{_MAYBE_SEP}(?:\d\d|2[AaBb])"
    rf"{_MAYBE_SEP}\d{{3}}{_MAYBE_SEP}\d{{3}}{_MAYBE_SEP}\d\d{_NOT_GOING_ON}"
)
# Grouped as on the card, or in one run that begins as the schemes do: an IMEI (15 digits), a SIRET (14) and
# a SIM number (19) end in the same check digit and are no card.
_CARD = (
    rf"{_NOT_INSIDE}(?:[2-6]\d{{3}}(?:{_SEP}\d{{4}}){{3}}|3[47]\d\d{_MAYBE_SEP}\d{{6}}{_MAYBE_SEP}\d{{5}}"
    rf"|3[0689]\d\d{_SEP}\d{{6}}{_SEP}\d{{4}}|(?:4\d|5[0-8]|2[2-7]|6[0-9])\d{{14}}){_NOT_GOING_ON}"
)


@lru_cache(maxsize=4096)
def _iban_length(candidate: str) -> int:
    from stdnum import iban

    # The words after an IBAN look like more of it: try without them, one group after the other. Country
    # rules beyond the international check are left aside: they would let a real account through.
    ends = [group.end() for group in re.finditer(r"[A-Za-z0-9]+", candidate)]
    for end in reversed(ends):
        if end >= 15 and iban.is_valid(re.sub(_SEP, "", candidate[:end]), check_country=False):
            return end
    return 0


@lru_cache(maxsize=4096)
def _nir_length(candidate: str) -> int:
    from stdnum.fr import nir

    return len(candidate) if nir.is_valid(re.sub(_SEP, "", candidate).upper()) else 0


@lru_cache(maxsize=4096)
def _card_length(candidate: str) -> int:
    from stdnum import luhn

    return len(candidate) if luhn.is_valid(re.sub(_SEP, "", candidate)) else 0


# --- all of them ----------------------------------------------------------------------------------------


def _finder(kind: str, shape: str, proved: Callable[[str], int]) -> _Finder:
    """A finder for what has this shape and of which ``proved`` accepts a first part, of the length it says."""
    pattern = re.compile(shape)

    def find(text: str, start: int) -> PersonalData | None:
        while match := pattern.search(text, start):
            if length := proved(match[0]):
                return PersonalData(kind, match.start(), match.start() + length)
            start = match.start() + 1  # what a wrong candidate covers may hold a right one
        return None

    return find


_FINDERS: tuple[_Finder, ...] = (
    _next_email,
    _finder("iban", _IBAN, _iban_length),
    _finder("nir", _NIR, _nir_length),
    _finder("card", _CARD, _card_length),
    *(_finder("phone", shape, partial(_phone_length, region=region)) for region, shape in _PHONES.items()),
)
