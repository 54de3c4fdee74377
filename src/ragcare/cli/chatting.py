"""`ragcare chat`: a conversation on the terminal, or through a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ragcare.cli.console import complain, print_json, say, show
from ragcare.cli.home import DEFAULT, Home
from ragcare.cli.options import AsOf, Audience, HomeFolder, Json, SettingsFile
from ragcare.cli.replies import show_reply
from ragcare.cli.trace import show_trace
from ragcare.conversation.talk import Conversation
from ragcare.deciding.wording import wording
from ragcare.language import KNOWN_LANGUAGES
from ragcare.schema import Asker

if TYPE_CHECKING:
    from datetime import date

    from ragcare.schema import Reply

_HELP = "/person asks for a person, /trace explains the last reply, /quit ends; a number takes one of the choices"


def chat(
    folder: HomeFolder = DEFAULT,
    audience: Audience = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    json_: Json = False,
) -> None:
    """A conversation, one message a line; with --json one reply a line.

    /person asks for a person, /trace explains the last reply, /quit ends. Where the assistant asks which of several
    subjects is meant, its number, place ("the second") or words choose one. Nobody is told of a handoff: `ragcare
    serve` puts it into the outbox, and so does code of your own.
    """
    talk = Conversation(Home(folder).assistant(settings), asker=Asker(audiences=tuple(audience or ())))
    terminal = _Terminal(talk, as_of, as_json=json_)
    if sys.stdin.isatty():
        say((_HELP, "dim"))
    for line in _lines():
        if line in ("/quit", "/exit"):
            break
        try:
            terminal.hear(line)
        except ValidationError as error:
            complain(f"this message cannot be taken: {error.errors(include_url=False)[0]['msg']}")


def _lines() -> Iterator[str]:
    """What is typed, line by line, blank ones left out, until the end of the input."""
    if not sys.stdin.isatty():
        for line in sys.stdin:
            if line.strip():
                yield line.strip()
        return
    import readline  # noqa: F401 (gives the prompt its history and its keys)

    while True:
        try:
            print("\n› ", end="", file=sys.stderr, flush=True)  # noqa: T201 (a prompt has no line end)
            line = input().strip()
        except EOFError:
            return
        if line:
            yield line


@dataclass(slots=True)
class _Terminal:
    talk: Conversation
    as_of: date | None
    as_json: bool
    last: Reply | None = None
    language: str = "en"

    def hear(self, line: str) -> None:
        """One line of the customer, or a command."""
        if line == "/trace":
            self._explain()
        elif line == "/person":
            self._ask(wording(self.language).for_a_person)
        elif line.startswith("/"):
            say((_HELP, "dim"))
        else:
            self._ask(line)

    def _ask(self, text: str) -> None:
        reply = self.last = self.talk.ask(text, as_of=self.as_of)
        if reply.question.language in KNOWN_LANGUAGES:
            self.language = reply.question.language
        if self.as_json:
            print_json(reply.model_dump(mode="json"), line=True)
        else:
            show_reply(reply)
            show("")
            sys.stdout.flush()

    def _explain(self) -> None:
        if self.last is None:
            say("there is no reply yet")
        elif self.as_json:
            say("with --json each reply carries its trace")
        else:
            show_trace(self.last, self.talk.assistant.index.now)
