"""`ragcare suggest`: what somebody may be about to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ragcare.cli.console import print_json, say, show
from ragcare.cli.home import DEFAULT, Home
from ragcare.cli.options import AsOf, Audience, HomeFolder, Json, SettingsFile
from ragcare.schema import Asker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ragcare.cli.console import Styled
    from ragcare.schema import Suggestion


def suggest(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is typed so far.")],
    folder: HomeFolder = DEFAULT,
    k: Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many at most, each of another article.")] = 5,
    audience: Audience = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    json_: Json = False,
) -> None:
    """Suggests titles and known questions for what is typed so far, as a search box would."""
    assistant = Home(folder).assistant(settings)
    asker = Asker(audiences=tuple(audience or ()))
    suggestions = assistant.suggest(text, asker=asker, as_of=as_of, k=k)
    if json_:
        print_json({"text": text, "suggestions": [one.model_dump(mode="json") for one in suggestions]})
    else:
        for one in suggestions:
            show(*_highlighted(one), (f"  {one.article_id}", "dim"))
    if not suggestions:
        say("nothing that may be said to this asker on this day begins so")


def _highlighted(suggestion: Suggestion) -> Iterator[Styled]:
    """The text in pieces, what was typed in bold."""
    said = 0
    for start, end in suggestion.highlights:
        yield suggestion.text[said:start]
        yield suggestion.text[start:end], "bold"
        said = end
    yield suggestion.text[said:]
