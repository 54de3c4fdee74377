"""The vector leg beside what FAISS offers for large indexes: recall@10, time to build, time a search, memory.

    python benchmarks/vector_search.py                                    100,000 vectors
    python benchmarks/vector_search.py --sizes 100000 1000000 --write benchmarks/VECTORS.md

The vectors are those of the passages of some suites, each moved a little by chance as often as it takes to reach the
size; the questions are dev questions of the same suites. Of IVF and HNSW the cheapest search is taken that finds 98 %
of the ten nearest. One thread, questions one by one; absolute times are of one machine on one day: read the ratios.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.index.embedders.e5 import E5Embedder
from ragcare.index.vector import VectorIndex, Vectors, unit
from ragcare.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SUITES = ("spf_fr", "covidfaq_en", "demo")
QUESTIONS, K, ENOUGH, NOISE = 200, 10, 0.98, 0.02

Ids = NDArray[np.int64]
Search = Callable[[Vectors], Ids]


class Figures(NamedTuple):
    """Of one index."""

    name: str
    recall: float
    built_s: float
    p50_ms: float
    p99_ms: float
    mb: float


def material(size: int) -> tuple[Vectors, Vectors]:
    """So many vectors of passages, and questions."""
    embedder, settings = E5Embedder(), Settings()
    found: list[Vectors] = []
    asked: list[str] = []
    for name in SUITES:
        suite = QuestionSet.load(ROOT / "evals" / name)
        index = suite_index(suite, settings, ROOT / ".ragcare" / "evals")
        found += index.embedded().values()
        asked += [row.question for row in suite.questions if row.split == "dev"][: QUESTIONS // len(SUITES)]
    own, rng = np.vstack(found), np.random.default_rng(18)
    drawn = own[rng.integers(0, len(own), size)]
    return unit(drawn + rng.normal(0, NOISE, drawn.shape).astype(np.float32)), embedder.embed(asked, "query")


def measured(name: str, built_s: float, mb: float, search: Search, questions: Vectors, nearest: list[Ids]) -> Figures:
    """Recall and time over all questions."""
    times, shares = [], []
    for question, right in zip(questions, nearest, strict=True):
        began = time.perf_counter()
        ids = search(question)
        times.append((time.perf_counter() - began) * 1000)
        shares.append(len(np.intersect1d(ids[:K], right)) / K)
    p50, p99 = np.percentile(times, [50, 99])
    return Figures(name, float(np.mean(shares)), built_s, float(p50), float(p99), mb)


def rows(size: int) -> Iterator[Figures]:
    """The figures of each index over so many vectors."""
    vectors, questions = material(size)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    nearest = list(flat.search(questions, K)[1])

    def of_faiss(index: Any) -> Search:
        return lambda question: np.asarray(index.search(question[None], K)[1][0])

    def stored_mb(index: Any) -> float:
        return len(faiss.serialize_index(index)) / 1e6

    yield measured("flat", 0.0, stored_mb(flat), of_faiss(flat), questions, nearest)
    began = time.perf_counter()
    own = VectorIndex.empty(vectors.shape[1]).with_changes(np.empty(0, np.int64), np.arange(size), vectors)
    built = time.perf_counter() - began
    yield measured("ragcare", built, size * 384 * 5 / 1e6, lambda q: own.search(q, K)[0], questions, nearest)
    cells = round(4 * size**0.5)
    for recipe, knob, efforts in (
        ("SQ8", None, (0,)),
        (f"IVF{cells},Flat", "nprobe", (4, 8, 16, 32, 64, 128)),
        (f"IVF{cells},SQ8", "nprobe", (4, 8, 16, 32, 64, 128)),
        ("HNSW32", "efSearch", (16, 32, 64, 128, 256, 512)),
    ):
        index = faiss.index_factory(vectors.shape[1], recipe, faiss.METRIC_INNER_PRODUCT)
        began = time.perf_counter()
        index.train(vectors)
        index.add(vectors)
        built = time.perf_counter() - began
        for effort in efforts:
            if knob is not None:
                faiss.ParameterSpace().set_index_parameter(index, knob, effort)
            name = recipe if knob is None else f"{recipe}, {knob} {effort}"
            figures = measured(name, built, stored_mb(index), of_faiss(index), questions, nearest)
            if figures.recall >= ENOUGH:
                break
        yield figures


def page(sizes: list[int]) -> str:
    """The report."""
    assert __doc__ is not None
    text = "# The vector leg beside FAISS's indexes\n\nWritten by `benchmarks/vector_search.py`, not by hand.\n"
    text += __doc__[__doc__.index("\nThe vectors are") :]
    for size in sizes:
        text += f"\n## {size:,} vectors of e5, {QUESTIONS // len(SUITES) * len(SUITES)} questions\n\n"
        text += "| index | recall@10 | built, s | p50 ms | p99 ms | MB |\n|---|---|---|---|---|---|\n"
        for one in rows(size):
            text += f"| {one.name} | {one.recall:.3f} | {one.built_s:.1f} | {one.p50_ms:.2f} | {one.p99_ms:.2f} | "
            text += f"{one.mb:.0f} |\n"
    return text


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000])
    parser.add_argument("--write", type=Path, metavar="FILE", help="writes the page there as well")
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    text = page(given.sizes)
    sys.stdout.write(text)
    if given.write is not None:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
