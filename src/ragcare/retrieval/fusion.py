"""Two legs made one list; each hit keeps its rank and score in each leg."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from ragcare.index.leg import Leg
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.retrieval.leg_weights import LegWeights, features_of
from ragcare.schema import Hit, Standing
from ragcare.settings import RetrievalSettings

Shares = npt.NDArray[np.float64]


def fuse(legs: Mapping[str, Leg], how: RetrievalSettings, reach: float = 0.0) -> tuple[Hit, ...]:
    """The candidates of all legs, best first, as of `best_first`."""
    return tuple(best_first(legs, how, reach))


def best_first(legs: Mapping[str, Leg], how: RetrievalSettings, reach: float = 0.0) -> Iterator[Hit]:
    """The candidates of all legs, best first, each made a hit when it is asked for: most searches need but the first.

    The fused score lies in 0..1: the sum over the legs of their weight times their share.

    Args:
        legs: what each leg found.
        how: to fuse them.
        reach: as of `Found.reach`: the adaptive weight hangs on it.
    """
    convex = {name: convex_shares(name, leg) for name, leg in legs.items()}
    shares = convex if how.fusion != "rrf" else {name: rank_shares(len(leg), how.rrf_k) for name, leg in legs.items()}
    of_vector = how.vector_weight
    if how.fusion == "adaptive":
        of_vector = LegWeights.shipped().of_vector(features_of(legs, convex, reach), how.embedder)
    weights = {KEYWORD: 1 - of_vector, VECTOR: of_vector}
    rows = np.unique(np.concatenate([leg.rows for leg in legs.values()]))
    scores, ranks = np.zeros(len(rows)), {name: np.zeros(len(rows), np.intp) for name in legs}
    for name, leg in legs.items():
        places = np.searchsorted(rows, leg.rows)
        scores[places] += weights[name] * shares[name]
        ranks[name][places] = np.arange(1, len(leg) + 1)
    # Among equals the order of the passages decides, so that the same index gives the same list whatever its history.
    for at in np.argsort(-scores, kind="stable").tolist():
        found = {name: (leg, int(ranks[name][at])) for name, leg in legs.items()}
        standings = {name: Standing(rank, float(leg.scores[rank - 1])) for name, (leg, rank) in found.items() if rank}
        passages = next(iter(legs.values())).passages
        yield Hit(passages[rows[at]], float(scores[at]), standings)


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
