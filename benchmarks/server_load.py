"""Many customers at once on `ragcare serve`, on this machine, with a worker killed in the middle.

    python benchmarks/server_load.py
    python benchmarks/server_load.py --users 200 --seconds 120 --workers 2 --write benchmarks/SERVER.md

The demo knowledge base, the default embedder, the extractive writer. First one customer asks alone, which gives the
time of a single request. Then all of them do, twice: reading for some seconds before they go on, as people do, and
without a pause, which is more than the machine can do. Each opens a line and a session, sends
some messages, judges some replies and asks for a person now and then. Half-way one worker is killed (SIGKILL); a
customer whose line is cut sends the same again, as a browser or a proxy would. At the end everything that was
acknowledged is looked for in the database and in the outbox. The customers run on the same cores as the server.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import random
import signal
import statistics
import string
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from ragcare.evaluation.questions import QuestionSet
from ragcare.index.hybrid import HybridIndex
from ragcare.integrations.outbox import OUTBOX_FILE, Outbox
from ragcare.server.store import FILE as DATABASE
from ragcare.server.store import ServerStore
from ragcare.settings import Settings

DEMO = Path(__file__).resolve().parents[1] / "evals" / "demo"
READING_S = 10.0
ALONE, WARM_UP, TURNS = 99, 21, 3
JUDGED, HANDED_OVER = 0.3, 0.05
PATIENCE_S, SUCCESSOR_S = 120.0, 30
UNLIMITED = {f"RAGCARE_SERVER__{name}": "" for name in ("ASKS", "REQUESTS")}


@dataclass
class Seen:
    """What the customers saw.

    Attributes:
        seconds: of each question, from its sending to the last event.
        statuses: of all responses.
        cut: requests whose line was cut, and which were sent again.
        lost: those that were cut again.
        unfinished: streams that ended with an error event, such as that it took too long.
        cpu: seconds of processor time that the server took.
        took: seconds until the last customer had their last answer.
        feedback: replies whose feedback was acknowledged; `handoffs` likewise.
    """

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    cut: int = 0
    lost: int = 0
    unfinished: int = 0
    cpu: float = 0.0
    took: float = 0.0
    feedback: set[str] = field(default_factory=set)
    handoffs: set[str] = field(default_factory=set)


class Customer:
    """One of them; conversation after conversation, until the time is over."""

    def __init__(self, address: str, questions: Sequence[str], number: int, reading: float, seen: Seen) -> None:
        self._address, self._questions, self._reading, self._seen = address, questions, reading, seen
        self._chance = random.Random(number)

    async def talk(self, until: float) -> None:
        """Talks until that moment."""
        await asyncio.sleep(self._chance.uniform(0, self._reading or 1.0))
        while time.monotonic() < until:
            # No certificates: reading them for each line would take the customers longer than the answers do.
            async with httpx.AsyncClient(base_url=self._address, timeout=PATIENCE_S, verify=False) as line:
                session = None
                for _ in range(TURNS):
                    session = await self._turn(line, session)
                    if session is None or time.monotonic() >= until:
                        break
                    pause = self._chance.expovariate(1 / self._reading) if self._reading else 0.0
                    await asyncio.sleep(max(0.0, min(pause, until - time.monotonic())))

    async def _turn(self, line: httpx.AsyncClient, session: str | None) -> str | None:
        # A word of its own, so that no question is one whose vector is remembered, nor seems to follow from the last.
        own = "".join(self._chance.choices(string.ascii_lowercase, k=8))
        text = f"{self._chance.choice(self._questions)} {own}"
        body = {"message": text} | ({"session": session} if session else {})
        began = time.monotonic()
        response = await self._send(line, "/v1/chat", body)
        if response is None or response.status_code != 200:
            return None
        if "\nevent: done\n" not in response.text or '"reply":{"id":"' not in response.text:
            self._seen.unfinished += 1
            return None
        self._seen.seconds.append(time.monotonic() - began)
        session = response.text.partition('{"session":"')[2].partition('"')[0]
        reply = response.text.rpartition('"reply":{"id":"')[2].partition('"')[0]
        if self._chance.random() < JUDGED:
            judged = await self._send(line, "/v1/feedback", {"reply": reply, "useful": self._chance.random() < 0.7})
            if judged is not None and judged.status_code == 201:
                self._seen.feedback.add(reply)
        if self._chance.random() < HANDED_OVER:
            taken = await self._send(line, "/v1/handoff", {"session": session})
            if taken is not None and taken.status_code == 202:
                self._seen.handoffs.add(taken.json()["id"])
        return session

    async def _send(self, line: httpx.AsyncClient, path: str, body: dict[str, Any]) -> httpx.Response | None:
        for attempt in range(2):
            try:
                response = await line.post(path, json=body)
            except httpx.TransportError:
                if attempt:
                    self._seen.lost += 1
                else:
                    self._seen.cut += 1
                continue
            self._seen.statuses[response.status_code] += 1
            return response
        return None


async def alone(address: str, questions: Sequence[str], pid: int) -> Seen:
    """Single requests, one after the other."""
    seen = Seen()
    one = Customer(address, questions, -1, 0.0, seen)
    before, session = 0.0, None
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_S) as line:
        for number in range(WARM_UP + ALONE):
            if number == WARM_UP:
                seen.seconds.clear()
                before = processor_time(pid)
            session = await one._turn(line, session if number % TURNS else None)
    seen.cpu = processor_time(pid) - before
    return seen


async def together(address: str, questions: Sequence[str], given: argparse.Namespace, reading: float, pid: int) -> Seen:
    """What all customers saw together, a worker killed in the middle."""
    seen = Seen()
    began, start = processor_time(pid), time.monotonic()
    until = start + given.seconds
    customers = [Customer(address, questions, number, reading, seen) for number in range(given.users)]
    talking = [asyncio.create_task(one.talk(until)) for one in customers]
    await asyncio.sleep(given.seconds / 2)
    before = workers(pid)
    os.kill(before[0], signal.SIGKILL)
    await asyncio.gather(*talking)
    seen.cpu, seen.took = processor_time(pid) - began, time.monotonic() - start
    for _ in range(SUCCESSOR_S):
        if len(workers(pid)) == len(before) and before[0] not in workers(pid):
            return seen
        await asyncio.sleep(1)
    raise SystemExit("the worker that was killed has no successor")


def workers(pid: int) -> list[int]:
    """The processes that answer."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in children if b"resource_tracker" not in Path(f"/proc/{one}/cmdline").read_bytes()]


