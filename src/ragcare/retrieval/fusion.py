"""Two lists of candidates made one; each hit keeps its rank and score in each leg."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ragcare.index.seam import KEYWORD, VECTOR, Candidate
from ragcare.retrieval.leg_weights import LegWeights, features_of
from ragcare.schema import Hit, Passage, Standing
from ragcare.settings import RetrievalSettings

Legs = Mapping[str, Sequence[Candidate]]
Share = Callable[[str, Standing, Sequence[Candidate]], float]
"""What one leg's opinion of a passage is worth, in 0..1, before it is weighted."""


def fuse(legs: Legs, how: RetrievalSettings, reach: float = 0.0) -> tuple[Hit, ...]:
    """The candidates of all legs, best first.

    The fused score lies in 0..1: the sum over the legs of their weight times their share.

    Args:
        legs: what each leg found, best first.
        how: to fuse them.
        reach: the keyword score that nothing can pass, as of `Found.reach`: the adaptive weight hangs on it.
    """
    share = reciprocal_rank_share(how.rrf_k) if how.fusion == "rrf" else convex_share
    of_vector = _adapted(legs, how.embedder, reach) if how.fusion == "adaptive" else how.vector_weight
    weights = {KEYWORD: 1 - of_vector, VECTOR: of_vector}
    standings: dict[Passage, dict[str, Standing]] = {}
    for leg, candidates in legs.items():
        for rank, candidate in enumerate(candidates, 1):
            standings.setdefault(candidate.passage, {})[leg] = Standing(rank, candidate.score)
    hits = [
        Hit(passage, sum(weights[leg] * share(leg, standing, legs[leg]) for leg, standing in found.items()), found)
        for passage, found in standings.items()
    ]
    # Among equals the order of ids decides, so that the same index gives the same list whatever its history.
    hits.sort(key=lambda hit: (-hit.score, hit.passage.id))
    return tuple(hits)


def _adapted(legs: Legs, embedder: str, reach: float) -> float:
    """The weight of the vector leg for this question."""
    shares = {
        leg: [convex_share(leg, Standing(rank, one.score), found) for rank, one in enumerate(found, 1)]
        for leg, found in legs.items()
    }
    features = features_of(legs, shares, reach)
    return LegWeights.shipped().of_vector(features, embedder)


def convex_share(leg: str, standing: Standing, candidates: Sequence[Candidate]) -> float:
    """Where the score lies between the leg's floor and its best candidate (Bruch et al. 2023, who call it TM2C2).

    The floor of BM25 is 0. Cosines have none that means anything: e5's lie between .8 and .95 whatever the texts, so
    the worst candidate is the floor there.
    """
    best, floor = candidates[0].score, 0.0 if leg == KEYWORD else candidates[-1].score
    return (standing.score - floor) / (best - floor) if best > floor else 1.0


def reciprocal_rank_share(constant: int) -> Share:
    """Reciprocal rank fusion (Cormack et al. 2009), scaled so that the first rank has share 1."""

    def share(leg: str, standing: Standing, candidates: Sequence[Candidate]) -> float:  # noqa: ARG001 (a rank says it)
        return (constant + 1) / (constant + standing.rank)

    return share
