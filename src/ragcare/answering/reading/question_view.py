"""A question, taken apart: what it asks for, and the words that say about what, each with its weight."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ragcare.answering.reading.passage_view import PassageView
from ragcare.answering.reading.passage_words import Array
from ragcare.answering.reading.question_types import QuestionType, question_type
from ragcare.answering.reading.rarity import rarity
from ragcare.answering.reading.words import words
from ragcare.language.negations import negations
from ragcare.language.whose_words import read_as

FUZZY = 0.6
"""What a word counts for that only begins like the one of the question: "émettre", "émission"."""


class QuestionView(NamedTuple):
    """A question, taken apart.

    Attributes:
        stems: of the words that say about what it asks, each once, in order.
        weights: their idf; that of the noun that is asked for is halved, for an answer may stand in its place.
        names: which of them are names; `figures` which are numbers.
        focus: the number of the asked noun among them, or -1.
        negated: whether the question negates.
    """

    type: QuestionType
    stems: tuple[str, ...]
    weights: Array
    names: Array
    figures: Array
    focus: int
    negated: bool
    language: str


@lru_cache(maxsize=1024)
def question_view(text: str, language: str) -> QuestionView:
    """The view of a question."""
    known = read_as(language)
    kind = question_type(text, known)
    said = words(text, known)
    stems: dict[str, tuple[bool, bool]] = {}
    focus = ""
    for at, word in enumerate(said):
        if word.plain == kind.focus and not focus:
            focus = word.stem
        if word.stem and word.stem not in stems:
            stems[word.stem] = (word.shape == "capital" and at > 0, word.shape == "number")
    weights = np.array([rarity(stem, known) * (0.5 if stem == focus else 1.0) for stem in stems], np.float32)
    names, figures = (np.array([flags[row] for flags in stems.values()], bool) for row in (0, 1))
    number = list(stems).index(focus) if focus in stems else -1
    return QuestionView(kind, tuple(stems), weights, names, figures, number, bool(negations(text, known)), known)


def matches(question: QuestionView, view: PassageView) -> Array:
    """How well each word of the passage says each word of the question, 0..1: (stems, words)."""
    found = np.zeros((len(question.stems), len(view.words)), np.float32)
    for row, stem in enumerate(question.stems):
        for known, strength in _alike(stem, view):
            found[row, view.places[known]] = strength
    return found


def _alike(stem: str, view: PassageView) -> list[tuple[str, float]]:
    if stem in view.places:
        return [(stem, 1.0)]
    if stem[0].isdigit():
        return []
    return [(other, FUZZY) for other in view.by_prefix.get(stem[:4], ()) if _akin(stem, other)]


def _akin(one: str, other: str) -> bool:
    """Whether two stems begin alike for at least five letters and two thirds of the longer."""
    shared = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        shared += 1
    return shared >= max(4, 0.6 * max(len(one), len(other))) or (shared >= 4 and shared == min(len(one), len(other)))
