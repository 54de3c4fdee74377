"""Vectors taken back from index folders of any format, so that a change of format embeds nothing again."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from ragcare.errors import BadInput, IndexCorrupt, IndexMismatch
from ragcare.index.embedders import Embedder, as_embedder
from ragcare.index.embedding_cache import EmbeddingCache, alike
from ragcare.index.generations import current_generation
from ragcare.index.senses import embedded_of, senses_of
from ragcare.index.vector import VectorIndex, Vectors
from ragcare.schema import Passage
from ragcare.settings import Settings

_BATCH = 1_000
_PASSAGE = TypeAdapter(Passage)
_PROVEN = 3


def salvage(folder: Path | str, cache: EmbeddingCache | None = None, embedder: Embedder | None = None) -> int:
    """Puts the vectors of the index in a folder into the cache, and says how many they are.

    What passages and vectors are has been the same in every format so far; before format 3 each passage had one vector
    and no other. A few passages are embedded again, to prove that the embedder is the one that made the index.

    Args:
        folder: the folder of an index, as `HybridIndex.save` wrote it in this version or an earlier one.
        cache: where to; that of the settings if None.
        embedder: the one that made the index; the one that it names if None.

    Raises:
        IndexMissing: there is no index.
        IndexCorrupt: it cannot be read.
        IndexMismatch: the embedder gives other vectors than those of the index.
        BadInput: no cache was given, and the settings turn it off.
    """
    cache = cache if cache is not None else EmbeddingCache.of(Settings.load().cache)
    if cache is None:
        raise BadInput("the settings turn the embedding cache off. Mend: cache.megabytes above 0, or give a cache")
    home, manifest = current_generation(Path(folder), any_format=True)
    embedded = _content(home)
    if not embedded:
        return 0
    texts, vectors = list(embedded), np.array(list(embedded.values()))
    embedder = embedder if embedder is not None else as_embedder(manifest["settings"]["retrieval"]["embedder"])
    if embedder.name != manifest["embedder"] or not _proven(embedder, texts[:_PROVEN], vectors[:_PROVEN]):
        raise IndexMismatch(
            f"{home} was embedded by another {manifest['embedder']} than this {embedder.name}. "
            "Mend: give the embedder that made it"
        )
    for start in range(0, len(texts), _BATCH):
        cache.put(embedder, texts[start : start + _BATCH], vectors[start : start + _BATCH], "passage")
    return len(texts)


def _proven(embedder: Embedder, texts: list[str], vectors: Vectors) -> bool:
    return alike(embedder.embed(texts, "passage"), vectors)


def _content(home: Path) -> dict[str, Vectors]:
    """What was embedded, and the vectors."""
    try:
        lines = (home / "passages.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
        senses = [senses_of(_PASSAGE.validate_json(line)) for line in lines]
        ids: Any = np.load(home / "ids.npy", allow_pickle=False)
        vectors = VectorIndex.load(home / "vectors.faiss").vectors(ids)
        if len(vectors) == len(senses):
            senses = [some[:1] for some in senses]
        return embedded_of(list(chain.from_iterable(senses)), vectors)
    except (OSError, ValueError, IndexError, RuntimeError) as error:  # RuntimeError is what FAISS raises
        raise IndexCorrupt(f"{home} cannot be read: {error}. Mend: build the index again") from error
