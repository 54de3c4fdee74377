"""Suggestions: what is found while it is typed, in which order, and that nothing tells of what is restricted."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare import Article, Asker, Assistant, Suggestion
from ragcare.errors import BadInput
from ragcare.retrieval.suggestions import Suggester
from ragcare.schema import PUBLIC, Scope
from ragcare.testing import DAY, HashEmbedder, small_knowledge, validated

PUBLIC_TODAY = Scope(frozenset({PUBLIC}), DAY)
BUSINESS_TODAY = Scope(frozenset({PUBLIC, "segment:business"}), DAY)


class Shelf:
    """An index as far as suggestions know it."""

    def __init__(self, *articles: Article) -> None:
        self.articles: Mapping[str, Article] = {article.id: article for article in articles}


def titled(title: str, *questions: str, **fields: Any) -> Article:
    """A validated article, its id its title."""
    return validated(fields.pop("id", title), "Le texte.", title=title, questions=questions, language="fr", **fields)


def suggested(typed: str, *articles: Article | str, scope: Scope = PUBLIC_TODAY, k: int = 5) -> list[str]:
    shelf = Shelf(*(titled(one) if isinstance(one, str) else one for one in articles))
    return [one.text for one in Suggester(shelf).suggest(typed, scope, k)]


def marked(typed: str, *titles: str) -> list[str]:
    """The suggestions, what is highlighted in brackets."""
    texts = []
    for one in Suggester(Shelf(*map(titled, titles))).suggest(typed, PUBLIC_TODAY, 5):
        text = one.text
        for start, end in reversed(one.highlights):
            text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
        texts.append(text)
    return texts


# --- what is found ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("rembou", "[Rembou]rsement d'un trop-perçu"),
        ("trop-per", "Remboursement d'un [trop-per]çu"),
        ("rembousement", "[Remboursement] d'un trop-perçu"),
        ("remboursment", "[Remboursement] d'un trop-perçu"),
        ("ermboursement", "[Remboursement] d'un trop-perçu"),
        ("remboursements", "[Remboursement] d'un trop-perçu"),
        ("REMBOURSEMENT PERCU", "[Remboursement] d'un trop-[perçu]"),
        ("l'abo", "Résilier un [abo]nnement"),
        ("l’abonement", "Résilier un [abonnement]"),
        ("labonnement", "Résilier un [abonnement]"),
        ("resil", "[Résil]ier un abonnement"),
        ("re\u0301siliation", "[Résili]er un abonnement"),
        ("comment résilier mon abonnement", "[Résilier] un [abonnement]"),
        ("email", "Changer d'[e-mail]"),
        ("e-mail", "Changer d'[e-mail]"),
        ("mail", "Changer d'e-[mail]"),
        ("soeur", "Payer pour sa [sœur]"),
        ("so", "Payer pour sa [sœ]ur"),
        ("5g", "La [5G] au bureau"),
    ],
)
def test_finds_what_is_being_typed(typed: str, title: str) -> None:
    titles = [
        "Remboursement d'un trop-perçu",
        "Résilier un abonnement",
        "Changer d'e-mail",
        "Payer pour sa sœur",
        "La 5G au bureau",
    ]
    assert marked(typed, *titles) == [title]


@pytest.mark.parametrize("typed", ["", "  ", "?!", "'", "xyzzyx", "zzz yyy abonnement", "6g", "4g", "abz"])
def test_suggests_nothing_for_nothing_and_for_what_is_about_something_else(typed: str) -> None:
    assert suggested(typed, "Résilier un abonnement", "La 5G au bureau") == []


def test_a_title_without_words_is_never_suggested() -> None:
    assert suggested("a", titled("???", id="x"), titled("", "Autre", id="y")) == ["Autre"]


def test_the_last_word_is_unfinished_and_the_others_are_not_taken_apart() -> None:
    assert suggested("la l", "La livraison", "Le lait") == ["La livraison"]


def test_a_known_question_is_suggested_and_an_article_once() -> None:
    article = titled("Rétractation", "Annuler une commande", "Annuler une commande partie")
    assert suggested("annul", article) == ["Annuler une commande"]


def test_two_articles_that_say_the_same_are_one_suggestion() -> None:
    assert len(suggested("annuler", titled("Annuler", id="a"), titled("annuler !", id="b"))) == 1


def test_a_very_long_text_is_read_as_far_as_anybody_types() -> None:
    assert suggested("annuler " * 5000, "Annuler") == ["Annuler"]


# --- in which order -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "best_first"),
    [
        ("commande", ["Commande", "Ma commande partie", "Les commandes"]),  # the word itself before those it begins
        ("carte", ["Carte SIM bloquée", "Changer la carte"]),  # at the beginning
        ("comande", ["Commande"]),
        ("compte", ["Compte", "Compter"]),  # the known word, and no slips beside it: not "Conte"
    ],
)
def test_stands_best_first(typed: str, best_first: list[str]) -> None:
    assert suggested(typed, *reversed(best_first), "Le prix", "Conte") == best_first


def test_each_word_that_is_added_narrows() -> None:
    titles = ["Activer une carte", "Bloquer une carte", "Activer une option"]
    assert sorted(suggested("act", *titles)) == ["Activer une carte", "Activer une option"]
    assert suggested("activer cart", *titles) == ["Activer une carte"]


def test_no_more_than_wanted_and_at_least_one() -> None:
    titles = [f"Annuler {number}" for number in range(30)]
    assert len(suggested("annuler", *titles)) == 5
    assert len(suggested("annuler", *titles, k=25)) == 25
    with pytest.raises(BadInput, match="Mend"):
        suggested("annuler", *titles, k=0)


# --- what may be said ---------------------------------------------------------------------------------


def test_filters_by_audience_validity_and_status() -> None:
    articles = [
        titled("Annuler, public"),
        titled("Annuler, entreprise", audience=("segment:business",)),
        titled("Annuler, passé", valid_until=date(2026, 1, 31)),
        titled("Annuler, à venir", valid_from=date(2026, 6, 1)),
        titled("Annuler, brouillon", status="draft"),
        titled("Annuler, retiré", status="retired"),
    ]
    assert suggested("annuler", *articles) == ["Annuler, public"]
    assert sorted(suggested("annuler", *articles, scope=BUSINESS_TODAY)) == ["Annuler, entreprise", "Annuler, public"]
    in_june = Scope(PUBLIC_TODAY.audiences, date(2026, 6, 1))
    assert sorted(suggested("annuler", *articles, scope=in_june)) == ["Annuler, public", "Annuler, à venir"]


def test_a_word_that_only_a_restricted_article_knows_is_unknown() -> None:
    """Else the correction would fail to come where the restricted article has the word, and tell that it has."""
    secret = titled("Zylotane", audience=("segment:business",))
    assert (
        suggested("zylotane", titled("Xylotane"), secret) == suggested("zylotane", titled("Xylotane")) == ["Xylotane"]
    )


@pytest.mark.parametrize(
    ("typed", "allowed", "nearer"),
    [("remboursemnt", "Ramboursement", "Remboursement"), ("annulation", "Annuler", "Annulatif")],
)
def test_a_nearer_word_that_is_restricted_hides_no_other(typed: str, allowed: str, nearer: str) -> None:
    assert suggested(typed, titled(allowed), titled(nearer)) == [nearer]
    assert suggested(typed, titled(allowed), titled(nearer, audience=("segment:business",))) == [allowed]


WORDS = st.sampled_from(["annuler", "anuler", "annulation", "carte", "cartes", "comande", "commande", "e-mail", "la"])
LINES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@given(public=st.lists(LINES, max_size=5), secret=st.lists(LINES, max_size=5), typed=LINES)
def test_a_restricted_article_leaves_no_trace(public: list[str], secret: list[str], typed: str) -> None:
    said = [titled(text, id=f"public-{number}") for number, text in enumerate(public)]
    kept = [titled(text, id=f"a-{number}", audience=("segment:business",)) for number, text in enumerate(secret)]
    alone = Suggester(Shelf(*said)).suggest(typed, PUBLIC_TODAY, 3)
    assert Suggester(Shelf(*kept, *said)).suggest(typed, PUBLIC_TODAY, 3) == alone


@given(typed=st.text(max_size=40), titles=st.lists(st.text(max_size=30), max_size=4))
def test_whatever_is_typed_the_highlights_stand_in_the_text(typed: str, titles: list[str]) -> None:
    articles = [titled(title, id=str(number)) for number, title in enumerate(titles)]
    for one in Suggester(Shelf(*articles)).suggest(typed, PUBLIC_TODAY, 5):
        assert one.text in [title.strip() for title in titles]
        assert one.highlights  # and the record refuses spans that do not stand in it


@pytest.mark.parametrize("spans", [((0, 9),), ((2, 1),), ((1, 1),), ((2, 3), (0, 1)), ((0, 2), (1, 3)), ((-1, 2),)])
def test_spans_that_do_not_stand_in_the_text_are_refused(spans: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="highlights"):
        Suggestion(article_id="a", text="Carte", highlights=spans)


# --- change -------------------------------------------------------------------------------------------


def test_the_assistant_suggests_and_follows_changes_at_once() -> None:
    knowledge = small_knowledge()
    assistant = Assistant.over(knowledge, embedder=HashEmbedder())
    assert [one.article_id for one in assistant.suggest("annul", as_of=DAY)] == ["fr-cancel"]
    assistant.index.upsert([titled("Annuler un rendez-vous", id="new")])
    assert {one.article_id for one in assistant.suggest("annul", as_of=DAY)} == {"fr-cancel", "new"}
    assistant.index.upsert([titled("Déplacer un rendez-vous", id="new", version=2)])
    assert [one.article_id for one in assistant.suggest("annul", as_of=DAY)] == ["fr-cancel"]
    assistant.index.remove(["fr-cancel", "new"])
    assert assistant.suggest("annul", as_of=DAY) == ()
    business = Asker(audiences=("segment:business",))
    assert assistant.suggest("cond", asker=business, as_of=DAY) != () == assistant.suggest("cond", as_of=DAY)


@given(
    changes=st.lists(st.tuples(st.sampled_from("abc"), st.none() | LINES), max_size=6),
    typed=LINES,
)
def test_a_changed_index_suggests_what_a_new_one_would(changes: list[tuple[str, str | None]], typed: str) -> None:
    shelf = Shelf()
    suggester = Suggester(shelf)
    for key, text in changes:
        others = {one: article for one, article in shelf.articles.items() if one != key}
        shelf.articles = others | ({key: titled(text, id=key)} if text is not None else {})
        suggester.suggest(typed, PUBLIC_TODAY, 5)
    assert suggester.suggest(typed, PUBLIC_TODAY, 5) == Suggester(shelf).suggest(typed, PUBLIC_TODAY, 5)


def test_many_may_ask_while_it_changes() -> None:
    shelf = Shelf(*(titled(f"Annuler {number}") for number in range(50)))
    suggester, wrong, stop = Suggester(shelf), [], threading.Event()

    def asks() -> None:
        while not stop.is_set():
            try:
                assert len(suggester.suggest("anuler", PUBLIC_TODAY, 5)) == 5
            except BaseException as error:  # a thread that dies fails no test by itself
                wrong.append(error)
                return

    threads = [threading.Thread(target=asks) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(30):
        shelf.articles = {**shelf.articles, f"n{number}": titled(f"Annuler encore {number}", id=f"n{number}")}
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
