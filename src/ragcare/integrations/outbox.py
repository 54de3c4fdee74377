"""The outbox: handoffs that are to be delivered, are being delivered, and what became of them.

A SQLite file. What is in it is on the disk before `put` returns, and stays there through a kill at any moment. One
process at a time delivers: it holds a lock that the system takes back when the process dies, so what then still says
"sending" was being sent when somebody died. Where the channel is repeatable it is sent again and the other side knows
it by its id; where it is not, it is set aside as failed, for a person to look whether it arrived.

    queued ─► sending ─► accepted ─► completed ─► reopened ─► completed …
      ▲          │           └──────► failed
      └──────────┴─► failed            (`retry` queues what failed)
"""

from __future__ import annotations

import logging
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, get_args

from filelock import FileLock, Timeout
from pydantic import ValidationError

from ragcare.errors import BadInput, RagcareError
from ragcare.integrations.delivery import Change, Channel, Delivery, Progress, Undelivered
from ragcare.schema import Handoff, Record

_log: Final = logging.getLogger(__name__)

State = Literal["queued", "sending", "accepted", "failed", "completed", "reopened"]

OUTBOX_FILE: Final = "outbox.sqlite"
"""Its name in the folder that `ragcare index` wrote, where the server and `ragcare handoffs` meet."""

MOST_ATTEMPTS = 12
"""After so many, over about a day and a half, a handoff is set aside as failed."""
_FIRST_PAUSE, _LONGEST_PAUSE = 15.0, 6 * 3600.0
_LONGEST_ASKED = 24 * 3600.0
"""However long the other side asks to wait: a date in another century would hide a handoff for good."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS handoffs (
    id TEXT PRIMARY KEY, payload TEXT, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    not_before REAL NOT NULL, put_at REAL NOT NULL, changed_at REAL NOT NULL,
    channel TEXT, reference TEXT, url TEXT, detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS handoffs_by_state ON handoffs (state, not_before);
CREATE INDEX IF NOT EXISTS handoffs_by_reference ON handoffs (reference);
"""
_COLUMNS = "id, payload, state, attempts, put_at, changed_at, channel, reference, url, detail"
_AFTER: dict[Progress, tuple[State, ...]] = {
    "accepted": ("queued", "sending", "accepted"),
    "failed": ("queued", "sending", "accepted", "failed"),
    "completed": ("queued", "sending", "accepted", "failed", "completed", "reopened"),
    "reopened": ("completed", "reopened"),
}
"""From which states the other side may bring a handoff into another; it may well be faster than our own books."""


class UnknownHandoff(RagcareError, LookupError):
    """No handoff of that id or reference is in the outbox."""


class OutboxEntry(Record):
    """A handoff in the outbox.

    Attributes:
        id: of the handoff.
        state: where it stands.
        handoff: what is delivered; None once it was forgotten, or where `unreadable` says why it cannot be read.
        attempts: how often it was tried.
        put_at: when it was put there; `changed_at` likewise of its last change.
        reference: what the other side calls it.
        detail: why it failed, or what the other side said.
        unreadable: why this version of ragcare cannot read what another one wrote, and the mend.
    """

    id: str
    state: State
    handoff: Handoff | None
    attempts: int
    put_at: datetime
    changed_at: datetime
    channel: str | None = None
    reference: str | None = None
    url: str | None = None
    detail: str = ""
    unreadable: str = ""


