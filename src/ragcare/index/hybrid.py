"""The hybrid index: both legs over the same passages, kept in step, changed while it is read."""

from __future__ import annotations

import hashlib
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError
from tqdm import tqdm

from ragcare.errors import IndexCorrupt, IndexMismatch, UnknownArticle
from ragcare.index.embedders import Embedder, as_embedder
from ragcare.index.generations import current_generation, new_generation
from ragcare.index.keyword import Fields, KeywordIndex, analyse, analyse_query
from ragcare.index.seam import KEYWORD, VECTOR, Candidate
from ragcare.index.vector import Ids, VectorIndex, Vectors
from ragcare.knowledge.passages import split
from ragcare.language.analyser import analyser_for
from ragcare.schema import Article, Passage, Scope
from ragcare.settings import PassageSettings, RetrievalSettings, Settings

_BATCH = 32
_SCOPES_KEPT = 64
_PASSAGE = TypeAdapter(Passage)


@dataclass(frozen=True)
class _State:
    """One whole state of the index: a search reads one of them from beginning to end.

    Passages stand by article id and place, so that the order of past changes leaves no trace.
    """

    articles: Mapping[str, Article]
    passages: tuple[Passage, ...]
    fields: tuple[Fields, ...] | None  # None after loading: only a change needs them
    ids: Ids
    keyword: KeywordIndex
    vector: VectorIndex
    next_id: int
    rows_by_scope: dict[Scope, npt.NDArray[np.bool_]] = field(default_factory=dict)

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages of the passages, whose analysers a query goes through."""
        return frozenset(passage.language for passage in self.passages)

    def rows(self, scope: Scope) -> npt.NDArray[np.bool_]:
        """Which rows may be said in that scope."""
        if scope not in self.rows_by_scope:
            if len(self.rows_by_scope) >= _SCOPES_KEPT:
                self.rows_by_scope.clear()
            said = {key: article.may_be_said(scope) for key, article in self.articles.items()}
            self.rows_by_scope[scope] = np.array([said[passage.article_id] for passage in self.passages], np.bool_)
        return self.rows_by_scope[scope]


class HybridIndex:
    """BM25 and FAISS over the validated articles of one knowledge base.

    Changes build a new state beside the one in use and swap it in: searches under way are not disturbed, and the
    next one sees the change. Only validated articles enter; dates and audiences are judged at each search.

    Args:
        embedder: a name, an `Embedder` or a llama-index embedding; the one of the settings if None.
        settings: how to cut, weigh and embed.
    """

    def __init__(self, settings: Settings | None = None, embedder: str | Embedder | Any | None = None) -> None:
        self.settings = settings or Settings.load()
        self.embedder = as_embedder(embedder if embedder is not None else self.settings.retrieval.embedder)
        # A question is searched for twice, in its scope and at any date; it is embedded once.
        self._embedded_query = lru_cache(maxsize=256)(lambda text: self.embedder.embed([text], "query")[0])
        self._writing = threading.Lock()
        self._state = self._state_of({}, {}, VectorIndex.empty(self.embedder.dimension), 0)

    @classmethod
    def build(
        cls,
        articles: Iterable[Article],
        settings: Settings | None = None,
        embedder: str | Embedder | Any | None = None,
        *,
        progress: bool = False,
    ) -> Self:
        """Indexes the validated ones of these articles."""
        index = cls(settings, embedder)
        index.upsert(articles, progress=progress)
        return index

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self._state.passages)

    @property
    def articles(self) -> Mapping[str, Article]:
        """The articles as indexed, by id."""
        return self._state.articles

    def article(self, article_id: str) -> Article:
        """The article as indexed.

        Raises:
            UnknownArticle: it is not in the index.
        """
        try:
            return self._state.articles[article_id]
        except KeyError:
            raise UnknownArticle(f"article {article_id!r} is not in the index") from None

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """The passages of an article, in reading order; none if it is not in the index."""
        passages = self._state.passages
        first = bisect_left(passages, article_id, key=lambda passage: passage.article_id)
        last = bisect_right(passages, article_id, key=lambda passage: passage.article_id)
        return passages[first:last]

    def fingerprint(self) -> str:
        """A digest of all that moves a score, apart from the articles: settings, embedder, analysers."""
        analysers = sorted(analyser_for(language).name for language in ("en", "fr"))
        return self.settings.fingerprint(self.embedder.name, *analysers)

    # --- change --------------------------------------------------------------------------------------

    def upsert(self, articles: Iterable[Article], *, progress: bool = False) -> None:
        """Puts articles in, or in the place of their older versions; what is not validated is taken out."""
        wanted = {article.id: article for article in articles}
        with self._writing:
            state = self._state
            changed = {key: one for key, one in wanted.items() if state.articles.get(key) != one}
            self._change(changed.keys(), [one for one in changed.values() if one.status == "validated"], progress)

    def remove(self, article_ids: Iterable[str]) -> None:
        """Takes articles out; an id that is not there is no error."""
        with self._writing:
            self._change(set(article_ids), [], progress=False)

    def _change(self, out: Iterable[str], new: Sequence[Article], progress: bool) -> None:
        state, out = self._state, set(out)
        leaving = np.array([passage.article_id in out for passage in state.passages], np.bool_)
        if not new and not leaving.any():
            return
        articles = {key: one for key, one in state.articles.items() if key not in out} | {one.id: one for one in new}
        passages = [piece for article in new for piece in split(article, words=self.settings.passages.words)]
        vectors = self._vectors(state, passages, progress)
        ids = np.arange(state.next_id, state.next_id + len(passages), dtype=np.int64)
        old_fields = state.fields if state.fields is not None else tuple(map(analyse, state.passages))
        kept = {
            passage: (fields, int(number))
            for passage, fields, number, gone in zip(state.passages, old_fields, state.ids, leaving, strict=True)
            if not gone
        }
        added = {passage: (analyse(passage), int(number)) for passage, number in zip(passages, ids, strict=True)}
        vector = state.vector.with_changes(state.ids[leaving], ids, vectors)
        self._state = self._state_of(articles, kept | added, vector, state.next_id + len(passages))

    def _state_of(
        self,
        articles: Mapping[str, Article],
        rows: Mapping[Passage, tuple[Fields, int]],
        vector: VectorIndex,
        next_id: int,
    ) -> _State:
        ordered = sorted(rows, key=lambda passage: (passage.article_id, passage.start))
        fields = tuple(rows[passage][0] for passage in ordered)
        how = self.settings.retrieval
        return _State(
            articles=dict(sorted(articles.items())),
            passages=tuple(ordered),
            fields=fields,
            ids=np.array([rows[passage][1] for passage in ordered], np.int64),
            keyword=KeywordIndex.build(fields, k1=how.k1, b=how.b, head_weight=how.head_weight),
            vector=vector,
            next_id=next_id,
        )

    def _vectors(self, state: _State, passages: Sequence[Passage], progress: bool) -> Vectors:
        """Embeds the passages, but for those whose text is embedded already."""
        known = dict(zip(map(_embedded_text, state.passages), state.ids.tolist(), strict=True))
        texts = [_embedded_text(passage) for passage in passages]
        vectors = np.empty((len(texts), self.embedder.dimension), np.float32)
        old = [row for row, text in enumerate(texts) if text in known]
        if old:
            vectors[old] = state.vector.vectors(np.array([known[texts[row]] for row in old], np.int64))
        new = [row for row, text in enumerate(texts) if text not in known]
        with tqdm(total=len(new), desc="embedding", unit="passage", disable=not progress or not new) as bar:
            for start in range(0, len(new), _BATCH):
                batch = new[start : start + _BATCH]
                vectors[batch] = self.embedder.embed([texts[row] for row in batch], "passage")
                bar.update(len(batch))
        return vectors

    # --- search --------------------------------------------------------------------------------------

    def search(self, text: str, language: str, scope: Scope, k: int) -> dict[str, list[Candidate]]:
        """The best `k` passages of each leg, best first, among those that may be said in that scope.

        A passage that shares nothing with the query, no word in one leg, no direction in the other, is no candidate.
        """
        state = self._state
        sayable = state.rows(scope)
        return {
            KEYWORD: self._keyword(state, sayable, text, language, k),
            VECTOR: self._vector(state, sayable, text, k),
        }

    def _keyword(
        self, state: _State, sayable: npt.NDArray[np.bool_], text: str, language: str, k: int
    ) -> list[Candidate]:
        scores = np.where(sayable, state.keyword.scores(analyse_query(text, language, state.languages)), 0)
        rows = np.flatnonzero(scores > 0)
        if len(rows) > k:
            rows = rows[scores[rows] >= np.partition(scores[rows], -k)[-k]]
        return _best(state, rows, scores[rows], k)

    def _vector(self, state: _State, sayable: npt.NDArray[np.bool_], text: str, k: int) -> list[Candidate]:
        allowed = None if sayable.all() else state.ids[sayable]
        if len(state.ids) == 0 or (allowed is not None and len(allowed) == 0):
            return []
        ids, scores = state.vector.search(self._embedded_query(text), k, allowed)
        near = scores > 0
        # Ids only grow, so where they stand among the rows is found by their order.
        order = np.argsort(state.ids)
        rows = order[np.searchsorted(state.ids, ids[near], sorter=order)]
        return _best(state, rows, scores[near], k)

    # --- folder --------------------------------------------------------------------------------------

    def save(self, folder: Path | str) -> None:
        """Writes the index as a new generation of that folder.

        Raises:
            StoreBusy: another process is writing there.
        """
        state = self._state
        manifest = {
            "embedder": self.embedder.name,
            "dimension": self.embedder.dimension,
            "analysers": {language: analyser_for(language).name for language in sorted(state.languages)},
            "settings": self.settings.model_dump(mode="json", include={"passages", "retrieval"}),
            "fingerprint": self.fingerprint(),
            "content": self.content(),
            "articles": len(state.articles),
            "passages": len(state.passages),
            "next_id": state.next_id,
        }
        with new_generation(Path(folder), manifest) as home:
            _write_lines(home / "articles.jsonl", (one.model_dump_json() for one in state.articles.values()))
            _write_lines(home / "passages.jsonl", map(_PASSAGE.dump_json, state.passages))
            np.save(home / "ids.npy", state.ids, allow_pickle=False)
            state.keyword.save(home / "keyword")
            state.vector.save(home / "vectors.faiss")

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
            settings: None takes the passages and retrieval settings that the index was built with.
            embedder: None loads the one that the settings name.

        Raises:
            IndexMissing: there is no index.
            IndexCorrupt: a file is missing or damaged.
            IndexMismatch: it was built by another embedder, analyser or way of cutting than is asked for.
        """
        home, manifest = current_generation(Path(folder))
        if settings is None:
            settings = Settings.load().model_copy(
                update={
                    "passages": PassageSettings(**manifest["settings"]["passages"]),
                    "retrieval": RetrievalSettings(**manifest["settings"]["retrieval"]),
                }
            )
        _refuse_mismatch(home, manifest, settings)
        index = cls(settings, embedder)
        if index.embedder.name != manifest["embedder"]:
            raise IndexMismatch(
                f"{home} was embedded by {manifest['embedder']}, not by {index.embedder.name}. "
                "Mend: open it with that embedder, or build the index again"
            )
        try:
            articles = [Article.model_validate_json(line) for line in _lines(home / "articles.jsonl")]
            passages = tuple(_PASSAGE.validate_json(line) for line in _lines(home / "passages.jsonl"))
            index._state = _State(
                articles={article.id: article for article in articles},
                passages=passages,
                fields=None,
                ids=np.load(home / "ids.npy", allow_pickle=False),
                keyword=KeywordIndex.load(home / "keyword", head_weight=settings.retrieval.head_weight),
                vector=VectorIndex.load(home / "vectors.faiss"),
                next_id=manifest["next_id"],
            )
        except (OSError, ValidationError, KeyError) as error:
            raise IndexCorrupt(f"{home} cannot be read: {error}. Mend: build the index again") from error
        return index

    def content(self) -> str:
        """A digest of the articles in the index: two indexes that agree in it hold the same."""
        digest = hashlib.sha256()
        for article in self._state.articles.values():
            digest.update(article.model_dump_json().encode())
        return digest.hexdigest()[:16]


