"""Passages in another language than the question's, counted by what the legs can tell of them.

They do not have the words of the question, so that the keyword leg does not find them: it has no opinion, and must not
count as if it had the worst. And an embedder puts a text nearer to questions in its own language than its translation.

`docs/design/023-other-languages.md` says what was measured, and `evals/languages.py` measures it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ragcare.index.leg import Leg
from ragcare.index.splice import Mask, Rows
from ragcare.retrieval.shares import Shares

LIFT: Mapping[str, float] = MappingProxyType({"e5": 0.008, "light": -0.04, "e5+light": 0.004})
"""What is added to the cosine of a passage in another language, by embedder; where it is none of these, nothing.

It is what the language costs a translation (.038 under e5, .049 under light) less the preference for an article in the
asker's own language. The noisier the cosines, the more that preference takes.
"""

_USUAL, _WORTH = 0.5, 1.0
"""The keyword share of a passage as a multiple of its vector share, before any is seen; and how many that outweighs."""


def lifted(vector: Leg, places: Rows, other: Mask, lift: float) -> Shares:
    """The vector share of each row, of shape (rows,), with the cosines of another language lifted.

    The other candidates keep the share that they had, unless one that was lifted is now the best of all.

    Args:
        vector: the vector leg.
        places: where among the rows each of its candidates stands.
        other: which rows are in another language.
        lift: what is added to their cosines.
    """
    shares = np.zeros(len(other))
    if vector:
        there = other[places]
        scores = vector.scores + lift * (there & ~there.all())  # among themselves all are alike
        floor, best = float(vector.scores[-1]), max(float(vector.scores[0]), float(scores.max()))
        shares[places] = np.maximum(scores - floor, 0.0) / (best - floor) if best > floor else 1.0
    return shares


def expected(keyword: Shares, vector: Shares, lifted: Shares, other: Mask) -> Shares:
    """The keyword shares, with what is to be expected of passages in another language where it is more.

    It is told by the passages in the language of the question: their keyword shares as a multiple of their vector
    shares, by least squares (what is missing is filled in by its regression on what is there). Where that language was
    mistaken, passages in it do not have the words of the question either, and little is expected of any.

    Args:
        keyword: the share of each passage in the keyword leg, of shape (n,), 0 where it was not found.
        vector: the same in the vector leg.
        lifted: the same as of `lifted`.
        other: which passages are in another language.
    """
    own = np.where(other, 0.0, vector)
    multiple = min(1.0, float((own @ keyword + _USUAL * _WORTH) / (own @ own + _WORTH)))
    return np.where(other, np.maximum(keyword, multiple * lifted), keyword)
