"""A knowledge base on disk: every version of every article, and the log that says which of them exist.

    log.jsonl                      one line a change, only ever appended to; the log is the truth
    articles/<name>/<version>.md   one file a version, never changed again; without its line in the log it is nothing
    lock, writer.json              who may write, and who does

A change is on disk in two steps: first the article's file, then the line in the log. Killed before the second, it
never happened; killed within the second, the line has no end, is not read, and is cut off by the next writer.
Readers need no lock: whatever the log names is already there, and stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from filelock import FileLock, Timeout
from pydantic import AwareDatetime, Field, ValidationError

from ragcare.errors import BadFiles, BadInput, Problem, StoreBusy
from ragcare.knowledge.article_file import folder_name, from_bytes, to_bytes
from ragcare.knowledge.atomic import make_folder, write_files
from ragcare.schema import Article, Identifier, Record, Text

PATIENCE_S = 5.0
"""How long a writer waits for another one to finish."""

Verb = Literal["add", "update", "validate", "retire"]
Version = tuple[str, int]
"""The id of an article and the number of one of its versions."""


class LoggedChange(Record):
    """One change of one article: what was done, when, and by whom if that was said."""

    at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    action: Verb
    article: Identifier
    version: Annotated[int, Field(ge=1)]
    by: Text | None = None


class LogLine(LoggedChange):
    """A change as the log has it: with the checksum of the article's file."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class News(NamedTuple):
    """What the log has that was not read yet: the changes, and the newest version of each article in them."""

    entries: Sequence[LoggedChange]
    articles: Sequence[Article]


