"""One whole state of the hybrid index: a search reads it from beginning to end, whatever changes meanwhile."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ragcare.errors import UnknownArticle
from ragcare.index.keyword import Fields, KeywordIndex, analyse_query
from ragcare.index.seam import Candidate
from ragcare.index.vector import Ids, VectorIndex, Vectors
from ragcare.schema import Article, Passage, Scope

_SCOPES_KEPT = 64

Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Articles, their passages, and both legs over them; never changed once it stands.

    Passages stand by article id and place, so that the order of past changes leaves no trace.

    Attributes:
        fields: the tokens of each passage; None after loading, for only a change needs them.
        ids: the id of each passage in the vector leg.
        next_id: the first id that was never given.
    """

    articles: Mapping[str, Article]
    passages_in_order: tuple[Passage, ...]
    fields: tuple[Fields, ...] | None
    ids: Ids
    keyword: KeywordIndex
    vector: VectorIndex
    next_id: int
    _rows_by_scope: dict[Scope, Mask] = field(default_factory=dict)

    def article(self, article_id: str) -> Article:
        """The article as indexed.

        Raises:
            UnknownArticle: it is not in the index.
        """
        try:
            return self.articles[article_id]
        except KeyError:
            raise UnknownArticle(f"article {article_id!r} is not in the index") from None

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """The passages of an article, in reading order; none if it is not in the index."""
        everything = self.passages_in_order
        first = bisect_left(everything, article_id, key=lambda passage: passage.article_id)
        last = bisect_right(everything, article_id, key=lambda passage: passage.article_id)
        return everything[first:last]

    def by_keyword(self, text: str, language: str, scope: Scope, k: int) -> list[Candidate]:
        """The best passages of the keyword leg, best first, each sharing a word with the question."""
        found = self.keyword.scores(analyse_query(text, language, self.languages))
        scores = np.where(self.sayable(scope), found, 0)
        rows = np.flatnonzero(scores > 0)
        if len(rows) > k:
            rows = rows[scores[rows] >= np.partition(scores[rows], -k)[-k]]
        return self._best(rows, scores[rows], k)

    def by_vector(self, query: Vectors, scope: Scope, k: int) -> list[Candidate]:
        """The best passages of the vector leg, best first, each with a cosine above 0 to the embedded question."""
        sayable = self.sayable(scope)
        if not sayable.any():
            return []
        ids, scores = self.vector.search(query, k, None if sayable.all() else self.ids[sayable])
        rows = self._rows_by_id[np.searchsorted(self.ids, ids, sorter=self._rows_by_id)]
        return self._best(rows, scores, k)

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages of the passages, whose analysers a query goes through."""
        return frozenset(passage.language for passage in self.passages_in_order)

    def sayable(self, scope: Scope) -> Mask:
        """Which passages may be said in that scope: what both legs are filtered by before they choose."""
        mask = self._rows_by_scope.get(scope)
        if mask is None:
            said = {key: article.may_be_said(scope) for key, article in self.articles.items()}
            mask = np.array([said[passage.article_id] for passage in self.passages_in_order], np.bool_)
            if len(self._rows_by_scope) >= _SCOPES_KEPT:  # another reader may be clearing it too: only `mask` is ours
                self._rows_by_scope.clear()
            self._rows_by_scope[scope] = mask
        return mask

    @cached_property
    def _rows_by_id(self) -> Rows:
        """The rows in the order of their ids, which is that of past changes: it finds the row of an id."""
        return np.argsort(self.ids)

    def _best(self, rows: Rows, scores: Vectors, k: int) -> list[Candidate]:
        """Best first; equal scores stand in the order of the passages, whatever the history of the index."""
        order = np.lexsort((rows, -scores))[:k]
        return [Candidate(self.passages_in_order[rows[at]], float(scores[at])) for at in order]
