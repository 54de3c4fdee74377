"""`ragcare` as a process: killed, interrupted, piped, and light to start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

import ragcare
from ragcare.index.hybrid import HybridIndex
from ragcare.schema import Scope

Run = Callable[..., Result]
Write = Callable[..., Path]

RAGCARE = [sys.executable, "-W", "error", "-m", "ragcare"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(ragcare.__file__).parents[1])}
SOON = 60


def ragcare_process(*words: str | Path, **how: Any) -> subprocess.Popen[bytes]:
    # A job in the background of a shell is deaf to Ctrl-C, and so would be what it starts.
    heedful: dict[str, Any] = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    return subprocess.Popen(
        [*RAGCARE, *map(str, words)], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **(heedful | how)
    )


def ragcare_run(*words: str | Path, **how: Any) -> tuple[int, bytes, bytes]:
    with ragcare_process(*words, **how) as process:
        out, err = process.communicate(timeout=SOON)
    return process.returncode, out, err


@pytest.fixture
def many(write: Write) -> Path:
    """Enough articles for a kill to fall among them."""
    review = {"status": "validated", "validated_by": "Ann Lee", "validated_at": "2026-01-02"}
    rows = (
        {"id": f"plan-{number}", "title": f"Price of plan {number}", "body": f"Plan {number} costs €{number + 5}."}
        for number in range(30)
    )
    return write("many.jsonl", *({**row, "language": "en", **review} for row in rows))


def found(home: Path) -> Any:
    """What the index holds, and what it finds: each leg with its passages and scores."""
    index = HybridIndex.load(home / "index")
    scope = Scope(frozenset({"public"}), date(2026, 6, 1))
    return index.content(), index.search("price of plan 12", "en", scope, 10).legs


def lines_in(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


MOMENTS: dict[str, Callable[[Path], bool]] = {
    "the knowledge base is being made": lambda home: (home / "knowledge").exists(),
    "its log is being written": lambda home: lines_in(home / "knowledge" / "log.jsonl") > 0,
    "the index is being written": lambda home: any((home / "index" / "generations").glob("*")),
    "the index has become current": lambda home: (home / "index" / "CURRENT").exists(),
}


def test_killed_at_any_moment_and_run_again_gives_the_same(run: Run, many: Path, tmp_path: Path) -> None:
    words = ("index", many, "--embedder", "hash", "-o")
    assert run(*words, tmp_path / "whole").exit_code == 0
    whole = found(tmp_path / "whole")

    for number, reached in enumerate(MOMENTS.values()):
        home = tmp_path / f"killed-{number}"
        with ragcare_process(*words, home) as process:
            while process.poll() is None and not reached(home):
                time.sleep(0.001)
            process.kill()
            process.communicate()
        assert run(*words, home).exit_code == 0
        assert found(home) == whole


def test_killed_while_it_updates_it_leaves_the_last_good_index(
    run: Run, many: Path, write: Write, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert run("index", many, "--embedder", "hash", "-o", home).exit_code == 0
    before = found(home)
    rows = [json.loads(line) for line in many.read_text(encoding="utf-8").splitlines()]
    changed = write("changed.jsonl", *({**row, "body": f"{row['body']} A month."} for row in rows))

    with ragcare_process("index", changed, "-o", home) as process:
        while process.poll() is None and lines_in(home / "knowledge" / "log.jsonl") <= len(rows):
            time.sleep(0.001)
        process.kill()
        process.communicate()

    after_the_kill = found(home)
    assert run("index", changed, "-o", home).exit_code == 0
    assert after_the_kill in (before, found(home))
    assert found(home) != before


def test_a_reader_that_goes_away_is_no_error_to_see() -> None:
    with ragcare_process("schema") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"{\n"
        process.stdout.close()
        assert process.stderr is not None
        complaints = process.stderr.read()
    assert complaints == b""
    assert process.returncode == 128 + signal.SIGPIPE


def test_a_closed_stdout_is_no_traceback() -> None:
    command = " ".join(["exec", *(f"'{word}'" for word in RAGCARE), "schema", ">&-"])
    ended = subprocess.run(["sh", "-c", command], env=ENVIRONMENT, capture_output=True, timeout=SOON, check=False)

    assert b"Traceback" not in ended.stderr


def test_ctrl_c_ends_quietly(home: Path) -> None:
    with ragcare_process("chat", "--index", home, "--json", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"delivery\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["question"]["text"] == "delivery"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=SOON)
    assert process.returncode == 130
    assert err == b""


def test_data_is_utf_8_whatever_the_locale(home: Path) -> None:
    environment = {**ENVIRONMENT, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ended = subprocess.run(
        [*RAGCARE, "search", "horaires boutique", "--index", str(home), "--json"],
        env=environment,
        capture_output=True,
        timeout=SOON,
        check=True,
    )

    assert "à 18 h" in ended.stdout.decode("utf-8")


def test_colours_are_for_terminals() -> None:
    status, out, err = ragcare_run("ask", "x", "--index", "/nowhere")

    assert (status, out) == (2, b"")
    assert b"\x1b" not in err


def test_the_command_line_is_light_to_start() -> None:
    heavy = ("torch", "transformers", "sentence_transformers", "llama_index", "datasets", "pandas", "sklearn", "faiss")
    asked = f"import sys, ragcare.cli; print([name for name in {heavy} if name in sys.modules])"
    ended = subprocess.run(
        [sys.executable, "-c", asked], env=ENVIRONMENT, capture_output=True, timeout=SOON, check=True, text=True
    )

    assert ended.stdout == "[]\n"
