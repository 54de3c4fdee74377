"""Fits the confidence that ships with ragcare on the dev questions of the labelled suites.

    python evals/calibrate.py                 fits for e5 and light, prints how it does on suites left out, and writes
    python evals/calibrate.py --dry-run       only prints

A question counts as right if the article that would be answered from is one of those that its row names.
The figures are of leave-one-suite-out: each suite is judged by a model that was fitted on the others.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.metrics import brier_score_loss, roc_auc_score
from tqdm import tqdm

from ragcare.answering.evidence import in_the_language_asked
from ragcare.deciding.confidence import Calibration, Confidence, features_of
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.tune import Outcome, fit_calibration
from ragcare.index.hybrid import HybridIndex
from ragcare.retrieval.search import HybridRetriever
from ragcare.settings import Settings
from retrieval import DATA, ROOT, index_of

SUITES = (
    "spf_fr",
    "covidfaq_fr",
    "piaf_fr",
    "covidfaq_en",
    "doc2dial_en",
    "squad2_en",
    "banking77_oos_en",
    "clinc150_en",
)
SHIPPED = ROOT / "src" / "ragcare" / "deciding" / "calibrations"
BINS = 10


def outcomes_of(suite: QuestionSet, index: HybridIndex) -> list[Outcome]:
    """The features of each dev question without a history, and whether the article found first is right."""
    retriever = HybridRetriever(index, index.settings.retrieval)
    outcomes = []
    rows = [row for row in suite.questions if row.split == "dev" and not row.history]
    for row in tqdm(rows, desc=suite.name, unit="question"):
        retrieved = retriever.search(row.to_question(suite.as_of))
        if retrieved.hits:
            best = in_the_language_asked(retrieved).passage.article_id
            outcomes.append(Outcome(features_of(retrieved), row.answerable and best in row.relevant_ids))
    return outcomes


def left_out(outcomes: Mapping[str, Sequence[Outcome]], fingerprint: str) -> str:
    """A Markdown table: each suite judged by a model fitted on the others."""
    lines = ["| suite left out | n | right | AUROC | ECE | Brier |", "|---|---|---|---|---|---|"]
    for suite, ones in outcomes.items():
        others = {name: rows for name, rows in outcomes.items() if name != suite}
        confidence = Confidence(fit_calibration(others, fingerprint))
        told = np.array([confidence.probability(one.features) for one in ones])
        right = np.array([one.right for one in ones])
        lines.append(
            f"| {suite} | {len(ones)} | {right.mean():.3f} | {roc_auc_score(right, told):.3f} "
            f"| {expected_calibration_error(right, told):.3f} | {brier_score_loss(right, told):.3f} |"
        )
    return "\n".join(lines)


def expected_calibration_error(right: np.ndarray, told: np.ndarray) -> float:
    """ECE over ten bins of equal width (Naeini et al. 2015)."""
    bins = np.minimum((told * BINS).astype(int), BINS - 1)
    gaps = [abs(right[bins == one].mean() - told[bins == one].mean()) * (bins == one).mean() for one in np.unique(bins)]
    return float(sum(gaps))


def fit(embedder: str) -> tuple[Calibration, str]:
    """The calibration for one embedder, and its table of suites left out."""
    defaults = Settings.load()
    retrieval = defaults.retrieval.model_copy(update={"embedder": embedder})
    settings = defaults.model_copy(update={"retrieval": retrieval})
    outcomes: dict[str, list[Outcome]] = {}
    fingerprint = HybridIndex(settings).fingerprint()
    for folder in (*(DATA / name for name in SUITES), ROOT / "evals" / "demo"):
        suite = QuestionSet.load(folder)
        outcomes[suite.name] = outcomes_of(suite, index_of(suite, settings))
    return fit_calibration(outcomes, fingerprint), left_out(outcomes, fingerprint)


def main() -> None:
    """Fits, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dry-run", action="store_true", help="print only, write nothing")
    given = parser.parse_args()
    for embedder in ("e5", "light"):
        calibration, judged = fit(embedder)
        sys.stdout.write(f"\n## {embedder} ({calibration.fingerprint})\n\n{judged}\n")
        if not given.dry_run:
            calibration.write(SHIPPED / f"{embedder}.json")


if __name__ == "__main__":
    main()
