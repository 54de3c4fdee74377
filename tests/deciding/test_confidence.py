"""The confidence: features that are always numbers, and a calibration that says what it is bound to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.answering.evidence import Selection
from ragcare.deciding.confidence import Calibration, Confidence, Weight
from ragcare.deciding.features import ACROSS_LANGUAGES, FEATURES, coverage, features_of
from ragcare.errors import BadInput
from ragcare.index.hybrid import HybridIndex
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Hit, Passage, Question, Retrieved, Standing
from ragcare.settings import Settings
from ragcare.testing import DAY, HandMadeLibrary, HashEmbedder, small_knowledge, validated


def passage(article_id: str, text: str = "Le retour est gratuit.", language: str = "fr") -> Passage:
    return Passage(f"{article_id}#1", article_id, 1, "", (), (), text, 0, len(text), language)


def retrieved(
    *hits: Hit, text: str = "Le retour est-il gratuit ?", neighbours: Sequence[float] = (0.6, 0.4)
) -> Retrieved:
    return Retrieved(Question(text=text, language="fr", as_of=DAY), hits, HandMadeLibrary(neighbours))


def calibration(fingerprint: str = "0123456789abcdef", **weights: float) -> Calibration:
    features = {name: Weight(mean=0.5, scale=0.25, weight=weight) for name, weight in weights.items()}
    return Calibration(fingerprint=fingerprint, fitted_on={"demo": 88}, intercept=-0.25, features=features)


# --- features ----------------------------------------------------------------------------------------

legs = st.dictionaries(
    st.sampled_from(["keyword", "vector"]),
    st.builds(Standing, st.integers(1, 100), st.floats(0.001, 1)),
    min_size=1,
)
found = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.floats(0, 1), legs), min_size=1, max_size=8)


@given(found, st.text(min_size=1, max_size=80).filter(str.strip))
def test_the_features_are_finite_and_in_range_whatever_was_found(
    rows: list[tuple[str, float, dict[str, Standing]]], text: str
) -> None:
    hits = [Hit(passage(article), score, standing) for article, score, standing in rows]
    features = features_of(retrieved(*sorted(hits, key=lambda hit: -hit.score), text=text))
    assert set(features) == set(FEATURES)
    assert all(math.isfinite(value) for value in features.values())
    for name in ("vector_top", "vector_lift", "agreement", "coverage"):
        assert -1e-9 <= features[name] <= 1 + 1e-9, name
    for name in ("vector_margin", "keyword_margin"):
        assert -1 - 1e-9 <= features[name] <= 1 + 1e-9, name
    assert features["keyword_top"] >= 0
    assert features["words"] >= 0


@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_the_features_of_a_real_search_are_finite(text: str) -> None:
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


def test_the_margin_is_to_another_article_and_not_to_another_passage() -> None:
    def hit(article: str, score: float, rank: int) -> Hit:
        return Hit(passage(article), score, {"vector": Standing(rank, score), "keyword": Standing(rank, 10 * score)})

    features = features_of(retrieved(hit("a", 0.8, 1), hit("a", 0.7, 2), hit("b", 0.6, 3)))
    assert features["vector_top"] == pytest.approx(0.8)
    assert features["vector_margin"] == pytest.approx(0.2)
    assert features["vector_lift"] == pytest.approx(0.1)
    assert features["vector_apart"] == pytest.approx(0.3)
    assert features["keyword_margin"] == pytest.approx(0.25)
    assert features["agreement"] == 1


def test_how_far_apart_an_article_stands_is_nothing_where_it_stands_alone() -> None:
    alone = Hit(passage("a"), 0.6, {"vector": Standing(1, 0.9)})
    assert features_of(retrieved(alone, neighbours=()))["vector_apart"] == 0
    unfound_by_meaning = Hit(passage("a"), 0.6, {"keyword": Standing(1, 4.0)})
    assert features_of(retrieved(unfound_by_meaning))["vector_apart"] == pytest.approx(-0.5)


def test_a_small_knowledge_base_is_told_from_a_large_one() -> None:
    def few(articles: int) -> float:
        knowledge = [validated(f"a{n}", f"mot{n}", language="fr") for n in range(articles)]
        index = HybridIndex.build(knowledge, Settings(), HashEmbedder())
        found = HybridRetriever(index, index.settings.retrieval).search(Question(text="mot0", language="fr"))
        return features_of(found)["few_articles"]

    assert few(1) == pytest.approx(5 / 25)
    assert few(2) == few(4) == pytest.approx(5 / 9)
    assert few(30) == pytest.approx(5 / 35)


def test_a_margin_is_of_the_article_answered_from_and_below_0_where_a_leg_puts_another_first() -> None:
    first = Hit(passage("a"), 0.6, {"vector": Standing(1, 0.9), "keyword": Standing(2, 4.0)})
    second = Hit(passage("b"), 0.5, {"vector": Standing(2, 0.8), "keyword": Standing(1, 5.0)})
    third = Hit(passage("c"), 0.1, {"vector": Standing(3, 0.7)})
    features = features_of(retrieved(first, second, third))
    assert features["vector_margin"] == pytest.approx(0.1)
    assert features["keyword_margin"] == pytest.approx(-0.2)
    only_by_meaning = Hit(passage("a"), 0.6, {"vector": Standing(1, 0.9)})
    assert features_of(retrieved(only_by_meaning, second))["keyword_margin"] == pytest.approx(-1)


def test_legs_that_disagree_are_told() -> None:
    first = Hit(passage("a"), 0.6, {"vector": Standing(1, 0.9)})
    second = Hit(passage("b"), 0.4, {"keyword": Standing(1, 7.0)})
    features = features_of(retrieved(first, second))
    assert features["agreement"] == 0
    assert features["vector_lift"] == 0


@pytest.mark.parametrize(("asked_in", "told"), [("fr", True), ("und", True), ("en", False)])
def test_words_say_nothing_of_a_passage_in_another_language(asked_in: str, told: bool) -> None:
    hit = Hit(passage("a"), 0.6, {"vector": Standing(1, 0.9), "keyword": Standing(1, 4.0)})
    question = Question(text="remboursement", language=asked_in)
    features = features_of(Retrieved(question, (hit,), retrieved(hit).library))
    assert tuple(features) == (FEATURES if told else ACROSS_LANGUAGES)


def test_words_tell_of_a_passage_whose_language_is_not_known() -> None:
    hit = Hit(replace(passage("a"), language="und"), 0.6, {"vector": Standing(1, 0.9)})
    question = Question(text="remboursement", language="fr")
    assert set(features_of(Retrieved(question, (hit,), retrieved(hit).library))) == set(FEATURES)


def test_coverage_counts_title_known_questions_and_headings() -> None:
    whole = Passage("a#1", "a", 1, "Remboursement", ("Quand suis-je payé ?",), ("Délais",), "14 jours.", 0, 9, "fr")
    assert coverage(Question(text="délai du remboursement", language="fr"), whole) == 1
    assert coverage(Question(text="délai du remboursement payé en Suisse", language="fr"), whole) == pytest.approx(
        3 / 4
    )
    assert coverage(Question(text="le la les", language="fr"), whole) == 0


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
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Calibration, Calibration]:
    """Two calibrations in the place of those that ship."""
    home = tmp_path / "calibrations"
    home.mkdir()
    both = calibration("aaaa", coverage=1.0), calibration("bbbb", coverage=2.0)
    for one, name in zip(both, ("e5.json", "light.json"), strict=True):
        one.write(home / name)
    monkeypatch.setattr("ragcare.deciding.confidence.resources.files", lambda _: tmp_path)
    return both


def test_each_packaged_embedder_has_a_calibration_of_its_own(
    shipped: tuple[Calibration, Calibration],
) -> None:
    assert Calibration.shipped_for("light") == shipped[1]
    assert Calibration.shipped_for("e5") == shipped[0]


def test_another_embedder_gets_that_of_the_default_one(shipped: tuple[Calibration, Calibration]) -> None:
    assert Calibration.shipped_for("sentence-transformers:folder") == shipped[0]


def test_a_feature_that_nobody_computes_is_refused_when_it_is_read(tmp_path: Path) -> None:
    calibration(coverage=1.0).write(tmp_path / "mine.json")
    text = (tmp_path / "mine.json").read_text().replace("coverage", "cover")
    (tmp_path / "mine.json").write_text(text)
    with pytest.raises(BadInput, match="there is no feature cover; known are"):
        Calibration.read(tmp_path / "mine.json")


def test_the_features_are_those_that_a_calibration_may_name() -> None:
    one = Hit(passage("a"), 1.0, {"keyword": Standing(1, 2.0)})
    assert tuple(features_of(retrieved(one), Selection((), (), "fr", holds=0.7))) == FEATURES
    assert tuple(features_of(retrieved(one))) == FEATURES


@pytest.mark.parametrize("holds", [0.0, 0.3, 1.0])
def test_what_reading_says_moves_the_probability_and_its_absence_does_not(holds: float) -> None:
    one = retrieved(Hit(passage("a"), 1.0, {"keyword": Standing(1, 2.0)}))
    weights = {"holds": Weight(mean=0, scale=1, weight=2)}
    confidence = Confidence(Calibration(fingerprint="any", fitted_on={}, intercept=0.0, features=weights))
    assert confidence.estimate(one).probability == 0.5
    told = confidence.estimate(one, Selection((), (), "fr", holds=holds)).probability
    assert (told > 0.5) == (holds > 0.5)
    assert 0 < told < 1
