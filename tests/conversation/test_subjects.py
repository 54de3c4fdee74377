"""A follow-up that names another subject: asked of that one, where it is surer."""

from __future__ import annotations

import pytest

from ragcare.answering.evidence import Selection
from ragcare.assistant import Assistant, understand
from ragcare.conversation.subjects import other_readings
from ragcare.conversation.talk import Conversation
from ragcare.deciding.confidence import Estimate
from ragcare.index.hybrid import HybridIndex
from ragcare.schema import Question, Retrieved, Source, Turn
from ragcare.testing import DAY, validated

ARTICLES = [
    validated(
        "fr-forfait",
        "La résiliation se fait dans l'application. Elle prend effet sous 10 jours. Les frais sont de 5 €.",
        title="Résilier mon forfait mobile",
        language="fr",
    ),
    validated(
        "fr-box",
        "La résiliation se demande par courrier. Rendez le matériel en point relais.",
        title="Résilier mon abonnement et rendre la box",
        language="fr",
    ),
    validated("fr-frais", "La grille complète.", title="Frais et services", language="fr"),
    validated("en-sim", "Slide the card in.", title="Activate my new SIM card", language="en"),
    validated(
        "en-esim", "Scan the code.", title="Install a profile", questions=["How do I get an eSIM?"], language="en"
    ),
]
FORFAIT = "Comment résilier mon forfait mobile ?"


class Says:
    """Is as sure of each first article as it is told."""

    def __init__(self, **probabilities: float) -> None:
        self.probabilities = probabilities

    def estimate(self, retrieved: Retrieved, selection: Selection | None) -> Estimate:  # noqa: ARG002 (the protocol has it)
        first = retrieved.hits[0].passage.article_id.replace("-", "_")
        return Estimate(probability=self.probabilities.get(first, 0.1), features={}, fitted_under="any")


@pytest.fixture(scope="module")
def index() -> HybridIndex:
    return HybridIndex.build(ARTICLES, embedder="hash")


def others(index: HybridIndex, before: str, now: str) -> tuple[Question, ...]:
    cited = (Source(article_id="fr-forfait" if before == FORFAIT else "en-sim", title="The first"),)
    said = Turn(role="assistant", text="Voici.", action="answer", cited=cited)
    history = (Turn(role="customer", text=before), said)
    return other_readings(Assistant(index).search(understand(Question(text=now, history=history, as_of=DAY))))


@pytest.mark.parametrize(
    ("before", "now", "meant"),
    [
        (FORFAIT, "et pour la box ?", "Comment résilier la box ?"),
        (FORFAIT, "ok merci, et la box ?", "Comment résilier la box ?"),
        ("How do I activate my SIM card?", "what about an eSIM?", "How do I activate an eSIM ?"),
    ],
)
def test_what_is_named_takes_the_place_of_the_subject_before(
    index: HybridIndex, before: str, now: str, meant: str
) -> None:
    (found,) = others(index, before, now)
    assert found.sought == found.point == meant


@pytest.mark.parametrize(
    "now",
    [
        "et les frais ?",  # of which the article speaks, whatever another is called
        "et pour les professionnels ?",  # which names no article
        "et comment je la rends ?",  # the pronoun stands for the subject before
        "et sous combien de jours ?",
    ],
)
def test_what_may_be_asked_of_the_subject_before_is(index: HybridIndex, now: str) -> None:
    assert others(index, FORFAIT, now) == ()


def test_a_whole_question_other_readings_stands_by_itself(index: HybridIndex) -> None:
    (found,) = others(index, FORFAIT, "Comment résilier et rendre ma box avec mon abonnement ?")
    assert found.standalone is None


def test_a_bare_word_may_stand_by_itself_and_take_the_place_as_well(index: HybridIndex) -> None:
    assert [found.sought for found in others(index, FORFAIT, "box")] == ["Comment résilier box ?", "box"]
    assert [found.sought for found in others(index, FORFAIT, "frais ?")] == ["frais ?"]


def test_the_answer_to_a_question_of_the_assistant_keeps_its_subject(index: HybridIndex) -> None:
    history = (Turn(role="customer", text=FORFAIT), Turn(role="agent", text="Pour un forfait ou une box ?"))
    question = understand(Question(text="box", language="fr", history=history, as_of=DAY))
    assert other_readings(Assistant(index).search(question)) == ()


def test_nothing_found_names_nothing() -> None:
    history = (Turn(role="customer", text=FORFAIT), Turn(role="assistant", text="Voici.", action="answer"))
    question = understand(Question(text="et pour la box ?", language="fr", history=history))
    index = HybridIndex.build(ARTICLES, embedder="hash")
    nothing = Retrieved(question, (), Assistant(index).search(question).library)
    assert other_readings(nothing) == ()


@pytest.mark.parametrize(("of_box", "answered"), [(0.9, "fr-box"), (0.6, "fr-forfait")])
def test_the_surer_way_to_understand_it_is_answered(index: HybridIndex, of_box: float, answered: str) -> None:
    assistant = Assistant(index, confidence=Says(fr_forfait=0.8, fr_box=of_box))
    talk = Conversation(assistant)
    talk.ask(FORFAIT, as_of=DAY)
    reply = talk.ask("et pour la box ?", as_of=DAY)
    assert {citation.article_id for citation in reply.citations} == {answered}
