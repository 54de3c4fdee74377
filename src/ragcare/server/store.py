"""What the server keeps: keys, sessions, replies, feedback; in SQLite by default, in PostgreSQL by its URL.

All of it is here and nothing in a process, so that any process can go on where another died. What customers write is
kept with personal data masked, unless the settings of handoffs say otherwise, and is forgotten after `keep_days`.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from ragcare.errors import BadInput
from ragcare.integrations.delivery import Undelivered
from ragcare.integrations.outbox import read_handoff
from ragcare.schema import Handoff, Reply, Turn

FILE: Final = "server.sqlite"
_FORMAT: Final = 1
_TRIES = 5
_CONNECTIONS, _MORE = 5, 45  # no more than there are threads that may want one

_data = MetaData()
_about = Table("ragcare_server", _data, Column("format", Integer, primary_key=True))
_keys = Table(
    "api_keys",
    _data,
    Column("digest", String(64), primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("audiences", JSON, nullable=False),
    Column("may", JSON, nullable=False),
    Column("made_at", Float, nullable=False),
)
_sessions = Table(
    "sessions",
    _data,
    Column("id", String(64), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False, index=True),
)
_turns = Table(
    "turns",
    _data,
    Column("session", ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("action", String(16)),
    Column("cited", JSON, nullable=False),
)
_replies = Table(
    "replies",
    _data,
    Column("id", String(64), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("session", ForeignKey("sessions.id", ondelete="CASCADE")),
    Column("made_at", Float, nullable=False, index=True),
    Column("action", String(16), nullable=False),
    Column("language", String(3), nullable=False),
    Column("handoff", JSON),
    Index("replies_by_session", "session", "made_at"),
)
_feedback = Table(
    "feedback",
    _data,
    Column("reply", ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(64), nullable=False),
    Column("given_at", Float, nullable=False),
    Column("useful", Boolean),
    Column("resolved", Boolean),
    Column("comment", Text),
)


class ServerStore:
    """The database of the server; every method is a transaction of its own, which no killed process can take back.

    Args:
        url: of SQLAlchemy, such as "sqlite:///help/server.sqlite" or "postgresql+psycopg://user@host/name".

    Raises:
        BadInput: it cannot be reached, is of another format, or its driver is not installed.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            # A file is opened by each thread for itself; a server is given as many connections as it is asked for.
            self._engine = create_engine(
                parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite", pool_size=_CONNECTIONS, max_overflow=_MORE
            )
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise BadInput(
                f"server.database: {type(error).__name__}. Mend: sqlite:///FILE, or postgresql+psycopg://… with psycopg"
            ) from None
        self._sqlite = self._engine.dialect.name == "sqlite"
        if self._sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        self._writing = {flush: self._engine.execution_options(writes=True, flush=flush) for flush in (False, True)}
        # SQLite has one writer at a time; who waits here is woken at once, and who waits there looks every so often.
        self._one_writer = threading.Lock() if self._sqlite else nullcontext()
        self._make()

    @classmethod
    def of(cls, folder: Path) -> ServerStore:
        """The one that stands in a folder where the settings name none."""
        path = folder / FILE
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        return cls(f"sqlite:///{path}")

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()

    def ping(self) -> None:
        """Raises what SQLAlchemy raises where the database does not answer."""
        with self._engine.connect() as db:
            db.execute(select(1))

    # --- keys ----------------------------------------------------------------------------------------

    def add_key(self, digest: str, name: str, audiences: Sequence[str], may: Sequence[str]) -> None:
        """Keeps a key by its digest.

        Raises:
            BadInput: there is one of that name.
        """
        row = {"digest": digest, "name": name, "audiences": list(audiences), "may": list(may), "made_at": time.time()}
        try:
            with self._begin() as db:
                db.execute(insert(_keys).values(row))
        except IntegrityError:
            raise BadInput(f"there is a key named {name}. Mend: ragcare keys revoke {name}, or another name") from None

    def key(self, digest: str) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
        """Name, audiences and rights of a key; None if there is none."""
        with self._engine.connect() as db:
            row = db.execute(
                select(_keys.c.name, _keys.c.audiences, _keys.c.may).where(_keys.c.digest == digest)
            ).first()
        return None if row is None else (row.name, tuple(row.audiences), tuple(row.may))

    def keys(self) -> list[dict[str, Any]]:
        """All keys, by name: what they may, never what they are."""
        columns = (_keys.c.name, _keys.c.audiences, _keys.c.may, _keys.c.made_at)
        with self._engine.connect() as db:
            return [dict(row._mapping) for row in db.execute(select(*columns).order_by(_keys.c.name))]

    def revoke_key(self, name: str) -> bool:
        """Takes a key back; False if there is none of that name."""
        with self._begin() as db:
            return db.execute(delete(_keys).where(_keys.c.name == name)).rowcount > 0

    # --- sessions ------------------------------------------------------------------------------------

    def new_session(self) -> str:
        """The id of a session that nobody can guess; it is there once something is kept in it."""
        return secrets.token_urlsafe(24)

    def turns(self, session: str, owner: str) -> tuple[Turn, ...] | None:
        """What was said in a session, oldest first; None if this owner has no such session."""
        with self._engine.connect() as db:
            if db.execute(_session(session, owner)).first() is None:
                return None
            columns = (_turns.c.role, _turns.c.text, _turns.c.action, _turns.c.cited)
            rows = db.execute(select(*columns).where(_turns.c.session == session).order_by(_turns.c.number)).all()
        return tuple(Turn.model_validate_json(json.dumps(dict(row._mapping))) for row in rows)

    def forget_session(self, session: str, owner: str) -> bool:
        """Forgets a session with its turns, replies and feedback; False if this owner has no such session."""
        with self._begin() as db:
            mine = (_sessions.c.id == session) & (_sessions.c.owner == owner)
            return db.execute(delete(_sessions).where(mine)).rowcount > 0

    # --- replies -------------------------------------------------------------------------------------

    def keep(
        self, reply: Reply, owner: str, *, session: str | None = None, turns: Sequence[Turn] = (), new: bool = False
    ) -> None:
        """Keeps that a reply was given, with its handoff if it has one, and the turns that it adds to a session.

        Args:
            reply: what was given.
            owner: to whom.
            session: in which; None outside of any.
            turns: what it adds to the session.
            new: whether the session begins with it.
        """
        handoff = None if reply.handoff is None else json.loads(_storable(reply.handoff.model_dump_json()))
        for attempt in range(_TRIES):
            try:
                with self._begin() as db:
                    now = time.time()
                    if new:
                        db.execute(insert(_sessions).values(id=session, owner=owner, made_at=now, changed_at=now))
                    elif session is not None:
                        mine = (_sessions.c.id == session) & (_sessions.c.owner == owner)
                        if not db.execute(update(_sessions).where(mine).values(changed_at=now)).rowcount:
                            return  # forgotten while it was answered: nothing of it is kept
                    if session is not None and turns:
                        last = select(func.max(_turns.c.number)).where(_turns.c.session == session)
                        first = 1 if new else (db.execute(last).scalar() or 0) + 1
                        rows = [
                            {"session": session, "number": number, **json.loads(_storable(turn.model_dump_json()))}
                            for number, turn in enumerate(turns, first)
                        ]
                        db.execute(insert(_turns), rows)
                    db.execute(
                        insert(_replies).values(
                            id=reply.trace.id,
                            owner=owner,
                            session=session,
                            made_at=now,
                            action=reply.decision.action,
                            language=reply.question.language,
                            handoff=handoff,
                        )
                    )
                return
            except IntegrityError:  # two messages of one session at once want the same number
                if attempt == _TRIES - 1:
                    raise

    def last_reply(self, session: str, owner: str) -> str | None:
        """The id of the last reply in a session; None if there is none for this owner."""
        found = select(_replies.c.id).where(_replies.c.session == session, _replies.c.owner == owner)
        with self._engine.connect() as db:
            return db.execute(found.order_by(_replies.c.made_at.desc()).limit(1)).scalar()

    def handoff_of(self, reply: str, owner: str) -> tuple[bool, Handoff | None]:
        """Whether this owner was given such a reply, and the handoff that it carried, if this version can read it."""
        found = select(_replies.c.handoff).where(_replies.c.id == reply, _replies.c.owner == owner)
        with self._engine.connect() as db:
            row = db.execute(found).first()
        if row is None or row.handoff is None:
            return row is not None, None
        with suppress(Undelivered):
            return True, read_handoff(json.dumps(row.handoff))
        return True, None

    # --- feedback ------------------------------------------------------------------------------------

    def give_feedback(
        self, reply: str, owner: str, *, useful: bool | None, resolved: bool | None, comment: str | None
    ) -> str | None:
        """Keeps what somebody thinks of a reply, in the place of what they thought before; its id.

        None if this owner was given no such reply.
        """
        row = {
            "reply": reply,
            "id": secrets.token_hex(8),
            "given_at": time.time(),
            "useful": useful,
            "resolved": resolved,
            "comment": None if comment is None else _storable(comment),
        }
        upsert: Any = (sqlite.insert if self._sqlite else postgresql.insert)(_feedback).values(row)
        changed = {name: upsert.excluded[name] for name in row if name not in ("reply", "id")}
        with self._begin(flush=True) as db:
            given = select(_replies.c.id).where(_replies.c.id == reply, _replies.c.owner == owner)
            if db.execute(given).first() is None:
                return None
            db.execute(upsert.on_conflict_do_update(index_elements=["reply"], set_=changed))
            return str(db.execute(select(_feedback.c.id).where(_feedback.c.reply == reply)).scalar_one())

    def feedback(self) -> list[dict[str, Any]]:
        """All feedback, oldest first, each with what the reply was."""
        columns = (*_feedback.c, _replies.c.action, _replies.c.language, _replies.c.session)
        with self._engine.connect() as db:
            rows = db.execute(select(*columns).join(_replies).order_by(_feedback.c.given_at))
            return [dict(row._mapping) for row in rows]

    # --- forgetting ----------------------------------------------------------------------------------

    def forget(self, before: float) -> int:
        """Forgets sessions, and replies outside of any, that were last changed before that moment; how many."""
        with self._begin() as db:
            sessions = db.execute(delete(_sessions).where(_sessions.c.changed_at < before)).rowcount
            single = _replies.c.session.is_(None) & (_replies.c.made_at < before)
            return sessions + db.execute(delete(_replies).where(single)).rowcount

    @contextmanager
    def _begin(self, *, flush: bool = False) -> Iterator[Connection]:
        """A transaction that writes.

        Args:
            flush: whether SQLite has it on the disk when this ends, and not only in the hands of the system, where a
                power cut may still take it. PostgreSQL always has.
        """
        with self._one_writer, self._writing[flush].begin() as db:
            yield db

    def _make(self) -> None:
        """Makes what is missing; another process may be doing the same."""
        for attempt in range(_TRIES):
            try:
                with self._begin() as db:
                    _data.create_all(db)
                    found = db.execute(select(_about.c.format)).scalar()
                    if found is None:
                        db.execute(insert(_about).values(format=_FORMAT))
                break
            except SQLAlchemyError as error:
                if attempt == _TRIES - 1:
                    said = f"{type(error).__name__}: {self._engine.url.render_as_string(hide_password=True)}"
                    raise BadInput(f"server.database does not work: {said}. Mend: see docs/server.md") from None
                time.sleep(0.1)
        if found not in (None, _FORMAT):
            raise BadInput(f"server.database has format {found}, this ragcare {_FORMAT}. Mend: a database of its own")


def _session(session: str, owner: str) -> Any:
    return select(_sessions.c.id).where(_sessions.c.id == session, _sessions.c.owner == owner)


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins and ends the transactions, not the driver
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    how = connection.get_execution_options()
    if not how.get("writes"):
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if how['flush'] else 'NORMAL'}")
    # Who will write says so at once: two that begin by reading could otherwise not both go on to write.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _storable(text: str) -> str:
    """Without the null character, which PostgreSQL keeps in no text; JSON writes it as an escape."""
    return text.replace("\0", " ").replace("\\u0000", " ")
