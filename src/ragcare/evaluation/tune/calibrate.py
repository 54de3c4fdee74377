"""Fitting the calibration of the confidence to questions whose answers are known to be right or wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ragcare.deciding.confidence import Calibration, Weight


class Example(NamedTuple):
    """One question as the engine met it: the features of its retrieval, and whether the best article was right."""

    features: Mapping[str, float]
    right: bool


def fit_calibration(examples: Mapping[str, Sequence[Example]], fingerprint: str) -> Calibration:
    """Logistic regression of "right" on the features, each suite having the same weight.

    Args:
        examples: by suite; a question for which nothing was found has no features, and is left out.
        fingerprint: of the settings, models and analysers under which the examples came about.

    Raises:
        ValueError: the examples are not both right and wrong.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows = [(suite, one) for suite, ones in examples.items() for one in ones if one.features]
    if len({one.right for _, one in rows}) < 2:
        raise ValueError(f"{len(rows)} examples, but not both right and wrong ones: there is nothing to fit")
    names = list(rows[0][1].features)
    values = np.array([[one.features[name] for name in names] for _, one in rows])
    right = np.array([one.right for _, one in rows])
    sizes = Counter(suite for suite, _ in rows)
    share = np.array([len(rows) / len(sizes) / sizes[suite] for suite, _ in rows])
    mean, scale = values.mean(axis=0), values.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=1.0, max_iter=1000).fit((values - mean) / scale, right, sample_weight=share)
    weights = zip(names, mean.tolist(), scale.tolist(), model.coef_[0].tolist(), strict=True)
    return Calibration(
        fingerprint=fingerprint,
        fitted_on=dict(sizes),
        intercept=float(model.intercept_[0]),
        features={name: Weight(mean=m, scale=s, weight=w) for name, m, s, w in weights},
    )
