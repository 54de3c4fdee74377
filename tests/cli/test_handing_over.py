"""`ragcare handoffs`: lists, shows, queues again and delivers."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from tests.integrations.receiver import handoff, receiving
from typer.testing import CliRunner

from ragcare.cli import app
from ragcare.integrations.delivery import Delivery, Undelivered
from ragcare.integrations.outbox import Outbox
from ragcare.schema import Handoff


class Refuses:
    name, repeatable = "fake", True

    def deliver(self, handoff: Handoff) -> Delivery:
        raise Undelivered(f"422: no such group for {handoff.id}")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    outbox = Outbox(tmp_path / "outbox.sqlite")
    outbox.put(handoff("reply-1"))
    outbox.deliver(Refuses())
    outbox.put(handoff("reply-2"))
    return tmp_path


def run(home: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["handoffs", "--index", str(home), *arguments])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


def test_handoffs_are_listed_with_what_became_of_them(home: Path) -> None:
    told = run(home)
    for word in ("reply-1", "failed", "422: no such group", "reply-2", "queued"):
        assert word in told
    rows = json.loads(run(home, "--json", "--state", "failed"))["handoffs"]
    assert [(row["id"], row["detail"]) for row in rows] == [("reply-1", "422: no such group for reply-1")]


def test_one_is_shown_whole(home: Path) -> None:
    assert "J'ai déjà redémarré." in run(home, "reply-2")
    assert json.loads(run(home, "reply-2", "--json"))["handoff"]["question"] == handoff().question


def test_what_failed_is_queued_again_and_delivered(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDOFF_WEBHOOK_SECRET", "a secret")
    with receiving() as receiver:
        settings = home / "care.toml"
        settings.write_text(f'[handoff]\nchannel = "webhook:{receiver.url}/care"\n', encoding="utf-8")
        run(home, "--retry", "--deliver", "--settings", str(settings))
    assert {one.json["data"]["id"] for one in receiver.requests} == {"reply-1", "reply-2"}
    assert {one.state for one in Outbox(home / "outbox.sqlite").entries()} == {"accepted"}


def test_what_cannot_be_done_is_told(home: Path, tmp_path: Path) -> None:
    assert "no channel is set" in run(home, "--deliver", code=2)
    assert "no handoff reply-9" in run(home, "reply-9", code=2)
    assert "one of queued, sending, accepted, failed, completed, reopened" in run(home, "--state", "fail", code=2)
    assert "there is no outbox" in run(tmp_path / "elsewhere", code=2)


def test_one_that_cannot_be_read_is_told_among_the_others(home: Path) -> None:
    with sqlite3.connect(home / "outbox.sqlite") as db:
        db.execute("UPDATE handoffs SET payload = '{}', detail = '' WHERE id = 'reply-2'")
    assert "reply-1" in run(home)
    assert "this version of ragcare cannot read it" in run(home, "reply-2")
    assert "forgotten" not in run(home, "reply-2")
