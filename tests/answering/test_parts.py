"""A question that asks two things is taken apart, and one that asks one thing is left whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.answering.parts import parts_of
from ragcare.schema import Question, composed


def parts(text: str, language: str) -> list[tuple[str, str]]:
    return [(part.text, part.sought) for part in parts_of(Question(text=text, language=language))]


TWO = [
    (
        "fr",
        "Comment résilier mon forfait, et combien ça coûte ?",
        ["Comment résilier mon forfait ?", "Combien ça coûte ?"],
    ),
    (
        "fr",
        "Quel est le prix de la box ? Quels sont les frais de mise en service ?",
        ["Quel est le prix de la box ?", "Quels sont les frais de mise en service ?"],
    ),
    (
        "en",
        "How do I cancel my plan and when will I get my refund?",
        ["How do I cancel my plan?", "When will I get my refund?"],
    ),
    (
        "en",
        "Hello! What does roaming cost? Can I cap my data?",
        ["What does roaming cost?", "Can I cap my data?"],
    ),
    (
        "en",
        "How do I cancel my mobile plan, and what is the notice period?",
        ["How do I cancel my mobile plan?", "What is the notice period?"],
    ),
    (
        "fr",
        "Comment résilier ma box et qu'est-ce que je dois renvoyer ?",
        ["Comment résilier ma box ?", "Qu'est-ce que je dois renvoyer ?"],
    ),
    (
        "en",
        "How do I block my card? Can you help me with a refund?",
        ["How do I block my card?", "Can you help me with a refund?"],
    ),
    (
        "fr",
        "Comment rendre ma box et qu’est-ce que je dois garder ?",
        ["Comment rendre ma box ?", "Qu’est-ce que je dois garder ?"],
    ),
    (
        "fr",
        "Comment prévenir ma sœur jumelle et combien ça coûte ?",
        ["Comment prévenir ma sœur jumelle ?", "Combien ça coûte ?"],
    ),
    (
        "fr",
        "Combien coûte une photocopie et le wifi est-il gratuit ?",
        ["Combien coûte une photocopie ?", "Le wifi est-il gratuit ?"],
    ),
    (
        "fr",
        "Quel est le prix de l’inscription, et l’abonnement à la médiathèque donne-t-il droit aux DVD ?",
        ["Quel est le prix de l’inscription ?", "L’abonnement à la médiathèque donne-t-il droit aux DVD ?"],
    ),
    (
        "fr",
        "Quels sont les horaires du dimanche et acceptez-vous les chiens ?",
        ["Quels sont les horaires du dimanche ?", "Acceptez-vous les chiens ?"],
    ),
    (
        "fr",
        "Où est l’entrée des artistes et y a-t-il un parking ?",
        ["Où est l’entrée des artistes ?", "Y a-t-il un parking ?"],
    ),
    (
        "en",
        "How much is a print, and is the wifi free?",
        ["How much is a print?", "Is the wifi free?"],
    ),
]


@pytest.mark.parametrize(("language", "text", "expected"), TWO, ids=[text for _, text, _ in TWO])
def test_two_questions_are_two_parts(language: str, text: str, expected: list[str]) -> None:
    assert [part for part, _ in parts(text, language)] == expected


ONE = [
    ("fr", "Comment résilier mon forfait et ma box ?"),
    ("fr", "Comment activer la carte SIM et configurer la messagerie ?"),
    ("fr", "Bonjour, pouvez-vous m'aider ? Comment résilier mon forfait ?"),
    ("fr", "Bonsoir, comment allez-vous ? Comment résilier mon forfait ?"),
    ("en", "Good morning, can someone help? How do I cancel my plan?"),
    ("fr", "Comment résilier ?"),
    ("fr", "Comment les jeunes et les retraités sont-ils inscrits ?"),
    ("fr", "Comment prendre un rendez-vous et rendez-vous où ?"),
    ("fr", "Comment choisir une box et la brancher, et dites-moi si c’est long ?"),
    ("fr", "Combien coûte la carte jeune et envoyez-nous deux exemplaires"),
    ("en", "How do I scan a page and do it again?"),
    ("en", "Which branch is open on Sunday and is the closest to the station?"),
    ("en", "Which plan has wifi and is the cheapest?"),
    ("fr", "Ma box clignote en rouge et je ne sais pas quoi faire"),
    ("en", "What is happening? My card does not work?"),
    ("en", "How are you today? I was wondering how the refund is determined?"),
    ("en", "Which countries and what data allowances does roaming cover?"),
    ("en", "what kind of oil"),
    ("en", "The term imperialism has been applied to western countries, and which eastern county?"),
]


@pytest.mark.parametrize(("language", "text"), ONE, ids=[text for _, text in ONE])
def test_one_question_stays_whole(language: str, text: str) -> None:
    question = Question(text=text, language=language)
    assert parts_of(question) == (question,)


def test_whoever_tells_a_story_asks_one_thing() -> None:
    story = "I paid on Monday, my neighbour says it is always like that with you, and I called three times already. "
    question = Question(text=f"{story}Why was I charged twice? When is my money back?", language="en")
    assert parts_of(question) == (question,)


def test_a_part_that_points_back_is_searched_with_the_one_before_it() -> None:
    first, second = parts("Comment résilier mon forfait, et combien ça coûte ?", "fr")
    assert first == ("Comment résilier mon forfait ?", "Comment résilier mon forfait ?")
    assert second == ("Combien ça coûte ?", "Comment résilier mon forfait ? Combien ça coûte ?")


def test_what_is_told_in_few_words_goes_with_each_part() -> None:
    text = "J'ai perdu mon téléphone. Comment bloquer ma ligne ? Quel est le prix d'une nouvelle carte SIM ?"
    assert [sought for _, sought in parts(text, "fr")] == [
        "J'ai perdu mon téléphone. Comment bloquer ma ligne ?",
        "J'ai perdu mon téléphone. Quel est le prix d'une nouvelle carte SIM ?",
    ]


@given(st.text(min_size=1, max_size=400), st.sampled_from(["fr", "en", "und", "de"]))
def test_any_text_has_one_to_three_parts(text: str, language: str) -> None:
    if not composed(text).split():
        return
    question = Question(text=text, language=language)
    found = parts_of(question)
    assert 1 <= len(found) <= 3
    assert found == parts_of(question)
    assert len(found) > 1 or found == (question,)
