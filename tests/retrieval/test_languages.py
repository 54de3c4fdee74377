"""A passage in another language is judged by the leg that can see it, and moves nothing where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.index.hybrid import HybridIndex
from ragcare.index.leg import Candidate, Leg
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.retrieval.fusion import fuse
from ragcare.retrieval.languages import LIFT
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Passage, Question
from ragcare.settings import RetrievalSettings, Settings
from ragcare.testing import DAY, HashEmbedder, validated

HALVES = RetrievalSettings(embedder="hash", fusion="convex", vector_weight=0.5)
"""Of an embedder whose cosines are not lifted."""

WAYS = ["adaptive", "convex", "rrf"]


def leg(**scores: float) -> list[Candidate]:
    """Candidates of these scores, best first; of the articles whose names begin with "en", in English."""
    found = []
    for name, score in scores.items():
        language = "en" if name.startswith("en") else "fr"
        found.append(Candidate(Passage(f"{name}#1", name, 1, "", (), (), "texte", 0, 5, language), score))
    return found


def scores(legs: dict[str, Leg], how: RetrievalSettings = HALVES, language: str = "fr") -> dict[str, float]:
    return {hit.passage.article_id: hit.score for hit in fuse(legs, how, 1.0, language)}


@st.composite
def legs_in(draw: st.DrawFn, names: list[str]) -> dict[str, Leg]:
    legs = {}
    for name, highest in ((KEYWORD, 30.0), (VECTOR, 1.0)):
        found = draw(st.lists(st.sampled_from(names), unique=True, max_size=8))
        drawn = draw(st.lists(st.floats(1e-3, highest), min_size=len(found), max_size=len(found)))
        legs[name] = leg(**dict(zip(found, sorted(drawn, reverse=True), strict=True)))
    return Leg.each(legs)


@given(legs_in(list("abcdef")), st.sampled_from(WAYS), st.sampled_from([*LIFT, "hash"]))
def test_where_all_is_in_the_language_asked_not_one_score_moves(
    legs: dict[str, Leg], fusion: str, embedder: str
) -> None:
    how = RetrievalSettings(fusion=fusion, embedder=embedder)
    assert fuse(legs, how, 1.0, "fr") == fuse(legs, how, 1.0)


@given(legs_in(["a", "b", "c", "en-a", "en-b", "en-c"]), st.sampled_from(WAYS), st.sampled_from([*LIFT, "hash"]))
def test_scores_of_mixed_languages_lie_in_zero_and_one_best_first(
    legs: dict[str, Leg], fusion: str, embedder: str
) -> None:
    how = RetrievalSettings(fusion=fusion, embedder=embedder)
    found = [hit.score for hit in fuse(legs, how, 1.0, "fr")]
    assert found == sorted(found, reverse=True)
    assert all(0 <= score <= 1 + 1e-9 for score in found)


@given(legs_in(["a", "b", "c", "en-a", "en-b", "en-c"]))
def test_without_a_lift_no_passage_loses(legs: dict[str, Leg]) -> None:
    before, after = scores(legs, language="und"), scores(legs)
    assert all(after[name] >= score for name, score in before.items())
    assert all(after[name] == score for name, score in before.items() if not name.startswith("en"))


def test_a_keyword_share_is_expected_as_the_language_asked_makes_one_expect_it() -> None:
    legs = Leg.each({KEYWORD: leg(a=10.0, b=5.0), VECTOR: leg(en=0.9, a=0.9, b=0.7, c=0.5)})
    # By least squares over a and b, c and a prior of one passage at .5: 1 * 1 + .5 * .5 + .5 over 1 + .25 + 1.
    expected = (1 + 0.25 + 0.5) / (1 + 0.25 + 1)
    assert scores(legs) == pytest.approx({"a": 1.0, "b": 0.5, "c": 0.0, "en": 0.5 + 0.5 * expected})


def test_words_that_stand_in_the_other_language_count_in_full() -> None:
    legs = Leg.each({KEYWORD: leg(en=10.0, a=1.0), VECTOR: leg(a=0.9, en=0.7, b=0.5)})
    assert scores(legs)["en"] == pytest.approx(0.5 + 0.5 * 0.5)


def test_an_answer_that_is_only_there_in_the_other_language_passes_what_shares_a_word() -> None:
    legs = Leg.each({KEYWORD: leg(a=3.0), VECTOR: leg(en=0.9, b=0.75, a=0.7, c=0.6)})
    assert max(scores(legs, language="und"), key=scores(legs, language="und").__getitem__) != "en"
    assert max(scores(legs), key=scores(legs).__getitem__) == "en"


def test_of_two_that_are_as_near_the_one_in_the_language_asked_stands_first() -> None:
    legs = Leg.each({KEYWORD: leg(a=9.0), VECTOR: leg(en=0.9, a=0.9, b=0.5)})
    assert scores(legs)["a"] > scores(legs)["en"]


def test_where_the_language_was_mistaken_little_is_expected() -> None:
    # Taken for French: the English passages have its words, the French ones are near and have none.
    legs = Leg.each({KEYWORD: leg(en1=9.0), VECTOR: leg(en2=0.9, en1=0.88, **{f"f{n}": 0.86 for n in range(9)}, z=0.8)})
    assert scores(legs)["en1"] > scores(legs)["en2"]


@pytest.mark.parametrize(("embedder", "sign"), [("e5", 1), ("light", -1), ("e5+light", 1), ("hash", 0)])
def test_the_lift_is_that_of_the_embedder(embedder: str, sign: int) -> None:
    legs = Leg.each({KEYWORD: [], VECTOR: leg(a=0.9, en=0.7, b=0.5)})
    how = RetrievalSettings(embedder=embedder, fusion="convex", vector_weight=1.0)
    assert scores(legs, how) == pytest.approx({"a": 1.0, "en": 0.5 + LIFT.get(embedder, 0.0) / 0.4, "b": 0.0})
    assert np.sign(round(scores(legs, how)["en"] - 0.5, 6)) == sign


def test_what_is_lifted_above_all_is_the_measure_of_all() -> None:
    legs = Leg.each({KEYWORD: [], VECTOR: leg(a=0.9, en=0.899, b=0.5)})
    found = scores(legs, RetrievalSettings(embedder="e5", fusion="convex", vector_weight=1.0))
    assert found == pytest.approx({"en": 1.0, "a": 0.4 / (0.399 + LIFT["e5"]), "b": 0.0})


def test_ranks_alone_are_left_as_they_are() -> None:
    legs = Leg.each({KEYWORD: leg(a=9.0), VECTOR: leg(en=0.9, a=0.8)})
    how = RetrievalSettings(fusion="rrf")
    assert scores(legs, how) == scores(legs, how, "und")


def test_a_search_tells_the_fusion_the_language_of_its_question() -> None:
    settings = Settings(retrieval=HALVES)
    articles = [validated("en", "où est ma", language="en"), validated("fr", "facture", language="fr")]
    index = HybridIndex.build(articles, settings, HashEmbedder())
    asked = Question(text="où est ma facture", language="fr", as_of=DAY)
    legs = index.search(asked.text, "fr", asked.scope, 9).legs
    found = {hit.passage.article_id: hit.score for hit in HybridRetriever(index, HALVES).search(asked).hits}
    assert found == scores(dict(legs))
    assert found != scores(dict(legs), language="und")


@pytest.mark.parametrize("embedder", [*LIFT, "hash"])
def test_where_all_is_in_another_language_the_nearest_stands_first(embedder: str) -> None:
    legs = Leg.each({KEYWORD: [], VECTOR: leg(en_z=0.31, en_b=0.30, en_a=0.29)})
    how = RetrievalSettings(embedder=embedder)
    assert list(scores(legs, how)) == ["en_z", "en_b", "en_a"]


def test_a_passage_whose_language_is_not_told_counts_as_it_does() -> None:
    told = leg(b=0.82, a=0.81, c=0.8), leg(a=3.0, b=2.0)
    untold = [[Candidate(replace(one.passage, language="und"), one.score) for one in found] for found in told]
    legs = Leg.each({KEYWORD: untold[1], VECTOR: untold[0]})
    assert scores(legs, language="fr") == scores(legs, language="und")
