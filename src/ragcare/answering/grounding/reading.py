"""A text taken apart once: its words that carry meaning, its figures, its negations."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from ragcare.answering.grounding.figures import Figure, figures
from ragcare.answering.grounding.model import word_weights
from ragcare.answering.grounding.ranges import bounds_by_negation
from ragcare.language.analyser import analyser_for
from ragcare.language.blocks import LIST_ITEM
from ragcare.language.folding import fold
from ragcare.language.negations import negations
from ragcare.language.sentences import Span

TURNING = frozenset(
    [
        "ne",
        "pas",
        "plus",
        "jamais",
        "rien",
        "aucun",
        "aucune",
        "aucuns",
        "aucunes",
        "personne",
        "guere",
        "nul",
        "nulle",
        "sans",
        "ni",
        "non",
        "not",
        "no",
        "never",
        "none",
        "nobody",
        "nothing",
        "nowhere",
        "neither",
        "nor",
        "without",
        "cannot",
        "longer",
    ]
)
"""Words that turn a statement round: they are compared as negations, not as words."""
_ENGLISH_NOT = re.compile(r"\w+n['’ʼ]?t\b", re.IGNORECASE)
_MARK = re.compile(
    rf"(?:\s*(?:#{{1,6}}|>)\s+|{LIST_ITEM.pattern})?(?:\s*(?:oui|yes)\s*[,:.!–—]\s*(?=\w))?", re.IGNORECASE
)
BARE_YES = re.compile(r"\W*(?:oui|yes)\W*", re.IGNORECASE)
"""A "yes" alone: it says what the sentence after it says."""


class Token(NamedTuple):
    """A word that carries meaning.

    Attributes:
        stem: what words are compared by.
        weight: how much it tells, in nats: the rarer in general, the more.
    """

    stem: str
    weight: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, or a whole text, and what is compared of it."""

    text: str
    language: str
    tokens: tuple[Token, ...]
    figures: tuple[Figure, ...]
    negations: tuple[Span, ...]

    @property
    def weight(self) -> float:
        """Of all its words."""
        return math.fsum(token.weight for token in self.tokens)

    def without(self, spans: Sequence[tuple[int, int]]) -> Statement:
        """The same, but that the words and figures in those pieces of its text are not compared."""
        if not spans:
            return self
        tokens = tuple(one for one in self.tokens if not any(start <= one.start < end for start, end in spans))
        counted = tuple(one for one in self.figures if not any(start <= one.start < end for start, end in spans))
        return replace(self, tokens=tokens, figures=counted)

    def said(self, token: Token) -> str:
        """A word as it is written."""
        return self.text[token.start : token.end]


@lru_cache(maxsize=4096)
def read(text: str, language: str) -> Statement:
    """Takes a text apart; the mark of a list item, a heading or a callout, or a leading "yes", is none of it."""
    mark = _MARK.match(text)
    body = " " * mark.end() + text[mark.end() :] if mark else text
    counted = tuple(figures(body, language))
    bounds = [bounds_by_negation(body, one) for one in counted]
    turning = (
        one
        for one in negations(body, language)
        if not any(one.start < bound.end and bound.start < one.end for bound in bounds)
    )
    weights = word_weights(language)
    tokens = tuple(
        Token(word.token, weights.get(word.token, weights[""]), word.start, word.end)
        for word in analyser_for(language).words(body)
        if not any(one.start < word.end and word.start < one.end for one in counted)
        and not _turns(body[word.start : word.end])
    )
    return Statement(text, language, tokens, counted, tuple(turning))


def _turns(word: str) -> bool:
    return fold(word) in TURNING or _ENGLISH_NOT.fullmatch(word) is not None
