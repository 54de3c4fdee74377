"""Any llama-index embedding (`BaseEmbedding`), passed as an object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ragcare.index.embedders import Role
    from ragcare.index.vector import Vectors


class LlamaIndexEmbedder:
    """Wraps a llama-index embedding: its query and text embeddings, brought to length 1."""

    def __init__(self, embedding: Any) -> None:
        self._embedding = embedding
        self.name = f"llama-index/{embedding.class_name()}/{embedding.model_name}"
        self.dimension = len(embedding.get_query_embedding("dimension"))

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embeds through the wrapped model."""
        import numpy as np

        from ragcare.index.vector import unit

        if role == "query":
            rows = [self._embedding.get_query_embedding(text) for text in texts]
        else:
            rows = self._embedding.get_text_embedding_batch(list(texts))
        return unit(np.asarray(rows, dtype=np.float32).reshape(len(texts), self.dimension))
