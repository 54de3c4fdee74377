"""Fits the model of the grounding check, measures it, and writes the model and evals/GROUNDING.md.

    python evals/grounding.py                 fits, measures, writes
    python evals/grounding.py --dry-run       prints only

Fitted on: errors planted in one half of the articles, pairs of ../shared/train (task "support"), the dev rows of BEGIN
and WiCE. The figures on BEGIN and WiCE are cross-validated: no row is judged by a model that has seen it, nor are the
weights of words taken from them. The planted errors that are judged stand in the other half of the articles.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from multiprocessing import Pool
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from planted_errors import ERRORS, FACTS, Pair, Text, plant
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from ragcare.answering.grounding.alignment import ReadEvidence
from ragcare.answering.grounding.check import WRONG_FACT, examine, stands_verbatim
from ragcare.answering.grounding.features import features
from ragcare.answering.grounding.likeness import vectors
from ragcare.answering.grounding.model import GroundingModel
from ragcare.knowledge.knowledge_base import KnowledgeBase
from ragcare.language.analyser import analyser_for
from ragcare.odds import Weight

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("RAGCARE_DATA", HERE.parent.parent / "shared" / "data"))
TRAIN = DATA.parent / "train"
MODEL = HERE.parent / "src" / "ragcare" / "answering" / "grounding" / "model.json"

SIGNS: Final = {
    "coverage": 1, "in_three": 1, "lost": -1, "worst_clause": 1, "nearness": 1, "strong": -1, "polarity": -1,
    "names": -1, "figures": -1, "negation": -1,
}  # fmt: skip
"""Which way each feature may count: what supports can never count against a sentence, nor a fault in its favour."""
SUPPORT: Final = {
    "rte3_fr": 800, "daccord_fr": 250, "summedits_en": 250, "check_covid_en": 250, "scifact_rte_en": 150,
    "factcheckgpt_en": 300, "foolmetwice_en": 300, "faithdial_audit_en": 300, "q2_dialogue_en": 250,
    "falke_pairs_en": 170, "fever_symmetric_en": 220,
}  # fmt: skip
"""Sets of ../shared/train with evidence longer than a sentence, and how many rows of each are taken."""
ARTICLES: Final = (
    ("spf_fr", "fr", 110),
    ("covidfaq_fr", "fr", 39),
    ("doc2dial_en", "en", 110),
    ("covidfaq_en", "en", 60),
)
RARE_IN_FIT: Final = 0.2  # of the planted pairs that are plenty, this share is taken
KEPT: Final = 0.95
LONGEST: Final = 3_000
COMMON_WORDS: Final = 700
FOLDS, SEED, RESAMPLES, RIDGE = 5, 5, 1_000, 1e-3


class Row(NamedTuple):
    """A pair to be judged: its group ("demo", "public", "support", "begin", "wice"), and for planted pairs its kind."""

    group: str
    kind: str
    language: str
    said: str
    evidence: str
    supported: bool
    half: str


class Judged(NamedTuple):
    """The features of a pair, whether it is verbatim or has a wrong fact, and the two baselines."""

    features: dict[str, float]
    verbatim: bool
    wrong_fact: bool
    overlap: float
    cosine: float


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file, compressed or not."""
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def gather() -> list[Row]:
    """All pairs."""
    chance = random.Random(SEED)
    demo = [Text(one.id, one.language, one.body) for one in KnowledgeBase.load(HERE / "demo" / "articles")]
    public = [
        Text(f"{suite} {row['id']}", language, row["text"][:LONGEST])
        for suite, language, most in ARTICLES
        for row in rows_of(DATA / suite / "corpus.jsonl")[:most]
    ]
    rows = [_planted("demo", pair) for pair in plant(demo, SEED)]
    rows += [
        _planted("public", pair)
        for pair in plant(public, SEED)
        if pair.kind in ("number", "amount", "date", "duration", "condition") or chance.random() < RARE_IN_FIT
    ]
    for name, most in SUPPORT.items():
        pairs = [row for row in rows_of(TRAIN / name / "pairs.jsonl.gz") if row["task"] == "support"]
        for row in chance.sample(pairs, min(most, len(pairs))):
            rows.append(Row("support", name, row["lang"], row["a"], row["b"][:LONGEST], row["label"] == 1, "fit"))
    for name in ("begin", "wice"):
        for row in rows_of(DATA / f"groundedness_{name}_en" / "groundedness.jsonl"):
            if row["split"] == "dev":
                grounded = row["label"] == "grounded"
                rows.append(Row(name, row["label"], "en", row["response"], row["evidence"], grounded, "dev"))
    return rows


