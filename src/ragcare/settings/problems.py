"""What is wrong in settings, each with the line or the variable that it comes from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ragcare.errors import Problem
from ragcare.settings.toml_file import lines_of_keys
from ragcare.settings.variables import PREFIX

_PLAIN = {
    "extra_forbidden": "there is no such setting",
    "missing": "it is missing",
    "greater_than_equal": "it must be at least {ge}",
    "greater_than": "it must be more than {gt}",
    "less_than_equal": "it must be at most {le}",
    "less_than": "it must be less than {lt}",
    "literal_error": "it must be {expected}",
    "too_short": "it must name at least {min_length}",
    "too_long": "it must name at most {max_length}",
    "string_too_short": "it must not be blank",
    "string_too_long": "it must have at most {max_length} characters",
    "string_pattern_mismatch": "it must be written as {pattern}",
    "finite_number": "it must be a finite number",
    "value_error": "{error}",
    **dict.fromkeys(("string_type", "path_type"), "it must be a text in quotes"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "it must be a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "it must be a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "it must be true or false"),
    **dict.fromkeys(("tuple_type", "list_type"), 'it must be a list, such as ["one", "two"]'),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "it must be a table"),
}
"""What pydantic found, by its name for it, in the words of whoever writes settings and knows no Python."""


def plainly(row: Mapping[str, Any]) -> str:
    """What one row of a `ValidationError` says, in plain words."""
    return _PLAIN[row["type"]].format(**row.get("ctx", {})) if row["type"] in _PLAIN else str(row["msg"])


def problems_of(error: ValidationError, path: Path | None) -> list[Problem]:
    """The problems that pydantic found, in its order.

    Args:
        error: what it raised.
        path: of the settings file, if there is one.
    """
    lines = lines_of_keys(path.read_text(encoding="utf-8-sig")) if path is not None else {}
    problems = []
    for row in error.errors():
        parts = [str(part) for part in row["loc"] if part != "[key]"]
        variable = f"{PREFIX}{'__'.join(parts[:2])}".upper()
        keys = (".".join(parts[:depth]) for depth in range(len(parts), 0, -1))
        line = next((lines[key] for key in keys if key in lines), None)
        if variable in os.environ:  # it has the last word, so it is the one that is wrong
            where, line = variable, None
        else:
            where = str(path) if line is not None else "settings"
        mend = "see configs/default.toml for the names and their ranges"
        problems.append(Problem(where, line, f"{'.'.join(parts)}: {plainly(row)}", mend))
    return problems
