"""Replies to several parts joined, and the events of a reply."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from ragcare.assistant import Assistant
from ragcare.conversation.attempts import action_of
from ragcare.conversation.hearing import hear
from ragcare.deciding.confidence import Calibration
from ragcare.deciding.signals import Signal
from ragcare.deciding.wording import ENGLISH, FRENCH
from ragcare.odds import Weight
from ragcare.replying.composing import compose
from ragcare.replying.events import Decided, Done, Event, HandedOver, Said, Sources, Told, events_of
from ragcare.replying.joining import join
from ragcare.schema import Question, Refusal, Reply, Turn
from ragcare.settings import HandoffSettings, PolicySettings, RetrievalSettings, Settings, SignalSettings
from ragcare.settings.signals import SignalRule
from ragcare.testing import DAY, small_knowledge, validated

EXTRA = [
    validated("fr-zebre", "Le zèbre en peluche se lave à 30 °C.", title="Laver le zèbre", language="fr"),
    validated("fr-lynx", "## En Belgique\n\nLe lynx en bois se commande par courrier.", title="Lynx", language="fr"),
    validated(
        "fr-ours",
        "L'ours se loue.\n\n## Usage privé\n\nRien à déclarer.\n\n## Usage public\n\nDéclarez-le avant. C'est 5 €.",
        title="Faut-il déclarer l'ours en peluche ?",
        language="fr",
    ),
    validated("en-zebra", "The plush zebra, le zèbre en peluche, is washed at 30 °C.", title="Zebra", language="en"),
    validated(
        "en-panda",
        "The panda is paid by debit. Panda debits leave on the 5th. You may move them once a year. Cards are refused.",
        title="Panda",
        language="en",
    ),
    validated("en-tower", "The wooden tower is painted by hand in Jura.", title="Wooden tower", language="en"),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Sure where the best article holds the words of the question, and only there."""
    path = tmp_path_factory.mktemp("calibration") / "calibration.json"
    coverage = Weight(mean=0.5, scale=0.25, weight=3.0)
    calibration = Calibration(fingerprint="any", fitted_on={}, intercept=-1.0, features={"coverage": coverage})
    calibration.write(path)
    settings = Settings(
        retrieval=RetrievalSettings(embedder="hash"),
        policy=PolicySettings(calibration=path, close=0.0, vague_words=0),
    )
    return Assistant.over([*small_knowledge(), *EXTRA], settings=settings)


def test_both_parts_are_answered_each_in_its_paragraph(assistant: Assistant) -> None:
    reply = assistant.ask("Comment annuler ma commande et combien coûte la livraison ?", as_of=DAY)
    assert reply.decision.action == "answer"
    assert reply.answer is not None
    assert set(reply.answer.sources) == {"fr-cancel", "fr-delivery"}
    assert "« Annuler »" in reply.text
    assert "5,90 €" in reply.text
    assert reply.question.text.startswith("Comment annuler")
    assert reply.left_open == ()
    assert reply.handoff is None
    assert len(reply.trace.parts) == 2
    assert reply.decision.probability == min(
        Reply.model_validate(assistant.ask(text, as_of=DAY)).decision.probability
        for text in ("Comment annuler ma commande ?", "Combien coûte la livraison ?")
    )