class ArticleStore:
    """One folder. It knows how far it has read the log, and goes on from there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log.jsonl"
        self._bytes_read = 0
        self._checksums: dict[Version, str] = {}  # in the order of the log, one for each of its lines

    @staticmethod
    def is_at(folder: Path) -> bool:
        """Whether that folder is a store."""
        return (folder / "log.jsonl").is_file() and (folder / "articles").is_dir()

    @classmethod
    def make(cls, folder: Path) -> ArticleStore:
        """The store in that folder, made if it is not there.

        Raises:
            BadInput: if the folder holds articles but no log, so that it is somebody's source and not a store.
            StoreBusy: if it has to be made, and another process is at it.
        """
        store = cls(folder)
        if not cls.is_at(folder):
            make_folder(folder)
            with store._locked("make the store"):
                if (folder / "articles").exists() and not store._log.exists():
                    raise BadInput(
                        f"{folder}: there is a folder articles/ but no log.jsonl, so this is a source of articles and "
                        "not a knowledge base on disk. Mend: load() it instead, or open() another folder"
                    )
                if not store._log.exists():
                    write_files({store._log: b""})
                make_folder(folder / "articles")
        return store

    def news(self) -> News:
        """Reads the log on from where it was last read.

        Raises:
            BadFiles: if the log or an article in it is damaged; nothing then counts as read.
        """
        with self._log.open("rb") as file:
            file.seek(max(self._bytes_read - 1, 0))
            if self._bytes_read and file.read(1) != b"\n":
                cut = Problem(self._log, None, "the log was cut after it had been read", "open the folder again")
                raise BadFiles([cut])
            tail = file.read()
        # What follows the last line end is being written just now, or was when its writer was killed.
        whole = tail[: tail.rfind(b"\n") + 1]
        lines = self._parsed(whole)
        checksums = {(line.article, line.version): line.sha256 for line in lines}
        newest = {line.article: line.version for line in lines}
        articles = self._files(newest.items(), checksums)
        self._checksums |= checksums
        self._bytes_read += len(whole)
        return News(lines, articles)

    def read(self, versions: Iterable[Version]) -> list[Article]:
        """Reads versions that the log is known to name.

        Raises:
            BadFiles: naming every file that is missing or damaged.
        """
        return self._files(versions, self._checksums)

    def _files(self, versions: Iterable[Version], checksums: Mapping[Version, str]) -> list[Article]:
        articles: list[Article] = []
        problems: list[Problem] = []
        for version in versions:
            path = self._path(version)
            try:
                articles.append(_checked(path.read_bytes(), checksums[version], version))
            except (OSError, ValueError) as error:
                what = error.strerror or "cannot be read" if isinstance(error, OSError) else str(error)
                problems.append(Problem(path, None, what, "put this file back from a backup, as it was"))
        if problems:
            raise BadFiles(problems)
        return articles

    @contextmanager
    def writing(self, what: str) -> Iterator[News]:
        """The right to `append`, and what other processes have written before it was granted.

        Raises:
            StoreBusy: if another writer does not finish in time.
            BadFiles: if the log is damaged.
        """
        with self._locked(what):
            yield self.news()

    def append(self, changes: Sequence[tuple[LoggedChange, Article]]) -> None:
        """Puts changes on the disk, for good; only within `writing`, and all of its news being known.

        Each change is kept wholly or not at all. If this raises, or is killed, the first of several may be kept.

        Raises:
            OSError: if the disk refuses.
        """
        files: dict[Path, bytes] = {}
        lines: list[LogLine] = []
        for entry, article in changes:
            data = to_bytes(article)
            files[self._path((article.id, article.version))] = data
            lines.append(LogLine(**{**dict(entry), "sha256": hashlib.sha256(data).hexdigest()}))
        write_files(files)
        written = b"".join(line.model_dump_json().encode() + b"\n" for line in lines)
        with self._log.open("r+b") as file:
            file.truncate(self._bytes_read)  # all that was whole has been read: what is left has no end
            file.seek(self._bytes_read)
            file.write(written)
            file.flush()
            os.fsync(file.fileno())
        self._bytes_read += len(written)
        self._checksums |= {(line.article, line.version): line.sha256 for line in lines}

    def _path(self, version: Version) -> Path:
        article_id, number = version
        return self._folder / "articles" / folder_name(article_id) / f"{number}.md"

    def _parsed(self, log: bytes) -> list[LogLine]:
        lines: list[LogLine] = []
        known = set(self._checksums)
        for number, text in enumerate(log.split(b"\n")[:-1], start=len(self._checksums) + 1):
            try:
                line = LogLine.model_validate_json(text)
            except ValidationError:
                raise BadFiles([self._damaged(number, "this line is not a change of an article")]) from None
            if (line.article, line.version) in known or (
                line.version > 1 and (line.article, line.version - 1) not in known
            ):
                raise BadFiles([self._damaged(number, f"version {line.version} of {line.article!r} is out of order")])
            known.add((line.article, line.version))
            lines.append(line)
        return lines

    def _damaged(self, number: int, what: str) -> Problem:
        return Problem(self._log, number, what, "put log.jsonl back from a backup; nothing but ragcare may write to it")

    @contextmanager
    def _locked(self, what: str) -> Iterator[None]:
        lock, signature = FileLock(self._folder / "lock"), self._folder / "writer.json"
        try:
            lock.acquire(timeout=PATIENCE_S)
        except Timeout:
            raise StoreBusy(
                f"{self._folder}: {_signed(signature)} is writing there, and was not done after {PATIENCE_S:g} s. "
                "Mend: try again when it has ended"
            ) from None
        try:
            since = datetime.now(UTC).isoformat(timespec="seconds")
            signature.write_text(
                json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "what": what, "since": since}), "utf-8"
            )
            yield
        finally:
            lock.release()


def _checked(data: bytes, sha256: str, version: Version) -> Article:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError("the file is not what was written: its checksum is not the one in the log")
    article = from_bytes(data)
    if (article.id, article.version) != version:
        raise ValueError(f"the file holds version {article.version} of {article.id!r}")
    return article


def _signed(signature: Path) -> str:
    """Who holds the lock, in words; the holder wrote it there just after taking it."""
    try:
        writer = json.loads(signature.read_text("utf-8"))
        return f"process {writer['pid']} on {writer['host']} ({writer['what']}, since {writer['since']})"
    except (OSError, ValueError, LookupError):
        return "another process"
