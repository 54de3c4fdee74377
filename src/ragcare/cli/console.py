"""What goes to stdout and what to stderr, in colour on a terminal and plain everywhere else."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ragcare.language.unprintable import UNPRINTABLE, printable

if TYPE_CHECKING:
    from rich.console import Console

_WIDEST = 100
"""Lines of prose longer than this are hard to read, however wide the terminal."""

_IN_A_PIPE = 1_000
"""Wide enough that no row of a table takes two lines."""

Styled = str | tuple[str, str]
"""A text, or a text and its style."""


def prepare_streams() -> None:
    """Data is UTF-8 in a pipe, whatever the locale; a terminal that lacks a character shows another one."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def show(*parts: Styled) -> None:
    """Prints one piece of the result on stdout."""
    _print(*parts, stderr=False)


def say(*parts: Styled) -> None:
    """Says something about the work on stderr."""
    _print(*parts, stderr=True)


def complain(problem: str) -> None:
    """Tells what went wrong, on stderr."""
    # Where stderr is closed as well there is nobody to tell.
    with contextlib.suppress(BrokenPipeError):
        say(("ragcare: ", "bold red"), problem)


def print_json(document: Any, *, line: bool = False) -> None:
    """Prints one JSON document on stdout, or one row of JSON Lines."""
    text = json.dumps(document, ensure_ascii=False, indent=None if line else 2)
    # They can only stand within strings, where JSON may write them so; a terminal would obey them raw.
    safe = UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    print(safe, flush=line)  # noqa: T201


def print_table(columns: dict[str, str], rows: list[list[str]]) -> None:
    """Prints a table on stdout.

    Args:
        columns: the headings, each with how it stands: "left", "right", or "wrap" for what may take several lines.
        rows: the cells.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, how in columns.items():
        table.add_column(name, justify="right" if how == "right" else "left", no_wrap=how != "wrap")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    _console(stderr=False).print(table)


def counted(number: int, noun: str) -> str:
    """Such as "1 draft" and "2 drafts"."""
    return f"{number} {noun}{'s' if number != 1 else ''}"


def first_of(names: Sequence[str], most: int = 5) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def shows_progress() -> bool:
    """Whether somebody watches stderr."""
    return sys.stderr.isatty()


def _print(*parts: Styled, stderr: bool) -> None:
    from rich.text import Text

    styled = [(part, "") if isinstance(part, str) else part for part in parts]
    console = _console(stderr)
    text = Text.assemble(*((printable(part), style) for part, style in styled))
    if console.is_terminal:
        console.print(text, width=min(console.width, _WIDEST))
    else:
        console.print(text, soft_wrap=True)


def _console(stderr: bool) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _IN_A_PIPE
    return console
