"""ragcare beside its peers, all in one run: quality on labelled suites, time, memory; and what the machine allows.

    pip install -r benchmarks/requirements.txt -e .      in an environment of its own
    python benchmarks/peers.py --write benchmarks/PEERS.md

Everyone has the same passages and the same vectors, of e5 in the suites and made up around centres at the sizes, and
embedding is left out. ragcare has vectors of known questions too, brings 100 candidates a leg, its peers the 10 with
which their fusions rank best, and it judges audience and dates, which no peer does. Each engine runs at each size in a
process of its own, with one OpenMP thread, which is best for all of them. Absolute times are of one machine on one day:
read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from embedders import import_seconds
from index_speed import articles_of, resident_mb
from peer_engines import ENGINES, KEYWORD_LEG, Corpus, Ragcare

from ragcare.index.allowed import Vectors
from ragcare.index.senses import Sense, embedded_of, embedded_text
from ragcare.index.vector import unit
from ragcare.knowledge.passages import split

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1_000, 10_000, 100_000, 1_000_000)
SUITES = ("spf_fr", "covidfaq_fr", "covidfaq_en")
HYBRID = ("ragcare", "llama-index", "haystack")
TOO_SLOW = {"llama-index": 100_000, "haystack": 100_000, "rank-bm25": 100_000}
"""Up to which size each is measured. Beyond, one needs more memory or more seconds a question than is reasonable."""

IMPORTS = {
    "ragcare": "ragcare",
    "llama-index": "llama_index.core, llama_index.retrievers.bm25, llama_index.vector_stores.faiss",
    "haystack": "haystack, haystack.components.retrievers.in_memory, haystack.components.joiners",
    "tantivy": "tantivy",
    "rank-bm25": "rank_bm25",
}
DIMENSION, SECONDS, LEAST, DISTINCT = 384, 8.0, 12, 100_000


def vectors_of(size: int, seed: int) -> Vectors:
    """Unit vectors around a thousand centres, as near to them as real passages are to their nearest neighbour."""
    centres = np.random.default_rng(0).standard_normal((1000, DIMENSION), np.float32)
    rng, vectors = np.random.default_rng(seed), np.empty((size, DIMENSION), np.float32)
    for start in range(0, size, 10_000):
        some = vectors[start : start + 10_000]
        some[:] = centres[rng.integers(len(centres), size=len(some))]
        some += 0.4 * rng.standard_normal(some.shape, np.float32)
        some[:] = unit(some)
    return vectors


def corpus_of(size: int) -> tuple[Corpus, list[str]]:
    """Articles of one passage each, and questions; beyond 100,000 the texts come again, under other titles."""
    articles, questions = articles_of(min(size, DISTINCT))
    passages = [piece for article in articles for piece in split(article, words=120)]
    for copy in range(1, size // DISTINCT):
        for article, passage in zip(articles[:DISTINCT], passages[:DISTINCT], strict=True):
            key, title = f"{article.id}-{copy}", f"{article.title} {copy}"
            articles.append(article.model_copy(update={"id": key, "title": title}))
            passages.append(replace(passage, id=f"{key}#0", article_id=key, title=title))
    return Corpus("fr", articles, passages, vectors_of(len(passages), 1), DISTINCT), questions


def measure(name: str, size: int) -> dict[str, dict[str, float]]:
    """Build time, memory and time a question of one engine at one size; of ragcare, of its keyword leg too."""
    corpus, questions = corpus_of(size)
    asked = vectors_of(len(questions), 2)
    held, began = resident_mb(), time.perf_counter()
    engine = ENGINES[name](corpus)
    built = {"build": time.perf_counter() - began, "memory": resident_mb() - held}
    ways = {name: engine.search}
    if isinstance(engine, Ragcare):
        ways[KEYWORD_LEG] = engine.by_keyword
    return {way: built | _timed(search, questions, asked) for way, search in ways.items()}


def _timed(search: Callable[[str, Vectors], object], questions: Sequence[str], asked: Vectors) -> dict[str, float]:
    began = time.perf_counter()
    for text, vector in zip(questions, asked, strict=True):  # what is kept from one question to the next is kept now
        search(text, vector)
        if time.perf_counter() - began > SECONDS / 4:
            break
    times, busy, began = [], [], time.perf_counter()
    for text, vector in zip(questions, asked, strict=True):
        before, of_process = time.perf_counter(), time.process_time()
        search(text, vector)
        times.append((time.perf_counter() - before) * 1000)
        busy.append((time.process_time() - of_process) * 1000)
        if len(times) >= LEAST and time.perf_counter() - began > SECONDS:
            break
    p50, p99 = np.quantile(times, [0.5, 0.99])
    return {"p50": float(p50), "p99": float(p99), "cpu": statistics.median(busy), "n": len(times)}


def quality(name: str, suite_name: str) -> dict[str, float]:
    """Recall and MRR by article on the dev questions of one suite, with the cached vectors of e5."""
    from ir_measures import RR, Qrel, R, ScoredDoc, calc_aggregate

    from ragcare.evaluation.questions import QuestionSet
    from ragcare.evaluation.run.suite_index import suite_index
    from ragcare.index.embedding_cache import EmbeddingCache
    from ragcare.settings import Settings

    settings = Settings()
    suite = QuestionSet.load(ROOT / "evals" / suite_name)
    index = suite_index(suite, settings, ROOT / ".ragcare" / "evals", progress=True)
    now = index.now
    known = index.embedded()
    vectors = np.array([known[Sense(embedded_text(passage))] for passage in now.passages_in_order])
    embedded = embedded_of(list(known), np.array(list(known.values())))
    corpus = Corpus(suite_name[-2:], list(now.articles.values()), now.passages_in_order, vectors, embedded=embedded)
    rows = [row for row in suite.only(split="dev").questions if row.answerable]
    texts = [row.to_question(suite.as_of).text for row in rows]
    cache = EmbeddingCache.of(settings.cache)
    asked = cache.embed(index.embedder, texts, "query") if cache else index.embedder.embed(texts, "query")
    engine = ENGINES[name](corpus)
    run, relevant = [], [Qrel(row.id, article, 1) for row in rows for article in row.relevant_ids]
    for row, text, vector in zip(rows, texts, asked, strict=True):
        found = dict.fromkeys(engine.search(text, vector))
        run += [ScoredDoc(row.id, article, -float(at)) for at, article in enumerate(found)]
    figures = calc_aggregate([R @ 1, R @ 5, RR @ 10], relevant, run)
    return {str(measure): value for measure, value in figures.items()} | {"n": len(rows)}


def limits() -> dict[str, float]:
    """What one core reads of memory and multiplies, measured now: GB/s and GFLOP/s, the best of some."""
    block, square = np.ones(100_000_000, np.float32), np.ones((2000, 2000), np.float32)
    reading, multiplying = [], []
    for _ in range(7):
        began = time.perf_counter()
        block.max()
        reading.append(time.perf_counter() - began)
        began = time.perf_counter()
        square @ square
        multiplying.append(time.perf_counter() - began)
    return {"gb": 0.4 / min(reading), "gflop": 16 / min(multiplying)}


def apart(*arguments: str) -> Any:
    """One measurement in a process of its own; None where it failed."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, __file__, *arguments], env=environment, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def gather(sizes: Sequence[int], suites: Sequence[str], kept: Path) -> dict[str, Any]:
    """All figures; each is kept as soon as it is there, and not measured again."""
    found: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}

    def take(key: str, work: Any) -> None:
        if found.get(key) is None:
            found[key] = work()
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(found, indent=1))
            sys.stderr.write(f"{key}: {found[key]}\n")

    for name, modules in IMPORTS.items():
        take(f"import/{name}", lambda modules=modules: import_seconds(modules))
    for size in sizes:
        take(f"limits/{size}", lambda: apart("--limits"))
        for name in ENGINES:
            if name != KEYWORD_LEG and size <= TOO_SLOW.get(name, size):
                key = f"speed/{size}/{name}"
                if key not in found:
                    for way, figures in (apart("--measure", name, str(size)) or {}).items():
                        take(f"speed/{size}/{way}", lambda figures=figures: figures)
    for suite in suites:
        for name in ENGINES:
            take(f"quality/{suite}/{name}", lambda name=name, suite=suite: apart("--quality", name, suite))
    return found


