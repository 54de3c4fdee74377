"""`ragcare handoffs`: what is in the outbox, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from ragcare.cli.console import counted, print_json, print_table, say, show
from ragcare.cli.home import DEFAULT
from ragcare.cli.options import HomeFolder, Json, SettingsFile
from ragcare.errors import BadInput

if TYPE_CHECKING:
    from ragcare.integrations.outbox import Outbox, OutboxEntry

_DETAIL = 60


def handoffs(
    handoff: Annotated[str | None, typer.Argument(metavar="[ID]", help="Shows this one, whole.")] = None,
    folder: HomeFolder = DEFAULT,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help="Only those, such as failed.")] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Queues ID again, or all that failed.")] = False,
    deliver: Annotated[bool, typer.Option("--deliver", help="Delivers what is due, by the channel set.")] = False,
    settings: SettingsFile = None,
    json_: Json = False,
) -> None:
    """Lists the handoffs of the outbox, shows one, tries again what failed, delivers what is due."""
    outbox = _outbox(folder)
    _require_known(state)
    if retry:
        again = [handoff] if handoff is not None else [one.id for one in outbox.entries("failed") if one.handoff]
        for one in again:
            outbox.retry(one)
        say(f"{counted(len(again), 'handoff')} queued again")
    if deliver:
        _deliver(outbox, settings)
    if handoff is not None:
        _show(outbox.get(handoff), json_)
    else:
        _list([one for one in outbox.entries() if state in (None, one.state)], json_)


def _outbox(folder: Path) -> Outbox:
    from ragcare.integrations.outbox import OUTBOX_FILE, Outbox

    path = folder / OUTBOX_FILE
    if not path.is_file():
        raise BadInput(f"{path}: there is no outbox. Mend: name the folder with --index; handoffs make it")
    return Outbox(path)


def _require_known(state: str | None) -> None:
    from ragcare.integrations.outbox import State

    if state is not None and state not in get_args(State):
        raise BadInput(f"--state {state}: there is no such state. Mend: one of {', '.join(get_args(State))}")


def _deliver(outbox: Outbox, settings: Path | None) -> None:
    from ragcare.integrations.channels import channel_for
    from ragcare.settings import Settings

    channel = channel_for(Settings.load(settings).handoff)
    if channel is None:
        raise BadInput("no channel is set. Mend: set handoff.channel; docs/handoff.md shows how")
    say(f"{counted(len(outbox.deliver(channel)), 'handoff')} delivered")


def _show(entry: OutboxEntry, json_: bool) -> None:
    from ragcare.integrations.note import plain_note

    if json_:
        print_json(entry.model_dump(mode="json"))
        return
    show((f"{entry.state}  ", "bold"), f"{entry.reference or ''}  {entry.url or ''}".strip())
    if entry.detail not in ("", entry.unreadable):
        show(entry.detail)
    show("")
    nothing = entry.unreadable or "what was handed over is forgotten"
    show(plain_note(entry.handoff) if entry.handoff is not None else nothing)


def _list(entries: list[OutboxEntry], json_: bool) -> None:
    if json_:
        print_json({"handoffs": [one.model_dump(mode="json", exclude={"handoff"}) for one in entries]})
        return
    columns = {"id": "left", "state": "left", "put": "left", "tries": "right", "reference": "left", "detail": "wrap"}
    rows = [
        [
            one.id,
            one.state,
            f"{one.put_at:%Y-%m-%d %H:%M}",
            str(one.attempts),
            one.reference or "",
            one.detail[:_DETAIL],
        ]
        for one in entries
    ]
    if rows:
        print_table(columns, rows)
    say(counted(len(rows), "handoff"))
