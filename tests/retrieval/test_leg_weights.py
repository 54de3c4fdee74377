"""The adaptive weight: what moves it, which way, and that what ships is whole."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from ragcare.errors import BadInput
from ragcare.index import identity
from ragcare.index.leg import Candidate, Leg
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.retrieval.fusion import fuse
from ragcare.retrieval.leg_weights import FEATURES, LegWeights, leg_figures
from ragcare.schema import Passage
from ragcare.settings import RetrievalSettings, Settings
from ragcare.testing import HashEmbedder

MIDDLING = {name: known.mean for name, known in LegWeights.shipped().features.items()}
ADAPTIVE = RetrievalSettings(fusion="adaptive")


def leg(**scores: float) -> list[Candidate]:
    return [
        Candidate(Passage(f"{name}#1", name, 1, "", (), (), "texte", 0, 5, "fr"), score)
        for name, score in scores.items()
    ]


def test_what_ships_has_an_influence_for_each_feature_and_weighs_no_leg_away() -> None:
    shipped = LegWeights.shipped()
    assert shipped.features.keys() == set(FEATURES)
    for embedder in ("e5", "light", "sentence-transformers:any"):
        assert 0.2 < shipped.of_vector(MIDDLING, embedder) < 0.8


def test_embedders_together_are_believed_as_the_first_of_them_is() -> None:
    shipped = LegWeights.shipped()
    assert shipped.of_vector(MIDDLING, "e5+light") == shipped.of_vector(MIDDLING, "e5")
    assert shipped.of_vector(MIDDLING, "e5+light") != shipped.of_vector(MIDDLING, "sentence-transformers:a+b")


def test_the_more_the_words_reach_and_the_less_the_vectors_are_agreed_the_more_the_words_count() -> None:
    shipped = LegWeights.shipped()
    middling = shipped.of_vector(MIDDLING, "e5")
    assert shipped.of_vector({**MIDDLING, "reached": 0.9}, "e5") < middling
    assert shipped.of_vector({**MIDDLING, "vector_lead": 0.9}, "e5") > middling


def test_the_features_are_what_the_legs_show() -> None:
    legs = Leg.each({KEYWORD: leg(a=6.0, b=1.5), VECTOR: leg(b=0.9, a=0.8, c=0.5)})
    shares = {KEYWORD: np.array([1.0, 0.25]), VECTOR: np.array([1.0, 0.75, 0.0])}
    expected = {"reached": 0.5, "keyword_lead": 0.75, "vector_lead": 0.25}
    assert leg_figures(legs, shares, 12.0) == pytest.approx(expected)


def test_the_lead_is_over_another_article_and_not_another_passage() -> None:
    one, other = leg(a=6.0)[0], Passage("a#2", "a", 1, "", (), (), "autre", 6, 11, "fr")
    legs = Leg.each({KEYWORD: [one, Candidate(other, 5.0), *leg(b=3.0)], VECTOR: []})
    shares = {KEYWORD: np.array([1.0, 5 / 6, 0.5]), VECTOR: np.empty(0)}
    assert leg_figures(legs, shares, 12.0)["keyword_lead"] == 0.5


def test_where_nothing_was_found_nothing_is_shown() -> None:
    nothing = Leg.each({KEYWORD: [], VECTOR: []})
    assert set(leg_figures(nothing, {leg: np.empty(0) for leg in nothing}, 0.0).values()) == {0.0}
    assert fuse(nothing, ADAPTIVE) == ()


def test_the_fusion_believes_the_words_where_they_reach_far() -> None:
    """The same two lists: what the best keyword score is worth hangs on how high one could be."""
    legs = Leg.each({KEYWORD: leg(a=9.0, b=2.0), VECTOR: leg(b=0.9, a=0.7, c=0.5)})
    near, far = ({hit.passage.article_id: hit.score for hit in fuse(legs, ADAPTIVE, reach)} for reach in (10.0, 90.0))
    assert near["a"] > far["a"]
    assert near["b"] < far["b"]


def test_what_is_not_whole_is_told() -> None:
    told = LegWeights.shipped().model_dump()
    fewer: dict[str, Any] = {**told, "features": {"reached": told["features"]["reached"]}}
    for text in ("not JSON", json.dumps({**told, "bias": None}), json.dumps(fewer)):
        with pytest.raises(BadInput, match=r"leg weights(.|\n)*Mend: "):
            LegWeights.read(text)


def test_other_weights_are_another_fingerprint_where_they_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other:
        def read_text(self, encoding: str) -> str:  # noqa: ARG002
            return "{}"

    def fingerprints() -> list[str]:
        ways = (RetrievalSettings(fusion="convex"), ADAPTIVE)
        return [identity.fingerprint(Settings(retrieval=how), HashEmbedder()) for how in ways]

    before = fingerprints()
    monkeypatch.setattr(identity, "_LEG_WEIGHTS", Other())
    after = fingerprints()
    assert before[0] == after[0]
    assert before[1] != after[1]
