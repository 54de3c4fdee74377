"""The reader at run time, on a model of random weights: what it does with texts, not how well it reads."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.training.tiny import tiny_file

from ragcare.answering.grounding import as_entailment, check_grounding
from ragcare.answering.reading import reader_for
from ragcare.answering.reading.cross_reader import CrossReader
from ragcare.answering.reading.feature_reader import FeatureReader
from ragcare.assistant import Assistant
from ragcare.errors import BadInput, MissingExtra, ModelUnavailable
from ragcare.reader import CrossEncoder, Read, named
from ragcare.reader.windows import Encoded, batches, rows, windows
from ragcare.retrieval.rerank import RERANKER, as_reranker
from ragcare.schema import Passage, Question
from ragcare.settings import AnsweringSettings, RetrievalSettings, Settings
from ragcare.testing import DAY, small_knowledge

PASSAGES = ["le délai est de 14 jours. il part du colis.", "", "the fee is 12 €. " * 30, "le colis."]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_file(tmp_path_factory.mktemp("model"), small=False)


@pytest.fixture(scope="module")
def reader(model: Path) -> CrossEncoder:
    return CrossEncoder.open(model.parent, threads=1, longest=64)


def test_a_passage_is_read_the_same_alone_and_among_others(reader: CrossEncoder) -> None:
    together = reader.read("combien de jours?", PASSAGES)
    for passage, said in zip(PASSAGES, together, strict=True):
        (alone,) = reader.read("combien de jours?", [passage])
        assert alone.span == said.span
        assert (alone.relevance, alone.holds) == pytest.approx((said.relevance, said.holds), abs=1e-4)
    assert reader.scores("combien de jours?", PASSAGES) == pytest.approx(
        [said.relevance for said in together], abs=1e-4
    )


def test_a_span_lies_in_its_passage_and_an_empty_passage_has_none(reader: CrossEncoder) -> None:
    for passage, said in zip(PASSAGES, reader.read("combien?", PASSAGES), strict=True):
        if not passage:
            assert said.span is None
        else:
            assert said.span is not None
            start, end = said.span
            assert 0 <= start <= end <= len(passage)
            assert passage[start:end] == passage[start:end].strip()


def test_support_is_a_share_and_batches_agree_with_single_calls(reader: CrossEncoder) -> None:
    pairs = [(passage, "le délai est de 14 jours.") for passage in PASSAGES]
    together = reader.probabilities(pairs)
    assert all(0 < one < 1 for one in together)
    assert together == pytest.approx([reader.supports(said, told) for told, said in pairs], abs=1e-4)


def test_nothing_to_read_is_no_error(reader: CrossEncoder) -> None:
    assert reader.read("combien?", []) == []
    assert reader.probabilities([]) == []
    assert len(reader.scores("", [""])) == 1


def test_windows_cover_a_long_passage_and_overlap() -> None:
    passage = Encoded(range(10, 110), [(n, n + 1) for n in range(100)])
    cut = list(windows(0, Encoded([5, 6], [(0, 1), (1, 2)]), passage, 30))
    assert all(len(window.pieces) <= 30 for window in cut)
    assert sorted({place for window in cut for place in window.offsets}) == list(passage.offsets)
    assert all(after.offsets[0] < before.offsets[-1] for before, after in itertools.pairwise(cut))
    assert all(window.pieces[window.first] == 10 + window.offsets[0][0] for window in cut)


def test_a_long_question_leaves_half_of_the_window_to_the_passage() -> None:
    long = Encoded(range(10, 510), [(n, n + 1) for n in range(500)])
    assert all(len(window.offsets) == 30 for window in list(windows(0, long, long, 64))[:-1])


def test_batches_keep_to_their_size_and_lose_nothing() -> None:
    cut = [
        window
        for number, length in enumerate([3, 50, 7, 7, 90, 1])
        for window in windows(
            number, Encoded([5], [(0, 1)]), Encoded(range(length), [(n, n + 1) for n in range(length)]), 200
        )
    ]
    made = list(batches(cut, 60))
    assert sorted(window.pair for one in made for window in one) == list(range(6))
    assert all(rows(one).pieces.size <= 60 or len(one) == 1 for one in made)


def test_no_model_says_where_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelUnavailable, match=r"pip install \./training/wheel"):
        CrossEncoder.open(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ModelUnavailable, match="no reader's model is installed"):
        CrossEncoder.open()


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    path = tiny_file(tmp_path)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ModelUnavailable, match="damaged"):
        CrossEncoder.open(path)


def test_what_is_no_reader_is_refused(tmp_path: Path) -> None:
    import onnx

    path = tiny_file(tmp_path)
    told = onnx.load(str(path))
    onnx.helper.set_model_props(told, {"format": "another/1"})
    other = tmp_path / "other.onnx"
    onnx.save(told, str(other))
    with pytest.raises(ModelUnavailable, match=r"another/1.*\n.*export it anew"):
        CrossEncoder.open(other)
    other.write_text("no model")
    with pytest.raises(ModelUnavailable, match="no model that onnxruntime can read"):
        CrossEncoder.open(other)


def test_a_missing_extra_is_named(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtra, match=r"ragcare\[reader\]"):
        CrossEncoder.open(model)


def test_what_its_maker_says_is_kept(reader: CrossEncoder) -> None:
    assert reader.about == {"steps": 0}


def test_by_its_name_it_is_opened_once(model: Path) -> None:
    name = f"reader:{model}"
    assert named(name) is named(name)
    assert named("cross-encoder:x") is None
    assert named("reader:") is None
    with pytest.raises(ModelUnavailable, match="Mend"):
        named(f"reader:{model.parent / 'nothing'}")


def test_it_reranks_reads_and_checks_by_its_name(model: Path) -> None:
    name = f"reader:{model}"
    settings = Settings(
        retrieval=RetrievalSettings(embedder="hash", reranker=name, rerank_below=10),
        answering=AnsweringSettings(reader=name),
    )
    plain = Settings(retrieval=RetrievalSettings(embedder="hash"))
    asked = "Quel délai pour annuler ou retourner ma commande ?"
    reply = Assistant.over(small_knowledge(), settings=settings).ask(asked, as_of=DAY)
    assert len(reply.trace.hits) > 1
    assert all(RERANKER in hit.legs for hit in reply.trace.hits[:5])
    without = Assistant.over(small_knowledge(), settings=plain).ask(asked, as_of=DAY)
    assert reply.trace.features["holds"] != without.trace.features["holds"]
    assert reply.trace.fingerprint != without.trace.fingerprint
    assert settings.fingerprint() != settings.model_copy(update={"answering": AnsweringSettings()}).fingerprint()
    (verdict,) = check_grounding("Le colis part lundi.", ["Le colis part mardi."], entailment=as_entailment(name))
    assert not verdict.supported


def test_where_no_reader_has_that_name_it_is_said() -> None:
    with pytest.raises(BadInput, match='there is no reader "readr"'):
        reader_for("readr")
    with pytest.raises(BadInput, match='there is no reranker "readr"'):
        as_reranker("readr")


class Sure:
    """A cross-encoder that finds the fact in its first words, as surely as it is told."""

    def __init__(self, holds: float, margin: float) -> None:
        self.said = Read(0.5, holds, (0, 2), margin)

    def read(self, question: str, passages: Sequence[str]) -> list[Read]:  # noqa: ARG002
        return [self.said for _ in passages]


def test_both_readers_have_their_say_and_the_sure_one_points() -> None:
    asked = Question(text="Combien de jours ?", language="fr")
    passages = [Passage("a#1", "a", 1, "", (), (), "le délai est de 14 jours.", 0, 25, "fr")]
    (alone,) = FeatureReader().read(asked, passages)
    (up,) = CrossReader(Sure(0.999, 4.0), FeatureReader()).read(asked, passages)  # type: ignore[arg-type]  # a stand-in
    (down,) = CrossReader(Sure(0.001, -4.0), FeatureReader()).read(asked, passages)  # type: ignore[arg-type]  # likewise
    assert down.holds < alone.holds < up.holds
    assert (up.span, down.span) == ((0, 2), alone.span)
    assert up.worth == down.worth == alone.worth
