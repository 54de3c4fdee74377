"""`ragcare schema`: the JSON Schema of what crosses a border, for whoever reads or writes it in another language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ragcare.cli.console import print_json
from ragcare.errors import BadInput

if TYPE_CHECKING:
    from pydantic import BaseModel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="One record, such as Reply; all of them if left out.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="It is JSON in any case.")] = False,  # noqa: ARG001
) -> None:
    """Prints the JSON Schema of the records that cross a border: from articles to reports."""
    records = {record.__name__: record for record in _records()}
    if name is not None and name not in records:
        raise BadInput(f"there is no record {name!r}. Mend: one of {', '.join(records)}")
    print_json(_all(list(records.values())) if name is None else {"$schema": _DIALECT, **_one(records[name])})


def _records() -> list[type[BaseModel]]:
    from ragcare.evaluation.compare import Comparison
    from ragcare.evaluation.questions import LabelledQuestion
    from ragcare.evaluation.report import Report
    from ragcare.evaluation.run.log import RunHead, RunRow
    from ragcare.evaluation.tune import Tuned
    from ragcare.schema import (
        Answer,
        Article,
        Asker,
        Citation,
        Decision,
        Handoff,
        Question,
        Refusal,
        Reply,
        Suggestion,
        Turn,
    )
    from ragcare.settings import Settings

    return [
        *(Article, Question, Asker, Turn),
        *(Reply, Decision, Answer, Refusal, Citation, Handoff, Suggestion),
        *(Settings, LabelledQuestion, RunHead, RunRow, Report, Comparison, Tuned),
    ]


def _one(record: type[BaseModel]) -> dict[str, Any]:
    return record.model_json_schema()


def _all(records: list[type[BaseModel]]) -> dict[str, Any]:
    from pydantic.json_schema import models_json_schema

    # What may come in: what goes out keeps to it as well, and says all that has a default.
    _, document = models_json_schema([(record, "validation") for record in records])
    return {"$schema": _DIALECT, "title": "ragcare", **document}
