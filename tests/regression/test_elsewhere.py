"""What goes wrong elsewhere, and must not go wrong here: field notes of the design, section 1.

Each test is named for the fault as it was reproduced on another library.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ragcare.index.hybrid import HybridIndex
from ragcare.index.leg import Candidate, Leg
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.retrieval.fusion import fuse
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Article, Hit, Question, Scope, Standing
from ragcare.settings import RetrievalSettings, Settings
from ragcare.testing import DAY, HashEmbedder, validated

EVERYBODY = Scope(frozenset({"public"}), DAY)
FRENCH = [
    ("cancel", "La résiliation de votre abonnement est gratuite."),
    ("invoice", "La facture de vos achats arrive le 5 du mois."),
    ("delivery", "Le colis est livré sous trois jours ouvrés."),
]


def french() -> list[Article]:
    return [validated(key, body, language="fr") for key, body in FRENCH]


def index_of(*articles: Article) -> HybridIndex:
    return HybridIndex.build(articles, Settings(), HashEmbedder())


def in_leg(index: HybridIndex, leg: str, query: str, scope: Scope = EVERYBODY, k: int = 10) -> dict[str, float]:
    return {one.passage.article_id: one.score for one in index.search(query, "fr", scope, k).legs[leg]}


def hits(index: HybridIndex, query: str, **how: object) -> tuple[Hit, ...]:
    question = Question(text=query, language="fr", as_of=DAY)
    return HybridRetriever(index, RetrievalSettings.model_validate(how)).search(question).hits


# --- French BM25 -------------------------------------------------------------------------------------


def test_french_is_lost_after_saving_and_loading(tmp_path: Path) -> None:
    fresh = index_of(*french())
    fresh.save(tmp_path)
    loaded = HybridIndex.load(tmp_path, embedder=HashEmbedder())
    for query in ("résilier mes abonnements", "resiliation", "l’abonnement", "livré sous 3 jours", "factures"):
        assert in_leg(fresh, KEYWORD, query)
        assert in_leg(loaded, KEYWORD, query) == in_leg(fresh, KEYWORD, query)
        assert hits(loaded, query) == hits(fresh, query)


def test_french_is_lost_when_a_loaded_index_is_changed(tmp_path: Path) -> None:
    index_of(*french()[1:]).save(tmp_path)
    loaded = HybridIndex.load(tmp_path, embedder=HashEmbedder())
    loaded.upsert(french()[:1])
    assert in_leg(loaded, KEYWORD, "resilier") == in_leg(index_of(*french()), KEYWORD, "resilier") != {}


@pytest.mark.parametrize(
    "query", ["resiliation", "RESILIATION", "résiliation", "re\u0301siliation", "resilier mes abonements"]
)
def test_a_query_without_its_accents_finds_nothing(query: str) -> None:
    assert max(in_leg(index_of(*french()), KEYWORD, query).items(), key=lambda item: item[1])[0] == "cancel"


def test_short_words_that_matter_are_dropped() -> None:
    index = index_of(validated("five", "Sous 5 jours.", language="fr"), validated("two", "Sous 2 ans.", language="fr"))
    assert list(in_leg(index, KEYWORD, "5")) == ["five"]
    assert list(in_leg(index, KEYWORD, "2 ans")) == ["two"]


def test_documents_that_score_zero_are_returned_as_hits() -> None:
    index = index_of(*french())
    assert set(in_leg(index, KEYWORD, "résiliation")) == {"cancel"}
    assert in_leg(index, KEYWORD, "xyzzy") == in_leg(index, VECTOR, "xyzzy") == {}
    assert hits(index, "xyzzy") == ()
    assert all(standing.score > 0 for hit in hits(index, "la facture") for standing in hit.legs.values())


def test_a_match_ranks_below_a_miss() -> None:
    common = [validated(str(n), "livraison offerte", language="fr") for n in range(4)]
    index = index_of(*common, validated("other", "facture", language="fr"))
    assert set(in_leg(index, KEYWORD, "livraison")) == {"0", "1", "2", "3"}


def test_an_empty_corpus_divides_by_zero_and_too_large_a_k_raises() -> None:
    assert in_leg(index_of(), KEYWORD, "annuler") == in_leg(index_of(), VECTOR, "annuler") == {}
    assert len(in_leg(index_of(*french()), VECTOR, "la facture du colis résilié", k=10_000)) <= 3


# --- the vector store --------------------------------------------------------------------------------


def test_delete_is_not_implemented() -> None:
    index = index_of(*french())
    index.remove(["cancel"])
    assert "cancel" not in in_leg(index, KEYWORD, "résiliation de votre abonnement")
    assert "cancel" not in in_leg(index, VECTOR, "résiliation de votre abonnement")


def test_a_deleted_id_is_given_to_the_next_document(tmp_path: Path) -> None:
    """Add a, b, c; delete a; add d; elsewhere the query for c then returns d."""
    words = {"a": "abricot", "b": "banane", "c": "cerise", "d": "datte"}
    articles = {key: validated(key, word, language="fr") for key, word in words.items()}
    index = index_of(articles["a"], articles["b"], articles["c"])
    index.remove(["a"])
    index.upsert([articles["d"]])
    index.save(tmp_path)
    for one in (index, HybridIndex.load(tmp_path, embedder=HashEmbedder())):
        for key in "bcd":
            assert list(in_leg(one, VECTOR, words[key])) == [key]
            assert list(in_leg(one, KEYWORD, words[key])) == [key]


@pytest.mark.parametrize("leg", [KEYWORD, VECTOR])
def test_filters_raise_or_hold_in_one_leg_only(leg: str) -> None:
    articles = [
        validated("secret", "annuler une commande", language="fr", audience=["segment:business"]),
        validated("late", "annuler une commande", language="fr", valid_until=date(2026, 1, 1)),
        validated("said", "annuler une commande partie", language="fr"),
    ]
    index = index_of(*articles)
    assert list(in_leg(index, leg, "annuler une commande", k=1)) == ["said"]
    business = Scope(frozenset({"public", "segment:business"}), DAY)
    assert set(in_leg(index, leg, "annuler une commande", business)) == {"secret", "said"}


# --- fusion ------------------------------------------------------------------------------------------


def test_two_articles_with_the_same_text_become_one() -> None:
    index = index_of(*(validated(key, "annuler une commande", language="fr") for key in ("fr-shop", "fr-app")))
    assert [hit.passage.article_id for hit in hits(index, "annuler")] == ["fr-app", "fr-shop"]


@pytest.mark.parametrize("fusion", ["convex", "rrf"])
def test_weights_are_ignored_in_fusion(fusion: str) -> None:
    a, b = (index_of(*french()).now.passages(key)[0] for key in ("cancel", "invoice"))
    legs = Leg.each({KEYWORD: [Candidate(a, 9), Candidate(b, 3)], VECTOR: [Candidate(b, 0.9), Candidate(a, 0.5)]})

    def best(weight: float) -> str:
        how = RetrievalSettings.model_validate({"fusion": fusion, "vector_weight": weight})
        return fuse(legs, how)[0].passage.article_id

    assert (best(0.2), best(0.8)) == ("cancel", "invoice")


@pytest.mark.parametrize("fusion", ["convex", "rrf"])
def test_incoming_scores_are_overwritten(fusion: str) -> None:
    index = index_of(*french())
    legs = index.search("la résiliation de la facture", "fr", EVERYBODY, 10).legs
    before = {leg: list(found) for leg, found in legs.items()}
    how = RetrievalSettings.model_validate({"fusion": fusion})
    for hit in fuse(legs, how):
        for leg, standing in hit.legs.items():
            assert before[leg][standing.rank - 1] == Candidate(hit.passage, standing.score)
        with pytest.raises(TypeError):
            hit.legs[KEYWORD] = Standing(1, 0.0)  # type: ignore[index]
    assert {leg: list(found) for leg, found in legs.items()} == before


@pytest.mark.parametrize("fusion", ["convex", "rrf"])
@pytest.mark.parametrize("vector_weight", [0.0, 0.5, 1.0])
def test_the_best_hit_is_ranked_last(fusion: str, vector_weight: float) -> None:
    """Elsewhere an L2 distance is taken for a similarity."""
    found = hits(index_of(*french()), FRENCH[0][1], fusion=fusion, vector_weight=vector_weight)
    assert found[0].passage.article_id == "cancel"
    assert {standing.rank for standing in found[0].legs.values()} == {1}


PLAIN_RETRIEVAL = """
import sys
from ragcare.index.hybrid import HybridIndex
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Question
from ragcare.settings import Settings
from ragcare.testing import DAY, HashEmbedder, small_knowledge

