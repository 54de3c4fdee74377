"""One search on one state: what the engine found, scored exactly, with the articles as they stood.

Milvus has no transaction over several reads. So a search reads the revision first and last, and begins anew where a
change came between; what it needs of an article it reads by id and digest, and keeps for the next search.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ragcare.errors import IndexCorrupt, UnknownArticle
from ragcare.index.keyword import analyse_query
from ragcare.index.milvus.counts import STATE, Known, State, counted_in, read_counts, read_state
from ragcare.index.milvus.engine import DENSE, FAR, WORDS, Engine, Near
from ragcare.index.milvus.rows import ALL_FIELDS, SAYABLE, Standing, condition, key, read, row_ids
from ragcare.index.milvus.weights import Query
from ragcare.index.seam import KEYWORD, VECTOR, Candidate, Found
from ragcare.index.vector import Vectors
from ragcare.schema import Article, Passage, Scope
from ragcare.settings import Settings

_SHELF = 4_096
"""How many articles are kept at hand."""

_TRIES = 5
_NOISE = 1e-5
"""As in the embedded index: what is no nearer than this is not near."""

_HIT = ("article", "digest", "place", "places")


class Changed(Exception):
    """The collection was changed between two reads."""


class Place(NamedTuple):
    """Where an article stands, and which version of it."""

    article: str
    digest: str
    places: int


class Reader:
    """Reads a collection; any number of threads may share one."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._shelf: OrderedDict[Place, Standing] = OrderedDict()
        self._shelving = threading.Lock()
        self._counts: tuple[str, dict[str, Known]] = ("", {})

    def state(self) -> State:
        """The state that stands.

        Raises:
            IndexCorrupt: there is none, so the collection is not whole.
        """
        for _ in range(_TRIES):  # a local Milvus that is just writing to its disk may for a moment not find it
            if rows := self._engine.get([STATE], ("part",)):
                return read_state(rows[0])
        raise IndexCorrupt(f"{self._engine.where} has no state. Mend: build the index again under another name")

    def counts(self, state: State, row_ids_: Sequence[str]) -> dict[str, Known]:
        """The rows of counts of these ids, as they stood in that state or later."""
        revision, kept = self._counts
        if revision != state.revision:
            kept = {}
        missing = [one for one in row_ids_ if one not in kept]
        if missing:
            read_now = {row["id"]: read_counts(row) for row in self._engine.get(missing, ("id", "part"))}
            kept = {**kept, **{one: read_now.get(one, {}) for one in missing}}
            self._counts = (state.revision, kept)  # one assignment: readers have the old pair or the new one
        return {one: kept[one] for one in row_ids_}

    # --- articles ------------------------------------------------------------------------------------

    def places(self, article_ids: Iterable[str]) -> dict[str, Place]:
        """Where those of these articles stand that are there, by key."""
        first = [row_ids(key(one), 1)[0] for one in article_ids]
        return {row["article"]: _place(row) for row in self._engine.get(first, (*_HIT, "status")) if _holds(row)}

    def all_places(self) -> dict[str, Place]:
        """Where every article stands, by key."""
        rows = self._engine.rows(f'place == 0 and status == "{SAYABLE}"', _HIT)
        return {row["article"]: _place(row) for row in rows}

    def standings(self, places: Iterable[Place]) -> dict[str, Standing]:
        """These articles, by key.

        Raises:
            Changed: one of them no longer stands as it did.
        """
        wanted = list(dict.fromkeys(places))
        with self._shelving:
            found = {place: self._shelf[place] for place in wanted if place in self._shelf}
        missing = [place for place in wanted if place not in found]
        rows: dict[str, list[dict[str, Any]]] = {place.article: [] for place in missing}
        for row in self._engine.get([one for place in missing for one in row_ids(place[0], place.places)], ALL_FIELDS):
            if row["article"] in rows:
                rows[row["article"]].append(row)
        for place in missing:
            standing = read(rows[place.article], self._settings)
            if standing is None or standing.digest != place.digest:
                raise Changed
            found[place] = standing
        with self._shelving:
            for place in wanted:
                self._shelf[place] = found[place]
                self._shelf.move_to_end(place)
            while len(self._shelf) > _SHELF:
                self._shelf.popitem(last=False)
        return {place.article: found[place] for place in wanted}

    # --- search --------------------------------------------------------------------------------------

    def search(self, text: str, language: str, vector: Callable[[], Vectors], scope: Scope, k: int) -> Found:
        """The best `k` passages of each leg, on one state."""
        for _ in range(_TRIES):
            state, library = self.state(), Shown(self)
            try:
                words = self._query(state, text, language)
                legs = {
                    KEYWORD: self._by_keyword(words, library, scope, k),
                    VECTOR: self._by_vector(vector(), library, scope, k) if state.passages else [],
                }
            except Changed:
                continue
            if self.state().revision == state.revision:
                return Found(legs, library)
        raise IndexCorrupt(
            f"{self._engine.where} changed during each of {_TRIES} searches. "
            "Mend: write many articles in one call and not each in one of its own"
        )

    def _query(self, state: State, text: str, language: str) -> Query:
        words = analyse_query(text, language, state.languages)
        rows = self.counts(state, counted_in(words))
        known = {word: counts[word] for counts in rows.values() for word in words if word in counts}
        average = state.average
        return Query(words, known, state.passages, average, state.anchor or average, self._settings.retrieval)

    def _by_keyword(self, query: Query, library: Shown, scope: Scope, k: int) -> list[Candidate]:
        if not query.vector:
            return []

        def scored(rows: Sequence[Near]) -> list[Candidate]:
            standings = library.take(near.row for near in rows)
            at = [(standings[near.row["article"]], int(near.row["place"])) for near in rows]
            return [Candidate(one.passages[place], query.score(one.tallies[place])) for one, place in at]

        return self._best(WORDS, query.vector, scored, scope, k, 2 * k, query.slack, 0.0)

    def _by_vector(self, query: Vectors, library: Shown, scope: Scope, k: int) -> list[Candidate]:
        def scored(rows: Sequence[Near]) -> list[Candidate]:
            standings = library.take(near.row for near in rows)
            at = [(standings[near.row["article"]], int(near.row["place"])) for near in rows]
            if not at:
                return []
            # Summed again, each row by itself: the same to the last bit wherever the engine keeps it.
            vectors = np.stack([one.vectors[place] for one, place in at])
            scores = (vectors.astype(np.float64) * query).sum(axis=1).astype(np.float32)
            return [
                Candidate(one.passages[place], float(score)) for (one, place), score in zip(at, scores, strict=True)
            ]

        return self._best(DENSE, query.tolist(), scored, scope, k, k + 16, 1.0, _NOISE)

    def _best(
        self,
        field: str,
        query: Any,
        scored: Callable[[Sequence[Near]], list[Candidate]],
        scope: Scope,
        k: int,
        reach: int,
        slack: float,
        noise: float,
    ) -> list[Candidate]:
        """The best `k` of one leg; asks for more until nothing further down can belong among them, or be equal."""
        while True:
            reach = min(reach, FAR)
            rows = self._engine.search(field, query, condition(scope), reach, _HIT)
            found = [one for one in scored(rows) if one.score > noise]
            found.sort(key=lambda one: (-one.score, one.passage.article_id, one.passage.start))
            further = rows[-1].product * slack + noise if rows else 0.0
            if (
                len(rows) < reach
                or reach == FAR
                or further <= noise
                or (len(found) >= k and found[k - 1].score > further)
            ):
                return found[:k]
            reach *= 4