class Outbox:
    """Handoffs on their way.

    Args:
        path: of the file, made if missing, for its owner alone. A second file beside it is the lock.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self.path.exists():
            self.path.touch(mode=0o600)
        self._lock = FileLock(f"{self.path}.lock")
        with self._open() as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(_SCHEMA)

    def put(self, handoff: Handoff) -> bool:
        """Puts a handoff into the outbox, for good; False if one with its id is or ever was there."""
        now = time.time()
        row = (handoff.id, handoff.model_dump_json(), now, now, now)
        statement = (
            "INSERT INTO handoffs (id, payload, state, not_before, put_at, changed_at) VALUES (?, ?, 'queued', ?, ?, ?)"
            " ON CONFLICT (id) DO NOTHING"
        )
        with self._open() as db:
            return db.execute(statement, row).rowcount == 1

    def amend(self, before: Handoff, after: Handoff) -> bool:
        """Puts a handoff in the place of what stands there under its id, if that is `before` and was never sent."""
        with self._open() as db:
            changed = (
                "UPDATE handoffs SET payload = ?, changed_at = ?"
                " WHERE id = ? AND payload = ? AND state = 'queued' AND attempts = 0"
            )
            row = (after.model_dump_json(), time.time(), before.id, before.model_dump_json())
            return db.execute(changed, row).rowcount == 1

    def deliver(self, channel: Channel, going_on: Callable[[], bool] = lambda: True) -> list[Delivery]:
        """Delivers what is due, oldest first; what was delivered.

        Returns at once, with nothing, where another process is delivering: it delivers what is due here as well. What
        fails stays, and is due again later; call this every few seconds, and after each `put`.

        Args:
            channel: that takes it.
            going_on: asked before each handoff; once it says no, the others wait for another time. For who must end
                soon: one that is cut off while it is being sent may have arrived, and nobody can tell.
        """
        try:
            with self._lock.acquire(timeout=0):
                self._take_over(channel)
                return list(self._deliver_due(channel, going_on))
        except Timeout:
            return []

    def record(self, change: Change) -> OutboxEntry:
        """Notes what the other side says has become of a handoff; what is known already changes nothing.

        Raises:
            UnknownHandoff: neither its id nor its reference is here.
        """
        with self._open() as db:
            row = db.execute(
                "SELECT id, state FROM handoffs WHERE id = ? OR (? IS NULL AND reference = ?) ORDER BY put_at DESC",
                (change.handoff_id, change.handoff_id, change.reference),
            ).fetchone()
            if row is None:
                raise UnknownHandoff(f"no handoff {change.handoff_id or change.reference} is in {self.path}")
            # "Accepted" after "completed" came out of order, and a case that was never closed was not reopened.
            if row[1] in _AFTER[change.status]:
                db.execute(
                    "UPDATE handoffs SET state = ?, changed_at = ?, detail = ?, reference = coalesce(reference, ?)"
                    " WHERE id = ?",
                    (change.status, time.time(), change.detail, change.reference, row[0]),
                )
        return self.get(row[0])

    def record_status(self, handoff_id: str, status: Progress, detail: str = "") -> OutboxEntry:
        """`record` for a status that came by a way of its own.

        Raises:
            BadInput: there is no such status.
            UnknownHandoff: no handoff of that id is here.
        """
        if status not in get_args(Progress):
            raise BadInput(f"{status!r} is no status. Mend: one of {', '.join(get_args(Progress))}")
        return self.record(Change(status, handoff_id=handoff_id, detail=detail))

    def get(self, handoff_id: str) -> OutboxEntry:
        """One handoff.

        Raises:
            UnknownHandoff: no handoff of that id is here.
        """
        with self._open() as db:
            row = db.execute(f"SELECT {_COLUMNS} FROM handoffs WHERE id = ?", (handoff_id,)).fetchone()
        if row is None:
            raise UnknownHandoff(f"no handoff {handoff_id} is in {self.path}")
        return _entry(row)

    def entries(self, state: State | None = None) -> list[OutboxEntry]:
        """All handoffs, or those in one state, oldest first."""
        with self._open() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM handoffs WHERE ? IS NULL OR state = ? ORDER BY put_at, id", (state, state)
            ).fetchall()
        return [_entry(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many there are in each state, but for those that were forgotten."""
        with self._open() as db:
            found = dict(
                db.execute("SELECT state, count(*) FROM handoffs WHERE payload IS NOT NULL GROUP BY state").fetchall()
            )
        return {state: found.get(state, 0) for state in get_args(State)}

    def retry(self, handoff_id: str) -> OutboxEntry:
        """Queues a handoff that failed, though it may have arrived: whoever asks for this has looked.

        Raises:
            UnknownHandoff: no handoff of that id is here.
            BadInput: it did not fail, or what was to be delivered is forgotten.
        """
        with self._open() as db:
            changed = db.execute(
                "UPDATE handoffs SET state = 'queued', attempts = 0, not_before = 0, changed_at = ?"
                " WHERE id = ? AND state = 'failed' AND payload IS NOT NULL",
                (time.time(), handoff_id),
            ).rowcount
        entry = self.get(handoff_id)
        if not changed:
            raise BadInput(f"handoff {handoff_id} is {entry.state}. Mend: only what failed can be tried again")
        return entry

    def forget(self, before: datetime) -> int:
        """Erases what was handed over, of what came to an end before that moment; how many.

        The id stays, so that none of them can be sent once more.
        """
        with self._open() as db:
            forgotten = db.execute(
                "UPDATE handoffs SET payload = NULL WHERE payload IS NOT NULL AND changed_at < ?"
                " AND state IN ('accepted', 'completed', 'failed')",
                (before.timestamp(),),
            ).rowcount
        with self._open() as db:  # the log beside the file still holds it
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return forgotten

    def _take_over(self, channel: Channel) -> None:
        """What still says "sending" was being sent by a process that is no more: the lock is ours."""
        state, detail = (
            ("queued", "")
            if channel.repeatable
            else ("failed", "it was being sent when the process ended and may have arrived: look there, then retry")
        )
        with self._open() as db:
            interrupted = db.execute(
                "UPDATE handoffs SET state = ?, detail = ?, changed_at = ? WHERE state = 'sending'"
                " RETURNING id, attempts",
                (state, detail, time.time()),
            ).fetchall()
        for handoff_id, attempts in interrupted:
            _tell(state, handoff_id, attempts)

    def _deliver_due(self, channel: Channel, going_on: Callable[[], bool]) -> Iterator[Delivery]:
        began = time.time()
        while going_on() and (due := self._next(began, channel.name)) is not None:
            handoff_id, payload, attempts = due
            try:
                delivery = channel.deliver(read_handoff(payload))
            except Undelivered as error:
                self._not_delivered(handoff_id, attempts, error, repeatable=channel.repeatable)
            except Exception as error:
                # A fault of ours or an answer of a shape nobody expects: it must not hold up those behind it.
                told = f"{type(error).__name__}: {error}"
                fault = Undelivered(told, again=channel.repeatable, may_have_arrived=True)
                self._not_delivered(handoff_id, attempts, fault, repeatable=channel.repeatable)
            else:
                self._delivered(delivery)
                yield delivery

    def _next(self, began: float, channel: str) -> tuple[str, str, int] | None:
        """Marks the oldest that is due as being sent; its id, what it holds, and which attempt this is."""
        with self._open() as db:
            row = db.execute(
                "UPDATE handoffs SET state = 'sending', attempts = attempts + 1, changed_at = ?, channel = ? WHERE id ="
                " (SELECT id FROM handoffs WHERE state = 'queued' AND not_before <= ? AND payload IS NOT NULL"
                " ORDER BY put_at, id LIMIT 1) RETURNING id, payload, attempts",
                (time.time(), channel, began),
            ).fetchone()
        return None if row is None else (str(row[0]), str(row[1]), int(row[2]))

    def _delivered(self, delivery: Delivery) -> None:
        with self._open() as db:  # people may have completed it meanwhile: then only its reference is news
            db.execute(
                "UPDATE handoffs SET state = CASE state WHEN 'sending' THEN 'accepted' ELSE state END,"
                " reference = ?, url = ?, detail = '', changed_at = ? WHERE id = ?",
                (delivery.reference, delivery.url, time.time(), delivery.handoff_id),
            )

    def _not_delivered(self, handoff_id: str, attempts: int, error: Undelivered, *, repeatable: bool) -> None:
        again = error.again and attempts < MOST_ATTEMPTS and (repeatable or not error.may_have_arrived)
        detail = str(error)
        if error.may_have_arrived and not again:
            detail += " (it may have arrived: look there, then retry)"
        pause = min(_FIRST_PAUSE * 2.0 ** (attempts - 1), _LONGEST_PAUSE) * random.uniform(0.8, 1.2)
        due = time.time() + max(pause, min(error.after or 0.0, _LONGEST_ASKED))
        state = "queued" if again else "failed"
        with self._open() as db:
            changed = db.execute(
                "UPDATE handoffs SET state = ?, detail = ?, not_before = ?, changed_at = ?"
                " WHERE id = ? AND state = 'sending'",
                (state, detail, due, time.time(), handoff_id),
            ).rowcount
        if changed:
            _tell(state, handoff_id, attempts)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction; any number of threads and processes may have one."""
        db = sqlite3.connect(self.path, timeout=30)
        try:
            db.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten, not only unlinked
            db.execute("PRAGMA synchronous = FULL")  # on the disk when it returns, also in the face of a power cut
            with db:
                yield db
        finally:
            db.close()


def _tell(state: str, handoff_id: str, attempts: int) -> None:
    """Logs what did not arrive: a customer waits. Why stands in the outbox alone, for it may quote what they wrote."""
    level, said = (logging.ERROR, "handoff failed") if state == "failed" else (logging.WARNING, "handoff not delivered")
    _log.log(level, said, extra={"handoff": handoff_id, "attempts": attempts})


def read_handoff(payload: str) -> Handoff:
    """A handoff as it was stored.

    Raises:
        Undelivered: another version of ragcare wrote it, and this one cannot read it.
    """
    try:
        return Handoff.model_validate_json(payload)
    except ValidationError as error:  # its own text quotes what the customer wrote
        fields = ", ".join(dict.fromkeys(".".join(map(str, row["loc"])) or row["msg"] for row in error.errors()))
        raise Undelivered(
            f"this version of ragcare cannot read it ({fields}). Mend: install the version that wrote it, then retry"
        ) from None


def _entry(
    row: tuple[str, str | None, State, int, float, float, str | None, str | None, str | None, str],
) -> OutboxEntry:
    handoff_id, payload, state, attempts, put_at, changed_at, channel, reference, url, detail = row
    handoff, unreadable = None, ""
    try:
        handoff = None if payload is None else read_handoff(payload)
    except Undelivered as error:  # it must not hide the others from whoever lists them
        unreadable = str(error)
    return OutboxEntry(
        id=handoff_id,
        state=state,
        handoff=handoff,
        attempts=attempts,
        put_at=datetime.fromtimestamp(put_at, UTC),
        changed_at=datetime.fromtimestamp(changed_at, UTC),
        channel=channel,
        reference=reference,
        url=url,
        detail=detail,
        unreadable=unreadable,
    )
