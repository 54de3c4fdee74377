"""Two legs made one list; each hit keeps its rank and score in each leg."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from ragcare.index.leg import Leg
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.index.splice import Rows
from ragcare.retrieval.languages import LIFT, expected, lifted
from ragcare.retrieval.leg_weights import LegWeights, leg_figures
from ragcare.retrieval.shares import Shares, convex_shares, rank_shares
from ragcare.schema import Hit, Standing
from ragcare.settings import RetrievalSettings


def fuse(legs: Mapping[str, Leg], how: RetrievalSettings, reach: float = 0.0, language: str = "und") -> tuple[Hit, ...]:
    """The candidates of all legs, best first, as of `best_first`."""
    return tuple(best_first(legs, how, reach, language))


def best_first(
    legs: Mapping[str, Leg], how: RetrievalSettings, reach: float = 0.0, language: str = "und"
) -> Iterator[Hit]:
    """The candidates of all legs, best first, each made a hit when it is asked for: most searches need but the first.

    The fused score lies in 0..1: the sum over the legs of their weight times their share.

    Args:
        legs: what each leg found.
        how: to fuse them.
        reach: as of `Found.reach`: the adaptive weight hangs on it.
        language: of the question: passages in another one are counted by what the legs can tell of them, as of
            `ragcare.retrieval.languages`; "und" counts all alike, and so does "rrf", which knows ranks alone.
    """
    convex = {name: convex_shares(name, leg) for name, leg in legs.items()}
    shares = convex if how.fusion != "rrf" else {name: rank_shares(len(leg), how.rrf_k) for name, leg in legs.items()}
    of_vector = how.vector_weight
    if how.fusion == "adaptive":
        of_vector = LegWeights.shipped().of_vector(leg_figures(legs, convex, reach), how.embedder)
    weights = {KEYWORD: 1 - of_vector, VECTOR: of_vector}
    shared = next(iter(legs.values()))
    rows = _found_by_any(legs.values())
    places = {name: rows.searchsorted(leg.rows) for name, leg in legs.items()}
    counted: dict[str, Shares] = {name: np.zeros(len(rows)) for name in legs}
    ranks = {name: np.zeros(len(rows), np.intp) for name in legs}
    for name, leg in legs.items():
        counted[name][places[name]] = shares[name]
        ranks[name][places[name]] = np.arange(1, len(leg) + 1)
    other = shared.languages.other_than(language, rows)
    nearer = np.zeros(len(rows))
    if how.fusion != "rrf" and other.any():
        nearer = counted[VECTOR]  # a lift that lowers may bring several down to 0
        vector = lifted(legs[VECTOR], places[VECTOR], other, LIFT.get(how.embedder, 0.0))
        counted = {KEYWORD: expected(counted[KEYWORD], counted[VECTOR], vector, other), VECTOR: vector}
    scores = np.zeros(len(rows))
    for name, share in counted.items():
        scores += weights[name] * share
    # Among equals the order of the passages decides, so that the same index gives the same list whatever its history.
    for at in np.lexsort((-nearer, -scores)).tolist():
        standings = {
            name: Standing(rank, float(legs[name].scores[rank - 1]))
            for name, of_leg in ranks.items()
            if (rank := int(of_leg[at]))
        }
        yield Hit(shared.passages[rows[at]], float(scores[at]), standings)


def _found_by_any(legs: Iterable[Leg]) -> Rows:
    """The rows of all legs, ascending, each once: what np.unique gives, at a third of its price."""
    rows = np.sort(np.concatenate([leg.rows for leg in legs]))
    return np.concatenate([rows[:1], rows[1:][rows[1:] != rows[:-1]]])
