"""One request: tried again where that is right, and never where it may do harm."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from tests.integrations.receiver import Receiver

from ragcare.integrations.delivery import ChannelConfig, Undelivered
from ragcare.integrations.transport import Transport, _retry_after


def send(receiver: Receiver, *, repeatable: bool = True, **config: Any) -> Any:
    transport = Transport(ChannelConfig(url=receiver.url, **config), {"authorization": "Bearer hush"})
    return transport.request("POST", "/things", {"a": 1}, repeatable=repeatable)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
def test_a_fault_that_passes_is_tried_again(receiver: Receiver, status: int) -> None:
    answers = iter([(status, None), (status, None), (201, {"id": 7})])
    receiver.reply = lambda _: next(answers)
    assert send(receiver) == {"id": 7}
    assert len(receiver.requests) == 3


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 422])
def test_a_no_is_a_no(receiver: Receiver, status: int) -> None:
    receiver.reply = lambda _: (status, {"error": "no such\x1b[31m thing"}, {"location": "/elsewhere"})
    with pytest.raises(Undelivered, match=f"POST 127.0.0.1/things: {status}") as caught:
        send(receiver)
    assert not caught.value.again
    assert not caught.value.may_have_arrived
    assert len(receiver.requests) == 1
    assert "\x1b" not in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "tries"), [(408, 3), (425, 3), (429, 3), (503, 3), (409, 1), (500, 1), (502, 1), (504, 1)]
)
def test_what_must_not_be_done_twice_is_only_repeated_where_it_was_not_done(
    receiver: Receiver, status: int, tries: int
) -> None:
    receiver.reply = lambda _: (status, None)
    with pytest.raises(Undelivered) as caught:
        send(receiver, repeatable=False)
    assert len(receiver.requests) == tries
    assert caught.value.again
    assert caught.value.may_have_arrived == (tries == 1)


def test_a_redirect_is_told_with_where_it_points(receiver: Receiver) -> None:
    receiver.reply = lambda _: (301, None, {"location": "https://care.example/things"})
    with pytest.raises(Undelivered, match=r"it is at https://care\.example/things now. Mend: name that URL"):
        send(receiver)


def test_an_answer_that_is_no_text_of_ours_is_an_answer(receiver: Receiver) -> None:
    receiver.reply = lambda _: (200, "Reçu".encode("latin-1"))
    assert send(receiver) is None


def test_a_line_that_goes_dead_may_have_delivered(receiver: Receiver) -> None:
    receiver.reply = lambda _: None
    with pytest.raises(Undelivered) as caught:
        send(receiver, repeatable=False)
    assert (caught.value.again, caught.value.may_have_arrived) == (True, True)
    assert len(receiver.requests) == 1
    with pytest.raises(Undelivered):
        send(receiver)
    assert len(receiver.requests) == 1 + 3


def test_nobody_there_has_not_received_anything() -> None:
    with pytest.raises(Undelivered) as caught:
        send(Receiver(url="http://127.0.0.1:9"), repeatable=False, attempts=1)
    assert (caught.value.again, caught.value.may_have_arrived) == (True, False)


def test_a_long_wait_is_handed_back_and_not_sat_out(receiver: Receiver) -> None:
    receiver.reply = lambda _: (429, None, {"retry-after": "3600"})
    with pytest.raises(Undelivered) as caught:
        send(receiver)
    assert caught.value.after == 3600
    assert len(receiver.requests) == 1


def test_a_short_wait_is_kept(receiver: Receiver) -> None:
    answers: Any = iter([(429, None, {"retry-after": "0.01"}), (200, {})])
    receiver.reply = lambda _: next(answers)
    assert send(receiver) == {}


def test_retry_after_is_seconds_or_a_date() -> None:
    assert _retry_after("12") == 12
    assert _retry_after("-3") == 0
    assert _retry_after(None) is _retry_after("soon") is _retry_after("inf") is _retry_after("nan") is None
    later = _retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True))
    assert later is not None
    assert 80 < later <= 90


def test_an_answer_that_is_no_json_is_nothing(receiver: Receiver) -> None:
    receiver.reply = lambda _: (204, None)
    assert send(receiver) is None


@pytest.mark.parametrize("drips", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n"])
def test_an_answer_that_comes_in_drips_is_cut_off(drips: bytes) -> None:
    with dripping(drips) as url:
        began = time.monotonic()
        with pytest.raises(Undelivered, match="TimeoutError") as caught:
            Transport(ChannelConfig(url=url, timeout=0.5, attempts=1)).request("POST", "/things", {})
    assert time.monotonic() - began < 5
    assert (caught.value.again, caught.value.may_have_arrived) == (True, True)


def test_a_loop_that_runs_already_is_no_hindrance(receiver: Receiver) -> None:
    async def sends() -> Any:
        return send(receiver)

    assert asyncio.run(sends()) == {}


@contextmanager
def dripping(beginning: bytes) -> Iterator[str]:
    """A server that goes on for ever, a byte every tenth of a second."""

    def drips() -> None:
        line, _ = listening.accept()
        with line, suppress(OSError):
            line.sendall(beginning)
            while not done.wait(0.1):
                line.sendall(b"x")

    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drips, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            done.set()
            thread.join()
