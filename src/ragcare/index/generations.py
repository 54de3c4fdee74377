"""A folder that holds one whole state at a time: generations, checksums, and an atomic swap.

```
FOLDER/
  CURRENT              the name of the generation that stands, and the checksum of its manifest
  generations/000007/  its files, and manifest.json with the checksum of each
```

A generation is written beside the one that stands, flushed to the disk, and becomes current by the renaming of one
file. A process that dies at any moment leaves the last good state or the new one, never another.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from ragcare.errors import IndexCorrupt, IndexMismatch, IndexMissing, StoreBusy

T = TypeVar("T")

FORMAT = 4
"""Raised whenever the files of a generation change; whether scores move is `identity.SCORING`'s to say."""

PATIENCE = 5.0
"""For how many seconds a writer waits for another one to end."""

_MANIFEST = "manifest.json"
_POINTER = re.compile(r"([0-9]{6,}) ([0-9a-f]{64})")


@contextmanager
def new_generation(folder: Path, manifest: dict[str, Any]) -> Iterator[Path]:
    """Gives an empty folder to write into; when the block ends well, what is in it becomes current.

    Args:
        folder: the home of the generations; made if missing.
        manifest: what describes this generation; checksums are added.

    Raises:
        StoreBusy: another process is writing a generation there.
    """
    generations = folder / "generations"
    generations.mkdir(parents=True, exist_ok=True)
    try:
        lock = FileLock(folder / "write.lock", timeout=PATIENCE).acquire()
    except Timeout:
        raise StoreBusy(f"{folder}: another process is writing this index. Mend: wait for it to end") from None
    with lock:
        before = _standing(folder)
        for left_over in generations.iterdir():
            if left_over.is_dir() and left_over.name != before:
                shutil.rmtree(left_over)
        name = f"{int(before or 0) + 1:06d}"
        home = generations / name
        home.mkdir()
        yield home
        files = {str(path.relative_to(home)): _checksum(path) for path in sorted(home.rglob("*")) if path.is_file()}
        text = json.dumps({"format": FORMAT, **manifest, "files": files}, indent=2, ensure_ascii=False)
        (home / _MANIFEST).write_text(text, encoding="utf-8")
        _flush(home)
        pointer = folder / "CURRENT.new"
        pointer.write_text(f"{name} {_checksum(home / _MANIFEST)}")
        _flush_one(pointer)
        pointer.replace(folder / "CURRENT")
        _flush_one(folder)


def current_generation(folder: Path, *, any_format: bool = False) -> tuple[Path, dict[str, Any]]:
    """The folder and the manifest of the generation that stands, every file checked against its checksum.

    Args:
        folder: the home of the generations.
        any_format: take it as it is, for who reads only what all formats share.

    Raises:
        IndexMissing: there is none.
        IndexMismatch: it was written in another format.
        IndexCorrupt: a file is missing or damaged.
    """
    pointer = _current(folder)
    if pointer is None:
        raise IndexMissing(f"there is no index in {folder}. Mend: ragcare index SOURCE -o {folder}")
    name, checksum_of_manifest = pointer
    home = folder / "generations" / name
    try:
        if _checksum(home / _MANIFEST) != checksum_of_manifest:
            raise IndexCorrupt(f"{home}: damaged: {_MANIFEST}. Mend: build the index again")
        manifest = json.loads((home / _MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT and not any_format:
            raise IndexMismatch(
                f"{home} has format {manifest['format']}, this ragcare reads {FORMAT}. Mend: build the index again"
            )
        damaged = [path for path, checksum in manifest["files"].items() if _checksum(home / path) != checksum]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorrupt(f"{home} cannot be read: {error}. Mend: build the index again") from error
    if damaged:
        raise IndexCorrupt(f"{home}: damaged: {', '.join(damaged)}. Mend: build the index again")
    return home, manifest


def read_generation(folder: Path, read: Callable[[Path, dict[str, Any]], T]) -> T:
    """What `read` makes of the generation that stands; made again where a writer has replaced it meanwhile.

    Raises:
        IndexMissing, IndexMismatch, IndexCorrupt: as `current_generation`, or as `read` finds.
    """
    while True:
        before = _pointer(folder)
        try:
            return read(*current_generation(folder))
        except IndexCorrupt:
            if _pointer(folder) == before:
                raise


def _pointer(folder: Path) -> str | None:
    """What CURRENT says; None where nothing was ever written."""
    try:
        return (folder / "CURRENT").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise IndexCorrupt(f"{folder / 'CURRENT'} cannot be read: {error.strerror}. Mend: build it again") from None


def _current(folder: Path) -> tuple[str, str] | None:
    """The name of the generation that stands and the checksum of its manifest; None where nothing was ever written."""
    text = _pointer(folder)
    if text is None:
        return None
    pointer = _POINTER.fullmatch(text)
    if pointer is None or not (folder / "generations" / pointer[1]).is_dir():
        raise IndexCorrupt(f"{folder / 'CURRENT'} names no generation that is there. Mend: build the index again")
    return pointer[1], pointer[2]


def _standing(folder: Path) -> str | None:
    """The name of the generation that stands; None where there is none to keep."""
    try:
        pointer = _current(folder)
    except IndexCorrupt:
        return None
    return pointer and pointer[0]


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(folder: Path) -> None:
    """Everything in the folder is on the disk before anything points at it."""
    for path in sorted(folder.rglob("*")):
        _flush_one(path)
    _flush_one(folder)


def _flush_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
