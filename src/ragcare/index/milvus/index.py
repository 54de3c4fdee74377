"""The index in Milvus: the seam's verbs over one collection."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragcare.errors import IndexMismatch
from ragcare.index import identity
from ragcare.index.embedders import Embedder, as_embedder
from ragcare.index.milvus.counts import State
from ragcare.index.milvus.engine import Engine
from ragcare.index.milvus.reading import CollectionReader, find_state
from ragcare.index.milvus.rows import FORMAT, made_as
from ragcare.index.milvus.searching import Search
from ragcare.index.milvus.writing import Writer
from ragcare.index.seam import Found
from ragcare.schema import Article, Library, Scope
from ragcare.settings import Settings

if TYPE_CHECKING:
    from ragcare.index.hybrid import HybridIndex
    from ragcare.index.senses import Sense
    from ragcare.index.vector import Vectors

_WEIGHED = (("retrieval", "k1"), ("retrieval", "b"))
"""The stored vectors of words are weighed with these; the embedded index keeps counts, and can take others."""


class MilvusIndex:
    """The validated articles of one knowledge base in a collection of Milvus.

    >>> assistant = Assistant(MilvusIndex("help.db"))                                  # a file on this machine
    >>> assistant = Assistant(MilvusIndex("https://milvus.example:19530", token=...))  # a cluster

    Any number of processes may search in it; one at a time may write. It finds what `HybridIndex` finds, with the
    same scores, so confidence and thresholds hold for both.

    Args:
        uri: of a cluster, or a local file whose name ends in .db (one process at a time).
        settings: how to cut, weigh and embed; None takes those that the collection was made with, over them the
            `RAGCARE_*` variables.
        embedder: a name, an `Embedder` or a llama-index embedding; the one of the settings if None.
        token: "user:password" or an API key of the cluster.
        collection: its name there; made if it does not exist.
        database: the Milvus database; the default one if empty.
        dense_index: how Milvus searches the vectors, such as `{"index_type": "HNSW", "params": {"M": 16}}`, when the
            collection is made; "FLAT", the default, is exact.
        consistency: "Strong" sees each change as soon as it is made; "Bounded" is faster on a cluster, and may for
            some seconds say what has just been retired.
        timeout: seconds that one request may take.

    Raises:
        MissingExtra: pymilvus is not installed.
        IndexUnreachable: Milvus does not answer there, or refuses the token.
        IndexMismatch: the collection was made by another embedder, analyser or way of cutting than is asked for.
        IndexCorrupt: the collection is not whole.
    """

    def __init__(
        self,
        uri: str | Path,
        settings: Settings | None = None,
        embedder: str | Embedder | Any | None = None,
        *,
        token: str = "",
        collection: str = "ragcare",
        database: str = "",
        dense_index: Mapping[str, Any] | None = None,
        consistency: str = "Strong",
        timeout: float = 30.0,
    ) -> None:
        self._engine = Engine(str(uri), token, collection, database, consistency, timeout)
        is_there = self._engine.exists()
        made = self._made() if is_there else None
        if settings is None:
            settings = Settings.load(beneath=made["settings"] if made else None)
        self.settings = identity.naming(settings, embedder)
        if made:
            _refuse_other_rows(self._engine.where, made)
            identity.refuse_other_settings(self._engine.where, made, self.settings, also=_WEIGHED)
        self.embedder = as_embedder(embedder if embedder is not None else self.settings.retrieval.embedder)
        if made:
            identity.refuse_other_embedder(self._engine.where, made, self.embedder)
        elif not is_there:
            self._engine.create(self.embedder.dimension, dense_index or {})
            self._engine.open()
        self._reader = CollectionReader(self._engine, self.settings)
        self._search = Search(self._engine, self._reader, self.settings.retrieval)
        self._writer = Writer(self._engine, self._reader, self.settings, self.embedder)
        self._writing = threading.Lock()
        # A question may be searched for again, in another scope; it is embedded once.
        self._embedded_query = lru_cache(maxsize=256)(lambda text: self.embedder.embed([text], "query")[0])
        if not made:
            state = State(uuid.uuid4().hex, made_as(self.settings, self.embedder, ()))
            self._engine.put([state.row(self.embedder.dimension)])

    def _made(self) -> Mapping[str, Any] | None:
        """How the collection was made; None if its maker died before it could say so."""
        self._engine.open()
        state = find_state(self._engine)
        return state.made if state is not None else None

    def __len__(self) -> int:
        """How many passages there are."""
        return self._reader.state().passages

    @property
    def now(self) -> Library:
        """The articles as they stand; each is read when it is first asked for."""
        return self._search.library()

    @property
    def articles(self) -> Mapping[str, Article]:
        """All articles, by id, in the order of ids: read from Milvus once after each change, whoever made it."""
        return self._reader.articles()

    def fingerprint(self) -> str:
        """A digest of all that moves a score but the articles: the one that an embedded index of these settings has."""
        return identity.fingerprint(self.settings, self.embedder)

    def content(self) -> str:
        """A digest of the articles in it, the one that an embedded index of them has; reads them all."""
        return identity.content(self.articles.values())

    def upsert(self, articles: Iterable[Article], *, progress: bool = False) -> None:
        """Puts articles in, or in the place of their older versions; what is not validated is taken out.

        Each article changes as a whole, and so do some hundreds in one call; of more, readers may see some before the
        others.
        """
        with self._writing:
            self._writer.upsert(articles, {}, progress)

    def remove(self, article_ids: Iterable[str]) -> None:
        """Takes articles out; an id that is not there is no error."""
        with self._writing:
            self._writer.remove(article_ids)

    def follow(self, articles: Iterable[Article], *, progress: bool = False) -> None:
        """Makes it hold the validated ones of these articles and no other; only what is new is embedded."""
        self._follow(list(articles), {}, progress)

    def move_in(self, index: HybridIndex, *, progress: bool = False) -> None:
        """Makes it hold what an embedded index holds; of the same embedder, its vectors are taken over."""
        same = index.embedder.name == self.embedder.name
        self._follow(list(index.articles.values()), index.embedded() if same else {}, progress)

    def _follow(self, articles: list[Article], known: Mapping[Sense, Vectors], progress: bool) -> None:
        with self._writing:
            self._writer.keep(articles)
            self._writer.upsert(articles, known, progress)
            self._engine.settle()

    def respelt(self, text: str, language: str, scope: Scope) -> str:
        """A text as it was meant, by the words that may be said in that scope; as it is where nothing is repaired."""
        return self._search.respelt(text, language, scope) if self.settings.retrieval.repair else text

    def search(self, text: str, language: str, scope: Scope, k: int) -> Found:
        """The best `k` passages of each leg, best first, among those that may be said in that scope.

        The filter stands in the query of each leg: Milvus chooses among what passes it and nothing else.
        """
        return self._search(text, language, lambda: self._embedded_query(text), scope, k)

    def drop(self) -> None:
        """Takes the collection away, for good."""
        with self._writing:
            self._engine.drop()


def _refuse_other_rows(where: object, made: Mapping[str, Any]) -> None:
    """Raises `IndexMismatch` where rows of an earlier ragcare would be read as they were not written."""
    if (rows := made.get("rows", 1)) != FORMAT:
        raise IndexMismatch(
            f"{where} has rows of format {rows}, this ragcare reads {FORMAT}. "
            "Mend: build the index again under another name"
        )
