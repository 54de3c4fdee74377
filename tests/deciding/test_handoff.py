"""The handoff: all that the next person needs, and no personal data in what is stored of it."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from ragcare.deciding.handoff import prepare_handoff
from ragcare.schema import (
    Asker,
    Decision,
    EscalationReason,
    Handoff,
    Question,
    Reason,
    RefusalReason,
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
