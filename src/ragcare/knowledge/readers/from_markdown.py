"""Markdown with YAML front matter.

A level-1 heading at the head of the body that is the title (because none is given, or the same one is) leaves
the body: the title is kept beside the text, and would otherwise count twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from ragcare.knowledge.readers.from_yaml import fields_of_yaml
from ragcare.knowledge.readers.rows import Field, Row, canonical, is_blank
from ragcare.knowledge.readers.text import SourceFile, Unreadable, decode, normalise

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#[ \t]+")
_UNDERLINE = re.compile(r" {0,3}=+[ \t]*")
_CLOSING = re.compile(r"(?:^|[ \t]+)#+$")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
_LONGEST_TITLE = 300


def rows(file: SourceFile) -> Iterator[Row]:
    """The one row of a Markdown file."""
    head, body = _split(file)
    fields = fields_of_yaml(file, head, first_line=2)
    given = next((f.value for f in fields if canonical(f.name) == "title" and not is_blank(f.value)), None)
    title, body = take_title(body, normalise(given).strip() if isinstance(given, str) else None)
    yield Row(file.path, 1, (*fields, Field("body", body)), {"id": file.name, "title": title or file.stem})


def take_title(markdown: str, given: str | None = None) -> tuple[str, str]:
    """The title and the body below it.

    Args:
        markdown: the whole text.
        given: a title from elsewhere; it wins over the first level-1 heading.

    Returns:
        The title ("" where there is none), and the body, which no longer begins with that title as a heading.
    """
    lines = markdown.split("\n")
    fence = ""
    for number, line in enumerate(lines):
        if opening := _FENCE.match(line):
            if not fence:
                fence = opening[1]
            elif opening[1].startswith(fence):
                fence = ""
            continue
        if fence:
            continue
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if heading := _HEADING.match(line):
            title, after = plain(line[heading.end() :]), number + 1
        elif _UNDERLINE.fullmatch(below):
            title, after = plain(line), number + 2
        else:
            continue
        if not title:
            continue
        leads = not any(earlier.strip() for earlier in lines[:number])
        if leads and given in (None, title):
            return title, "\n".join(lines[after:]).strip("\n")
        return given or title, markdown
    return given or "", markdown


def plain(heading: str) -> str:
    """A heading without closing hashes, links, emphasis and entities; "" if it is too long to be one."""
    text = heading.strip()
    if len(text) > _LONGEST_TITLE:
        return ""
    return unescape(_EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _CLOSING.sub("", text)))).strip()


def _split(file: SourceFile) -> tuple[str, str]:
    """The front matter and the body."""
    text = decode(file)
    if not text.startswith("---") or text.partition("\n")[0].rstrip() != "---":
        return "", text.strip("\n")
    lines = text.split("\n")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]).strip("\n")
    what = "the front matter that begins here is never closed"
    raise Unreadable(file.path, what, 'close it with a line "---" (for a rule across the page, write "***")', line=1)
