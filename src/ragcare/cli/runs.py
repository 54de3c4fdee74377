"""Logs of runs, as they are named on the command line: by themselves, or by the report that they lie beside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ragcare.errors import BadInput

if TYPE_CHECKING:
    from ragcare.evaluation.run.log import RunLog

LOG = ".run.jsonl"
"""How the name of a log ends: X.run.jsonl lies beside the report X.json."""


def log_beside(report: Path) -> Path:
    """Where the log of a report is."""
    return report.with_suffix(LOG)


def read_run(path: Path) -> RunLog:
    """The log that is named, or that lies beside the report that is named; whole.

    Raises:
        BadInput: there is none, or its run did not come to its end.
    """
    from ragcare.evaluation.run.log import RunLog

    at = log_beside(path) if path.suffix == ".json" else path
    if at != path and not at.is_file():
        raise BadInput(f"{path}: its log {at.name} is not beside it. Mend: put it there, or name the log itself")
    log = RunLog.read(at)
    if not log.is_whole:
        asked = f"{len(log)} of {log.head.questions} questions were asked"
        raise BadInput(f"{at}: the run did not come to its end: {asked}. Mend: run it again; it goes on where it was")
    return log
