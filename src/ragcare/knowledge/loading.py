"""From a source to its articles: files, llama-index Documents or articles, with all their problems told at once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ragcare.errors import BadFiles, Problem
from ragcare.knowledge.revision import REVIEW_FIELDS, revised
from ragcare.schema import Article

logger = logging.getLogger(__name__)


def load_articles(
    source: Path | str | Iterable[Article | Any],
    *,
    assume_validated: str | None = None,
    on: date | None = None,
    skip_bad: bool = False,
    progress: bool = False,
) -> list[Article]:
    """The articles of a source, no id twice.

    Args:
        source: a file or a folder; or articles and llama-index Documents, in any mixture.
        assume_validated: who vouches for the articles that say nothing of their review.
        on: the day of that; today, if not given.
        skip_bad: leave the bad ones out, and log why.
        progress: show a bar on stderr.

    Raises:
        BadFiles: with every problem there is, unless `skip_bad`.
    """
    found, problems = (
        _from_files(source, assume_validated, on, progress)
        if isinstance(source, Path | str)
        else _from_objects(source, assume_validated, on)
    )
    articles: dict[str, Article] = {}
    for article in found:
        if article.id in articles:
            repeated = Problem(f"article {article.id!r}", None, "another article has this id", "give each its own")
            problems = [*problems, repeated]
        else:
            articles[article.id] = article
    if problems and not skip_bad:
        mend = "Mend them, or take only the good ones with --skip-bad (in Python: skip_bad=True)."
        raise BadFiles(problems, mend=mend)
    for problem in problems:
        logger.warning("skipped: %s", problem)
    return list(articles.values())


def _from_files(
    source: Path | str, assume_validated: str | None, on: date | None, progress: bool
) -> tuple[Sequence[Article], Sequence[Problem]]:
    from ragcare.knowledge.readers import read_articles

    reading = read_articles(source, assume_validated=assume_validated, on=on, progress=progress)
    return reading.articles, reading.problems


def _from_objects(
    objects: Iterable[Article | Any], assume_validated: str | None, on: date | None
) -> tuple[Sequence[Article], Sequence[Problem]]:
    articles: list[Article] = []
    documents: list[Any] = []
    for item in objects:
        if not isinstance(item, Article):
            documents.append(item)
        elif assume_validated is not None and item.model_fields_set.isdisjoint(REVIEW_FIELDS):
            articles.append(
                revised(item, status="validated", validated_by=assume_validated, validated_at=on or date.today())
            )
        else:
            articles.append(item)
    if not documents:
        return articles, ()
    from ragcare.knowledge.readers import articles_from_documents

    reading = articles_from_documents(documents, assume_validated=assume_validated, on=on)
    return [*articles, *reading.articles], reading.problems
