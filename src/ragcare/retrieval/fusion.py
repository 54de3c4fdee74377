"""Two lists of candidates made one; each hit keeps its rank and score in each leg."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ragcare.index.seam import KEYWORD, VECTOR, Candidate
from ragcare.retrieval.leg_weights import LegWeights, features_of
from ragcare.schema import Hit, Standing
from ragcare.settings import RetrievalSettings

Legs = Mapping[str, Sequence[Candidate]]


def fuse(legs: Legs, how: RetrievalSettings, reach: float = 0.0) -> tuple[Hit, ...]:
    """The candidates of all legs, best first, as of `best_first`."""
    return tuple(best_first(legs, how, reach))


def best_first(legs: Legs, how: RetrievalSettings, reach: float = 0.0) -> Iterator[Hit]:
    """The candidates of all legs, best first, each made a hit when it is asked for: most searches need but the first.

    The fused score lies in 0..1: the sum over the legs of their weight times their share.

    Args:
        legs: what each leg found, best first.
        how: to fuse them.
        reach: as of `Found.reach`: the adaptive weight hangs on it.
    """
    convex = {leg: convex_shares(leg, candidates) for leg, candidates in legs.items()}
    shares = convex if how.fusion != "rrf" else {leg: rank_shares(len(found), how.rrf_k) for leg, found in legs.items()}
    of_vector = how.vector_weight
    if how.fusion == "adaptive":
        of_vector = LegWeights.shipped().of_vector(features_of(legs, convex, reach), how.embedder)
    weights = {KEYWORD: 1 - of_vector, VECTOR: of_vector}
    # By id: to hash a whole passage, or to compare two, takes longer than all the rest.
    places = {leg: {one.passage.id: place for place, one in enumerate(found)} for leg, found in legs.items()}
    scores: dict[str, float] = {}
    for leg, found in places.items():
        weight = weights[leg]
        for key, share in zip(found, shares[leg], strict=True):
            scores[key] = scores.get(key, 0.0) + weight * share
    # Among equals the order of ids decides, so that the same index gives the same list whatever its history.
    for minus, key in sorted((-score, key) for key, score in scores.items()):
        held = {leg: found[key] for leg, found in places.items() if key in found}
        standings = {leg: Standing(place + 1, legs[leg][place].score) for leg, place in held.items()}
        passage = next(legs[leg][place].passage for leg, place in held.items())
        yield Hit(passage, -minus, standings)


def convex_shares(leg: str, candidates: Sequence[Candidate]) -> list[float]:
    """Where each score lies between the leg's floor and its best candidate (Bruch et al. 2023, who call it TM2C2).

    The floor of BM25 is 0. Cosines have none that means anything: e5's lie between .8 and .95 whatever the texts, so
    the worst candidate is the floor there.
    """
    if not candidates:
        return []
    best, floor = candidates[0].score, 0.0 if leg == KEYWORD else candidates[-1].score
    if best <= floor:
        return [1.0] * len(candidates)
    return [(candidate.score - floor) / (best - floor) for candidate in candidates]


def rank_shares(size: int, constant: int) -> list[float]:
    """Reciprocal rank fusion (Cormack et al. 2009), scaled so that the first rank has share 1."""
    return [(constant + 1) / (constant + rank) for rank in range(1, size + 1)]
