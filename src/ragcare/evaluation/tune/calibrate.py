"""Fitting the calibration of the confidence to questions whose answers are known to be right or wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from ragcare.deciding.confidence import BY_MEANING, Calibration, Logistic, Weight

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Values = npt.NDArray[np.float64]

_TRUST: Final = 5.0
"""How hard it is to leave what is known already: of 2, 5, 10 and 20 the best on 25 to 200 questions of a suite."""
_TRUST_INTERCEPT: Final = 0.25  # how often answers are right is what differs most from one company to another
_TRUST_NOTHING: Final = 0.5  # as scikit-learn's C = 1


class Example(NamedTuple):
    """One question as the engine met it: the features of its retrieval, and whether the best article was right."""

    features: Mapping[str, float]
    right: bool


def fit_calibration(
    examples: Mapping[str, Sequence[Example]], fingerprint: str, start: Calibration | None = None
) -> Calibration:
    """Logistic regression of "right" on the features, each suite having the same weight.

    Of all examples with the features `BY_MEANING` a second model is fitted to these alone, for articles in another
    language than the question: an example of such an article has no others, and the first model is not fitted on it.

    Args:
        examples: by suite; a question for which nothing was found has no features, and is left out.
        fingerprint: of the settings, models and analysers under which the examples came about.
        start: what other questions have taught about these features. It is left no further than the examples warrant
            (ridge regression towards its weights), so that few of them do good and no harm. If None, nothing is known.

    Raises:
        ValueError: the examples are not both right and wrong.
    """
    rows = [(suite, one) for suite, ones in examples.items() for one in ones if one.features]
    if not _both(rows):
        raise ValueError(f"{len(rows)} examples, but not both right and wrong ones: there is nothing to fit")
    by_words = [(suite, one) for suite, one in rows if not one.features.keys() <= set(BY_MEANING)]
    by_meaning = [
        (suite, Example({name: one.features[name] for name in BY_MEANING}, one.right))
        for suite, one in rows
        if one.features.keys() >= set(BY_MEANING)
    ]
    own = _fitted(by_words, start) if _both(by_words) else start
    across = _fitted(by_meaning, start.across if start else None) if _both(by_meaning) else start and start.across
    own = own or across
    assert own is not None  # some row has either sort of features, and rows are both right and wrong
    return Calibration(
        intercept=own.intercept,
        features=own.features,
        fingerprint=fingerprint,
        fitted_on=dict(Counter(suite for suite, _ in rows)),
        across=across,
    )


def _both(rows: Sequence[tuple[str, Example]]) -> bool:
    return len({one.right for _, one in rows}) == 2


def _fitted(rows: Sequence[tuple[str, Example]], start: Logistic | None) -> Logistic:
    """The model of these examples, which all have the same features."""
    import numpy as np

    names = list(rows[0][1].features)
    values = np.array([[one.features[name] for name in names] for _, one in rows])
    right = np.array([one.right for _, one in rows], np.float64)
    sizes = Counter(suite for suite, _ in rows)
    share = np.array([len(rows) / len(sizes) / sizes[suite] for suite, _ in rows])
    if start is None:
        scale = values.std(axis=0)
        scale[scale == 0] = 1.0
        known = np.column_stack([values.mean(axis=0), scale, np.zeros(len(names))])
        intercept, trust = 0.0, np.array([0.0, *[_TRUST_NOTHING] * len(names)])
    else:
        before = [start.features[name] for name in names]
        known = np.array([(one.mean, one.scale, one.weight) for one in before])
        intercept, trust = start.intercept, np.array([_TRUST_INTERCEPT, *[_TRUST] * len(names)])
    inputs = np.column_stack([np.ones(len(rows)), (values - known[:, 0]) / known[:, 1]])
    weights = _least(inputs, right, share, np.array([intercept, *known[:, 2]]), trust)
    fitted = zip(names, known[:, 0].tolist(), known[:, 1].tolist(), weights[1:].tolist(), strict=True)
    features = {name: Weight(mean=mean, scale=scale, weight=weight) for name, mean, scale, weight in fitted}
    return Logistic(intercept=float(weights[0]), features=features)


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
