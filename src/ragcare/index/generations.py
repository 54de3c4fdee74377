"""A folder that holds one whole state at a time: generations, checksums, and an atomic swap.

```
FOLDER/
  CURRENT              the name of the generation that stands
  generations/000007/  its files, and manifest.json with the checksum of each
```

A generation is written beside the one that stands, flushed to the disk, and becomes current by the renaming of one
file. A process that dies at any moment leaves the last good state or the new one, never another.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ragcare.errors import IndexCorrupt, IndexMismatch, IndexMissing, StoreBusy

FORMAT = 1
"""Raised whenever the files of a generation change their meaning."""

_MANIFEST = "manifest.json"


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
        lock = FileLock(folder / "write.lock", timeout=5).acquire()
    except Timeout:
        raise StoreBusy(f"{folder}: another process is writing this index. Mend: wait for it to end") from None
    with lock:
        before = _current(folder)
        for left_over in generations.iterdir():
            if left_over.name != before:
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
        pointer.write_text(name)
        _flush_one(pointer)
        pointer.replace(folder / "CURRENT")
        _flush_one(folder)


def current_generation(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The folder and the manifest of the generation that stands, every file checked against its checksum.

    Raises:
        IndexMissing: there is none.
        IndexMismatch: it was written in another format.
        IndexCorrupt: a file is missing or damaged.
    """
    name = _current(folder)
    if name is None:
        raise IndexMissing(f"there is no index in {folder}. Mend: ragcare index SOURCE -o {folder}")
    home = folder / "generations" / name
    try:
        manifest = json.loads((home / _MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise IndexMismatch(
                f"{home} has format {manifest['format']}, this ragcare reads {FORMAT}. Mend: build the index again"
            )
        damaged = [path for path, checksum in manifest["files"].items() if _checksum(home / path) != checksum]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorrupt(f"{home} cannot be read: {error}. Mend: build the index again") from error
    if damaged:
        raise IndexCorrupt(f"{home}: damaged: {', '.join(damaged)}. Mend: build the index again")
    return home, manifest


def _current(folder: Path) -> str | None:
    try:
        name = (folder / "CURRENT").read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return name if name.isdigit() and (folder / "generations" / name).is_dir() else None


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
