"""A new index is served while questions are answered, and none of them is dropped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integrations.receiver import Request, handoff, receiving
from tests.server.conftest import running, settings
from typer.testing import CliRunner

from ragcare.cli import app as command
from ragcare.index.hybrid import HybridIndex
from ragcare.integrations.outbox import Outbox
from ragcare.schema import Article
from ragcare.server.app import create_app
from ragcare.server.store import FILE, ServerStore
from ragcare.testing import small_knowledge, validated

NEW = validated("fr-cadeau", "L'emballage cadeau coûte 3 euros.", title="Emballage cadeau", language="fr")
SETTINGS = """
[policy]
answer_at = 0.0
clarify_at = 0.0
close = 0.0
[signals]
by_meaning = false
[server]
asks = ""
requests = ""
reload_seconds = 0.05
"""


def _write(folder: Path, *more: Article) -> None:
    HybridIndex.build([*small_knowledge(), *more], settings(), "hash").save(folder / "index")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With an index and settings."""
    _write(tmp_path)
    (tmp_path / "care.toml").write_text(SETTINGS)
    return tmp_path


def _until(truth: Any, seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < ends, "it never came to be"
        time.sleep(0.02)


def test_a_new_index_is_served_without_a_dropped_question(folder: Path) -> None:
    app = create_app(folder, settings_file=folder / "care.toml", environment={})
    statuses: list[int] = []
    enough = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=address, timeout=30) as client:
            while not enough.is_set():
                statuses.append(client.post("/v1/ask", json={"question": "Comment annuler ma commande ?"}).status_code)

    with running(app) as address, httpx.Client(base_url=address) as client, ThreadPoolExecutor(3) as threads:
        assert client.get("/v1/articles/fr-cadeau").status_code == 404
        askers = [threads.submit(ask) for _ in range(3)]
        try:
            for number in range(3):
                asked = len(statuses)
                _write(folder, NEW.model_copy(update={"version": number + 1}))
                _until(lambda n=number: client.get("/v1/articles/fr-cadeau").json().get("version") == n + 1)
                _until(lambda n=asked: len(statuses) > n)
        finally:
            enough.set()
        for one in askers:
            one.result()
    assert len(statuses) > 5
    assert set(statuses) == {200}


def test_an_index_that_cannot_be_opened_leaves_the_old_one_standing(folder: Path, caplog: Any) -> None:
    app = create_app(folder, settings_file=folder / "care.toml", environment={})
    with running(app) as address, httpx.Client(base_url=address) as client:
        (folder / "index" / "CURRENT").write_text("000009 " + "0" * 64)
        _until(lambda: any(record.getMessage() == "reload refused" for record in caplog.records))
        assert client.get("/readyz").status_code == 200
        assert client.post("/v1/ask", json={"question": "Comment annuler ?"}).status_code == 200
        _write(folder, NEW)
        _until(lambda: client.get("/v1/articles/fr-cadeau").status_code == 200)


