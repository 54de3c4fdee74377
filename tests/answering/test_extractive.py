"""The extractive writer: the evidence word for word, laid out as it stood."""

from __future__ import annotations

import pytest

from ragcare.answering.evidence import Selection
from ragcare.answering.extractive import ExtractiveWriter
from ragcare.answering.writers import Draft
from ragcare.knowledge.passages import split
from ragcare.language.sentences import sentence_spans
from ragcare.schema import Answer, Evidence, Question
from ragcare.testing import validated


def write(body: str, language: str = "fr", words: int = 120) -> Draft:
    """What the writer makes of a whole article."""
    passages = split(validated("a", body, language=language), words=words)
    evidence = tuple(
        Evidence.cut(passage, start, end)
        for passage in passages
        for start, end in sentence_spans(passage.text, passage.language)
    )
    return ExtractiveWriter().write(Question(text="?"), Selection(evidence, passages, language))


def text(draft: Draft) -> str:
    return Answer(sentences=draft.sentences, language=draft.language).text


@pytest.mark.parametrize(
    "body",
    [
        "Le retour est gratuit. Il prend 5 jours.",
        "Le retour est gratuit.\n\nIl prend 5 jours.",
        "Pour retourner un colis :\n\n1. Imprimez l'étiquette.\n2. Collez-la.\n3. Déposez le colis.",
        "Il faut :\n\na) une enveloppe ;\nb) un timbre.",
        "A return is free:\n- from a shop;\n- from home. It takes longer.",
        "| Pays | Prix |\n|---|---|\n| Suisse | 9 € |",
    ],
)
def test_what_is_written_reads_as_the_article_does(body: str) -> None:
    said = text(write(body))
    assert said.split() == body.split()
    assert [line for line in said.splitlines() if line] == [line for line in body.splitlines() if line]


def test_each_sentence_stands_on_its_own_quote() -> None:
    draft = write("Le retour est gratuit. Il prend\n5 jours.\n\n- Un point relais\n- Un bureau de poste")
    assert [len(sentence.evidence) for sentence in draft.sentences] == [1, 1, 1, 1]
    for sentence in draft.sentences:
        assert " ".join(sentence.text.split()) == " ".join(sentence.evidence[0].quote.split())
    assert draft.language == "fr"


def test_a_wrapped_paragraph_is_one_line() -> None:
    assert text(write("Le retour d'un article est gratuit\nen point relais et coûte 4 € à domicile.")) == (
        "Le retour d'un article est gratuit en point relais et coûte 4 € à domicile."
    )


@pytest.mark.parametrize("gap", [" ", "  ", "\n", "\r\n", " \n"])
def test_sentences_of_one_paragraph_stay_in_it(gap: str) -> None:
    """Two spaces after a full stop, or the line ends of Windows, are no new paragraph."""
    draft = write(f"The parcel that you sent back is free of charge.{gap}It takes five days to come to us.", "en")
    assert [sentence.starts for sentence in draft.sentences][1:] == ["inline"]


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \n"])
def test_paragraphs_stay_apart(gap: str) -> None:
    draft = write(f"The parcel that you sent back is free of charge.{gap}It takes five days to come to us.", "en")
    assert [sentence.starts for sentence in draft.sentences] == ["paragraph", "paragraph"]


def test_what_stood_apart_is_not_run_together() -> None:
    passages = split(validated("a", "Le retour est gratuit. Il prend 5 jours. Gardez la preuve.", language="fr"))
    first, _, last = sentence_spans(passages[0].text, "fr")
    evidence = tuple(Evidence.cut(passages[0], *span) for span in (first, last))
    draft = ExtractiveWriter().write(Question(text="?"), Selection(evidence, passages, "fr"))
    assert text(draft) == "Le retour est gratuit.\n\nGardez la preuve."
