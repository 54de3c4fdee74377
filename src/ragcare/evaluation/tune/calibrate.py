"""Fitting the calibration of the confidence to questions whose answers are known to be right or wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from ragcare.deciding.confidence import Calibration, Logistic
from ragcare.deciding.features import ACROSS_LANGUAGES, SATURATING
from ragcare.odds import Weight

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Values = npt.NDArray[np.float64]

_TRUST: Final = 5.0
"""How hard it is to leave what is known already: of 2, 5, 10 and 20 the best on 25 to 200 questions of a suite."""
_TRUST_INTERCEPT: Final = 0.25  # how often answers are right is what differs most from one company to another
_TRUST_NOTHING: Final = 0.5  # as scikit-learn's C = 1
_LEAST_SPREAD: Final = {"few_articles": 0.1}
"""What a feature is taken to vary by at least. One knowledge base hardly varies in size, and the few articles by which
it grows must not be taken for much; the suites with their small ones vary by .12."""
_CONSTANT: Final = 1e-9  # what varies less is the same in all examples but for rounding


class Example(NamedTuple):
    """One question as the engine met it: the features of its retrieval, and whether the answer was right.

    Attributes:
        right: 1 or True where it was, 0 or False where it was not; between, where that many of such answers are.
    """

    features: Mapping[str, float]
    right: float


def fit_calibration(
    examples: Mapping[str, Sequence[Example]],
    fingerprint: str,
    start: Calibration | None = None,
    *,
    weights: Mapping[str, float] | None = None,
) -> Calibration:
    """Logistic regression of "right" on the features, each suite having the same weight unless another is given.

    Of all examples with the features `ACROSS_LANGUAGES` a second model is fitted to these alone, for articles in
    another language than the question: an example of such an article has no others, and the first model is not fitted
    on it.

    Args:
        examples: by suite; a question for which nothing was found has no features, and is left out.
        fingerprint: of the settings, models and analysers under which the examples came about.
        start: what other questions have taught about these features. It is left no further than the examples warrant
            (ridge regression towards its weights), so that few of them do good and no harm. If None, nothing is known.
        weights: what a suite counts, as a whole and however many examples it has; 1 where it is not named.

    Raises:
        ValueError: the examples are not both right and wrong; or only taken together, those with some features right
            and those with others wrong.
    """
    rows = [(suite, one) for suite, ones in examples.items() for one in ones if one.features]
    if not _both(rows):
        raise ValueError(f"{len(rows)} examples, but not both right and wrong ones: there is nothing to fit")
    by_words = [(suite, one) for suite, one in rows if not one.features.keys() <= set(ACROSS_LANGUAGES)]
    by_meaning = [
        (suite, Example({name: one.features[name] for name in ACROSS_LANGUAGES}, one.right))
        for suite, one in rows
        if one.features.keys() >= set(ACROSS_LANGUAGES)
    ]
    weights = weights or {}
    own = _fitted(by_words, weights, start, SATURATING) if _both(by_words) else start
    across = (
        _fitted(by_meaning, weights, start.across if start else None) if _both(by_meaning) else start and start.across
    )
    own = own or across
    if own is None:
        raise ValueError(f"{len(rows)} examples, but not both right and wrong ones with the same features")
    return Calibration(
        intercept=own.intercept,
        features=own.features,
        fingerprint=fingerprint,
        fitted_on=dict(Counter(suite for suite, _ in rows)),
        across=across,
    )


def _both(rows: Sequence[tuple[str, Example]]) -> bool:
    return any(one.right > 0 for _, one in rows) and any(one.right < 1 for _, one in rows)


def _fitted(
    rows: Sequence[tuple[str, Example]],
    weights: Mapping[str, float],
    start: Logistic | None,
    saturating: Collection[str] = (),
) -> Logistic:
    """The model of these examples, which all have the same features; those that saturate do as in `start`, if any."""
    import numpy as np

    names = list(rows[0][1].features)
    values = np.array([[one.features[name] for name in names] for _, one in rows])
    right = np.array([one.right for _, one in rows], np.float64)
    sizes = Counter(suite for suite, _ in rows)
    share = np.array([weights.get(suite, 1.0) / sizes[suite] for suite, _ in rows])
    share *= len(rows) / share.sum()
    if start is None:
        mean = np.average(values, axis=0, weights=share)
        scale = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=share))
        scale = np.maximum(scale, [_LEAST_SPREAD.get(name, 0.0) for name in names])
        scale[scale < _CONSTANT] = 1.0
        known = {
            name: Weight(mean=at, scale=spread, weight=0.0, saturates=name in saturating)
            for name, at, spread in zip(names, mean.tolist(), scale.tolist(), strict=True)
        }
        intercept, trust = 0.0, np.array([0.0, *[_TRUST_NOTHING] * len(names)])
    else:
        known = {name: start.features[name] for name in names}
        intercept, trust = start.intercept, np.array([_TRUST_INTERCEPT, *[_TRUST] * len(names)])
    away = np.column_stack([np.ones(len(rows)), *(_away(one, values[:, at]) for at, one in enumerate(known.values()))])
    before = np.array([intercept, *(one.weight for one in known.values())])
    found = _least(away, right, share, before, trust)
    features = {
        name: one.model_copy(update={"weight": weight})
        for (name, one), weight in zip(known.items(), found[1:].tolist(), strict=True)
    }
    return Logistic(intercept=float(found[0]), features=features)


def _away(known: Weight, values: Values) -> Values:
    """What each value of a feature would add to the log-odds if its weight were 1."""
    import numpy as np

    pull = known.model_copy(update={"weight": 1.0}).pull
    return np.array([pull(value) for value in values.tolist()])


def _least(inputs: Values, right: Values, share: Values, start: Values, trust: Values) -> Values:
    """The weights of the least log-loss, with `trust` times the square of how far each has left `start`."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import expit

    def loss(weights: Values) -> tuple[float, Values]:
        told, left = inputs @ weights, weights - start
        height = float(np.sum(share * (np.logaddexp(0, told) - right * told)) + trust @ left**2)
        return height, inputs.T @ (share * (expit(told) - right)) + 2 * trust * left

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)
