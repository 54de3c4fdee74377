"""`ragcare check`: what is wrong with a question set or a knowledge base, before customers find it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ragcare.cli.console import counted, first_of, print_json, say, show
from ragcare.cli.options import AssumeValidated, Json, day
from ragcare.cli.sources import problem_row, read_source
from ragcare.errors import BadFiles, Problem

if TYPE_CHECKING:
    from ragcare.evaluation.questions.findings import SuiteFinding

_STYLES = {"error": "bold red", "warning": "yellow", "note": "yellow", "info": "dim"}

_SHOWN = {"error": 20, "warning": 20, "note": 3, "info": 3}
"""How many findings are told one by one, of each severity and code; --json has all."""

_PLACES = 20
"""How many of the others are named by their place."""

_PLACED_BY = {"line": "lines", "question": "questions", "article_id": "articles", "path": "files"}
"""What names the places of findings, the first that all of them have, and what several are called."""


def check(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A suite, a source of articles, or the folder of an index.")
    ],
    on: Annotated[
        date | None,
        typer.Option(metavar="DATE", parser=day, help="The day that dates are compared with; today if left out."),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="The format of a suite, such as squad; else told from PATH."),
    ] = None,
    assume_validated: AssumeValidated = None,
    json_: Json = False,
) -> None:
    """Looks for what is wrong with a question set or a knowledge base; ends with 1 where it finds errors.

    PATH is taken for a suite if it holds questions.jsonl, questions.csv or suite.toml, or a published set that is
    known, such as SQuAD or a BEIR folder.
    """
    from ragcare.evaluation.questions.formats import is_suite

    suite = format_ is not None or is_suite(path)
    rows = _of_suite(path, format_) if suite else _of_articles(path, on or date.today(), assume_validated)
    errors = sum(row["severity"] == "error" for row in rows)
    if json_:
        print_json({"path": str(path), "kind": "suite" if suite else "knowledge", "errors": errors, "findings": rows})
    else:
        for row in _shortened(rows, path):
            severity = row["severity"]
            show((f"{severity:8}", _STYLES[severity]), f"{row['where']}: {row['what']}. Mend: {row['mend']}")
    say(f"{counted(errors, 'error')}, {counted(len(rows) - errors, 'other finding')}")
    raise typer.Exit(1 if errors else 0)


def _of_suite(path: Path, format_: str | None) -> list[dict[str, Any]]:
    from ragcare.evaluation.questions.linting import check_suite

    return [_suite_row(finding) for finding in check_suite(path, format=format_)]


def _suite_row(finding: SuiteFinding) -> dict[str, Any]:
    where = f"{finding.path}:{finding.line}" if finding.line is not None else f"{finding.path}"
    return {"severity": finding.severity, "where": where, **finding._asdict(), "path": str(finding.path)}


def _shortened(rows: Sequence[dict[str, Any]], path: Path) -> Iterator[dict[str, Any]]:
    """The first few findings of each code one by one, the others counted, with their places: a flood is not read.

    What keeps a file from being read has no code: each is told.
    """
    by_code: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if "code" in row:
            by_code[row["code"]].append(row)
    shown = {code: _SHOWN[found[0]["severity"]] for code, found in by_code.items()}
    # One more is told as well: to count it would take as much room.
    rest = {code: found[shown[code] :] for code, found in by_code.items() if len(found) > shown[code] + 1}
    told: Counter[str] = Counter()
    for row in rows:
        code = row.get("code", "")
        told[code] += 1
        if code not in rest or told[code] <= shown[code]:
            yield {**row, "what": f"{row['question']}: {row['what']}" if row.get("question") else row["what"]}
    for code, others in rest.items():
        files = {str(row.get("path", path)) for row in others}
        told_by = [name for name in _PLACED_BY if all(row.get(name) is not None for row in others)]
        by = told_by[0] if len(files) == 1 else "path"  # a line of which file?
        places = first_of([str(row[by]) for row in others], _PLACES)
        what = f'{len(others)} more "{code}", {_PLACED_BY[by]} {places}'
        yield {**others[0], "where": files.pop() if len(files) == 1 else str(path), "what": what}


def _of_articles(path: Path, on: date, assume_validated: str | None) -> list[dict[str, Any]]:
    from ragcare.knowledge.health import check_knowledge

    try:
        articles, problems = read_source(path, assume_validated=assume_validated)
    except BadFiles as error:
        articles, problems = (), error.problems
    if not articles and not problems:
        problems = (Problem(path, None, "holds no article", "name the file or folder of your articles"),)
    findings: Iterable[dict[str, Any]] = (one._asdict() for one in check_knowledge(articles, on=on))
    return [*map(problem_row, problems), *({"where": row["article_id"], **row} for row in findings)]
