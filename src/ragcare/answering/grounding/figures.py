"""Figures: what one is, and which other forms say the same ("deux semaines", "14 days").

Over `language.quantities` it knows ordinals ("the 12th", "premier"), weekdays, months without a day, noon and midnight,
which are facts of an answer just as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from ragcare.answering.grounding.ranges import with_limits
from ragcare.language.dates import MONTHS, WEEKDAYS
from ragcare.language.folding import fold
from ragcare.language.measures import duration_value
from ragcare.language.quantities import Quantity, quantities
from ragcare.language.whose_words import read_as

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
_OTHER_WORDS_TOO: Final = frozenset({"march", "may", "second", "seconde"})
"""Names of months and ordinals that are more often something else, a sixtieth of a minute; with a day or a year these
months are dates all the same."""
FIGURE_WEIGHT: Final = 3.0
"""What a figure weighs where words weigh by what they tell, in nats: as much as one of middling rarity."""
_CLOCK: Final = {"midi": "12:00", "minuit": "00:00", "noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_CLOCK_TIME: Final = re.compile(r"(?P<hours>\d{1,2})(?: h|:(?P<minutes>\d\d))|(?P<only>\d{1,4}) min", re.ASCII)
_MOST_CENTS: Final = 9  # digits
_DATA: Final = re.compile(
    r"[ \u00a0\u202f-]?(?P<scale>[KkMGT](?:o|B)(?![\w/])|"
    r"(?:[Kk]ilo|[Mm][eé]ga|[Gg]iga|[Tt][eé]ra)-?(?:octet|byte)s?(?!\w))"
)
_ONE_UNIT: Final = re.compile(
    r"\b(?:within|in|for|after|lasts?|lasting|takes?|took|about|than|under|over|nearly|almost|just|exactly|least|most)\s+"
    r"(?P<one>an?\s(?P<unit>minute|hour|day|week|fortnight|month|year))(?![\w'’-])",
    re.IGNORECASE,
)
_DAY: Final = re.compile(r"(?:\d{1,4}-\d\d(?:-\d\d)?|--\d\d-\d\d)")


class Figure(NamedTuple):
    """A figure of a text.

    Attributes:
        value: its canonical form, with its unit: "14 d", "1200 EUR", "8 %", "--03-12", "weekday 1", "12th".
        bare: whether it is a number that stands without a unit.
        end_of_range: "low" or "high" where it is an end of a range, as in "3 to 5 days".
        limit: "low" or "high" where it is said to be a bound: "at least", "at most".
    """

    kind: Kind
    value: str
    start: int
    end: int
    bare: bool = False
    end_of_range: str = ""
    limit: str = ""


def figures(text: str, language: str) -> list[Figure]:
    """The figures of a text, in order."""
    found = [_with_data_unit(_figure(one), text) for one in quantities(text, language)]
    words = read_as(language)
    kept: list[Figure] = []
    # What the quantities hold is read first; of the rest, what starts first.
    for one in sorted([*found, *_named(text, words), *_single(text, words)], key=lambda one: (one.start, -one.end)):
        if kept and one.start < kept[-1].end:
            continue
        kept.append(one)
    return with_limits(kept, text)


def _figure(one: Quantity) -> Figure:
    value = f"{one.value} %" if one.kind == "percent" else one.value
    return Figure(_KINDS[one.kind], value, one.start, one.end, one.kind == "number")


def _with_data_unit(figure: Figure, text: str) -> Figure:
    match = _DATA.match(text, figure.end) if figure.bare else None
    if match is None:
        return figure
    return figure._replace(value=f"{figure.value} {match['scale'][0].upper()}B", end=match.end(), bare=False)


def _single(text: str, language: str) -> Iterator[Figure]:
    """One of a unit, "within an hour", where it is no rate as in "€5 an hour"; in French it is a quantity."""
    if language == "en":
        for match in _ONE_UNIT.finditer(text):
            yield Figure("duration", duration_value("1", match["unit"]), match.start("one"), match.end())


def missing_figures(said: Sequence[Figure], stand: Sequence[Figure], source: str) -> list[Figure]:
    """The figures that are said and do not stand in the evidence, in any form.

    Args:
        said: the figures of a sentence.
        stand: those of its evidence.
        source: the words of the evidence beside its figures, folded: "a week" may stand there for one week.
    """
    held = Held(stand)
    return [one for one in said if one not in held and not _in_words(one, source)]


class Held:
    """Figures to look others up in: each is compared with those only that share a piece of its value."""

    def __init__(self, stand: Iterable[Figure]) -> None:
        self._by_piece: dict[str, dict[Figure, None]] = {}
        for one in stand:
            for piece in _pieces(one):
                self._by_piece.setdefault(piece, {})[one._replace(start=0, end=0)] = None

    def __contains__(self, said: Figure) -> bool:
        return any(equal(said, one) for piece in _pieces(said) for one in self._by_piece.get(piece, ()))


def _pieces(figure: Figure) -> set[str]:
    """What two figures that are `equal` have in common, at least one of them."""
    number = figure.value.split(" ")[0]
    found = {figure.value, number, number.removesuffix("th"), *_in_currencies(figure.value)}
    clock = _clock(figure)
    if clock is not None:
        found.add(f"clock {clock}")
    if _DAY.fullmatch(figure.value):
        found |= _parts_of_day(figure.value)
    return found


def equal(said: Figure, stands: Figure) -> bool:
    """Whether the evidence says this figure, or one that holds it: a date its month, its year and its day."""
    if stands.end_of_range and not said.bare and stands.end_of_range not in (said.end_of_range, said.limit):
        return False  # "5 days", where the evidence says "3 to 5 days"
    if said.value == stands.value:
        return said.kind == stands.kind or said.bare or stands.bare
    if said.bare and not stands.bare and stands.kind != "date":
        return said.value == stands.value.split(" ")[0]  # "24" of "24 months", where the unit is another word
    if "date" in (said.kind, stands.kind) and (clock := _clock(said)) is not None and clock == _clock(stands):
        return {said.kind, stands.kind} <= {"date", "duration"}
    if said.kind == stands.kind == "amount":
        return stands.value in _in_currencies(said.value) or said.value in _in_currencies(stands.value)
    if _DAY.fullmatch(stands.value):
        return said.value in _parts_of_day(stands.value)
    if said.value.endswith("th") and stands.bare:
        return said.value == f"{stands.value}th"  # "the 12th", "le 12"
    return said.bare and stands.value == f"{said.value}th"


def _parts_of_day(day: str) -> set[str]:
    """The year, the month and the day of a date, and all of it but the year."""
    year, month, number = day.rsplit("-", 2) if day.count("-") > 1 else [*day.split("-"), ""]
    parts = {year.strip("-"), f"{year}-{month}", f"month {int(month)}", f"--{month}-{number}"}
    return parts | {f"{int(number)}th", str(int(number))} if number else parts


def _clock(figure: Figure) -> int | None:
    """The minutes of "18 h" and of "6 pm", which are one, and of "1 h 30" and "90 min"; midnight is 0 h and 24 h."""
    if figure.value == "0 s":
        return 0
    match = _CLOCK_TIME.fullmatch(figure.value)
    if match is None:
        return None
    hours, minutes = (int(match[name] or 0) for name in ("hours", "minutes"))
    return (60 * hours + minutes + int(match["only"] or 0)) % (24 * 60)


def _in_currencies(cents: str) -> tuple[str, ...]:
    """What English cents are in the currencies that have them: "50 cents" may be "0.5 EUR"."""
    number, _, unit = cents.partition(" ")
    if unit != "cents" or not number.isdecimal() or len(number) > _MOST_CENTS:
        return ()
    return tuple(f"{Decimal(number) / 100:f} {currency}" for currency in ("EUR", "USD", "CAD"))


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
    words = _UNIT_WORDS.get(figure.value) if figure.kind == "duration" else None
    return words is not None and re.search(words, source) is not None


@lru_cache(maxsize=4)
def _readings(language: str) -> tuple[re.Pattern[str], dict[str, tuple[Kind, str]]]:
    readings: dict[str, tuple[Kind, str]] = {}
    for number, forms in enumerate(_ORDINALS[language], start=1):
        readings |= {fold(form): ("number", f"{number}th") for form in forms.split()}
    readings |= {name: ("date", f"weekday {number}") for number, name in enumerate(WEEKDAYS[language], start=1)}
    readings |= {
        name: ("date", f"month {number}") for number, (name, *_) in enumerate(map(str.split, MONTHS[language]), start=1)
    }
    readings |= {name: ("date", clock) for name, clock in _CLOCK.items()}
    readings = {name: reading for name, reading in readings.items() if name not in _OTHER_WORDS_TOO}
    suffixes = "ers?|res?|nde?|e|è?mes?|i[eè]mes?" if language == "fr" else "st|nd|rd|th"
    words = "|".join(sorted((_accented(name) for name in readings), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:(?P<digits>\d{{1,3}})(?:{suffixes})|(?:{words})s?)(?!\w)", re.IGNORECASE), readings


def _accented(name: str) -> str:
    return name.replace("e", "[eéè]").replace("aout", "ao[uû]t")


def _named(text: str, language: str) -> Iterator[Figure]:
    pattern, readings = _readings(language)
    for match in pattern.finditer(text):
        if match["digits"]:
            yield Figure("number", f"{int(match['digits'])}th", *match.span())
            continue
        word = fold(match[0])
        kind, value = readings.get(word) or readings[word.removesuffix("s")]
        yield Figure(kind, value, *match.span())
