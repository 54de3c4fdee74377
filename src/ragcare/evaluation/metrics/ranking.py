"""How well each question's articles were ranked: scores a question, through ir_measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ragcare.evaluation.judge import Judged

NAMES = {"recall@1": "R@1", "recall@5": "R@5", "recall@10": "R@10", "mrr@10": "RR@10", "ndcg@10": "nDCG@10"}
"""What the report calls a measure, and what ir_measures calls it."""


def ranking_scores(rows: Sequence[Judged]) -> dict[str, npt.NDArray[np.float64]]:
    """The scores of every row, by the names of the report.

    Asked are the rows that expect an answer and name the articles that hold it; of these, one for which nothing was
    found scores 0. An article stands where its first passage stands.

    Returns:
        For each name an array of shape [n], NaN for the rows that are not asked.
    """
    asked = [at for at, one in enumerate(rows) if one.row.label.expects == "answer" and one.row.label.relevant_ids]
    scores = {name: np.full(len(rows), np.nan) for name in NAMES}
    if not asked:
        return scores
    import ir_measures

    measures = {ir_measures.parse_measure(theirs): ours for ours, theirs in NAMES.items()}
    for ours in NAMES:
        scores[ours][asked] = 0.0
    run = [document for at in asked for document in _ranked(str(at), rows[at])]
    if run:
        relevant = [
            ir_measures.Qrel(str(at), article, 1) for at in asked for article in set(rows[at].row.label.relevant_ids)
        ]
        for one in ir_measures.iter_calc(list(measures), relevant, run):
            scores[measures[one.measure]][int(one.query_id)] = one.value
    return scores


def _ranked(query: str, one: Judged) -> Iterator[Any]:
    """The articles as documents whose scores fall by one a rank: equal scores would be put in order by their ids."""
    from ir_measures import ScoredDoc

    articles = one.row.ranked_articles
    yield from (ScoredDoc(query, article, float(len(articles) - at)) for at, article in enumerate(articles))
