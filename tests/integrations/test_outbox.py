"""The outbox: what was put stays, is sent once, and says what became of it."""

from __future__ import annotations

import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.integrations.receiver import handoff

from ragcare.errors import BadInput
from ragcare.integrations import outbox as outbox_module
from ragcare.integrations.delivery import Change, Delivery, Progress, Undelivered
from ragcare.integrations.outbox import MOST_ATTEMPTS, Outbox, UnknownHandoff
from ragcare.schema import Handoff


class FakeChannel:
    """Keeps what it delivered; does first what it is told to do."""

    name = "fake"

    def __init__(self, *, repeatable: bool = True, first: Callable[[Handoff], None] = lambda _: None) -> None:
        self.repeatable = repeatable
        self.first = first
        self.sent: list[str] = []

    def deliver(self, handoff: Handoff) -> Delivery:
        self.sent.append(handoff.id)
        self.first(handoff)
        return Delivery(handoff_id=handoff.id, channel=self.name, reference=f"T-{handoff.id}", url="https://t.example")


def raising(**how: bool | float) -> Callable[[Handoff], None]:
    def raises(_: Handoff) -> None:
        raise Undelivered("the other side is away", **how)  # type: ignore[arg-type]

    return raises


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "deep" / "outbox.sqlite")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "_FIRST_PAUSE", 0.0)


def test_what_was_put_is_delivered_once_in_the_order_of_coming(outbox: Outbox) -> None:
    channel = FakeChannel()
    assert [outbox.put(handoff(name)) for name in ("b", "a", "b")] == [True, True, False]
    assert [one.handoff_id for one in outbox.deliver(channel)] == ["b", "a"]
    assert outbox.deliver(channel) == []
    assert outbox.put(handoff("a")) is False
    assert outbox.deliver(channel) == []
    assert channel.sent == ["b", "a"]
    entry = outbox.get("a")
    assert (entry.state, entry.reference, entry.channel, entry.attempts) == ("accepted", "T-a", "fake", 1)
    assert entry.handoff == handoff("a")


def test_it_is_all_there_after_a_restart(outbox: Outbox) -> None:
    outbox.put(handoff())
    again = Outbox(outbox.path)
    assert again.get("reply-1").state == "queued"
    assert again.deliver(FakeChannel())[0].reference == "T-reply-1"
    assert outbox.get("reply-1").state == "accepted"


def test_the_file_is_its_owners_alone(outbox: Outbox) -> None:
    assert stat.S_IMODE(outbox.path.stat().st_mode) == 0o600


@pytest.mark.usefixtures("at_once")
def test_what_may_pass_is_tried_again_and_at_last_set_aside(outbox: Outbox) -> None:
    channel = FakeChannel(first=raising(again=True))
    outbox.put(handoff())
    for attempt in range(1, MOST_ATTEMPTS):
        assert outbox.deliver(channel) == []
        assert (outbox.get("reply-1").state, outbox.get("reply-1").attempts) == ("queued", attempt)
    outbox.deliver(channel)
    entry = outbox.get("reply-1")
    assert (entry.state, entry.detail) == ("failed", "the other side is away")
    outbox.deliver(channel)
    assert len(channel.sent) == MOST_ATTEMPTS
    outbox.retry("reply-1")
    assert len(outbox.deliver(FakeChannel())) == 1


def test_a_pause_is_kept_between_tries(outbox: Outbox) -> None:
    channel = FakeChannel(first=raising(again=True, after=500.0))
    outbox.put(handoff())
    outbox.deliver(channel)
    outbox.deliver(channel)
    assert len(channel.sent) == 1


def test_one_that_cannot_be_delivered_does_not_hold_up_the_others(outbox: Outbox) -> None:
    def stumbles(one: Handoff) -> None:
        if one.id == "a":
            raise KeyError("a shape nobody expects")

    for name in "abc":
        outbox.put(handoff(name))
    assert [one.handoff_id for one in outbox.deliver(FakeChannel(first=stumbles))] == ["b", "c"]
    assert outbox.get("a").state == "queued"
    assert "KeyError" in outbox.get("a").detail