@contextmanager
def served(folder: Path, *words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`ragcare serve` as a process of its own."""
    program = "from ragcare.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", str(folder), "--settings", str(folder / "care.toml")]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*command, "--port", "0", *words], stderr=log, stdout=log, text=True)
    try:
        _until(lambda: "listening on " in (folder / "log").read_text() or process.poll() is not None, 60)
        address = (folder / "log").read_text().partition("listening on ")[2].split("/ ")[0]
        assert address, (folder / "log").read_text()
        with httpx.Client(base_url=address) as client:
            _until(lambda: _is_ready(client), 60)
        yield address, process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def _workers(process: subprocess.Popen[str]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(one) for one in children if b"resource_tracker" not in Path(f"/proc/{one}/cmdline").read_bytes()]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="workers are found in /proc, which is Linux's")
def test_what_was_answered_is_kept_when_a_worker_is_killed_and_another_takes_its_place(folder: Path) -> None:
    with served(folder, "--workers", "2") as (address, process):
        feedback, handoffs, lost = [], [], 0
        before = _workers(process)
        assert len(before) == 2
        killed = 0
        for number in range(24):
            try:
                with httpx.Client(base_url=address, timeout=30, headers={"Accept": "application/json"}) as client:
                    chat = client.post("/v1/chat", json={"message": "Zygomatique xylophone ?"}).json()
                    given = {"reply": chat["reply"]["id"], "comment": f"number {number}"}
                    if client.post("/v1/feedback", json=given).status_code == 201:
                        feedback.append(given["reply"])
                    taken = client.post("/v1/handoff", json={"session": chat["session"]})
                    if taken.status_code == 202:
                        handoffs.append(taken.json()["id"])
            except httpx.TransportError:
                lost += 1
            if number == 8:
                os.kill(_workers(process)[0], signal.SIGKILL)
                killed += 1
        _until(lambda: len(set(_workers(process)) - set(before)) >= killed and len(_workers(process)) == 2, 60)
        with httpx.Client(base_url=address) as client:
            assert client.post("/v1/ask", json={"question": "Comment annuler ?"}).status_code == 200
    assert lost <= killed
    assert len(feedback) >= 23
    kept = ServerStore(f"sqlite:///{folder / FILE}")
    assert {row["reply"] for row in kept.feedback()} >= set(feedback)
    kept.close()
    assert {entry.id for entry in Outbox(folder / "outbox.sqlite").entries()} >= set(handoffs)


def _counts(address: str, key: str, name: str) -> float:
    """What the workers tell Prometheus together, of one name without labels."""
    page = httpx.get(f"{address}/metrics", headers={"Authorization": f"Bearer {key}"}).text
    return float(next(line.split()[1] for line in page.splitlines() if line.startswith(f"{name} ")))


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="workers are found in /proc, which is Linux's")
def test_a_worker_that_is_killed_at_its_work_is_replaced_at_once_and_counted_no_more(folder: Path) -> None:
    def ask(number: int) -> None:
        with suppress(httpx.TransportError):
            httpx.post(f"{address}/v1/ask", json={"question": f"Zygomatique xylophone {number} ?"}, timeout=30)

    words = ["keys", "add", "prometheus", "--may", "metrics", "--index", str(folder)]
    key = CliRunner().invoke(command, words).stdout.strip()
    with served(folder) as (address, process), ThreadPoolExecutor(16) as threads:
        (worker,) = _workers(process)
        assert _counts(address, key, "ragcare_articles") == len(small_knowledge()), "the parent has none"
        asked = [threads.submit(ask, number) for number in range(200)]
        _until(lambda: asked[20].done())
        os.kill(worker, signal.SIGKILL)
        for one in asked:
            one.cancel()
        _until(lambda: worker not in _workers(process) and _workers(process))
        with httpx.Client(base_url=address) as client:
            _until(lambda: _is_ready(client), 60)
        threads.shutdown()
        assert _counts(address, key, "ragcare_questions_under_way") == 0


def test_told_to_end_it_answers_what_is_under_way(folder: Path) -> None:
    with served(folder) as (address, process), httpx.Client(base_url=address, timeout=30) as client:
        message = {"message": "Comment annuler ma commande ?"}
        with client.stream("POST", "/v1/chat", json=message) as response:
            process.send_signal(signal.SIGTERM)
            assert "event: done" in "".join(response.iter_text())


def test_told_to_end_it_sends_the_handoff_under_way_and_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", "secret")
    outbox = Outbox(folder / "outbox.sqlite")

    def slowly(request: Request) -> tuple[int, Any]:
        if request.path.endswith("/contacts/search"):
            process.send_signal(signal.SIGTERM)
        time.sleep(1.0)
        return 200, {"id": "1", "data": [{"id": "c"}], "conversation_id": "42"}

    with receiving() as intercom:
        monkeypatch.setenv("RAGCARE_HANDOFF__CHANNEL", f"intercom:{intercom.url}")
        monkeypatch.setenv("RAGCARE_HANDOFF__CHANNEL_OPTIONS", '{"admin_id": "1"}')
        with served(folder) as (_, process):
            intercom.reply = slowly
            for name in ("first", "second"):
                outbox.put(handoff(name))
            process.wait(60)
    # Killed at it, the first would have been set aside: who could say whether it arrived?
    assert [entry.state for entry in outbox.entries()] == ["accepted", "queued"]


def test_the_command_line_makes_lists_and_revokes_keys(folder: Path) -> None:

    def run(*words: str) -> Any:
        return CliRunner().invoke(command, [*words, "--index", str(folder)], catch_exceptions=False)

    made = run("keys", "add", "intranet", "--audience", "internal", "--may", "inspect")
    assert made.exit_code == 0
    key = made.stdout.strip()
    assert key.startswith("rc_")
    listed = run("keys", "list", "--json")
    assert json.loads(listed.stdout)["keys"][0]["audiences"] == ["internal", "public"]
    assert key not in listed.stdout
    assert "intranet" in run("keys", "list").stdout
    assert run("keys", "revoke", "intranet").exit_code == 0
    assert run("keys", "revoke", "intranet").exit_code == 2
    assert run("keys", "add", "x", "--may", "all").exit_code == 2


def test_a_folder_without_an_index_is_told_with_the_mend(tmp_path: Path) -> None:
    told = CliRunner().invoke(command, ["serve", str(tmp_path)], catch_exceptions=False)
    assert told.exit_code == 2
    assert "Mend: ragcare index" in told.stderr
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ


def test_a_channel_without_its_token_is_told_before_a_worker_starts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAGCARE_HANDOFF__CHANNEL", "webhook:https://care.example/handoffs")
    monkeypatch.delenv("HANDOFF_WEBHOOK_SECRET", raising=False)
    told = CliRunner().invoke(command, ["serve", str(folder), "--port", "0"], catch_exceptions=False)
    assert told.exit_code == 2
    assert "HANDOFF_WEBHOOK_SECRET is not set. Mend:" in told.stderr
    assert "listening" not in told.stderr


def test_a_worker_that_cannot_start_is_no_good_end(folder: Path) -> None:
    words = [sys.executable, "-c", "from ragcare.cli import main; main()", "serve", str(folder), "--port", "0"]
    missing = {**os.environ, "RAGCARE_POLICY__CALIBRATION": str(folder / "no-such-file.json")}
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60, env=missing)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("ragcare: a worker could not start. Mend:")
