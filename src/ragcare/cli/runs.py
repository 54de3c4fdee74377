"""Files of runs, as they are named on the command line: logs and rows, and the reports that they lie beside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ragcare.errors import BadInput

if TYPE_CHECKING:
    from ragcare.evaluation.run.log import RunLog

LOG = ".run.jsonl"
"""How the name of a log ends: X.run.jsonl lies beside the report X.json."""

ROWS = ".rows.jsonl"
"""Likewise that of the rows of a report."""


def log_beside(report: Path) -> Path:
    """Where the log of a report is."""
    return _beside(report, LOG)


def rows_beside(report: Path) -> Path:
    """Where the rows of a report are."""
    return _beside(report, ROWS)


def _beside(report: Path, ending: str) -> Path:
    """X.json has X.run.jsonl; any other name keeps its ending, so that r.v1 and r.v2 share nothing."""
    return report.with_name(report.name.removesuffix(".json") + ending)


def read_run(path: Path) -> RunLog:
    """The log that is named, or that lies beside the report that is named; whole.

    Raises:
        BadInput: there is none, its run did not come to its end, or it is not as it was written.
        BadFiles: lines of it are damaged.
    """
    from ragcare.evaluation.run.log import RunLog

    at = _log_named(path)
    log = RunLog.read(at)
    if not log.is_whole:
        asked = f"{len(log)} of {log.head.questions} questions were asked"
        raise BadInput(f"{at}: the run did not come to its end: {asked}. Mend: run it again; it goes on where it was")
    return log


def _log_named(path: Path) -> Path:
    if path.name.endswith(LOG) or path.name == "":
        return path
    at = log_beside(path)
    if path.suffix == ".json" and not at.is_file():
        if not path.is_file():
            raise BadInput(
                f"{path}: there is no such report. Mend: name one that ragcare eval --json wrote, or its log"
            )
        raise BadInput(f"{path}: its log {at.name} is not beside it. Mend: put it there, or name the log itself")
    return at if at.is_file() else path
