"""How good each candidate of a leg is among the others, in 0..1, so that two legs can be added up."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ragcare.index.leg import Leg
from ragcare.index.seam import KEYWORD

Shares = npt.NDArray[np.float64]


def convex_shares(name: str, leg: Leg) -> Shares:
    """Where each score lies between the leg's floor and its best candidate (Bruch et al. 2023, who call it TM2C2).

    The floor of BM25 is 0. Cosines have none that means anything: e5's lie between .8 and .95 whatever the texts, so
    the worst candidate is the floor there.
    """
    if not leg:
        return np.empty(0)
    scores = leg.scores.astype(np.float64)
    best, floor = scores[0], 0.0 if name == KEYWORD else scores[-1]
    return np.ones(len(scores)) if best <= floor else (scores - floor) / (best - floor)


def rank_shares(size: int, constant: int) -> Shares:
    """Reciprocal rank fusion (Cormack et al. 2009), scaled so that the first rank has share 1."""
    return (constant + 1) / (constant + np.arange(1.0, size + 1))