def _planted(group: str, pair: Pair) -> Row:
    return Row(group, pair.kind, pair.language, pair.said, pair.evidence, pair.supported, pair.half)


def word_weights(rows: Iterable[Row]) -> dict[str, dict[str, float]]:
    """What each of the commonest stems tells: -log of the share of sentences that hold it; dev and test rows apart."""
    held: dict[str, Counter[str]] = {"en": Counter(), "fr": Counter()}
    sentences: Counter[str] = Counter()
    for language, said in sorted({(row.language, row.said) for row in rows if row.half == "fit"}):
        held[language].update(set(analyser_for(language).tokens(said)))
        sentences[language] += 1
    return {
        language: {
            stem: round(math.log(sentences[language] / count), 1)
            for stem, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:COMMON_WORDS]
        }
        for language, counts in held.items()
    }


def judge(row: Row) -> Judged:
    """Looks at one pair."""
    source = ReadEvidence.of((row.evidence,), row.language)
    alignment, findings, parts = examine(row.said, row.language, source, row.said)
    one, other = vectors([row.said, row.evidence[:LONGEST]])
    said = alignment.said
    overlap = sum(token.weight for token in said.tokens if token.stem in source.stems) / (said.weight or 1.0)
    return Judged(
        features(alignment, findings, parts),
        stands_verbatim(row.said, source) is not None,
        findings.first(said) is not None,
        overlap,
        float(one @ other),
    )


