"""What `import ragcare` costs: nothing heavy is loaded before something needs it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

import pytest

HEAVY = (
    "datasets",
    "faiss",
    "llama_index",
    "onnxruntime",
    "pandas",
    "scipy",
    "sentence_transformers",
    "sklearn",
    "tokenizers",
    "torch",
    "transformers",
)

PROGRAM = """
import json, sys, time
began = time.perf_counter()
import {module}
took = time.perf_counter() - began
print(json.dumps([took, sorted({{name.partition(".")[0] for name in sys.modules}})]))
"""


def _import(module: str) -> tuple[float, set[str]]:
    """Seconds that the import took in a fresh interpreter, and the top-level packages it left loaded."""
    program = PROGRAM.format(module=module)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    seconds, loaded = json.loads(done.stdout.splitlines()[-1])
    return seconds, set(loaded)


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("ragcare", {*HEAVY, "numpy"}),
        ("ragcare.cli", set(HEAVY)),
        ("ragcare.evaluation.tune", set(HEAVY)),
        ("ragcare.index.embedders", {*HEAVY, "numpy"}),
    ],
)
def test_an_import_loads_nothing_heavy(module: str, unwanted: set[str]) -> None:
    _, loaded = _import(module)
    assert "ragcare" in loaded
    assert not loaded & unwanted


def test_an_import_says_nothing() -> None:
    program = [sys.executable, "-W", "error", "-c", "import ragcare, ragcare.cli"]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_tells_how_long_the_import_takes(capsys: pytest.CaptureFixture[str]) -> None:
    """A figure to read, never one to fail on: the machine may be busy."""
    seconds = [_import("ragcare")[0] for _ in range(5)]
    with capsys.disabled():
        sys.stdout.write(f"\nimport ragcare: {statistics.median(seconds):.2f} s, the median of {len(seconds)} runs\n")
    assert all(one > 0 for one in seconds)
