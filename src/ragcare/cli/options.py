"""The options that several verbs share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragcare.errors import BadInput

if TYPE_CHECKING:
    from ragcare.evaluation.judge import AnswerJudge
    from ragcare.evaluation.metrics import Euros


def day(text: str) -> date:
    """A day as it is written on the command line.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day. Mend: write it as 2026-06-01") from None


def somebody(name: str) -> str:
    """Who does something, as named on the command line.

    Raises:
        typer.BadParameter: it names nobody.
    """
    if not name.strip():
        raise typer.BadParameter("it is blank. Mend: name somebody")
    return name.strip()


def euros_of(given: list[str] | None) -> Euros:
    """The prices as they are written on the command line, over those that are assumed.

    Raises:
        BadInput: one has no name that is known.
        pydantic.ValidationError: one is no price.
    """
    from ragcare.evaluation.metrics import Euros

    named = dict(one.split("=", 1) for one in given or () if "=" in one)
    unknown = [one for one in given or () if one.partition("=")[0] not in Euros.model_fields or "=" not in one]
    if unknown:
        names = ", ".join(Euros.model_fields)
        raise BadInput(f"--euros {unknown[0]}: it is no price. Mend: write NAME=PRICE; the names are {names}")
    return Euros.model_validate(named)


def judge_named(text: str) -> AnswerJudge:
    """The judge of an answer's wording, as it is written on the command line.

    Raises:
        BadInput: there is no such judge, or its embedder is not known.
        ModelUnavailable: the model of its embedder cannot be had here.
    """
    from ragcare.evaluation.judge import SimilarityJudge

    kind, _, rest = text.partition(":")
    embedder, _, share = rest.rpartition("@")
    try:
        at = float(share)
    except ValueError:
        at = -1.0
    if kind != "similarity" or not embedder or not 0 <= at <= 1:
        raise BadInput(f"--judge {text}: there is no such judge. Mend: write it as similarity:e5@0.8")
    return SimilarityJudge(embedder, at=at)


HomeFolder = Annotated[Path, typer.Option("--index", metavar="DIR", help="The folder that ragcare index wrote.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="A settings file (TOML); RAGCARE_* variables go over it."),
]
EmbedderName = Annotated[
    str | None,
    typer.Option(
        "--embedder",
        metavar="NAME",
        help='Instead of that of the settings: "e5", "light", "e5+light", "hash", or '
        '"sentence-transformers:FOLDER-OR-HUB-NAME".',
    ),
]
Audience = Annotated[
    list[str] | None,
    typer.Option("--audience", metavar="AUDIENCE", help="Who asks, such as segment:business; may be repeated."),
]
AsOf = Annotated[
    date | None,
    typer.Option("--as-of", metavar="DATE", parser=day, help="The day on which it must hold; today if left out."),
]
AssumeValidated = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Who vouches for the articles that carry no status; else they are drafts."),
]
Prices = Annotated[
    list[str] | None,
    typer.Option(
        "--euros", metavar="NAME=PRICE", help="A price of your own, such as wrong_answer=40; may be repeated."
    ),
]
JudgeName = Annotated[
    str | None,
    typer.Option("--judge", metavar="NAME", help="Of answers: similarity:e5@0.8 compares them by meaning."),
]
QuestionText = Annotated[str, typer.Argument(metavar="QUESTION", help='In French or English; "-" reads it from stdin.')]
