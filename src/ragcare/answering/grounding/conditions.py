"""Conditions and exceptions: what limits a statement, and whether a sentence dropped it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from ragcare.answering.grounding.figures import FIGURE_WEIGHT
from ragcare.answering.grounding.reading import Statement, Token
from ragcare.language.whose_words import read_as

_MARKS: Final = {
    "fr": re.compile(
        r"\b(?:sauf|hormis|excepté\w*|à l['’]exception|à moins|sous réserve|à (?:la )?condition|pourvu qu|"
        r"(?<!en )tant qu|(?<!même )(?:uniquement |seulement )?(?:si|s['’](?=ils?\b))|en cas d|au cas où|"
        r"qu['’]en cas|dès lors qu|(?:uniquement|seulement|exclusivement) (?:pour|en|quand|lorsqu))(?!\w{4})",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:unless|except(?:ing)?|excluding|provided(?: that)?|providing|as long as|on condition|subject to|"
        r"(?<!even )(?:only )?if|only (?:when|for|with|in|after|where)|in case|in the event|other than|apart from|"
        r"so long as)\b",
        re.IGNORECASE,
    ),
}
_ASKED: Final = re.compile(
    r"\b(?:savoir|vérifie[rz]|vérifiez bien|demande[rz]|voir|sait|indique[rz]?|know|see|check|ask|whether|wonder|sure|"
    r"verify)\s+$",
    re.IGNORECASE,
)
"""What makes an "if" a question and no condition: "to know if", "vérifiez si"."""
_STOP: Final = re.compile(r"[,;:.!?)\n|]|$")
_LEAST_WORDS: Final = 2
_REPEATED: Final = 0.35  # and repeats it where this share of the main clause is in the sentence
_KEPT: Final = 0.4  # a condition counts as said where this share of it is
_ABOUT: Final = 0.6  # a sentence speaks of a statement where this share of the sentence is in its main clause


class Condition(NamedTuple):
    """Where a condition stands in its statement."""

    start: int
    end: int


def conditions(statement: Statement) -> list[Condition]:
    """The conditions of a statement: each from its mark to the end of its clause."""
    found: list[Condition] = []
    pattern = _MARKS[read_as(statement.language)]
    for mark in pattern.finditer(statement.text):
        if (found and mark.start() < found[-1].end) or _ASKED.search(statement.text, 0, mark.start()):
            continue
        end = mark.end()
        for stop in _STOP.finditer(statement.text, mark.end()):
            end = stop.start()
            if len(statement.text[mark.end() : end].split()) >= _LEAST_WORDS or end == len(statement.text):
                break
        if any(mark.start() <= token.start < end for token in statement.tokens + statement.figures):
            found.append(Condition(mark.start(), end))
    return found


def dropped_condition(
    said: Statement, source: Statement, matches: Callable[[Token, Token], bool], also_said: Sequence[Statement]
) -> str:
    """The condition of a statement that a sentence repeats without it, in the words of the evidence; "" if none.

    Args:
        said: the sentence.
        source: the sentence of the evidence that supports it.
        matches: whether a word of the sentence and one of the evidence mean the same.
        also_said: the sentences beside it, where the condition may stand as well.
    """
    limits = conditions(source)
    if not limits or not said.tokens:
        return ""
    main = [token for token in source.tokens if not any(one.start <= token.start < one.end for one in limits)]
    shared = sum(token.weight for token in said.tokens if any(matches(token, other) for other in main))
    repeated = sum(other.weight for other in main if any(matches(token, other) for token in said.tokens))
    if not main or shared < _ABOUT * said.weight or repeated < _REPEATED * sum(other.weight for other in main):
        return ""
    spoken = [*said.tokens, *(token for one in also_said for token in one.tokens)]
    values = {figure.value for one in (said, *also_said) for figure in one.figures}
    for limit in limits:
        words = [token for token in source.tokens if limit.start <= token.start < limit.end]
        counted = [figure for figure in source.figures if limit.start <= figure.start < limit.end]
        # What the main clause says as well tells nothing of whether the condition was kept.
        own = [word for word in words if not any(word.stem == other.stem for other in main)] or words
        kept = sum(word.weight for word in own if any(matches(one, word) for one in spoken))
        kept_figures = [figure for figure in counted if figure.value in values]
        whole = sum(word.weight for word in own) + FIGURE_WEIGHT * len(counted)
        if whole and kept + FIGURE_WEIGHT * len(kept_figures) < _KEPT * whole:
            return source.text[limit.start : limit.end].strip()
    return ""
