"""The options that several verbs share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer


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
        help='Instead of that of the settings: "e5", "light", "hash", or "sentence-transformers:FOLDER-OR-HUB-NAME".',
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
QuestionText = Annotated[str, typer.Argument(metavar="QUESTION", help='In French or English; "-" reads it from stdin.')]
