"""What is read of a collection: its state, the counts of words, and whole articles, which are kept at hand.

An article is read by its place and its digest, so that what is at hand never grows stale: another version has another
digest.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ragcare.errors import IndexCorrupt, UnknownArticle
from ragcare.index.leg import Candidate
from ragcare.index.milvus.counts import STATE, Known, State, read_counts, read_state
from ragcare.index.milvus.engine import Engine
from ragcare.index.milvus.rows import ALL_FIELDS, SAYABLE, StoredArticle, condition, key, read, row_ids
from ragcare.index.vector import Vectors
from ragcare.knowledge.chapters import chapter_of
from ragcare.schema import Article, Passage, Scope
from ragcare.settings import Settings

_SHELF = 4_096
"""How many articles are kept at hand."""

TRIES = 5
"""How often what a change came between begins anew."""

_PAUSE = 0.02
HIT = ("article", "digest", "place", "places")
"""What a row that was found must say of itself."""


Nearest = Callable[[Vectors, Scope, int], Sequence[Candidate]]
"""The best passages of the vector leg for a vector, of those that may be said in a scope."""


class Changed(Exception):
    """The collection was changed between two reads; what began must begin anew."""


class ArticleRows(NamedTuple):
    """In how many rows an article stands, and which version of it."""

    article: str
    digest: str
    places: int


class CollectionReader:
    """Reads a collection; any number of threads may share one."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._shelf: OrderedDict[ArticleRows, StoredArticle] = OrderedDict()
        self._shelving = threading.Lock()
        self._counts: tuple[str, dict[str, Known]] = ("", {})
        self._listed: tuple[str, Mapping[str, Article]] = ("", {})
        self._listing = threading.Lock()

    def state(self) -> State:
        """The state that stands.

        Raises:
            IndexCorrupt: there is none, so the collection is not whole.
        """
        state = find_state(self._engine)
        if state is None:
            raise IndexCorrupt(f"{self._engine.where} has no state. Mend: build the index again under another name")
        return state

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

    def places(self, article_ids: Iterable[str]) -> dict[str, ArticleRows]:
        """Where those of these articles stand that are there, by key."""
        first = [row_ids(key(one), 1)[0] for one in article_ids]
        return {row["article"]: rows_of(row) for row in self._engine.get(first, (*HIT, "status")) if _holds(row)}

    def all_places(self) -> dict[str, ArticleRows]:
        """Where every article stands, by key."""
        rows = self._engine.rows(f'place == 0 and status == "{SAYABLE}"', HIT)
        return {row["article"]: rows_of(row) for row in rows}

    def count(self, scope: Scope) -> int:
        """How many articles may be said in a scope."""
        return self._engine.count(f"place == 0 and {condition(scope)}")

    def articles(self) -> Mapping[str, Article]:
        """Every article by id, in the order of ids: the same mapping until the revision is another.

        Who asks while they are being read waits for that, and reads nothing twice.
        """
        with self._listing:
            while True:
                revision = self.state().revision
                if self._listed[0] == revision:
                    return self._listed[1]
                try:
                    stored = self.stored(self.all_places().values()).values()
                except Changed:
                    continue
                # A change that came between is not lost: the revision is then another one the next time.
                articles = {one.article.id: one.article for one in stored}
                self._listed = (revision, dict(sorted(articles.items())))
                return self._listed[1]

    def stored(self, places: Iterable[ArticleRows], *, strict: bool = True) -> dict[str, StoredArticle]:
        """These articles, by key.

        Args:
            places: where they were seen to stand.
            strict: False leaves out what no longer stands there.

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
            stored = read(rows[place.article], self._settings)
            if stored is not None and stored.digest == place.digest:
                found[place] = stored
            elif strict:
                raise Changed
        with self._shelving:
            for place, stored in found.items():
                self._shelf[place] = stored
                self._shelf.move_to_end(place)
            while len(self._shelf) > _SHELF:
                self._shelf.popitem(last=False)
        return {place.article: stored for place, stored in found.items()}


class LibraryOfSearch:
    """The library of one search: the articles of its hits as they stood, and others as they stand when asked for.

    Args:
        reader: of the collection.
        nearest: searches it by a vector.
        strict: raises `Changed` where an article is found that is another version of what was taken in.
    """

    def __init__(self, reader: CollectionReader, nearest: Nearest, *, strict: bool = True) -> None:
        self._reader, self._nearest, self._strict = reader, nearest, strict
        self._taken: dict[str, StoredArticle] = {}
        self._counted: dict[Scope, int] = {}

    def take(self, rows: Iterable[Mapping[str, Any]]) -> Mapping[str, StoredArticle]:
        """Takes in the articles of these rows.

        Raises:
            Changed: one of them no longer stands as it did.
        """
        places = {row["article"]: rows_of(row) for row in rows}
        other = (one.digest != self._taken[which].digest for which, one in places.items() if which in self._taken)
        if self._strict and any(other):
            raise Changed
        new = [place for which, place in places.items() if which not in self._taken]
        self._taken |= self._reader.stored(new, strict=self._strict)
        return self._taken

    def article(self, article_id: str) -> Article:
        """The article as indexed.

        Raises:
            UnknownArticle: it is not in the index.
        """
        stored = self._stored(article_id)
        if stored is None:
            raise UnknownArticle(f"article {article_id!r} is not in the index")
        return stored.article

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """The passages of an article, in reading order; none if it is not in the index."""
        stored = self._stored(article_id)
        return stored.passages if stored is not None else ()

    def article_count(self, scope: Scope) -> int:
        """How many articles may be said in a scope."""
        if scope not in self._counted:
            self._counted[scope] = self._reader.count(scope)
        return self._counted[scope]

    def neighbours(self, passage: Passage, scope: Scope, k: int) -> list[float]:
        """How near the `k` nearest passages of other articles lie, as of `ragcare.schema.Library`."""
        stored = self._stored(passage.article_id)
        if stored is None or passage not in stored.passages:
            return []  # it has been changed since it was found
        _, vector = stored.carried[stored.passages.index(passage)]  # those of the texts come first
        chapter = chapter_of(passage, stored.passages, self.article_count(scope))
        near = self._nearest(stored.vectors[vector], scope, k + len(chapter.passages))
        return [one.score for one in near if not chapter.holds(one.passage)][:k]

    def _stored(self, article_id: str) -> StoredArticle | None:
        which = key(article_id)
        for _ in range(TRIES):
            if which in self._taken:
                return self._taken[which]
            try:
                self._taken |= self._reader.stored(self._reader.places([article_id]).values())
            except Changed:
                continue
            break
        return self._taken.get(which)


def find_state(engine: Engine) -> State | None:
    """The state of a collection; None if it was never written."""
    for _ in range(TRIES):
        if rows := engine.get([STATE], ("part",)):
            return read_state(rows[0])
        time.sleep(_PAUSE)  # a local Milvus that is just writing to its disk may for a moment not find it
    return None


def rows_of(row: Mapping[str, Any]) -> ArticleRows:
    """The place that a row names."""
    return ArticleRows(row["article"], row["digest"], int(row["places"]))


def _holds(row: Mapping[str, Any]) -> bool:
    return bool(row["status"] == SAYABLE)
