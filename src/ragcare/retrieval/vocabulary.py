"""Words in alphabetical order, found by how they begin, or by how they nearly begin."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

_ONE_SLIP_FROM, _TWO_SLIPS_FROM = 4, 8
"""From how many letters on a word is forgiven one slip, and two: the rule of Algolia and of Meilisearch."""

_AKIN_FROM: Final = 5
"""From how many letters on two words that begin alike are taken for forms of one."""

AKIN: Final = 3
"""What stands for the slips where words only begin alike: more than a typing error has."""

_AFTER_ALL_LETTERS: Final = "\U0010ffff"


class Run(NamedTuple):
    """The words that share a beginning: neighbours, because they stand in alphabetical order.

    Attributes:
        first: the number of the first word; `end` of the first one after them.
        letters: how long the beginning is that they share.
    """

    first: int
    end: int
    letters: int


class Vocabulary:
    """Distinct words, which know their numbers."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted(set(words))
        self.number = {word: number for number, word in enumerate(self.words)}
        # While somebody types, all words but the last are those of the keystroke before.
        self._slipped = lru_cache(maxsize=4096)(self._all_within)
        self._of_length = lru_cache(maxsize=64)(self._beginnings)

    def beginning(self, typed: str) -> Run:
        """The words that begin so; none if the run is empty."""
        first = bisect_left(self.words, typed)
        return Run(first, bisect_left(self.words, typed + _AFTER_ALL_LETTERS, lo=first), len(typed))

    def near(self, typed: str) -> Iterator[tuple[int, list[Run]]]:
        """The words that it may stand for, if it begins none: the nearest first, and each time those farther away.

        Words whose beginning is a slip away (a letter too many, missing, wrong or swapped); two slips; then words that
        share most of it, as "rembourser" does with "remboursement". Nothing is near a short word, nor near one with a
        digit in it: 5G is not 4G.
        """
        if any(char.isdigit() for char in typed):
            return
        for slips in range(1, (len(typed) >= _ONE_SLIP_FROM) + (len(typed) >= _TWO_SLIPS_FROM) + 1):
            yield slips, self._slipped(typed, slips)
        for letters in range(len(typed) - 1, max(_AKIN_FROM, (len(typed) + 1) // 2) - 1, -1):
            yield AKIN, [self.beginning(typed[:letters])]

    def _all_within(self, typed: str, slips: int) -> list[Run]:
        lengths = range(len(typed) - slips, len(typed) + slips + 1)
        return [run for length in lengths for run in self._within(typed, slips, length)]

    def _within(self, typed: str, slips: int, length: int) -> list[Run]:
        runs = self._of_length(length)
        near = process.extract(typed, runs.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
        return [Run(*runs[found], length) for found, _, _ in near]

    def _beginnings(self, length: int) -> dict[str, tuple[int, int]]:
        """The distinct beginnings of that many letters, each with the first of its words and the one after them."""
        runs: dict[str, tuple[int, int]] = {}
        for number, word in enumerate(self.words):
            if len(word) >= length:
                found = word[:length]
                runs[found] = (runs[found][0] if found in runs else number, number + 1)
        return runs