def processor_time(pid: int) -> float:
    """Seconds that a process, its children and those that are no more have spent on a processor."""
    ticks = 0
    for one, last in ((pid, 17), *((worker, 15) for worker in workers(pid))):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(") ")[2].split()
        ticks += sum(map(int, fields[11 : last - 2]))
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(folder: Path, count: int) -> Iterator[tuple[str, int]]:
    """The address of `ragcare serve` over the demo knowledge base, and its process."""
    articles = [one for one in QuestionSet.load(DEMO).articles() if one.status == "validated"]
    HybridIndex.build(articles, Settings()).save(folder / "index")
    program = "from ragcare.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", str(folder), "--port", "0", "--workers", str(count)]
    log = folder / "log"
    with log.open("w") as file:
        process = subprocess.Popen(command, stderr=file, env={**os.environ, **UNLIMITED})
    try:
        while "listening on " not in log.read_text():
            if process.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(0.1)
        address = log.read_text().partition("listening on ")[2].split("/ ")[0]
        while log.read_text().count('"event": "ready"') < count:
            time.sleep(0.1)
        yield address, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def missing(folder: Path, seen: Seen) -> tuple[int, int]:
    """How many acknowledged feedbacks and handoffs are not kept."""
    store = ServerStore(f"sqlite:///{folder / DATABASE}")
    kept = {str(row["reply"]) for row in store.feedback()}
    store.close()
    put = {entry.id for entry in Outbox(folder / OUTBOX_FILE).entries()}
    return len(seen.feedback - kept), len(seen.handoffs - put)


def quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 99th percentile, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


def main() -> None:
    """Serves, asks, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", type=Path, help="a Markdown file for the tables")
    given = parser.parse_args()
    questions = [row.question for row in QuestionSet.load(DEMO).questions]
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(folder, given.workers) as (address, pid):
            first = asyncio.run(alone(address, questions, pid))
            single = quantiles(first.seconds)
            rate, cpu = ALONE / sum(first.seconds), 1000 * first.cpu / ALONE
            rows.append(f"| 1, alone | 0 | {ALONE} | {rate:.1f} | {told(single, single[0])} | {cpu:.0f} | | | |")
            for reading in (READING_S, 0.0):
                seen = asyncio.run(together(address, questions, given, reading, pid))
                rows.append(row(given, reading, seen, single[0], missing(folder, seen)))
    lines = itertools.chain(HEAD.format(machine=machine(), **vars(given)).splitlines(), rows)
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")


HEAD = """# The server under load

Written by `python benchmarks/server_load.py --write benchmarks/SERVER.md`, not by hand; it says what is done.

{machine};
{workers} workers, {users} customers for {seconds:g} s, who run on the same cores; the demo knowledge base, the default
embedder, the extractive writer, SQLite. In the middle of each run one worker is killed (SIGKILL). Absolute times are of
one machine on one day: read the ratios to the single request.

- *reading*: how long a customer reads before the next message, on average.
- *cut*: requests on the line of the worker that was killed, sent again and then answered, but for those *lost*.
- *not 2xx*: responses with any other status. *missing*: feedbacks + handoffs that were acknowledged and are not kept.
- *unfinished*: answers that did not come within `server.seconds` (30), and were told so: more was asked than what was
  left of the processor allows. Run it on a machine that does nothing else.
- *CPU ms*: processor time of the server for each question, whatever else ran on the machine; with the start of the
  worker that takes the place of the killed one.
- *multiples*: p50 and p99 as multiples of the median of a single request.

| customers | reading | questions | per second | p50 ms | p99 ms | multiples | CPU ms | cut, lost | not 2xx | missing |
|---|---|---|---|---|---|---|---|---|---|---|"""


def row(given: argparse.Namespace, reading: float, seen: Seen, single: float, gone: tuple[int, int]) -> str:
    """One run as a row of the table."""
    wrong = {status: count for status, count in seen.statuses.items() if not 200 <= status < 300}
    acknowledged = f"{gone[0]} of {len(seen.feedback):,} + {gone[1]} of {len(seen.handoffs):,}"
    answered = len(seen.seconds)
    return (
        f"| {given.users} | {reading:g} | {answered:,} | {answered / seen.took:.1f} | "
        f"{told(quantiles(seen.seconds), single)} | {1000 * seen.cpu / answered:.0f} | {seen.cut}, {seen.lost} | "
        f"{wrong or 0}{f' ({seen.unfinished} unfinished)' if seen.unfinished else ''} | {acknowledged} |"
    )


def told(found: tuple[float, float], single: float) -> str:
    """Median and 99th percentile, and what they are beside a single request."""
    return f"{found[0]:,.0f} | {found[1]:,.0f} | {found[0] / single:.1f}, {found[1] / single:.1f}"


def machine() -> str:
    """What it ran on."""
    busy = os.getloadavg()[0]
    what = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{what}, load average {busy:.0f} at the end"


if __name__ == "__main__":
    main()
