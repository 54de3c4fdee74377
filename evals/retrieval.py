"""Measures retrieval on the dev questions of labelled suites: each leg alone, and both fused.

    python evals/retrieval.py                                  the four suites of the README, both packaged embedders
    python evals/retrieval.py --embedder light --suite spf_fr  another embedder, one suite

Recall@k and MRR@10 count articles: a question is found where the first passage of a relevant article stands.
"Answerability AUROC" is how well the top score tells questions with an answer from those without one.
The suites are read from $RAGCARE_DATA, by default ../shared/data beside the project.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ir_measures import RR, Qrel, R, ScoredDoc, calc_aggregate
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.retrieval.fusion import fuse
from ragcare.settings import RetrievalSettings, Settings

HERE = Path(__file__).resolve().parent
INDEXES = HERE.parent / ".ragcare" / "evals"
"""Where the indexes are kept between runs, so that nothing is embedded twice."""

SUITES = ("spf_fr", "covidfaq_fr", "piaf_fr", "covidfaq_en")


class Figures(NamedTuple):
    """What one ranking reached on one suite."""

    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float
    auroc: float
    answerable: int
    questions: int


class Ranking(NamedTuple):
    """The articles that were found for one question, best first, and the score of the first."""

    query: str
    answerable: bool
    relevant: Sequence[str]
    articles: Sequence[str]
    top: float


def measure(suite: QuestionSet, index: HybridIndex) -> dict[str, Figures]:
    """The figures of each leg alone and of both fused."""
    how = index.settings.retrieval
    rankings: dict[str, list[Ranking]] = {KEYWORD: [], VECTOR: [], "fused": []}
    for row in tqdm(suite.questions, desc=suite.name, unit="question"):
        question = row.to_question(suite.as_of)
        found = index.search(question.text, question.language, question.scope, how.candidates)
        ranked = {name: [(one.passage.article_id, one.score) for one in leg] for name, leg in found.legs.items()}
        ranked["fused"] = [(hit.passage.article_id, hit.score) for hit in fuse(found.legs, how, found.reach)]
        for name, scored in ranked.items():
            articles = list(dict.fromkeys(article for article, _ in scored))
            top = scored[0][1] if scored else 0.0
            rankings[name].append(Ranking(row.id, row.answerable, row.relevant_ids, articles, top))
    return {name: _figures(rows) for name, rows in rankings.items()}


def _figures(rows: Sequence[Ranking]) -> Figures:
    asked = [one for one in rows if one.answerable]
    relevant = [Qrel(one.query, article, 1) for one in asked for article in one.relevant]
    # Scores that fall by one a rank: equal scores would be put in order by the names of the articles.
    run = [ScoredDoc(one.query, article, -float(at)) for one in asked for at, article in enumerate(one.articles)]
    found: dict[Any, float] = calc_aggregate([R @ 1, R @ 5, RR @ 10], relevant, run)
    return Figures(
        recall_at_1=found[R @ 1],
        recall_at_5=found[R @ 5],
        mrr_at_10=found[RR @ 10],
        auroc=float(roc_auc_score([one.answerable for one in rows], [one.top for one in rows])),
        answerable=len(asked),
        questions=len(rows),
    )


def table(suites: Sequence[str], settings: Settings) -> str:
    """A Markdown table over suites and rankings."""
    lines = [
        f"Embedder `{settings.retrieval.embedder}`, {_fusion(settings.retrieval)}, "
        f"passages of {settings.passages.words} words, dev questions.",
        "",
        "| suite | ranking | R@1 | R@5 | MRR@10 | n | answerability AUROC | n |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in suites:
        suite = QuestionSet.load(HERE / name)
        index = suite_index(suite, settings, INDEXES, progress=True)
        for ranking, one in measure(suite.only(split="dev"), index).items():
            lines.append(
                f"| {name} | {ranking} | {one.recall_at_1:.3f} | {one.recall_at_5:.3f} | {one.mrr_at_10:.3f} "
                f"| {one.answerable} | {one.auroc:.3f} | {one.questions} |"
            )
    return "\n".join(lines) + "\n"


def _fusion(how: RetrievalSettings) -> str:
    if how.fusion == "adaptive":
        return "adaptive fusion (each question weighs its legs)"
    return f"{how.fusion} fusion with a vector weight of {how.vector_weight}"


def main() -> None:
    """Prints the table, and writes it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", action="append", help="a folder beside this file; may be given again")
    parser.add_argument("--embedder", action="append", help="such as e5 or light; may be given again")
    parser.add_argument("--write", type=Path, help="a Markdown file to write the tables to")
    given = parser.parse_args()
    defaults = Settings.load()
    text = "# Retrieval on the labelled suites\n\nWritten by `make retrieval`, not by hand.\n"
    for embedder in given.embedder or ["e5", "light"]:
        text += "\n" + table(given.suite or SUITES, defaults.with_embedder(embedder))
    sys.stdout.write(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
