"""The log of the server: one JSON object a line; ids, status and milliseconds, never what a customer wrote."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

log: Final = logging.getLogger("ragcare.server")

_TOLD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "color_message", "taskName"}


class JsonLines(logging.Formatter):
    """A record as one line of JSON. The text of an exception is left out: it may quote what somebody wrote."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        row = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **{key: value for key, value in record.__dict__.items() if key not in _TOLD},
        }
        if record.exc_info and record.exc_info[0] is not None:
            row["error"] = record.exc_info[0].__name__
        return json.dumps(row, ensure_ascii=False, default=str)


def set_up() -> None:
    """Has the server and uvicorn log to stderr; what others log at levels below warnings stays out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("ragcare", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = ([handler], False) if name != "uvicorn.error" else ([], True)
        logger.setLevel(logging.INFO)
