"""The explanation: the outcome, what moved it, and what would have changed it, in the language of whoever reads it."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest

from ragcare.assistant import Assistant
from ragcare.conversation.talk import Conversation
from ragcare.deciding.confidence import Calibration, Confidence
from ragcare.deciding.explaining import explain
from ragcare.deciding.explaining_words import ENGLISH, FRENCH, Words
from ragcare.deciding.features import FEATURES
from ragcare.schema import Answer, Decision, Evidence, Moved, Passage, Reason, Refusal, RefusalReason, Sentence, Trace
from ragcare.settings import Settings
from ragcare.testing import DAY, small_knowledge

TEXT = "Le retour est gratuit."
PASSAGE = Passage("a#1", "a", 1, "A", (), (), TEXT, 0, len(TEXT), "fr")
DRAFT = Answer(sentences=(Sentence(text=TEXT, evidence=(Evidence.cut(PASSAGE, 0, len(TEXT)),)),), language="fr")
SETTINGS = Settings(policy={"answer_at": 0.65, "clarify_at": 0.3, "out_of_scope_below": 0.1})
MOVED = (
    Moved(feature="vector_margin", value=0.0, usual=0.02, pull=-1.2),
    Moved(feature="holds", value=2.0, usual=1.0, pull=0.9),
    Moved(feature="words", value=1.7, usual=1.7, pull=0.01),
)


def trace(**fields: Any) -> Trace:
    told = {
        "id": "t", "language": "en", "hits": (), "signals": {}, "features": {}, "draft": DRAFT, "moved": MOVED,
        "fingerprint": "f", "calibration_is_stale": False, "milliseconds": {},
    }  # fmt: skip
    return Trace.model_validate({**told, **fields})


def decided(action: str, p: float, *reasons: tuple[str, str], threshold: float = 0.65) -> Decision:
    told = [{"code": code, "detail": detail} for code, detail in reasons]
    return Decision.model_validate({"action": action, "probability": p, "threshold": threshold, "reasons": told})


def lines(decision: Decision, language: str = "en", **fields: Any) -> str:
    return "\n".join(explain(decision, trace(**fields), SETTINGS, language))


def test_an_answer_says_how_sure_it_was_what_moved_it_and_which_threshold_would_have_refused_it() -> None:
    said = lines(decided("answer", 0.81, ("grounded", "")))
    assert "right with a probability of 0.81, and 0.65 is needed" in said
    assert "less sure: by meaning, the article does not stand out from the others (with the usual value: 0.93)" in said
    assert "surer: on reading, the passage holds the asked fact (with the usual value: 0.63)" in said
    assert "the question is long" not in said, "what hardly moved it is not worth a word"
    assert "With a threshold (policy.answer_at) above 0.81 it would have been refused." in said


def test_what_speaks_against_an_answer_is_never_said_to_have_made_it_surer() -> None:
    corrects = Moved(feature="vector_top", value=0.78, usual=0.88, pull=0.5)
    few = Moved(feature="few_articles", value=0.5, usual=0.1, pull=-1.3)
    said = lines(decided("refuse", 0.41, ("weak_source", "")), moved=(few, corrects, *MOVED))
    assert "no passage is close" not in said
    assert "less sure: few articles are open to this customer" in said
    assert "surer: on reading, the passage holds the asked fact" in said


def test_a_refusal_for_want_of_certainty_names_the_threshold_that_would_have_answered() -> None:
    said = lines(decided("refuse", 0.41, ("weak_source", "")))
    assert "probability of only 0.41, and 0.65 is needed" in said
    assert "(policy.answer_at) of 0.41 or less it would have been given" in said
    assert "out of scope" in lines(decided("refuse", 0.04, ("out_of_scope", "")))


@pytest.mark.parametrize("reason", sorted({*get_args(RefusalReason)} - {"weak_source", "out_of_scope"}))
def test_a_refusal_of_what_was_found_says_what_was_missing_and_promises_no_threshold(reason: str) -> None:
    draft = Refusal.model_validate({"reason": reason, "sources": ("a", "b")})
    said = lines(decided("refuse", 0.9, (reason, "")), draft=draft)
    assert said.startswith("Refused: ")
    assert "(policy.answer_at)" not in said
    assert ("(a, b)" in said) == (reason == "conflict")


def test_an_escalation_names_the_signal_its_words_its_threshold_and_what_was_ready() -> None:
    said = lines(decided("escalate", 0.8, ("fraud", "vidé mon compte")), signals={"fraud": 0.9, "anger": 0.55})
    assert 'fraud is suspected (0.90; the threshold is 0.80), by these words: "vidé mon compte"' in said
    assert "signals.fraud.threshold) above 0.90" in said
    assert "an answer was ready: probability 0.80" in said
    assert "Heard as well, without consequence: the customer is angry (0.55; 0.70)" in said
    assert "no answer either" in lines(decided("escalate", 0.3, ("fraud", "x")), signals={"fraud": 0.9})


def test_a_company_s_own_topic_is_told_by_its_name() -> None:
    topics = {"solar": {"examples": ["a b", "c d", "e f"], "action": "escalate", "threshold": 0.6}}
    settings = Settings(signals={"topics": topics})
    decision = decided("escalate", 0.8, ("topic", "solar"))
    said = "\n".join(explain(decision, trace(signals={"topic": 0.7}), settings, "en"))
    assert "signals.topics.solar.threshold) above 0.70" in said


def test_probability_and_threshold_never_look_equal_where_they_are_not() -> None:
    assert "0.648, and 0.65" in lines(decided("refuse", 0.648, ("weak_source", "")))
    assert "0.66" not in lines(decided("refuse", 0.648, ("weak_source", "")))


@pytest.mark.parametrize("words", [FRENCH, ENGLISH])
def test_both_languages_have_words_for_every_feature_and_every_refusal(words: Words) -> None:
    assert set(words.features) == set(FEATURES)
    assert set(words.refused) == set(get_args(RefusalReason))


def test_french_is_written_as_french_is() -> None:
    said = lines(decided("answer", 0.81, ("grounded", "")), "fr")
    assert "probabilité de 0,81, et il en faut 0,65" in said
    assert not re.search(r"\d\.\d", said)


def test_the_pulls_add_up_to_the_probability() -> None:
    confidence = Confidence(Calibration.shipped_for("light"))
    features = dict.fromkeys(confidence.calibration.features, 0.3)
    moved = confidence.calibration.moved(features)
    assert [abs(one.pull) for one in moved] == sorted((abs(one.pull) for one in moved), reverse=True)
    import math

    score = confidence.calibration.intercept + sum(one.pull for one in moved)
    assert math.isclose(confidence.probability(features), 1 / (1 + math.exp(-score)))


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return Assistant.over(small_knowledge(), embedder="hash", settings=Settings(signals={"by_meaning": False}))


def test_every_reply_explains_itself_in_the_language_of_its_question(assistant: Assistant) -> None:
    starts = {
        "How do I cancel my order?": "Answered: ",
        "Comment renvoyer un produit ?": "Répondu : ",
        "bonjour": "Redemandé : ",
        "I want to speak to a human": "Handed over to a person: ",
        "Le code ÉTÉ25 marche-t-il encore ?": "Refusé : le seul article qui répond est périmé",
    }
    for text, start in starts.items():
        assert assistant.ask(text, as_of=DAY).trace.why[0].startswith(start)


def test_a_third_failure_says_so_and_why_there_was_no_answer(assistant: Assistant) -> None:
    talk = Conversation(assistant)
    for text in (
        "Le code ÉTÉ25 marche-t-il ?",
        "Et le code SUMMER25, marche-t-il encore ?",
        "Le code ÉTÉ25 marche-t-il ?",
    ):
        reply = talk.ask(text, as_of=DAY)
    assert [one.code for one in reply.decision.reasons] == ["repeated_failure", "expired"]
    assert "ou le même échec encore une fois" in reply.trace.why[0]
    assert "périmé" in reply.trace.why[1]


def test_a_question_of_several_parts_says_which_one_it_explains(assistant: Assistant) -> None:
    reply = assistant.ask("How do I cancel my order? How do I send a product back?", as_of=DAY)
    assert reply.trace.parts
    assert reply.trace.why[0] == "The question asked 2 things; this is about the part that is least sure."


def test_a_reason_that_is_no_signal_of_the_message_is_still_explained() -> None:
    decision = Decision(action="escalate", probability=0.5, threshold=0.65, reasons=(Reason(code="legal"),))
    assert "a legal action" in lines(decision) or "legal" in lines(decision)
