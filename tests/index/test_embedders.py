"""Every embedder keeps the one contract; each says clearly why it cannot be had."""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ragcare.errors import BadInput, MissingExtra, ModelUnavailable
from ragcare.index.embedders import Embedder, as_embedder
from ragcare.index.embedders.together import TogetherEmbedder
from ragcare.testing import EmbedderContract, HashEmbedder


class TestHash(EmbedderContract):
    def make(self) -> HashEmbedder:
        return HashEmbedder()

    def test_words_shared_are_all_it_knows(self) -> None:
        one, same, other = self.make().embed(["Le retour gratuit", "gratuit, LE RETOUR !", "abc"], "query")
        assert float(one @ same) == pytest.approx(1)
        assert abs(float(one @ other)) < 0.4


class TestLight(EmbedderContract):
    def make(self) -> Embedder:
        return as_embedder("light")

    def test_knows_meaning_across_languages(self) -> None:
        question, near, far = self.make().embed(
            ["Comment annuler ma commande ?", "How can I cancel my order?", "The lake is deep."], "query"
        )
        assert float(question @ near) > float(question @ far) + 0.2


class TestTogether(EmbedderContract):
    def make(self) -> TogetherEmbedder:
        return TogetherEmbedder((as_embedder("light"), 0.75), (HashEmbedder(), 0.25))

    def test_scores_the_weighted_mean_of_both(self) -> None:
        one, other = "Comment annuler ma commande ?", "Annuler une commande : comment ?"

        def cosine(embedder: Embedder) -> float:
            return float(embedder.embed([one], "query")[0] @ embedder.embed([other], "passage")[0])

        assert cosine(HashEmbedder()) > 0.2
        expected = 0.75 * cosine(as_embedder("light")) + 0.25 * cosine(HashEmbedder())
        assert cosine(self.make()) == pytest.approx(expected, abs=1e-6)
        # e5 embeds a question otherwise than a passage: both together must tell it which is which
        expected = 0.9 * cosine(as_embedder("e5")) + 0.1 * cosine(as_embedder("light"))
        assert cosine(as_embedder("e5+light")) == pytest.approx(expected, abs=1e-5)

    def test_is_named_by_both_and_their_shares(self) -> None:
        assert self.make().name == f"0.75 {as_embedder('light').name}+0.25 {HashEmbedder().name}"

    @pytest.mark.parametrize("shares", [(0.5, 0.6), (1.0, 0.0), (1.5, -0.5), (float("nan"), 0.5)])
    def test_shares_that_are_none_are_refused(self, shares: tuple[float, float]) -> None:
        with pytest.raises(BadInput, match="together 1"):
            TogetherEmbedder((HashEmbedder(), shares[0]), (HashEmbedder(), shares[1]))

    def test_e5_and_light_go_by_one_name(self) -> None:
        both = as_embedder("e5+light")
        assert (both.dimension, both.name) == (
            896, f"0.9 {as_embedder('e5').name}+0.1 {as_embedder('light').name}",
        )  # fmt: skip


class TestE5:
    """One test for the slow one: its shape, its two roles, and what it knows."""

    def test_embeds_a_question_near_its_answer_in_either_language(self) -> None:
        embedder = as_embedder("e5")
        passages = embedder.embed(
            ["You can cancel an order until it is shipped.", "The lake is deep.\0 Really."], "passage"
        )
        (question,) = embedder.embed(["Comment annuler ma commande ?"], "query")
        assert passages.shape == (2, embedder.dimension)
        assert passages.dtype == np.float32
        assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-3)
        assert float(question @ passages[0]) > float(question @ passages[1])
        assert embedder.embed([], "query").shape == (0, embedder.dimension)
        (as_passage,) = embedder.embed(["Comment annuler ma commande ?"], "passage")
        assert not np.allclose(question, as_passage)


# --- sentence-transformers ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two tiny layers over letters, with prompts for both roles, saved as sentence-transformers saves."""
    pytest.importorskip("sentence_transformers", reason="the extra local is not installed")
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, set_seed

    set_seed(0)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789:?'.,"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "query", "passage", *letters, *(f"##{one}" for one in letters)]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    bare = tmp_path_factory.mktemp("bare")
    BertModel(config).save_pretrained(bare)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call, unused-ignore] # without annotations
        tokenizer_object=tokenizer,
        model_max_length=64,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep")},
    ).save_pretrained(bare)
    model = SentenceTransformer(
        modules=[Transformer(str(bare)), Pooling(16)],
        prompts={"query": "query: ", "document": "passage: "},
        device="cpu",
    )
    folder = tmp_path_factory.mktemp("models") / "tiny-bert"
    model.save(str(folder))
    assert (folder / "modules.json").is_file()
    return folder


