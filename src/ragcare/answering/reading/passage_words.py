"""The words of a passage, and what is told of each by itself and by its place: marks, names, ends of units."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ragcare.answering.reading.words import Word

Array = np.ndarray[Any, np.dtype[Any]]

_LIGHT_ENDS: Final = {
    "fr": "le la les l un une des de du d au aux a en dans par pour sur avec et ou ni que qu qui dont ou est "
    "sont etait "
    "sa son ses leur leurs ce cette ces se s ne n il elle ils elles mais car si comme sans sous entre vers chez y",
    "en": "the a an of to in on at by for with and or nor that which who whom is are was were be been as from its his "
    "her their this these those but if than into it he she they has have had will would can could may not",
}
_LIGHT: Final = {language: frozenset(said.split()) for language, said in _LIGHT_ENDS.items()}
_NEVER_OPENS: Final = {
    "fr": "et ou mais car qui que qu dont est sont etait etaient fut se s ne n il elle ils elles ont avait",
    "en": "and or but which who that is are was were be been has have had it he she they will would not",
}
_NO_START: Final = {language: frozenset(said.split()) for language, said in _NEVER_OPENS.items()}


@dataclass(frozen=True, slots=True)
class PassageWords:
    """The words of a passage, and what is told of each by itself and by its place: arrays of shape (words,).

    Attributes:
        unit_of: the number of its unit.
        mark: whether it is no word; `light` whether it only holds others together.
        barred: whether no answer begins with it.
        capital: whether it has one; `name` whether it is taken for a name.
        opens: whether it is the first of its unit; `closes` the last.
    """

    said: list[Word]
    unit_of: Array
    mark: Array
    light: Array
    barred: Array
    capital: Array
    name: Array
    opens: Array
    closes: Array

    @classmethod
    def of(cls, said: list[Word], units: Sequence[tuple[int, int]], language: str) -> PassageWords:
        """From the words, and where each unit starts and ends."""
        n = len(said)
        starts = np.array([word.start for word in said], int)
        unit_of = np.searchsorted([start for start, _ in units], starts, side="right") - 1
        light = flags(said, _LIGHT[language])
        barred = flags(said, _NO_START[language])
        capital = np.array([word.shape == "capital" for word in said], bool)
        opens = np.ones(n, bool)
        opens[1:] = unit_of[1:] != unit_of[:-1]
        closes = np.ones(n, bool)
        closes[:-1] = opens[1:]
        # The capital that opens a sentence tells nothing, unless the same word has one elsewhere or another follows.
        follows = np.zeros(n, bool)
        follows[:-1] = capital[1:]
        elsewhere = flags(said, {said[at].plain for at in np.flatnonzero(capital & ~opens)})
        name = capital & ~(light | barred) & (~opens | follows | elsewhere)
        mark = np.array([word.shape == "mark" for word in said], bool)
        return cls(said, unit_of, mark, light, barred, capital, name, opens, closes)


def flags(said: Sequence[Word], among: Set[str]) -> Array:
    """Which words are among these."""
    return np.array([word.plain in among for word in said], bool)
