"""One change in one request: new rows, rows that leave, counts and state come to all readers at one moment.

Milvus gives no transaction over several requests, but the rows of one upsert into one shard have one timestamp. So
all that belongs together goes into one: a writer that dies leaves the state before it or the one after it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from tqdm import tqdm

from ragcare.errors import IndexCorrupt
from ragcare.index.embedders import Embedder
from ragcare.index.milvus.counts import count_rows, counted_in, moved
from ragcare.index.milvus.engine import Engine
from ragcare.index.milvus.reading import ArticleRows, Changed, CollectionReader
from ragcare.index.milvus.rows import StoredArticle, digest, gone, key, made_as
from ragcare.index.senses import Sense, senses_of, texts_of, vectors_of
from ragcare.index.vector import Vectors
from ragcare.knowledge.passages import split
from ragcare.schema import Article, Passage
from ragcare.settings import Settings

_ROWS = 500
"""About how many vectors go into one request: some 3 MB, where a Milvus takes 64."""

_EMBEDDED_AT_ONCE = 32


class Writer:
    """Changes a collection; one at a time."""

    def __init__(self, engine: Engine, reader: CollectionReader, settings: Settings, embedder: Embedder) -> None:
        self._engine, self._reader, self._settings, self._embedder = engine, reader, settings, embedder

    def upsert(self, articles: Iterable[Article], known: Mapping[Sense, Vectors], progress: bool) -> None:
        """Puts articles in, or takes out what is not validated; `known` are vectors by what they stand for."""
        wanted = list({article.id: article for article in articles}.values())
        places = self._reader.places(article.id for article in wanted)
        changed = [one for one in wanted if not _stands(one, places)]
        new = [one for one in changed if one.status == "validated"]
        self._take_out(places[key(one.id)] for one in changed if one.status != "validated" and key(one.id) in places)
        with tqdm(total=len(new), desc="writing", unit="article", disable=not progress or not new) as bar:
            for batch in self._batches(new):
                leaving = [places[key(article.id)] for article, _ in batch if key(article.id) in places]
                self._change(leaving, batch, known)
                bar.update(len(batch))

    def remove(self, article_ids: Iterable[str]) -> None:
        """Takes articles out."""
        self._take_out(self._reader.places(set(article_ids)).values())

    def keep(self, articles: Iterable[Article]) -> None:
        """Takes out every article that is not one of these."""
        kept = {key(article.id) for article in articles}
        self._take_out(place for which, place in self._reader.all_places().items() if which not in kept)

    def _take_out(self, places: Iterable[ArticleRows]) -> None:
        leaving: list[ArticleRows] = []
        for place in places:
            leaving.append(place)
            if sum(one.places for one in leaving) >= _ROWS:
                self._change(leaving, [], {})
                leaving = []
        if leaving:
            self._change(leaving, [], {})

    def _batches(self, articles: Iterable[Article]) -> Iterator[list[tuple[Article, tuple[Passage, ...]]]]:
        batch: list[tuple[Article, tuple[Passage, ...]]] = []
        rows = 0
        for article in articles:
            batch.append((article, split(article, words=self._settings.passages.words)))
            rows += sum(len(senses_of(one)) for one in batch[-1][1])
            if rows >= _ROWS:
                yield batch
                batch, rows = [], 0
        if batch:
            yield batch

    def _change(
        self,
        leaving: Sequence[ArticleRows],
        coming: Sequence[tuple[Article, tuple[Passage, ...]]],
        known: Mapping[Sense, Vectors],
    ) -> None:
        state = self._reader.state()
        try:
            old = list(self._reader.stored(leaving).values())
        except Changed:
            raise IndexCorrupt(
                f"{self._engine.where} was changed by another process. Mend: let one process at a time write, and "
                "write these articles again"
            ) from None
        new = self._embedded(coming, old, known)
        after = state.after(uuid.uuid4().hex, old, new)
        made = made_as(self._settings, self._embedder, after.languages)
        changes = moved(old, new)
        before = self._reader.counts(state, counted_in(changes))
        dimension = self._embedder.dimension
        rows = [row for stored in new for row in stored.rows(after.anchor or after.average, self._settings)]
        ids = {row["id"] for row in rows}
        left = sorted({one for stored in old for one in stored.ids} - ids)
        rows += [gone(one, dimension) for one in left]
        rows += count_rows(before, changes, dimension)
        rows.append(after.with_manifest(made).row(dimension))
        self._engine.put(rows)
        self._engine.delete(left)

    def _embedded(
        self,
        coming: Sequence[tuple[Article, tuple[Passage, ...]]],
        old: Iterable[StoredArticle],
        known: Mapping[Sense, Vectors],
    ) -> list[StoredArticle]:
        """The articles with their vectors; only texts without one are embedded."""
        at_hand = dict(known)
        for stored in old:
            at_hand |= zip(stored.senses, stored.vectors, strict=True)
        senses = list(
            dict.fromkeys(one for _, passages in coming for passage in passages for one in senses_of(passage))
        )
        embedded = {sense.text: at_hand[sense] for sense in senses if sense.asked is None and sense in at_hand}
        wanted = [sense for sense in senses if sense not in at_hand]
        missing = [text for text in texts_of(wanted) if text not in embedded]
        for start in range(0, len(missing), _EMBEDDED_AT_ONCE):
            batch = missing[start : start + _EMBEDDED_AT_ONCE]
            embedded |= zip(batch, self._embedder.embed(batch, "passage"), strict=True)
        at_hand |= zip(wanted, vectors_of(wanted, embedded, self._embedder.dimension), strict=True)
        return [
            StoredArticle.of(
                article, passages, np.stack([at_hand[one] for some in passages for one in senses_of(some)])
            )
            for article, passages in coming
        ]


def _stands(article: Article, places: Mapping[str, ArticleRows]) -> bool:
    """Whether exactly this stands there already."""
    place = places.get(key(article.id))
    return place is not None and article.status == "validated" and place.digest == digest(article)
