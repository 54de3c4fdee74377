"""An article is told from its beginning, unless another passage of it is well ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ragcare.answering.beginnings import beginning_or_found
from ragcare.answering.evidence import SentenceSelector
from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import KEYWORD
from ragcare.knowledge.passages import split
from ragcare.schema import Article, Hit, Passage, Question, Retrieved, Standing
from ragcare.settings import AnsweringSettings
from ragcare.testing import HashEmbedder, validated

FRENCH = "Appelez le 3061.\n\n## 2. Portez plainte\n\nDonnez le numéro IMEI.\n\n## 3. Votre numéro\n\nCommandez-la."
ENGLISH = "Call 3061.\n\n## 2. Tell the police\n\nGive the IMEI number.\n\n## 3. Your number\n\nOrder a card."


def procedure(body: str, language: str) -> tuple[Article, Sequence[Passage]]:
    article = validated("stolen", body, language=language, title="-")
    return article, split(article)


def retrieved(article: Article, question: str, *hits: tuple[Passage, float]) -> Retrieved:
    index = HybridIndex.build([article], embedder=HashEmbedder())
    asked = Question(text=question, language=article.language)
    return Retrieved(
        asked, tuple(Hit(passage, score, {KEYWORD: Standing(1, score)}) for passage, score in hits), index.now
    )


@pytest.mark.parametrize(
    ("body", "language", "question", "report"),
    [
        (FRENCH, "fr", "Quel numéro donner ?", "On m'a volé mon portable"),
        (ENGLISH, "en", "Which number do I give?", "My phone was stolen"),
    ],
)
def test_how_far_ahead_a_passage_must_be_hangs_on_whether_anything_is_asked(
    body: str, language: str, question: str, report: str
) -> None:
    article, (first, second, *_) = procedure(body, language)

    def told(text: str, ahead: float) -> Passage:
        found = retrieved(article, text, (second, 0.6 + ahead), (first, 0.6))
        return beginning_or_found(found, second, (first, second), "thing")

    assert [told(question, ahead) for ahead in (0.1, 0.25, 0.4)] == [first, second, second]
    assert [told(report, ahead) for ahead in (0.1, 0.25, 0.4)] == [first, first, second]


def test_a_beginning_that_was_not_found_is_not_told() -> None:
    article, (first, second, *_) = procedure(ENGLISH, "en")
    found = retrieved(article, "My phone was stolen", (second, 0.6))
    assert beginning_or_found(found, second, (first, second), "thing") == second


@pytest.mark.parametrize(
    ("heading", "title", "question", "named"),
    [
        ("Tarif solidaire", "Les abonnements : tarifs", "Quel papier pour avoir le tarif solidaire ?", True),
        ("Tarif solidaire", "Les abonnements : tarifs", "Quel tarif pour moi ?", False),
        ("Résilier", "Les abonnements : tarifs", "Je veux résilier", False),  # one word is soon said
        ("Tarif solidaire", "Le tarif solidaire", "Le tarif solidaire, c'est combien ?", False),  # the whole article
    ],
)
def test_who_names_a_section_in_full_is_told_that_section(heading: str, title: str, question: str, named: bool) -> None:
    body = f"Le Libre coûte 46 €.\n\n## {heading}\n\nLe droit est ouvert 12 mois, sur attestation."
    article = validated("plans", body, language="fr", title=title)
    first, second = split(article)
    found = retrieved(article, question, (second, 0.65), (first, 0.6))
    assert beginning_or_found(found, second, (first, second), "which") == (second if named else first)


def test_a_turn_that_hangs_on_those_before_is_told_what_was_found() -> None:
    article, (first, second, *_) = procedure(ENGLISH, "en")
    found = retrieved(article, "Which number?", (second, 0.65), (first, 0.6))
    whole = found.question.model_copy(update={"standalone": "My phone was stolen. Which number?"})
    assert beginning_or_found(found, second, (first, second), "thing") == first
    assert beginning_or_found(replace(found, question=whole), second, (first, second), "thing") == second


def test_of_a_thread_the_asker_is_not_told() -> None:
    body = "**Question from Aoife**\n\nCan I trade a phone in?\n\n## Answer\n\nYes, in any shop of ours."
    article, (first, second, *_) = procedure(body, "en")
    found = retrieved(article.model_copy(update={"kind": "thread"}), "a phone in a shop", (second, 0.7), (first, 0.65))
    selection = SentenceSelector(AnsweringSettings(max_words=20)).select(found)
    assert selection is not None
    assert {piece.passage_id for piece in selection.evidence} == {second.id}


@pytest.mark.parametrize(("body", "language"), [(FRENCH, "fr"), (ENGLISH, "en")])
def test_the_evidence_is_of_the_passage_that_is_told(body: str, language: str) -> None:
    article, (first, second, *_) = procedure(f"{body} {'5 jours. ' * 10}", language)  # too long to be said whole
    said = {}
    for ahead in (0.1, 0.4):
        found = retrieved(article, "IMEI", (second, 0.5 + ahead), (first, 0.5))
        selection = SentenceSelector(AnsweringSettings(max_words=20)).select(found)
        assert selection is not None
        said[ahead] = {piece.passage_id for piece in selection.evidence}
    assert said == {0.1: {first.id}, 0.4: {second.id}}


@pytest.mark.parametrize(
    ("language", "price", "question"),
    [("en", "It costs €35 a month.", "What does the box cost?"), ("fr", "Elle coûte 35 €.", "Combien coûte la box ?")],
)
def test_who_asks_for_a_price_is_not_told_a_beginning_without_one(language: str, price: str, question: str) -> None:
    article, (beginning, found) = procedure(f"The box is one of 3.\n\n## Box\n\n{price}", language)
    hits = retrieved(article, question, (found, 0.95), (beginning, 0.9))
    assert beginning_or_found(hits, found, (beginning, found), "amount") == found
    assert beginning_or_found(hits, found, (beginning, found), "number") == beginning  # it has a number too
    assert beginning_or_found(hits, found, (beginning, found), "thing") == beginning


@pytest.mark.parametrize(
    ("code", "question", "named"),
    [
        ("E18", "E18 on my washing machine", True),
        ("E18", "what does e-18 mean?", True),
        ("E18", "what does E31 mean?", False),
        ("E10", "what does E10 mean?", False),  # which the beginning has too
        ("18", "18 what does it mean?", False),  # a bare number is any number
    ],
)
def test_who_names_a_code_is_not_told_a_beginning_without_it(code: str, question: str, named: bool) -> None:
    body = f"| Code | Meaning |\n|---|---|\n| E10 | No water |\n\n## More\n\n| {code} | The pump is blocked |"
    article, (beginning, found) = procedure(body, "en")
    hits = retrieved(article, question, (found, 1.0), (beginning, 0.9))
    assert beginning_or_found(hits, found, (beginning, found), "thing") == (found if named else beginning)


@pytest.mark.parametrize(
    ("language", "price", "known", "asked"),
    [
        (
            "fr",
            "Adultes : 12 €. Moins de 26 ans : gratuit.",
            "Combien coûte la carte ?",
            "la carte, combien elle coûte",
        ),
        ("en", "Adults: €12. Under 26: free.", "How much is a card?", "how much is the card"),
    ],
)
def test_a_known_question_for_a_price_is_told_the_passage_that_has_it(
    language: str, price: str, known: str, asked: str
) -> None:
    body = f"Inscrivez-vous sur place. Sign up at any branch.\n\n## -\n\n{price}"
    article = validated("card", body, language=language, title="Carte, card", questions=(known,))
    beginning, priced = split(article)
    for question, told in ((asked, priced), (f"{asked} bleue blue", beginning)):
        found = retrieved(article, question, (beginning, 0.9), (priced, 0.5))
        assert beginning_or_found(found, beginning, (beginning, priced), "amount") == told
    assert beginning_or_found(found, beginning, (beginning, priced), "place") == beginning


def test_a_known_question_for_a_price_stays_within_the_chapter_of_a_book() -> None:
    chapters = ["Inscrivez-vous sur place.", "La carte adulte coûte 12 €.", "Ouvert le samedi. " * 700]
    body = "\n\n".join(f"## Partie {n}\n\n{text}" for n, text in enumerate(chapters))
    article = validated("guide", body, language="fr", questions=("Combien coûte la carte ?",))
    signing, price, *_ = split(article)
    found = retrieved(article, "Combien coûte la carte ?", (signing, 0.9), (price, 0.5))
    selection = SentenceSelector(AnsweringSettings()).select(found)
    assert selection is not None
    assert {piece.passage_id for piece in selection.evidence} == {signing.id}