index = HybridIndex.build(small_knowledge(), Settings(), HashEmbedder())
question = Question(text="Comment annuler ma commande ?", language="fr", as_of=DAY)
print(HybridRetriever(index, index.settings.retrieval).search(question).hits[0].passage.article_id)
print(sorted({"llama_index", "torch", "transformers", "openai"} & sys.modules.keys()))
"""


def test_an_llm_key_is_asked_for_plain_retrieval() -> None:
    without_keys = {name: value for name, value in os.environ.items() if "KEY" not in name and "TOKEN" not in name}
    done = subprocess.run(
        [sys.executable, "-c", PLAIN_RETRIEVAL], capture_output=True, text=True, env=without_keys, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == ["fr-cancel", "[]"]


def test_scores_hang_on_who_asked_before() -> None:
    """Elsewhere a score is written into the document that the next query finds."""
    index = index_of(*french())
    alone = hits(index, "la facture")
    hits(index, "résiliation")
    assert hits(index, "la facture") == alone


def test_a_restricted_document_leaves_its_rank_behind() -> None:
    """Elsewhere the filter runs after the best k are chosen, and fewer come back than there are."""
    secret = [validated(f"s{n}", "annuler une commande", language="fr", audience=["staff"]) for n in range(20)]
    said = [validated(f"p{n}", "annuler une commande partie", language="fr") for n in range(5)]
    found = hits(index_of(*secret, *said), "annuler une commande", candidates=5, k=5)
    assert len(found) == 5
    assert [sorted(s.rank for s in hit.legs.values()) for hit in found] == [[n, n] for n in range(1, 6)]
