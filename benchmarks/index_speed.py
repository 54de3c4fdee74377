"""Speed and memory of the embedded index at several sizes: built, changed, searched; beside it, the way it was before.

    python benchmarks/index_speed.py
    python benchmarks/index_speed.py --sizes 1000 10000 --write benchmarks/INDEX.md

Before, bm25s served the keyword leg and was built anew at each change: both are done here in the same run, and the
ratios are between the two. Vectors are random and embedding is left out. Texts are drawn word by word from the demo
suite, with rare words of their own. A tenth of the articles is for other askers, so that the filter works. Each size
runs in a process of its own. Absolute times are of one machine on one day: read the ratios. Processor time, of all
threads, is less moved by what else the machine is doing.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ragcare.evaluation.questions import QuestionSet
from ragcare.index.embedders import Role
from ragcare.index.hybrid import HybridIndex
from ragcare.index.keyword import Fields, analyse, analyse_query
from ragcare.index.vector import Vectors, unit
from ragcare.schema import Article, Scope
from ragcare.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1_000, 10_000, 100_000)
QUERIES, CHANGES, WORDS, DIMENSION, K = 200, 7, 90, 384, 100
DAY = date(2026, 3, 2)


class RandomEmbedder:
    """Unit vectors without meaning."""

    name, dimension = "random", DIMENSION

    def __init__(self) -> None:
        self._rng = np.random.default_rng(7)

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:  # noqa: ARG002 (chance has one role)
        """A vector for each text."""
        return unit(self._rng.standard_normal((len(texts), DIMENSION), np.float32))


def articles_of(size: int) -> tuple[list[Article], list[str]]:
    """So many articles of one passage each, and questions about some of them."""
    rng = random.Random(7)
    demo = QuestionSet.load(ROOT / "evals" / "demo").articles()
    words = {
        language: " ".join(one.body for one in demo if one.language == language).split() for language in ("fr", "en")
    }
    articles: list[Article] = []
    questions: list[str] = []
    for number in range(size):
        language = "en" if number % 4 == 0 else "fr"
        own = [f"{rng.choice('bcdfglmnprst')}{rng.choice('aeiou')}{rng.randrange(size):x}" for _ in range(5)]
        text = rng.choices(words[language], k=WORDS) + own
        rng.shuffle(text)
        articles.append(
            Article(
                id=f"a{number:07}",
                title=" ".join(rng.choices(words[language], k=5)).replace("?", "."),  # no known question by chance
                body=" ".join(text),
                language=language,
                status="validated",
                validated_by="Camille Durand",
                validated_at=DAY,
                audience=("segment:business",) if number % 10 == 0 else ("public",),
            )
        )
        if len(questions) < QUERIES:
            questions.append(" ".join(rng.sample(text, 8)))
    return articles, questions


class Before:
    """The keyword leg as it was: two matrices of bm25s, built anew at each change."""

    def __init__(self, rows: Sequence[Fields]) -> None:
        self.fields = [self._built([row.head for row in rows]), self._built([row.body for row in rows])]

    @staticmethod
    def _built(rows: Sequence[list[str]]) -> Any:
        import bm25s

        vocabulary = {token: number for number, token in enumerate(sorted({token for row in rows for token in row}))}
        engine = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        numbers = [[vocabulary[token] for token in row] for row in rows]
        engine.index((numbers, vocabulary), create_empty_token=False, show_progress=False)
        return engine

    def scores(self, query: list[str]) -> Any:
        """Of every row."""
        return sum(0.5 * engine.get_scores_from_ids(engine.get_tokens_ids(query)) for engine in self.fields)


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Milliseconds by that clock."""
    started = clock()
    work()
    return (clock() - started) * 1000


