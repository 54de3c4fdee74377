"""Rounded vectors make a search quicker and nothing else: what is found, and its scores, are those of whole vectors."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcare.index import eight_bits, vector
from ragcare.index.allowed import Allowed, Ids, Vectors
from ragcare.index.eight_bits import EightBits, Error, Scale
from ragcare.index.hybrid import HybridIndex
from ragcare.index.vector import VectorIndex, unit
from ragcare.schema import Scope
from ragcare.settings import Settings
from ragcare.testing import DAY, HashEmbedder, small_knowledge

NONE = np.empty(0, np.int64)


def crowd(rng: np.random.Generator, n: int, dimension: int, spread: float) -> Vectors:
    """Unit vectors around a few centres: nearly the same for a small spread, some of them quite the same."""
    centres = rng.standard_normal((3, dimension), np.float32)
    vectors = centres[rng.integers(3, size=n)] + spread * rng.standard_normal((n, dimension), np.float32)
    vectors[rng.random(n) < 0.2] = vectors[:1]
    return unit(vectors)


def in_order(found: tuple[Ids, Vectors]) -> list[tuple[float, int]]:
    """Equals may stand in any order among themselves."""
    return sorted((-score, number) for number, score in zip(found[0].tolist(), found[1].tolist(), strict=True))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eight_bits, "_CHUNK", 40)
    monkeypatch.setattr(vector, "BEYOND", 2)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 300),
    dimension=st.sampled_from([3, 16, 48]),  # FAISS multiplies bytes where 16 divides it, else single precision
    spread=st.sampled_from([0.0, 1e-4, 0.01, 0.3, 3.0]),
    k=st.integers(1, 12),
    share=st.sampled_from([0.02, 0.5, 1.0]),
)
def test_finds_what_whole_vectors_find_to_the_last_bit(
    seed: int, n: int, dimension: int, spread: float, k: int, share: float
) -> None:
    rng = np.random.default_rng(seed)
    whole, rough = (VectorIndex.empty(dimension, rough_from=least) for least in (10**9, 1))
    held, ids = set[int](), itertools.count()
    for size in (n, n // 3, 5):  # built at once, then changed
        removed = np.array([one for one in sorted(held) if rng.random() < 0.3], np.int64)
        added = np.array([next(ids) for _ in range(size)], np.int64)
        vectors = crowd(rng, size, dimension, spread)
        whole, rough = (index.with_changes(removed, added, vectors) for index in (whole, rough))
        held = (held - set(removed.tolist())) | set(added.tolist())
        kept = np.array([one for one in sorted(held) if rng.random() < share], np.int64)
        queries = [
            *unit(rng.standard_normal((2, dimension), np.float32)),
            *vectors[:1],
            np.zeros(dimension, np.float32),
        ]
        for query, allowed in itertools.product(queries, (None, Allowed.of(kept))):
            assert in_order(rough.search(query, k, allowed)) == in_order(whole.search(query, k, allowed))


@given(seed=st.integers(0, 10_000), spread=st.sampled_from([1e-3, 0.1, 1.0]))
@settings(deadline=None, max_examples=30)
def test_no_score_is_farther_off_than_it_says(seed: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    vectors = crowd(rng, 60, 32, spread)
    scale = Scale.of(vectors[:30])  # the others may lie beyond its range
    steps, error = scale.rounded(vectors)
    for query in unit(rng.standard_normal((5, 32), np.float32)):
        asked = scale.query(query, error)
        assert np.abs(asked.steps).max() <= 127
        rough = steps @ asked.steps * asked.unit + asked.always
        assert np.abs(rough - vectors @ query).max() <= asked.error + 1e-5


def test_vectors_that_lie_far_beyond_the_scale_are_rounded_on_a_new_one() -> None:
    rng = np.random.default_rng(0)
    near = crowd(rng, 50, 16, 0.01)
    rough = EightBits.of(np.arange(50), near)
    assert rough.with_changes(NONE, np.array([50]), near[:1]) is not None
    assert rough.with_changes(NONE, np.array([50]), -near[:1]) is None


def test_chunks_that_have_emptied_are_not_kept_for_ever() -> None:
    rng = np.random.default_rng(0)
    vectors = crowd(rng, 400, 16, 0.3)
    rough: EightBits | None = EightBits.of(np.arange(400), vectors)
    removed = np.array([one for one in range(400) if one % 40], np.int64)
    assert rough is not None
    assert rough.with_changes(removed, NONE, vectors[:0]) is None


def test_the_error_of_both_is_the_larger_of_each() -> None:
    assert Error(0.1, 3.0).with_others(Error(0.2, 2.0)) == Error(0.2, 3.0)


def test_where_all_lie_too_close_together_all_are_scored_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector, "_ROUGH_MOST", 30)
    rng = np.random.default_rng(0)
    vectors = unit(np.ones((1, 16), np.float32) + 1e-4 * rng.standard_normal((200, 16), np.float32))
    index = VectorIndex.empty(16, rough_from=1).with_changes(NONE, np.arange(200), vectors)
    assert index._by_rough(vectors[0], 5, None, 200) is None
    whole = VectorIndex.empty(16, rough_from=10**9).with_changes(NONE, np.arange(200), vectors)
    assert in_order(index.search(vectors[0], 5)) == in_order(whole.search(vectors[0], 5))


def test_a_hybrid_index_finds_the_same_either_way() -> None:
    scope = Scope(frozenset({"public"}), DAY)
    asked = [("annuler ma commande", "fr"), ("refund", "en"), ("", "fr")]
    found = []
    for least in (10**9, 1):
        index = HybridIndex(Settings(), HashEmbedder())
        index._now = replace(index.now, vector=VectorIndex.empty(index.embedder.dimension, rough_from=least))
        index.upsert(small_knowledge())
        index.remove(["fr-cancel"])
        index.upsert(small_knowledge())
        found.append([index.search(text, language, scope, 4).legs for text, language in asked])
    assert found[0] == found[1]
