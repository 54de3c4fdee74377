"""The confidence: a probability whatever was found, and a calibration that says what it is bound to."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.deciding.found import passage, retrieved

from ragcare.answering.evidence import Selection
from ragcare.deciding.confidence import Calibration, Confidence
from ragcare.deciding.features import FEATURES
from ragcare.errors import BadInput
from ragcare.index.hybrid import HybridIndex
from ragcare.odds import Weight
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Hit, Question, Standing, composed
from ragcare.settings import Settings
from ragcare.testing import HashEmbedder, small_knowledge


def calibration(fingerprint: str = "0123456789abcdef", **weights: float) -> Calibration:
    features = {name: Weight(mean=0.5, scale=0.25, weight=weight) for name, weight in weights.items()}
    return Calibration(fingerprint=fingerprint, fitted_on={"demo": 88}, intercept=-0.25, features=features)


# --- the model ---------------------------------------------------------------------------------------


def test_nothing_found_is_no_chance() -> None:
    assert Confidence(calibration(coverage=9.0)).estimate(retrieved())[:2] == (0.0, {})


def test_the_probability_is_the_logistic_of_the_standardised_features() -> None:
    model = Confidence(calibration(coverage=2.0, agreement=-1.0))
    features = {**dict.fromkeys(FEATURES, 0.5), "coverage": 1.0, "agreement": 0.5}
    assert model.probability(features) == pytest.approx(1 / (1 + math.exp(-(-0.25 + 2.0 * 2))))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_the_probability_stays_one_whatever_the_weights(weight: float, value: float) -> None:
    probability = Confidence(calibration(coverage=weight)).probability({"coverage": value})
    assert 0 <= probability <= 1


@given(st.text(min_size=1, max_size=60).filter(lambda text: composed(text).strip()))
def test_the_estimate_of_a_real_search_is_a_probability_of_finite_features(text: str) -> None:
    result = HybridRetriever(_index(), _index().settings.retrieval).search(Question(text=text, language="en"))
    estimate = Confidence(calibration(coverage=1.0, words=-1.0)).estimate(result)
    assert 0 <= estimate.probability <= 1
    assert all(math.isfinite(value) for value in estimate.features.values())
    assert bool(estimate.features) == bool(result.hits)


_INDEX: list[HybridIndex] = []


def _index() -> HybridIndex:
    if not _INDEX:
        _INDEX.append(HybridIndex.build(small_knowledge(), Settings(), HashEmbedder()))
    return _INDEX[0]


@pytest.mark.parametrize("holds", [0.0, 0.3, 1.0])
def test_what_reading_says_moves_the_probability_and_its_absence_does_not(holds: float) -> None:
    one = retrieved(Hit(passage("a"), 1.0, {"keyword": Standing(1, 2.0)}))
    weights = {"holds": Weight(mean=0, scale=1, weight=2)}
    confidence = Confidence(Calibration(fingerprint="any", fitted_on={}, intercept=0.0, features=weights))
    assert confidence.estimate(one).probability == 0.5
    told = confidence.estimate(one, Selection((), (), "fr", holds=holds)).probability
    assert (told > 0.5) == (holds > 0.5)
    assert 0 < told < 1


# --- the calibration ---------------------------------------------------------------------------------


def test_a_calibration_is_the_same_after_a_trip_through_a_file(tmp_path: Path) -> None:
    written = calibration(coverage=1 / 3, words=-2e-9)
    written.write(tmp_path / "mine.json")
    assert Calibration.read(tmp_path / "mine.json") == written
    assert len((tmp_path / "mine.json").read_text().splitlines()) > 10  # for a person to read


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"fingerprint": "x"}', "not JSON"])
def test_what_is_no_calibration_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"(?s)mine\.json: no calibration:.*Mend: ragcare tune") as caught:
        Calibration.read(path)
    assert str(tmp_path) in str(caught.value)


def test_a_calibration_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.json: no calibration"):
        Calibration.read(tmp_path / "none.json")


@pytest.mark.parametrize("scale", [0, -1])
def test_a_feature_is_never_divided_by_nothing(scale: float) -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        Weight(mean=0, scale=scale, weight=1)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Calibration]:
    """Others in the place of those that ship, by the name of the embedder."""
    home = tmp_path / "calibrations"
    home.mkdir()
    fitted = {name: calibration("a" * 16, coverage=at + 1.0) for at, name in enumerate(("e5", "light", "e5+light"))}
    for name, one in fitted.items():
        one.write(home / f"{name}.json")
    monkeypatch.setattr("ragcare.deciding.confidence.resources.files", lambda _: tmp_path)
    return fitted


def test_each_packaged_embedder_has_a_calibration_of_its_own(shipped: dict[str, Calibration]) -> None:
    assert {name: Calibration.shipped_for(name) for name in shipped} == shipped


def test_another_embedder_gets_that_of_the_default_one(shipped: dict[str, Calibration]) -> None:
    assert Calibration.shipped_for("sentence-transformers:folder") == shipped["e5"]


def test_a_feature_that_nobody_computes_is_refused_when_it_is_read(tmp_path: Path) -> None:
    calibration(coverage=1.0).write(tmp_path / "mine.json")
    text = (tmp_path / "mine.json").read_text().replace("coverage", "cover")
    (tmp_path / "mine.json").write_text(text)
    with pytest.raises(BadInput, match="there is no feature cover; known are"):
        Calibration.read(tmp_path / "mine.json")
