"""`NliCheck`: a tiny cross-encoder that the test builds, its labels, and what is said where there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ragcare.answering.grounding import NliCheck, check_grounding
from ragcare.answering.grounding.entailment import entailment_label
from ragcare.errors import BadInput, MissingExtra, ModelUnavailable

PAIRS = [("Le retour est gratuit.", "Le retour est gratuit."), ("a return is free " * 40, "it is not")]


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one tiny layer over letters, with three labels in an order of its own."""
    pytest.importorskip("transformers", reason="the extra local is not installed")
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, set_seed

    set_seed(0)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{one}" for one in letters)]
    tokenizer = Tokenizer(models.WordPiece({piece: at for at, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    folder = tmp_path_factory.mktemp("models") / "tiny-nli"
    BertForSequenceClassification(
        BertConfig(
            vocab_size=len(pieces),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=64,
            id2label={0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"},
            label2id={"CONTRADICTION": 0, "NEUTRAL": 1, "ENTAILMENT": 2},
        )
    ).save_pretrained(folder)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call, unused-ignore] # without annotations
        tokenizer_object=tokenizer,
        model_max_length=64,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep")},
    ).save_pretrained(folder)
    return folder


def test_it_gives_the_probability_of_the_label_of_entailment(tiny_model: Path) -> None:
    by_label = [NliCheck(tiny_model, label=one).probabilities(PAIRS) for one in ("contradiction", "neutral")]
    told = NliCheck(tiny_model).probabilities(PAIRS)
    assert [sum(row) for row in zip(told, *by_label, strict=True)] == pytest.approx([1, 1])
    assert NliCheck(tiny_model, batch=1).probabilities(PAIRS) == pytest.approx(told, abs=1e-5)
    assert NliCheck(tiny_model).probabilities([]) == []
    assert NliCheck(tiny_model).name == "nli/tiny-nli"


def test_it_is_a_second_opinion(tiny_model: Path) -> None:
    said, evidence = "Le magasin ouvre à 9 h.", ["La boutique ouvre à 9 h."]
    model = NliCheck(tiny_model)
    alone = check_grounding(said, evidence)[0].score
    (other,) = model.probabilities([(evidence[0], said)])
    assert check_grounding(said, evidence, entailment=model)[0].score == pytest.approx((alone + other) / 2)


@pytest.mark.parametrize(
    ("labels", "at"),
    [
        ({0: "entailment", 1: "neutral", 2: "contradiction"}, 0),
        ({0: "not_entailment", 1: "entailment"}, 1),
        ({"0": "REFUTES", "1": "SUPPORTS"}, 1),
        ({0: "LABEL_0"}, 0),
    ],
)
def test_the_label_is_read_from_the_configuration(labels: dict[object, str], at: int) -> None:
    assert entailment_label(labels) == at


def test_a_model_without_such_a_label_is_refused_with_its_labels() -> None:
    with pytest.raises(BadInput, match="LABEL_0, LABEL_1"):
        entailment_label({0: "LABEL_0", 1: "LABEL_1"})
    assert entailment_label({0: "LABEL_0", 1: "LABEL_1"}, "LABEL_1") == 1


@pytest.mark.usefixtures("tiny_model")  # skipped where the extra is not installed
def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="Mend: give the path of a folder"):
        NliCheck(tmp_path)


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match="local"):
        NliCheck("anything")
