"""Where the time of one question goes, from `Assistant.ask` to the reply, at several sizes of the knowledge base.

    python benchmarks/ask_speed.py
    python benchmarks/ask_speed.py --sizes 1000 10000 --write benchmarks/ASK.md

Articles are those of the French and English suites that have texts, in their order, as many as fill the size, and the
questions are dev questions of the same suites. Every question is embedded by the default model, nothing of it cached;
the vectors of the passages are drawn by chance, which changes what is found first and not how long it takes. One
question at a time, on one process. Absolute times are of one machine on one day: read the shares, and the ratio to the
embedding of the question alone. Processor time, of all threads, is less moved by what else the machine is doing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import TypeVar

import numpy as np

from ragcare.assistant import Assistant
from ragcare.evaluation.questions import QuestionSet
from ragcare.index.embedders import Role, as_embedder
from ragcare.index.embedders.e5 import _of_query
from ragcare.index.hybrid import HybridIndex
from ragcare.index.vector import Vectors, unit
from ragcare.schema import Article
from ragcare.settings import CacheSettings, Settings

EVALS = Path(__file__).resolve().parents[1] / "evals"
SUITES = ("spf_fr", "covidfaq_fr", "piaf_fr", "covidfaq_en", "doc2dial_en", "squad2_en")
SIZES = (1_000, 10_000)
QUESTIONS_EACH, WARM_UP, CHUNK = 40, 5, 500

T = TypeVar("T")


class QuestionsOnly:
    """The default embedder for questions, and vectors of chance for passages."""

    def __init__(self) -> None:
        self._real = as_embedder("e5")
        self.name, self.dimension = f"{self._real.name} for questions only", self._real.dimension
        self._rng = np.random.default_rng(7)

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """A vector for each text."""
        if role == "query":
            return self._real.embed(texts, role)
        return unit(self._rng.standard_normal((len(texts), self.dimension), np.float32))


def material() -> tuple[list[Article], list[str]]:
    """All articles, and the questions, of the suites."""
    suites = [QuestionSet.load(EVALS / name) for name in SUITES]
    articles = [
        article.model_copy(update={"id": f"{suite.name}/{article.id}"})
        for suite in suites
        for article in suite.articles()
    ]
    questions = [row.question for suite in suites for row in suite.only(split="dev", limit=QUESTIONS_EACH).questions]
    return articles, questions


def of_size(articles: Sequence[Article], size: int, settings: Settings, embedder: QuestionsOnly) -> HybridIndex:
    """An index of about so many passages: the articles again under other names where there are too few."""
    index = HybridIndex(settings, embedder)
    for again in count():
        for start in range(0, len(articles), CHUNK):
            chunk = articles[start : start + CHUNK]
            index.upsert(one.model_copy(update={"id": f"{one.id}~{again}"}) if again else one for one in chunk)
            if len(index) >= size:
                return index
    raise AssertionError("there is always another copy")


def main() -> None:
    """Builds, asks, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="passages in the index")
    parser.add_argument("--write", type=Path, help="a Markdown file for the tables")
    given = parser.parse_args()
    articles, questions = material()
    settings = Settings(cache=CacheSettings(megabytes=0))
    threads = os.environ.get("OMP_NUM_THREADS")
    said = f", with `OMP_NUM_THREADS={threads}`" if threads else ""
    text = f"# Where the time of a question goes\n\nWritten by `make bench`, not by hand{said}.\n"
    for size in given.sizes:
        text += measured(of_size(articles, size, settings, QuestionsOnly()), questions)
    sys.stdout.write(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")


def measured(index: HybridIndex, questions: Sequence[str]) -> str:
    """The table of one size."""
    assistant, embedder = Assistant(index), as_embedder("e5")
    for question in questions[:WARM_UP]:
        assistant.ask(question)
    spent: dict[str, list[float]] = defaultdict(list)
    busy: dict[str, list[float]] = defaultdict(list)

    def timed(stage: str, work: Callable[[str], T], question: str) -> T:
        began, of_process = time.perf_counter(), time.process_time()
        done = work(question)
        spent[stage].append((time.perf_counter() - began) * 1000)
        busy[stage].append((time.process_time() - of_process) * 1000)
        return done

    for question in questions:
        _of_query.cache_clear()  # a customer's question is a new one: no vector is known of it
        timed("(the question embedded, once)", lambda text: embedder.embed([text], "query"), question)
        _of_query.cache_clear()
        reply = timed("the whole question", assistant.ask, question)
        timed("(of retrieve: all else)", assistant.search, question)  # its vector is known by now
        for stage, milliseconds in reply.trace.milliseconds.items():
            spent[stage].append(milliseconds)
    whole = statistics.median(spent["the whole question"])
    lines = [
        f"\n## {len(index):,} passages, n = {len(questions)} questions\n",
        "| stage | p50 ms | p99 ms | share of p50 | processor time, p50 ms |",
    ]
    lines.append("|---|---|---|---|---|")
    for stage, taken in spent.items():
        cuts = statistics.quantiles(taken, n=100)
        share = statistics.median(taken) / whole
        of_process = f"{statistics.median(busy[stage]):.2f}" if stage in busy else "–"
        lines.append(f"| {stage} | {cuts[49]:.2f} | {cuts[98]:.2f} | {share:.0%} | {of_process} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
