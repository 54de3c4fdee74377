"""The fused score says what it says: weights count, each leg's opinion is kept, ties have one order."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.index.leg import Candidate, Leg
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.retrieval.fusion import fuse
from ragcare.schema import Passage, Standing
from ragcare.settings import RetrievalSettings


def passage(name: str, text: str = "texte") -> Passage:
    return Passage(f"{name}#1", name, 1, "", (), (), text, 0, len(text), "fr")


def leg(**scores: float) -> list[Candidate]:
    return [Candidate(passage(name), score) for name, score in scores.items()]


def names(legs: dict[str, Leg], how: RetrievalSettings) -> list[str]:
    return [hit.passage.article_id for hit in fuse(legs, how)]


KEYWORD_SAYS_A = Leg.each({KEYWORD: leg(a=9.0, b=2.0), VECTOR: leg(b=0.9, a=0.8)})


@st.composite
def legs_of_both(draw: st.DrawFn) -> dict[str, Leg]:
    legs = {}
    for name, highest in ((KEYWORD, 30.0), (VECTOR, 1.0)):
        found = draw(st.lists(st.sampled_from("abcdefghij"), unique=True, max_size=8))
        scores = draw(st.lists(st.floats(1e-3, highest), min_size=len(found), max_size=len(found)))
        legs[name] = leg(**dict(zip(found, sorted(scores, reverse=True), strict=True)))
    return Leg.each(legs)


ways = st.builds(RetrievalSettings, fusion=st.just("adaptive"), k=st.integers(1, 12)) | st.builds(
    RetrievalSettings,
    fusion=st.sampled_from(["convex", "rrf"]),
    vector_weight=st.floats(0, 1),
    k=st.integers(1, 12),
)


@given(legs_of_both(), ways)
def test_hits_stand_best_first_within_zero_and_one(legs: dict[str, Leg], how: RetrievalSettings) -> None:
    hits = fuse(legs, how)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in scores)
    assert len(hits) == len({one.passage for found in legs.values() for one in found})


@given(legs_of_both(), ways)
def test_each_hit_keeps_its_rank_and_score_in_each_leg(legs: dict[str, Leg], how: RetrievalSettings) -> None:
    for hit in fuse(legs, how):
        expected = {
            name: Standing(rank, one.score)
            for name, found in legs.items()
            for rank, one in enumerate(found, 1)
            if one.passage == hit.passage
        }
        assert dict(hit.legs) == expected


@given(legs_of_both(), ways)
def test_the_order_in_which_the_legs_are_named_changes_nothing(legs: dict[str, Leg], how: RetrievalSettings) -> None:
    one, other = (fuse(dict(order), how) for order in itertools.permutations(legs.items()))
    assert [hit.passage for hit in one] == [hit.passage for hit in other]


@pytest.mark.parametrize("fusion", ["convex", "rrf"])
@pytest.mark.parametrize(("vector_weight", "first"), [(0.0, "a"), (0.1, "a"), (0.9, "b"), (1.0, "b")])
def test_weights_count(fusion: str, vector_weight: float, first: str) -> None:
    how = RetrievalSettings.model_validate({"fusion": fusion, "vector_weight": vector_weight})
    assert names(KEYWORD_SAYS_A, how)[0] == first


def test_convex_is_the_weighted_share_between_the_floor_of_the_leg_and_its_best() -> None:
    legs = Leg.each({KEYWORD: leg(a=10.0, b=6.0, c=2.0), VECTOR: leg(b=0.9, c=0.85, d=0.8)})
    hits = {
        hit.passage.article_id: hit.score for hit in fuse(legs, RetrievalSettings(fusion="convex", vector_weight=0.6))
    }
    assert hits == pytest.approx({"a": 0.4, "b": 0.4 * 0.6 + 0.6, "c": 0.4 * 0.2 + 0.6 * 0.5, "d": 0.0})


def test_reciprocal_rank_is_that_of_the_paper_up_to_one_factor() -> None:
    legs = Leg.each({KEYWORD: leg(a=10.0, b=6.0), VECTOR: leg(b=0.9, c=0.8)})
    hits = {hit.passage.article_id: hit.score for hit in fuse(legs, RetrievalSettings(fusion="rrf", vector_weight=0.5))}
    paper = {"a": 1 / 61, "b": 1 / 62 + 1 / 61, "c": 1 / 62}
    assert hits == pytest.approx({name: 0.5 * 61 * score for name, score in paper.items()})


def test_a_scale_of_its_own_gives_no_leg_more_weight() -> None:
    ten_times = Leg.each({**KEYWORD_SAYS_A, KEYWORD: leg(a=90.0, b=20.0)})
    how = RetrievalSettings()
    assert [hit.score for hit in fuse(ten_times, how)] == pytest.approx(
        [hit.score for hit in fuse(KEYWORD_SAYS_A, how)]
    )


def test_equals_stand_in_the_order_of_their_articles() -> None:
    legs = Leg.each({KEYWORD: leg(c=1.0, a=1.0, b=1.0), VECTOR: []})
    assert names(legs, RetrievalSettings()) == ["a", "b", "c"]


def test_two_articles_with_the_same_text_stay_two() -> None:
    legs = Leg.each({KEYWORD: [Candidate(passage("a", "même"), 2.0), Candidate(passage("b", "même"), 2.0)], VECTOR: []})
    assert names(legs, RetrievalSettings()) == ["a", "b"]


def test_nothing_found_gives_no_hits() -> None:
    assert fuse(Leg.each({KEYWORD: [], VECTOR: []}), RetrievalSettings()) == ()


def test_the_only_candidate_of_a_leg_has_its_whole_share() -> None:
    (hit,) = fuse(Leg.each({KEYWORD: leg(a=0.01), VECTOR: leg(a=0.01)}), RetrievalSettings())
    assert hit.score == pytest.approx(1)
