"""What can go wrong, in one tree; each error says what to do about it.

RagcareError
├── BadInput            a file, a row or an argument is not what it must be (also a ValueError)
│   └── BadFiles        several of them at once: all problems, none hidden behind the first
├── NothingValidated    no article may be said, so nothing could ever be answered
├── UnknownArticle      no article of that id (also a LookupError)
├── IndexMissing        there is no index in that folder
├── IndexMismatch       the index was built by another analyser, embedder or format
├── IndexCorrupt        a file of the index is damaged or missing
├── IndexUnreachable    the machines that hold the index do not answer, or refuse
├── StoreBusy           another process is writing to that folder
├── ModelUnavailable    a model cannot be had here (no such folder, or the hub cannot be reached)
└── MissingExtra        an optional dependency is not installed (also an ImportError)
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class RagcareError(Exception):
    """The root of all errors that ragcare raises on purpose."""


class BadInput(RagcareError, ValueError):
    """Something given is not what it must be; the message says where, what, and how to mend it."""


class Problem(NamedTuple):
    """One thing wrong with one file."""

    path: Path | str
    line: int | None
    what: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line is not None else f"{self.path}"
        return f"{where}: {self.what}. Mend: {self.mend}"


class BadFiles(BadInput):
    """All that is wrong with a set of files, told at once.

    Attributes:
        problems: one row for each, in the order of files and lines.
    """

    def __init__(self, problems: Iterable[Problem], *, mend: str = "") -> None:
        self.problems = tuple(problems)
        count = f"{len(self.problems)} problem{'s' if len(self.problems) > 1 else ''}"
        super().__init__(
            "\n".join([f"{count}:", *(f"  {problem}" for problem in self.problems), *([mend] if mend else [])])
        )


class NothingValidated(RagcareError):
    """No article may be said, so nothing could ever be answered."""


class UnknownArticle(RagcareError, LookupError):
    """No article of that id (or of that version) is in the knowledge base."""


class IndexMissing(RagcareError):
    """There is no index in that folder."""


class IndexMismatch(RagcareError):
    """The index was built by another analyser, embedder or format than the one that wants to read it."""


class IndexCorrupt(RagcareError):
    """A file of the index is missing, or its checksum is not the one in the manifest."""


class IndexUnreachable(RagcareError):
    """The machines that hold the index do not answer, or refuse what is asked of them."""


class StoreBusy(RagcareError):
    """Another process holds the lock of that folder."""


class ModelUnavailable(RagcareError):
    """A model cannot be loaded here; the message says which offline path to give."""


class MissingExtra(RagcareError, ImportError):
    """An optional dependency is not installed."""

    def __init__(self, purpose: str, extra: str) -> None:
        super().__init__(f'{purpose} needs the extra "{extra}": pip install "ragcare[{extra}]"')
        self.extra = extra