def report(found: dict[str, Any]) -> str:
    """The Markdown page."""
    sizes = sorted({int(key.split("/")[1]) for key in found if key.startswith("speed/")})
    suites = list(dict.fromkeys(key.split("/")[1] for key in found if key.startswith("quality/")))
    lines = [
        "# ragcare beside its peers",
        "",
        "Written by `make bench-peers`, not by hand. " + " ".join((__doc__ or "").split("\n\n")[2].split()),
        "",
        "![Time a question by size](peers.svg)",
        "",
        "## Quality: MRR@10 (recall@1) by article, dev questions, the same passages and e5 vectors",
        "",
        "| engine | " + " | ".join(f"{suite}, n = {found[f'quality/{suite}/ragcare']['n']}" for suite in suites) + " |",
        "|---" * (len(suites) + 1) + "|",
    ]
    for name in ENGINES:
        cells = [found[f"quality/{suite}/{name}"] for suite in suites]
        lines.append(f"| {name} | " + " | ".join(f"{one['RR@10']:.3f} ({one['R@1']:.3f})" for one in cells) + " |")
    tables = (
        ("Processor time a question, median, ms, all threads (ratio, as below)", "cpu", ".2f"),
        ("Time a question, p50, ms (ratio to ragcare; to its keyword leg for those without vectors)", "p50", ".2f"),
        ("Time a question, p99, ms", "p99", ".1f"),
        ("Time to index, embedding aside, s", "build", ".1f"),
        ("Memory of the index, MB", "memory", ".0f"),
    )
    for title, figure, form in tables:
        lines += ["", f"## {title}", "", "| engine | " + " | ".join(f"{size:,}" for size in sizes) + " |"]
        lines.append("|---" * (len(sizes) + 1) + "|")
        for name in ENGINES:
            cells = []
            for size in sizes:
                one, own = (found.get(f"speed/{size}/{engine}") or {} for engine in (name, _beside(name)))
                compared = figure in ("p50", "cpu") and name != _beside(name) and figure in one and figure in own
                ratio = f" (×{one[figure] / own[figure]:.1f})" if compared else ""
                spared = figure == "build" and size > DISTINCT and name.startswith("ragcare")
                cells.append(f"{one[figure]:{form}}{ratio}" if figure in one and not spared else "–")
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["", "– : not measured there: " + ", ".join(f"{name} beyond {most:,}" for name, most in TOO_SLOW.items())]
    lines[-1] += " (a question takes seconds, or nodes and vectors do not fit beside each other in memory)."
    lines[-1] += (
        " Beyond 100,000 passages the texts come again under other titles, and ragcare is spared to analyse them twice:"
        " no time to index."
    )
    lines += [
        "",
        "## What the machine allows",
        "",
        _LIMITS,
        "",
        "| passages | " + " | ".join(map("{:,}".format, sizes)),
    ]
    lines[-1] += " |"
    lines.append("|---" * (len(sizes) + 1) + "|")
    machine = [found[f"limits/{size}"] for size in sizes]
    rows = {
        "one core reads, GB/s": [f"{one['gb']:.1f}" for one in machine],
        "one core multiplies, GFLOP/s": [f"{one['gflop']:.0f}" for one in machine],
        "all vectors read once, float32, ms": [_read(size, 4, one) for size, one in zip(sizes, machine, strict=True)],
        "all vectors read once, 8 bits, ms": [_read(size, 1, one) for size, one in zip(sizes, machine, strict=True)],
        "2 n d operations at that rate, ms": [
            f"{2 * size * DIMENSION / one['gflop'] / 1e6:.2f}" for size, one in zip(sizes, machine, strict=True)
        ],
        "ragcare, hybrid, p50, ms": [f"{found[f'speed/{size}/ragcare']['p50']:.2f}" for size in sizes],
    }
    lines += [f"| {name} | " + " | ".join(cells) + " |" for name, cells in rows.items()]
    lines += ["", "## Import, s", "", "| engine | s |", "|---|---|"]
    lines += [f"| {name} | {found[f'import/{name}']:.2f} |" for name in IMPORTS]
    return "\n".join(lines) + "\n"


