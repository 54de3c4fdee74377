"""Risk control for counted errors: p-values, upper bounds, and testing thresholds in a fixed order.

Learn-then-Test (Angelopoulos, Bates, Candès, Jordan and Lei 2021, arXiv:2110.01052): for each threshold t the
hypothesis "the risk at t is above `max_risk`" gets a p-value that is valid for any sample size. The hypotheses are
tested one after the other in an order that was fixed before the certifying questions were looked at, and the testing
ends at the first that is not rejected. The chance that any true hypothesis is rejected is then at most 1 - confidence,
with nothing paid for how many are tested (fixed-sequence testing).
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt

Bound = Literal["clopper-pearson", "hoeffding-bentkus"]

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_HALVINGS = 60
"""So many halvings of [0, 1] reach the next float of any bound that is not tiny."""


def p_values(wrong: Counts, n: Counts, max_risk: float | Floats, bound: Bound = "clopper-pearson") -> Floats:
    """How likely so few errors would be at the most, if the risk were above `max_risk`.

    With k errors among n and a = max_risk:

    - "clopper-pearson", exact for errors that either happen or not (Clopper and Pearson 1934): P(Bin(n, a) <= k). It
      is valid too where the questions do not all have the same risk, as in a mixture of suites of fixed sizes: where
      k <= na - 1, a sum of unequal Bernoulli variables is so small less often than the binomial of the same mean
      (Hoeffding 1956).
    - "hoeffding-bentkus", for any loss in 0..1 (Bates, Angelopoulos, Lei, Malik and Jordan 2021, arXiv:2101.02703):
      min(exp(-n h(min(k/n, a), a)), e P(Bin(n, a) <= k)), where h(x, y) = x ln(x/y) + (1-x) ln((1-x)/(1-y)).

    Args:
        wrong: errors, of any shape.
        n: of how many, of the same shape; where it is 0, nothing is known and the p-value is 1.
        max_risk: in 0..1, both excluded.
        bound: which of the two.
    """
    from scipy.special import xlogy
    from scipy.stats import binom

    exact = np.asarray(binom.cdf(wrong, n, max_risk), dtype=np.float64)
    if bound == "hoeffding-bentkus":
        share = np.minimum(wrong / np.maximum(n, 1), max_risk)
        divergence = xlogy(share, share / max_risk) + xlogy(1 - share, (1 - share) / (1 - np.asarray(max_risk)))
        exact = np.minimum(np.exp(-n * divergence), math.e * exact)
    return np.where(n > 0, np.minimum(exact, 1.0), 1.0)


def upper_bounds(wrong: Counts, n: Counts, confidence: float, bound: Bound = "clopper-pearson") -> Floats:
    """The risk that is not exceeded with that confidence, for one threshold alone: the largest not rejected.

    For "clopper-pearson" it is the quantile `confidence` of Beta(k + 1, n - k).

    Returns:
        In 0..1, of the shape of `wrong`; 1 where n is 0 or all are wrong.
    """
    from scipy.stats import beta

    if bound == "clopper-pearson":
        known = wrong < n
        of_beta = beta.ppf(confidence, wrong + 1, np.where(known, n - wrong, 1))
        return np.asarray(np.where(known, of_beta, 1.0), dtype=np.float64)
    low, high = wrong / np.maximum(n, 1), np.ones(np.shape(wrong))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rejected = p_values(wrong, n, np.clip(middle, 1e-12, 1 - 1e-12), bound) <= 1 - confidence
        low, high = np.where(rejected, low, middle), np.where(rejected, middle, high)
    return np.where(n > 0, high, 1.0)


def passed(p: Floats, confidence: float) -> int:
    """How many hypotheses are rejected when they are tested in their order, the first failure ending it."""
    failures = np.flatnonzero(p > 1 - confidence)
    return int(failures[0]) if failures.size else len(p)


def least_questions(max_risk: float, confidence: float, wrong: int = 0, bound: Bound = "clopper-pearson") -> int:
    """The fewest questions on which so many errors still let the risk be certified.

    Without an error it is the least n with (1 - max_risk)^n <= 1 - confidence, whichever the bound.
    """
    low, high = wrong, math.ceil(math.log(1 - confidence) / math.log1p(-max_risk)) + 1
    while not _certifies(wrong, high, max_risk, confidence, bound):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if _certifies(wrong, middle, max_risk, confidence, bound):
            high = middle
        else:
            low = middle
    return high


def _certifies(wrong: int, n: int, max_risk: float, confidence: float, bound: Bound) -> bool:
    return passed(p_values(np.array([wrong]), np.array([n]), max_risk, bound), confidence) == 1
