"""A settings file: its tables, the paths that they name, and the line that each value stands on."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ragcare.errors import BadInput


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a settings file.

    Raises:
        BadInput: the file is missing or no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such settings file. Mend: start from configs/default.toml") from None
    except OSError as error:
        raise BadInput(f"{path}: it cannot be read: {error.strerror}. Mend: name a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: not a TOML file in UTF-8: {error}") from None


def beside(path: Path, tables: dict[str, Any]) -> dict[str, Any]:
    """The tables of a settings file, the paths that they name found from the folder of that file."""
    for table, key in (("policy", "calibration"), ("cache", "folder"), ("answering", "conflict_record")):
        values = tables.get(table)
        named = values.get(key) if isinstance(values, dict) else None
        if isinstance(values, dict) and isinstance(named, str):
            # Absolute, because an index keeps the settings it was built with, and may be opened from another folder.
            tables = {**tables, table: {**values, key: str(path.absolute().parent / named)}}
    return tables


def lines_of_keys(toml: str) -> dict[str, int]:
    """On which line each table begins and each of its values is set: {"policy": 3, "policy.answer_at": 4}."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(toml.splitlines(), 1):
        name = line.split("#")[0].split("=")[0].strip()
        if name.startswith("["):
            name = name.strip("[] ")
            table = f"{name}."
            lines.setdefault(name, number)
        elif name:
            lines.setdefault(f"{table}{name}", number)
    return lines
