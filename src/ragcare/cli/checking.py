"""`ragcare check`: what is wrong with a question set or a knowledge base, before customers find it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from ragcare.cli.console import counted, print_json, say, show
from ragcare.cli.options import Json, day
from ragcare.cli.sources import problem_row, read_source
from ragcare.errors import BadFiles

_STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}


def check(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A suite, a source of articles, or the folder of an index.")
    ],
    on: Annotated[
        date | None,
        typer.Option(metavar="DATE", parser=day, help="The day that dates are compared with; today if left out."),
    ] = None,
    json_: Json = False,
) -> None:
    """Looks for what is wrong with a question set or a knowledge base; ends with 1 where it finds errors.

    PATH is taken for a suite if it holds questions.jsonl or suite.toml.
    """
    suite = _is_suite(path)
    rows = _of_suite(path) if suite else _of_articles(path, on or date.today())
    errors = sum(row["severity"] == "error" for row in rows)
    if json_:
        print_json({"path": str(path), "kind": "suite" if suite else "knowledge", "errors": errors, "findings": rows})
    else:
        for row in rows:
            severity = row["severity"]
            show((f"{severity:8}", _STYLES[severity]), f"{row['where']}: {row['what']}. Mend: {row['mend']}")
    say(f"{counted(errors, 'error')}, {counted(len(rows) - errors, 'other finding')}")
    raise typer.Exit(1 if errors else 0)


def _is_suite(path: Path) -> bool:
    names = ("questions.jsonl", "suite.toml")
    return (path.is_file() and path.name in names) or any((path / name).is_file() for name in names)


def _of_suite(path: Path) -> list[dict[str, Any]]:
    from ragcare.evaluation.questions import QuestionSet, check_questions

    try:
        return list(map(problem_row, check_questions(QuestionSet.load(path))))
    except BadFiles as error:
        return list(map(problem_row, error.problems))


def _of_articles(path: Path, on: date) -> list[dict[str, Any]]:
    from ragcare.knowledge.health import check_knowledge

    try:
        articles, problems = read_source(path)
    except BadFiles as error:
        articles, problems = (), error.problems
    findings: Iterable[dict[str, Any]] = (one._asdict() for one in check_knowledge(articles, on=on))
    return [*map(problem_row, problems), *({"where": row["article_id"], **row} for row in findings)]
