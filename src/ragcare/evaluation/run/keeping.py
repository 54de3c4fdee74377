"""Keeping the rows of a run in a file as they come, so that a run that was killed goes on where it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from ragcare.errors import BadInput, StoreBusy
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.run.log import RunHead, RunLog, RunRow
from ragcare.knowledge.atomic import require_writable


class KeptRows:
    """The rows so far, in memory and, but for the last of all, in the file.

    The log becomes whole in one step, in the order of the questions, when it is written anew at the end: so a log that
    has every row is one whose run came to its end.
    """

    def __init__(self, begun: RunLog, file: BinaryIO | None) -> None:
        self.by_number = {row.number: row for row in begun}
        self._head, self._file = begun.head, file
        self._adding = threading.Lock()

    def add(self, row: RunRow) -> None:
        """Keeps a row; may be called from several threads at once."""
        line = row.model_dump_json().encode() + b"\n"
        with self._adding:
            self.by_number[row.number] = row
            if self._file is not None and len(self.by_number) < self._head.questions:
                self._file.write(line)
                self._file.flush()

    def log(self) -> RunLog:
        """The rows in the order of their questions."""
        return RunLog(head=self._head, rows=tuple(self.by_number[number] for number in sorted(self.by_number)))


@contextmanager
def keep_rows(path: Path | None, head: RunHead, labels: Sequence[LabelledQuestion]) -> Iterator[KeptRows]:
    """What is in the file already, and a place for the rest; at the end, the log in the file is whole.

    Args:
        path: the file; the rows are kept in memory alone if None.
        head: of the run that begins or goes on.
        labels: its questions, in their order.

    Raises:
        BadInput: the file cannot be written, is no log, or holds the beginning of another run.
        BadFiles: lines of it are damaged.
        StoreBusy: another process is writing it.
    """
    if path is None:
        yield KeptRows(RunLog(head=head, rows=()), None)
        return
    with _locked(path):
        begun = RunLog(head=head, rows=_begun(path, head, labels))
        begun.write(path)  # anew, so that half a line, which a killed run leaves behind, is not written on to
        with path.open("ab") as file:
            kept = KeptRows(begun, file)
            yield kept
        kept.log().write(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """That file as the only one who writes it; what the lock leaves beside it means nothing."""
    require_writable(path)  # where nothing can be written, the lock would only say that it is held
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(path.name + ".lock"), is_singleton=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise StoreBusy(f"{path}: another run is writing it. Mend: wait for it to end, or name another file") from None
    try:
        yield
    finally:
        lock.release()


def _begun(path: Path, head: RunHead, labels: Sequence[LabelledQuestion]) -> tuple[RunRow, ...]:
    """What is in the file of this very run; nothing if the run in it is whole."""
    if not path.exists():
        return ()
    log = RunLog.read_unchecked(path)
    if log.is_whole:
        return ()
    mend = "Mend: name another file, or remove this one"
    differ = head.differs_from(log.head)
    if differ:
        raise BadInput(f"{path}: it holds the beginning of another run (not the same: {', '.join(differ)}). {mend}")
    foreign = next((row for row in log if row.label != labels[row.number]), None)
    if foreign is not None:
        raise BadInput(
            f"{path}: its question {foreign.number} ({foreign.label.id}) is not as the suite has it, so that it is not "
            f"of this run. {mend}"
        )
    return log.rows
