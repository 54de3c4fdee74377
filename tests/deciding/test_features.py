"""The features of the confidence: always numbers, in their range, of the article that would be answered from."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.deciding.found import passage, retrieved

from ragcare.answering.evidence import Selection
from ragcare.deciding.features import ACROSS_LANGUAGES, FEATURES, coverage, features_of
from ragcare.index.hybrid import HybridIndex
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Hit, Passage, Question, Retrieved, Standing, composed
from ragcare.settings import Settings
from ragcare.testing import HashEmbedder, validated

legs = st.dictionaries(
    st.sampled_from(["keyword", "vector"]),
    st.builds(Standing, st.integers(1, 100), st.floats(0.001, 1)),
    min_size=1,
)
found = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.floats(0, 1), legs), min_size=1, max_size=8)


@given(found, st.text(min_size=1, max_size=80).filter(lambda text: composed(text).strip()))
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


def test_a_long_article_is_told_from_one_that_fits_a_passage() -> None:
    def length(words: int) -> float:
        text = "\n\n".join(["Le retour est gratuit."] * (words // 4))
        index = HybridIndex.build([validated("a", text, language="fr")], Settings(), HashEmbedder())
        question = Question(text="Le retour est-il gratuit ?", language="fr")
        return features_of(HybridRetriever(index, index.settings.retrieval).search(question))["article_length"]

    assert length(40) == length(120) == 0
    assert length(1200) == pytest.approx(math.log(10))


def test_a_margin_is_of_the_article_answered_from_and_below_0_where_a_leg_puts_another_first() -> None:
    first = Hit(passage("a"), 0.6, {"vector": Standing(1, 0.9), "keyword": Standing(2, 4.0)})
    second = Hit(passage("b"), 0.5, {"vector": Standing(2, 0.8), "keyword": Standing(1, 5.0)})
    third = Hit(passage("c"), 0.1, {"vector": Standing(3, 0.7)})
    features = features_of(retrieved(first, second, third))
    assert features["vector_margin"] == pytest.approx(0.1)
    assert features["keyword_margin"] == pytest.approx(-0.2)
    only_by_meaning = Hit(passage("a"), 0.6, {"vector": Standing(1, 0.9)})
    assert features_of(retrieved(only_by_meaning, second))["keyword_margin"] == pytest.approx(-1)


def test_an_article_that_says_the_same_is_no_rival() -> None:
    def hit(article: str, text: str, score: float, rank: int) -> Hit:
        legs = {"vector": Standing(rank, score), "keyword": Standing(rank, 10 * score)}
        return Hit(passage(article, text=text), score, legs)

    said, other = "Lavez le filtre à la main.", "Changez le filtre."
    features = features_of(retrieved(hit("a", said, 0.8, 1), hit("b", f"{said}\n", 0.8, 2), hit("c", other, 0.6, 3)))
    assert features["vector_margin"] == pytest.approx(0.2)
    assert features["keyword_margin"] == pytest.approx(0.25)


def test_of_a_book_the_chapters_compete() -> None:
    def features(*bodies: str) -> dict[str, float]:
        articles = [validated(f"manuel {n}", body, language="fr") for n, body in enumerate(bodies)]
        index = HybridIndex.build(articles, Settings(), HashEmbedder())
        question = Question(text="Comment nettoyer le filtre ?", language="fr")
        return features_of(HybridRetriever(index, index.settings.retrieval).search(question))

    chapters = ["Nettoyer le filtre à l'eau. ", "Garder la facture du magasin. ", "Nettoyer le réservoir. "]
    body = "\n\n".join(f"## Chapitre {n}\n\n" + text * 80 for n, text in enumerate(chapters))
    short = "\n\n".join(f"## Chapitre {n}\n\n" + text * 10 for n, text in enumerate(chapters))
    book, article, books = features(body), features(short), features(body, body)
    assert book["few_articles"] == pytest.approx(5 / 9), "three chapters, as three articles would"
    assert article["few_articles"] == pytest.approx(5 / 25)
    assert books["few_articles"] == pytest.approx(5 / 11), "of both books, whichever would be answered from"
    assert 0 < book["keyword_margin"] < 1 == article["keyword_margin"], "another chapter speaks of cleaning too"
    assert book["vector_apart"] > 0 == article["vector_apart"], "the others are neighbours"


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
    hit = Hit(passage("a", language="und"), 0.6, {"vector": Standing(1, 0.9)})
    question = Question(text="remboursement", language="fr")
    assert set(features_of(Retrieved(question, (hit,), retrieved(hit).library))) == set(FEATURES)


def test_coverage_counts_title_known_questions_and_headings() -> None:
    whole = Passage("a#1", "a", 1, "Remboursement", ("Quand suis-je payé ?",), ("Délais",), "14 jours.", 0, 9, "fr")
    assert coverage(Question(text="délai du remboursement", language="fr"), whole) == 1
    assert coverage(Question(text="délai du remboursement payé en Suisse", language="fr"), whole) == pytest.approx(
        3 / 4
    )
    assert coverage(Question(text="le la les", language="fr"), whole) == 0


def test_the_features_are_those_that_a_calibration_may_name() -> None:
    one = Hit(passage("a"), 1.0, {"keyword": Standing(1, 2.0)})
    assert tuple(features_of(retrieved(one), Selection((), (), "fr", holds=0.7))) == FEATURES
    assert tuple(features_of(retrieved(one))) == FEATURES
