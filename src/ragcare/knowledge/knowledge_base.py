"""The knowledge base: which articles there are, who vouches for them, and what may be said to whom, when."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

from ragcare.errors import BadInput, UnknownArticle
from ragcare.knowledge.loading import load_articles
from ragcare.knowledge.revision import brings_news, content, edited, review, revised
from ragcare.knowledge.store import ArticleStore, LoggedChange, Verb, Version
from ragcare.schema import Article, Scope


class Changes(NamedTuple):
    """What a merge did, by article id, in the order in which the articles came."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True)
class _Current:
    """The current version of each article. Replaced whole, so that a reader never meets half a change."""

    articles: Mapping[str, Article] = field(default_factory=dict)

    @cached_property
    def in_order(self) -> tuple[Article, ...]:
        return tuple(self.articles[article_id] for article_id in sorted(self.articles))

    @cached_property
    def fingerprint(self) -> str:
        digest = hashlib.sha256()
        for article in self.in_order:
            digest.update(article.model_dump_json(exclude={"version"}).encode() + b"\n")
        return digest.hexdigest()[:16]


class KnowledgeBase:
    """The articles of one company, every version of each, and what may be said to whom, when.

    Built directly or by `load`, it lives in memory. From `open`, each change is on disk when the call returns, and
    other processes may write to the same folder: a change starts from what they wrote. Threads may share it.

    Raises:
        StoreBusy: from any change, where another process goes on writing to the same folder.
        BadInput: from any change, where `by` is given and blank.
    """

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        """An in-memory base that holds these articles, each at version 1.

        Raises:
            BadInput: if two have the same id, or one is not valid.
        """
        self._store: ArticleStore | None = None
        self._one_writer = threading.RLock()
        self._current = _Current()
        self._entries: dict[Version, LoggedChange] = {}  # every change, in the order in which they were made
        self._read: dict[Version, Article] = {}  # the versions in memory; a store has the others
        self.merge(articles)

    @classmethod
    def load(
        cls,
        source: Path | str | Iterable[Article | Any],
        *,
        assume_validated: str | None = None,
        on: date | None = None,
        skip_bad: bool = False,
        progress: bool = False,
    ) -> KnowledgeBase:
        """Reads articles into memory; nothing is written, and nothing later is read.

        Args:
            source: a file, a folder, or articles and llama-index Documents. A folder that `open` or `save` made comes
                with all its versions and its own reviews.
            assume_validated: who vouches for the articles that say nothing of their review.
            on: the day of that; today, if not given.
            skip_bad: take the good ones, and log the others.
            progress: show a bar on stderr.

        Raises:
            BadFiles: with every problem there is, unless `skip_bad`; of a store, always.
        """
        if isinstance(source, Path | str) and ArticleStore.is_at(Path(source)):
            return cls._copied_from(ArticleStore(Path(source)))
        return cls(
            load_articles(source, assume_validated=assume_validated, on=on, skip_bad=skip_bad, progress=progress)
        )

    @classmethod
    def open(cls, folder: Path | str) -> KnowledgeBase:
        """The knowledge base in that folder, which is made if missing; every change is on disk when its call returns.

        Raises:
            BadFiles: naming each file that is damaged.
            BadInput: if the folder is a source of articles instead.
            StoreBusy: if it has to be made, and another process is at it.
        """
        knowledge = cls()
        knowledge._store = ArticleStore.make(Path(folder))
        knowledge.refresh()
        return knowledge

    def save(self, folder: Path | str) -> None:
        """Writes all of it, old versions and who changed what included, to a new or empty folder.

        Raises:
            BadInput: if the folder holds something.
        """
        folder = Path(folder)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput(f"{folder} is not empty. Mend: save to a new folder, or open() this one and merge() into it")
        store = ArticleStore.make(folder)
        with self._one_writer, store.writing("save"):
            store.append([(entry, self._version(*version)) for version, entry in self._entries.items()])

    def refresh(self) -> None:
        """Takes in what other processes have written since; a change does so by itself.

        Raises:
            BadFiles: if something on disk is damaged; this base then stays as it was.
        """
        if self._store is not None:
            with self._one_writer:
                self._take_in(*self._store.news())

    # --- changes -------------------------------------------------------------------------------------

    def add(self, article: Article) -> Article:
        """Stores a new article, as version 1, with the review that it comes with.

        Raises:
            BadInput: if the id is there already.
        """
        with self._changing(f"add {article.id!r}"):
            if article.id in self:
                raise BadInput(f"article {article.id!r} is there already. Mend: update() it, or take another id")
            return self._record([("add", revised(article, version=1))])[0]

    def update(self, article: Article, *, by: str | None = None) -> Article:
        """Stores a changed article as the next version; without any change, returns the current one.

        A changed text is a draft until it is validated again, unless the article comes with a new review of its own.

        Raises:
            UnknownArticle: if there is no article of that id.
        """
        with self._changing(f"update {article.id!r}"):
            return self._next("update", edited(self.get(article.id), article), by)

    def validate(
        self,
        article_id: str,
        *,
        by: str,
        on: date | None = None,
        review_by: date | None = None,
        valid_from: date | None = None,
        valid_until: date | None = None,
    ) -> Article:
        """Records that somebody vouches for the current text; it may be said from now on.

        Args:
            article_id: of the article.
            by: who vouches for it.
            on: the day of that; today, if not given.
            review_by: the day by which to read it again. A date that is not given stays as it is.
            valid_from: the first day on which it may be said.
            valid_until: the last day on which it may be said.

        Raises:
            UnknownArticle: if there is no article of that id.
            BadInput: if `by` is blank, or the article could never be said with these dates.
        """
        dates = {"review_by": review_by, "valid_from": valid_from, "valid_until": valid_until}
        vouched = {"status": "validated", "validated_by": by, "validated_at": on or date.today()}
        vouched |= {name: day for name, day in dates.items() if day is not None}
        with self._changing(f"validate {article_id!r}"):
            return self._next("validate", revised(self.get(article_id), **vouched), by)

    def retire(self, article_id: str, *, by: str | None = None) -> Article:
        """Takes an article out of what may be said; its versions stay readable.

        Raises:
            UnknownArticle: if there is no article of that id.
        """
        with self._changing(f"retire {article_id!r}"):
            return self._next("retire", revised(self.get(article_id), status="retired"), by)

    def merge(self, articles: Iterable[Article], *, by: str | None = None) -> Changes:
        """Brings in what a source says: adds what is new, updates what has changed, leaves what it does not have.

        A source that says nothing new of an article does not touch it, so who validated or retired it stays recorded.
        Killed in the middle it may have kept some of them, each whole: merge again to complete it.

        Raises:
            BadInput: if two articles have the same id, or one is not valid; nothing is then changed.
        """
        incoming: dict[str, Article] = {}
        for article in articles:
            if article.id in incoming:
                raise BadInput(f"two articles have the id {article.id!r}. Mend: give each its own")
            incoming[article.id] = article
        with self._changing(f"merge {len(incoming)} articles"):
            made: list[tuple[Verb, Article]] = []
            for article in incoming.values():
                current = self._current.articles.get(article.id)
                if current is None:
                    made.append(("add", revised(article, version=1)))
                elif brings_news(article, current, partial(self._as_given, current)):
                    made.append(("update", revised(article, version=current.version + 1)))
            self._record(made, by)
        added = tuple(article.id for verb, article in made if verb == "add")
        updated = tuple(article.id for verb, article in made if verb == "update")
        changed = {*added, *updated}
        return Changes(added, updated, tuple(article_id for article_id in incoming if article_id not in changed))

    # --- reading -------------------------------------------------------------------------------------

    def get(self, article_id: str, version: int | None = None) -> Article:
        """The current version of an article, or the one asked for.

        Raises:
            UnknownArticle: if there is none.
            BadFiles: if an old version is damaged on disk.
        """
        current = self._current.articles.get(article_id)
        if current is None:
            raise UnknownArticle(f"there is no article {article_id!r}. Ids are compared letter for letter")
        if version is None or version == current.version:
            return current
        if not 1 <= version < current.version:
            raise UnknownArticle(f"article {article_id!r} has no version {version}: the newest is {current.version}")
        return self._version(article_id, version)

    def versions(self, article_id: str) -> tuple[Article, ...]:
        """All versions of an article, the oldest first.

        Raises:
            UnknownArticle: if there is none.
            BadFiles: if an old version is damaged on disk.
        """
        current = self.get(article_id)
        return (*(self._version(article_id, version) for version in range(1, current.version)), current)

    def sayable(self, scope: Scope) -> Iterator[Article]:
        """The articles that may be said to that asker on that day, in id order."""
        return (article for article in self._current.in_order if article.may_be_said(scope))

    def fingerprint(self) -> str:
        """A short hash of what the current versions say and of their review, in whatever order they came."""
        return self._current.fingerprint

    def __iter__(self) -> Iterator[Article]:
        return iter(self._current.in_order)

    def __len__(self) -> int:
        return len(self._current.articles)

    def __contains__(self, article_id: object) -> bool:
        return article_id in self._current.articles

    # --- how -----------------------------------------------------------------------------------------

    @classmethod
    def _copied_from(cls, store: ArticleStore) -> KnowledgeBase:
        knowledge = cls()
        entries = store.news().entries
        knowledge._take_in(entries, store.read((entry.article, entry.version) for entry in entries))
        return knowledge

    @contextmanager
    def _changing(self, what: str) -> Iterator[None]:
        with self._one_writer:
            if self._store is None:
                yield
            else:
                with self._store.writing(what) as news:
                    self._take_in(*news)
                    yield

    def _next(self, verb: Verb, article: Article, by: str | None) -> Article:
        current = self.get(article.id)
        if (content(article), review(article)) == (content(current), review(current)):
            return current
        return self._record([(verb, revised(article, version=current.version + 1))], by)[0]

    def _record(self, made: Sequence[tuple[Verb, Article]], by: str | None = None) -> list[Article]:
        if by is not None and not by.strip():
            raise BadInput("by is blank. Mend: say who makes this change, or leave it out")
        articles = [article for _, article in made]
        entries = [
            LoggedChange(action=verb, article=article.id, version=article.version, by=by) for verb, article in made
        ]
        if self._store is not None and made:
            self._store.append(list(zip(entries, articles, strict=True)))
        self._take_in(entries, articles)
        return articles

    def _take_in(self, entries: Iterable[LoggedChange], articles: Sequence[Article]) -> None:
        self._entries |= {(entry.article, entry.version): entry for entry in entries}
        self._read |= {(article.id, article.version): article for article in articles}
        self._current = _Current({**self._current.articles, **{article.id: article for article in articles}})

    def _version(self, article_id: str, number: int) -> Article:
        version = (article_id, number)
        if version not in self._read and self._store is not None:
            self._read[version] = self._store.read([version])[0]
        return self._read[version]

    def _as_given(self, current: Article) -> Article:
        """The last version that came with its content, and was not made from that by a review."""
        number = current.version
        while self._entries[current.id, number].action in ("validate", "retire"):
            number -= 1
        return self.get(current.id, number)