class TestSentenceTransformers(EmbedderContract):
    @pytest.fixture(autouse=True)
    def _model(self, tiny_model: Path) -> None:
        self.folder = tiny_model

    def make(self) -> Embedder:
        return as_embedder(f"sentence-transformers:{self.folder}")

    def test_is_named_for_its_folder(self) -> None:
        assert self.make().name == "sentence-transformers/tiny-bert"
        assert self.make().dimension == 16

    def test_each_role_has_its_prompt(self) -> None:
        embedder = self.make()
        as_query, as_passage = embedder.embed(["bonjour"], "query"), embedder.embed(["bonjour"], "passage")
        assert not np.allclose(as_query, as_passage, atol=1e-3)
        assert np.allclose(as_query, embedder.embed(["bonjour"], "query"), atol=1e-6)

    @pytest.mark.parametrize("name", ["no/such/folder", "no-such-org/no-such-model"])
    def test_a_model_that_cannot_be_had_is_told_at_once(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        from huggingface_hub import constants

        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)  # it read the variable when it was imported
        began = time.perf_counter()
        with pytest.raises(ModelUnavailable, match=rf"{name}(.|\n)*Mend: "):
            as_embedder(f"sentence-transformers:{name}")
        assert time.perf_counter() - began < 10

    def test_without_a_network_the_hub_is_asked_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import huggingface_hub
        import sentence_transformers

        asked: list[str] = []

        def unreachable(name: str, **_: Any) -> None:
            asked.append(name)
            raise ConnectionError("no network")

        def load(name: str, **options: Any) -> None:
            assert options.get("local_files_only"), "what loads from the hub would try for a minute"
            raise OSError(f"{name} is not in the cache")

        monkeypatch.setattr(huggingface_hub, "model_info", unreachable)
        monkeypatch.setattr(sentence_transformers, "SentenceTransformer", load)
        with pytest.raises(ModelUnavailable, match="no network"):
            as_embedder("sentence-transformers:some-org/some-model")
        assert asked == ["some-org/some-model"]

    def test_a_folder_that_holds_no_model_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "modules.json").write_text("not JSON")
        with pytest.raises(ModelUnavailable, match=r"modules\.json"):
            as_embedder(f"sentence-transformers:{tmp_path}")


def test_a_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtra, match=r'pip install "ragcare\[local\]"'):
        as_embedder("sentence-transformers:any")


# --- llama-index -------------------------------------------------------------------------------------


def llama_embedding() -> Any:
    """A llama-index embedding that is not normalised and embeds queries in a way of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what llama-index and its dependencies warn of at import is not ours
        from llama_index.core.base.embeddings.base import BaseEmbedding

    inner = HashEmbedder(32)

    class Doubled(BaseEmbedding):  # type: ignore[misc, unused-ignore]
        def _get_query_embedding(self, query: str) -> list[float]:
            return [2.0 * x + 0.1 for x in inner.embed([query], "query")[0].tolist()]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return [2.0 * x for x in inner.embed([text], "passage")[0].tolist()]

    return Doubled(model_name="doubled", embed_batch_size=2)


class TestLlamaIndex(EmbedderContract):
    def make(self) -> Embedder:
        return as_embedder(llama_embedding())

    def test_is_named_for_its_model(self) -> None:
        assert self.make().name.startswith("llama-index/")
        assert self.make().name.endswith("/doubled")
        assert self.make().dimension == 32

    def test_queries_and_passages_go_through_their_own_methods(self) -> None:
        embedder = self.make()
        assert not np.allclose(embedder.embed(["bonjour"], "query"), embedder.embed(["bonjour"], "passage"))

    def test_the_mock_of_llama_index_fits(self) -> None:
        from llama_index.core.embeddings import MockEmbedding

        assert as_embedder(MockEmbedding(embed_dim=8)).embed(["a", "b"], "passage").shape == (2, 8)


# --- names -------------------------------------------------------------------------------------------


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r'no embedder "gpt".*"e5", "light"'):
        as_embedder("gpt")


def test_an_embedder_is_taken_as_it_is() -> None:
    embedder = HashEmbedder()
    assert as_embedder(embedder) is embedder
