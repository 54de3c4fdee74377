"""How far each leg is to be believed on one question, judged by what the legs themselves show of it.

No fixed weight holds everywhere: where a manual is asked for in its own words BM25 is the better leg, where the
customer has other words the vectors are. So the weight of the vector leg is a logistic function of three figures of the
question, and of which embedder it is. Fitted by `evals/fusion.py`; `docs/design/013-fusion.md` says what was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Self

from pydantic import ValidationError

from ragcare.errors import BadInput
from ragcare.index.leg import Leg
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.odds import Weight, logistic
from ragcare.retrieval.shares import Shares
from ragcare.schema import Record

FEATURES = ("reached", "keyword_lead", "vector_lead")


class LegWeights(Record):
    """A logistic model of the weight of the vector leg.

    Attributes:
        features: of each of `FEATURES`.
        bias: of each embedder that it was fitted with, by the name in the settings.
        bias_of_others: of any other embedder.
    """

    features: Mapping[str, Weight]
    bias: Mapping[str, float]
    bias_of_others: float

    @staticmethod
    def shipped() -> LegWeights:
        """The ones that ship with ragcare."""
        return _shipped()

    @classmethod
    def read(cls, text: str) -> Self:
        """The weights that a JSON text holds.

        Raises:
            BadInput: they are not whole.
        """
        try:
            weights = cls.model_validate_json(text)
        except ValidationError as error:
            raise BadInput(f"no leg weights: {error}. Mend: fit them with evals/fusion.py") from None
        if weights.features.keys() != set(FEATURES):
            raise BadInput(f"the leg weights are not of {', '.join(FEATURES)}. Mend: fit them with evals/fusion.py")
        return weights

    def of_vector(self, features: Mapping[str, float], embedder: str) -> float:
        """The weight of the vector leg, in 0..1; the keyword leg has the rest."""
        first, _, _ = embedder.partition("+")  # of embedders together, the first has the greatest share
        score = self.bias.get(first, self.bias_of_others) + sum(
            known.pull(features[name]) for name, known in self.features.items()
        )
        return logistic(score)


def leg_figures(legs: Mapping[str, Leg], shares: Mapping[str, Shares], reach: float) -> dict[str, float]:
    """What the legs show of one question.

    | feature | what it is |
    |---|---|
    | `reached` | the best keyword score as a share of `reach`; more than 1 where words of another language count |
    | `keyword_lead` | how far the best article of that leg lies above the next one, as a share of its score |
    | `vector_lead` | the same in the vector leg, as a share of how far its scores lie apart |

    Args:
        legs: what each leg found, best first.
        shares: of each of these candidates, as of `convex_shares`.
        reach: as of `Found.reach`.
    """
    return {
        "reached": legs[KEYWORD][0].score / reach if legs[KEYWORD] and reach > 0 else 0.0,
        "keyword_lead": _lead(legs[KEYWORD], shares[KEYWORD]),
        "vector_lead": _lead(legs[VECTOR], shares[VECTOR]),
    }


def _lead(leg: Leg, shares: Shares) -> float:
    """How far the best article lies above the next; nothing where nothing was found."""
    if not leg:
        return 0.0
    article_ids = (leg.passages[row].article_id for row in leg.rows.tolist())
    best = next(article_ids)
    other = next((at for at, article_id in enumerate(article_ids, 1) if article_id != best), None)
    return 1.0 if other is None else 1.0 - float(shares[other])


@cache
def _shipped() -> LegWeights:
    return LegWeights.read((resources.files("ragcare.retrieval") / "leg_weights.json").read_text(encoding="utf-8"))
