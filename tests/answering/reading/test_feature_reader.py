from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcare.answering.reading.feature_reader import FeatureReader
from ragcare.answering.reading.model import Model
from ragcare.language.sentences import sentence_spans
from ragcare.schema import Passage, Question, composed

DELIVERY = (
    "Standard delivery costs 4.90 euros and takes 3 to 5 working days. Parcels are delivered by Relais Colis from "
    "Monday to Saturday. Orders over 60 euros are delivered free of charge. You can follow your parcel online."
)
LIVRAISON = (
    "La livraison standard coûte 4,90 € et prend 3 à 5 jours ouvrés. Les colis sont livrés par Relais Colis du lundi "
    "au samedi. La livraison est offerte dès 60 € d'achat. Vous pouvez suivre votre colis en ligne."
)


def read(question: str, passage: Passage) -> tuple[str, float, str]:
    """The short answer, `holds`, and the best unit."""
    (reading,) = FeatureReader().read(Question(text=question, language=passage.language), [passage])
    assert reading.span is not None
    units = sentence_spans(passage.text, passage.language)
    best = units[max(range(len(units)), key=lambda at: reading.worth[at])]
    return passage.text[slice(*reading.span)], reading.holds, passage.text[best.start : best.end]


@pytest.mark.parametrize(
    ("question", "text", "language", "within"),
    [
        ("How much does standard delivery cost?", DELIVERY, "en", "4.90 euros"),
        ("How long does standard delivery take?", DELIVERY, "en", "3 to 5 working days"),
        ("Who delivers the parcels?", DELIVERY, "en", "Relais Colis"),
        ("Combien coûte la livraison standard ?", LIVRAISON, "fr", "4,90 €"),
        ("Combien de temps prend la livraison standard ?", LIVRAISON, "fr", "3 à 5 jours ouvrés"),
        ("Qui livre les colis ?", LIVRAISON, "fr", "Relais Colis"),
    ],
)
def test_the_asked_fact_is_found(
    question: str, text: str, language: str, within: str, passage: Callable[..., Passage]
) -> None:
    said, _, unit = read(question, passage(text, language))
    assert said in within or within in said
    assert within in unit


@pytest.mark.parametrize(
    ("question", "text", "language", "fact"),
    [
        ("How much does standard delivery cost?", DELIVERY, "en", "costs 4.90 euros and "),
        ("Combien coûte la livraison standard ?", LIVRAISON, "fr", "coûte 4,90 € et "),
    ],
)
def test_without_the_fact_it_holds_less(
    question: str, text: str, language: str, fact: str, passage: Callable[..., Passage]
) -> None:
    with_fact = read(question, passage(text, language))[1]
    without = read(question, passage(text.replace(fact, ""), language))[1]
    assert without < with_fact


@pytest.mark.parametrize(("text", "language"), [(DELIVERY, "en"), (LIVRAISON, "fr")])
def test_of_another_subject_it_holds_less(text: str, language: str, passage: Callable[..., Passage]) -> None:
    near, far = {
        "en": ("How long does standard delivery take?", "How long did the siege of Vienna last?"),
        "fr": ("Combien de temps prend la livraison standard ?", "Combien de temps dura le siège de Vienne ?"),
    }[language]
    assert read(far, passage(text, language))[1] < read(near, passage(text, language))[1]


def test_passages_are_read_one_by_one(passage: Callable[..., Passage]) -> None:
    both = [passage(DELIVERY), passage("Our shops open at nine.")]
    question = Question(text="How long does standard delivery take?", language="en")
    reader = FeatureReader()
    assert reader.read(question, both) == [*reader.read(question, both[:1]), *reader.read(question, both[1:])]


def test_marks_alone_hold_nothing(passage: Callable[..., Passage]) -> None:
    (reading,) = FeatureReader().read(Question(text="How much?", language="en"), [passage("   * \u200b")])
    assert 0 <= reading.holds <= 1


def test_weights_are_the_same_after_writing(tmp_path: Path, passage: Callable[..., Passage]) -> None:

    Model.shipped().write(tmp_path / "weights.json")
    again = Model.of(json.loads((tmp_path / "weights.json").read_text(encoding="utf-8")))
    question = Question(text="How long does standard delivery take?", language="en")
    assert FeatureReader(again).read(question, [passage(DELIVERY)]) == FeatureReader().read(
        question, [passage(DELIVERY)]
    )


@settings(max_examples=60)
@given(
    st.text(min_size=1, max_size=80).filter(lambda text: composed(text).strip()),
    st.text(min_size=1, max_size=300).filter(str.strip),
    st.sampled_from(["fr", "en", "und"]),
    st.sampled_from(["fr", "en", "und"]),
)
def test_anything_can_be_read(asked: str, text: str, language: str, other: str) -> None:
    passage = Passage("p", "a", 1, "", (), (), text, 0, len(text), language)
    try:
        question = Question(text=asked, language=other)
    except ValueError:  # what pydantic takes for blank
        return
    (reading,) = FeatureReader().read(question, [passage])
    assert len(reading.worth) == len(sentence_spans(text, language) or [0])
    assert all(0 <= one <= 1 for one in (*reading.worth, reading.holds))
    assert reading.span is None or text[slice(*reading.span)]
