"""What is wrong in settings, each with the line or the variable that it comes from."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from ragcare.errors import Problem
from ragcare.settings.toml_file import lines_of_keys
from ragcare.settings.variables import PREFIX


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
        problems.append(Problem(where, line, f"{'.'.join(parts)}: {row['msg']}", mend))
    return problems
