"""From nearness to the probability of a topic: fitted on intents of labelled suites, as topics of five examples."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from signal_rows import Row, data_folder
from sklearn.linear_model import LogisticRegression

from ragcare.deciding.signals.meaning import NearnessModel

Embed = Callable[[Sequence[str]], np.ndarray]

EXAMPLES = 5
FALSE_ALARMS = 0.001
"""The share of a company's ordinary questions that may be taken for one topic."""
TOPICS = 60
SEED = 7


def cosines(asked: Sequence[Row], vectors: Embed, suite: str) -> tuple[np.ndarray, np.ndarray]:
    """For topics of a suite, the cosine of questions to the nearest example: those of the topic, and all others.

    Others are the questions of the suite on other intents and of every other suite, each a score a topic.
    """
    chance = np.random.default_rng(SEED)
    corpus = _corpus(data_folder() / suite / "corpus.jsonl")
    mine = [row for row in asked if row.source == suite]
    names = sorted({row.kind for row in mine} & corpus.keys())
    names = [names[place] for place in sorted(chance.permutation(len(names))[:TOPICS])]
    everything, kinds = (
        vectors([row.text for row in asked]),
        np.array([row.kind if row.source == suite else "" for row in asked]),
    )
    of_it, others = [], []
    for name in names:
        lines = corpus[name]
        examples = [lines[place] for place in chance.permutation(len(lines))[:EXAMPLES]]
        nearest = (everything @ vectors(examples).T).max(axis=1)
        of_it.append(nearest[kinds == name])
        others.append(nearest[kinds != name])
    return np.concatenate(of_it), np.concatenate(others)


def fit_nearness(asked: Sequence[Row], vectors: Embed) -> NearnessModel:
    """Fitted on intents of clinc150_en; .5 stands where one ordinary question in a thousand is taken for a topic."""
    of_it, others = cosines(asked, vectors, "clinc150_en")
    platt = LogisticRegression(C=1e3, class_weight="balanced").fit(
        np.concatenate([of_it, others])[:, None], [True] * len(of_it) + [False] * len(others)
    )
    weight = float(platt.coef_[0, 0])
    middle = float(np.quantile(others, 1 - FALSE_ALARMS))
    return NearnessModel(intercept=round(-weight * middle, 3), weight=round(weight, 3))


def _corpus(path: Path) -> dict[str, list[str]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row["id"].lower(): row["text"].splitlines() for row in rows}
