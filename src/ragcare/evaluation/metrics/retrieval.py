"""How well the articles that hold the answers were found."""

from __future__ import annotations

from functools import partial

import numpy as np

from ragcare.evaluation.metrics.measures import Measure, Parts, ratio
from ragcare.evaluation.metrics.ranking import NAMES
from ragcare.evaluation.metrics.table import Table

_RECALL = "The share of the relevant articles that stand among the first {k}; of each question, then their mean."

_FORMULAS = {
    **{f"recall@{k}": _RECALL.format(k=k) for k in (1, 5, 10)},
    "mrr@10": "1 / rank of the first relevant article, 0 below rank 10; mean (Voorhees 1999).",
    "ndcg@10": "Gain of the first 10, each divided by log2(rank + 1), over the best possible; mean (Järvelin 2002).",
}


def _scores(name: str, table: Table) -> Parts:
    """Over the questions that expect an answer and name its articles, those for which nothing was found included."""
    return table.ranking[name], np.isfinite(table.ranking[name])


RETRIEVAL: tuple[Measure, ...] = tuple(
    ratio(name, partial(_scores, name), formula=f"{_FORMULAS[name]} {_scores.__doc__}") for name in NAMES
)
"""All of them, computed a question by ir_measures."""
