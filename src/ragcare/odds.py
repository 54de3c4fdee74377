"""Probabilities and their log-odds: what speaks for and against adds up there, and opinions are pooled there."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import BaseModel, Field


class Weight(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """What a fitted model knows of one feature: it is brought to mean 0 and scale 1, then weighed.

    Attributes:
        saturates: whether a value far from the mean tells hardly more than one that is rather far: by the hyperbolic
            tangent.
    """

    mean: float
    scale: Annotated[float, Field(gt=0)]
    weight: float
    saturates: bool = False

    def pull(self, value: float) -> float:
        """What a value of the feature adds to the log-odds."""
        away = (value - self.mean) / self.scale
        return self.weight * (math.tanh(away) if self.saturates else away)


def log_odds(probability: float, least: float = 1e-9) -> float:
    """The logit of a probability, taken as no nearer to 0 and 1 than ``least``: a sure opinion stays finite."""
    kept = min(max(probability, least), 1 - least)
    return math.log(kept / (1 - kept))


def logistic(odds: float) -> float:
    """The probability whose log-odds these are, in the form of the logistic function that never overflows."""
    return (1 + math.tanh(odds / 2)) / 2


def pooled(one: float, other: float, weight: float, least: float) -> float:
    """The logarithmic pool of two probabilities (Genest & Zidek 1986): the weighted mean of their log-odds.

    Args:
        one: an opinion.
        other: a second one.
        weight: the share of the other, between 0 and 1.
        least: no opinion is taken as nearer to 0 or 1, so that none decides alone.
    """
    return logistic((1 - weight) * log_odds(one, least) + weight * log_odds(other, least))
