"""One search on one state: what the engine found, scored exactly, with the articles as they stood.

Milvus has no transaction over several reads. So a search reads the revision first and last, and begins anew where a
change came between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from ragcare.index import keyword
from ragcare.index.leg import Candidate, Leg
from ragcare.index.milvus.counts import State, counted_in
from ragcare.index.milvus.engine import DENSE, FAR, WORDS, Engine
from ragcare.index.milvus.reading import HIT, TRIES, Changed, CollectionReader, LibraryOfSearch
from ragcare.index.milvus.rows import StoredArticle, condition
from ragcare.index.milvus.weights import Query
from ragcare.index.seam import KEYWORD, VECTOR, Found
from ragcare.index.spelling import READ_FOR_FORMS, forms_in, respelt
from ragcare.index.vector import BEYOND, NOISE, Vectors, products
from ragcare.language.lexicon import lexicon
from ragcare.language.shorthand import SHORTHAND
from ragcare.schema import Passage, Scope
from ragcare.settings import RetrievalSettings


class _Row(NamedTuple):
    """A row that was found: of which article, of which of its passages, and which of its vectors it carries."""

    article: StoredArticle
    passage: int
    vector: int

    @classmethod
    def of(cls, article: StoredArticle, place: int) -> Self:
        """The row at that place of the article."""
        return cls(article, *article.carried[place])


class _Leg(NamedTuple):
    """How one leg is asked and scored.

    Attributes:
        scores: the exact score of each row that was found.
        reach: how many rows to ask for at first.
        slack: how many times greater the exact score may be than the engine's.
        noise: what is no better than this is no candidate.
    """

    field: str
    query: Any
    scores: Callable[[Sequence[_Row]], Iterable[float]]
    reach: int
    slack: float
    noise: float


class Search:
    """Searches a collection; any number of threads may share one."""

    def __init__(self, engine: Engine, reader: CollectionReader, how: RetrievalSettings) -> None:
        self._engine, self._reader, self._how = engine, reader, how

    def __call__(self, text: str, language: str, vector: Callable[[], Vectors], scope: Scope, k: int) -> Found:
        """The best `k` passages of each leg, on one state.

        Where changes come faster than searches end, the last try takes what stands: each article is still whole and
        still allowed, and the counts of words may be a change older than the passages.
        """
        for more in reversed(range(TRIES)):
            state, library = self._reader.state(), self.library(strict=more > 0)
            try:
                asked = keyword.Query.of(text, language, state.languages.keys())
                words = self._query(state, asked.tokens)
                furthest = asked.reach(words.reach)
                legs = {
                    KEYWORD: self._by_keyword(words, library, scope, k),
                    VECTOR: self._by_vector(vector(), library, scope, k) if state.passages else [],
                }
            except Changed:
                continue
            if self._reader.state().revision == state.revision:
                break
        return Found(Leg.each(legs), library, furthest, lambda scope: _may_be_said(legs, library, scope))

    def respelt(self, text: str, language: str, scope: Scope) -> str:
        """The question as it was meant, as of `ragcare.index.spelling`."""
        state = self._reader.state()
        if language in SHORTHAND:
            lexicon(language)  # read at once: the collection is then asked for what no dictionary has, and no more
        return respelt(text, language, state.languages.keys(), _Words(self, state, scope))

    def counts(self, state: State, words: Sequence[str]) -> dict[str, tuple[int, int]]:
        """In how many passages each of these words stands, by field; those that stand in none are left out."""
        rows = self._reader.counts(state, counted_in(words))
        return {word: counts[word] for counts in rows.values() for word in words if word in counts}

    def standing(self, words: Iterable[str], state: State, scope: Scope) -> list[str]:
        """Those of these words that stand in a passage that may be said in a scope; each must stand in some."""
        asked = {word: self._query(state, [word]).vector for word in words}
        if not asked:
            return []
        by_word = self._engine.search_each(WORDS, list(asked.values()), condition(scope), 1, HIT)
        return [word for word, found in zip(asked, by_word, strict=True) if found]

    def with_word(self, word: str, state: State, scope: Scope, k: int) -> list[Passage]:
        """The best `k` passages with a word that may be said in a scope."""
        found = self._by_keyword(self._query(state, [word]), self.library(strict=False), scope, k)
        return [one.passage for one in found]

    def library(self, *, strict: bool = True) -> LibraryOfSearch:
        """The articles as they stand, as of `LibraryOfSearch`."""

        def nearest(vector: Vectors, scope: Scope, k: int) -> list[Candidate]:
            return self._by_vector(vector, self.library(strict=False), scope, k)

        return LibraryOfSearch(self._reader, nearest, strict=strict)

    def _query(self, state: State, words: Sequence[str]) -> Query:
        average = state.average
        return Query(words, self.counts(state, words), state.passages, average, state.anchor or average, self._how)

    def _by_keyword(self, query: Query, library: LibraryOfSearch, scope: Scope, k: int) -> list[Candidate]:
        def scores(found: Sequence[_Row]) -> Iterable[float]:
            return [query.score(row.article.tallies[row.passage]) for row in found]

        # Twice as many as are wanted: their order by the stored weights is not quite the exact one.
        leg = _Leg(WORDS, query.vector, scores, 2 * k, query.slack, 0.0)
        return self._best(leg, library, scope, k) if query.vector else []

    def _by_vector(self, query: Vectors, library: LibraryOfSearch, scope: Scope, k: int) -> list[Candidate]:
        def scores(found: Sequence[_Row]) -> Iterable[float]:
            vectors = np.array([row.article.vectors[row.vector] for row in found])
            return [float(score) for score in products(vectors, query)]

        return self._best(_Leg(DENSE, query.tolist(), scores, k + BEYOND, 1.0, NOISE), library, scope, k)

    def _best(self, leg: _Leg, library: LibraryOfSearch, scope: Scope, k: int) -> list[Candidate]:
        """The best `k` of one leg; asks for more until nothing further down can belong among them, or be equal."""
        reach = leg.reach
        while True:
            reach = min(reach, FAR)
            near = self._engine.search(leg.field, leg.query, condition(scope), reach, HIT)
            taken = library.take(one.row for one in near)
            known = ((taken.get(one.row["article"]), int(one.row["place"])) for one in near)
            rows = [_Row.of(article, place) for article, place in known if article is not None]
            scores = leg.scores(rows) if rows else []
            found = [
                Candidate(row.article.passages[row.passage], score) for row, score in zip(rows, scores, strict=True)
            ]
            by_passage: dict[str, Candidate] = {}
            for one in sorted((one for one in found if one.score > leg.noise), key=_best_first):
                by_passage.setdefault(one.passage.id, one)  # the best of its vectors
            best = list(by_passage.values())
            further = near[-1].product * leg.slack + leg.noise if len(near) == reach < FAR else 0.0
            if further <= leg.noise or (len(best) >= k and best[k - 1].score > further):
                return best[:k]
            reach *= 4


class _Words(NamedTuple):
    """The words of what may be said, for the repair of a question; how frequent they are is counted over all."""

    search: Search
    state: State
    scope: Scope

    def holds(self, token: str) -> bool:
        """Whether a token stands in any passage."""
        return bool(self.shares([token]))

    def shares(self, tokens: Sequence[str]) -> dict[str, float]:
        """In which share of the passages those tokens stand that do, once for each of the two fields."""
        known = self.search.counts(self.state, tokens)
        here = self.search.standing(known, self.state, self.scope)
        return {token: sum(known[token]) / self.state.passages for token in here}

    def forms(self, token: str) -> set[str]:
        """How the best passages that have a token write it."""
        passages = self.search.with_word(token, self.state, self.scope, READ_FOR_FORMS)
        return {form for passage in passages for form in forms_in(passage, token)}


def _may_be_said(legs: Mapping[str, Sequence[Candidate]], library: LibraryOfSearch, scope: Scope) -> bool:
    articles = {one.passage.article_id for candidates in legs.values() for one in candidates}
    return all(library.article(one).may_be_said(scope) for one in articles)


def _best_first(one: Candidate) -> tuple[float, str, int]:
    """Equal scores stand in the order of the passages, as in the embedded index."""
    return -one.score, one.passage.article_id, one.passage.start
