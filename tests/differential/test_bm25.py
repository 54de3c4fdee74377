"""The keyword leg equals its reference: rank-bm25 with Lucene's idf."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from ragcare.index.keyword import Fields, KeywordIndex, analyse, analyse_query
from ragcare.schema import Passage

DATA = Path(os.environ.get("RAGCARE_DATA", Path(__file__).parents[2] / "../shared/data"))


class LuceneBM25(BM25Okapi):  # type: ignore[misc] # published without type information
    def _calc_idf(self, nd: dict[str, int]) -> None:
        self.idf = {word: math.log(1 + (self.corpus_size - n + 0.5) / (n + 0.5)) for word, n in nd.items()}


def reference(field: Sequence[list[str]], query: list[str], k1: float, b: float) -> npt.NDArray[np.float64]:
    if not any(field):
        return np.zeros(len(field))  # rank-bm25 divides by zero here
    scores: npt.NDArray[np.float64] = LuceneBM25(field, k1=k1, b=b).get_scores(query)
    return scores / (k1 + 1)  # Lucene leaves this factor out: it is the same for all


def assert_equal(
    index: KeywordIndex, rows: Sequence[Fields], query: list[str], k1: float, b: float, head: float
) -> None:
    expected = head * reference([row.head for row in rows], query, k1, b) + (1 - head) * reference(
        [row.body for row in rows], query, k1, b
    )
    np.testing.assert_allclose(index.scores(query), expected, atol=1e-5, rtol=1e-5)


def assert_equal_after_loading(
    index: KeywordIndex, queries: Sequence[list[str]], k1: float, b: float, head: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder) / "keyword")
        loaded = KeywordIndex.load(Path(folder) / "keyword", k1=k1, b=b, head_weight=head)
        for query in queries:
            np.testing.assert_array_equal(loaded.scores(query), index.scores(query))


# A few words that meet often, and some of any shape at all.
tokens = st.sampled_from(["annul", "command", "jour", "5", "eur", "retour"]) | st.text(
    st.characters(codec="utf-8"), min_size=1, max_size=4
)
field = st.lists(tokens, max_size=8)


@settings(deadline=None, max_examples=150)
@given(
    rows=st.lists(st.builds(Fields, head=field, body=field), min_size=1, max_size=12),
    query=st.lists(tokens, max_size=6),
    k1=st.floats(0.1, 3),
    b=st.floats(0, 0.95),  # at 1, rank-bm25 divides 0 by 0 for a passage without words
    head=st.floats(0, 1),
)
@example(rows=[Fields([], [])], query=["jour"], k1=1.2, b=0.75, head=0.4)
@example(rows=[Fields([], ["jour"])], query=["jour", "jour"], k1=1.2, b=0.75, head=0.4)
def test_scores_are_those_of_rank_bm25(rows: list[Fields], query: list[str], k1: float, b: float, head: float) -> None:
    index = KeywordIndex.build(rows, k1=k1, b=b, head_weight=head)
    assert_equal(index, rows, query, k1, b, head)
    assert_equal_after_loading(index, [query], k1, b, head)


def rows_of(path: Path, first: int) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in islice(file, first)]


@pytest.mark.parametrize(("suite", "language"), [("spf_fr", "fr"), ("covidfaq_en", "en")])
def test_scores_are_those_of_rank_bm25_on_real_text(suite: str, language: str) -> None:
    if not (DATA / suite).is_dir():
        pytest.skip(f"no {suite} in {DATA}: set RAGCARE_DATA to the folder of the labelled question sets")
    texts, asked = rows_of(DATA / suite / "corpus.jsonl", 150), rows_of(DATA / suite / "questions.jsonl", 25)
    rows = [
        analyse(Passage(row["id"], row["id"], 1, row["title"], (), (), row["text"], 0, len(row["text"]), language))
        for row in texts
    ]
    queries = [analyse_query(row["question"], language, [language]) for row in asked]
    index = KeywordIndex.build(rows, k1=1.2, b=0.75, head_weight=0.4)
    for query in queries:
        assert_equal(index, rows, query, 1.2, 0.75, 0.4)
        assert index.scores(query).max() > 0
    assert_equal_after_loading(index, queries, 1.2, 0.75, 0.4)
