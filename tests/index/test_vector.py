from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ragcare.index.vector import Allowed, Ids, VectorIndex, Vectors, unit

NONE = np.empty(0, np.int64)
EVERYWHERE = np.full(4, 0.5, np.float32)


def ids(*numbers: int) -> Ids:
    return np.array(numbers, np.int64)


def axes(*places: int, dimension: int = 4) -> Vectors:
    """One unit vector along each of these axes."""
    return np.eye(dimension, dtype=np.float32)[list(places)]


def index_of(*numbers: int) -> VectorIndex:
    return VectorIndex.empty(4).with_changes(NONE, ids(*numbers), axes(*range(len(numbers))))


@settings(deadline=None)
@given(arrays(np.float32, (3, 5), elements=st.floats(-100, 100, width=32)))
def test_unit_rows_have_length_one_or_are_zeros(vectors: Vectors) -> None:
    lengths = np.linalg.norm(unit(vectors), axis=1)
    zeros = ~vectors.any(axis=1)
    np.testing.assert_allclose(lengths, np.where(zeros, 0, 1), atol=1e-5)


def test_finds_the_nearest_first() -> None:
    found, scores = index_of(7, 8, 9).search(unit(np.array([[0.1, 0.9, 0.2, 0]], np.float32))[0], 3)
    assert found.tolist() == [8, 9, 7]
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)


def test_gives_what_there_is_when_more_is_asked() -> None:
    assert len(index_of(7, 8).search(EVERYWHERE, 50)[0]) == 2
    assert len(index_of(7, 8).search(EVERYWHERE, 50, Allowed.of(ids(8)))[0]) == 1
    assert len(VectorIndex.empty(4).search(EVERYWHERE, 50)[0]) == 0
    assert len(index_of(7, 8).search(EVERYWHERE, 50, Allowed.of(NONE))[0]) == 0


def test_what_points_elsewhere_is_not_near() -> None:
    index = VectorIndex.empty(4).with_changes(NONE, ids(7, 8, 9), np.concatenate([axes(0, 1), -axes(0)]))
    assert index.search(axes(0)[0], 50)[0].tolist() == [7]
    assert index.search(np.zeros(4, np.float32), 50)[0].tolist() == []


def test_only_what_is_allowed_is_a_candidate() -> None:
    query = unit(np.array([[0.9, 0.4, 0.2, 0]], np.float32))[0]
    assert index_of(7, 8, 9).search(query, 1)[0].tolist() == [7]
    assert index_of(7, 8, 9).search(query, 1, Allowed.of(ids(8, 9)))[0].tolist() == [8]


def test_equals_in_the_last_place_all_come_along() -> None:
    index = VectorIndex.empty(4).with_changes(NONE, ids(*range(30)), axes(0, *[1] * 29))
    found, scores = index.search(unit(np.array([[2, 1, 0, 0]], np.float32))[0], 2)
    assert found[0] == 0
    assert sorted(found.tolist()) == list(range(30))
    assert len(set(scores.tolist())) == 2


def test_a_change_leaves_the_older_index_as_it_was() -> None:
    before = index_of(7, 8)
    after = before.with_changes(ids(7), ids(9), axes(3))
    assert (len(before), len(after)) == (2, 2)
    assert before.search(axes(0)[0], 1)[0].tolist() == [7]
    assert set(after.search(EVERYWHERE, 5)[0].tolist()) == {8, 9}


def test_a_removed_id_takes_no_other_with_it() -> None:
    after = index_of(7, 8, 9).with_changes(ids(7), ids(10), axes(3))
    for number, axis in ((8, 1), (9, 2), (10, 3)):
        assert after.search(axes(axis)[0], 1)[0].tolist() == [number]


def test_gives_its_vectors_back() -> None:
    index = index_of(7, 8, 9)
    np.testing.assert_array_equal(index.vectors(ids(9, 7)), axes(2, 0))
    assert index.vectors(NONE).shape == (0, 4)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 40), k=st.integers(1, 10))
def test_equal_vectors_score_equally_wherever_they_are_stored(seed: int, n: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    row, query = unit(rng.uniform(size=(2, 96)).astype(np.float32))
    index = VectorIndex.empty(96).with_changes(NONE, np.arange(n, dtype=np.int64), np.tile(row, (n, 1)))
    found, scores = index.search(query, k)
    assert len(set(scores.tolist())) == 1
    assert len(found) == n


def test_is_the_same_after_loading(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    vectors = unit(rng.normal(size=(50, 96)).astype(np.float32))
    index = VectorIndex.empty(96).with_changes(NONE, np.arange(50, dtype=np.int64), vectors)
    index.save(tmp_path / "vectors.faiss")
    loaded = VectorIndex.load(tmp_path / "vectors.faiss")
    for query in vectors[:5]:
        for one, other in zip(index.search(query, 10), loaded.search(query, 10), strict=True):
            np.testing.assert_array_equal(one, other)
