"""The search: a question in, hits out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ragcare.index.seam import Index
from ragcare.retrieval.fusion import fuse
from ragcare.retrieval.rerank import Reranker, as_reranker, reranked
from ragcare.schema import Hit, Library, Question, Retrieved, Scope
from ragcare.settings import RetrievalSettings

CLEARLY = 0.1
"""How far above another, in fused score, a hit must stand to be another matter and not another wording."""


class Retriever(Protocol):
    """Finds what might answer a question."""

    def search(self, question: Question) -> Retrieved:
        """The hits for a question, best first, each of them allowed to its asker on its day."""
        ...


class HybridRetriever:
    """Both legs of an index, fused, and the first hits read again by a reranker where there is one.

    Args:
        index: with both legs.
        how: to fuse and to rerank.
        reranker: the one that `how` names, if any, where none is given.
    """

    def __init__(self, index: Index, how: RetrievalSettings, reranker: Reranker | None = None) -> None:
        self._index, self.how = index, how
        self._reranker = as_reranker(how.reranker) if reranker is None and how.reranker is not None else reranker

    def search(self, question: Question) -> Retrieved:
        """The hits for a question, best first, each of them allowed to its asker on its day."""
        # At any date first. Where all that is found may be said today, it is what a search of today would find: most
        # questions are searched for once.
        anytime, library = self._hits(question, question.scope.at_any_date())
        said_today = [library.article(hit.passage.article_id).in_date(question.as_of) for hit in anytime]
        hits, expired = anytime, None
        if not all(said_today):
            hits, library = self._hits(question, question.scope)
            expired = self._expired(question, anytime, said_today, library)
        if self._reranker is not None:
            hits = reranked(question, hits, self._reranker, self.how)
        return Retrieved(question, _of_first_articles(hits, self.how.k), library, expired)

    def _hits(self, question: Question, scope: Scope) -> tuple[tuple[Hit, ...], Library]:
        found = self._index.search(question.sought, question.language, scope, self.how.candidates)
        return fuse(found.legs, self.how, found.reach), found.library

    def _expired(
        self, question: Question, anytime: Sequence[Hit], said_today: Sequence[bool], library: Library
    ) -> Hit | None:
        """The best hit at any date, if its day is past and no article of today comes close to it.

        An article that has merely been replaced has its successor close behind it.
        """
        until = library.article(anytime[0].passage.article_id).valid_until
        if until is None or until >= question.as_of:
            return None
        today = (hit.score for hit, said in zip(anytime, said_today, strict=True) if said)
        return anytime[0] if anytime[0].score - next(today, 0.0) > CLEARLY else None


def _of_first_articles(hits: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """The hits up to the last one before article k + 1: a long article must not push the others out of sight."""
    seen: set[str] = set()
    for at, hit in enumerate(hits):
        seen.add(hit.passage.article_id)
        if len(seen) > k:
            return tuple(hits[:at])
    return tuple(hits)
