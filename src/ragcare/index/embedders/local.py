"""Any sentence-transformers model, by local folder or hub name (extra `local`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragcare.errors import MissingExtra
from ragcare.hub import from_here_or_hub, shown

if TYPE_CHECKING:
    from ragcare.index.embedders import Role
    from ragcare.index.vector import Vectors


class SentenceTransformersEmbedder:
    """A sentence-transformers model, its prompts for queries and passages applied where it has them.

    Args:
        model: a folder on this machine, or a name on the Hugging Face hub.
        device: such as "cpu" or "cuda"; the library chooses if None.

    Raises:
        MissingExtra: sentence-transformers is not installed.
        ModelUnavailable: there is no such folder, and the hub has no such model or cannot be reached.
    """

    def __init__(self, model: str | Path, *, device: str | None = None) -> None:
        try:
            import sentence_transformers  # noqa: F401 (tells a missing extra from a missing model)
        except ImportError:
            raise MissingExtra("a sentence-transformers embedder", "local") from None
        self._model = from_here_or_hub(
            "sentence-transformers model",
            str(model),
            partial(_load, str(model), device),
            holds="modules.json, weights, tokenizer",
        )
        self.name = f"sentence-transformers/{shown(model)}"
        # The method that tells it was renamed between versions; the model itself is always right.
        self.dimension = int(self._model.encode(["dimension"], show_progress_bar=False).shape[1])

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embeds with the model's own prompt for that role, if it has one."""
        import numpy as np

        encode = self._model.encode_query if role == "query" else self._model.encode_document
        vectors = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)


def _load(model: str, device: str | None, here: bool) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(model, device=device, local_files_only=here)
