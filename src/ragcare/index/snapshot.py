"""One whole state of the hybrid index: a search reads it from beginning to end, whatever changes meanwhile."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, Self

import numpy as np

from ragcare.errors import UnknownArticle
from ragcare.index.conditions import Conditions
from ragcare.index.keyword import KeywordIndex, Query, analyse
from ragcare.index.leg import Leg
from ragcare.index.senses import Sense, senses_of
from ragcare.index.spelling import READ_FOR_FORMS, forms_in, respelt
from ragcare.index.splice import Mask, Rows, Splice
from ragcare.index.vector import Allowed, Ids, VectorIndex, Vectors
from ragcare.knowledge.chapters import chapter_of
from ragcare.schema import Article, Passage, Scope

_SCOPES_KEPT = 64

_GROUPS = 1024
"""Into so many groups the rows are dealt when the best are chosen."""


class Sayable(NamedTuple):
    """What may be said in one scope.

    Attributes:
        rows: of the passages, of shape (passages,).
        passages: how many they are.
        allowed: what the vector leg may choose from; None where that is all.
    """

    rows: Mask
    passages: int
    allowed: Allowed | None

    @classmethod
    def of(cls, rows: Mask, ids: Ids, counts: Rows) -> Self:
        """These rows of the passages, whose ids in the vector leg are given, as of `Snapshot`."""
        allowed = None if rows.all() else Allowed.of(ids[np.repeat(rows, counts)])
        return cls(rows, int(np.count_nonzero(rows)), allowed)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Articles, their passages, and both legs over them; never changed once it stands.

    Passages stand by article id and place, so that the order of past changes leaves no trace.

    Attributes:
        conditions: on what each passage may be said.
        ids: of the vectors of each passage, one passage after another, as of `senses_of`.
        counts: how many each passage has, of shape (passages,).
        next_id: the first id that was never given.
    """

    articles: Mapping[str, Article]
    passages_in_order: tuple[Passage, ...]
    conditions: Conditions
    ids: Ids
    counts: Rows
    keyword: KeywordIndex
    vector: VectorIndex
    next_id: int
    _by_scope: dict[Scope, Sayable] = field(default_factory=dict)

    @classmethod
    def empty(cls, keyword: KeywordIndex, vector: VectorIndex) -> Self:
        """Nothing, in legs that hold nothing."""
        return cls({}, (), Conditions.empty(), np.empty(0, np.int64), np.empty(0, np.intp), keyword, vector, 0)

    def with_changes(
        self, out: Set[str], new: Mapping[str, Article], cut: Sequence[Passage], vectors: Sequence[Vectors]
    ) -> Self:
        """The state after the articles `out` have left and `new` have come in.

        Args:
            out: articles that leave; those of `new` that are here already are among them.
            new: by id.
            cut: the passages of `new`.
            vectors: those of each of these passages, of shape (senses, dimension).
        """
        stays = ~self.rows_of(out)
        order = sorted(range(len(cut)), key=lambda at: (cut[at].article_id, cut[at].start))
        added = [cut[at] for at in order]
        splice = Splice.between(stays, [self._first_row(passage.article_id) for passage in added])
        counts = np.array([len(vectors[at]) for at in order], np.intp)
        of_vectors = splice.of_parts(self.counts, counts)
        added_ids = np.arange(self.next_id, self.next_id + int(counts.sum()), dtype=np.int64)
        leaving = self.ids[~of_vectors.stays]
        coming = np.concatenate([vectors[at] for at in order]) if order else _NO_VECTORS
        articles = {**self.articles, **new}
        for key in out - new.keys():
            articles.pop(key, None)
        if not new.keys() <= self.articles.keys():
            articles = {key: articles[key] for key in sorted(articles)}
        return type(self)(
            articles=articles,
            passages_in_order=splice.items(self.passages_in_order, added),
            conditions=self.conditions.with_changes(splice, [(new[one.article_id], one.language) for one in added]),
            ids=of_vectors.array(self.ids, added_ids),
            counts=splice.array(self.counts, counts),
            keyword=self.keyword.with_changes(splice, [analyse(passage) for passage in added]),
            vector=self.vector.with_changes(leaving, added_ids, coming),
            next_id=self.next_id + len(added_ids),
        )

    def rows_of(self, article_ids: Iterable[str]) -> Mask:
        """Which passages are of these articles."""
        rows = np.zeros(len(self.passages_in_order), np.bool_)
        for article_id in article_ids:
            if article_id in self.articles:
                rows[self._first_row(article_id) : self._last_row(article_id)] = True
        return rows

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
        return self.passages_in_order[self._first_row(article_id) : self._last_row(article_id)]

    def article_count(self, scope: Scope) -> int:
        """How many articles may be said in a scope."""
        return int(np.count_nonzero(self._sayable(scope).rows[self._first_rows]))

    def neighbours(self, passage: Passage, scope: Scope, k: int) -> list[float]:
        """How near the `k` nearest passages of other articles lie, as of `ragcare.schema.Library`."""
        first, last = self._first_row(passage.article_id), self._last_row(passage.article_id)
        row = bisect_left(self.passages_in_order, passage.start, first, last, key=_start)
        if row == last or self.passages_in_order[row] != passage:
            return []
        own = self.ids[[int(self.counts[:row].sum())]]  # its first vector is that of its text
        chapter = chapter_of(passage, self.passages_in_order[first:last], self.article_count(scope))
        near = self.by_vector(self.vector.vectors(own)[0], scope, k + len(chapter.passages))
        found = zip(near.rows.tolist(), near.scores.tolist(), strict=True)
        return [score for at, score in found if not chapter.holds(self.passages_in_order[at])][:k]

    def query(self, text: str, language: str) -> Query:
        """A question, analysed for the keyword leg as it stands here."""
        return Query.of(text, language, self.languages)

    def respelt(self, text: str, language: str, scope: Scope) -> str:
        """The question as it was meant, by the words that may be said in that scope."""
        return respelt(text, language, self.languages, _Words(self, self._sayable(scope)))

    def by_keyword(self, query: Query, scope: Scope, k: int) -> Leg:
        """The best passages of the keyword leg, best first, each sharing a word with the question.

        Args:
            query: the question, as of `query`.
            scope: what may be said.
            k: how many at most.
        """
        sayable = self._sayable(scope)
        scores = self.keyword.scores(query.tokens)
        if sayable.allowed is not None:
            scores *= sayable.rows  # what may not be said shares no word with anything
        floor = _reached_by(k, scores)
        rows = np.flatnonzero(scores >= floor if floor > 0 else scores)
        if len(rows) > k:
            found = scores[rows]
            rows = rows[found >= np.partition(found, -k)[-k]]
        return self._best(rows, scores[rows], k)

    def by_vector(self, query: Vectors, scope: Scope, k: int) -> Leg:
        """The best passages of the vector leg, best first.

        The score of a passage is that of its best vector: a cosine to the embedded question, or the mean of two. All
        are above 0.
        """
        allowed = self._sayable(scope).allowed
        if len(self.ids) == len(self.counts):  # a vector each
            ids, scores = self.vector.search(query, k, allowed)
            return self._best(self._row_of_id[ids], scores, k)
        reach = k * len(self.ids) // max(len(self.counts), 1)
        while True:
            ids, scores = self.vector.search(query, reach, allowed)
            rows, best = np.unique(self._row_of_id[ids], return_index=True)  # best first, so the first is the best
            if len(rows) >= k or len(ids) < reach:
                return self._best(rows, scores[best], k)
            reach *= 2

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages of the passages, whose analysers a query goes through."""
        return self.conditions.languages

    def may_be_said(self, legs: Iterable[Leg], scope: Scope) -> bool:
        """Whether all that these legs found here may be said in that scope."""
        rows = self._sayable(scope).rows
        return all(bool(rows[leg.rows].all()) for leg in legs)

    def _sayable(self, scope: Scope) -> Sayable:
        """What may be said in that scope: what both legs are filtered by before they choose."""
        known = self._by_scope.get(scope)
        if known is None:
            known = Sayable.of(self.conditions.sayable(scope), self.ids, self.counts)
            if len(self._by_scope) >= _SCOPES_KEPT:  # another reader may be clearing it too: only `known` is ours
                self._by_scope.clear()
            self._by_scope[scope] = known
        return known

    def known(self, passages: Iterable[Passage]) -> dict[Sense, int]:
        """What stands for these passages here already, and the id of its vector."""
        bodies = {passage.text for passage in passages}  # to leave most of the index alone
        first = np.cumsum(self.counts) - self.counts
        found: dict[Sense, int] = {}
        for passage, at in zip(self.passages_in_order, first.tolist(), strict=True):
            if passage.text in bodies:
                found |= {sense: int(self.ids[place]) for place, sense in enumerate(senses_of(passage), at)}
        return found

    @cached_property
    def _row_of_id(self) -> Rows:
        """Of which row each id that was ever given is; that of an id which has left means nothing."""
        rows = np.zeros(self.next_id, np.intp)
        rows[self.ids] = np.repeat(np.arange(len(self.counts)), self.counts)
        return rows

    @cached_property
    def _first_rows(self) -> Rows:
        """The first row of each article. It stands for the others: they may be said to the same askers and days."""
        passages = self.passages_in_order
        new = (row for row in range(1, len(passages)) if passages[row].article_id != passages[row - 1].article_id)
        return np.array([0, *new] if passages else [], np.intp)

    def _first_row(self, article_id: str) -> int:
        return bisect_left(self.passages_in_order, article_id, key=_article_id)

    def _last_row(self, article_id: str) -> int:
        """The one after it, to be exact."""
        return bisect_right(self.passages_in_order, article_id, key=_article_id)

    def _best(self, rows: Rows, scores: Vectors, k: int) -> Leg:
        """Best first; equal scores stand in the order of the passages, whatever the history of the index."""
        order = np.lexsort((rows, -scores))[:k]
        return Leg(self.passages_in_order, self.conditions.languages_by_row, rows[order], scores[order])


_NO_VECTORS: Vectors = np.empty((0, 0), np.float32)
_article_id, _start = attrgetter("article_id"), attrgetter("start")


def _reached_by(k: int, scores: Vectors) -> float:
    """A score that at least `k` rows have, and few more than that; 0 where there are too few rows to be worth it.

    It is the k-th of the best ones of groups. The rows are dealt to them in turn, as neighbours are of one article and
    good together.
    """
    dealt = len(scores) // _GROUPS
    if dealt < 2 or k > _GROUPS:
        return 0.0
    of_group = scores[: dealt * _GROUPS].reshape(dealt, _GROUPS).max(axis=0)
    return float(np.partition(of_group, -k)[-k])


class _Words(NamedTuple):
    """The words of what may be said, for the repair of a question."""

    snapshot: Snapshot
    sayable: Sayable

    def holds(self, token: str) -> bool:
        """Whether a token stands in any passage."""
        return bool(self.snapshot.keyword.rows_with(token, self.sayable.rows, 1))

    def shares(self, tokens: Sequence[str]) -> dict[str, float]:
        """In which share of the passages those tokens stand that do, once for each of the two fields."""
        standing = ((token, self.snapshot.keyword.standing(token, self.sayable.rows)) for token in tokens)
        return {token: count / self.sayable.passages for token, count in standing if count}

    def forms(self, token: str) -> set[str]:
        """How the first passages that have a token write it."""
        rows = self.snapshot.keyword.rows_with(token, self.sayable.rows, READ_FOR_FORMS)
        return {form for row in rows for form in forms_in(self.snapshot.passages_in_order[row], token)}
