"""Measures retrieval on the dev questions of labelled suites: each leg alone, and both fused.

    python evals/retrieval.py                                  the four suites of the README, both packaged embedders
    python evals/retrieval.py --embedder light --suite spf_fr  another embedder, one suite

Recall@k and MRR@10 count articles: a question is found where the first passage of a relevant article stands.
"Answerability AUROC" is how well the top score tells questions with an answer from those without one.
The suites are read from $RAGCARE_DATA, by default ../shared/data beside the project.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from ragcare.errors import IndexCorrupt, IndexMismatch, IndexMissing
from ragcare.evaluation.questions import QuestionSet
from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.retrieval.fusion import fuse
from ragcare.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("RAGCARE_DATA", ROOT.parent / "shared" / "data"))
SUITES = ("spf_fr", "covidfaq_fr", "piaf_fr", "covidfaq_en")
INDEXES = ROOT / ".ragcare" / "evals"
"""Where the indexes are kept between runs, so that nothing is embedded twice."""


def index_of(suite: QuestionSet, settings: Settings) -> HybridIndex:
    """The index over the corpus of a suite, built if it is not there or no longer fits."""
    folder = INDEXES / f"{suite.name}-{settings.retrieval.embedder}"
    try:
        index = HybridIndex.load(folder, settings)
    except (IndexMissing, IndexMismatch, IndexCorrupt):
        index = HybridIndex(settings)
    before = index.content()
    index.follow(suite.articles(), progress=True)
    if index.content() != before:
        index.save(folder)
    return index


class Figures(NamedTuple):
    """What one ranking reached on one suite."""

    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float
    auroc: float
    answerable: int
    questions: int


def measure(suite: QuestionSet, index: HybridIndex) -> dict[str, Figures]:
    """The figures of each leg alone and of both fused."""
    how = index.settings.retrieval
    rankings: dict[str, list[tuple[bool, int | None, float]]] = {KEYWORD: [], VECTOR: [], "fused": []}
    for row in tqdm([one for one in suite.questions if one.split == "dev"], desc=suite.name, unit="question"):
        question = row.to_question(suite.as_of)
        legs = index.search(question.text, question.language, question.scope, how.candidates).legs
        ranked = {leg: [(one.passage.article_id, one.score) for one in found] for leg, found in legs.items()}
        fused = fuse(legs, how)
        ranked["fused"] = [(hit.passage.article_id, hit.score) for hit in fused]
        for name, ranking in ranked.items():
            articles = list(dict.fromkeys(article for article, _ in ranking))
            rank = next((at for at, one in enumerate(articles[:10], 1) if one in row.relevant_ids), None)
            rankings[name].append((row.answerable, rank, ranking[0][1] if ranking else 0.0))
    return {name: _figures(rows) for name, rows in rankings.items()}


def _figures(rows: Sequence[tuple[bool, int | None, float]]) -> Figures:
    ranks = [rank for answerable, rank, _ in rows if answerable]
    return Figures(
        recall_at_1=sum(rank == 1 for rank in ranks) / len(ranks),
        recall_at_5=sum(rank is not None and rank <= 5 for rank in ranks) / len(ranks),
        mrr_at_10=sum(1 / rank for rank in ranks if rank is not None) / len(ranks),
        auroc=float(roc_auc_score([answerable for answerable, _, _ in rows], [score for _, _, score in rows])),
        answerable=len(ranks),
        questions=len(rows),
    )


def table(suites: Sequence[str], settings: Settings) -> str:
    """A Markdown table over suites and rankings."""
    lines = [
        f"Embedder `{settings.retrieval.embedder}`, vector weight {settings.retrieval.vector_weight}, "
        f"passages of {settings.passages.words} words, dev questions.",
        "",
        "| suite | ranking | R@1 | R@5 | MRR@10 | n | answerability AUROC | n |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in suites:
        suite = QuestionSet.load(DATA / name)
        for ranking, one in measure(suite, index_of(suite, settings)).items():
            lines.append(
                f"| {name} | {ranking} | {one.recall_at_1:.3f} | {one.recall_at_5:.3f} | {one.mrr_at_10:.3f} "
                f"| {one.answerable} | {one.auroc:.3f} | {one.questions} |"
            )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Prints the table, and writes it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", action="append", help="a folder under the data; may be given again")
    parser.add_argument("--embedder", action="append", help="such as e5 or light; may be given again")
    parser.add_argument("--write", type=Path, help="a Markdown file to write the tables to")
    given = parser.parse_args()
    defaults = Settings.load()
    text = "# Retrieval on the labelled suites\n\nWritten by `make eval`, not by hand.\n"
    for embedder in given.embedder or ["e5", "light"]:
        retrieval = defaults.retrieval.model_copy(update={"embedder": embedder})
        text += "\n" + table(given.suite or SUITES, defaults.model_copy(update={"retrieval": retrieval}))
    sys.stdout.write(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
