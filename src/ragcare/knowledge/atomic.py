"""Files that are wholly there or not there at all, and that are still there after a power cut."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryFile

from ragcare.errors import BadInput

SYNC_THREADS = 32
"""One fsync waits for the disk; many at once share the wait: 10,000 files take seconds instead of minutes."""


def write_files(files: Mapping[Path, bytes]) -> None:
    """Writes each file so that nobody ever sees half of it; when this returns, all of them are on the disk.

    The temporary file beside each has a fixed name, so that what a killed process left behind is written over
    by the next attempt. Two writers of one file must therefore be kept apart by a lock of the caller's.

    Args:
        files: what to write where; folders are made as needed.

    Raises:
        BadInput: what is there is no file, but a folder or a device; nothing is then written.
        OSError: if the disk refuses; some of the files may then be there, each of them whole.
    """
    for path in files:
        require_replaceable(path)
    changed_folders: set[Path] = set()
    for folder in {path.parent for path in files}:
        changed_folders |= {folder, *_made(folder)}
    partial = {_partial(path): path for path in files}
    for temporary, path in partial.items():
        temporary.write_bytes(files[path])
    _sync(partial)
    for temporary, path in partial.items():
        temporary.replace(path)
    _sync(changed_folders)


def require_replaceable(path: Path) -> None:
    """Refuses a place where something stands that is no regular file: a device would be gone once it was replaced.

    Raises:
        BadInput: it is a folder, a device, or anything else that is no file.
    """
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "a device or the like"
        raise BadInput(f"{path}: it is {what}, and not a file that could be replaced. Mend: name a file")


def require_writable(path: Path) -> None:
    """Refuses a file that could not be written, before the work whose results it is to hold; nothing is left behind.

    Raises:
        BadInput: something stands there that is no file, or nothing can be written beside it.
    """
    try:
        require_replaceable(path)
        _partial(path).exists()  # a name may be too long
        nearest = next(folder for folder in path.absolute().parents if folder.exists())
        TemporaryFile(dir=nearest).close()
    except OSError as error:
        raise BadInput(f"{path}: it cannot be written: {error.strerror}. Mend: name another file") from None


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it, where missing; when this returns, they are on the disk.

    Raises:
        OSError: if the disk refuses.
    """
    _sync(_made(folder))


def _partial(path: Path) -> Path:
    return path.with_name(path.name + ".partial")


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
