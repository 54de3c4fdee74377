"""The files that a verb is asked to write: what cannot be written, or must not be, is refused before any work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path

from ragcare.cli.runs import LOG, log_beside
from ragcare.errors import BadInput

STDOUT = Path("-")


def require_places(written: Mapping[str, Path], read: Iterable[Path] = ()) -> None:
    """Refuses what would be lost, or found out only after an hour of asking.

    Args:
        written: the places, by the options that named them.
        read: what the verb reads, and must find there the next time too.

    Raises:
        BadInput: one names no file, or one that cannot be written; two are the same; or one is a file that is read.
    """
    from ragcare.knowledge.atomic import require_writable

    kept = list(read)
    for option, path in written.items():
        if path == STDOUT:
            raise BadInput(f"{option} -: it is written to a file alone. Mend: name one")
        if any(_same(path, one) for one in kept):
            raise BadInput(f"{option} would be written over {path}, which is read here. Mend: name another file")
        require_writable(path)
    for (option, path), (other, its) in combinations(written.items(), 2):
        if _same(path, its):
            raise BadInput(f"{option} and {other} would both be written to {path}. Mend: name two files")


def files_of_run(named: Path) -> tuple[Path, ...]:
    """The report that is named with the log beside it, or the log alone."""
    return (named,) if named.name.endswith(LOG) else (named, log_beside(named))


def _same(path: Path, other: Path) -> bool:
    """Whether both are one file, under one name or two."""
    if path.exists() and other.exists():
        return path.samefile(other)
    return path.resolve() == other.resolve()
