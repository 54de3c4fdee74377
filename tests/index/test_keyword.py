from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ragcare.index.keyword import Fields, KeywordIndex, Query, Scores, analyse, analyse_query, idf
from ragcare.index.splice import Splice
from ragcare.schema import Passage


def passage(text: str, language: str = "fr", title: str = "", questions: tuple[str, ...] = ()) -> Passage:
    return Passage(text, text, 1, title, questions, (), text, 0, len(text), language)


def index_of(*passages: Passage, head_weight: float = 0.4) -> KeywordIndex:
    return KeywordIndex.build([analyse(one) for one in passages], k1=1.2, b=0.75, head_weight=head_weight)


def ask(index: KeywordIndex, text: str, language: str = "fr", languages: tuple[str, ...] = ("en", "fr")) -> Scores:
    return index.scores(analyse_query(text, language, languages))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("resiliation", "La résiliation de l’abonnement est gratuite."),
        ("résilier mes abonnements", "La résiliation de l’abonnement est gratuite."),
        ("l'abonnement", "La résiliation de l’abonnement est gratuite."),
        ("sous 5 jours", "Le colis arrive sous 5 jours."),
        ("1200 euros", "La remise commence à 1 200 €."),
        ("coeur", "Le cœur de l'offre est la fibre."),
    ],
)
def test_french_finds_its_passage_however_it_is_spelt(query: str, found: str) -> None:
    texts = [
        "La résiliation de l’abonnement est gratuite.",
        "Le colis arrive sous 5 jours.",
        "La remise commence à 1 200 €.",
        "Le cœur de l'offre est la fibre.",
    ]
    scores = ask(index_of(*map(passage, texts)), query)
    assert texts[int(scores.argmax())] == found
    assert scores.max() > 0


def test_what_shares_nothing_scores_exactly_zero() -> None:
    index = index_of(passage("La livraison prend 5 jours."), passage("Le retour est gratuit."))
    assert ask(index, "remboursement").tolist() == [0, 0]
    assert ask(index, "livraison")[1] == 0


def test_a_match_never_scores_below_a_miss() -> None:
    """With the textbook's idf, a word that stands in most rows takes points away."""
    rows = [passage(f"livraison {word}") for word in ("rapide", "lente", "offerte", "suivie")]
    scores = ask(index_of(*rows, passage("remboursement")), "livraison")
    assert (scores[:4] > 0).all()
    assert scores[4] == 0


def test_languages_are_kept_apart() -> None:
    """Bread in one language is an ache in the other."""
    index = index_of(passage("Le pain est cuit ici.", "fr"), passage("The pain will go away.", "en"))
    assert ask(index, "pain", "fr", languages=("fr",)).argmax() == 0
    assert ask(index, "pain", "en", languages=("en",)).argmax() == 1


def test_a_word_that_carries_nothing_in_its_own_language_is_not_searched_in_another() -> None:
    index = index_of(passage("Leave a comment below.", "en"), passage("Annulez la commande.", "fr"))
    assert ask(index, "comment annuler", "fr").tolist()[0] == 0


@pytest.mark.parametrize("head_weight", [0.0, 0.4, 1.0])
def test_the_head_counts_as_much_as_it_is_given(head_weight: float) -> None:
    index = index_of(
        passage("Le texte.", title="Résiliation"), passage("La résiliation.", title="Autre"), head_weight=head_weight
    )
    scores = ask(index, "résiliation")
    assert (scores > 0).tolist() == [head_weight > 0, head_weight < 1]


def test_title_and_known_questions_are_the_head_headings_and_text_the_body() -> None:
    row = Passage("p", "a", 1, "Titre", ("Où est mon colis ?",), ("Suivi",), "Le texte.", 0, 9, "fr")
    assert analyse(row).head == ["fr:titr", "fr:colis"]
    assert analyse(row).body == ["fr:suiv", "fr:text"]


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    for number, rows in enumerate(([], [Fields([], [])], [Fields([], []), Fields([], [])])):
        index = KeywordIndex.build(rows, k1=1.2, b=0.75, head_weight=0.4)
        index.save(tmp_path / str(number))
        loaded = KeywordIndex.load(tmp_path / str(number), k1=1.2, b=0.75, head_weight=0.4)
        for one in (index, loaded):
            assert one.scores(["fr:jour"]).tolist() == [0] * len(rows)
            assert one.scores([]).tolist() == [0] * len(rows)


def test_nothing_scores_above_the_reach_and_a_word_that_nobody_has_moves_it_away() -> None:
    index = index_of(
        passage("colis " * 400, title="colis " * 400), passage("Le retour est gratuit."), passage("Le colis suit.")
    )
    known, unknown = (Query.of(text, "fr", {"fr"}).tokens for text in ("colis", "colis xyzzy"))
    assert 0.95 * index.reach(known) < ask(index, "colis").max() <= index.reach(known)
    assert index.reach(unknown) == pytest.approx(index.reach(known) + idf(3, 0))
    assert index.reach([]) == 0


def test_the_reach_is_that_of_the_words_that_are_still_there() -> None:
    rows = [analyse(passage("Le colis suit.")), analyse(passage("Le retour est gratuit."))]
    both = KeywordIndex.build(rows, k1=1.2, b=0.75, head_weight=0.4)
    left = both.with_changes(Splice.between(np.array([False, True]), []), [])
    anew = KeywordIndex.build(rows[1:], k1=1.2, b=0.75, head_weight=0.4)
    for query in (["fr:colis"], ["fr:retour"], ["fr:colis", "fr:retour"]):
        assert left.reach(query) == anew.reach(query)


def test_a_known_question_counts_once_and_is_not_lost_in_longer_words() -> None:
    row = passage("C'est très SIMPLE.\nQuel prix ?", title="Carte", questions=("SIM", "Quel prix ?"))
    assert analyse(row).head == ["fr:cart", "fr:sim"]


def test_a_question_is_read_in_its_own_language_where_the_index_has_it_and_else_in_any() -> None:
    assert Query.of("mon colis", "fr", {"fr", "en"}).readings == (["fr:colis"],)
    assert Query.of("parcels", "fr", {"en"}).readings == (["en:parcel"],)
    assert Query.of("71196", "und", {"fr", "en"}).readings == (["en:71196"], ["fr:71196"])


def test_a_part_number_is_not_missing_in_the_language_of_other_articles() -> None:
    parts = [passage(f"Part {number} fits the pump.", language="en") for number in range(71190, 71199)]
    index = index_of(*parts, passage("Le retour est gratuit."))
    assert Query.of("71196", "und", {"en", "fr"}).reach(index.reach) == index.reach(["en:71196"])
    assert Query.of("…", "und", {"en", "fr"}).reach(index.reach) == 0


def test_a_row_without_words_scores_zero() -> None:
    index = index_of(passage("Le retour est gratuit."), passage("…"))
    assert ask(index, "retour")[1] == 0


def test_scores_are_the_same_after_loading(tmp_path: Path) -> None:
    index = index_of(
        passage("La résiliation de l’abonnement est gratuite.", title="Résilier"),
        passage("The refund takes 5 days.", "en", title="Refunds"),
    )
    index.save(tmp_path / "keyword")
    loaded = KeywordIndex.load(tmp_path / "keyword", k1=1.2, b=0.75, head_weight=0.4)
    for query in ("resilier mes abonnements", "refund 5 days", "rien"):
        np.testing.assert_array_equal(ask(loaded, query), ask(index, query))
