"""How alike two words are: one stem, one beginning, or one meaning, across French and English too."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import JaroWinkler

if TYPE_CHECKING:
    import numpy as np

    from ragcare.index.embedders.light import LightEmbedder

_SAME_SPELLING: Final = 0.92  # Jaro–Winkler: "inscription" and "inscrire" are alike, "jour" and "journal" are not
_FAR, _NEAR = 0.45, 0.85
"""Cosines of words alone: "boutique" and "store" .72, "gratuit" and "payant" .58, "facture" and "invoice" .84."""
_LONGEST_WORD: Final = 100  # characters that are embedded: what is longer is no word
_MOST_KEPT: Final = 50_000

_embedding = threading.Lock()
_vectors: dict[str, np.ndarray] = {}


def spelled_alike(one: str, other: str) -> float:
    """1 for one stem, .9 for two of one family, 0 for others."""
    if one == other:
        return 1.0
    if min(len(one), len(other)) < 5 or one[:4] != other[:4]:
        return 0.0
    return 0.9 if JaroWinkler.similarity(one, other) >= _SAME_SPELLING else 0.0


def meant_alike(words: Sequence[str], others: Sequence[str]) -> np.ndarray:
    """How near the meanings are, 0..1, of shape (len(words), len(others)); loads the packaged `light` embedder."""
    import numpy as np

    cosines = vectors([one[:_LONGEST_WORD] for one in words]) @ vectors([one[:_LONGEST_WORD] for one in others]).T
    return np.asarray(np.clip((cosines - _FAR) / (_NEAR - _FAR), 0.0, 1.0) * 0.9)


def vectors(texts: Sequence[str]) -> np.ndarray:
    """Unit vectors of words or sentences, float32 of shape (len(texts), 512); each text is embedded once."""
    import numpy as np

    if not texts:
        return np.empty((0, 512), dtype=np.float32)
    kept = {text: _vectors[text] for text in set(texts) if text in _vectors}
    new = [text for text in dict.fromkeys(texts) if text not in kept]
    if new:
        kept |= dict(zip(new, _embedder().embed(new, "passage"), strict=True))
        _keep(kept.items())
    return np.stack([kept[text] for text in texts])


def _keep(found: Iterable[tuple[str, np.ndarray]]) -> None:
    with _embedding:
        if len(_vectors) > _MOST_KEPT:
            _vectors.clear()
        _vectors.update(found)


@cache
def _embedder() -> LightEmbedder:
    from ragcare.index.embedders.light import LightEmbedder

    return LightEmbedder()
