"""Attempts: the assistant's failures in a row, and the same thing asked again."""

from __future__ import annotations

import pytest

from ragcare.conversation.attempts import action_of, before_our_offer, failed_turns, repeats
from ragcare.deciding.wording import ENGLISH, FRENCH, Wording
from ragcare.replying.composing import with_hours
from ragcare.schema import Question, Turn


def customer(text: str) -> Turn:
    return Turn(role="customer", text=text)


def said(text: str) -> Turn:
    return Turn(role="assistant", text=text)


REFUSED = said(FRENCH.refusal("weak_source"))
ANSWERED = said("Le 3060 répond de 8 h à 20 h.")


@pytest.mark.parametrize("words", [FRENCH, ENGLISH])
def test_our_own_texts_tell_what_was_done(words: Wording) -> None:
    assert {action_of(said(words.refusal(reason))) for reason in words.refusals} == {"refuse"}
    assert {action_of(said(text)) for text in words.escalations.values()} == {"escalate"}
    assert action_of(said(words.clarify(["Résilier ma box", "Résilier mon forfait"]))) == "clarify"


def test_an_article_that_quotes_our_offer_is_no_refusal() -> None:
    assert action_of(said(f"Un bot dit souvent : {FRENCH.refusal('no_source')} Insistez.")) is None


def test_what_is_noted_goes_before_what_the_text_shows() -> None:
    assert action_of(Turn(role="assistant", text=REFUSED.text, action="answer")) == "answer"


def test_failures_are_counted_from_the_end_back_to_an_answer() -> None:
    history = [customer("a"), REFUSED, customer("b"), ANSWERED, customer("c"), REFUSED, customer("d"), REFUSED]
    assert failed_turns(history) == 2
    assert failed_turns([*history, customer("e"), ANSWERED]) == 0
    assert failed_turns([*history, Turn(role="agent", text="Bonjour, Léa à l'appareil.")]) == 0
    assert failed_turns([]) == 0


@pytest.mark.parametrize(
    ("before", "now", "language"),
    [
        ("Comment résilier ma box ?", "comment resilier ma box", "fr"),
        ("Comment résilier ma box ?", "Comment résillier ma box ??", "fr"),
        ("How do I cancel my plan?", "how do i cancel my plans", "en"),
        ("ma box ne marche pas", "Ma box ne marche toujours pas", "fr"),
    ],
)
def test_the_same_question_in_another_spelling_is_the_same(before: str, now: str, language: str) -> None:
    found = repeats(Question(text=now, language=language, history=(customer(before), REFUSED)))
    assert found is not None
    assert found.failed
    assert found.times == 1


@pytest.mark.parametrize(
    ("before", "now", "language"),
    [
        ("Combien coûte la recharge de 5 Go ?", "Combien coûte la recharge de 50 Go ?", "fr"),
        ("ma box marche", "ma box ne marche pas", "fr"),
        ("Comment résilier ma box ?", "Comment résilier mon forfait ?", "fr"),
        ("How do I cancel my plan?", "How do I change my plan?", "en"),
        ("oui", "oui", "fr"),
    ],
)
def test_another_question_is_not_the_same(before: str, now: str, language: str) -> None:
    assert repeats(Question(text=now, language=language, history=(customer(before), REFUSED))) is None


def test_what_was_answered_in_between_has_failed_all_the_same() -> None:
    """Else it gets the same refusal again where the turns that it was understood by are gone."""
    asked = customer("Vos horaires ?")
    found = repeats(Question(text="vos horaires", language="fr", history=(asked, REFUSED, asked, ANSWERED)))
    assert found is not None
    assert (found.actions, found.failed) == (("refuse", "answer"), True)


def test_a_correction_is_the_same_as_itself_alone() -> None:
    correction = "non, je voulais dire un retour"
    history = (customer("La livraison ?"), ANSWERED, customer(correction), REFUSED)
    again = Question(text=correction, language="fr", history=history)
    assert repeats(again) is not None
    asked = (customer("Un retour ?"), REFUSED, customer("La livraison ?"), ANSWERED)
    assert repeats(again.model_copy(update={"history": asked})) is None


AWAY = "Nos conseillers ne sont pas joignables en ce moment ; les demandes transmises les attendent."


def test_what_is_said_about_hours_does_not_hide_what_was_done() -> None:
    texts = (FRENCH.refusal("no_source"), FRENCH.clarify(["Ma box", "Mon forfait"]), FRENCH.later["fraud"])
    done = [action_of(said(with_hours(text, AWAY, FRENCH.offer))) for text in texts]
    assert done == ["refuse", "clarify", "escalate"]


def test_a_reply_is_told_from_the_offer_that_follows_it() -> None:
    assert before_our_offer(f"Sous 5 jours.\n\n{FRENCH.offer} {AWAY}") == "Sous 5 jours.\n\n"
    assert before_our_offer("Under 5 days. Is that all?") is None


def test_manners_said_again_are_no_question_that_failed() -> None:
    returned = Turn(role="assistant", text=FRENCH.social["acknowledgement"], action="clarify")
    assert repeats(Question(text="cool", language="fr", history=(customer("cool"), returned))) is None


@pytest.mark.parametrize("words", [FRENCH, ENGLISH])
def test_that_nobody_is_there_is_none_of_what_was_answered(words: Wording) -> None:
    """Else what may be said of the opening hours decides what the next question hangs on."""
    for away in (words.closed_for_long, words.closed.format(when=words.tomorrow)):
        assert before_our_offer(f"5,90 €. {away} {words.offer}") == "5,90 €. "
        assert before_our_offer(f"5,90 €. {away}") == "5,90 €. "
    assert before_our_offer("5,90 €.") is None


def test_what_has_no_word_of_its_own_is_asked_again_in_the_turn_before() -> None:
    refused = Turn(role="assistant", text=FRENCH.refusal("no_source"), action="refuse")
    history = (Turn(role="customer", text="Et ça ?"), refused)
    alone = Question(text="et ça ?", language="fr", history=history)
    assert repeats(alone) is not None
    hanging = alone.model_copy(update={"standalone": "La box et ça ?"})
    assert repeats(hanging) is not None
    later = (*history, Turn(role="customer", text="La box ?"), refused)
    assert repeats(hanging.model_copy(update={"history": later})) is None
    assert repeats(alone.model_copy(update={"text": "et là ?"})) is None
