"""E-mail addresses, spelled out too, and phone numbers, which ``phonenumbers`` proves."""

from __future__ import annotations

import re
from functools import lru_cache, partial

from ragcare.privacy.finding import (
    BLANK,
    MAYBE_SEP,
    NOT_GOING_ON,
    NOT_INSIDE,
    SEP,
    SEP_BUT_SLASH,
    SIGN,
    Finder,
    PersonalData,
    finder,
    finder_after,
)

# --- e-mail ---------------------------------------------------------------------------------------------

_LOCAL_PART = re.compile(r"[\w.+%'\-]")
_DOMAIN = re.compile(
    rf"[{BLANK}]{{0,3}}[@\uff20][{BLANK}]{{0,3}}[^\W_](?:[\w\-]{{0,62}}\.){{1,8}}[^\W\d_]{{2,24}}(?![^\W_])"
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


# "jean point dupont arobase orange point fr": a plain "at" is a word too, so it needs the dot spelled out as well.
_PART = r"[a-z0-9][\w+\-]{0,40}"
_DOT_SAID = r"\s{1,2}(?:point|dot)\s{1,2}"
_DOT = rf"(?:\s?\.\s?|\s?[(\[{{]\s?(?:point|dot|\.)\s?[)\]}}]\s?|{_DOT_SAID})"
_DASH = r"\s{1,2}(?:tiret(?: du (?:bas|6|8))?|underscore|dash)\s{1,2}"
_NAMED = rf"{_PART}(?:(?:\.|{_DOT_SAID}|{_DASH}){_PART}){{0,4}}"
_ENDING = r"(?:com|org|net|fr|be|ch|ca|lu|eu|uk|io|co|me|info|ie|de|gmail|outlook)"
_SPELLED_EMAIL = re.compile(
    rf"(?<![\w.]){_NAMED}(?:\s{{0,2}}(?:[(\[{{<]\s?(?:at|arobase|arobas|@|chez)\s?[)\]}}>]|\barobase?s?\b)\s{{0,2}}"
    rf"{_PART}(?:{_DOT}{_PART}){{0,3}}?{_DOT}{_ENDING}\b(?:{_DOT}uk\b)?"
    rf"|\s{{1,2}}at\s{{1,2}}{_PART}(?:{_DOT_SAID}{_PART}){{0,3}}?{_DOT_SAID}{_ENDING}\b(?:{_DOT_SAID}uk\b)?)",
    re.IGNORECASE,
)


def _next_spelled_email(text: str, start: int) -> PersonalData | None:
    # From each "at" outwards would be linear as well; the look-behind lets a run of words start only at its words.
    match = _SPELLED_EMAIL.search(text, start)
    return PersonalData("email", match.start(), match.end()) if match else None


# --- phone ----------------------------------------------------------------------------------------------

# Dates have slashes too: pairs of digits are parted by slashes throughout, or after the first pair alone.
_PHONES = {
    "international": rf"(?:\+|{NOT_INSIDE}00[{BLANK}]{{0,3}})"
    rf"\(?[1-9](?:[{BLANK}{SIGN}/()]{{0,3}}\d){{6,16}}(?![^\W_])",
    "FR": rf"{NOT_INSIDE}(?:0\d{SEP}\d\d(?:{SEP_BUT_SLASH}\d\d){{3}}"
    rf"|0\d(?:[{BLANK}]?/[{BLANK}]?\d\d){{4}}|0\d{{9}}|0{MAYBE_SEP}\d{{3}}(?:{MAYBE_SEP}\d{{3}}){{2}}"
    rf"|(?<!\d\W)0\d{SEP_BUT_SLASH}\d\d(?:{SEP_BUT_SLASH}\d{{3}}){{2}}|0\d(?:{SEP_BUT_SLASH}\d{{3}}){{2}}{SEP_BUT_SLASH}\d\d"
    rf"|0\d\d{SEP_BUT_SLASH}\d{{3}}{SEP_BUT_SLASH}\d{{4}}|(?:\(0\d\){MAYBE_SEP}|0\d{SEP_BUT_SLASH})\d{{8}}"
    rf"|\(0\d\)(?:{MAYBE_SEP}\d\d){{4}}|0\d(?:{SEP_BUT_SLASH}\d{{4}}){{2}}|0{MAYBE_SEP}8\d\d(?:{SEP}\d\d){{3}}){NOT_GOING_ON}",
    "GB": rf"{NOT_INSIDE}(?:(?:0\d{{2,4}}|\(0\d{{2,4}}\)){SEP}\d{{3,4}}{MAYBE_SEP}\d{{3,4}}"
    rf"|07\d{{3}}{MAYBE_SEP}\d{{6}}){NOT_GOING_ON}",
    "US": rf"{NOT_INSIDE}(?:\(\d{{3}}\){MAYBE_SEP}\d{{3}}{SEP}\d{{4}}"
    rf"|\d{{3}}(?P<sep>{SEP})\d{{3}}(?P=sep)\d{{4}}){NOT_GOING_ON}",
}
# Nobody has these, so phonenumbers calls them invalid; whoever writes an example or a test uses them, as the
# regulators ask (ARCEP, Ofcom), and what finds them proves that it would have found a real one.
_FICTIONAL: dict[int, tuple[str, ...]] = {
    33: ("19900", "26191", "35301", "46571", "53649", "63998"),
    44: ("7700900", "1632960", "2079460"),
}
_LAST_GROUP = re.compile(rf"[{BLANK}{SIGN}/()]+\d*$")


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
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    national = phonenumbers.national_significant_number(parsed)
    fictional = national.startswith(_FICTIONAL.get(parsed.country_code or 0, ()))
    return phonenumbers.is_valid_number(parsed) or (fictional and phonenumbers.is_possible_number(parsed))


# One digit typed wrong, or a plan of numbers that phonenumbers does not know: the words before it speak for it.
_PHONE_ANNOUNCED = (
    r"\b(?:t[ée]l(?:[ée]phone)?|phone|mobile|portable|cell|fixe|(?:my|phone) number|appel(?:ez|er|le)[- ]moi|joignable"
    r"|rappel(?:ez|er|le)(?:[- ]moi)?|call me|ring me|reach me)(?![^\W\d_])\.?[^\d\n+(]{0,16}"
)
_LOOSE_PHONE = (
    rf"(?:\+?0\d(?:[{BLANK}{SIGN}]?\d){{7,11}}|\(?\d{{3}}\)?[{BLANK}{SIGN}]\d{{3}}[{BLANK}{SIGN}]\d{{4}}){NOT_GOING_ON}"
)

FINDERS: tuple[Finder, ...] = (
    _next_email,
    _next_spelled_email,
    *(finder("phone", shape, partial(_phone_length, region=region)) for region, shape in _PHONES.items()),
    finder_after("phone", _PHONE_ANNOUNCED, _LOOSE_PHONE),
)
