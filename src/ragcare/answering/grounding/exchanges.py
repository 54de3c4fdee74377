"""Exchanged words: a sentence that repeats its evidence, but for a word that excludes the one which stands there."""

from __future__ import annotations

import re
from typing import Final

from ragcare.answering.grounding.ranges import AT_LEAST, AT_MOST
from ragcare.answering.grounding.reading import Statement
from ragcare.answering.grounding.verdict import FaultCode
from ragcare.answering.reading.opposites import turned_round
from ragcare.answering.reading.words import Word, words
from ragcare.language.whose_words import read_as

_EXCLUSIVE: Final[tuple[tuple[FaultCode, tuple[str, ...]], ...]] = (
    ("condition", (r"before|avant", r"after|apr[eè]s")),
    (
        "condition",
        (rf"{AT_LEAST}|(?<!pas )plus de(?= \d)", rf"{AT_MOST}|jusqu.[aà](?= \d)|(?<!pas )moins de(?= \d)"),
    ),
    (
        "condition",
        (
            r"unless|except if|sauf s(?:i|['’]ils?)|[aà] moins qu(?:e|['’])",
            r"(?<!except )(?<!even )if|(?<!sauf )(?<!m[eê]me )(?:si|s['’]ils?)",
        ),
    ),
    (
        "condition",
        (
            r"unless|except(?! that)|sauf|hormis|[aà] moins qu(?:e|['’])",
            r"even (?:if|when|with|without|in|on|at|where|after|for)|(?<=, )even|"
            r"(?<!de )(?<!l[ea] )(?<!les )m[eê]me (?:si|s['’]ils?|quand|lorsqu\w+|en cas|avec|sans|apr[eè]s)|"
            r"(?<=, )m[eê]me(?= (?:les?|la|aux?|pour|dans|en|à) | l['’])",
        ),
    ),
    (
        "condition",
        (r"(?:the )?first time|la premi[eè]re fois", r"(?:each|every) time|[aà] chaque fois|chaque fois"),
    ),
    (
        "condition",
        (
            r"(?<!in )(?<!of )(?<!by )(?<!\d )may(?= [^\W\d])(?! (?:not|only))|can(?! not| only)|"
            r"(?<!ne )(?:peu[tx]|pouvez|peuvent)(?! que| qu.| pas)",
            r"must(?! not)|(?<!may )(?<!might )ha(?:ve|s) to|(?<!ne )(?:doi[ts]|devez|doivent)(?! pas)",
        ),
    ),
    (
        "condition",
        (
            r"(?:the|your|a) (?:whole|entire)|in full|(?:la )?totalit[eé]|int[eé]gral\w*|en entier",
            r"half|(?:la )?moiti[eé]|part of|partially|partiel\w*|en partie",
        ),
    ),
    (
        "negation",
        (
            r"enabl(?:e[ds]?|ing)|activat\w*|activ(?:e[rz]?|er(?:a|ont)|ée?s?)|"
            r"(?:turn|switch)(?:s|es|ed)? on",
            r"disabl(?:e[ds]?|ing)|deactivat\w*|d[eé]sactiv\w*|(?:turn|switch)(?:s|es|ed)? off",
        ),
    ),
    (
        "negation",
        (
            r"increas\w*|rises?|rising|rose|(?:goes|going|go|went|gone) up|augment\w*|en hausse",
            r"decreas\w*|falls?|falling|fell|drop(?:s|ped|ping)?|(?:goes|going|go|went|gone) down|baiss\w*|diminu\w*",
        ),
    ),
    (
        "negation",
        (
            r"(?:scroll|swipe|move|slide|turn)(?:s|ed)? (?:it |the \w+ )?up",
            r"(?:scroll|swipe|move|slide|turn)(?:s|ed)? (?:it |the \w+ )?down",
        ),
    ),
    (
        "duration",
        tuple(
            rf"(?:par|a|per|each|every|chaque|tous les|toutes les) (?:{unit})s?|{every}"
            for unit, every in (
                ("jour|day", "daily|quotidien\\w*"),
                ("semaine|week", "weekly|hebdomadaires?"),
                ("mois|month", "monthly|mensuel\\w*"),
                ("ans?|ann[eé]es?|year", "yearly|annual\\w*|annuel\\w*"),
            )
        ),
    ),
)
"""Groups of words of which one excludes the others, French and English side by side."""

_READ: Final = tuple(
    (reason, tuple(re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE) for pattern in group))
    for reason, group in _EXCLUSIVE
)


def exchanged(said: Statement, stands: Statement) -> tuple[FaultCode, str] | None:
    """The word of a sentence in whose place its evidence has one that excludes it, and what is wrong; None if none.

    Where only one of the two denies something, the exchange may say the same: "not before" and "after", "impossible"
    and "not possible".

    Args:
        said: the sentence.
        stands: the sentence of the evidence that it repeats.
    """
    same_sense = bool(said.negations) == bool(stands.negations)
    return (_exchanged_word(said, stands) if same_sense else None) or _other_bound(said, stands)


def _exchanged_word(said: Statement, stands: Statement) -> tuple[FaultCode, str] | None:
    for reason, group in _READ:
        found = [pattern.search(said.text) for pattern in group]
        held = [pattern.search(stands.text) is not None for pattern in group]
        first = next((match for match in found if match), None)
        if first and any(held) and not any(match and stays for match, stays in zip(found, held, strict=True)):
            return reason, first[0]
    language = read_as(said.language)
    if said.language == stands.language:
        mine, theirs = _stems(said.text, language), _stems(stands.text, language)
        for stem in mine.keys() - theirs.keys():
            if turned_round(stem, frozenset(theirs.keys() - mine.keys()), language):
                return "negation", said.text[mine[stem].start : mine[stem].end]
    return None


def _other_bound(said: Statement, stands: Statement) -> tuple[FaultCode, str] | None:
    """The figure that bounds from the other side, whatever words say so: "may exceed 5 days", "at most 5 days"."""
    for one in said.figures:
        limits = {other.limit for other in stands.figures if other.value == one.value}
        if one.limit and limits and "" not in limits and one.limit not in limits:
            return "condition", said.text[one.start : one.end]
    return None


def _stems(text: str, language: str) -> dict[str, Word]:
    return {word.stem: word for word in words(text, language) if word.stem}
