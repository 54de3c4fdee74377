"""Fits the confidence that ships with ragcare on the dev questions of the labelled suites.

    python evals/calibrate.py                 fits for e5 and light, prints how it does on suites left out, and writes
    python evals/calibrate.py --dry-run       only prints

A question counts as right if the article that would be answered from is one of those that its row names.
The figures are of leave-one-suite-out: each suite is judged by a model that was fitted on the others. They are written
to evals/CONFIDENCE.md.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from confidence_tables import against_signals, calibrators, left_out, with_own
from tqdm import tqdm

from ragcare.answering.evidence import SentenceSelector
from ragcare.deciding.confidence import Calibration, features_of
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.evaluation.tune.calibrate import Example, fit_calibration
from ragcare.index.hybrid import HybridIndex
from ragcare.retrieval.search import HybridRetriever
from ragcare.settings import Settings
from retrieval import HERE, INDEXES

SUITES = (
    "spf_fr",
    "covidfaq_fr",
    "piaf_fr",
    "covidfaq_en",
    "doc2dial_en",
    "banking77_oos_en",
    "clinc150_en",
)
ONLY_JUDGED = ("squad2_en",)
"""Its unanswerable questions were written to fool retrieval scores: fitted on, they make every other suite worse."""
MOST = 800
"""Questions of a suite: each has the same weight, so that more of the longest would tell little."""
SHIPPED = HERE.parent / "src" / "ragcare" / "deciding" / "calibrations"
PREFACE = """# How sure the confidence is, on suites that it has not seen

Written by `make calibrate`, not by hand. Dev questions without a history, at most 800 of a suite. "Right": the article
that would be answered from is one that the row names. Each suite is judged by a logistic model fitted on the others.
The last columns: the share that would be answered at that threshold, and the share of all questions that would be
answered wrongly.
"""

AGAINST = """Against each signal by itself: area under the risk-coverage curve (less is better), and the share that
can be answered with at most 5 % of the answers wrong.
"""
CALIBRATORS = """ECE with a calibrator behind the model. Ten bins over n questions show about .04 (n = 500) to .09
(n = 88) where nothing is wrong at all.
"""
OWN = """What labelled questions of its own bring a company (`ragcare tune`), each suite standing for one: ECE (of the
worst suite), Brier score, the share that can be answered with at most 5 % of the answers wrong. Means over 20 draws,
judged on up to 500 of its other questions. "Were it perfect": whether an answer is right is drawn by the probability
that the last one tells, so these are the figures of so many questions where nothing is wrong.
"""


def outcomes_of(suite: QuestionSet, index: HybridIndex) -> list[Example]:
    """The features of dev questions without a history, `MOST` at most, and whether the article found first is right."""
    retriever = HybridRetriever(index, index.settings.retrieval)
    selector = SentenceSelector(index.settings.answering)
    outcomes = []
    rows = [row for row in suite.questions if row.split == "dev" and not row.history]
    rows = random.Random(0).sample(rows, MOST) if len(rows) > MOST else rows
    for row in tqdm(rows, desc=suite.name, unit="question"):
        retrieved = retriever.search(row.to_question(suite.as_of))
        if retrieved.hits:
            best = retrieved.hits[0].passage.article_id
            outcomes.append(
                Example(features_of(retrieved, selector.select(retrieved)), row.answerable and best in row.relevant_ids)
            )
    return outcomes


def gather(embedders: Sequence[str]) -> dict[str, tuple[dict[str, list[Example]], str]]:
    """For each embedder the outcomes of every suite, and the fingerprint that they came about under.

    Each suite is asked in a process of its own, as many at once as there are processors.
    """
    tasks = [(embedder, name) for embedder in embedders for name in (*SUITES, *ONLY_JUDGED, "demo")]
    outcomes: dict[str, dict[str, list[Example]]] = {embedder: {} for embedder in embedders}
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        for (embedder, name), found in zip(tasks, processes.map(_outcomes_of_task, tasks), strict=True):
            outcomes[embedder][name] = found
    return {one: (outcomes[one], HybridIndex(Settings.load().with_embedder(one)).fingerprint()) for one in embedders}


def _outcomes_of_task(task: tuple[str, str]) -> list[Example]:
    embedder, name = task
    settings, suite = Settings.load().with_embedder(embedder), QuestionSet.load(HERE / name)
    return outcomes_of(suite, suite_index(suite, settings, INDEXES))


def fitted(outcomes: Mapping[str, Sequence[Example]], fingerprint: str) -> Calibration:
    """The calibration that ships: fitted on all suites but those that are only judged."""
    return fit_calibration({name: ones for name, ones in outcomes.items() if name not in ONLY_JUDGED}, fingerprint)


def report(judged: Mapping[str, tuple[Mapping[str, Sequence[Example]], str]]) -> str:
    """The Markdown page over all embedders."""
    text = PREFACE
    for embedder, (outcomes, fingerprint) in judged.items():
        text += f"\n## {embedder} (fingerprint {fingerprint})\n\n{left_out(outcomes, ONLY_JUDGED)}\n"
        weights = fitted(outcomes, fingerprint).features.items()
        text += "\nWeights: " + ", ".join(f"{name} {one.weight:+.2f}" for name, one in weights) + ".\n"
        text += f"\n{AGAINST}\n{against_signals(outcomes, ONLY_JUDGED)}\n"
        text += f"\n{CALIBRATORS}\n{calibrators(outcomes, ONLY_JUDGED)}\n"
        text += f"\n{OWN}\n{with_own(outcomes, ONLY_JUDGED)}\n"
    return text


def main() -> None:
    """Fits, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dry-run", action="store_true", help="print only, write nothing")
    given = parser.parse_args()
    judged = gather(("e5", "light"))
    sys.stdout.write(report(judged))
    if not given.dry_run:
        write(judged)


def write(judged: Mapping[str, tuple[Mapping[str, Sequence[Example]], str]]) -> None:
    """Writes the calibrations that ship, and the page."""
    for embedder, (outcomes, fingerprint) in judged.items():
        fitted(outcomes, fingerprint).write(SHIPPED / f"{embedder}.json")
    (HERE / "CONFIDENCE.md").write_text(report(judged), encoding="utf-8")


if __name__ == "__main__":
    main()
