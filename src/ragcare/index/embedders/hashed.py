"""Words hashed into a vector (Weinberger et al. 2009): for tests; exact, instant, and without any meaning."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragcare.index.embedders import Role
    from ragcare.index.vector import Vectors


class HashEmbedder:
    """Each word adds 1 or takes 1 away in one of `dimension` places; texts that share no word are unrelated."""

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension
        self.name = f"hash/{dimension}"

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:  # noqa: ARG002 (hashing has one role)
        """Embeds `texts`; one without words becomes zeros."""
        import numpy as np

        from ragcare.index.vector import unit

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                digest = int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest())
                vectors[row, digest // 2 % self.dimension] += 1.0 if digest % 2 else -1.0
        return unit(vectors)
