"""From a file or a folder to articles and problems."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ragcare.errors import BadInput, Problem
from ragcare.knowledge.readers import (
    from_csv,
    from_docx,
    from_html,
    from_json,
    from_markdown,
    from_pdf,
    from_text,
)
from ragcare.knowledge.readers.rows import Row, Terms, article_of
from ragcare.knowledge.readers.text import SourceFile, Unreadable
from ragcare.schema import Article

_log = logging.getLogger(__name__)

RowReader = Callable[[SourceFile], Iterator[Row | Problem] | Iterator[Row]]

READERS: dict[str, RowReader] = {
    ".md": from_markdown.rows,
    ".markdown": from_markdown.rows,
    ".html": from_html.rows,
    ".htm": from_html.rows,
    ".csv": from_csv.rows,
    ".tsv": from_csv.rows,
    ".jsonl": from_json.rows,
    ".json": from_json.rows,
    ".docx": from_docx.rows,
    ".pdf": from_pdf.rows,
    ".txt": from_text.rows,
}
"""The types of file that are read."""


class ReadArticles(NamedTuple):
    """What came out of a source.

    Attributes:
        articles: the good ones, in the order of files and rows.
        problems: all that is wrong with the others.
    """

    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]


def read_articles(
    source: Path | str, *, assume_validated: str | None = None, on: date | None = None, progress: bool = False
) -> ReadArticles:
    """Reads a file, or all files of a folder, hidden ones left out.

    Args:
        source: the file or folder.
        assume_validated: who answers for the articles that carry no status; without it they are drafts.
        on: the day of that validation; today if None.
        progress: whether to show a bar on stderr.

    Raises:
        BadInput: if there is no such file or folder, or `assume_validated` is blank.
    """
    collector = Collector(terms_of(assume_validated, on))
    files = list(_files(Path(source)))
    for file in _with_bar(files) if progress else files:
        if isinstance(file, Problem):
            collector.problems.append(file)
        else:
            _read(*file, into=collector)
    return collector.gathered()


def terms_of(assume_validated: str | None, on: date | None) -> Terms:
    """The terms of a reading.

    Raises:
        BadInput: if nobody is named where somebody must be.
    """
    if assume_validated is not None and not assume_validated.strip():
        raise BadInput("assume_validated is blank: name who answers for these articles, or leave it out")
    return Terms(assume_validated, on or date.today())


class Collector:
    """Gathers articles and problems, and holds each id to one article."""

    def __init__(self, terms: Terms) -> None:
        self.problems: list[Problem] = []
        self._terms = terms
        self._articles: list[Article] = []
        self._places: dict[str, str] = {}

    def take(self, row: Row | Problem) -> None:
        """Makes an article of a row, or notes what is wrong with it."""
        if isinstance(row, Problem):
            self.problems.append(row)
            return
        try:
            made = article_of(from_html.in_markdown(row), self._terms)
        except Unreadable as error:
            self.problems.append(error.problem)
            return
        if not isinstance(made, Article):
            self.problems.extend(made)
            return
        place = f"{row.path}:{row.line}" if row.line is not None else f"{row.path}"
        first = self._places.setdefault(made.id, place)
        if first is place:
            self._articles.append(made)
        else:
            what, mend = f"the id {made.id!r} is already taken by {first}", "give one of the two another id"
            self.problems.append(Problem(row.path, row.line, what, mend))

    def gathered(self) -> ReadArticles:
        """All that was gathered."""
        return ReadArticles(tuple(self._articles), tuple(self.problems))


class _Found(NamedTuple):
    path: Path
    name: str


def _files(source: Path) -> Iterator[_Found | Problem]:
    """The files to read, in the order of their paths."""
    try:
        exists, is_folder = source.exists(), source.is_dir()
    except (OSError, ValueError) as error:  # a name that no file can have
        raise BadInput(f"{str(source)!r} is not a path: give the path of a file or folder") from error
    if is_folder:
        yield from _walk(source)
    elif not exists:
        raise BadInput(f"{source} does not exist: give the path of a file or folder (seen from {Path.cwd()})")
    elif source.suffix.lower() not in READERS or not source.is_file():
        what = f"is of a type that is not read ({source.suffix or 'no suffix'})"
        yield Problem(source, None, what, f"convert it to one of {', '.join(READERS)}")
    else:
        yield _Found(source, source.stem)


def _walk(folder: Path) -> Iterator[_Found | Problem]:
    problems: list[Problem] = []

    def note(error: OSError) -> None:
        problems.append(_cannot_open(Path(error.filename or folder), error))

    found: list[_Found] = []
    for at, folders, names in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(at, name)
            if name.startswith((".", "~$")):  # "~$" is how Word locks a document that somebody has open
                continue
            if path.suffix.lower() in READERS and (path.is_file() or not path.exists()):
                found.append(_Found(path, path.relative_to(folder).with_suffix("").as_posix()))
            else:
                _log.info("%s is skipped: its type is not read", path)
    yield from problems
    yield from sorted(found, key=lambda file: file.path.relative_to(folder).parts)


def _read(path: Path, name: str, into: Collector) -> None:
    """Reads one file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        into.take(_cannot_open(path, error))
        return
    if not data.strip():
        into.take(Problem(path, None, "is empty", "write something into it, or delete it"))
        return
    try:
        for row in READERS[path.suffix.lower()](SourceFile(path, name, data)):
            into.take(row)
    except Unreadable as error:
        into.take(error.problem)


def _cannot_open(path: Path, error: OSError) -> Problem:
    why = (error.strerror or str(error)).lower()
    return Problem(path, None, f"cannot be opened: {why}", "see that it is there and that you may read it")


def _with_bar(files: list[_Found | Problem]) -> Iterator[_Found | Problem]:
    from tqdm import tqdm

    yield from tqdm(files, desc="reading", unit="file")
