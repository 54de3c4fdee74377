"""Ranges and bounds: "3 to 5 days" is no 5 days, though it is at most 5 days."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from ragcare.language.sentences import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ragcare.answering.grounding.figures import Figure

_TO: Final = re.compile(r"\s*(?:à|a|to|through|-|–|—)\s*", re.IGNORECASE)
_AND: Final = re.compile(r"\s*(?:et|and)\s*", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\b(?:entre|between)\s+$", re.IGNORECASE)
_CHANGE: Final = re.compile(
    r"\b(?:pass(?:e|er|era|ent|é)|augment\w*|baiss\w*|diminu\w*|réduit\w*|relev\w*|port(?:e|é|ée)|goes|go|went|rises?|rose"
    r"|falls?|fell|in(?:crease|creased|creases|creasing)|(?:decrease|drop|change|extend)\w*)\b[^.;:!?]{0,30}$",
    re.IGNORECASE,
)
"""What goes from one figure to another ends at the second: that is no range."""
_NEAR: Final = 40  # characters before a figure
AT_MOST: Final = (
    r"at most|up to|(?:no|not) more than|(?<!no )(?<!not )less than|a maximum of|au plus(?! t[oô]t| tard)|au maximum|"
    r"pas plus de"
)
AT_LEAST: Final = (
    r"at least|(?:no|not) less than|(?<!no )(?<!not )more than|a minimum of|au moins|au minimum|pas moins de"
)
"""What bounds whatever stands behind it: "au moins une fois"."""
_HIGH: Final = (
    rf"{AT_MOST}|at the most|until|within|under|below|(?:no|not) (?:later|longer) than|(?:a )?max(?:\.|imum)?(?: of)?|"
    r"au (?:plus|maximum) tard|maximum|jusqu['’](?:à|en)|moins de|d['’]ici|sous|dans (?:les?|un délai de)|"
    r"inférieure?s? à"
)
_LOW: Final = (
    rf"{AT_LEAST}|from|over|above|(?:no|not) fewer than|(?:a )?min(?:\.|imum)?(?: of)?|minimum|dès|à partir de|"
    r"(?:à|a) compter de|(?<!pas )plus de|supérieure?s? à"
)
"""These bound a figure alone: "from" and "until" say more than one thing."""
_BEFORE: Final = {
    side: re.compile(rf"(?:\b(?:{words})|[{sign}])\s*(?:les?\s+|d['’]|the\s+)?$", re.IGNORECASE)
    for side, words, sign in (("high", _HIGH, "≤<"), ("low", _LOW, "≥>"))
}
_AFTER: Final = {
    "high": re.compile(
        r"\s*(?:at (?:the )?most|or (?:less|fewer|under)|au (?:plus|maximum)|ou moins|max(?:imum)?)\b", re.IGNORECASE
    ),
    "low": re.compile(
        r"\s*(?:at least|or (?:more|over)|and over|au (?:moins|minimum)|ou plus|et plus|minimum)\b", re.IGNORECASE
    ),
}
_EXCEEDS: Final = re.compile(
    r"\b(?:dépass|exc[éè]d|exceed)\w*(?:\s+(?:pas|jamais))?\s*(?:les?\s+|the\s+)?$", re.IGNORECASE
)
_DENIES: Final = re.compile(
    r"\b(?:ne|not|cannot|never|jamais|sans|without|aucun\w*)\b|\bn['’ʼ]|n['’ʼ]t\b", re.IGNORECASE
)
_COMPARES: Final = re.compile(
    r"(?:more|less|fewer|longer|later)\s+than|over|under|above|below|(?:plus|moins) de|(?:supér|infér)ieure?s? à",
    re.IGNORECASE,
)
"""What a denial turns round: "cannot be more than 30 days" is at most."""
_DENIED: Final = re.compile(
    r"(?:\b(?:no|not|cannot)|n['’ʼ]t\b(?:\s+\w+){0,2}?)(?:\s+be)?"
    r"\s+(?:more|less|fewer|later|longer|above|over|below|under|exceed(?:ing)?)(?:\s+than)?\s*$"
    r"|\b(?:ne\s+|n['’ʼ])(?:\S+\s+){0,2}?(?:pas|jamais)\s+(?:être\s+)?(?:supér|infér)ieure?s?\s+à\s*$"
    r"|(?:\b(?:ne\s+|n['’ʼ])(?:\S+\s+){1,3}?)?pas\s+(?:plus|moins)\s+d(?:e\s*|['’])$"
    r"|\b(?:ne\s+|n['’ʼ])(?:(?:\S+\s+)?pas\s+(?:dépasser|excéder)|(?:dépass|exc[éè]d)\w+\s+(?:pas|jamais))\s*$",
    re.IGNORECASE,
)


def with_limits(found: Sequence[Figure], text: str) -> list[Figure]:
    """The figures of a text, each with what it is an end of and what it is said to bound."""
    ends: dict[int, str] = {}
    for at, (one, other) in enumerate(pairwise(found)):
        if _is_range(one, other, text):
            ends |= {at: "low", at + 1: "high"}
    return [
        one if one.kind == "date" else one._replace(end_of_range=ends.get(at, ""), limit=_limit(one, text))
        for at, one in enumerate(found)
    ]


def bounds_by_negation(text: str, figure: Figure) -> Span:
    """The words before a figure that bound it by a negation and deny nothing, "no more than"; empty if none."""
    match = _DENIED.search(text, max(0, figure.start - _NEAR), figure.start)
    return Span(*match.span()) if match else Span(figure.start, figure.start)


def _is_range(one: Figure, other: Figure, text: str) -> bool:
    if one.kind != other.kind or one.bare or other.bare or one.kind == "date" or _is_clock(one, other):
        return False
    between, before = text[one.end : other.start], text[max(0, one.start - _NEAR) : one.start]
    if _AND.fullmatch(between):
        return _BETWEEN.search(before) is not None
    return _TO.fullmatch(between) is not None and not _CHANGE.search(before)


def _is_clock(one: Figure, other: Figure) -> bool:
    """Whether "9 h à 18 h" may be from nine o'clock to six."""
    return all(re.fullmatch(r"(?:1?[0-9]|2[0-4]) h|\d+ min", figure.value) for figure in (one, other)) and any(
        figure.value.endswith("h") for figure in (one, other)
    )


def _limit(figure: Figure, text: str) -> str:
    before, after = text[max(0, figure.start - _NEAR) : figure.start], text[figure.end : figure.end + _NEAR]
    if _EXCEEDS.search(before):
        return "high" if _DENIES.search(before) else "low"
    for side, other in (("high", "low"), ("low", "high")):
        if bound := _BEFORE[side].search(before):
            return other if _COMPARES.match(bound[0]) and _DENIES.search(before, 0, bound.start()) else side
        if _AFTER[side].match(after):
            return side
    return ""
