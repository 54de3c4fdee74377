"""The handoff: all that the next person needs, and no personal data in what is stored of it."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from ragcare.deciding.handoff import prepare_handoff
from ragcare.schema import (
    Answer,
    Asker,
    Decision,
    EscalationReason,
    Evidence,
    Handoff,
    Question,
    Reason,
    Refusal,
    RefusalReason,
    Sentence,
    Source,
    Turn,
)
from ragcare.settings import HandoffSettings, SignalSettings

HISTORY = (
    Turn(role="customer", text="Bonjour, mon e-mail est jeanne.petit@example.fr"),
    Turn(role="assistant", text="Merci. Je vous rappelle au 06 12 34 56 78 ?"),
    Turn(role="customer", text="Oui, et ma carte est 4539 1488 0343 6467"),
)
ASKED = "Mon IBAN FR14 2004 1010 0505 0001 3M02 606\nn'est pas reconnu, que faire ?"


LOOKED_AT = [Source(article_id=name, title=f"Article {name.upper()}") for name in "bacd"]


def handoff(*codes: str, action: str = "refuse", language: str = "fr", **how: Any) -> Handoff:
    question = Question(
        text=ASKED, language=language, history=HISTORY, asker=Asker(audiences=("segment:business",), reference="C-42")
    )
    decision = Decision.model_validate(
        {
            "action": action,
            "probability": 0.2,
            "threshold": 0.5,
            "reasons": [Reason.model_validate({"code": code}) for code in codes],
        }
    )
    return prepare_handoff(question, decision, LOOKED_AT, HandoffSettings.model_validate(how))


def test_personal_data_is_masked_wherever_the_customer_wrote_it() -> None:
    given = handoff("weak_source").model_dump_json()
    for secret in ("jeanne.petit", "example.fr", "06 12", "4539", "FR14", "3M02"):
        assert secret not in given
    for kind in ("[email]", "[phone]", "[card]", "[iban]"):
        assert kind in given


def test_the_whole_conversation_is_there_the_last_question_included() -> None:
    transcript = handoff("weak_source").transcript
    assert [turn.role for turn in transcript] == ["customer", "assistant", "customer", "customer"]
    assert transcript[0].text == "Bonjour, mon e-mail est [email]"
    assert transcript[-1].text == "Mon IBAN [iban]\nn'est pas reconnu, que faire ?"


def test_the_question_is_one_line_and_stands_in_the_summary() -> None:
    given = handoff("weak_source")
    assert given.question == "Mon IBAN [iban] n'est pas reconnu, que faire ?"
    assert given.question in given.summary
    assert "Article B, Article A, Article C" in given.summary


def test_the_articles_that_were_looked_at_are_named_once_each_best_first() -> None:
    assert [source.article_id for source in handoff("weak_source").sources_tried] == ["b", "a", "c"]


def test_who_asks_and_in_which_language_is_kept() -> None:
    given = handoff("weak_source", language="en")
    assert given.asker == Asker(audiences=("public", "segment:business"), reference="C-42")
    assert given.language == "en"
    assert given.summary.startswith("The customer asks")
    assert handoff("weak_source").summary.startswith("Le client demande")


@pytest.mark.parametrize(
    ("action", "when"), [("escalate", "now"), ("refuse", "if_accepted"), ("clarify", "if_accepted")]
)
def test_only_an_escalation_goes_to_a_person_now(action: str, when: str) -> None:
    assert handoff("anger", action=action).when == when


URGENT = ("distress", "bereavement", "fraud", "health", "legal", "minor")
URGENCY = {code: "high" if code in URGENT else "normal" for code in get_args(EscalationReason)}


@pytest.mark.parametrize("code", [*get_args(EscalationReason), *get_args(RefusalReason), "ambiguous"])
def test_the_urgency_is_that_of_the_most_urgent_reason(code: str) -> None:
    assert handoff(code).urgency == URGENCY.get(code, "low")
    assert handoff("anger", "fraud").urgency == "high"


def test_the_reasons_are_kept_in_order_and_once_each() -> None:
    assert handoff("anger", "fraud", "anger").reasons == ("anger", "fraud")


def test_what_only_the_account_can_tell_is_why_a_person_is_needed() -> None:
    given = handoff("out_of_scope", "account_specific", language="en")
    assert "Why a person: the customer's own file has to be looked at." in given.summary
    assert given.why_not.startswith("The customer's own file has to be looked at; no answer was found")
    assert given.reasons == ("out_of_scope", "account_specific")


def test_the_queue_is_that_of_the_first_reason_that_has_one() -> None:
    queues = {"fraud": "securite", "legal": "juristes"}
    assert handoff("anger", "legal", "fraud", queue="accueil", queues=queues).queue == "juristes"
    assert handoff("anger", queue="accueil", queues=queues).queue == "accueil"


def test_a_topic_goes_to_its_own_queue() -> None:
    topics = {"solar": {"examples": ["a", "b", "c"], "queue": "energie"}, "other": {"examples": ["a", "b", "c"]}}
    signals = SignalSettings.model_validate({"topics": topics})
    how = HandoffSettings.model_validate({"queue": "accueil", "queues": {"topic": "sujets"}})

    def queue(name: str) -> str:
        reasons = (Reason(code="topic", detail=name),)
        decision = Decision(action="escalate", probability=0.2, threshold=0.5, reasons=reasons)
        return prepare_handoff(Question(text=ASKED, language="fr"), decision, LOOKED_AT, how, signals).queue

    assert queue("solar") == "energie"
    assert queue("other") == "sujets"


def test_the_handoff_bears_the_id_of_its_reply_or_one_of_its_own() -> None:
    question = Question(text="Où est mon colis ?", language="fr")
    decision = Decision(action="refuse", probability=0.2, threshold=0.5, reasons=(Reason(code="weak_source"),))
    how = HandoffSettings()
    assert prepare_handoff(question, decision, [], how, reply_id="0001").id == "0001"
    first, second = prepare_handoff(question, decision, [], how), prepare_handoff(question, decision, [], how)
    # the same words from two customers are two handoffs: neither may be taken for a repetition of the other
    assert first.id != second.id
    assert Handoff.model_validate_json(first.model_dump_json()).id == first.id


@pytest.mark.parametrize(
    ("how", "seen", "hidden"),
    [
        (True, [], ["jeanne.petit", "06 12 34", "4539 1488", "FR14 2004"]),
        (False, ["jeanne.petit@example.fr", "06 12 34 56 78", "4539 1488 0343 6467", "FR14 2004"], []),
        (["card", "iban"], ["jeanne.petit@example.fr", "06 12 34 56 78"], ["4539 1488", "FR14 2004"]),
    ],
)
def test_what_is_masked_is_what_the_settings_say(how: Any, seen: list[str], hidden: list[str]) -> None:
    given = handoff("weak_source", mask=how).model_dump_json()
    assert all(text in given for text in seen)
    assert not [text for text in hidden if text in given]


def test_what_would_have_been_answered_is_there_with_why_it_was_not() -> None:
    piece = Evidence(passage_id="p", article_id="a", version=1, quote="Appelez le 0 800 123 456.", start=0, end=25)
    draft = Answer(sentences=(Sentence(text="Appelez le 0 800 123 456.", evidence=(piece,)),), language="fr")
    question = Question(text="Qui appeler ?", language="fr")
    reasons = (Reason(code="weak_source"), Reason(code="ambiguous"))
    decision = Decision(action="refuse", probability=0.31, threshold=0.6, reasons=reasons)
    given = prepare_handoff(question, decision, [], HandoffSettings(), draft=draft)
    assert given.drafted == "Appelez le 0 800 123 456."  # the number of an article is nobody's own
    assert "assez sûr" in given.why_not
    assert "plusieurs articles" in given.why_not
    assert "0.31" in given.why_not
    assert "0.60" in given.why_not
    refused = prepare_handoff(question, decision, [], HandoffSettings(), draft=Refusal(reason="no_source"))
    assert refused.drafted is None
    assert "0.31" not in refused.why_not


def test_what_the_customer_has_read_and_tried_is_there() -> None:
    read = (Source(article_id="box", title="Redémarrer la box"), Source(article_id="box", title="Redémarrer la box"))
    history = (
        Turn(role="customer", text="Bonjour. J'ai déjà redémarré la box, deux fois. Elle clignote."),
        Turn(role="assistant", text="J'ai vérifié votre ligne.", cited=read),
        Turn(role="customer", text="I already tried the reset. My mail is a@b.fr and I checked the cable."),
    )
    question = Question(text="Et maintenant ?", language="fr", history=history)
    decision = Decision(action="refuse", probability=0.1, threshold=0.6, reasons=(Reason(code="weak_source"),))
    given = prepare_handoff(question, decision, [], HandoffSettings())
    assert given.already_read == (read[0],)
    assert given.already_tried == (
        "J'ai déjà redémarré la box, deux fois.",
        "I already tried the reset.",
        "My mail is [email] and I checked the cable.",
    )