class Shown:
    """The library of one search: the articles of its hits as they stood, and others as they stand when asked for."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._taken: dict[str, Standing] = {}

    def take(self, rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Standing]:
        """Takes in the articles of these rows.

        Raises:
            Changed: one of them no longer stands as it did.
        """
        places = {row["article"]: _place(row) for row in rows}
        if any(one.digest != self._taken[which].digest for which, one in places.items() if which in self._taken):
            raise Changed
        new = [place for which, place in places.items() if which not in self._taken]
        self._taken |= self._reader.standings(new)
        return self._taken

    def article(self, article_id: str) -> Article:
        """The article as indexed.

        Raises:
            UnknownArticle: it is not in the index.
        """
        standing = self._standing(article_id)
        if standing is None:
            raise UnknownArticle(f"article {article_id!r} is not in the index")
        return standing.article

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """The passages of an article, in reading order; none if it is not in the index."""
        standing = self._standing(article_id)
        return standing.passages if standing is not None else ()

    def _standing(self, article_id: str) -> Standing | None:
        which = key(article_id)
        for _ in range(_TRIES):
            if which in self._taken:
                return self._taken[which]
            try:
                self._taken |= self._reader.standings(self._reader.places([article_id]).values())
            except Changed:
                continue
            break
        return self._taken.get(which)


def _place(row: Mapping[str, Any]) -> Place:
    return Place(row["article"], row["digest"], int(row["places"]))


def _holds(row: Mapping[str, Any]) -> bool:
    return bool(row["status"] == SAYABLE)
