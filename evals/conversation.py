"""Measures what it is worth to make follow-up questions whole from their history.

    python evals/conversation.py                         both embedders, to the screen
    python evals/conversation.py --embedder light        one of them
    python evals/conversation.py --embedder e5 --limit 300   fewer questions, spread evenly over each suite
    python evals/conversation.py --write FILE            to a file too

On doc2dial's dev questions, whose dialogues stay with one page, history nearly always helps; `conversations/` was
written to hold what that set cannot show: changes of subject, corrections, and questions that need no history.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ragcare.conversation.whole import made_whole
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.index.hybrid import HybridIndex
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Question
from ragcare.settings import Settings

HERE = Path(__file__).resolve().parent
INDEXES = HERE.parent / ".ragcare" / "evals"
SUITES = (("doc2dial_en", "dev"), ("conversations", "dev"), ("conversations", "test"))
RESAMPLES = 2000

Way = Callable[[Question], Question]


def all_turns(question: Question) -> Question:
    """Every turn of the customer before the question, whether it hangs on them or not: the bound on long dialogues."""
    said = [turn.text for turn in question.history if turn.role == "customer"]
    return question.model_copy(update={"standalone": " ".join([*said, question.text])[:4000]}) if said else question


WAYS: dict[str, Way] = {
    "the bare question": lambda question: question,
    "made whole": made_whole,
    "all turns": all_turns,
}


def ranks(rows: Sequence[LabelledQuestion], suite: QuestionSet, index: HybridIndex, way: Way) -> list[int]:
    """The rank of the first relevant article for each question, 0 where it is not among the first ten."""
    retriever = HybridRetriever(index, index.settings.retrieval)
    found = []
    for row in tqdm(rows, desc=suite.name, unit="question"):
        retrieved = retriever.search(way(row.to_question(suite.as_of)))
        articles = [hit.passage.article_id for hit in retrieved.best_of_each_article()]
        found.append(next((at for at, one in enumerate(articles[:10], 1) if one in row.relevant_ids), 0))
    return found


def figures(rows: Sequence[LabelledQuestion], found: Sequence[int]) -> list[str]:
    """R@1, R@5 and MRR@10, each with its 95 % interval: a bootstrap over articles."""
    at = np.array(found)
    values = [at == 1, (at > 0) & (at <= 5), np.where(at > 0, 1 / np.maximum(at, 1), 0)]
    names = sorted({row.cluster for row in rows})
    cluster = np.array([names.index(row.cluster) for row in rows])
    counts = np.random.default_rng(1979).multinomial(len(names), [1 / len(names)] * len(names), RESAMPLES)
    weights = counts[:, cluster].astype(float)
    cells = []
    for value in values:
        drawn = weights @ value.astype(float) / np.maximum(weights.sum(axis=1), 1)
        low, high = np.quantile(drawn, [0.025, 0.975])
        cells.append(f"{value.mean():.3f} [{low:.3f}, {high:.3f}]")
    return cells


def table(embedder: str, ways: Sequence[str], limit: int | None) -> str:
    """A Markdown table over suites, kinds of question and ways."""
    lines = [
        f"\n## Embedder `{embedder}`\n",
        "| suite | questions | n | searched with | R@1 | R@5 | MRR@10 |",
        "|---|---|---|---|---|---|---|",
    ]
    settings = Settings.load().with_embedder(embedder)
    for name, split in SUITES:
        suite = QuestionSet.load(HERE / name)
        # One corpus, one index: the articles of the conversations are those of the demo.
        demo = QuestionSet.load(HERE / "demo") if name == "conversations" else suite
        index = suite_index(demo, settings, INDEXES, progress=True)
        rows = [row for row in suite.only(split=split, limit=limit).questions if row.answerable]
        kinds = sorted({row.kind for row in rows})
        by_way = {way: ranks(rows, suite, index, WAYS[way]) for way in ways}
        for kind in [*kinds, "all"]:
            chosen = [at for at, row in enumerate(rows) if kind in (row.kind, "all")]
            for way, found in by_way.items():
                cells = figures([rows[at] for at in chosen], [found[at] for at in chosen])
                lines.append(f"| {name} {split} | {kind} | {len(chosen)} | {way} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Prints the tables, and writes them where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--embedder", action="append", help="such as e5 or light; may be given again")
    parser.add_argument("--way", action="append", choices=WAYS, help="one of the ways alone; may be given again")
    parser.add_argument("--limit", type=int, help="no more questions of a suite than this, spread evenly over it")
    parser.add_argument("--write", type=Path, help="a Markdown file to write the tables to")
    given = parser.parse_args()
    text = "# Follow-up questions\n\nWritten by `make conversations`, not by hand.\n"
    for embedder in given.embedder or ["e5", "light"]:
        text += table(embedder, given.way or list(WAYS), given.limit)
    sys.stdout.write(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
