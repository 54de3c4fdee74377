"""JSON Lines, a JSON list, or one JSON object: a row for each object, with the line it begins on.

What a file is, its first character tells: "[" begins a list, whatever the suffix.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json import JSONDecodeError
from typing import Any

from ragcare.errors import Problem
from ragcare.knowledge.readers.rows import Field, Row, canonical, row_of_many
from ragcare.knowledge.readers.text import SourceFile, Unreadable, decode

_BLANK = re.compile(r"[ \t\n]*")


def rows(file: SourceFile) -> Iterator[Row | Problem]:
    """A row for each object of a JSON or JSON Lines file."""
    text = decode(file)
    start = _after_blank(text, 0)
    if text.startswith("[", start):
        yield from _rows_of_list(file, text, start + 1)
    elif file.path.suffix.lower() == ".json":
        value, end = _parse(file, text, start, line=1)
        if text[end:].strip():
            line = text.count("\n", 0, end) + 1
            what = "there is more after the end of the object"
            raise Unreadable(file.path, what, "put the rows into a list, or one a line into a .jsonl file", line)
        first = text.count("\n", 0, start) + 1
        if (name := _list_inside(value)) is not None:
            what = f"is one object around the articles, which are the list {name!r} in it"
            raise Unreadable(file.path, what, f"let the file be that list: jq .{name} OLD > NEW", first)
        yield _row(file, value, first)
    else:
        yield from _rows_of_lines(file, text)


def _rows_of_lines(file: SourceFile, text: str) -> Iterator[Row | Problem]:
    # Only "\n" ends a row: str.splitlines would also cut at the U+2028 that JSON allows inside a string.
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            value, end = _parse(file, content, _after_blank(content, 0), line)
            if content[end:].strip():
                raise Unreadable(file.path, "there is more after the end of the object", "write one row a line", line)
            yield _row(file, value, line)
        except Unreadable as error:
            yield error.problem


def _rows_of_list(file: SourceFile, text: str, start: int) -> Iterator[Row | Problem]:
    line, counted = 1, 0
    position = _after_blank(text, start)
    if text.startswith("]", position):
        return
    while True:
        line, counted = line + text.count("\n", counted, position), position
        value, end = _parse(file, text, position, line)
        try:
            yield _row(file, value, line)
        except Unreadable as error:
            yield error.problem
        position = _after_blank(text, end)
        if text.startswith("]", position):
            return
        if not text.startswith(",", position):
            line += text.count("\n", counted, position)
            raise Unreadable(file.path, 'a "," or the closing "]" of the list is missing', "write it", line)
        position = _after_blank(text, position + 1)


def _after_blank(text: str, start: int) -> int:
    blank = _BLANK.match(text, start)
    return blank.end() if blank else start


def _parse(file: SourceFile, text: str, start: int, line: int) -> tuple[Any, int]:
    """The value that begins there, and where it ends; an object is a tuple of fields: none hides another."""
    try:
        return _DECODER.raw_decode(text, start)
    except JSONDecodeError as error:
        at = line + text.count("\n", start, error.pos)
        column = error.pos - text.rfind("\n", 0, error.pos)
        what = f"is not JSON from column {column} on: {error.msg[:1].lower()}{error.msg[1:]}"
        raise Unreadable(file.path, what, "correct it there, or export it anew", at) from error
    except RecursionError as error:
        raise Unreadable(file.path, "is nested too deep", "write an article as one flat object", line) from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise Unreadable(
            file.path, "holds a number that is too long", "write it as text, between quotes", line
        ) from error


def _fields(pairs: list[tuple[str, Any]]) -> tuple[Field, ...]:
    return tuple(Field(name, value) for name, value in pairs)


_DECODER = json.JSONDecoder(object_pairs_hook=_fields)


def _list_inside(value: Any) -> str | None:
    """The field with a list of objects in an object that is no article itself: an export, with its page and count."""
    if not isinstance(value, tuple) or any(canonical(found.name) == "body" for found in value):
        return None
    lists = ((found.name, found.value) for found in value if isinstance(found.value, list) and found.value)
    return next((name for name, items in lists if all(isinstance(item, tuple) for item in items)), None)


def _row(file: SourceFile, value: Any, line: int) -> Row:
    if not isinstance(value, tuple):
        raise Unreadable(file.path, "the row is not an object", 'write {"id": …, "title": …, "body": …}', line)
    return row_of_many(file.path, file.name, line, value)
