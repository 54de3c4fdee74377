"""The lines of a text that stand alone, and the ones that run on: lists, tables, headings, paragraphs.

Splitting sentences comes after: nothing is ever joined across two blocks.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

STEP_NUMBER: Final = "[0-9]{1,3}[.)]"
"""The number of a step, as a pattern: "1." or "1)". It may start a line that only wraps, but not often enough to merge
two steps of a procedure; a year is too long for one."""

LIST_ITEM: Final = re.compile(rf"\s*(?:[-*+•‣◦▪●–—]|{STEP_NUMBER}|[a-zA-Z]\))\s+(?=\S)")
"""What opens a list item, up to its first word: a bullet, a number or a letter, and the blanks around it.

More than Markdown knows ("•" and "–" come from pages and PDFs), and less: "1234." opens none.
"""

TABLE_ROW: Final = re.compile(r"\s*\|")
"""What opens a row of a table."""

TABLE_RULE: Final = re.compile(r"\s*\|[ \t:|]*-[ \t:|-]*(?=[\r\n]|\Z)")
"""The line under the head of a table, with the line break before it."""

_HEADING: Final = re.compile(r"#{1,6}(?:\s|$)")
_RULE: Final = re.compile(r"(?:[-=*_~`]\s*+){3,}$|```|~~~")
_LINE: Final = re.compile(r"[^\r\n]+")

# A line that stops this far short of the widest one did not stop for want of room.
_SHORT: Final = 0.6


class Block(NamedTuple):
    """A stretch of text that no sentence leaves.

    Attributes:
        start: where it starts in the text.
        end: where it ends.
        content: where its words start, after the marker of a list item.
        whole: whether it is one span whatever it holds: a heading, a table row.
    """

    start: int
    end: int
    content: int
    whole: bool


class _Line(NamedTuple):
    start: int  # of the first character that is not blank
    end: int  # after the last one
    indented: bool


def is_item_or_row(text: str) -> bool:
    """Whether a text opens as a list item or a table row does, which stands on a line of its own."""
    return LIST_ITEM.match(text) is not None or TABLE_ROW.match(text) is not None


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a text in order; what lies between them is blank."""
    lines = _lines(text)
    at = 0
    while at < len(lines):
        line = lines[at]
        item = LIST_ITEM.match(text, line.start, line.end)
        if item:
            after = _while_continued(text, lines, at + 1)
            yield Block(line.start, lines[after - 1].end, item.end(), whole=False)
        elif _stands_alone(text, line):
            after = at + 1
            yield Block(line.start, line.end, line.start, whole=True)
        else:
            after = at + 1
            while after < len(lines) and _runs_on(text, lines[after - 1], lines[after]):
                after += 1
            yield from _paragraphs(text, lines[at:after])
        at = after


def _lines(text: str) -> list[_Line]:
    found = []
    for match in _LINE.finditer(text):
        content = match[0].strip()
        if content:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            found.append(_Line(start, start + len(content), start > match.start()))
    return found


def _stands_alone(text: str, line: _Line) -> bool:
    return (
        TABLE_ROW.match(text, line.start, line.end) is not None
        or _HEADING.match(text, line.start, line.end) is not None
        or _RULE.match(text, line.start, line.end) is not None
    )


def _runs_on(text: str, previous: _Line, line: _Line) -> bool:
    """Whether a line may belong to the block of the line before it."""
    gap = text[previous.end : line.start]
    return (
        gap.count("\n") + gap.replace("\r\n", "").count("\r") == 1
        and not _stands_alone(text, line)
        and not LIST_ITEM.match(text, line.start, line.end)
    )


def _while_continued(text: str, lines: list[_Line], at: int) -> int:
    while at < len(lines) and lines[at].indented and _runs_on(text, lines[at - 1], lines[at]):
        at += 1
    return at


def _paragraphs(text: str, lines: list[_Line]) -> Iterator[Block]:
    """Cut a run of plain lines where a line is a heading without marks.

    Text that came from a page often holds "Définition", a new line, and the paragraph: no wrapping stops
    a line so early before a capital. A line that filled its width, or goes on in lower case, is wrapped.
    """
    width = max(line.end - line.start for line in lines)
    first = lines[0]
    for line, following in pairwise(lines):
        opening = text[following.start : following.end].split(maxsplit=1)[0]
        filled = line.end - line.start + 1 + len(opening)
        if filled < _SHORT * width and opening[0].isupper() and text[line.end - 1] not in ",;":
            yield Block(first.start, line.end, first.start, whole=False)
            first = following
    yield Block(first.start, lines[-1].end, first.start, whole=False)
