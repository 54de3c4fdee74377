"""Speed and import cost of the packaged embedders, all in one run, as ratios to the default one.

    python benchmarks/embedders.py
    python benchmarks/embedders.py --write benchmarks/RESULTS.md

The first row is e5 through the engine of its wheel, as the base install has it; the second through onnxruntime.
The texts are the passages of the demo knowledge base. Absolute times are of one machine on one day: read the ratios.
Quality stands in evals/RESULTS.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ragcare.evaluation.questions import QuestionSet
from ragcare.index.embedders import Embedder, as_embedder
from ragcare.index.embedders.e5 import E5Embedder, _of_query
from ragcare.index.hybrid import HybridIndex
from ragcare.knowledge.passages import split
from ragcare.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
EMBEDDERS: dict[str, Callable[[], Embedder]] = {
    "e5": lambda: E5Embedder(fast=False),
    "e5, extra `fast`": lambda: E5Embedder(fast=True),
    "light": lambda: as_embedder("light"),
    "hash": lambda: as_embedder("hash"),
}
PASSAGES, QUERIES, RUNS = 96, 40, 5


class Speed(NamedTuple):
    """What one embedder takes: passages a second in batches, milliseconds for one query, and for a whole search."""

    passages_per_s: float
    query_ms: float
    search_ms: float


def measure(embedder: Embedder, suite: QuestionSet) -> Speed:
    """Medians over the runs."""
    articles = suite.articles()
    texts = [passage.text for article in articles for passage in split(article)][:PASSAGES]
    questions = [row.to_question(suite.as_of) for row in suite.questions[:QUERIES]]
    embedder.embed(texts[:2], "passage")  # the first call loads the weights

    def passages() -> float:
        started = time.perf_counter()
        embedder.embed(texts, "passage")
        return len(texts) / (time.perf_counter() - started)

    def query() -> float:
        _of_query.cache_clear()  # the same questions come in each run
        started = time.perf_counter()
        for question in questions:
            embedder.embed([question.text], "query")
        return (time.perf_counter() - started) / len(questions) * 1000

    index = HybridIndex.build(articles, Settings(), embedder)
    for question in questions:
        index.search(question.text, question.language, question.scope, 100)

    def search() -> float:  # the questions are embedded by now, so this is the search alone
        started = time.perf_counter()
        for question in questions:
            index.search(question.text, question.language, question.scope, 100)
        return (time.perf_counter() - started) / len(questions) * 1000

    return Speed(*(statistics.median(one() for _ in range(RUNS)) for one in (passages, query, search)))


def import_seconds(modules: str) -> float:
    """The median time of a bare import, in processes of their own, as an installed package is: compiled before."""
    code = f"import time; t = time.perf_counter(); import {modules}; print(time.perf_counter() - t)"
    compiling = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def once() -> float:
        program = [sys.executable, "-c", code]
        return float(subprocess.run(program, capture_output=True, check=True, text=True, env=compiling).stdout)

    once()
    return statistics.median(once() for _ in range(RUNS))


def report() -> str:
    """The Markdown table."""
    suite = QuestionSet.load(ROOT / "evals" / "demo")
    speeds = {name: measure(make(), suite) for name, make in EMBEDDERS.items()}
    default = speeds["e5"]
    lines = [
        "# Speed",
        "",
        "Written by `make bench`, not by hand. One run on one machine: read the ratios.",
        "",
        f"Passages: {PASSAGES} of the demo knowledge base. Queries: {QUERIES}. Medians of {RUNS} runs.",
        "",
        "| embedder | passages/s | to e5 | one query, ms | to e5 | both legs searched, query embedded, ms |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in speeds.items():
        lines.append(
            f"| {name} | {one.passages_per_s:.1f} | ×{one.passages_per_s / default.passages_per_s:.1f} "
            f"| {one.query_ms:.2f} | ×{one.query_ms / default.query_ms:.2f} | {one.search_ms:.2f} |"
        )
    lines += ["", f"`import ragcare`: {import_seconds('ragcare'):.2f} s; `import pydantic`: "
              f"{import_seconds('pydantic'):.2f} s, which is part of it."]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    """Prints the report, and writes it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, help="a Markdown file to write the report to")
    given = parser.parse_args()
    text = report()
    sys.stdout.write(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
