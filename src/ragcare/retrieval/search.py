"""The search: a question in, hits out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
        if question.point != question.sought:
            hits = _by_their_point(hits, self._found(question.point, question, question.scope)[0])
        if self._reranker is not None:
            hits = reranked(question, hits, self._reranker, self.how)
        return Retrieved(question, _of_first_articles(hits, self.how.k), library, expired)

    def _hits(self, question: Question, scope: Scope) -> tuple[tuple[Hit, ...], Library]:
        return self._found(question.sought, question, scope)

    def _found(self, text: str, question: Question, scope: Scope) -> tuple[tuple[Hit, ...], Library]:
        found = self._index.search(text, question.language, scope, self.how.candidates)
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


def _by_their_point(hits: Sequence[Hit], of_point: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits of a question made whole, the passages of each article in the order of those for its point alone.

    The turns before tell which article is meant. Within it they stand for what has been answered already: which passage
    answers this turn is for this turn to tell. The scores stay in their places, so that no article gains or loses.
    """
    worth = {hit.passage.id: hit.score for hit in of_point}
    ordered: list[Hit] = []
    by_article: dict[str, list[Hit]] = {}
    for hit in hits:
        by_article.setdefault(hit.passage.article_id, []).append(hit)
    for group in by_article.values():
        best_first = sorted(group, key=lambda hit: -worth.get(hit.passage.id, 0.0))
        ordered += [replace(hit, score=place.score) for hit, place in zip(best_first, group, strict=True)]
    return tuple(sorted(ordered, key=lambda hit: -hit.score))


def _of_first_articles(hits: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """The hits up to the last one before article k + 1: a long article must not push the others out of sight."""
    seen: set[str] = set()
    for at, hit in enumerate(hits):
        seen.add(hit.passage.article_id)
        if len(seen) > k:
            return tuple(hits[:at])
    return tuple(hits)