def test_a_message_of_several_parts_is_heard_once(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def listening(question: Question, how: SignalSettings) -> tuple[Signal, ...]:
        told.append(question.text)
        return hear(question, how)

    monkeypatch.setattr("ragcare.assistant.hear", listening)
    asked = "Comment annuler ma commande et combien coûte la livraison ?"
    reply = assistant.ask(asked, as_of=DAY)
    assert told == [asked]
    assert [part.signals for part in reply.trace.parts] == [reply.trace.signals] * 2


def test_each_part_stands_under_the_heading_that_says_when_it_holds(assistant: Assistant) -> None:
    reply = assistant.ask("Comment annuler ma commande et comment se commande le lynx en bois ?", as_of=DAY)
    assert len(reply.trace.parts) == 2
    assert reply.text.count("**En Belgique**\n\nLe lynx en bois se commande par courrier.") == 1
    assert reply.text.index("« Annuler »") < reply.text.index("En Belgique")


def test_each_of_several_sections_stands_under_its_heading(assistant: Assistant) -> None:
    reply = assistant.ask("Faut-il déclarer l'ours en peluche ?", as_of=DAY)
    assert reply.text == (
        "L'ours se loue.\n\n**Usage privé**\n\nRien à déclarer.\n\n**Usage public**\n\nDéclarez-le avant. C'est 5 €."
    )


def test_what_cannot_be_answered_is_named_and_a_person_is_offered(assistant: Assistant) -> None:
    reply = assistant.ask(
        "Comment annuler ma commande ? Combien de pages compte votre catalogue de meubles ?", as_of=DAY
    )
    assert reply.decision.action == "answer"
    assert reply.left_open == ("Combien de pages compte votre catalogue de meubles ?",)
    assert "Sur « Combien de pages compte votre catalogue de meubles ? »" in reply.text
    assert reply.text.endswith("Voulez-vous qu’un conseiller vous réponde ?")
    assert reply.handoff is not None
    assert reply.handoff.when == "if_accepted"
    assert reply.handoff.question == reply.question.text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_of_parts_answered_in_two_languages_those_in_the_other_are_named(assistant: Assistant, language: str) -> None:
    parts = {"en": "How is the plush zebra washed?", "fr": "Comment annuler ma commande ?"}
    replies = [assistant.ask(text, as_of=DAY) for text in parts.values()]
    assert [reply.decision.action for reply in replies] == ["answer", "answer"]
    question = Question(text=" ".join(parts.values()), language=language, as_of=DAY)
    reply = join(question, replies, assistant.index.now, assistant.settings)
    assert reply is not None
    assert reply.answer is not None
    assert reply.answer.language == language
    assert reply.left_open == tuple(text for one, text in parts.items() if one != language)
    assert reply.left_open[0] in reply.text
    assert reply.handoff is not None
    assert reply.handoff.reasons == ("weak_source",)


def test_what_both_parts_quote_is_said_once(assistant: Assistant) -> None:
    reply = assistant.ask("How do I return an item and how many days to return it?", as_of=DAY)
    assert reply.answer is not None
    places = [(piece.article_id, piece.start) for one in reply.answer.sentences for piece in one.evidence]
    assert len(places) == len(set(places))


def test_what_one_part_has_besides_stands_where_it_leans_on_the_other(assistant: Assistant) -> None:
    reply = assistant.ask("Which day do panda debits leave and can I move the panda debits?", as_of=DAY)
    assert reply.answer is not None
    assert len(reply.trace.parts) == 2
    starts = [one.evidence[0].start for one in reply.answer.sentences]
    assert starts == sorted(starts)
    assert "leave on the 5th. You may move them once a year." in reply.text


def test_where_no_part_can_be_answered_the_question_is_asked_as_one(assistant: Assistant) -> None:
    reply = assistant.ask("Who wrote the national anthem? Where is the deepest lake?", as_of=DAY)
    assert reply.decision.action == "refuse"
    assert reply.trace.parts == ()


def test_who_needs_a_person_gets_one_whatever_else_is_asked(assistant: Assistant) -> None:
    reply = assistant.ask("Comment annuler ma commande ? Puis-je parler à un conseiller ?", as_of=DAY)
    assert reply.decision.action == "escalate"


@pytest.mark.parametrize(
    "told",
    ["Je veux parler à un conseiller.", "On a piraté mon compte.", "Je vais me suicider.", "C'est une honte !"],
)
def test_what_is_told_beside_two_questions_is_heard_as_beside_one(assistant: Assistant, told: str) -> None:
    one, two = "Comment annuler ma commande ?", "Combien coûte la livraison ?"
    beside_one = assistant.ask(f"{told} {one}", as_of=DAY).decision
    beside_two = assistant.ask(f"{told} {one} {two}", as_of=DAY).decision
    assert beside_two.action == beside_one.action == "escalate"
    assert beside_two.reasons[0].code == beside_one.reasons[0].code


def test_a_person_who_is_offered_beside_one_answer_is_offered_beside_two(assistant: Assistant) -> None:
    offering, policy = SignalSettings(anger=SignalRule(action="offer")), assistant.settings.policy
    update = {"signals": offering, "policy": policy.model_copy(update={"answer_at": 0.0, "clarify_at": 0.0})}
    how = assistant.settings.model_copy(update=update)
    told, one, two = "C'est une honte !", "Comment annuler ma commande ?", "Combien coûte la livraison ?"
    reply = Assistant.over([*small_knowledge(), *EXTRA], settings=how).ask(f"{told} {one} {two}", as_of=DAY)
    assert len(reply.trace.parts) == 2
    assert reply.left_open == ()
    assert reply.handoff is not None
    assert (reply.handoff.when, reply.handoff.reasons) == ("if_accepted", ("anger",))
    assert reply.text.endswith("\n\nVoulez-vous qu’un conseiller vous réponde ?")


def test_who_asks_about_their_own_account_hears_that_a_person_can_look(assistant: Assistant) -> None:
    reply = assistant.ask("I added 125 but my wallet shows 25", as_of=DAY)
    assert reply.decision.action == "refuse"
    assert "your own account" in reply.text
    assert "found nothing" not in reply.text
    assert "no article can tell" not in reply.text  # an article may: the signal errs, and titles stand below
    assert reply.text.endswith(ENGLISH.offer)
    assert reply.handoff is not None
    assert "own file has to be looked at" in reply.handoff.summary
    assert action_of(Turn(role="assistant", text=reply.text)) == "refuse"


def test_a_refusal_names_the_articles_that_come_close(assistant: Assistant) -> None:
    reply = assistant.ask("Comment repasser le zèbre en peluche à sec ?", as_of=DAY)
    assert (reply.decision.action, reply.decision.reasons[0].code) == ("refuse", "weak_source")
    assert reply.nearest
    assert reply.nearest[0].article_id == "fr-zebre"
    assert f"- {reply.nearest[0].title}" in reply.text


def test_beside_an_article_in_the_customers_language_none_in_another_comes_close(assistant: Assistant) -> None:
    asked = "Comment repasser le zèbre en peluche à sec ?"
    reply = assistant.ask(asked, as_of=DAY)
    assert "en-zebra" in [one.article_id for one in reply.trace.hits][:2]
    assert [one.article_id for one in reply.nearest] == ["fr-zebre"]
    reply = assistant.ask(Question(text=asked, language="en", as_of=DAY))  # the best one is in another language
    assert [one.article_id for one in reply.nearest] == ["fr-zebre", "en-zebra"]


@pytest.mark.parametrize(("score", "named"), [(0.65, ["fr-zebre"]), (0.75, ["fr-zebre", "fr-lynx"])])
def test_a_second_article_is_named_only_where_it_comes_nearly_as_close(
    assistant: Assistant, score: float, named: list[str]
) -> None:
    asked = "Comment repasser le zèbre en peluche à sec ?"
    found = assistant.search(asked, as_of=DAY)
    (zebra,) = (hit for hit in found.hits if hit.passage.article_id == "fr-zebre")
    (lynx,) = found.library.passages("fr-lynx")
    close = replace(found, hits=(zebra, replace(zebra, passage=lynx, score=score * zebra.score)))
    reply = assistant.ask(asked, as_of=DAY)
    again = compose(close, Refusal(reason="weak_source"), reply.decision, (), reply.trace, assistant.settings)
    assert [one.article_id for one in again.nearest] == named


def test_the_events_of_an_answer_hold_all_that_the_reply_does(assistant: Assistant) -> None:
    events = list(assistant.stream("Comment annuler ma commande ?", as_of=DAY))
    assert isinstance(events[0], Decided)
    assert isinstance(events[1], Sources)
    assert isinstance(events[-1], Done)
    reply = events[-1].reply
    said = [one for one in events if isinstance(one, Said)]
    assert reply.answer is not None
    assert tuple(one.sentence for one in said) == reply.answer.sentences
    assert tuple(citation for one in said for citation in one.citations) == reply.citations


QUESTIONS = [
    "Comment annuler ma commande ? Combien de pages compte votre catalogue de meubles ?",
    "Comment annuler ma commande et comment se commande le lynx en bois ?",  # each part under its heading
    "Qui a peint le plafond ?",
    "Puis-je parler à un conseiller ?",
    "Wooden tower painted by hand",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_events_end_with_the_reply_and_tell_its_text(assistant: Assistant, text: str) -> None:
    reply = assistant.ask(text, as_of=DAY)
    events = list(events_of(reply))
    told = [one.sentence.text if isinstance(one, Said) else one.text for one in events if isinstance(one, Said | Told)]
    assert "".join(" ".join(told).split()) == "".join(reply.text.split())
    assert any(isinstance(one, HandedOver) for one in events) == (reply.handoff is not None)
    assert isinstance(events[-1], Done)
    adapter: TypeAdapter[Event] = TypeAdapter(Event)
    assert [adapter.validate_json(adapter.dump_json(one)) for one in events] == events


def test_a_handoff_is_found_by_the_trace_of_its_reply_and_says_what_was_held_back(assistant: Assistant) -> None:
    reply = assistant.ask("Comment repasser le zèbre en peluche à sec ?", as_of=DAY)
    assert reply.handoff is not None
    assert reply.handoff.id == reply.trace.id
    assert reply.handoff.drafted == "Le zèbre en peluche se lave à 30 °C."
    assert reply.handoff.why_not


@pytest.mark.parametrize("text", ["Puis-je parler à un conseiller ?", "Qui a peint le plafond ?", QUESTIONS[0]])
def test_nobody_is_promised_a_person_who_is_away(assistant: Assistant, text: str) -> None:
    pytest.importorskip("opening_hours", reason='needs the extra "handoff"')
    away = assistant.settings.model_copy(update={"handoff": HandoffSettings(hours="off")})
    reply = Assistant.over([*small_knowledge(), *EXTRA], settings=away).ask(text, as_of=DAY)
    assert "Nos conseillers ne sont pas joignables en ce moment" in reply.text
    assert reply.handoff is not None
    assert not reply.handoff.contact.open
    assert reply.text.endswith("réponde ?") == (reply.decision.action != "escalate")  # so that "oui" accepts the offer
    assert "joignables" not in assistant.ask(text, as_of=DAY).text


@pytest.mark.parametrize("text", ["Je veux parler à un conseiller", "Je veux mourir", "On a piraté mon compte"])
def test_nobody_takes_over_now_while_nobody_is_there(assistant: Assistant, text: str) -> None:
    pytest.importorskip("opening_hours", reason='needs the extra "handoff"')
    away = assistant.settings.model_copy(update={"handoff": HandoffSettings(hours="off")})
    code = assistant.ask(text, as_of=DAY).decision.reasons[0].code
    said = Assistant.over([*small_knowledge(), *EXTRA], settings=away).ask(text, as_of=DAY).text
    assert said.startswith(FRENCH.taken_over([code], now=False))
    assert FRENCH.taken_over([code], now=True) not in said
