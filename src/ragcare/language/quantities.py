"""The figures of a text in canonical form, so that an answer can be held against its evidence.

Equal things are equal strings: "deux semaines", "14 jours" and "two weeks" are all `duration "14 d"`.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ragcare.language.dates import clock_value, date_value, past_value
from ragcare.language.measures import amount_value, cents_value, duration_value, magnified, part_of_hour
from ragcare.language.numerals import canonical_number
from ragcare.language.quantity_patterns import quantity_pattern
from ragcare.language.spelled import spelled_value
from ragcare.language.whose_words import read_as

_TO: Final = re.compile(r"\s*(?:à|a|au|-|–|—|et|ou|to|and|or)\s*", re.IGNORECASE)
_DIGITS: Final = re.compile("[0-9]+")
# Words that count only with a unit: "un délai" is no number, and "neuf" may be new.
_NO_BARE_NUMBER: Final = frozenset({"un", "une", "one", "neuf"})


class Quantity(NamedTuple):
    """A figure found in a text.

    Attributes:
        kind: "number", "amount", "percent", "date", "duration" or "time".
        value: the canonical form: "1200", "1200 EUR", "2.5", "2024-03-12", "14 d", "09:30".
        start: offset of its first character.
        end: offset after its last character.
    """

    kind: str
    value: str
    start: int
    end: int


def quantities(text: str, language: str) -> list[Quantity]:
    """Return the quantities of a text in order; none lies inside another.

    In a range ("3 à 5 jours", "10–20 %") the first figure takes the unit of the second.
    """
    return list(_with_shared_units(text, language, list(_scan(text, language))))


def _scan(text: str, language: str) -> Iterator[Quantity]:
    search = quantity_pattern(language).search
    at = 0
    while match := search(text, at):
        found = _read(match, language)
        at = match.end()
        if found is not None:
            yield Quantity(*found, *match.span())
        elif digits := _DIGITS.search(text, match.start(), match.end()):
            # A 45th of March is no date, yet its figure is there.
            at = digits.end()
            yield Quantity("number", digits[0], *digits.span())


def _read(match: re.Match[str], language: str) -> tuple[str, str] | None:
    """Return the kind and the value of a match, or None if it is not what it looked like."""
    kind = match.lastgroup
    if kind == "measured":
        return _read_measured(match, language)
    if kind == "date":
        return _known("date", date_value(match, language))
    if kind == "time":
        hours, half = match["clock_h"] or match["clock_only"], match["half"] or match["half_only"]
        return _known("time", clock_value(int(hours), int(match["clock_m"] or 0), f"{half.lower()}m" if half else ""))
    if kind == "prefixed":
        currency = match[0][: match.start("value") - match.start()].strip()
        number = canonical_number(match["value"], language)
        return "amount", amount_value(number, match["times"] or "", currency)
    if kind == "span":
        return "duration", duration_value(str(60 * int(match["span_h"]) + int(match["span_m"])), "min")
    if kind == "clock":
        half = f"{match['half_past'].lower()}m" if match["half_past"] else ""
        return _known("time", past_value(match["past"], _hour(match["past_h"]), half))
    if kind == "part":
        return "duration", part_of_hour(match[0])
    if kind == "one_and_more":
        return "duration", duration_value("1", match["whole"], more=match["whole_more"])
    if kind == "phone":
        digits = "".join(_DIGITS.findall(match[0]))
        return "number", digits if digits.startswith("0") else f"0{digits[2:]}"
    return "number", "".join(char for char in match[0].upper() if char.isalnum() or char in "-.").replace("L.", "L")


def _read_measured(match: re.Match[str], language: str) -> tuple[str, str] | None:
    number = _number(match, language)
    if match["after"] is not None:
        cents = match["tight"] or match["cents"] or ""
        return "amount", amount_value(number, match["magnitude"] or "", match["after"], cents)
    if match["own_cents"] is not None:
        return "amount", cents_value(number, language)
    if match["percent"] is not None:
        return "percent", number
    if match["unit"] is not None:
        more = match["more"] or match.groupdict().get("and_half") or ""
        return "duration", duration_value(number, match["unit"], match["sort"] or "", more)
    if match["size"] is not None:
        return "number", magnified(number, match["size"])
    return None if (match["spelled"] or "").lower() in _NO_BARE_NUMBER else ("number", number)


def _number(match: re.Match[str], language: str) -> str:
    digits = match["digits"]
    if digits is None:
        return spelled_value(match["spelled"], read_as(language)) or match["spelled"]
    sign = "-" if match[0][0] in "-−" else ""
    return sign + canonical_number(digits, language)


def _hour(written: str) -> int:
    return int(written if written.isdecimal() else spelled_value(written, "en") or 0)


def _known(kind: str, value: str | None) -> tuple[str, str] | None:
    return None if value is None else (kind, value)


def _with_shared_units(text: str, language: str, found: list[Quantity]) -> Iterator[Quantity]:
    for position, one in enumerate(found):
        following = found[position + 1] if position + 1 < len(found) else None
        if (
            one.kind == "number"
            and following is not None
            and following.kind in ("amount", "percent", "duration")
            and _TO.fullmatch(text, one.end, following.start)
        ):
            figure = quantity_pattern(language).match(text, following.start)
            borrowed = text[one.start : one.end] + _unit_of(text, following, figure)
            alone = quantity_pattern(language).fullmatch(borrowed)
            reading = _read(alone, language) if alone else None
            if reading is not None:
                yield Quantity(*reading, one.start, one.end)
                continue
        yield one


def _unit_of(text: str, quantity: Quantity, figure: re.Match[str] | None) -> str:
    """Return what is written after the figure of a quantity: " jours ouvrés"."""
    if figure is None or figure.lastgroup != "measured":
        return ""
    more = figure.start("more")  # "deux à trois heures et demie": the half is the second one's
    return text[max(figure.end("digits"), figure.end("spelled")) : quantity.end if more < 0 else more]
