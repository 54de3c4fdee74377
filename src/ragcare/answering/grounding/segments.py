"""Segments: whom a statement holds for, named alike in French and English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_SEGMENTS: Final = {
    "business": r"professionnels?|pros?|entreprises|sociétés|business(?:es)?|companies|professionals|corporate",
    "consumer": r"particuliers?|grand public|consumers?|residential|private (?:customers?|individuals?)|individuals",
    "student": r"étudiante?s?|students?",
    "new": r"nouve(?:aux|lles?|l)\s(?:client|abonné|adhérent|inscrit)\w*"
    r"|new\s(?:customer|client|subscriber|member|user)s?",
    "existing": r"(?:déjà|anciens?)\s(?:client|abonné|adhérent)\w*"
    r"|(?:existing|current)\s(?:customer|client|subscriber|member)s?",
    "child": r"mineure?s?|enfants?|adolescents?|minors?|child(?:ren)?|teenagers?|under.?18s?",
    "adult": r"majeure?s?|adultes?|adults?",
    "senior": r"seniors?|retraité\w*|personnes âgées|pensioners?|retire(?:d|es)|elderly|older people",
    "employee": r"salarié\w*|employé\w*|employees?|staff|workers?",
    "self-employed": r"indépendants?|auto-?entrepreneurs?|micro-?entrepreneurs?|self-employed|freelancers?",
    "jobseeker": r"chômeurs?|demandeurs? d['’]emploi|unemployed|job.?seekers?",
    "tenant": r"locataires?|tenants?",
    "owner": r"propriétaires?|landlords?|homeowners?|owners?",
    "parent": r"parents?",
    "prepaid": r"prépayée?s?|prepaid|pre-paid",
    "disabled": r"handicapée?s?|handicap|disabled|disabilit(?:y|ies)",
    "pregnant": r"enceintes?|pregnant",
    "foreigner": r"étrangers?|étrangères?|foreign(?:ers?)?|non-residents?",
}
_ONE: Final = re.compile("|".join(f"(?P<s{at}>\\b(?:{words})\\b)" for at, words in enumerate(_SEGMENTS.values())), re.I)
_NAMES: Final = tuple(_SEGMENTS)
_ONLY: Final = re.compile(
    r"réservée?s?|exclusivement|uniquement|seulement|\bseule?s?\b|\bonly\b|exclusive(?:ly)?|reserved|restricted"
    r"|limited to|^\W*(?:pour|for)\b",
    re.IGNORECASE,
)
_HOLDS_FOR: Final = re.compile(rf"{_ONLY.pattern}|destinée?s?|\bpour\b|\baux\b|\bfor\b|\bto\b", re.IGNORECASE)
_NEAR: Final = 30  # characters between "réservé" and whom it is reserved to


@lru_cache(maxsize=4096)
def segments(text: str) -> dict[str, tuple[int, int]]:
    """The segments that a text names, and where each stands first."""
    found: dict[str, tuple[int, int]] = {}
    for match in _ONE.finditer(text):
        found.setdefault(_NAMES[int((match.lastgroup or "s0")[1:])], match.span())
    return found


def limited_to(text: str, mark: re.Pattern[str] = _ONLY) -> dict[str, tuple[int, int]]:
    """The segments that a text limits itself to: "réservé aux professionnels", "for students only"."""
    return {
        name: (start, end)
        for name, (start, end) in segments(text).items()
        if mark.search(text, max(0, start - _NEAR), min(len(text), end + 10))
    }


def wrong_segment(said: str, response: str, supports: Iterable[str], evidence: str) -> str:
    """The segment that a sentence has changed, put in or left out, in its own words or those of the evidence.

    Args:
        said: the sentence.
        response: the whole response, which may name the segment elsewhere.
        supports: the sentences of the evidence that support it.
        evidence: all of it.
    """
    near = list(supports)
    there = {name for one in near for name in segments(one)}
    anywhere = segments(evidence)
    addressed = limited_to(said, _HOLDS_FOR)
    for name, (start, end) in segments(said).items():
        if (name not in anywhere and (there or name in addressed)) or (there and name not in there):
            return said[start:end]
    told = segments(response)
    for one in near:
        for name, (start, end) in limited_to(one).items():
            if name not in told:
                return one[start:end]
    return ""
