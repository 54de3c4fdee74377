"""How articles are cut, how passages are found, and where their embeddings are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ragcare.schema import Share
from ragcare.settings.table import Table


class PassageSettings(Table):
    """How articles are cut.

    Attributes:
        words: the length to aim at; 120 is what the retrieval figures of the README were measured with.
    """

    words: Annotated[int, Field(ge=20, le=400)] = 120


class RetrievalSettings(Table):
    """How passages are found.

    Attributes:
        embedder: "e5", "light", "e5+light", "hash" (tests only), or "sentence-transformers:FOLDER-OR-HUB-NAME".
        fusion: "adaptive" weighs the legs anew for each question; "convex" always by `vector_weight`; "rrf" too, and
            keeps only the ranks of what they found.
        vector_weight: the share of the vector leg in the fused score; the keyword leg has the rest. Not with
            "adaptive".
        rrf_k: the constant of reciprocal rank fusion (Cormack et al. 2009 use 60).
        head_weight: of title and known questions in the keyword leg; headings and text have the rest.
        k1: how fast a repeated word stops counting in BM25.
        b: how much BM25 discounts long passages.
        repair: read misspelt words as what they were meant to be, by the words of the index and a dictionary.
        candidates: how many passages each leg brings to the fusion.
        k: how many articles a search returns, each with those of its passages that rank before the next article.
        reranker: "cross-encoder:FOLDER-OR-HUB-NAME", "reader" or "reader:FILE" reads the first passages again with the
            question; none if None.
        rerank_below: it reads only where the first article leads the next one by less than this, in log-odds of the
            fused score; no lead reaches 10.
        reranked: how many passages it reads.
        reranker_weight: the share of the reranker in the log-odds of the score; the fusion has the rest.
    """

    embedder: str = "e5"
    fusion: Literal["adaptive", "convex", "rrf"] = "adaptive"
    vector_weight: Share = 0.65
    rrf_k: Annotated[int, Field(ge=1)] = 60
    head_weight: Share = 0.5
    k1: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.2
    b: Share = 0.75
    repair: bool = True
    candidates: Annotated[int, Field(ge=1)] = 100
    k: Annotated[int, Field(ge=1)] = 10
    reranker: Annotated[str, Field(min_length=1)] | None = None
    rerank_below: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.5
    reranked: Annotated[int, Field(ge=1)] = 5
    reranker_weight: Share = 0.3

    @model_validator(mode="after")
    def _is_heard(self) -> Self:
        if self.fusion == "adaptive" and self.vector_weight != type(self).model_fields["vector_weight"].default:
            raise ValueError(
                'vector_weight counts for nothing with fusion = "adaptive", which weighs each question anew. '
                'Mend: set fusion = "convex" or "rrf" too'
            )
        return self


class CacheSettings(Table):
    """Where embeddings are kept, so that no text is embedded twice; it moves no score.

    Attributes:
        folder: of the cache; ragcare's own in the user's cache folder if None. It holds no text, only digests and
            vectors. In a settings file its path starts at the folder of that file.
        megabytes: how large it may grow before it forgets what was used least recently; 0 turns it off.
    """

    folder: Path | None = None
    megabytes: Annotated[int, Field(ge=0)] = 2000