def resident_mb() -> float:
    """What the process holds now, where the system tells (Linux)."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * 4096 / 1e6 if told.exists() else float("nan")


def measure(size: int) -> dict[str, float]:
    """All figures of one size."""
    articles, questions = articles_of(size)
    held = resident_mb()
    index = HybridIndex(Settings(), RandomEmbedder())
    build_ms = timed(lambda: index.upsert(articles))
    memory = resident_mb() - held
    scope = Scope(frozenset({"public"}), DAY)

    def search(text: str) -> object:
        return index.search(text, "fr", scope, K)

    def change(number: int) -> None:
        at = size // 2 + number
        index.upsert([articles[at].model_copy(update={"body": f"{articles[at].body} Modifié {number} fois."})])

    changes, firsts, seconds = [], [], []
    for number in range(CHANGES):
        changes.append(timed(lambda number=number: change(number)))  # type: ignore[misc]
        text = questions[number]
        index._embedded_query(text)
        firsts.append(timed(lambda text=text: search(text)))  # type: ignore[misc]
        seconds.append(timed(lambda text=text: search(text)))  # type: ignore[misc]
    for text in questions:
        search(text)  # embeds the query, and weighs its words
    searches = sorted(timed(lambda text=text: search(text)) for text in questions)  # type: ignore[misc]
    busy = [timed(lambda text=text: search(text), time.process_time) for text in questions]  # type: ignore[misc]
    now = index.now
    asked = [analyse_query(text, "fr", now.languages) for text in questions]
    vector = [timed(lambda text=text: now.by_vector(index._embedded_query(text), scope, K)) for text in questions]  # type: ignore[misc]
    scoring = [timed(lambda query=query: now.keyword.scores(query)) for query in asked]  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder:
        save_ms = timed(lambda: index.save(folder))
        load_ms = timed(lambda: HybridIndex.load(folder, Settings(), RandomEmbedder()))
    rows = [analyse(passage) for passage in now.passages_in_order]
    rebuilds = [timed(lambda: Before(rows)) for _ in range(3 if size < 50_000 else 1)]
    before = Before(rows)
    for query in asked:
        np.testing.assert_array_equal(before.scores(query), now.keyword.scores(query))
    scoring_before = [timed(lambda query=query: before.scores(query)) for query in asked]  # type: ignore[misc]
    return {
        "passages": len(index),
        "build_s": build_ms / 1000,
        "save_s": save_ms / 1000,
        "load_s": load_ms / 1000,
        "memory_mb": memory,
        "change_ms": statistics.median(changes),
        "rebuild_ms": statistics.median(rebuilds),
        "first_ms": statistics.median(firsts),
        "p50_ms": searches[len(searches) // 2],
        "p99_ms": searches[int(len(searches) * 0.99)],
        "busy_ms": statistics.median(busy),
        "vector_ms": statistics.median(vector),
        "scoring_ms": statistics.median(scoring),
        "scoring_before_ms": statistics.median(scoring_before),
    }


def report(sizes: Sequence[int]) -> str:
    """The Markdown table."""
    figures = []
    for size in sizes:
        command = [sys.executable, __file__, "--measure", str(size)]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        figures.append(json.loads(done.stdout))
    lines = {
        "built, embedding aside, s": lambda one: f"{one['build_s']:.1f}",
        "saved, s": lambda one: f"{one['save_s']:.2f}",
        "loaded, s": lambda one: f"{one['load_s']:.2f}",
        "memory of the index, MB": lambda one: f"{one['memory_mb']:.0f}",
        "**one article changed, ms**": lambda one: f"{one['change_ms']:.1f}",
        "both bm25s matrices built anew, as each change did before, ms": lambda one: f"{one['rebuild_ms']:.0f}",
        "ratio": lambda one: f"×{one['rebuild_ms'] / one['change_ms']:.0f}",
        "first search after a change, ms": lambda one: f"{one['first_ms']:.2f}",
        "**search, both legs, filtered, p50, ms**": lambda one: f"{one['p50_ms']:.2f}",
        "the same, p99, ms": lambda one: f"{one['p99_ms']:.2f}",
        "the same, processor time, p50, ms": lambda one: f"{one['busy_ms']:.2f}",
        "of it the vector leg, p50, ms": lambda one: f"{one['vector_ms']:.2f}",
        "words scored, p50, ms": lambda one: f"{one['scoring_ms']:.3f}",
        "words scored by bm25s, p50, ms": lambda one: f"{one['scoring_before_ms']:.3f}",
    }  # fmt: skip
    table = [
        "# Speed of the embedded index",
        "",
        "Written by `benchmarks/index_speed.py`, not by hand. One run on one machine, one thread: read the ratios."
        " Before it is timed, bm25s is checked to give the same scores to the last bit.",
        "",
        f"Random vectors of {DIMENSION} components, texts of {WORDS} words, {QUERIES} questions of 8 words,",
        f"{K} candidates a leg, a tenth of the articles filtered out.",
        "",
        "| passages | " + " | ".join(f"{one['passages']:,}" for one in figures) + " |",
        "|---" * (len(figures) + 1) + "|",
    ]
    table += [f"| {name} | " + " | ".join(map(tell, figures)) + " |" for name, tell in lines.items()]
    return "\n".join(table) + "\n"


def main() -> None:
    """Prints the report, and writes it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many passages")
    parser.add_argument("--write", type=Path, help="a Markdown file to write the report to")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        sys.stdout.write(json.dumps(measure(given.measure)))
        return
    text = report(given.sizes)
    sys.stdout.write(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
