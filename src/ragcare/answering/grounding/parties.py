"""Parties: who does, owes or owns something, the company ("we") or the customer ("you")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from rapidfuzz.distance import Prefix

_CLITICS: Final = r"(?:(?:nous|vous|le|la|les|lui|leur|y|en|ne)\s+|[ln]['’]){0,4}"
_WILL: Final = r"(?:(?:can|could|may|might|will|would|shall|should|must|do|did|need to|have to)\s+)?"
_NOT_DONE: Final = r"(?!(?:be|been|are|were|have|had|has|get|not|never|can|will|être|avoir|avons|avez|serez|serons)\b)"
"""After these another word says what is done, and "you are refunded" may be what "we refund" says."""
_PARTY: Final = re.compile(
    r"\b(?:(?P<ours1>our|notre|nos)|your|votre|vos)\s+(?P<of>\w+)"
    rf"|\b(?:(?P<ours2>we)|you)\s+{_WILL}(?P<does>{_NOT_DONE}\w+)"
    rf"|\b(?:(?P<ours3>nous)|vous)\s+{_CLITICS}"
    rf"(?:(?:pouv|dev|all)(?:ons|ez)\s+(?P<faire>{_NOT_DONE}\w+)|(?P<fait>{_NOT_DONE}\w+(?:ons|ez)))\b"
    r"|\b(?P<by>by|par)\s+(?:(?P<ours4>us|nous)|you|vous)\b",
    re.IGNORECASE,
)
_WHAT: Final = ("of", "does", "faire", "fait", "by")
_ENDING: Final = 3  # letters that a French verb may change with its person: "payons", "payez"


class _Party(NamedTuple):
    ours: bool
    what: str
    start: int
    end: int


def other_party(said: str, stands: str) -> str:
    """What a sentence says of the customer and its evidence of the company, or the other way round; "" if nothing.

    "Unless it is your mistake" for "our mistake", "you pay" for "we pay": the same word right after the other pronoun.
    What is said in other words ("we deliver", "you receive") is not looked at. Both are in one language.
    """
    theirs = list(_parties(stands))
    for mine in _parties(said):
        same = [one.ours for one in theirs if _alike(one.what, mine.what)]
        if same and mine.ours not in same:
            return said[mine.start : mine.end]
    return ""


def _parties(text: str) -> Iterator[_Party]:
    for match in _PARTY.finditer(text):
        found = match.groupdict()
        ours = any(word for name, word in found.items() if name.startswith("ours"))
        yield _Party(ours, next(found[name] for name in _WHAT if found[name]).lower(), *match.span())


def _alike(one: str, other: str) -> bool:
    """Whether two are forms of one word: "mistake" and "mistakes", "payons" and "payez"."""
    shared = Prefix.similarity(one, other)
    return one == other or (shared >= _ENDING and max(len(one), len(other)) - shared <= _ENDING)