_LIMITS = (
    "Measured before each size, the best of seven: what others do on the machine moves these figures as it moves those"
    " above. Below 8,000 passages whole vectors are scanned, from there on 8 bits of each component, by both cores from"
    " 65,537 on."
)


def _beside(name: str) -> str:
    return "ragcare" if name in HYBRID else KEYWORD_LEG


def _read(size: int, width: int, machine: dict[str, float]) -> str:
    return f"{size * DIMENSION * width / machine['gb'] / 1e6:.2f}"


def plot(found: dict[str, Any], path: Path) -> None:
    """Time a question by size, and the time to read all vectors once."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "ragcare"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4))
    sizes = sorted({int(key.split("/")[1]) for key in found if key.startswith("speed/")})
    for name in ENGINES:
        known = [(size, one["p50"]) for size in sizes if (one := found.get(f"speed/{size}/{name}"))]
        style = "o-" if name in HYBRID else "s--"
        axes.loglog(*zip(*known, strict=True), style, label=name, markersize=4)
    reading = [size * DIMENSION / found[f"limits/{size}"]["gb"] / 1e6 for size in sizes]
    axes.loglog(sizes, reading, ":", color="grey", label="8-bit vectors read once, one core")
    axes.set(xlabel="passages", ylabel="p50, ms a question, embedding aside")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Prints the report, and writes it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many passages")
    parser.add_argument("--suites", nargs="*", default=SUITES, help="folders of evals/")
    parser.add_argument("--write", type=Path, help="a Markdown file to write the report to, with its plot beside it")
    parser.add_argument("--kept", type=Path, default=ROOT / ".ragcare" / "peers.json", help="figures of a run cut off")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--quality", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--limits", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        sys.stdout.write(json.dumps(measure(given.measure[0], int(given.measure[1]))))
    elif given.quality:
        sys.stdout.write(json.dumps(quality(*given.quality)))
    elif given.limits:
        sys.stdout.write(json.dumps(limits()))
    else:
        found = gather(given.sizes, given.suites, given.kept)
        text = report(found)
        sys.stdout.write(text)
        if given.write:
            given.write.write_text(text, encoding="utf-8")
            plot(found, given.write.with_name("peers.svg"))
        given.kept.unlink()  # the next run measures anew


if __name__ == "__main__":
    main()
