"""Runs to tune on, built by hand: questions that are right the more often the higher a signal of theirs."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from tests.evaluation.rows import HEAD, judged, label

from ragcare.deciding.features import FEATURES
from ragcare.evaluation.run.log import RunLog, RunRow
from ragcare.settings import Settings

PRINTS = {"scores": "5c0re5", "stages": "usual", "calibration": "ca1"}


def question(name: str, signal: float, right: bool, *, split: str = "", action: Any = "refuse", **how: Any) -> RunRow:
    """One question: what retrieval showed of it, whether what was drafted is right, and what was done with it."""
    article = how.pop("article", None)
    asked = label(name, split=split, article=article)
    row = judged(asked, action, cites=asked.relevant_ids[0] if right else "another", **how).row
    features = {**dict.fromkeys(FEATURES, 0.0), "vector_lift": signal, "words": 1.0}
    trace = row.reply.trace.model_copy(update={"features": features})
    return row.model_copy(update={"reply": row.reply.model_copy(update={"trace": trace})})


def log_of(rows: Sequence[RunRow], suite: str = "shop", **prints: str) -> RunLog:
    numbered = tuple(row.model_copy(update={"number": number}) for number, row in enumerate(rows))
    fingerprints = {**PRINTS, **prints}
    head = HEAD.model_copy(update={"suite": suite, "questions": len(rows), "fingerprints": fingerprints})
    return RunLog(head=head, rows=numbered)


def some(count: int, *, seed: int = 1, split: str = "", sharp: float = 3.0, name: str = "q") -> list[RunRow]:
    """Questions that are right the more often the higher their signal."""
    dice = random.Random(seed)
    rows = []
    for at in range(count):
        signal = dice.gauss(0, 1)
        rows.append(question(f"{name}{at}", signal, dice.random() < 1 / (1 + np.exp(-sharp * signal)), split=split))
    return rows


def whole_run() -> RunLog:
    """A run with enough questions to promise something."""
    return log_of(some(500, sharp=5))


def other(log: RunLog, suite: str, **prints: str) -> RunLog:
    """The same answers in another suite, or by another assistant."""
    return log_of(log.rows, suite, **prints)


def seen_as(log: RunLog, features: Callable[[Mapping[str, float]], Mapping[str, float]]) -> RunLog:
    """The run of an estimator that saw other features."""

    def seen(row: RunRow) -> RunRow:
        trace = row.reply.trace.model_copy(update={"features": features(row.reply.trace.features)})
        return row.model_copy(update={"reply": row.reply.model_copy(update={"trace": trace})})

    return log.model_copy(update={"rows": tuple(seen(row) for row in log.rows)})


def under_settings(log: RunLog, **tables: Any) -> RunLog:
    """The run of an assistant that was set so."""
    told = Settings(**tables).model_dump(mode="json")
    return log.model_copy(update={"head": log.head.model_copy(update={"settings": told})})