@pytest.mark.parametrize("how", [{"again": True, "may_have_arrived": True}, {"may_have_arrived": True}])
def test_what_may_have_arrived_is_left_to_a_person_where_a_repetition_makes_two(
    outbox: Outbox, how: dict[str, bool]
) -> None:
    channel = FakeChannel(repeatable=False, first=raising(**how))
    outbox.put(handoff())
    outbox.deliver(channel)
    entry = outbox.get("reply-1")
    assert entry.state == "failed"
    assert "may have arrived" in entry.detail
    outbox.deliver(channel)
    assert len(channel.sent) == 1


@pytest.mark.parametrize(("repeatable", "state", "sent"), [(True, "accepted", 2), (False, "failed", 1)])
def test_what_was_being_sent_when_the_process_died(outbox: Outbox, repeatable: bool, state: str, sent: int) -> None:
    class Killed(BaseException):
        pass

    def dies(_: Handoff) -> None:
        raise Killed

    channel = FakeChannel(repeatable=repeatable, first=dies)
    outbox.put(handoff())
    with pytest.raises(Killed):
        outbox.deliver(channel)
    assert outbox.get("reply-1").state == "sending"
    channel.first = lambda _: None
    outbox.deliver(channel)
    assert (outbox.get("reply-1").state, len(channel.sent)) == (state, sent)


def test_two_who_deliver_at_once_send_nothing_twice(outbox: Outbox) -> None:
    entered, leave = threading.Event(), threading.Event()

    def waits(_: Handoff) -> None:
        entered.set()
        leave.wait(10)

    first, second = FakeChannel(first=waits), FakeChannel()
    outbox.put(handoff())
    thread = threading.Thread(target=lambda: outbox.deliver(first))
    thread.start()
    assert entered.wait(10)
    assert Outbox(outbox.path).deliver(second) == []
    leave.set()
    thread.join()
    assert (first.sent, second.sent) == (["reply-1"], [])


STORIES: list[tuple[list[Progress], str]] = [
    (["completed"], "completed"),
    (["completed", "completed"], "completed"),
    (["completed", "reopened"], "reopened"),
    (["completed", "reopened", "completed"], "completed"),
    (["completed", "accepted"], "completed"),
    (["reopened"], "accepted"),
    (["failed"], "failed"),
    (["completed", "failed"], "completed"),
    (["failed", "completed"], "completed"),
]


@pytest.mark.parametrize(("told", "state"), STORIES)
def test_what_comes_back_is_kept_whatever_its_order(outbox: Outbox, told: list[Progress], state: str) -> None:
    outbox.put(handoff())
    outbox.deliver(FakeChannel())
    for status in told:
        entry = outbox.record_status("reply-1", status)
    assert entry.state == state


def test_a_reference_names_a_handoff_as_well_as_its_id(outbox: Outbox) -> None:
    outbox.put(handoff())
    outbox.deliver(FakeChannel())
    assert outbox.record(Change("completed", reference="T-reply-1", detail="solved")).detail == "solved"
    for unknown in (Change("completed", reference="T-9"), Change("completed", "no", "T-reply-1"), Change("completed")):
        with pytest.raises(UnknownHandoff):
            outbox.record(unknown)
    with pytest.raises(BadInput, match="no status"):
        outbox.record_status("reply-1", "lost")  # type: ignore[arg-type]


def test_people_may_be_faster_than_our_books(outbox: Outbox) -> None:
    def completes(one: Handoff) -> None:
        outbox.record_status(one.id, "completed")

    channel = FakeChannel(first=completes)
    outbox.put(handoff())
    outbox.deliver(channel)
    assert (outbox.get("reply-1").state, outbox.get("reply-1").reference) == ("completed", "T-reply-1")


def test_only_what_failed_can_be_tried_again(outbox: Outbox) -> None:
    outbox.put(handoff())
    with pytest.raises(BadInput, match="is queued"):
        outbox.retry("reply-1")
    with pytest.raises(UnknownHandoff):
        outbox.retry("no such")


