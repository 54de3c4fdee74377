"""The policy: its rules in their order, each decision with a typed reason."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.deciding.confidence import Estimate
from ragcare.deciding.policy import Policy
from ragcare.deciding.signals import Signal, detect_signals
from ragcare.schema import (
    Answer,
    Decision,
    EscalationReason,
    Evidence,
    Hit,
    Passage,
    Question,
    Reason,
    Refusal,
    RefusalReason,
    Retrieved,
    Sentence,
    SocialTurn,
    Standing,
)
from ragcare.settings import PolicySettings, SignalSettings
from ragcare.testing import HandMadeLibrary

HOW = PolicySettings(answer_at=0.6, clarify_at=0.3, out_of_scope_below=0.1, close=0.1)


def hit(article_id: str, score: float, text: str = "Le retour d'un colis est gratuit.") -> Hit:
    passage = Passage(f"{article_id}#1", article_id, 1, article_id.upper(), (), (), text, 0, len(text), "fr")
    return Hit(passage, score, {"keyword": Standing(1, score)})


def retrieved(
    *hits: Hit, expired: Hit | None = None, not_yet: Hit | None = None, text: str = "retour colis"
) -> Retrieved:
    return Retrieved(Question(text=text, language="fr"), hits, HandMadeLibrary(), expired, not_yet)


ALONE = hit("a", 1.0)
ANSWER = Answer(
    sentences=(Sentence(text=ALONE.passage.text, evidence=(Evidence.cut(ALONE.passage, 0, len(ALONE.passage.text)),)),),
    language="fr",
)
NO_SOURCE = Refusal(reason="no_source")


def decide(
    found: Retrieved | None = None,
    draft: Answer | Refusal = ANSWER,
    signals: Sequence[Signal] = (),
    probability: float = 0.9,
    how: PolicySettings = HOW,
    settings: SignalSettings | None = None,
) -> Decision:
    return Policy(how, settings or SignalSettings()).decide(
        found or retrieved(ALONE), draft, signals, Estimate(probability, {})
    )


def codes(decision: Decision) -> tuple[str, ...]:
    return tuple(reason.code for reason in decision.reasons)


# --- one rule at a time ------------------------------------------------------------------------------


def test_what_is_sure_and_proven_is_answered() -> None:
    decision = decide(probability=0.6)
    assert (decision.action, codes(decision), decision.threshold) == ("answer", ("grounded",), 0.6)


@pytest.mark.parametrize(
    ("probability", "code"),
    [(0.599, "weak_source"), (0.1, "weak_source"), (0.099, "out_of_scope"), (0, "out_of_scope")],
)
def test_what_is_not_sure_enough_is_refused(probability: float, code: str) -> None:
    decision = decide(probability=probability)
    assert (decision.action, codes(decision)) == ("refuse", (code,))
    assert "nearest article: A" in decision.reasons[0].detail


@pytest.mark.parametrize("reason", get_args(RefusalReason))
@pytest.mark.parametrize("probability", [0.0, 0.5, 1.0])
def test_what_may_not_be_said_is_refused_however_sure(reason: RefusalReason, probability: float) -> None:
    decision = decide(draft=Refusal(reason=reason), probability=probability)
    assert (decision.action, codes(decision)) == ("refuse", (reason,))


def test_nothing_found_is_refused_without_a_source() -> None:
    decision = decide(retrieved(), NO_SOURCE, probability=0)
    assert (decision.action, codes(decision)) == ("refuse", ("no_source",))


def test_an_expired_source_explains_the_refusal() -> None:
    decision = decide(retrieved(ALONE, expired=hit("old", 1.0)))
    assert (decision.action, codes(decision)) == ("refuse", ("expired",))


def test_what_is_not_valid_yet_is_refused_without_a_word_of_it() -> None:
    decision = decide(retrieved(ALONE, not_yet=hit("soon", 1.0)))
    assert (decision.action, codes(decision)) == ("refuse", ("no_source",))
    assert not decision.reasons[0].detail


def test_an_article_of_another_day_that_holds_little_of_the_question_hides_no_answer() -> None:
    apart = hit("soon", 1.0, "Le nouveau catalogue paraît en mars.")
    assert decide(retrieved(ALONE, expired=apart)).action == "answer"
    assert decide(retrieved(ALONE, not_yet=apart)).action == "answer"


KINDS = [kind for kind in get_args(EscalationReason) if kind != "topic"]


def told(kind: str, action: str, threshold: float = 0.7) -> SignalSettings:
    return SignalSettings.model_validate({kind: {"action": action, "threshold": threshold}})


@pytest.mark.parametrize("reason", KINDS)
def test_a_signal_that_is_set_to_escalate_goes_to_a_person(reason: str) -> None:
    signals = told(reason, "escalate")
    decision = decide(signals=[Signal(reason, 0.7, "ses mots")], settings=signals)
    assert (decision.action, codes(decision)) == ("escalate", (reason,))
    assert decision.reasons[0].detail == "ses mots"
    assert decide(signals=[Signal(reason, 0.69, "ses mots")], settings=signals).action == "answer"


@pytest.mark.parametrize("reason", KINDS)
def test_what_is_offered_noted_or_ignored_changes_no_action(reason: str) -> None:
    signal = [Signal(reason, 0.9, "ses mots")]
    assert codes(decide(signals=signal, settings=told(reason, "offer"))) == ("grounded", reason)
    assert codes(decide(signals=signal, settings=told(reason, "note"))) == ("grounded",)
    if reason != "repeated_failure":  # which is a matter of its own where there is no answer
        assert codes(decide(draft=NO_SOURCE, signals=signal, settings=told(reason, "note"))) == ("no_source", reason)
    assert codes(decide(draft=NO_SOURCE, signals=signal, settings=told(reason, "ignore"))) == ("no_source",)


def test_a_topic_does_what_its_own_table_says() -> None:
    topics = {"solar": {"examples": ["a", "b", "c"], "action": "escalate"}}
    signals = SignalSettings.model_validate({"topics": topics})
    decision = decide(signals=[Signal("topic", 0.9, "mes panneaux", "solar")], settings=signals)
    assert (decision.action, decision.reasons) == ("escalate", (Reason(code="topic", detail="solar"),))
    assert decide(signals=[Signal("topic", 0.9, "mes panneaux", "gone")], settings=signals).action == "answer"


def test_distress_is_spoken_to_first() -> None:
    signals = [Signal("asks_person", 0.97, "un humain"), Signal("distress", 0.6, "à bout")]
    assert codes(decide(signals=signals)) == ("distress", "asks_person")


@pytest.mark.parametrize("manners", get_args(SocialTurn))
def test_good_manners_are_returned(manners: str) -> None:
    decision = decide(draft=NO_SOURCE, signals=[Signal(manners, 1.0, "bonjour")])
    assert (decision.action, codes(decision)) == ("clarify", (manners,))


@pytest.mark.parametrize(("probability", "action"), [(0.5, "refuse"), (0.8, "escalate"), (0.95, "escalate")])
def test_after_two_turns_without_an_answer_the_third_is_a_person(probability: float, action: str) -> None:
    failed = [Signal("repeated_failure", probability, "encore")]
    assert decide(draft=NO_SOURCE, signals=failed).action == action
    assert decide(signals=failed).action == "answer"
    ignored = told("repeated_failure", "ignore")
    assert decide(draft=NO_SOURCE, signals=failed, settings=ignored).action == "refuse"


def test_all_pressing_reasons_are_kept_in_the_order_of_trust() -> None:
    signals = detect_signals("On m'a volé mon compte, je veux parler à un conseiller, c'est scandaleux !!!")
    kinds = [signal.kind for signal in signals if signal.probability >= 0.5]
    assert len(kinds) >= 2
    assert list(codes(decide(signals=signals))) == kinds


# --- their order -------------------------------------------------------------------------------------

RULES: dict[str, dict[str, Any]] = {
    "escalate": {"signals": [Signal("asks_person", 0.9, "un humain")]},
    "expired": {"found": retrieved(ALONE, hit("b", 0.95), expired=hit("old", 1.0))},
    "not_yet": {"found": retrieved(ALONE, hit("b", 0.95), not_yet=hit("soon", 1.0))},
    "draft": {"draft": NO_SOURCE},
    "ambiguous": {"found": retrieved(ALONE, hit("b", 0.95))},
}


@pytest.mark.parametrize(
    ("rules", "action", "code"),
    [
        (("escalate", "expired", "draft"), "escalate", "asks_person"),
        (("escalate", "draft"), "escalate", "asks_person"),
        (("escalate", "ambiguous"), "escalate", "asks_person"),
        (("expired", "draft"), "refuse", "expired"),
        (("escalate", "not_yet"), "escalate", "asks_person"),
        (("not_yet", "ambiguous"), "refuse", "no_source"),
        (("draft", "ambiguous"), "refuse", "no_source"),
        (("ambiguous",), "clarify", "ambiguous"),
    ],
)
def test_the_weightier_rule_comes_first(rules: tuple[str, ...], action: str, code: str) -> None:
    met: dict[str, Any] = {}
    for rule in rules:
        met = {**RULES[rule], **met}
    decision = decide(**met)
    assert (decision.action, codes(decision)) == (action, (code,))


PERSON = Signal("asks_person", 0.9, "un humain")


@given(
    st.floats(0, 1),
    st.sampled_from([ANSWER, *(Refusal(reason=reason) for reason in get_args(RefusalReason))]),
    st.sampled_from([(), (ALONE,), (ALONE, hit("b", 0.95)), (ALONE, hit("b", 0.95), hit("c", 0.93))]),
    st.booleans(),
    st.booleans(),
    st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda at: PolicySettings(answer_at=max(at), clarify_at=min(at))),
)
def test_whatever_comes_together_a_person_is_never_refused_and_nothing_unsure_is_said(
    probability: float,
    draft: Answer | Refusal,
    hits: tuple[Hit, ...],
    expired: bool,
    asks: bool,
    how: PolicySettings,
) -> None:
    found = retrieved(*hits, expired=hit("old", 1.0) if expired else None)
    decision = decide(found, draft, [PERSON] if asks else [], probability, how)
    assert (decision.action == "escalate") == asks
    assert decision.probability == probability
    if decision.action == "answer":
        assert probability >= how.answer_at
        assert isinstance(draft, Answer)
        assert not expired
    if decision.action == "clarify":
        assert probability >= how.clarify_at == decision.threshold
        assert 2 <= len(Policy(how).choices(found)) <= 3
    if decision.action == "refuse":
        assert codes(decision)[0] in get_args(RefusalReason)


# --- which articles a question could mean ------------------------------------------------------------


def test_articles_that_come_close_and_say_as_much_are_the_choices() -> None:
    found = retrieved(ALONE, hit("b", 0.95), hit("c", 0.9), hit("d", 0.9))
    assert [one.passage.article_id for one in Policy(HOW).choices(found)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "rival", [hit("b", 0.89), hit("b", 0.95, "Une livraison de colis."), hit("a", 0.95), hit("b", 0.5)]
)
def test_a_rival_that_is_far_says_less_or_is_the_same_article_is_none(rival: Hit) -> None:
    assert Policy(HOW).choices(retrieved(ALONE, rival)) == []
    assert decide(retrieved(ALONE, rival)).action == "answer"


def test_a_question_that_could_mean_two_articles_is_asked_back_from_its_threshold_on() -> None:
    found = retrieved(ALONE, hit("b", 0.95))
    asked = {probability: decide(found, probability=probability).action for probability in (0.29, 0.3, 0.59, 0.9)}
    assert asked == {0.29: "refuse", 0.3: "clarify", 0.59: "clarify", 0.9: "clarify"}


def test_a_decision_is_the_same_every_time() -> None:
    drafts: tuple[Answer | Refusal, ...] = (ANSWER, NO_SOURCE)
    for probability, draft in product((0.0, 0.4, 0.9), drafts):
        assert decide(draft=draft, probability=probability) == decide(draft=draft, probability=probability)
