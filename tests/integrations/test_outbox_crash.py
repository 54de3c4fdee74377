"""The outbox under kill -9 at random moments: nothing is lost, and nothing is done twice.

A process puts handoffs and delivers them over HTTP to a receiver in this one, is killed, and begins again where the
file says. The receiver does what a desk does: it makes one case for each idempotency key.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.integrations.receiver import Answer, Request, handoff, receiving

from ragcare.integrations.outbox import Outbox
from ragcare.integrations.webhook import verify_signature

SECRET = "a secret"
KILLS = 24
PROCESS = """
import sys
from pathlib import Path
from ragcare.integrations import transport
from ragcare.integrations.outbox import Outbox
from ragcare.integrations.webhook import WebhookChannel, WebhookConfig
from ragcare.schema import Handoff

transport._backing_off = lambda _: 0.0
payloads, path, url = sys.argv[1:]
outbox = Outbox(path)
channel = WebhookChannel(WebhookConfig(url=url), {"HANDOFF_WEBHOOK_SECRET": "a secret"})
print("ready", flush=True)
for line in Path(payloads).read_text(encoding="utf-8").splitlines():
    outbox.put(Handoff.model_validate_json(line))
    outbox.deliver(channel)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_nothing_is_lost_and_nothing_is_done_twice_under_kill_9(tmp_path: Path) -> None:
    chance = random.Random(20260601)
    names = [f"reply-{number}" for number in range(150)]
    payloads = tmp_path / "handoffs.jsonl"
    payloads.write_text("".join(handoff(name).model_dump_json() + "\n" for name in names), encoding="utf-8")
    made: Counter[str] = Counter()
    asked: Counter[str] = Counter()

    def desk(request: Request) -> Answer | None:
        name = verify_signature(request.headers, request.body, SECRET)
        asked[name] += 1
        made[name] = 1  # one case for each key, however often it comes
        return None if chance.random() < 0.02 else (200, {"reference": f"T-{name}"})

    path, killed = tmp_path / "outbox.sqlite", 0
    with receiving() as receiver:
        receiver.reply = desk
        arguments = [sys.executable, "-c", PROCESS, str(payloads), str(path), receiver.url]
        while True:
            with subprocess.Popen(arguments, stdout=subprocess.PIPE, env=os.environ) as process:
                assert process.stdout is not None
                assert process.stdout.readline() == b"ready\n"
                try:
                    process.wait(timeout=chance.uniform(0.0, 0.15) if killed < KILLS else 120)
                except subprocess.TimeoutExpired:
                    process.kill()
                    killed += 1
                    continue
            assert process.returncode == 0
            break
    assert killed >= 5
    entries = Outbox(path).entries()
    assert sorted(one.id for one in entries) == sorted(names)
    assert Counter(one.state for one in entries) == {"accepted": len(names)}
    assert all(one.reference == f"T-{one.id}" for one in entries)
    assert made == Counter(names)
    # Asked twice only where a kill or a dead line left it open whether the first time had arrived.
    assert sum(asked.values()) - len(names) <= killed + len(names) * 0.1