def test_what_is_forgotten_is_erased_and_never_sent_again(outbox: Outbox) -> None:
    for name in "ab":
        outbox.put(handoff(name, question=f"secret {name}"))
    failing = FakeChannel(first=raising())
    outbox.deliver(failing)
    outbox.put(handoff("c"))
    assert outbox.forget(datetime.now(UTC) - timedelta(days=1)) == 0
    assert outbox.forget(datetime.now(UTC) + timedelta(seconds=1)) == 2
    assert [one.id for one in outbox.entries() if one.handoff is not None] == ["c"]
    assert outbox.put(handoff("a")) is False
    with pytest.raises(BadInput):
        outbox.retry("a")
    assert [one.id for one in outbox.entries("failed")] == ["a", "b"]


def test_what_is_forgotten_is_on_the_disk_no_more(outbox: Outbox) -> None:
    outbox.put(handoff("a", question="a secret"))
    outbox.deliver(FakeChannel())
    with closing(sqlite3.connect(outbox.path)) as other:  # such as a second process
        other.execute("SELECT count(*) FROM handoffs").fetchall()
        assert outbox.forget(datetime.now(UTC) + timedelta(seconds=1)) == 1
        assert not any(b"a secret" in file.read_bytes() for file in outbox.path.parent.iterdir())


@pytest.mark.parametrize("asked", [float("inf"), 1e10])
def test_who_asks_to_wait_for_ever_hides_nothing(outbox: Outbox, asked: float, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox.put(handoff())
    outbox.deliver(FakeChannel(first=raising(again=True, after=asked)))
    two_days_on = time.time() + 2 * 86_400
    monkeypatch.setattr(time, "time", lambda: two_days_on)
    assert [one.handoff_id for one in outbox.deliver(FakeChannel())] == ["reply-1"]


def test_a_row_that_this_version_cannot_read_holds_nobody_up_and_is_not_lost(outbox: Outbox) -> None:
    for name in "abc":
        outbox.put(handoff(name))
    replace(outbox, "a", '"queue"', '"new_field":1,"queue"')  # as a version writes it that has one field more
    channel = FakeChannel()
    assert [(one.id, one.handoff is None) for one in outbox.entries()] == [("a", True), ("b", False), ("c", False)]
    assert [one.handoff_id for one in outbox.deliver(channel)] == ["b", "c"]
    entry = outbox.get("a")
    assert (entry.state, entry.handoff) == ("failed", None)
    assert "cannot read it (new_field). Mend: install the version that wrote it, then retry" in entry.detail
    assert outbox.retry("a").state == "queued"
    assert outbox.deliver(channel) == []
    replace(outbox, "a", '"new_field":1,', "")
    outbox.retry("a")
    assert [one.handoff_id for one in outbox.deliver(channel)] == ["a"]
    assert outbox.get("a").handoff == handoff("a")


def replace(outbox: Outbox, handoff_id: str, old: str, new: str) -> None:
    with sqlite3.connect(outbox.path) as db:
        db.execute("UPDATE handoffs SET payload = replace(payload, ?, ?) WHERE id = ?", (old, new, handoff_id))


@pytest.mark.usefixtures("at_once")
def test_what_did_not_arrive_is_logged_without_its_words_and_counted(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.put(handoff("a"))
    outbox.deliver(FakeChannel(first=raising(again=True)))
    outbox.deliver(FakeChannel(first=raising()))
    told = [
        (one.levelname, one.getMessage(), one.__dict__["handoff"], one.__dict__["attempts"]) for one in caplog.records
    ]
    assert told == [("WARNING", "handoff not delivered", "a", 1), ("ERROR", "handoff failed", "a", 2)]
    assert "the other side is away" not in caplog.text
    counts = outbox.counts()
    assert (counts["failed"], counts["queued"], sum(counts.values())) == (1, 0, 1)


def test_what_a_kill_set_aside_is_logged(outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    outbox.put(handoff("a"))
    with closing(sqlite3.connect(outbox.path)) as db, db:
        db.execute("UPDATE handoffs SET state = 'sending', attempts = 1")
    outbox.deliver(FakeChannel(repeatable=False))
    assert [one.getMessage() for one in caplog.records] == ["handoff failed"]
