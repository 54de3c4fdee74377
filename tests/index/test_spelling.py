"""Repair of misspelt words: what it finds, what it never touches, and that nothing restricted shows in it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import KEYWORD
from ragcare.index.spelling import meant
from ragcare.language.analyser import analyser_for
from ragcare.schema import Article, Scope
from ragcare.settings import RetrievalSettings, Settings
from ragcare.testing import DAY, HashEmbedder, validated

EVERYBODY = Scope(frozenset({"public"}), DAY)
BODY = "Le remboursement d'une commande annulée arrive sous 5 jours. Article L. 221-18. Avec la 5G et le SMS."


def article(article_id: str, body: str, **fields: object) -> Article:
    return validated(article_id, body, **{"language": "fr", **fields})


def index(articles: Iterable[Article], *, repair: bool = True) -> HybridIndex:
    return HybridIndex.build(articles, Settings(retrieval=RetrievalSettings(repair=repair)), HashEmbedder())


def repaired(text: str, *articles: Article, language: str = "fr", scope: Scope = EVERYBODY) -> list[str]:
    now = index(articles or [article("a", BODY)]).now
    rows = now.conditions.sayable(scope)
    return meant(text, language, now.languages, lambda token: now.keyword.standing(token, rows))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("mon remboursment", "remboursement"),
        ("mon rembourssement", "remboursement"),
        ("ermboursement", "remboursement"),
        ("REMBOURSMENT", "remboursement"),
        ("ma comande", "commande"),
        ("ma commnade", "commande"),
        ("l'artcile", "article"),
    ],
)
def test_a_misspelt_word_is_taken_for_the_nearest_that_is_known(text: str, word: str) -> None:
    assert repaired(text) == [f"fr:{token}" for token in analyser_for("fr").tokens(word)]


@pytest.mark.parametrize(
    "text",
    [
        "commande annulée et remboursements",  # known, in whatever form
        "5 jour 1 200 € L. 221-17 6G",  # numbers and references
        "SNCFX et SMSX",  # acronyms
        "jurs",  # too short: it may well be another word
        "parapluie",  # known to nobody, near nothing
        "aommande",  # the first letter is right, or swapped with the second
        "x" * 5000,
        "",
        "?!",
    ],
)
def test_never_touches_what_is_known_or_exact_or_far(text: str) -> None:
    assert repaired(text) == []


def test_only_the_language_of_the_question_is_repaired() -> None:
    both = [article("fr", "la facture"), validated("en", "a factore", language="en")]
    assert repaired("factre", *both) == ["fr:factur"]
    assert repaired("factre", *both, language="en") == ["en:factor"]
    assert repaired("factre", both[0], language="en") == []


def test_what_only_a_restricted_article_knows_is_not_known() -> None:
    secret = article("s", "zylotane", audience=("segment:business",))
    public = article("p", "zylotone")
    assert repaired("zylotane", public, secret) == repaired("zylotane", public) != []
    assert repaired("zylotanes", secret) == []


def test_the_search_finds_by_it_and_only_where_it_is_set() -> None:
    articles = [article("a", "Votre remboursement arrive."), article("b", "Rien de tel.")]
    for repair, found in ((True, ["a"]), (False, [])):
        legs = index(articles, repair=repair).search("remboursment", "fr", EVERYBODY, 9).legs
        assert [one.passage.article_id for one in legs[KEYWORD]] == found


def test_it_moves_scores_so_it_is_in_the_fingerprint_where_it_is_set() -> None:
    assert index([]).fingerprint() != index([], repair=False).fingerprint()


WORDS = st.sampled_from(["commande", "comande", "remboursement", "rembourser", "factures", "facture", "livraison"])
LINES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=25, deadline=None)
@given(text=LINES, question=LINES)
def test_a_question_in_the_words_of_the_index_is_never_changed(text: str, question: str) -> None:
    assert repaired(question, article("a", f"{text} {question}")) == []
