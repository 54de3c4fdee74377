"""Files that are wholly there or not there at all, and that are still there after a power cut."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path

SYNC_THREADS = 32
"""One fsync waits for the disk; many at once share the wait: 10,000 files take seconds instead of minutes."""


def write_files(files: Mapping[Path, bytes]) -> None:
    """Writes each file so that nobody ever sees half of it; when this returns, all of them are on the disk.

    The temporary file beside each has a fixed name, so that what a killed process left behind is written over
    by the next attempt. Two writers of one file must therefore be kept apart by a lock of the caller's.

    Args:
        files: what to write where; folders are made as needed.

    Raises:
        OSError: if the disk refuses; some of the files may then be there, each of them whole.
    """
    changed_folders: set[Path] = set()
    for folder in {path.parent for path in files}:
        changed_folders |= {folder, *_made(folder)}
    partial = {path.with_name(path.name + ".partial"): path for path in files}
    for temporary, path in partial.items():
        temporary.write_bytes(files[path])
    _sync(partial)
    for temporary, path in partial.items():
        temporary.replace(path)
    _sync(changed_folders)


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it, where missing; when this returns, they are on the disk.

    Raises:
        OSError: if the disk refuses.
    """
    _sync(_made(folder))


def _made(folder: Path) -> list[Path]:
    """Makes a folder and those above it; the folders that have a new entry because of it."""
    missing = list(takewhile(lambda path: not path.is_dir(), (folder, *folder.parents)))
    folder.mkdir(parents=True, exist_ok=True)
    return [path.parent for path in missing]


def _sync(paths: Collection[Path]) -> None:
    if len(paths) == 1:
        _sync_one(next(iter(paths)))
    elif paths:
        with ThreadPoolExecutor(min(SYNC_THREADS, len(paths))) as threads:
            list(threads.map(_sync_one, paths))


def _sync_one(path: Path) -> None:
    is_folder = path.is_dir()
    if is_folder and os.name == "nt":
        return  # Windows cannot open a folder, and keeps its entries safe by itself
    descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
