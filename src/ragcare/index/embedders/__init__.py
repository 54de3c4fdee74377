"""Embedders: text in, unit vectors out; each model in the file that is named for it.

| name | model | file |
|---|---|---|
| `e5` | multilingual-e5-small at 4 bits, packaged, the default | `e5/` |
| `light` | Universal Sentence Encoder multilingual, packaged, several times as fast | `light.py` |
| `e5+light` | both: for knowledge bases in two languages | `together.py` |
| `sentence-transformers:WHERE` | any such model, by local folder or hub name | `local.py` |
| any llama-index embedding, passed as an object | | `llama.py` |
| `hash` | words hashed into a vector: for tests, it knows no meaning | `hashed.py` |
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from ragcare.errors import BadInput

if TYPE_CHECKING:
    from ragcare.index.vector import Vectors

Role = Literal["query", "passage"]
"""Asymmetric models embed a question and what may answer it each in its own way."""

PACKAGED = ("e5", "light", "e5+light", "hash")
"""The names of those that need no other file."""

_SENTENCE_TRANSFORMERS = "sentence-transformers:"
_E5_AND_LIGHT = (("e5", 0.9), ("light", 0.1))
"""The cosines of light lie five times as far apart as those of e5, so that both weigh about alike."""


@runtime_checkable
class Embedder(Protocol):
    """Text in, unit vectors out.

    Attributes:
        name: the model and its version: an index names the embedder that made it, and opens with no other.
        dimension: of the vectors.
    """

    name: str
    dimension: int

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embeds `texts`: float32 of shape (len(texts), dimension), each row of length 1.

        A text without content may give a row of zeros, which is near nothing.
        """
        ...


def as_embedder(embedder: str | Embedder | Any) -> Embedder:
    """The embedder of that name, or the object itself, a llama-index embedding being wrapped.

    Raises:
        BadInput: no embedder has that name, or the object cannot embed.
        MissingExtra: the embedder needs an extra that is not installed.
        ModelUnavailable: its model is neither on this machine nor to be fetched.
    """
    if isinstance(embedder, str):
        return _named(embedder)
    if isinstance(embedder, Embedder):
        return embedder
    if hasattr(embedder, "get_text_embedding_batch"):
        from ragcare.index.embedders.llama import LlamaIndexEmbedder

        return LlamaIndexEmbedder(embedder)
    raise BadInput(f"{embedder!r} is no embedder: give a name, an Embedder or a llama-index embedding")


def _named(name: str) -> Embedder:
    if name == "e5":
        from ragcare.index.embedders.e5 import E5Embedder

        return E5Embedder()
    if name == "light":
        from ragcare.index.embedders.light import LightEmbedder

        return LightEmbedder()
    if name == "e5+light":
        from ragcare.index.embedders.together import TogetherEmbedder

        return TogetherEmbedder(*((_named(one), share) for one, share in _E5_AND_LIGHT))
    if name == "hash":
        from ragcare.index.embedders.hashed import HashEmbedder

        return HashEmbedder()
    if name.startswith(_SENTENCE_TRANSFORMERS):
        from ragcare.index.embedders.local import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder(name.removeprefix(_SENTENCE_TRANSFORMERS))
    raise BadInput(
        f'there is no embedder "{name}". Mend: {", ".join(map(json.dumps, PACKAGED))} or '
        f'"{_SENTENCE_TRANSFORMERS}FOLDER-OR-HUB-NAME"'
    )