def _embedded_text(passage: Passage) -> str:
    """What the vector of a passage stands for: its place, then its text."""
    return "\n".join(part for part in (passage.title, *passage.headings, passage.text) if part)


def _best(state: _State, rows: npt.NDArray[np.intp], scores: Vectors, k: int) -> list[Candidate]:
    """Best first; equal scores stand in the order of the passages, whatever the history of the index."""
    order = np.lexsort((rows, -scores))[:k]
    return [Candidate(state.passages[rows[at]], float(scores[at])) for at in order]


def _refuse_mismatch(home: Path, manifest: Mapping[str, Any], settings: Settings) -> None:
    built = manifest["settings"]
    asked = settings.model_dump(mode="json", include={"passages", "retrieval"})
    for table, name in (("passages", "words"), ("retrieval", "embedder"), ("retrieval", "k1"), ("retrieval", "b")):
        if built[table][name] != asked[table][name]:
            raise IndexMismatch(
                f"{home} was built with {table}.{name} = {built[table][name]!r}, the settings say "
                f"{asked[table][name]!r}. Mend: use the settings of the index, or build it again"
            )
    for language, name in manifest["analysers"].items():
        if analyser_for(language).name != name:
            raise IndexMismatch(
                f"{home} was analysed by {name}, this ragcare has {analyser_for(language).name}. "
                "Mend: build the index again"
            )


def _lines(path: Path) -> list[str]:
    # Not str.splitlines: U+2028 and its like are line ends to it, and ordinary characters to JSON.
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def _write_lines(path: Path, lines: Iterable[str | bytes]) -> None:
    with path.open("wb") as file:
        file.writelines((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
