"""What repair of misspelt questions is worth: dev questions as they are, and misspelt copies of them.

    python evals/repair.py --write evals/REPAIR.md

Copies as of `evals/misspelling.py`, with a fixed seed, of unanswerable questions too. At most 250 questions a suite as
they are, and 150 of each sort of copy; e5, adaptive fusion. MRR@10 by article, over answerable questions; in brackets
95 % of the paired difference to no repair (bootstrap over articles). The confidence is fitted for each suite on the
questions of the other ones as they are; "right" and "wrong": the shares of all questions that are answered so at 0.6.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from calibrate import SUITES
from confidence_tables import coverage_at_risk
from misspelling import MISSPELT
from sklearn.metrics import roc_auc_score

from ragcare.answering.evidence import SentenceSelector
from ragcare.deciding.confidence import Confidence
from ragcare.deciding.features import features_of
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.evaluation.tune.calibrate import Example, fit_calibration
from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import KEYWORD
from ragcare.retrieval.fusion import fuse
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Question
from ragcare.settings import Settings
from retrieval import HERE, INDEXES

AS_IT_IS = "as it is"
SEED, RESAMPLES, MOST, MOST_COPIES, ANSWER_AT = 11, 2000, 250, 150, 0.6


class Row(NamedTuple):
    """One question, looked for as it was typed, with repair in the keyword leg alone, and in both.

    Attributes:
        article: the first that the row names; "" where none answers.
        ranks: reciprocal, of the fused hits.
        outcomes: of the first and the last.
    """

    article: str
    repaired: bool
    ranks: tuple[float, float, float]
    outcomes: tuple[Example, Example]


Told = dict[str, dict[str, list[Row]]]
"""The rows by suite and by how they are typed."""


class Indexes(NamedTuple):
    """The index of a suite, without repair and with it."""

    plain: HybridIndex
    mending: HybridIndex

    @classmethod
    def of(cls, suite: QuestionSet, embedder: str) -> Indexes:
        """Both, over the same articles."""
        settings = Settings.load().with_embedder(embedder)
        without = settings.retrieval.model_copy(update={"repair": False})
        both = (settings.model_copy(update={"retrieval": without}), settings)
        return cls(*(suite_index(suite, one, INDEXES) for one in both))


def measure(name: str, embedder: str) -> dict[str, list[Row]]:
    """The rows of a suite, by how they are typed."""
    suite = QuestionSet.load(HERE / name)
    indexes = Indexes.of(suite, embedder)
    rows = [row for row in suite.questions if row.split == "dev" and not row.history]
    rows = random.Random(SEED).sample(rows, min(MOST, len(rows)))
    told: dict[str, list[Row]] = {}
    for typed in (AS_IT_IS, *MISSPELT):
        if typed == "no accents" and not name.endswith("_fr"):
            continue
        told[typed] = []
        for row in rows if typed == AS_IT_IS else rows[:MOST_COPIES]:
            question = row.to_question(suite.as_of)
            if typed != AS_IT_IS:
                copied = MISSPELT[typed](question.text, question.language, random.Random(f"{row.id} {typed}"))
                question = question.model_copy(update={"text": copied})
            told[typed].append(_row(question, row.relevant_ids if row.answerable else (), indexes))
    return told


def _row(question: Question, relevant: Sequence[str], indexes: Indexes) -> Row:
    how = indexes.mending.settings.retrieval
    asked = [index.respelt(question.text, question.language, question.scope) for index in indexes]
    plain, mended = (
        index.search(text, question.language, question.scope, how.candidates)
        for text, index in zip(asked, indexes, strict=True)
    )
    one_leg = plain._replace(legs={**plain.legs, KEYWORD: mended.legs[KEYWORD]}, reach=mended.reach)
    hits = [[hit.passage.article_id for hit in fuse(one.legs, how, one.reach)] for one in (plain, one_leg, mended)]
    ranks = [_reciprocal(one, relevant) for one in hits]
    outcomes = [_outcome(question, relevant, index) for index in indexes]
    return Row(
        min(relevant, default=""),
        asked[1] != question.text,
        (ranks[0], ranks[1], ranks[2]),
        (outcomes[0], outcomes[1]),
    )


def _reciprocal(articles: Sequence[str], relevant: Sequence[str]) -> float:
    ranked = list(dict.fromkeys(articles))[:10]
    return next((1 / at for at, article in enumerate(ranked, 1) if article in relevant), 0.0)


def _outcome(question: Question, relevant: Sequence[str], index: HybridIndex) -> Example:
    """As in `calibrate.py`; without features, and wrong, where nothing was found."""
    retrieved = HybridRetriever(index, index.settings.retrieval).search(question)
    if not retrieved.hits:
        return Example({}, right=False)
    best = retrieved.hits[0].passage.article_id
    selection = SentenceSelector(index.settings.answering).select(retrieved)
    return Example(features_of(retrieved, selection), best in relevant)


def ranking(told: Told) -> str:
    """How well articles are found, as a Markdown table."""
    lines = ["| suite | typed | n | repaired | no repair | keyword leg | both legs |", "|---" * 7 + "|"]
    for suite, by_typing in told.items():
        for typed, every in by_typing.items():
            rows = [row for row in every if row.article]
            articles = [row.article for row in rows]
            before = statistics.mean(row.ranks[0] for row in rows)
            one, both = (difference(articles, [(row.ranks[0], row.ranks[at]) for row in rows]) for at in (1, 2))
            repaired = sum(row.repaired for row in every)
            lines.append(f"| {suite} | {typed} | {len(rows)} | {repaired} | {before:.3f} | {one} | {both} |")
    return "\n".join(lines)


def difference(clusters: Sequence[str], pairs: Sequence[tuple[float, float]]) -> str:
    """Such as "+0.079 [+0.050, +0.112]": what the second of each pair has more, and its 95 % interval."""
    by_article: dict[str, list[float]] = defaultdict(list)
    for article, (before, after) in zip(clusters, pairs, strict=True):
        by_article[article].append(after - before)
    sums = np.array([sum(one) for one in by_article.values()])
    sizes = np.array([len(one) for one in by_article.values()])
    drawn = np.random.default_rng(0).integers(len(sums), size=(RESAMPLES, len(sums)))
    low, high = np.quantile(sums[drawn].sum(1) / sizes[drawn].sum(1), [0.025, 0.975])
    return f"{sums.sum() / sizes.sum():+.3f} [{low:+.3f}, {high:+.3f}]"


def judged(told: Told) -> str:
    """What the confidence makes of them, each suite judged by the others, as a Markdown table."""
    lines = [
        "| suite | typed | n | repair | found first | right | wrong | coverage at 5 % | AUROC |",
        "|---" * 9 + "|",
    ]
    means: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
    for suite, by_typing in told.items():
        for at, repair in enumerate(("no", "yes")):
            others = {
                name: [row.outcomes[at] for row in rows[AS_IT_IS]] for name, rows in told.items() if name != suite
            }
            confidence = Confidence(fit_calibration(others, ""))
            for typed, rows in by_typing.items():
                figures = _figures(confidence, [row.outcomes[at] for row in rows])
                means[typed, repair].append(figures)
                lines.append(f"| {suite} | {typed} | {len(rows)} | {repair} | {_shown(figures)} |")
    for (typed, repair), rows_of in means.items():
        mean = np.mean(rows_of, axis=0).tolist()
        lines.append(f"| mean | {typed} |  | {repair} | {_shown(mean)} |")
    return "\n".join(lines)


def _figures(confidence: Confidence, outcomes: Sequence[Example]) -> list[float]:
    told = np.array([confidence.probability(one.features) if one.features else 0.0 for one in outcomes])
    right = np.array([one.right for one in outcomes])
    said = told >= ANSWER_AT
    shares = [right.mean(), (said & right).mean(), (said & ~right).mean()]
    return [*map(float, shares), coverage_at_risk(right, told), float(roc_auc_score(right, told))]


def _shown(figures: Sequence[float]) -> str:
    return " | ".join(f"{one:.3f}" for one in figures)


def main() -> None:
    """Prints a Markdown page, and writes it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--embedder", default="e5", help="light, e5 or hash")
    parser.add_argument("--write", type=Path, help="a Markdown file to write the page to")
    given = parser.parse_args()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        found = processes.map(partial(measure, embedder=given.embedder), SUITES)
        told: Told = dict(zip(SUITES, found, strict=True))
    about = " ".join((__doc__ or "").split("\n\n")[2].split())
    text = (
        f"# Repair of misspelt questions\n\nWritten by `evals/repair.py`, not by hand. {about}\n\n"
        f"## Finding the article: MRR@10\n\n{ranking(told)}\n\n## Answering\n\n{judged(told)}\n"
    )
    sys.stdout.write(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
