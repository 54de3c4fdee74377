"""Two models' opinions in one vector: those of each, weighed, one after the other.

The inner product of two such vectors is the weighted mean of what each model has as the cosine (late fusion): an index
keeps one vector of a text as ever. Where one model errs, the other often does not; `docs/design/025-two-embedders.md`
says what that is worth and what it costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragcare.errors import BadInput

if TYPE_CHECKING:
    from ragcare.index.embedders import Embedder, Role
    from ragcare.index.vector import Vectors


class TogetherEmbedder:
    """Several embedders as one.

    Args:
        shares: each embedder with its share of the score, above 0; all shares together are 1.

    Raises:
        BadInput: a share is not above 0, or together they are not 1.
    """

    def __init__(self, *shares: tuple[Embedder, float]) -> None:
        told = [share for _, share in shares]
        if not (min(told, default=0.0) > 0 and abs(sum(told) - 1) <= 1e-6):  # nan is none
            raise BadInput(f"the shares of embedders must each be above 0 and together 1, and are {told}")
        self._shares = shares
        self.name = "+".join(f"{share!r} {embedder.name}" for embedder, share in shares)
        self.dimension = sum(embedder.dimension for embedder, _ in shares)

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """The vectors of all of them side by side, each as long as its share of the score asks: 1 together.

        A text to which one of them gives a row of zeros is told by the others alone.
        """
        import numpy as np

        from ragcare.index.vector import unit

        each = [np.float32(share**0.5) * embedder.embed(texts, role) for embedder, share in self._shares]
        return unit(np.hstack(each))
