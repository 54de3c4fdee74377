"""A reader small enough for tests: two layers of width 32 over the letters."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from training.examples import Example
from training.model import ReaderModel, Shape

LETTERS = " abcdefghijklmnopqrstuvwxyzéè0123456789.,:?€'"
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def tiny_tokenizer() -> Tokenizer:
    """Each letter is a piece, and a few words are."""
    pieces = [*SPECIAL, *LETTERS.replace(" ", "▁"), "▁le", "▁the", "jours", "days"]
    tokenizer = Tokenizer(models.Unigram([(piece, -float(n) / 10) for n, piece in enumerate(pieces)], unk_id=3))
    tokenizer.normalizer = normalizers.Replace(Regex(r"\s+"), " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


def tiny_shape() -> Shape:
    return Shape(tiny_tokenizer().get_vocab_size(), hidden=32, layers=2, heads=4, inner=64, positions=256)


def tiny_model(seed: int = 0) -> ReaderModel:
    torch.manual_seed(seed)
    model = ReaderModel(tiny_shape())
    model.eval()
    return model


def tiny_examples(count: int = 24) -> list[Example]:
    """Some hold the answer, some do not, some are claims."""
    made: list[Example] = []
    for n in range(count):
        told = f"le délai est de {n} jours. il part du colis."
        kind = n % 3
        made.append(
            Example(
                a="combien de jours?" if kind < 2 else f"le délai est de {n} jours.",
                b=told if kind != 1 else "il part du colis.",
                lang="fr",
                relevance=1.0 if kind == 0 else None,
                holds=float(kind == 0) if kind < 2 else None,
                support=1.0 if kind == 2 else None,
                span=(16, 16 + len(f"{n} jours")) if kind == 0 else None,
                source="tiny",
            )
        )
    return made


def tiny_file(folder: Path, *, small: bool = True, seed: int = 0) -> Path:
    """A model file of random weights, as `training` writes one."""
    from training.export import export

    path = folder / "reader.onnx"
    export(tiny_model(seed), tiny_tokenizer(), path, small=small, about={"steps": 0})
    return path
