"""`ragcare index`: a source into the knowledge base, and what may be said of it into the index."""

from __future__ import annotations

import time
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ragcare.cli.console import counted, first_of, print_json, say, shows_progress
from ragcare.cli.home import DEFAULT, Home, index_that_fits
from ragcare.cli.options import AssumeValidated, EmbedderName, Json, SettingsFile
from ragcare.cli.sources import problem_row, read_source
from ragcare.errors import BadFiles, BadInput, NothingValidated

if TYPE_CHECKING:
    from ragcare.knowledge.knowledge_base import KnowledgeBase
    from ragcare.knowledge.readers import ReadArticles
    from ragcare.schema import Article

_dates: attrgetter[Any] = attrgetter("review_by", "valid_from", "valid_until")


def index(
    source: Annotated[
        Path,
        typer.Argument(metavar="SOURCE", help="A file or folder: Markdown, HTML, CSV, JSON, JSONL, DOCX, PDF, text."),
    ],
    folder: Annotated[
        Path, typer.Option("--index", "-o", metavar="DIR", help="The folder to write; made if missing.")
    ] = DEFAULT,
    assume_validated: AssumeValidated = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Take the good articles and tell of the others, instead of stopping.")
    ] = False,
    settings: SettingsFile = None,
    embedder: EmbedderName = None,
    json_: Json = False,
) -> None:
    """Reads SOURCE into the knowledge base of a folder, and indexes what may be said.

    Run it again whenever the source has changed: only what is new is embedded, and recorded validations are kept.
    """
    from ragcare.knowledge.knowledge_base import KnowledgeBase

    started = time.perf_counter()
    home = Home(folder)
    _refuse_reading_itself(source, folder)
    reading = _read(source, assume_validated, skip_bad)
    with home.changing():
        search_index, anew = index_that_fits(home, settings, embedder)
        knowledge = KnowledgeBase.open(home.knowledge_folder)
        articles = [_as_recorded(one, knowledge, assume_validated) for one in reading.articles]
        changes = knowledge.merge(articles)
        home.follow(knowledge, search_index, progress=shows_progress())
    drafts = [one.id for one in knowledge if one.status == "draft"]
    if not search_index.articles:
        raise NothingValidated(
            f"no article in {folder} is validated, so nothing may be said. Drafts: {first_of(drafts) or 'none'}. "
            f"Mend: ragcare validate ARTICLE_ID --by NAME --index {folder}, or all of them with --all-drafts; "
            f"or ragcare index {source} -o {folder} --assume-validated NAME"
        )
    given = {one.id for one in articles}
    report = {
        "folder": str(folder),
        "added": len(changes.added),
        "updated": len(changes.updated),
        "unchanged": len(changes.unchanged),
        "articles": len(knowledge),
        "validated": len(search_index.articles),
        "retired": sum(one.status == "retired" for one in knowledge),
        "drafts": drafts,
        "not_in_source": [one.id for one in knowledge if one.status != "retired" and one.id not in given],
        "skipped": [problem_row(problem) for problem in reading.problems],
        "passages": len(search_index),
        "embedder": search_index.embedder.name,
        "fingerprint": search_index.fingerprint(),
        "started_anew": anew,
        "seconds": round(time.perf_counter() - started, 3),
    }
    if json_:
        print_json(report)
    _say_counts(report, folder)


def _read(source: Path, assume_validated: str | None, skip_bad: bool) -> ReadArticles:
    reading = read_source(source, assume_validated=assume_validated)
    if reading.problems and not skip_bad:
        raise BadFiles(reading.problems, mend="Mend them, or take only the good articles with --skip-bad.")
    for problem in reading.problems:
        say(("skipped: ", "yellow"), str(problem))
    if not reading.articles:
        raise BadInput(f"{source} holds no article that can be read. Mend: name the file or folder of your articles")
    return reading


def _refuse_reading_itself(source: Path, folder: Path) -> None:
    """An index inside its own source would be read as articles the next time; hidden folders are not read."""
    inside, outside = folder.resolve(), source.resolve()
    if not inside.is_relative_to(outside):
        return
    if not any(part.startswith(".") for part in inside.relative_to(outside).parts):
        raise BadInput(
            f"the index folder {folder} lies in the source {source}, and would be read as articles the next time. "
            "Mend: write the index elsewhere with -o, or to a hidden folder such as .ragcare"
        )


def _as_recorded(article: Article, knowledge: KnowledgeBase, assumed: str | None) -> Article:
    """What an article says of its review, where that is only assumed: a recorded decision on the same text goes first.

    Assumed again on another day, it would else undo who validated or retired the article since.
    """
    from ragcare.knowledge.revision import content, revised

    if assumed is None or (article.validated_by, article.validated_at) != (assumed.strip(), date.today()):
        return article
    current = knowledge.get(article.id) if article.id in knowledge else None
    if current is None or current.status == "draft" or content(current) != content(article):
        return article
    if any(_dates(version) == _dates(article) for version in knowledge.versions(article.id)):
        return current
    decision = {name: getattr(current, name) for name in ("status", "validated_by", "validated_at")}
    return revised(article, **decision)


def _say_counts(report: dict[str, Any], folder: Path) -> None:
    drafts, elsewhere, skipped = report["drafts"], report["not_in_source"], report["skipped"]
    if report["started_anew"]:
        say(("anew      ", "bold yellow"), f"the index that stood does not fit: {report['started_anew']}")
    changed = f"{report['added']} added, {report['updated']} updated, {report['unchanged']} unchanged"
    held = f"{report['validated']} validated, {counted(len(drafts), 'draft')}, {report['retired']} retired"
    say(("articles  ", "bold"), f"{changed}; now {held}")
    size = f"{counted(report['passages'], 'passage')} by {report['embedder']} in {report['seconds']:.1f} s"
    say(("indexed   ", "bold"), f"{size}, in {folder}")
    if drafts:
        mend = f"ragcare validate ARTICLE_ID --by NAME --index {folder}"
        say(("left out  ", "bold yellow"), f"{counted(len(drafts), 'draft')}: {first_of(drafts)}. Mend: {mend}")
    if skipped:
        say(("skipped   ", "bold yellow"), f"{counted(len(skipped), 'problem')}, told above")
    if elsewhere:
        mend = f"to take one out: ragcare retire ARTICLE_ID --by NAME --index {folder}"
        say(
            ("kept      ", "bold"),
            f"{counted(len(elsewhere), 'article')} not in this source: {first_of(elsewhere)}; {mend}",
        )