class Fitted(NamedTuple):
    """A logistic model over the features in `SIGNS`."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    intercept: float

    def probability(self, table: np.ndarray) -> np.ndarray:
        """For each row."""
        return np.asarray(1 / (1 + np.exp(-((table - self.mean) / self.scale @ self.weights + self.intercept))))


def fit(table: np.ndarray, supported: np.ndarray, worth: np.ndarray) -> Fitted:
    """Logistic regression whose weights may not have the wrong sign (L-BFGS-B), with a little ridge."""
    mean, scale = table.mean(0), table.std(0) + 1e-9
    rows, worth = (table - mean) / scale, worth / worth.sum()

    def loss(guess: np.ndarray) -> tuple[float, np.ndarray]:
        logit = rows @ guess[1:] + guess[0]
        miss = worth * (1 / (1 + np.exp(-logit)) - supported)
        value = worth @ (np.logaddexp(0, logit) - supported * logit) + RIDGE * (guess[1:] ** 2).sum()
        return float(value), np.r_[miss.sum(), rows.T @ miss + 2 * RIDGE * guess[1:]]

    bounds = [(None, None), *((0, None) if sign > 0 else (None, 0) for sign in SIGNS.values())]
    found = minimize(loss, np.zeros(1 + len(SIGNS)), jac=True, bounds=bounds, method="L-BFGS-B").x
    return Fitted(mean, scale, found[1:], float(found[0]))


def even(rows: Sequence[Row]) -> np.ndarray:
    """Weights under which each group counts alike, and in it supported and unsupported pairs alike."""
    groups = ["planted" if row.group in ("demo", "public") else row.group for row in rows]
    keys = [(group, row.supported) for group, row in zip(groups, rows, strict=True)]
    counts = Counter(keys)
    return np.array([1 / counts[key] for key in keys])


class Measured(NamedTuple):
    """All pairs with their scores: those of the dev rows cross-validated, the others by the model that ships."""

    rows: list[Row]
    judged: list[Judged]
    scores: np.ndarray
    threshold: float
    model: Fitted


def measure(rows: list[Row], judged: list[Judged]) -> Measured:
    """Fits and scores."""
    table = np.array([[one.features[name] for name in SIGNS] for one in judged])
    supported = np.array([row.supported for row in rows])
    wrong = np.array([one.wrong_fact for one in judged])
    dev = np.array([at for at, row in enumerate(rows) if row.half == "dev"])
    # Pairs with a wrong fact are decided by rule: the model learns from what is left to it.
    basis = np.array(
        [
            at
            for at, row in enumerate(rows)
            if row.half == "fit" and row.kind != "verbatim" and not (wrong[at] and row.group != "support")
        ]
    )

    def fitted_on(chosen: np.ndarray) -> Fitted:
        return fit(table[chosen], supported[chosen], even([rows[at] for at in chosen]))

    model = fitted_on(np.r_[basis, dev])
    scores = model.probability(table)
    strata = [f"{rows[at].group} {rows[at].supported}" for at in dev]
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(dev, strata):
        scores[dev[unseen]] = fitted_on(np.r_[basis, dev[seen]]).probability(table[dev[unseen]])
    faithful = np.array(
        [
            row.supported and row.half == "fit" and row.group in ("demo", "public") and row.kind != "verbatim"
            for row in rows
        ]
    )
    threshold = float(np.quantile(np.where(wrong, 0.0, scores)[faithful], 1 - KEPT))
    threshold = math.floor(threshold * 1000) / 1000
    scores = np.where(wrong, scores * min(WRONG_FACT, threshold), scores)
    scores = np.where([one.verbatim for one in judged], 1.0, scores)
    return Measured(rows, judged, scores, threshold, model)


def interval(values: np.ndarray, truth: np.ndarray | None = None) -> str:
    """A share, or an AUROC where the truth is given, with its 95 % bootstrap interval."""
    chance = np.random.default_rng(SEED)
    drawn = []
    for _ in range(RESAMPLES):
        sample = chance.integers(0, len(values), len(values))
        if truth is None:
            drawn.append(values[sample].mean())
        elif truth[sample].min() != truth[sample].max():
            drawn.append(roc_auc_score(truth[sample], values[sample]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    value = values.mean() if truth is None else roc_auc_score(truth, values)
    return f"{value:.3f} ({low:.3f}–{high:.3f})"


def report(found: Measured) -> str:
    """The Markdown page."""
    lines = [
        "# The grounding check, measured",
        "",
        "Written by `make grounding`, not by hand. In parentheses: 95 % bootstrap intervals. BEGIN and WiCE: dev rows,",
        f"{FOLDS}-fold cross-validated; partly grounded counts as not grounded. Planted: errors and faithful",
        "rewritings of sentences (`planted_errors.py`) from articles that nothing was fitted on; demo: the demo",
        "articles; public: service-public.fr, Québec Covid FAQ, doc2dial.",
        "",
        "## AUROC",
        "",
        "| set | n | word overlap | embedding | soft coverage | the check |",
        "|---|---|---|---|---|---|",
    ]
    overlap = np.array([one.overlap for one in found.judged])
    cosine = np.array([one.cosine for one in found.judged])
    soft = np.array([one.features["coverage"] for one in found.judged])
    for name, chosen in _sets(found.rows).items():
        truth = np.array([found.rows[at].supported for at in chosen])
        cells = [interval(scores[chosen], truth) for scores in (overlap, cosine, soft, found.scores)]
        lines.append(f"| {name} | {len(chosen)} | {' | '.join(cells)} |")
    lines += ["", f"## Planted errors that are caught, at the threshold that ships ({found.threshold})", ""]
    lines += ["It was set on the articles that were fitted on, so that 95 % of the faithful rewritings are kept.", ""]
    lines += ["| | French, demo | French, public | English, demo | English, public |", "|---|---|---|---|---|"]
    kinds = sorted({row.kind for row in found.rows if row.half == "test" and row.supported})
    lines += [_line(found, f"kept: {kind}", [kind], supported=True) for kind in kinds]
    lines.append(
        _line(found, "**kept: all but verbatim**", [one for one in kinds if one != "verbatim"], supported=True)
    )
    lines += [_line(found, f"caught: {kind}", [kind], supported=False) for kind in ERRORS]
    lines.append(_line(found, "**caught: figures and negation**", list(FACTS), supported=False))
    lines += [
        "",
        "## At that threshold elsewhere",
        "",
        "| set | supported kept | unsupported caught |",
        "|---|---|---|",
    ]
    for name in ("begin", "wice"):
        kept, caught = (
            np.array(
                [
                    (score >= found.threshold) is truth
                    for row, score in zip(found.rows, found.scores.tolist(), strict=True)
                    if row.group == name and row.supported is truth
                ],
                dtype=float,
            )
            for truth in (True, False)
        )
        lines.append(f"| {name} | {interval(kept)} | {interval(caught)} |")
    weights = ", ".join(f"{name} {weight:+.2f}" for name, weight in zip(SIGNS, found.model.weights, strict=True))
    return "\n".join([*lines, "", f"Weights on features of scale 1: {weights}.", ""])


def _sets(rows: Sequence[Row]) -> dict[str, list[int]]:
    chosen = {name: [at for at, row in enumerate(rows) if row.group == name] for name in ("begin", "wice")}
    for group in ("demo", "public"):
        for language in ("fr", "en"):
            chosen[f"planted, {group}, {language}"] = [
                at
                for at, row in enumerate(rows)
                if (row.group, row.language, row.half) == (group, language, "test") and row.kind != "verbatim"
            ]
    return chosen


def _line(found: Measured, name: str, kinds: Sequence[str], *, supported: bool) -> str:
    cells = []
    for language in ("fr", "en"):
        for group in ("demo", "public"):
            right = np.array(
                [
                    (score >= found.threshold) is supported
                    for row, score in zip(found.rows, found.scores.tolist(), strict=True)
                    if (row.group, row.language, row.half) == (group, language, "test") and row.kind in kinds
                    and row.supported is supported
                ],
                dtype=float,
            )  # fmt: skip
            cells.append(f"{interval(right)}, n={len(right)}" if len(right) else "none")
    return f"| {name} | {' | '.join(cells)} |"


def as_model(found: Measured, words: Mapping[str, Mapping[str, float]]) -> GroundingModel:
    """The model as it ships."""
    counts = Counter(
        "planted" if row.group in ("demo", "public") else row.group for row in found.rows if row.half != "test"
    )
    features_ = {
        name: Weight(mean=round(float(mean), 4), scale=round(float(scale), 4), weight=round(float(weight), 4))
        for name, mean, scale, weight in zip(
            SIGNS, found.model.mean, found.model.scale, found.model.weights, strict=True
        )
        if weight
    }
    return GroundingModel(
        threshold=found.threshold,
        fitted_on=dict(sorted(counts.items())),
        intercept=round(found.model.intercept, 4),
        features=features_,
        words={language: dict(told) for language, told in words.items()},
    )


def main() -> None:
    """Fits, measures, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dry-run", action="store_true", help="print only, write nothing")
    given = parser.parse_args()
    rows = gather()
    words = word_weights(rows)
    before = MODEL.read_text(encoding="utf-8")
    # The processes that judge read what words tell from the file that ships.
    GroundingModel.model_validate_json(before).model_copy(update={"words": words}).write(MODEL)
    try:
        with Pool(os.cpu_count()) as pool:
            judged = pool.map(judge, rows, chunksize=50)
    finally:
        MODEL.write_text(before, encoding="utf-8")
    found = measure(rows, judged)
    page = report(found)
    sys.stdout.write(page)
    if not given.dry_run:
        as_model(found, words).write(MODEL)
        (HERE / "GROUNDING.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
