"""A call to a language model within its time and length: it ends when it must, even if the model does not."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, Protocol

_LOOK_EVERY: Final = 0.05
"""Seconds between two looks at whether the caller has cancelled."""
_CHARACTERS_A_TOKEN: Final = 8
"""More than any tokenizer averages on prose: a stream that passes this many a token does not keep to its length."""


class Cancellable(Protocol):
    """Anything that tells whether the caller has lost interest, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Whether to stop."""
        ...


class OutOfTime(Exception):
    """The time that an answer may take is spent."""


class Cancelled(Exception):
    """The caller has cancelled."""


_cancelled: ContextVar[Cancellable | None] = ContextVar("ragcare_writing_cancelled", default=None)


@contextmanager
def cancelled_by(event: Cancellable) -> Iterator[None]:
    """Within this block, writing stops soon after the event is set, and nothing is answered.

    >>> gone = threading.Event()  # set by whoever sees the customer leave
    >>> with cancelled_by(gone):
    ...     reply = assistant.ask("Comment annuler ma commande ?")
    """
    token = _cancelled.set(event)
    try:
        yield
    finally:
        _cancelled.reset(token)


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote, and whether it came to an end by itself."""

    text: str
    whole: bool


class Budget:
    """The time and the length that one answer may take, all its calls together.

    Args:
        seconds: from now.
        tokens: of one reply; a model that was not told, or does not obey, is cut off somewhat later.
    """

    def __init__(self, seconds: float, tokens: int) -> None:
        self._ends = time.monotonic() + seconds
        self._most = tokens * _CHARACTERS_A_TOKEN
        self._cancelled = _cancelled.get()

    def look(self) -> None:
        """Does nothing while there is time.

        Raises:
            OutOfTime: there is none left.
            Cancelled: the caller has cancelled.
        """
        if self._cancelled is not None and self._cancelled.is_set():
            raise Cancelled
        if time.monotonic() >= self._ends:
            raise OutOfTime

    def wait(self, seconds: float) -> None:
        """Sleeps so long, and no longer than there is time.

        Raises:
            OutOfTime: there is none left.
            Cancelled: the caller has cancelled.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.look()
            time.sleep(min(left, _LOOK_EVERY))
        self.look()

    def spend(self, call: Callable[[], Iterator[tuple[str, bool]]]) -> Written:
        """What a call streams, in a thread of its own: this returns in time even where the call blocks for ever.

        Args:
            call: gives pieces of text, each with whether the model says that it was cut off there.

        Raises:
            OutOfTime: time was up before the call ended; its thread ends with its next piece, or with the process.
            Cancelled: the caller has cancelled; likewise.
            Exception: whatever the call raised.
        """
        self.look()
        task = _Task(call, self._most)
        context = contextvars.copy_context()  # so that the traces of an observing application keep their thread
        # No pool: its threads are waited for when the process ends, and a model that hangs would hang it too.
        threading.Thread(target=context.run, args=(task.run,), name="ragcare-writer", daemon=True).start()
        try:
            while not task.done.wait(_LOOK_EVERY):
                self.look()
        finally:
            task.stop.set()
        if task.error is not None:
            raise task.error
        return Written("".join(task.pieces), task.whole)


class _Task:
    """One call on its way: the pieces that came, and how it ended."""

    def __init__(self, call: Callable[[], Iterator[tuple[str, bool]]], most: int) -> None:
        self._call, self._most = call, most
        self.pieces: list[str] = []
        self.whole = True
        self.error: Exception | None = None
        self.stop, self.done = threading.Event(), threading.Event()

    def run(self) -> None:
        try:
            self._read(self._call())
        except Exception as error:  # it is raised again in the thread that waits
            self.error = error
        finally:
            self.done.set()

    def _read(self, stream: Iterator[tuple[str, bool]]) -> None:
        room = self._most
        try:
            for piece, cut in stream:
                self.pieces.append(piece[:room])
                room -= len(piece)
                if cut or room < 0:
                    self.whole = False
                if self.stop.is_set() or room < 0:
                    return
        finally:
            close: Any = getattr(stream, "close", None)
            if close is not None:
                close()
