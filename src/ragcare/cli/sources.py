"""What the verbs read articles from: files, a knowledge base on disk, or the folder of an index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragcare.cli.console import shows_progress
from ragcare.cli.home import Home
from ragcare.errors import Problem

if TYPE_CHECKING:
    from ragcare.knowledge.readers import ReadArticles


def read_source(path: Path, *, assume_validated: str | None = None) -> ReadArticles:
    """The articles of a source, and all that is wrong with the others.

    A knowledge base on disk comes with its own reviews; nobody else is assumed to vouch for it.

    Raises:
        BadInput: there is nothing at that path.
        BadFiles: a knowledge base on disk is damaged.
    """
    from ragcare.knowledge.knowledge_base import KnowledgeBase
    from ragcare.knowledge.readers import ReadArticles, read_articles
    from ragcare.knowledge.store import ArticleStore

    for folder in (path, Home(path).knowledge_folder):
        if ArticleStore.is_at(folder):
            return ReadArticles(tuple(KnowledgeBase.load(folder)), ())
    return read_articles(path, assume_validated=assume_validated, progress=shows_progress())


def problem_row(problem: Problem) -> dict[str, Any]:
    """A problem of a file, as a row of JSON."""
    where = f"{problem.path}:{problem.line}" if problem.line is not None else f"{problem.path}"
    row = {"severity": "error", "where": where, "path": str(problem.path), "line": problem.line}
    return {**row, "what": problem.what, "mend": problem.mend}
