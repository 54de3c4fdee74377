"""What a message tells by its meaning: read whole and by sentence, quoted verbatim, over what rules already know."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ragcare import Assistant
from ragcare.deciding.signals import detect_signals
from ragcare.deciding.signals.lists import LISTS
from ragcare.deciding.signals.meaning import Meanings, pieces
from ragcare.deciding.signals.message import lists_named
from ragcare.index.embedders import as_embedder
from ragcare.index.embedders.e5 import _of_query
from ragcare.schema import EscalationReason
from ragcare.settings import SignalSettings
from ragcare.testing import small_knowledge

BY_RULES = SignalSettings(by_meaning=False)
EMBEDDERS = pytest.mark.parametrize("embedder", ["e5+light", "light"])
TOLD = {
    "account_specific": ["I added 125 but my wallet shows 25", "J'ai ajouté 125 mais mon portefeuille affiche 25"],
    "minor": [
        "A stranger asks my 9 year old for photos in your game",
        "Un inconnu demande des photos à ma fille de 9 ans",
    ],
    "health": ["I am allergic and your cream made my face swell", "Votre crème m'a fait gonfler le visage"],
    "repeated_failure": [
        "I followed all the steps twice and it still fails",
        "J'ai tout refait deux fois, toujours rien",
    ],
    "legal": ["I will take this to the courts", "Je porterai cette affaire devant les tribunaux"],
}
ORDINARY = """
Quelles démarches après un décès ?
Comment changer mon mot de passe ?
Votre conseiller m'a bien aidé hier, où est ma facture ?
Un agent immobilier me demande une attestation, où la trouver ?
Combien coûte un timbre pour l'Espagne ?
What do I have to do after a death?
How do I change my password?
Your adviser was so helpful, where is my invoice?
How much is a stamp to Spain?
""".strip().splitlines()


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in TOLD.items() for text in texts])
def test_what_no_rule_knows_is_told_by_its_meaning(kind: str, text: str) -> None:
    assert kind in {signal.kind for signal in detect_signals(text)}
    assert kind not in {signal.kind for signal in detect_signals(text, how=BY_RULES)}


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_question_tells_nothing(text: str) -> None:
    assert detect_signals(text) == ()


def test_a_word_is_of_its_list_however_it_is_spelt() -> None:
    assert {"WANT", "STAFF"} <= lists_named("jveu 1 consseiller")
    assert {"WANT", "STAFF"} <= lists_named("i wnat an advisr")
    assert lists_named("42 !") == frozenset()


@EMBEDDERS
def test_every_list_that_a_model_weighs_is_there(embedder: str) -> None:
    weighed = {name for kind in Meanings.shipped_for(embedder).kinds.values() for name in kind.words}
    assert weighed
    assert weighed <= LISTS.keys()


def test_one_sentence_of_a_long_story_tells_and_is_the_quote() -> None:
    told = "Ce matin mon portefeuille affiche 25 alors que j'ai ajouté 125."
    story = (
        f"Bonjour à toute l'équipe. Je suis client depuis dix ans et j'habite à Tours. {told} Le temps est superbe ici."
    )
    found = {signal.kind: signal.quote for signal in detect_signals(story)}
    assert found["account_specific"] == told


def test_turns_that_did_not_help_are_a_repeated_failure() -> None:
    surer = [
        next((one.probability for one in detect_signals("ok", failed_turns=n) if one.kind == "repeated_failure"), 0.0)
        for n in range(5)
    ]
    assert surer[0] == 0
    assert surer[1:] == sorted(surer[1:])
    assert surer[1] >= 0.5


def test_a_topic_is_known_by_its_examples() -> None:
    examples = [
        "When is my solar panel inspected?",
        "Quand mes panneaux solaires sont-ils contrôlés ?",
        "Solar inspection date",
    ]
    how = SignalSettings.model_validate({"topics": {"solar": {"examples": examples}}})
    (signal,) = [
        one for one in detect_signals("When will the solar panels be inspected?", how=how) if one.kind == "topic"
    ]
    assert signal.topic == "solar"
    assert not [one for one in detect_signals("How do I change my password?", how=how) if one.kind == "topic"]


def test_a_topic_needs_three_examples() -> None:
    with pytest.raises(ValidationError, match="at least 3 items"):
        SignalSettings.model_validate({"topics": {"solar": {"examples": ["panneaux", "solaire"]}}})


def test_a_kind_keeps_the_action_that_is_left_out() -> None:
    how = SignalSettings.model_validate({"cancellation": {"threshold": 0.9}})
    assert (how.cancellation.action, how.cancellation.threshold) == ("note", 0.9)


@EMBEDDERS
def test_the_models_that_ship_are_of_the_embedder_and_of_every_kind(embedder: str) -> None:
    shipped, over = Meanings.shipped_for(embedder), as_embedder(embedder)
    assert shipped.embedder == over.name
    assert set(shipped.kinds) | {"topic"} == set(get_args(EscalationReason))
    assert all(len(model.weights) == over.dimension for model in shipped.kinds.values())
    assert all(SignalSettings().rule_for(kind).action != "ignore" for kind in shipped.kinds)


def test_a_question_is_embedded_once_for_the_search_and_for_what_it_tells() -> None:
    assistant = Assistant.over(small_knowledge(), embedder="e5")
    _of_query.cache_clear()
    assistant.ask("How long does the refund of a parcel take?")
    assert _of_query.cache_info().misses == 1
    assert _of_query.cache_info().hits >= 1


@given(st.text(alphabet="ab .!?\n", max_size=600))
def test_the_pieces_are_verbatim_and_few(text: str) -> None:
    said = pieces(text)
    assert all(one in text and one.strip() == one != "" for one in said)
    assert len(said) <= 13
    assert len(set(said)) == len(said)
