"""Nearly equal texts in different groups, found without comparing all with all.

Prefix filtering (Chaudhuri et al., 2006; Bayardo et al., 2007): two texts that share almost all their words share one
of the rarest few of each. Only texts that share such a word are compared, so that time grows with the number of
texts, not with its square, unless all are made of the same few words. Labels and splits do not go in here: a group is
only a name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

_RAREST = 3
"""Words of a text under which it is filed: with three, two texts that differ by two words still meet."""

_BLOCK = 1_000
"""Texts compared with a whole group at once; bounds the memory."""


class NearCopy(NamedTuple):
    """That a text is nearly an earlier one of another group.

    Attributes:
        at: its position; `of` is the other's.
        alike: the normalised Indel similarity of the two, from 0 to 1.
    """

    at: int
    of: int
    alike: float


def near_copies(texts: Sequence[str], groups: Sequence[str], *, alike: float) -> list[NearCopy]:
    """For each text the one in an earlier place and another group that is most like it, in the order of the texts.

    Args:
        texts: folded (case, spaces); words stand between spaces.
        groups: of each text; two of the same group are not compared.
        alike: how much two must be alike to be told, above 0.8 or so: of texts less alike some pairs are missed.
    """
    best: dict[int, NearCopy] = {}
    for found in _drawers(texts):
        by_group: dict[str, list[int]] = defaultdict(list)
        for at in found:
            by_group[groups[at]].append(at)
        for one, other in combinations(by_group.values(), 2):
            for first, second, share in _compared(texts, one, other, alike):
                at, of = max(first, second), min(first, second)
                if at not in best or (-share, of) < (-best[at].alike, best[at].of):
                    best[at] = NearCopy(at, of, share)
    return [best[at] for at in sorted(best)]


def _drawers(texts: Sequence[str]) -> list[list[int]]:
    """The texts that share a word which is among the rarest of each."""
    words = [sorted(set(text.split())) for text in texts]
    usual = Counter(word for of_text in words for word in of_text)
    drawers: dict[str, list[int]] = defaultdict(list)
    for at, of_text in enumerate(words):
        for word in sorted(of_text, key=lambda word: (usual[word], word))[:_RAREST]:
            drawers[word].append(at)
    return [found for found in drawers.values() if len(found) > 1]


def _compared(
    texts: Sequence[str], one: Sequence[int], other: Sequence[int], alike: float
) -> list[tuple[int, int, float]]:
    """The pairs of two groups that are alike enough."""
    import numpy as np
    from rapidfuzz import fuzz, process

    found = []
    choices = [texts[at] for at in other]
    for start in range(0, len(one), _BLOCK):
        block = one[start : start + _BLOCK]
        scores = process.cdist(
            [texts[at] for at in block], choices, scorer=fuzz.ratio, score_cutoff=100 * alike, dtype=np.float32
        )
        for row, column in np.argwhere(scores):
            found.append((block[row], other[column], float(scores[row, column]) / 100))
    return found
