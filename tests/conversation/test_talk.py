"""A conversation: its turns, kept and given to the assistant."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ragcare.assistant import Assistant
from ragcare.conversation.choosing import chosen, declined
from ragcare.conversation.hearing import hear
from ragcare.conversation.talk import MOST_HISTORY, Conversation
from ragcare.deciding.wording import ENGLISH, FRENCH
from ragcare.schema import Article, Question, Source, Turn


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    said = {
        "box": ("Résilier ma box", "La résiliation de la box se demande par courrier."),
        "mobile": ("Résilier mon forfait mobile", "La résiliation du forfait se fait dans l'application."),
        "relais": ("Livraison", "La livraison à domicile coûte 4,90 €. En point relais elle coûte 2,90 €."),
    }
    articles = [
        Article.model_validate(
            {
                "id": name, "title": title, "body": body, "language": "fr",
                "status": "validated", "validated_by": "Léa", "validated_at": "2026-01-01",
            }
        )
        for name, (title, body) in said.items()
    ]  # fmt: skip
    return Assistant.over(articles, embedder="hash")


def test_each_message_and_each_reply_is_a_turn_and_says_what_was_done(assistant: Assistant) -> None:
    talk = Conversation(assistant)
    reply = talk.ask("Combien coûte la livraison ?")
    assert [turn.role for turn in talk.turns] == ["customer", "assistant"]
    assert talk.turns[1].text == reply.text
    assert talk.turns[1].action == reply.decision.action
    assert talk.turns[1].cited == reply.quoted


def test_who_takes_over_sees_what_the_customer_was_given_to_read(assistant: Assistant) -> None:
    read = (Source(article_id="relais", title="Livraison"),)
    said = Turn(role="assistant", text="En point relais elle coûte 2,90 €.", action="answer", cited=read)
    talk = Conversation(assistant, turns=[Turn(role="customer", text="Combien coûte la livraison ?"), said])
    reply = talk.ask("Je veux parler à un conseiller")
    assert reply.handoff is not None
    assert reply.handoff.already_read == read


def test_a_follow_up_is_understood_by_the_turns_before(assistant: Assistant) -> None:
    talk = Conversation(assistant)
    talk.ask("Combien coûte la livraison à domicile ?")
    assert talk.ask("et en point relais ?").question.sought.startswith("Combien coûte la livraison")


def test_a_choice_is_asked_by_its_title_also_in_a_conversation_taken_up_again(assistant: Assistant) -> None:
    titles = ["Résilier ma box", "Résilier mon forfait mobile"]
    stored = [Turn(role="customer", text="résilier"), Turn(role="assistant", text=FRENCH.clarify(titles))]
    for text in ("la deuxième", "2", "Résilier mon forfait mobile"):
        assert Conversation(assistant, turns=stored).ask(text).question.text == titles[1]


def test_what_was_chosen_is_kept_by_whoever_keeps_the_turns(assistant: Assistant) -> None:
    """A place said by itself tells a later turn nothing: "résilier 2 et le délai ?" found neither."""
    reply, turns = assistant.ask("la deuxième", history=CLARIFIED), [*CLARIFIED, Turn(role="customer", text="2")]
    after = assistant.ask("et le délai ?", history=[*turns, reply.turn])
    talk = Conversation(assistant, turns=CLARIFIED)
    talk.ask("2")
    assert after.question.sought == talk.ask("et le délai ?").question.sought
    assert "Résilier mon forfait mobile" in after.question.sought


CLARIFIED = [
    Turn(role="customer", text="résilier"),
    Turn(role="assistant", text=FRENCH.clarify(["Résilier ma box", "Résilier mon forfait mobile"]), action="clarify"),
]


@pytest.mark.parametrize(
    "text", ["les deux", "Oui, les deux svp", "both", "the two of them", "tous les deux", "1 et 2", "la première et 2"]
)
def test_who_chooses_several_gets_each_of_them(assistant: Assistant, text: str) -> None:
    reply = Conversation(assistant, turns=CLARIFIED).ask(text)
    assert [part.hits[0].article_id for part in reply.trace.parts] == ["box", "mobile"]
    assert {citation.article_id for citation in reply.citations} == {"box", "mobile"}


def test_what_was_not_offered_is_not_chosen() -> None:
    assert chosen("1 et la fibre", CLARIFIED, "fr") == ()
    assert chosen("les deux", [], "fr") == ()


@pytest.mark.parametrize("text", ["oui, la deuxième", "oui le forfait", "oui, les deux"])
def test_a_yes_that_chooses_asks_for_no_person(assistant: Assistant, text: str) -> None:
    """Beside the titles a person was offered: a bare yes accepts that."""
    assert assistant.ask(text, history=CLARIFIED).decision.action != "escalate"
    assert assistant.ask("oui", history=CLARIFIED).decision.action == "escalate"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("aucun des deux", "no_source"),
        ("Non, ni l'un ni l'autre, merci.", "no_source"),
        ("neither", "no_source"),
        ("none of these, sorry", "no_source"),
        ("autre chose", "no_source"),
        ("je ne sais pas", "weak_source"),
        ("euh... j'sais pas trop", "weak_source"),
        ("I'm not sure", "weak_source"),
        ("I don't know which one", "weak_source"),
    ],
)
def test_who_chooses_none_is_refused_kindly_and_offered_a_person(assistant: Assistant, text: str, reason: str) -> None:
    reply = Conversation(assistant, turns=CLARIFIED).ask(text)
    assert (reply.decision.action, reply.decision.reasons[0].code) == ("refuse", reason)
    assert reply.text.endswith((FRENCH.offer, ENGLISH.offer))
    assert reply.question.sought == "résilier"
    assert reply.handoff is not None


@pytest.mark.parametrize("text", ["neither", "je ne sais pas", "aucun des deux"])
def test_none_is_chosen_of_nothing(assistant: Assistant, text: str) -> None:
    assert declined(text, Conversation(assistant).turns) is None
    assert declined(text, [Turn(role="assistant", text="La livraison coûte 4,90 €.", action="answer")]) is None
    assert declined(f"{text} combien coûte la livraison", CLARIFIED) is None


@pytest.mark.parametrize("text", ["the first one", "la première", "1", "Résilier ma box"])
def test_who_has_read_about_one_may_choose_another(assistant: Assistant, text: str) -> None:
    talk = Conversation(assistant, turns=CLARIFIED)
    assert talk.ask("2").question.text == "Résilier mon forfait mobile"
    assert talk.ask(text).question.text == "Résilier ma box"


def test_who_could_not_tell_may_still_choose(assistant: Assistant) -> None:
    talk = Conversation(assistant, turns=CLARIFIED)
    talk.ask("je ne sais pas")
    assert talk.ask("la première").question.text == "Résilier ma box"


def test_a_place_stands_for_no_title_once_something_else_was_asked() -> None:
    turns = [*CLARIFIED, Turn(role="customer", text="Combien coûte la livraison ?")]
    assert chosen("la première", [*turns, Turn(role="assistant", text="4,90 €.", action="answer")], "fr") == ()


def test_to_choose_is_no_second_attempt(assistant: Assistant) -> None:
    question = Question(text="Résilier ma box", language="fr", history=tuple(CLARIFIED))
    assert "repeated_failure" not in [signal.kind for signal in hear(question, assistant.settings.signals)]
    failed = Turn(role="assistant", text=FRENCH.refusal("no_source"), action="refuse")
    question = question.model_copy(update={"history": (Turn(role="customer", text="box"), failed, *CLARIFIED)})
    told = {signal.kind: signal.probability for signal in hear(question, assistant.settings.signals)}
    assert told["repeated_failure"] >= 0.8  # another failure would be the third


def test_a_message_that_cannot_be_taken_is_no_turn(assistant: Assistant) -> None:
    talk = Conversation(assistant)
    with pytest.raises(ValidationError):
        talk.ask(" ")
    assert talk.turns == ()


def test_the_history_given_is_bounded_and_the_turns_are_not(assistant: Assistant) -> None:
    talk = Conversation(assistant, turns=[Turn(role="customer", text=f"message {at}") for at in range(100)])
    assert len(talk.ask("Combien coûte la livraison ?").question.history) == MOST_HISTORY
    assert len(talk.turns) == 102
