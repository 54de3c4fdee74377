"""The path of transformers, with a model of two tiny layers that the test makes: it stammers, and is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.answering.generative.evidence import FRENCH, asked, selection_of

from ragcare.answering.generative import LLMWriter
from ragcare.answering.generative.models import load_llm
from ragcare.answering.writers import Draft
from ragcare.errors import ModelUnavailable
from ragcare.settings import WritingSettings

transformers = pytest.importorskip("transformers", reason="the extra local is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random GPT-2 with a tokenizer of letters, saved as anybody's model is."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    path = tmp_path_factory.mktemp("tiny")
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(["<end>", *letters])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>").save_pretrained(path)
    torch.manual_seed(7)
    config = transformers.GPT2Config(
        vocab_size=len(vocabulary), n_positions=8192, n_embd=8, n_layer=2, n_head=2, eos_token_id=None, bos_token_id=0
    )
    transformers.GPT2LMHeadModel(config).save_pretrained(path)
    return path


def test_a_model_in_a_folder_is_asked_and_not_believed(folder: Path) -> None:
    writer = LLMWriter(f"transformers:{folder}", WritingSettings(tokens=16, seconds=300, on_failure="refuse"))
    replies: list[Any] = []
    ask = writer._model.ask
    writer._model.ask = lambda *given: replies.append(ask(*given)) or replies[-1]  # type: ignore[method-assign, func-returns-value]
    assert writer.write(asked(), selection_of(FRENCH)) == Draft((), "fr")
    assert [one.whole for one in replies] == [False, False]  # it had no more tokens, and it said so
    assert all(one.text for one in replies)


def test_what_is_streamed_is_what_is_completed(folder: Path) -> None:
    llm = load_llm(f"transformers:{folder}", WritingSettings(tokens=16))
    whole = llm.complete("Bonjour")
    assert whole.text
    assert "".join(one.delta for one in llm.stream_complete("Bonjour")) == whole.text
    assert whole.raw == {"done_reason": "length"}


def test_a_prompt_without_room_for_a_reply_is_a_failure(folder: Path) -> None:
    llm = load_llm(f"transformers:{folder}", WritingSettings(tokens=8192))
    with pytest.raises(ModelUnavailable, match="has room for 8192 tokens"):
        llm.complete("Bonjour")


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"Mend: give the path of a folder"):
        load_llm(f"transformers:{tmp_path}")
