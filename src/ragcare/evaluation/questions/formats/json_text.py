"""JSON that is read whole: a key that stands twice in one object would hide what the first one says."""

from __future__ import annotations

import json
from json import JSONDecodeError
from typing import Any


class NotJson(ValueError):
    """What is wrong with a text, and how to mend it.

    Attributes:
        line: in the text, from 1; None where nobody can tell.
    """

    def __init__(self, what: str, mend: str, line: int | None = None) -> None:
        super().__init__(what)
        self.what, self.mend, self.line = what, mend, line


def json_of(content: bytes) -> Any:
    """The value that a text in UTF-8 holds.

    Raises:
        NotJson: it cannot be read, or not without losing a part of it.
    """
    try:
        return json.loads(content.decode(), object_pairs_hook=_object)
    except NotJson:
        raise
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotJson(f"it is not UTF-8: {error.reason}", "save it as UTF-8", line) from error
    except JSONDecodeError as error:
        what = f"it is not JSON from column {error.colno} on: {error.msg[:1].lower()}{error.msg[1:]}"
        raise NotJson(what, "correct it there, or fetch or write it again", error.lineno) from error
    except RecursionError as error:
        raise NotJson("it is nested too deep", "write it without so many lists and objects in each other") from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise NotJson("it holds a number that is too long", "write it as text, between quotes") from error


def is_writable(value: Any) -> bool:
    """Whether no text in it holds half a character (a lone surrogate), which no file can take."""
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            try:
                one.encode()
            except UnicodeEncodeError:
                return False
        elif isinstance(one, dict):
            rest += (*one.keys(), *one.values())
        elif isinstance(one, list | tuple):
            rest += one
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise NotJson(f'the key "{twice}" stands twice in one object', "keep one of the two")
    return found
