"""Units, currencies and how a measured number becomes one canonical string."""

import re
from decimal import Decimal
from typing import Final

from ragcare.language.folding import fold

_CURRENCIES: Final[dict[str, str]] = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "$": "USD", "usd": "USD", "us$": "USD", "dollar": "USD", "dollars": "USD",
    "£": "GBP", "gbp": "GBP", "pounds": "GBP", "livres sterling": "GBP",
    "chf": "CHF", "francs suisses": "CHF", "swiss francs": "CHF",
    "cad": "CAD", "c$": "CAD",
}  # fmt: skip
_MAGNITUDES: Final[dict[str, int]] = {
    "k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "millions": 10**6,
    "md": 10**9, "milliard": 10**9, "milliards": 10**9, "billion": 10**9, "billions": 10**9,
}  # fmt: skip
_DURATIONS: Final[dict[str, tuple[str, int]]] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "seconde", "secondes"), ("s", 1)),
    **dict.fromkeys(("min", "mn", "mins", "minute", "minutes"), ("s", 60)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "heure", "heures"), ("s", 3600)),
    **dict.fromkeys(("j", "jour", "jours", "day", "days"), ("d", 1)),
    **dict.fromkeys(("sem", "semaine", "semaines", "week", "weeks"), ("d", 7)),
    **dict.fromkeys(("fortnight", "fortnights"), ("d", 14)),
    **dict.fromkeys(("mois", "month", "months"), ("mo", 1)),
    **dict.fromkeys(("trimestre", "trimestres"), ("mo", 3)),
    **dict.fromkeys(("semestre", "semestres"), ("mo", 6)),
    **dict.fromkeys(("an", "ans", "annee", "annees", "year", "years", "yr", "yrs"), ("mo", 12)),
}
_DAY_SORTS: Final[dict[str, str]] = {
    **dict.fromkeys(("ouvre", "ouvres", "business", "working"), "working"),  # Monday to Friday
    **dict.fromkeys(("ouvrable", "ouvrables"), "ouvrable"),  # French law: Sunday and holidays left out
    **dict.fromkeys(("franc", "francs"), "franc"),  # French law: neither the first nor the last day counts
    **dict.fromkeys(("calendaire", "calendaires", "calendar"), ""),
}
_LARGER: Final[dict[str, tuple[tuple[str, int], ...]]] = {
    "s": (("h", 3600), ("min", 60)),
    "d": (),
    "mo": (("y", 12),),
}
_EXACT_DIGITS: Final = 25  # what Decimal multiplies without rounding


def amount_value(number: str, magnitude: str, currency: str, cents: str = "") -> str:
    """Return "1200 EUR" for a number, its "million", its "€" and the "99" of "15 € 99"."""
    if cents:
        number = _decimal_string(Decimal(number) + Decimal(cents) / 100) if _is_exact(number) else number
    return f"{magnified(number, magnitude)} {_CURRENCIES[fold(currency)]}"


def cents_value(number: str, language: str) -> str:
    """Return cents as an amount; an English cent may be of any currency and stays a cent."""
    if language == "fr" and _is_exact(number):
        return f"{_decimal_string(Decimal(number) / 100)} EUR"
    return f"{number} cents"


def magnified(number: str, magnitude: str) -> str:
    """Return "3700000" for "3.7" and "millions"."""
    if not magnitude or not _is_exact(number):
        return number
    return _decimal_string(Decimal(number) * _MAGNITUDES[fold(magnitude)])


def duration_value(number: str, unit: str, sort: str = "", more: str = "") -> str:
    """Return a duration in the largest unit that holds it exactly.

    Weeks are days, years are months, minutes are hours; but 24 hours are no day, nor 30 days a month: a
    contract tells them apart. Working days keep their sort: "5 working d". More is "et demie", "and a quarter".
    """
    base, factor = _DURATIONS[fold(unit)]
    if not _is_exact(number):
        return f"{number} {fold(unit)}"
    total = (Decimal(number) + _fraction(more)) * factor
    for larger, size in _LARGER[base]:
        if total and total % size == 0:
            return f"{_decimal_string(total / size)} {larger}"
    return " ".join(part for part in (_decimal_string(total), _DAY_SORTS.get(fold(sort), ""), base) if part)


def part_of_hour(written: str) -> str:
    """Return "15 min" for "un quart d'heure", "45 min" for "three quarters of an hour"."""
    times = 3 if re.match("trois|three", written, re.IGNORECASE) else 1
    return duration_value(_decimal_string(60 * times * _fraction(written)), "min")


def _fraction(words: str) -> Decimal:
    said = fold(words)
    return Decimal("0.25") if "quart" in said else Decimal("0.5") if "half" in said or "demi" in said else Decimal(0)


def _is_exact(number: str) -> bool:
    return len(number) <= _EXACT_DIGITS


def _decimal_string(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
