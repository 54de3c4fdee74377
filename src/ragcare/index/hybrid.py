"""The hybrid index: both legs over the same passages, kept in step, changed while it is read."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import TypeAdapter
from tqdm import tqdm

from ragcare.errors import IndexCorrupt
from ragcare.index import identity
from ragcare.index.conditions import Conditions
from ragcare.index.embedders import Embedder, as_embedder
from ragcare.index.embedding_cache import EmbeddingCache
from ragcare.index.generations import new_generation, read_generation
from ragcare.index.identity import naming
from ragcare.index.keyword import KeywordIndex
from ragcare.index.seam import KEYWORD, VECTOR, Found
from ragcare.index.senses import Sense, senses_of, texts_of, vectors_of
from ragcare.index.snapshot import Snapshot
from ragcare.index.vector import VectorIndex, Vectors
from ragcare.knowledge.passages import split
from ragcare.schema import Article, Passage, Scope
from ragcare.settings import Settings

_BATCH = 32
_ARTICLES = 50_000

_PASSAGE = TypeAdapter(Passage)


class HybridIndex:
    """BM25 and FAISS over the validated articles of one knowledge base.

    Changes build a new `Snapshot` beside the one in use and swap it in: searches under way are not disturbed, and
    the next one sees the change. Only validated articles enter; dates and audiences are judged at each search.

    Args:
        embedder: a name, an `Embedder` or a llama-index embedding; the one of the settings if None.
        settings: how to cut, weigh and embed.
        cache: where embeddings are kept. None takes that of the settings for an embedder that goes by its name, but for
            "hash", which is quicker than a look-up; and none for an object, of which nobody knows what it costs.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        embedder: str | Embedder | Any | None = None,
        *,
        cache: EmbeddingCache | None = None,
    ) -> None:
        self.settings = naming(settings or Settings.load(), embedder)
        named = embedder if embedder is not None else self.settings.retrieval.embedder
        self.embedder = as_embedder(named)
        by_name = isinstance(named, str) and named != "hash"
        self._cache = cache if cache is not None or not by_name else EmbeddingCache.of(self.settings.cache)
        # A question may be searched for again, in another scope; it is embedded once.
        self._embedded_query = lru_cache(maxsize=256)(lambda text: self.embedder.embed([text], "query")[0])
        self._writing = threading.Lock()
        how = self.settings.retrieval
        keyword = KeywordIndex.empty(k1=how.k1, b=how.b, head_weight=how.head_weight)
        self._now = Snapshot.empty(keyword, VectorIndex.empty(self.embedder.dimension))

    @classmethod
    def build(
        cls,
        articles: Iterable[Article],
        settings: Settings | None = None,
        embedder: str | Embedder | Any | None = None,
        *,
        cache: EmbeddingCache | None = None,
        progress: bool = False,
    ) -> Self:
        """Indexes the validated ones of these articles."""
        index = cls(settings, embedder, cache=cache)
        index.upsert(articles, progress=progress)
        return index

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self._now.passages_in_order)

    @property
    def now(self) -> Snapshot:
        """The state that stands at this moment, for whoever reads twice and must find the same."""
        return self._now

    @property
    def articles(self) -> Mapping[str, Article]:
        """The articles as indexed, by id."""
        return self._now.articles

    def embedded(self) -> dict[Sense, Vectors]:
        """Its vectors, by what they stand for: an index elsewhere need not embed them again."""
        now = self._now
        senses = (sense for passage in now.passages_in_order for sense in senses_of(passage))
        return dict(zip(senses, now.vector.vectors(now.ids), strict=True))

    def fingerprint(self) -> str:
        """A digest of all that moves a score but the articles: settings, what is indexed, embedder, analysers."""
        return identity.fingerprint(self.settings, self.embedder)

    # --- change --------------------------------------------------------------------------------------

    def upsert(self, articles: Iterable[Article], *, progress: bool = False) -> None:
        """Puts articles in, or in the place of their older versions; what is not validated is taken out."""
        self._put({article.id: article for article in articles}, progress, keep_others=True)

    def follow(self, articles: Iterable[Article], *, progress: bool = False) -> None:
        """Makes the index hold the validated ones of these articles and no other; only what is new is embedded."""
        self._put({article.id: article for article in articles}, progress, keep_others=False)

    def remove(self, article_ids: Iterable[str]) -> None:
        """Takes articles out; an id that is not there is no error."""
        with self._writing:
            self._change(set(article_ids), [], progress=False)

    def _put(self, wanted: Mapping[str, Article], progress: bool, *, keep_others: bool) -> None:
        with self._writing:
            stands = self._now.articles
            changed = {key: one for key, one in wanted.items() if stands.get(key) != one}
            others = frozenset() if keep_others else stands.keys() - wanted.keys()
            new = [one for one in changed.values() if one.status == "validated"]
            self._change(changed.keys() | others, new, progress)

    def _change(self, out: Iterable[str], new: Sequence[Article], progress: bool) -> None:
        now, out = self._now, set(out)
        if not new and now.articles.keys().isdisjoint(out):
            return
        # Some at a time, so that a million passages need no more memory than what becomes of them.
        for start in range(0, max(len(new), 1), _ARTICLES):
            some = {article.id: article for article in new[start : start + _ARTICLES]}
            cut = [piece for article in some.values() for piece in split(article, words=self.settings.passages.words)]
            vectors = self._vectors(self._now, cut, progress)
            now = now.with_changes(out if start == 0 else frozenset(), some, cut, vectors)
        self._now = now

    def _vectors(self, now: Snapshot, passages: Sequence[Passage], progress: bool) -> list[Vectors]:
        """The vectors of each passage: those that the index has, and others from texts that are embedded once each."""
        by_passage = [senses_of(passage) for passage in passages]
        senses = list(chain.from_iterable(by_passage))
        known = now.known(passages)
        vectors = np.empty((len(senses), self.embedder.dimension), np.float32)
        old = [row for row, sense in enumerate(senses) if sense in known]
        vectors[old] = now.vector.vectors(np.array([known[senses[row]] for row in old], np.int64))
        at_hand = {senses[row].text: vectors[row] for row in old if senses[row].asked is None}
        new = [row for row, sense in enumerate(senses) if sense not in known]
        wanted = [senses[row] for row in new]
        missing = [text for text in texts_of(wanted) if text not in at_hand]
        at_hand |= zip(missing, self._embedded(missing, progress), strict=True)
        vectors[new] = vectors_of(wanted, at_hand, self.embedder.dimension)
        ends = np.cumsum([len(some) for some in by_passage])
        return np.split(vectors, ends[:-1]) if by_passage else []

    def _embedded(self, texts: Sequence[str], progress: bool) -> Vectors:
        vectors = np.empty((len(texts), self.embedder.dimension), np.float32)
        with tqdm(total=len(texts), desc="embedding", unit="text", disable=not progress or not texts) as bar:
            for start in range(0, len(texts), _BATCH):
                some = texts[start : start + _BATCH]
                if self._cache is None:
                    vectors[start : start + _BATCH] = self.embedder.embed(some, "passage")
                else:  # batch by batch, so that a run that is killed has kept what it had embedded
                    vectors[start : start + _BATCH] = self._cache.embed(self.embedder, some, "passage")
                bar.update(len(some))
        return vectors

    # --- search --------------------------------------------------------------------------------------

    def respelt(self, text: str, language: str, scope: Scope) -> str:
        """A text as it was meant, by the words that may be said in that scope; as it is where nothing is repaired."""
        return self._now.respelt(text, language, scope) if self.settings.retrieval.repair else text

    def search(self, text: str, language: str, scope: Scope, k: int) -> Found:
        """The best `k` passages of each leg, best first, among those that may be said in that scope.

        A passage that shares nothing with the query, no word in one leg, no direction in the other, is no candidate.
        """
        now = self._now
        query = now.query(text, language)
        legs = {
            KEYWORD: now.by_keyword(query, scope, k),
            VECTOR: now.by_vector(self._embedded_query(text), scope, k),
        }
        return Found(legs, now, query.reach(now.keyword.reach), partial(now.may_be_said, legs.values()))

    # --- folder --------------------------------------------------------------------------------------

    def save(self, folder: Path | str) -> None:
        """Writes the index as a new generation of that folder.

        Raises:
            StoreBusy: another process is writing there.
        """
        now = self._now
        manifest = {
            **identity.manifest(self.settings, self.embedder, now.languages),
            "content": self.content(),
            "articles": len(now.articles),
            "passages": len(now.passages_in_order),
            "next_id": now.next_id,
        }
        with new_generation(Path(folder), manifest) as home:
            _write_lines(home / "articles.jsonl", (one.model_dump_json() for one in now.articles.values()))
            _write_lines(home / "passages.jsonl", map(_PASSAGE.dump_json, now.passages_in_order))
            np.save(home / "ids.npy", now.ids, allow_pickle=False)
            np.save(home / "counts.npy", now.counts, allow_pickle=False)
            now.keyword.save(home / "keyword")
            now.vector.save(home / "vectors.faiss")

    @classmethod
    def load(
        cls,
        folder: Path | str,
        settings: Settings | None = None,
        embedder: str | Embedder | Any | None = None,
    ) -> Self:
        """Opens the index that stands in a folder.

        Args:
            folder: where `save` wrote it.
            settings: None takes the passages and retrieval settings that the index was built with, and over them
                the `RAGCARE_*` variables.
            embedder: None loads the one that the settings name.

        Raises:
            IndexMissing: there is no index.
            IndexCorrupt: a file is missing or damaged.
            IndexMismatch: it was built by another embedder, analyser or way of cutting than is asked for.
        """
        return read_generation(Path(folder), lambda home, manifest: cls._read(home, manifest, settings, embedder))

    @classmethod
    def _read(
        cls, home: Path, manifest: Mapping[str, Any], settings: Settings | None, embedder: str | Embedder | Any | None
    ) -> Self:
        if settings is None:
            settings = Settings.load(beneath=manifest["settings"])
        identity.refuse_other_settings(home, manifest, naming(settings, embedder))
        index = cls(settings, embedder)
        identity.refuse_other_embedder(home, manifest, index.embedder)
        try:
            articles = [Article.model_validate_json(line) for line in _lines(home / "articles.jsonl")]
            passages = tuple(_PASSAGE.validate_json(line) for line in _lines(home / "passages.jsonl"))
            by_id = {article.id: article for article in articles}
            how = settings.retrieval
            index._now = Snapshot(
                articles=by_id,
                passages_in_order=passages,
                conditions=Conditions.of([(by_id[passage.article_id], passage.language) for passage in passages]),
                ids=np.load(home / "ids.npy", allow_pickle=False),
                counts=np.load(home / "counts.npy", allow_pickle=False),
                keyword=KeywordIndex.load(home / "keyword", k1=how.k1, b=how.b, head_weight=how.head_weight),
                vector=VectorIndex.load(home / "vectors.faiss"),
                next_id=manifest["next_id"],
            )
        except (OSError, ValueError, KeyError, RuntimeError) as error:  # RuntimeError is what FAISS raises
            raise IndexCorrupt(f"{home} cannot be read: {error}. Mend: build the index again") from error
        return index

    def content(self) -> str:
        """A digest of the articles in the index: two indexes that agree in it hold the same."""
        return identity.content(self._now.articles.values())


def _lines(path: Path) -> list[str]:
    # Not str.splitlines: U+2028 and its like are line ends to it, and ordinary characters to JSON.
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def _write_lines(path: Path, lines: Iterable[str | bytes]) -> None:
    with path.open("wb") as file:
        file.writelines((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
