"""Manners are returned in kind, a third failure goes to a person, and the same failed reply is not given twice."""

from __future__ import annotations

import pytest

from ragcare.assistant import Assistant
from ragcare.conversation.hearing import hear
from ragcare.conversation.talk import Conversation
from ragcare.deciding.confidence import Calibration
from ragcare.deciding.wording import ENGLISH, FRENCH
from ragcare.odds import Weight
from ragcare.schema import Question, Turn
from ragcare.settings import HandoffSettings, PolicySettings, RetrievalSettings, Settings, SignalSettings
from ragcare.testing import DAY, small_knowledge


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Sure where the best article holds the words of the question, and only there."""
    path = tmp_path_factory.mktemp("calibration") / "calibration.json"
    coverage = Weight(mean=0.5, scale=0.25, weight=3.0)
    calibration = Calibration(fingerprint="any", fitted_on={}, intercept=-1.0, features={"coverage": coverage})
    calibration.write(path)
    settings = Settings(
        retrieval=RetrievalSettings(embedder="hash"),
        policy=PolicySettings(calibration=path, vague_words=0),
        signals=SignalSettings(by_meaning=False),
    )
    return Assistant.over(small_knowledge(), settings=settings)


UNKNOWN = [
    "Quelle est la capitale de la Mongolie ?",
    "Qui a peint le plafond de la chapelle ?",
    "Combien pèse un éléphant ?",
    "Où dort la girafe ?",
]


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("Bonjour !", "greeting", "Quelle est votre question"),
        ("merci beaucoup", "thanks", "Avec plaisir"),
        ("thank you so much", "thanks", "You are welcome"),
        ("au revoir", "goodbye", "à bientôt"),
    ],
)
def test_good_manners_are_returned_and_a_person_is_still_one_step_away(
    assistant: Assistant, text: str, code: str, says: str
) -> None:
    reply = assistant.ask(text, as_of=DAY)
    assert (reply.decision.action, reply.decision.reasons[0].code) == ("clarify", code)
    assert says in reply.text
    assert reply.choices == ()
    assert reply.handoff is not None


def test_no_third_turn_in_a_row_is_without_an_answer(assistant: Assistant) -> None:
    talk = Conversation(assistant)
    actions = [talk.ask(text, as_of=DAY).decision.action for text in UNKNOWN[:3]]
    assert actions == ["refuse", "refuse", "escalate"]


def test_manners_between_two_failures_do_not_begin_the_count_anew(assistant: Assistant) -> None:
    talk = Conversation(assistant)
    for text in (UNKNOWN[0], "merci", UNKNOWN[1], "ok merci"):
        talk.ask(text, as_of=DAY)
    reply = talk.ask(UNKNOWN[2], as_of=DAY)
    assert (reply.decision.action, reply.decision.reasons[0].code) == ("escalate", "repeated_failure")


def test_the_same_question_never_gets_the_same_failed_reply_twice(assistant: Assistant) -> None:
    talk = Conversation(assistant)
    assert talk.ask(UNKNOWN[0], as_of=DAY).decision.action == "refuse"
    talk.ask("Comment annuler ma commande ?", as_of=DAY)
    reply = talk.ask("quelle est la capitale de la mongolie", as_of=DAY)
    assert (reply.decision.action, reply.decision.reasons[0].code) == ("escalate", "repeated_failure")


def test_beside_what_has_failed_what_can_be_answered_is(assistant: Assistant) -> None:
    talk = Conversation(assistant)
    talk.ask(UNKNOWN[0], as_of=DAY)
    reply = talk.ask(f"Comment annuler ma commande ? {UNKNOWN[0]}", as_of=DAY)
    assert (reply.decision.action, reply.left_open) == ("answer", (UNKNOWN[0],))


def test_an_answer_is_given_however_often_the_assistant_failed_before(assistant: Assistant) -> None:
    talk = Conversation(assistant)
    for text in UNKNOWN[:2]:
        talk.ask(text, as_of=DAY)
    answer = assistant.ask("Comment annuler ma commande ?", as_of=DAY).decision.action
    assert talk.ask("Comment annuler ma commande ?", as_of=DAY).decision.action in (answer, "escalate")
    assert answer == "answer"


@pytest.mark.parametrize(
    ("text", "after", "told"),
    [
        ("non merci", f"Je n’ai rien trouvé. {FRENCH.offer}", "acknowledgement"),
        ("No, thanks.", f"I found nothing. {ENGLISH.offer}", "acknowledgement"),
        ("oui", f"Je n’ai rien trouvé. {FRENCH.offer}", "asks_person"),
        ("oui", "Le remboursement arrive sous 5 jours.", "acknowledgement"),
        ("yes, thanks", "The refund takes 5 days.", "acknowledgement"),
        ("non", "Le remboursement arrive sous 5 jours.", "acknowledgement"),
    ],
)
def test_yes_and_no_mean_what_they_answer(text: str, after: str, told: str) -> None:
    before = (Turn(role="customer", text="Alors ?"), Turn(role="assistant", text=after))
    signals = hear(Question(text=text, history=before), SignalSettings(by_meaning=False))
    assert [signal.kind for signal in signals] == [told]


def test_a_no_to_another_question_is_no_manners() -> None:
    before = (Turn(role="customer", text="Ma box"), Turn(role="assistant", text="Votre box est-elle allumée ?"))
    assert not hear(Question(text="non", history=before), SignalSettings(by_meaning=False))


def test_good_manners_are_no_failure_while_nobody_is_there(assistant: Assistant) -> None:
    pytest.importorskip("opening_hours", reason='needs the extra "handoff"')
    away = assistant.settings.model_copy(update={"handoff": HandoffSettings(hours="off")})
    talk = Conversation(Assistant.over(small_knowledge(), settings=away))
    actions = [talk.ask(text, as_of=DAY).decision.action for text in ("Bonjour", "merci", "Bonjour", UNKNOWN[0])]
    assert actions == ["clarify", "clarify", "clarify", "refuse"]


def test_what_failed_before_a_person_took_over_does_not_hand_over_once_more(assistant: Assistant) -> None:
    talk = Conversation(assistant)
    actions = [talk.ask(text, as_of=DAY).decision.action for text in (*UNKNOWN[:3], UNKNOWN[0])]
    assert actions == ["refuse", "refuse", "escalate", "refuse"]


@pytest.mark.parametrize("text", ["Qui a peint le plafond de la chapelle ?", "Who painted the ceiling?", "🦄🦄"])
def test_a_question_that_a_person_has_is_not_handed_over_again(assistant: Assistant, text: str) -> None:
    talk = Conversation(assistant)
    replies = [talk.ask(text, as_of=DAY) for _ in range(6)]
    assert [reply.decision.action for reply in replies] == ["refuse", "escalate", *["refuse"] * 4]
    assert {reply.decision.reasons[0].code for reply in replies[2:]} == {"handed_over"}
    assert replies[2].text in (FRENCH.handed_over, ENGLISH.handed_over)
    assert talk.ask("Comment annuler ma commande ?", as_of=DAY).decision.action == "answer"


def test_what_failed_before_another_question_was_handed_over_is_not_refused_in_the_same_words(
    assistant: Assistant,
) -> None:
    talk = Conversation(assistant)
    assert [talk.ask(text, as_of=DAY).decision.action for text in UNKNOWN[:3]] == ["refuse", "refuse", "escalate"]
    assert talk.ask(UNKNOWN[0], as_of=DAY).decision.reasons[0].code == "handed_over"
    assert talk.ask(UNKNOWN[3], as_of=DAY).decision.reasons[0].code != "handed_over"


def test_what_a_person_has_heard_is_asked_anew(assistant: Assistant) -> None:
    talk = Conversation(assistant)
    for _ in range(2):
        talk.ask(UNKNOWN[0], as_of=DAY)
    talk.add(Turn(role="agent", text="Je vous ai répondu."))
    assert talk.ask(UNKNOWN[0], as_of=DAY).decision.reasons[0].code != "handed_over"


@pytest.mark.parametrize("text", ["ça marche pas ça", "it does not work"])
def test_what_does_not_work_says_nothing_new_to_who_has_just_been_given_the_matter(text: str) -> None:
    asked = Turn(role="customer", text="Je veux parler à un conseiller")
    taken = Turn(role="assistant", text=FRENCH.escalations["asks_person"], action="escalate")
    told = [
        [signal.kind for signal in hear(Question(text=text, language="fr", history=history), SignalSettings())]
        for history in ((), (asked, taken))
    ]
    assert ["repeated_failure" in kinds for kinds in told] == [True, False]
