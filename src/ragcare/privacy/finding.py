"""What the recognisers share: how they find, and how people part words and groups of digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ragcare.schema import PersonalKind


class PersonalData(NamedTuple):
    """One piece of personal data: ``text[start:end]`` is of this kind.

    Attributes:
        kind: such as ``"email"``; ``ragcare.schema.PersonalKind`` has all of them.
        start: Offset of its first character.
        end: Offset after its last character.
    """

    kind: PersonalKind
    start: int
    end: int


Finder = Callable[[str, int], PersonalData | None]
"""Finds the next item that starts at this offset or later, in time linear in the text."""

GAP = r"(?:[ \t\u00a0\u202f]{1,2})"
UPPER = r"A-ZÀ-ÖØ-ÞŒ"

# People, printers and copies from a page separate groups of digits by any blank, seen or not, or a sign.
BLANK = r"\s\u00ad\u180e\u200b-\u200f\u2060\ufeff"
SIGN = r"._\-\u2010-\u2013"
SEP = rf"[{BLANK}{SIGN}/]{{1,3}}"
MAYBE_SEP = rf"[{BLANK}{SIGN}/]{{0,3}}"
SEP_BUT_SLASH = rf"[{BLANK}{SIGN}]{{1,3}}"
NOT_INSIDE = r"(?<![^\W_])(?<!\d[.,])"
NOT_GOING_ON = r"(?![^\W_])(?![.,:]\d)"


def finder(kind: PersonalKind, shape: str, proved: Callable[[str], int]) -> Finder:
    """A finder for what has this shape and of which ``proved`` accepts a first part, of the length it says."""
    pattern = re.compile(shape)

    def find(text: str, start: int) -> PersonalData | None:
        while match := pattern.search(text, start):
            if length := proved(match[0]):
                return PersonalData(kind, match.start(), match.start() + length)
            start = match.start() + 1  # what a wrong candidate covers may hold a right one
        return None

    return find


def finder_after(kind: PersonalKind, cue: str, shape: str) -> Finder:
    """A finder for what has this shape right after a cue; only what the shape matches is personal."""
    pattern = re.compile(rf"(?:{cue})(?P<item>{shape})", re.IGNORECASE)

    def find(text: str, start: int) -> PersonalData | None:
        match = pattern.search(text, start)
        return PersonalData(kind, match.start("item"), match.end("item")) if match else None

    return find
