"""The search: who may read what, and when, is judged before the best are chosen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.retrieval.search import HybridRetriever, _of_first_articles
from ragcare.schema import Article, Asker, Hit, Passage, Question, Retrieved, Standing
from ragcare.settings import RetrievalSettings, Settings
from ragcare.testing import DAY, HashEmbedder, small_knowledge, validated

EXPIRED = date(2026, 1, 31)
BUSINESS = Asker(audiences=("segment:business",))


def search(
    articles: Iterable[Article], text: str, asker: Asker | None = None, as_of: date = DAY, **how: object
) -> Retrieved:
    settings = Settings(retrieval=RetrievalSettings.model_validate(how))
    index = HybridIndex.build(articles, settings, HashEmbedder())
    question = Question(text=text, language="fr", asker=asker or Asker(), as_of=as_of)
    return HybridRetriever(index, settings.retrieval).search(question)


def found(retrieved: Retrieved) -> list[str]:
    return [hit.passage.article_id for hit in retrieved.hits]


def about_cancelling(article_id: str, more: str = "", **fields: object) -> Article:
    return validated(article_id, f"annuler une commande {more}".strip(), language="fr", **fields)


def test_finds_by_both_legs() -> None:
    best = search(small_knowledge(), "Comment annuler ma commande ?").hits[0]
    assert best.passage.article_id == "fr-cancel"
    assert best.legs[KEYWORD].rank == best.legs[VECTOR].rank == 1
    assert best.score == pytest.approx(1)


@pytest.mark.parametrize("k", [1, 3])
def test_a_restricted_article_displaces_no_allowed_one_in_either_leg(k: int) -> None:
    secret = [about_cancelling(f"secret-{n}", audience=("segment:business",)) for n in range(9)]
    late = [about_cancelling(f"late-{n}", valid_until=EXPIRED) for n in range(9)]
    allowed = [about_cancelling(f"allowed-{n}", "alors qu'elle est partie depuis longtemps") for n in range(3)]
    retrieved = search([*secret, *late, *allowed], "annuler une commande", candidates=k, k=k)
    assert found(retrieved) == [f"allowed-{n}" for n in range(k)]
    assert all(set(hit.legs) == {KEYWORD, VECTOR} for hit in retrieved.hits)


def test_what_may_be_said_hangs_on_the_asker() -> None:
    articles = [about_cancelling("public"), about_cancelling("business", audience=("segment:business",))]
    assert found(search(articles, "annuler")) == ["public"]
    assert sorted(found(search(articles, "annuler", BUSINESS))) == ["business", "public"]


def test_ranks_are_counted_among_what_may_be_said() -> None:
    """A gap in the ranks would tell that something better is kept from the asker."""
    articles = [about_cancelling("secret", audience=("segment:business",)), about_cancelling("public", "partie")]
    (hit,) = search(articles, "annuler une commande").hits
    assert {standing.rank for standing in hit.legs.values()} == {1}


def test_nothing_found_is_no_hits() -> None:
    assert search(small_knowledge(), "xyzzy").hits == ()
    assert search([], "annuler").hits == ()


# --- as many articles as are wanted ------------------------------------------------------------------


def long(article_id: str, parts: int) -> Article:
    """An article of so many passages, all about cancelling."""
    body = "\n\n".join(f"## Partie {n}\n\n" + "annuler une commande vite " * 30 for n in range(parts))
    return validated(article_id, body, language="fr")


def test_a_long_article_does_not_push_the_others_out_of_sight() -> None:
    articles = [long("long", 8), *(about_cancelling(f"short-{n}", "partie hier") for n in range(3))]
    for k in range(1, 5):
        hits = found(search(articles, "annuler une commande", k=k))
        assert len(set(hits)) == k
    assert found(search(articles, "annuler une commande", k=4)).count("long") == 8


hit_orders = st.lists(st.sampled_from("abcdef"), max_size=30)


@given(hit_orders, st.integers(1, 8))
def test_a_search_ends_before_the_first_hit_of_an_article_too_many(order: list[str], k: int) -> None:
    passages = (Passage(f"{one}#{at}", one, 1, "", (), (), "annuler", 0, 7, "fr") for at, one in enumerate(order))
    hits = [Hit(passage, -float(at), {KEYWORD: Standing(at + 1, 1.0)}) for at, passage in enumerate(passages)]
    kept = _of_first_articles(hits, k)
    assert kept == tuple(hits[: len(kept)]), "best first, none left out in between"
    assert len({hit.passage.article_id for hit in kept}) == min(k, len(set(order)))
    if len(kept) < len(hits):
        assert len(set(order[: len(kept) + 1])) == k + 1, "the next one would be of another article"


# --- the only source has expired, or is not valid yet -------------------------------------------------


def test_an_expired_source_is_named_where_nothing_else_comes_close() -> None:
    articles = [about_cancelling("old", valid_until=EXPIRED), validated("other", "livraison", language="fr")]
    retrieved = search(articles, "annuler une commande")
    assert retrieved.expired is not None
    assert retrieved.expired.passage.article_id == "old"
    assert "old" not in found(retrieved)


def test_an_expired_source_with_a_successor_is_not_named() -> None:
    articles = [about_cancelling("old", valid_until=EXPIRED), about_cancelling("new", valid_from=date(2026, 2, 1))]
    retrieved = search(articles, "annuler une commande")
    assert retrieved.expired is None
    assert found(retrieved) == ["new"]


def test_on_its_last_day_a_source_has_not_expired() -> None:
    articles = [about_cancelling("old", valid_until=EXPIRED)]
    assert search(articles, "annuler", as_of=EXPIRED).expired is None
    assert found(search(articles, "annuler", as_of=EXPIRED)) == ["old"]


def test_what_is_not_valid_yet_is_neither_found_nor_expired_but_known_to_be_about_it() -> None:
    retrieved = search([about_cancelling("soon", valid_from=date(2027, 1, 1))], "annuler")
    assert (retrieved.hits, retrieved.expired) == ((), None)
    assert retrieved.not_yet is not None
    assert retrieved.not_yet.passage.article_id == "soon"


def test_what_will_replace_an_article_of_today_is_not_named() -> None:
    articles = [about_cancelling("new", valid_from=date(2027, 1, 1)), about_cancelling("now")]
    retrieved = search(articles, "annuler une commande")
    assert (retrieved.expired, retrieved.not_yet) == (None, None)
    assert found(retrieved) == ["now"]


def test_an_expired_source_is_not_named_to_whom_it_never_was_for() -> None:
    articles = [about_cancelling("old", valid_until=EXPIRED, audience=("segment:business",))]
    assert search(articles, "annuler").expired is None
    assert search(articles, "annuler", BUSINESS).expired is not None


def test_of_a_question_made_whole_the_turns_before_choose_the_article_and_its_point_the_passage() -> None:
    delivery = validated(
        "delivery",
        "## Domicile\n\n"
        + "Livraison du colis à domicile. " * 25
        + "\n\n## Suisse\n\n"
        + "En Suisse, des taxes. " * 25,
        title="Livraison à domicile des colis",
        language="fr",
    )
    roaming = validated("roaming", "Le forfait mobile coûte plus en Suisse et dans les autres pays.", language="fr")
    index = HybridIndex.build([delivery, roaming], Settings(), HashEmbedder())
    retriever = HybridRetriever(index, Settings().retrieval)
    whole = Question(
        text="et en Suisse ?",
        standalone="livraison domicile livraison domicile colis et en Suisse ?",
        language="fr",
        as_of=DAY,
    )
    before = retriever.search(Question(text=whole.sought, language="fr", as_of=DAY))
    after = retriever.search(whole)
    assert "domicile" in before.hits[0].passage.text
    assert "taxes" in after.hits[0].passage.text
    assert after.hits[0].passage.article_id == "delivery"
    assert [hit.score for hit in after.hits] == [hit.score for hit in before.hits]
    assert found(after) == found(before)


def test_who_reads_what_was_found_sees_the_words_that_were_meant_and_the_asker_what_was_typed() -> None:
    read = search([about_cancelling("a")], "cmt anuler ma comande").question
    assert read.text == "cmt anuler ma comande"
    assert read.sought == read.point == "comment annuler ma commande"


def test_a_question_without_a_slip_and_one_that_is_not_repaired_stay_as_they_are() -> None:
    for text, repair in (("annuler une commande", True), ("anuler une comande", False)):
        assert search([about_cancelling("a")], text, repair=repair).question.meant is None


def test_of_a_misspelt_follow_up_the_whole_is_read_as_meant() -> None:
    index = HybridIndex.build([about_cancelling("a")], Settings(), HashEmbedder())
    whole = Question(text="et une comande ?", standalone="annuler et une comande ?", language="fr", as_of=DAY)
    read = HybridRetriever(index, Settings().retrieval).search(whole).question
    assert (read.text, read.meant, read.sought) == (
        "et une comande ?",
        "et une commande ?",
        "annuler et une commande ?",
    )
    assert read.point == "et une commande ?"


def test_manners_around_a_question_are_not_searched_for() -> None:
    polite = search([about_cancelling("a")], "Bonjour, merci de me dire comment annuler svp").question
    assert (polite.sought, polite.point) == ("comment annuler", "comment annuler")
    index = HybridIndex.build([about_cancelling("a")], Settings(), HashEmbedder())
    text = "comment annuler, s'il vous plaît ?"
    whole = Question(text=text, standalone=f"Une commande. {text}", language="fr", as_of=DAY)
    read = HybridRetriever(index, Settings().retrieval).search(whole).question
    assert (read.sought, read.point) == ("Une commande. comment annuler ?", "comment annuler ?")


def test_a_question_that_was_read_once_is_read_anew() -> None:
    index = HybridIndex.build([about_cancelling("a")], Settings(), HashEmbedder())
    retriever = HybridRetriever(index, Settings().retrieval)
    once = retriever.search(Question(text="anuler ma comande", language="fr", as_of=DAY)).question
    assert once.meant == "annuler ma commande"
    assert retriever.search(once).question == once
    other = once.model_copy(update={"text": "annuler"})
    assert retriever.search(other).question.sought == "annuler"


def test_no_repair_shows_what_may_not_be_said_yet() -> None:
    """Where what has passed is told from what never was, all dates are searched: the words of tomorrow are no words."""
    tomorrow = validated("later", "zorblax annuler", language="fr", valid_from=DAY + timedelta(days=1))
    for article in (tomorrow, validated("staff", "zorblax annuler", language="fr", audience=["segment:staff"])):
        read = search([about_cancelling("a"), article], "annuler zorblex").question
        assert read.sought == "annuler zorblex"
    assert (
        search([validated("now", "zorblax annuler", language="fr")], "annuler zorblex").question.sought
        == "annuler zorblax"
    )
