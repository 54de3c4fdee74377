"""Retrieval figures equal those of pytrec_eval on the same run."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evaluation.rows import HEAD, judged, label

from ragcare.evaluation.judge import Judged
from ragcare.evaluation.metrics import measure

articles = st.sampled_from([f"a{at:02}" for at in range(16)])
rankings = st.tuples(st.lists(articles, min_size=1, max_size=3, unique=True), st.lists(articles, max_size=30))


def rows_of(rankings: Sequence[tuple[list[str], list[str]]]) -> list[Judged]:
    asked = [label(f"q{at:03}", relevant_ids=tuple(gold)) for at, (gold, _) in enumerate(rankings)]
    return [judged(one, "refuse", found=found) for one, (_, found) in zip(asked, rankings, strict=True)]


def expected(rankings: Sequence[tuple[list[str], list[str]]]) -> dict[str, float]:
    relevant = {str(at): dict.fromkeys(gold, 1) for at, (gold, _) in enumerate(rankings)}
    found = {str(at): list(dict.fromkeys(found)) for at, (_, found) in enumerate(rankings)}
    run = {query: {one: 1 / (rank + 1) for rank, one in enumerate(ids)} for query, ids in found.items()}
    ten = {query: dict(list(scores.items())[:10]) for query, scores in run.items()}  # recip_rank knows no cut
    whole = pytrec_eval.RelevanceEvaluator(relevant, {"recall.1,5,10", "ndcg_cut.10"}).evaluate(run)
    cut = pytrec_eval.RelevanceEvaluator(relevant, {"recip_rank"}).evaluate(ten)
    names = {"recall@1": "recall_1", "recall@5": "recall_5", "recall@10": "recall_10", "ndcg@10": "ndcg_cut_10"}
    means = {ours: fmean([whole.get(q, {}).get(theirs, 0.0) for q in relevant]) for ours, theirs in names.items()}
    return {**means, "mrr@10": fmean([cut.get(q, {}).get("recip_rank", 0.0) for q in relevant])}


@settings(max_examples=60)
@given(rankings=st.lists(rankings, min_size=1, max_size=8))
def test_every_retrieval_figure_is_that_of_pytrec_eval(rankings: list[tuple[list[str], list[str]]]) -> None:
    figures = measure(HEAD, rows_of(rankings), judge="").retrieval
    assert {name: figure.value for name, figure in figures.items()} == pytest.approx(expected(rankings), abs=1e-9)
