"""One plain sentence for each complaint of pydantic about a row or a settings file, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from reprlib import repr as shortened
from typing import TYPE_CHECKING

from ragcare.errors import Problem

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails


def problems_of(
    error: ValidationError, path: Path | str, line: int | None, model: type[BaseModel]
) -> Iterator[Problem]:
    """Each thing that is wrong with a row, and how to mend it."""
    for detail in error.errors(include_url=False):
        what, mend = _said(detail, model)
        yield Problem(path, line, what, mend)


def _said(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    # "[key]" is how pydantic says that it is the name itself that is wrong.
    place = ".".join(str(part) for part in detail["loc"] if part != "[key]")
    name, value, context = f'"{place}"' if place else "the row", shortened(detail["input"]), detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return f"{name} is missing", f"add {name}"
        case "extra_forbidden":
            close = get_close_matches(place, model.model_fields, n=1)
            mend = f'write "{close[0]}"' if close else f"remove it; known are {', '.join(model.model_fields)}"
            return f"{name} is not a known field", mend
        case "value_error":
            what, _, mend = str(context["error"]).partition(". Mend: ")
            return f"{name}: {what}", mend or "correct it"
        case "literal_error":
            return f"{name} is {value}", f"write one of {context['expected']}"
        case "string_too_short" | "too_short":
            return f"{name} is blank", f"write {name}, or remove the row"
        case "string_too_long":
            return f"{name} is too long", f"keep it under {context['max_length']} characters"
        case "string_pattern_mismatch":
            return f"{name} is {value}", 'write a language as its ISO code, such as "fr" or "en"'
        case "string_type":
            return f"{name} is {value}, which is not text", "write it as text, between quotes"
        case "tuple_type" | "list_type":
            return f"{name} is {value}, which is not a list", "write it as a list, between [ and ]"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"{name} is {value}, which is not an object", 'write {"name": value, …}'
        case kind if kind.startswith("bool"):
            return f"{name} is {value}", "write true or false"
        case kind if kind.startswith("date"):
            return f"{name} is {value}, which is not a day", "write it as 2026-03-31"
        case _:
            return f"{name} is {value}", detail["msg"].replace("Input should be", "it must be")
