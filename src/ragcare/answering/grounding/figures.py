"""Figures: what one is, and which other forms say the same ("deux semaines", "14 days").

Over `language.quantities` it knows ordinals ("the 12th", "premier"), weekdays, months without a day, noon and midnight,
which are facts of an answer just as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from ragcare.language.folding import fold
from ragcare.language.quantities import quantities

Kind = Literal["number", "amount", "date", "duration"]

_KINDS: Final[dict[str, Kind]] = {
    "number": "number", "percent": "number", "amount": "amount",
    "date": "date", "time": "date", "duration": "duration",
}  # fmt: skip
_ORDINALS: Final = {
    "fr": ("premier première", "deuxième second seconde", "troisième", "quatrième", "cinquième", "sixième", "septième",
           "huitième", "neuvième", "dixième"),
    "en": ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
}  # fmt: skip
_WEEKDAYS: Final = {
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    "en": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
}
_MONTHS: Final = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    # "May" and "march" are words of other meanings: they count with a day or a year alone.
    "en": [
        "january",
        "february",
        "-",
        "april",
        "-",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
}
_CLOCK: Final = {"midi": "12:00", "minuit": "00:00", "noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_HOUR: Final = re.compile(r"(\d{1,2}) h")
_TIME: Final = re.compile(r"(\d\d):00")
_DAY: Final = re.compile(r"(?:\d{1,4}-\d\d(?:-\d\d)?|--\d\d-\d\d)")
_ONE: Final = {"1 d", "7 d", "1 mo", "1 y", "1 h", "1 min", "14 d"}


class Figure(NamedTuple):
    """A figure of a text.

    Attributes:
        value: its canonical form, with its unit: "14 d", "1200 EUR", "8 %", "--03-12", "weekday 1", "12th".
        bare: whether it is a number that stands without a unit.
    """

    kind: Kind
    value: str
    start: int
    end: int
    bare: bool = False


def figures(text: str, language: str) -> list[Figure]:
    """The figures of a text, in order."""
    found = [
        Figure(
            _KINDS[one.kind],
            f"{one.value} %" if one.kind == "percent" else one.value,
            one.start,
            one.end,
            one.kind == "number",
        )
        for one in quantities(text, language)
    ]
    named = (
        one
        for one in _named(text, "fr" if language == "fr" else "en")
        if not any(one.start < other.end and other.start < one.end for other in found)
    )
    return sorted([*found, *named], key=lambda one: one.start)


def missing(said: Sequence[Figure], stand: Sequence[Figure], source: str) -> list[Figure]:
    """The figures that are said and do not stand in the evidence, in any form.

    Args:
        said: the figures of a sentence.
        stand: those of its evidence.
        source: the words of the evidence, folded: "a week" is no figure there, and stands for one week.
    """
    return [one for one in said if not any(equal(one, other) for other in stand) and not _in_words(one, source)]


def equal(said: Figure, stands: Figure) -> bool:
    """Whether the evidence says this figure, or one that holds it: a date its month, its year and its day."""
    if said.value == stands.value:
        return said.kind == stands.kind or said.bare or stands.bare
    if said.bare and not stands.bare and stands.kind != "date":
        return said.value == stands.value.split(" ")[0]  # "24" of "24 months", where the unit is another word
    if {said.kind, stands.kind} == {"date", "duration"}:
        return _clock(said) is not None and _clock(said) == _clock(stands)
    if _DAY.fullmatch(stands.value):
        return _part_of_day(said.value, stands.value)
    if said.value.endswith("th") and stands.bare:
        return said.value == f"{stands.value}th"  # "the 12th", "le 12"
    return said.bare and stands.value == f"{said.value}th"


def _part_of_day(said: str, day: str) -> bool:
    """Whether it is the year, the month or the day of a date, or all of it but the year."""
    year, month, number = day.rsplit("-", 2) if day.count("-") > 1 else [*day.split("-"), ""]
    parts = {year.strip("-"), f"{year}-{month}", f"month {int(month)}", f"--{month}-{number}"}
    return said in parts or (number != "" and said in (f"{int(number)}th", str(int(number))))


def _clock(figure: Figure) -> str | None:
    """The hour of "18 h" and of "6 pm"."""
    match = _HOUR.fullmatch(figure.value) or _TIME.fullmatch(figure.value)
    return str(int(match[1])) if match else None


_UNIT_WORDS: Final = {
    "1 d": r"\b(?:un jour|une journee|a day|day)\b",
    "7 d": r"\b(?:semaine|week)\b",
    "14 d": r"\b(?:quinzaine|fortnight)\b",
    "1 mo": r"\b(?:un mois|a month|the month)\b",
    "1 y": r"\b(?:un an|une annee|a year)\b",
    "1 h": r"\b(?:une heure|an hour|the hour)\b",
    "1 min": r"\b(?:une minute|a minute)\b",
}


def _in_words(figure: Figure, source: str) -> bool:
    if figure.kind == "duration" and figure.value in _ONE:
        return re.search(_UNIT_WORDS[figure.value], source) is not None
    return False


@lru_cache(maxsize=4)
def _names(language: str) -> tuple[re.Pattern[str], dict[str, tuple[Kind, str]]]:
    readings: dict[str, tuple[Kind, str]] = {}
    for number, forms in enumerate(_ORDINALS[language], start=1):
        readings |= {fold(form): ("number", f"{number}th") for form in forms.split()}
    readings |= {fold(name): ("date", f"weekday {number}") for number, name in enumerate(_WEEKDAYS[language], start=1)}
    readings |= {fold(name): ("date", f"month {number}") for number, name in enumerate(_MONTHS[language], start=1)}
    readings |= {name: ("date", clock) for name, clock in _CLOCK.items()}
    readings.pop("-", None)
    if language == "fr":
        readings.pop("seconde", None)
        readings.pop("second", None)
    else:
        readings.pop("second", None)  # a sixtieth of a minute, more often than not
    suffixes = "ers?|res?|nde?|e|è?mes?|i[eè]mes?" if language == "fr" else "st|nd|rd|th"
    words = "|".join(sorted((_accented(name) for name in readings), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:(?P<digits>\d{{1,3}})(?:{suffixes})|(?:{words})s?)(?!\w)", re.IGNORECASE), readings


def _accented(name: str) -> str:
    return name.replace("e", "[eéè]").replace("aout", "ao[uû]t")


def _named(text: str, language: str) -> Iterator[Figure]:
    pattern, readings = _names(language)
    for match in pattern.finditer(text):
        if match["digits"]:
            yield Figure("number", f"{int(match['digits'])}th", *match.span())
            continue
        word = fold(match[0])
        kind, value = readings.get(word) or readings[word.removesuffix("s")]
        yield Figure(kind, value, *match.span())
