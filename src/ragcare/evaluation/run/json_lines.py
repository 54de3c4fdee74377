"""JSON Lines that a killed process may have left behind: a record a line, half a line at the end not written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from ragcare.errors import Problem
from ragcare.schema import Record

R = TypeVar("R", bound=Record)


def read_lines(
    lines: Sequence[bytes], kind: type[R], path: Path, *, first: int, mend: str
) -> tuple[list[tuple[int, R]], list[Problem]]:
    """The records of a file, each with the number of its line, and what is wrong with the other lines.

    Args:
        lines: what stands between line ends: the last is empty, or a line whose end is missing. That counts if it is a
            record, for then its end alone is lost; if not, it is half a line and counts as not written.
        kind: what a line holds.
        path: for the problems.
        first: the number of the first of these lines.
        mend: what to do with a damaged line.
    """
    records: list[tuple[int, R]] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=first):
        try:
            records.append((number, kind.model_validate_json(line)))
        except ValidationError as error:
            if number < first + len(lines) - 1:
                problems.append(Problem(path, number, first_fault(error), mend))
    return records, problems


def first_fault(error: ValidationError) -> str:
    """What is wrong with a record, and where in it: its first fault, for a damaged line has many."""
    fault, *others = faults(error)
    return f"{fault} (and {len(others)} more)" if others else fault


def faults(error: ValidationError) -> list[str]:
    """All that is wrong with a record, each as "field: message"."""
    rows = error.errors(include_url=False, include_input=False)
    return [": ".join(filter(None, (".".join(map(str, row["loc"])), row["msg"]))) for row in rows]
