"""Vectors kept by what they stand for, so that nothing is embedded twice: after a kill, elsewhere, in another format.

One SQLite file in the user's cache folder, for all knowledge bases and processes of that user. It holds digests of
texts and their vectors, no text. It is safe to lose: a row that is damaged is embedded again, a file that is damaged
is begun anew, and where the file cannot be used at all, indexing goes on without it (`docs/design/008-change.md`).
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np

from ragcare.index.embedders import Embedder, Role
from ragcare.index.vector import Vectors
from ragcare.settings import CacheSettings

_logger = logging.getLogger(__name__)

_PATIENCE_S = 10.0
_DAY_S = 86_400
_AT_ONCE = 500  # SQLite takes so many variables in every version
_PROBE = "Le délai est de 14 jours. The refund takes 5 days."
_NEAR = 0.02
"""How far two embeddings of one text by one model may lie apart, a cosine of .9998.

Machines round in their own ways, and where activations are rounded to 8 bits, what one layer rounds otherwise the next
ones do more: the two engines of e5 lie .006 apart on average and .012 at most.
"""

_TABLES = """
CREATE TABLE IF NOT EXISTS models (id INTEGER PRIMARY KEY, name TEXT, role TEXT, dimension INTEGER, probe BLOB);
CREATE TABLE IF NOT EXISTS vectors (
    model INTEGER, text BLOB, vector BLOB, checksum INTEGER, used INTEGER, PRIMARY KEY (model, text)
);
CREATE INDEX IF NOT EXISTS by_use ON vectors (used);
"""


class EmbeddingCache:
    """The vectors that were embedded on this machine, by embedder, role and text.

    Args:
        folder: where the file is; made if missing, for its owner's eyes alone.
        megabytes: how large it may grow; what was used least recently is forgotten first.
    """

    def __init__(self, folder: Path | str, megabytes: int = CacheSettings().megabytes) -> None:
        self._folder, self._most = Path(folder), megabytes * 1_000_000
        self._models: dict[tuple[str, str, int], int] = {}

    @classmethod
    def of(cls, settings: CacheSettings) -> Self | None:
        """The cache that the settings ask for; None where they turn it off."""
        if settings.megabytes == 0:
            return None
        return cls(settings.folder or _user_folder(), settings.megabytes)

    @property
    def path(self) -> Path:
        """The file; deleting it costs time and nothing else."""
        return self._folder / "embeddings.sqlite"

    def embed(self, embedder: Embedder, texts: Sequence[str], role: Role) -> Vectors:
        """The vectors of the texts, embedded only where they are not kept; what is embedded is kept at once."""
        vectors = np.empty((len(texts), embedder.dimension), np.float32)
        model = self._model(embedder, role) if texts else None
        kept = {} if model is None else self._kept(model, texts, embedder.dimension)
        new = [row for row, text in enumerate(texts) if text not in kept]
        for row, text in enumerate(texts):
            if text in kept:
                vectors[row] = kept[text]
        if new:
            embedded = embedder.embed([texts[row] for row in new], role)
            vectors[new] = embedded
            if model is not None:
                self._keep(model, [texts[row] for row in new], embedded)
        return vectors

    def put(self, embedder: Embedder, texts: Sequence[str], vectors: Vectors, role: Role) -> None:
        """Keeps vectors that this embedder gave for these texts."""
        model = self._model(embedder, role)
        if model is not None:
            self._keep(model, texts, vectors)

    def count(self) -> int:
        """How many vectors are kept."""
        with self._open() as file:
            return 0 if file is None else int(file.execute("SELECT count(*) FROM vectors").fetchone()[0])

    def _model(self, embedder: Embedder, role: Role) -> int | None:
        """The number of that embedder: a name is believed only where a text is embedded as it was before.

        Two folders with weights may bear one name, and weights may be replaced under a name.
        """
        named = (embedder.name, role, embedder.dimension)
        known = self._models.get(named)
        if known is not None:
            return known
        probe = np.ascontiguousarray(embedder.embed([_PROBE], role)[0], np.float32)
        number = None
        with self._open() as file:
            if file is None:
                return None
            file.execute("BEGIN IMMEDIATE")
            asked = "SELECT id, probe FROM models WHERE name = ? AND role = ? AND dimension = ?"
            like = (one for one, blob in file.execute(asked, named) if alike(np.frombuffer(blob, np.float32), probe))
            number = next(like, None)
            if number is None:
                # Never a count: in a file that was begun anew, the next model must not get the number of another.
                number = int.from_bytes(hashlib.sha256(repr(named).encode() + probe.tobytes()).digest()[:7])
                file.execute("INSERT OR REPLACE INTO models VALUES (?, ?, ?, ?, ?)", (number, *named, probe.tobytes()))
        if number is not None:
            self._models[named] = number
        return number

    def _kept(self, model: int, texts: Sequence[str], dimension: int) -> dict[str, Vectors]:
        by_key = {_key(text): text for text in texts}
        found: dict[str, Vectors] = {}
        now = int(time.time())
        with self._open() as file:
            if file is None:
                return {}
            for some in _in_parts(list(by_key)):
                marks = ",".join("?" * len(some))
                rows = file.execute(
                    f"SELECT text, vector, checksum FROM vectors WHERE model = ? AND text IN ({marks})", (model, *some)
                ).fetchall()
                for key, blob, checksum in rows:
                    if checksum == zlib.crc32(key + blob) and len(blob) == 4 * dimension:
                        found[by_key[key]] = np.frombuffer(blob, np.float32)
                # Once a day is often enough to know what is in use, and spares the disk.
                file.execute(
                    f"UPDATE vectors SET used = ? WHERE model = ? AND used < ? AND text IN ({marks})",
                    (now, model, now - _DAY_S, *some),
                )
            return found
        return {}

    def _keep(self, model: int, texts: Sequence[str], vectors: Vectors) -> None:
        now = int(time.time())
        rows = []
        for text, vector in zip(texts, np.ascontiguousarray(vectors, np.float32), strict=True):
            key, blob = _key(text), vector.tobytes()
            rows.append((model, key, blob, zlib.crc32(key + blob), now))
        with self._open() as file:
            if file is not None:
                file.execute("BEGIN IMMEDIATE")
                file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?)", rows)
                self._forget_beyond(file)

    def _forget_beyond(self, file: sqlite3.Connection) -> None:
        """Keeps the file within its bounds: a tenth is forgotten at a time, and its room used again."""
        oldest = "SELECT rowid FROM vectors ORDER BY used, rowid LIMIT ?"
        while _bytes_used(file) > self._most:
            held = int(file.execute("SELECT count(*) FROM vectors").fetchone()[0])
            if not held:
                return
            file.execute(f"DELETE FROM vectors WHERE rowid IN ({oldest})", (held // 10 + 1,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        """The file, what is done with it being one transaction; None where it cannot be used.

        It is opened for each batch anew: a connection belongs to one thread, and must not cross a fork.
        """
        try:
            file = self._connected()
        except (OSError, sqlite3.Error) as error:
            _logger.warning("embeddings are not cached: %s: %s", self.path, error)
            yield None
            return
        try:
            yield file
            file.execute("COMMIT") if file.in_transaction else None
        except sqlite3.Error as error:
            _logger.warning("embeddings are not cached for now: %s: %s", self.path, error)
            if not isinstance(
                error, sqlite3.OperationalError
            ):  # which is a file that is locked, or a disk that is full
                self._begin_anew()
        finally:
            file.close()

    def _connected(self) -> sqlite3.Connection:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return _prepared(self.path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._begin_anew()
            return _prepared(self.path)

    def _begin_anew(self) -> None:
        """Whoever has the damaged file open goes on with what is left of it."""
        _logger.warning("the embedding cache is damaged and begun anew: %s", self.path)
        for name in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + name).unlink(missing_ok=True)


def alike(one: Vectors, other: Vectors) -> bool:
    """Whether these may be one model's embeddings of the same text, or, row by row, of the same texts."""
    with np.errstate(all="ignore"):  # what a damaged file holds is near nothing
        return one.shape == other.shape and bool((np.linalg.norm(one - other, axis=-1) <= _NEAR).all())


def _prepared(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
    try:
        # A process that dies loses nothing; a machine that loses power, at most the last batches.
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        file.executescript(_TABLES)
    except BaseException:
        file.close()
        raise
    return file


def _bytes_used(file: sqlite3.Connection) -> int:
    asked = ("page_count", "freelist_count", "page_size")
    pages, free, size = (int(file.execute(f"PRAGMA {what}").fetchone()[0]) for what in asked)
    return (pages - free) * size


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _in_parts(keys: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]


def _user_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("ragcare", appauthor=False)
