"""Repair of misspelt words: what it finds, what it never touches, and that nothing restricted shows in it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import KEYWORD
from ragcare.schema import Article, Scope
from ragcare.settings import RetrievalSettings, Settings
from ragcare.testing import DAY, HashEmbedder, validated

EVERYBODY = Scope(frozenset({"public"}), DAY)
BODY = "Le remboursement d'une commande annulée arrive sous 5 jours. Article L. 221-18. Avec la 5G et le SMS."


def article(article_id: str, body: str, **fields: object) -> Article:
    return validated(article_id, body, **{"language": "fr", **fields})


def index(articles: Iterable[Article], *, repair: bool = True) -> HybridIndex:
    return HybridIndex.build(articles, Settings(retrieval=RetrievalSettings(repair=repair)), HashEmbedder())


def read_as(text: str, *articles: Article, language: str = "fr", scope: Scope = EVERYBODY) -> str:
    return index(articles or [article("a", BODY)]).now.respelt(text, language, scope)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mon remboursment", "mon remboursement"),
        ("mon rembourssement", "mon remboursement"),
        ("ermboursement", "remboursement"),
        ("REMBOURSMENT", "REMBOURSEMENT"),
        ("Remboursment ?", "Remboursement ?"),
        ("ma comande", "ma commande"),
        ("ma commnade", "ma commande"),
        ("l'artcile", "l'article"),
        ("laricle", "laricle"),  # two slips
        ("sur mno compte", "sur mon compte"),  # short, but two letters of a very frequent word are swapped
        ("conbien de tems", "combien de temps"),
        ("cmt anuler ma cmd svp", "comment annuler ma commande s'il vous plaît"),
        ("ki ma debité", "qui ma debité"),
        (
            "kel est le prix kan jai dmnd",
            "quel est le prix quand j'ai dmnd",
        ),  # no vowel: not slipped, but written short
        ("labonnement et lapplication", "l'abonnement et l'application"),
    ],
)
def test_a_misspelt_word_is_read_as_the_likeliest_of_the_index_and_the_language(text: str, meant: str) -> None:
    assert read_as(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("How mcuh is teh plan per mounth?", "How much is the plan per month?"),
        ("wen will u fwd my acct no", "when will you forward my account no"),
        ("it didn't work, dont ask", "it didn't work, don't ask"),
    ],
)
def test_english_likewise(text: str, meant: str) -> None:
    assert read_as(text, validated("en", "The plan, per month.", language="en"), language="en") == meant


@pytest.mark.parametrize(
    "text",
    [
        "commande annulée et remboursements",  # known, in whatever form
        "les deux parapluies du facteur",  # in no article, but words of the language: no slip
        "mon boss et son cashback",  # of the other language: borrowed
        "5 jour 1 200 € L. 221-17 6G",  # numbers and references
        "SNCFX et SMSX vpn MDP",  # acronyms
        "mon iPhnoe eSMI",  # capitals of a name
        "en 20 mn",  # a unit
        "demain, Koi Kel",  # names
        "remboursment@example.com ou ermboursement.fr/remboursment",  # addresses
        "le modèle de Jurs",  # a short name
        "aommande",  # the first letter is right, or swapped with the second
        "x" * 5000,
        "",
        "?!",
    ],
)
def test_never_touches_what_is_known_or_exact_or_far(text: str) -> None:
    assert read_as(text) == text


def test_a_name_that_no_dictionary_has_is_read_as_the_articles_write_it() -> None:
    assert read_as("mon zylotne", article("a", "Le Zylotone est livré.")) == "mon zylotone"
    assert read_as("mon Zylotne", article("a", "Le Zylotone est livré.")) == "mon Zylotone"
    assert read_as("mon Zylotne") == "mon Zylotne"


def test_what_only_looks_like_a_form_of_a_known_word_is_no_word() -> None:
    """By its stem "contactles", one slip from "contactless", would be a form of "contact"."""
    assert read_as("a contactless card", validated("en", "Contact us.", language="en"), language="en").startswith(
        "a contactless"
    )


def test_only_the_language_of_the_question_is_repaired() -> None:
    both = [article("fr", "la facture"), validated("en", "a factory", language="en")]
    assert read_as("factre", *both) == "facture"
    assert read_as("factry", *both, language="en") == "factory"
    assert read_as("factre", both[0], language="en") == "factre"
    assert read_as("factre", *both, language="de") == "factre"


def test_what_only_a_restricted_article_knows_is_not_known() -> None:
    secret = article("s", "zylotane", audience=("segment:business",))
    public = article("p", "zylotone")
    assert read_as("zylotane", public, secret) == read_as("zylotane", public) == "zylotone"
    assert read_as("zylotanes", secret, public) == "zylotanes"


@pytest.mark.parametrize(("repair", "found"), [(True, ["a"]), (False, [])])
def test_nothing_is_repaired_where_it_is_not_set(repair: bool, found: list[str]) -> None:
    of = index([article("a", "Votre remboursement arrive."), article("b", "Rien de tel.")], repair=repair)
    text = of.respelt("remboursment", "fr", EVERYBODY)
    assert text == ("remboursement" if repair else "remboursment")
    assert [one.passage.article_id for one in of.search(text, "fr", EVERYBODY, 9).legs[KEYWORD]] == found


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_at_all_can_be_read(text: str) -> None:
    assert isinstance(read_as(text), str)


def test_it_moves_scores_so_it_is_in_the_fingerprint_where_it_is_set() -> None:
    assert index([]).fingerprint() != index([], repair=False).fingerprint()


WORDS = st.sampled_from(["commande", "comande", "remboursement", "rembourser", "factures", "facture", "livraison"])
LINES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=25, deadline=None)
@given(text=LINES, question=LINES)
def test_a_question_in_the_words_of_the_index_is_never_changed(text: str, question: str) -> None:
    assert read_as(question, article("a", f"{text} {question}")) == question


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mon père a fait un AVC", "fr"),
        ("FAI et 5G vs 4G", "fr"),
        ("20 mn, 100 ms", "fr"),
        ("cmd-12345, ref pr-2024-ts, vs-durand@mail.example", "fr"),
        ("mon iban, sepa, rio, paypal", "fr"),
        ("order u-4512 at my-da-shop.example, r&d, 50% r", "en"),
        ("wifi, otp, gmail, crypto", "en"),
    ],
)
def test_codes_acronyms_units_and_words_of_the_trade_are_no_shorthand(text: str, language: str) -> None:
    knows_both = [article("a", BODY), article("b", "Refunds take 5 days.", language="en")]
    assert read_as(text, *knows_both, language=language) == text


def test_a_surname_is_no_misspelt_word() -> None:
    assert read_as("Mon nom est Commende", article("a", "Votre commande arrive.")) == "Mon nom est Commende"


def test_what_may_not_be_said_does_not_weigh() -> None:
    """Of two words that one slip away the more frequent is meant: passages for others make neither of them rarer."""
    said = article("a", "Le coûter est de 5 euros.")
    hidden = [article(f"s{n}", "Note interne.", audience=["segment:staff"]) for n in range(60)]
    assert read_as("le coutr", said, *hidden) == read_as("le coutr", said)
