"""The search: a question in, hits out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from ragcare.index.seam import Found, Index
from ragcare.language.manners import without_manners
from ragcare.retrieval.rerank import Reranker, as_reranker, reranked
from ragcare.schema import MAX_QUESTION_CHARACTERS, Hit, Question, Retrieved, Scope
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
        question = self._as_meant(question)
        # At any date first. Where all that is found may be said today, it is what a search of today would find: most
        # questions are searched for once.
        found = self._found(question.sought, question, question.scope.at_any_date())
        expired = not_yet = None
        if not found.may_be_said(question.scope):
            expired, not_yet = self._on_another_day(question, found)
            found = self._found(question.sought, question, question.scope)
        hits: Iterable[Hit] = self._best_first(found, question)
        if question.point != question.sought:
            of_point = self._found(question.point, question, question.scope)
            hits = _by_their_point(hits, self._best_first(of_point, question))
        if self._reranker is not None:
            hits = reranked(question, tuple(hits), self._reranker, self.how)
        return Retrieved(question, _of_first_articles(hits, self.how.k), found.library, expired, not_yet)

    def _as_meant(self, question: Question) -> Question:
        """The question without the manners around it, its misspelt words as they were meant: so it is judged as well.

        Told by what may be said to the asker on the day, whatever else is searched: no repair shows anything else.
        """

        def meant(text: str) -> str:
            return self._index.respelt(without_manners(text), question.language, question.scope)

        turn, whole = meant(question.text), question.standalone
        if whole is not None:
            typed = " ".join(question.text.split())
            before = whole.removesuffix(typed)  # the turns that this one hangs on, where it was not reworded
            whole = " ".join([*meant(before).split(), *turn.split()]) if before != whole else meant(whole)
        as_typed = turn == question.text and whole == question.standalone and question.meant is None
        if as_typed or max(len(turn), len(whole or "")) > MAX_QUESTION_CHARACTERS:
            return question
        # None where it was typed so: a question out of an earlier reply may say otherwise.
        return question.model_copy(update={"meant": turn if turn != question.text else None, "standalone": whole})

    def _found(self, text: str, question: Question, scope: Scope) -> Found:
        return self._index.search(text, question.language, scope, self.how.candidates)

    def _best_first(self, found: Found, question: Question) -> Iterator[Hit]:
        from ragcare.retrieval.fusion import best_first  # loads numpy, which no import of ours may do unasked

        return best_first(found.legs, self.how, found.reach, question.language)

    def _on_another_day(self, question: Question, anytime: Found) -> tuple[Hit | None, Hit | None]:
        """The best hit at any date, if its day is past, or is still to come, and no article of today comes close to it.

        An article that is merely replaced has the other version close behind it.
        """
        hits, article = self._best_first(anytime, question), anytime.library.article
        best = next(hits)
        dated = article(best.passage.article_id)
        today = (hit.score for hit in hits if article(hit.passage.article_id).in_date(question.as_of))
        if dated.in_date(question.as_of) or best.score - next(today, 0.0) <= CLEARLY:
            return None, None
        past = dated.valid_until is not None and dated.valid_until < question.as_of
        return (best, None) if past else (None, best)


def _by_their_point(hits: Iterable[Hit], of_point: Iterable[Hit]) -> tuple[Hit, ...]:
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
        by_point = sorted(group, key=lambda hit: -worth.get(hit.passage.id, 0.0))
        ordered += [replace(hit, score=place.score) for hit, place in zip(by_point, group, strict=True)]
    return tuple(sorted(ordered, key=lambda hit: -hit.score))


def _of_first_articles(hits: Iterable[Hit], k: int) -> tuple[Hit, ...]:
    """The hits up to the last one before article k + 1: a long article must not push the others out of sight."""
    seen: set[str] = set()
    kept: list[Hit] = []
    for hit in hits:
        seen.add(hit.passage.article_id)
        if len(seen) > k:
            break
        kept.append(hit)
    return tuple(kept)
