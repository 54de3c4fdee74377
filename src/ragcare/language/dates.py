"""Dates and times of day as ISO strings."""

import re
from calendar import monthrange
from typing import Final

from ragcare.language.folding import fold

MONTHS: Final[dict[str, tuple[str, ...]]] = {
    "fr": ("janvier janv jan", "fevrier fevr fev", "mars", "avril avr", "mai", "juin", "juillet juil", "aout",
           "septembre sept", "octobre oct", "novembre nov", "decembre dec"),
    "en": ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
           "september sept sep", "october oct", "november nov", "december dec"),
}  # fmt: skip
"""The months in order, folded: each in full, then shortened."""
WEEKDAYS: Final[dict[str, tuple[str, ...]]] = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}
_MONTH_NUMBERS: Final = {
    language: {name: number for number, names in enumerate(months, start=1) for name in names.split()}
    for language, months in MONTHS.items()
}
_BLANK: Final = "[\\s\u00a0\u202f]"
_YEAR: Final = "[12][0-9]{3}"
_NUMERIC: Final = (
    rf"(?P<iso>{_YEAR}-[0-9]{{2}}-[0-9]{{2}})(?![0-9])"
    r"|(?P<slashed>[0-3]?[0-9](?P<between>[/.-])[0-3]?[0-9](?P=between)(?:[12][0-9]{3}|[0-9]{2}))(?![0-9/])"
)


def date_pattern(language: str) -> str:
    """Return the regular expression of a date, whose named groups `date_value` reads."""
    if language == "fr":
        months = _month_names("fr").replace("fe", "f[eé]").replace("dec", "d[eé]c").replace("aout", "ao[uû]t")
        day_first = (
            rf"(?P<day>[0-3]?[0-9])(?:er)?{_BLANK}(?P<month>{months})\.?(?!\w)(?:{_BLANK}(?P<year>{_YEAR})(?![0-9]))?"
        )
        return rf"{_NUMERIC}|{day_first}|(?<!\w)(?P<month2>{months})\.?{_BLANK}(?P<year2>{_YEAR})(?![0-9])"
    if language == "en":
        months = _month_names("en")
        ordinal = "(?:st|nd|rd|th)?"
        month_first = (
            rf"(?<!\w)(?P<month3>{months})\.?{_BLANK}(?:the{_BLANK})?(?P<day3>[0-3]?[0-9]){ordinal}(?![\w])"
            rf"(?:,?{_BLANK}(?P<year3>{_YEAR})(?![0-9]))?"
        )
        day_first = (
            rf"(?P<day>[0-3]?[0-9]){ordinal}{_BLANK}(?:of{_BLANK})?(?P<month>{months})\.?(?!\w)"
            rf"(?:,?{_BLANK}(?P<year>{_YEAR})(?![0-9]))?"
        )
        month_only = rf"(?<!\w)(?P<month2>{months})\.?,?{_BLANK}(?P<year2>{_YEAR})(?![0-9])"
        return f"{_NUMERIC}|{month_first}|{day_first}|{month_only}"
    return _NUMERIC


def date_value(match: re.Match[str], language: str) -> str | None:
    """Return the ISO form of a matched date, or None if there is no such day.

    A day without its year is "--03-12", a month "2024-03". In English 03/04/2024 may be April or March: it
    keeps its written order, "03/04/2024", and so equals only a date that was written in the same way.
    """
    found = match.groupdict()
    if found["iso"]:
        return _iso(*(int(part) for part in found["iso"].split("-")))
    if found["slashed"]:
        return _slashed(found["slashed"].replace(found["between"], "/"), language)
    for suffix in ("", "2", "3"):
        if found.get(f"month{suffix}"):
            month = _MONTH_NUMBERS[language][fold(found[f"month{suffix}"])]
            year = int(found.get(f"year{suffix}") or 0)
            return _iso(year, month, int(found.get(f"day{suffix}") or 0)) if suffix != "2" else f"{year}-{month:02}"
    return None


def clock_value(hours: int, minutes: int, half: str) -> str | None:
    """Return "HH:MM" for a time of day, or None if there is no such time.

    Args:
        hours: as written.
        minutes: as written.
        half: "am", "pm", or "" on the 24-hour clock.
    """
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    return f"{hours:02}:{minutes:02}" if hours <= 24 and minutes <= 59 else None


def past_value(words: str, hours: int, half: str) -> str | None:
    """Return "HH:MM" for "half past" six, "quarter to" six."""
    minutes = 30 if words[:1] in "hH" else 15
    if words.lower().endswith("past"):
        return clock_value(hours, minutes, half)
    before = clock_value(hours, 0, half)
    return before and f"{(int(before[:2]) - 1) % 24:02}:45"


def _month_names(language: str) -> str:
    return "|".join(sorted(_MONTH_NUMBERS[language], key=len, reverse=True))


def _slashed(written: str, language: str) -> str | None:
    first, second, year = (int(part) for part in written.split("/"))
    year += 2000 if year < 100 else 0
    day_first, month_first = _iso(year, second, first), _iso(year, first, second)
    if language == "fr":
        return day_first
    if day_first and month_first and day_first != month_first:
        return f"{first:02}/{second:02}/{year}"
    return day_first or month_first


def _iso(year: int, month: int, day: int) -> str | None:
    """A day as ISO; year 0 is no year, which a leap day allows."""
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year or 2000, month)[1]):
        return None
    return f"{year or '-'}-{month:02}-{day:02}"
