"""What the page of the confidence shows: each suite judged by what was fitted on the others.

Three questions beside how it does: does the model beat each signal by itself, would another calibrator do better, and
what do labelled questions of a company's own bring.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from outcomes import SMALL, Outcome, Outcomes
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from ragcare.deciding.confidence import Calibration, Confidence
from ragcare.evaluation.tune.calibrate import Example, fit_calibration

Calibrator = Callable[[np.ndarray], np.ndarray]

THRESHOLDS: Final = (0.5, 0.6, 0.7, 0.8)
SIGNALS: Final = {"top BM25": "keyword_top", "top cosine": "vector_top", "cosine margin": "vector_margin"}
_BINS: Final = 10
_RISK: Final = 0.05
_NEVER: Final = 1e-4
_OWN: Final = (25, 50, 100, 200)
_DRAWS, _JUDGED = 20, 500


def left_out(outcomes: Outcomes) -> str:
    """How the confidence does on each suite, with what it would answer and get wrong."""
    lines = [
        "| suite left out | n | right | AUROC | ECE | Brier | " + " | ".join(f"at {one}" for one in THRESHOLDS) + " |",
        "|---" * (6 + len(THRESHOLDS)) + "|",
    ]
    for suite, told, right in _told(outcomes):
        said = [f"{(told >= one).mean():.2f}, {((told >= one) & ~right).mean():.3f}" for one in THRESHOLDS]
        lines.append(
            f"| {suite} | {len(right)} | {right.mean():.3f} | {roc_auc_score(right, told):.3f} "
            f"| {expected_calibration_error(right, told):.3f} | {brier_score_loss(right, told):.3f} "
            f"| {' | '.join(said)} |"
        )
    return "\n".join(lines)


def small_ones(outcomes: Outcomes) -> str:
    """How the confidence does on small knowledge bases, with what it would answer rightly and wrongly."""
    lines = [
        "| articles | n | right | AUROC | ECE | " + " | ".join(f"at {one}" for one in THRESHOLDS) + " |",
        "|---" * (5 + len(THRESHOLDS)) + "|",
    ]
    suites = [suite for suite in outcomes.small if suite not in outcomes.judged_only]
    learned = {suite: Confidence(outcomes.without(suite).fitted()) for suite in suites}
    for size in SMALL:
        judged = [_judged(ones, learned[suite]) for suite in suites if (ones := outcomes.small[suite][size])]
        rows = [
            [right.mean(), roc_auc_score(right, told), expected_calibration_error(right, told)]
            + [share.mean() for one in THRESHOLDS for share in (told >= one, (told >= one) & ~right)]
            for told, right in judged
        ]
        share, auroc, ece, *said = np.mean(rows, axis=0)
        lines.append(
            f"| {size} | {sum(len(right) for _, right in judged)} | {share:.3f} | {auroc:.3f} | {ece:.3f} "
            f"| {' | '.join(f'{all_of:.2f}, {wrong:.3f}' for all_of, wrong in _pairs(said))} |"
        )
    return "\n".join(lines)


def against_signals(outcomes: Outcomes) -> str:
    """AURC and coverage at 5 % risk of the confidence, and of each signal by itself."""
    rows = []
    for suite, told, right in _told(outcomes):
        alone = [np.array([one.features.get(name, 0.0) for one in outcomes.whole[suite]]) for name in SIGNALS.values()]
        rows.append([f(right, score) for score in (told, *alone) for f in (aurc, coverage_at_risk)])
    names = ("confidence", *SIGNALS)
    lines = [
        "| suite left out | " + " | ".join(f"{name}: AURC, coverage" for name in names) + " |",
        "|---" * (1 + len(names)) + "|",
    ]
    for suite, row in zip([*outcomes.whole, "mean"], [*rows, np.mean(rows, axis=0)], strict=True):
        lines.append(f"| {suite} | " + " | ".join(f"{a:.3f}, {b:.3f}" for a, b in _pairs(list(row))) + " |")
    return "\n".join(lines)


def calibrators(outcomes: Outcomes) -> str:
    """ECE of the logistic model as it is, and with a calibrator behind it that was fitted on the same suites."""
    lines = ["| suite left out | logistic | then isotonic | then beta |", "|---|---|---|---|"]
    rows = []
    for suite, told, right in _told(outcomes):
        unseen = [(theirs, was) for _, theirs, was in _told(outcomes.without(suite))]
        share = np.concatenate([np.full(len(was), 1 / len(was)) for _, was in unseen])
        p, y = (np.concatenate([pair[part] for pair in unseen]) for part in (0, 1))
        fitted = (_isotonic(p, y, share), _beta(p, y, share))
        rows.append([expected_calibration_error(right, said) for said in (told, *(one(told) for one in fitted))])
    for suite, row in zip([*outcomes.whole, "mean"], [*rows, np.mean(rows, axis=0)], strict=True):
        lines.append(f"| {suite} | " + " | ".join(f"{one:.3f}" for one in row) + " |")
    return "\n".join(lines)


def with_own(outcomes: Outcomes) -> str:
    """How the confidence does on a suite once it has seen so many of its questions, drawn by chance, and no more."""
    lines = [
        "| own questions | suites | of the others | of them alone | of them, from the others | were it perfect |",
        "|---" * 6 + "|",
    ]
    learned = {suite: outcomes.without(suite).fitted() for suite in outcomes.whole}
    for count in _OWN:
        rows = [
            np.mean([_once(ones, learned[suite], count, np.random.default_rng(draw)) for draw in range(_DRAWS)], axis=0)
            for suite, ones in outcomes.whole.items()
            if len(ones) >= 2 * count
        ]
        told = [
            f"{mean[0]:.3f} ({worst[0]:.3f}), {mean[1]:.3f}, {mean[2]:.3f}"
            for mean, worst in zip(np.mean(rows, axis=0), np.max(rows, axis=0), strict=True)
        ]
        lines.append(f"| {count} | {len(rows)} | " + " | ".join(told) + " |")
    return "\n".join(lines)


def _once(ones: Sequence[Outcome], learned: Calibration, count: int, dice: np.random.Generator) -> np.ndarray:
    """ECE, Brier score and coverage at 5 % risk, of four calibrations; shape (4, 3)."""
    drawn = [ones[at] for at in dice.permutation(len(ones))]
    own, judged = {"own": [Example(one.features, one.right) for one in drawn[:count]]}, drawn[count:][:_JUDGED]
    right = np.array([one.right for one in judged])
    figures = []
    for calibration in (learned, fit_calibration(own, ""), fit_calibration(own, "", learned)):
        told = np.array([Confidence(calibration).probability(one.features) for one in judged])
        figures.append(_figures(right, told))
    return np.array([*figures, _figures(dice.random(len(told)) < told, told)])


def _figures(right: np.ndarray, told: np.ndarray) -> tuple[float, float, float]:
    return expected_calibration_error(right, told), brier_score_loss(right, told), coverage_at_risk(right, told)


def aurc(right: np.ndarray, told: np.ndarray) -> float:
    """The area under the risk-coverage curve (Geifman & El-Yaniv 2017): the mean risk over all shares answered."""
    return float(_risks(right, told).mean())


def coverage_at_risk(right: np.ndarray, told: np.ndarray) -> float:
    """The largest share that can be answered, surest first, with at most 5 % of the answers wrong."""
    within = np.flatnonzero(_risks(right, told) <= _RISK)
    return float(within[-1] + 1) / len(right) if len(within) else 0.0


def expected_calibration_error(right: np.ndarray, told: np.ndarray) -> float:
    """ECE over ten bins of equal width (Naeini et al. 2015)."""
    bins = np.minimum((told * _BINS).astype(int), _BINS - 1)
    gaps = [abs(right[bins == one].mean() - told[bins == one].mean()) * (bins == one).mean() for one in np.unique(bins)]
    return float(sum(gaps))


def _told(outcomes: Outcomes) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Each suite, what a model fitted on the others says of its questions, and which of them were right."""
    return [
        (suite, *_judged(ones, Confidence(outcomes.without(suite).fitted()))) for suite, ones in outcomes.whole.items()
    ]


def _judged(ones: Sequence[Outcome], confidence: Confidence) -> tuple[np.ndarray, np.ndarray]:
    """What a model says of these questions, and which of them were right."""
    told = [confidence.probability(one.features) for one in ones]
    return np.array(told), np.array([one.right for one in ones])


def _risks(right: np.ndarray, told: np.ndarray) -> np.ndarray:
    """The share of wrong answers among the surest one, two, three …; shape (n,)."""
    wrong = ~right[np.argsort(-told, kind="stable")]
    return np.asarray(np.cumsum(wrong) / np.arange(1, len(wrong) + 1))


def _isotonic(p: np.ndarray, right: np.ndarray, share: np.ndarray) -> Calibrator:
    model = IsotonicRegression(out_of_bounds="clip").fit(p, right, sample_weight=share)
    return lambda told: np.asarray(model.predict(told))


def _beta(p: np.ndarray, right: np.ndarray, share: np.ndarray) -> Calibrator:
    """Beta calibration (Kull et al. 2017): logistic regression on ln p and -ln(1 - p)."""
    model = LogisticRegression(C=10.0).fit(_logs(p), right, sample_weight=share / share.mean())
    return lambda told: np.asarray(model.predict_proba(_logs(told))[:, 1])


def _logs(p: np.ndarray) -> np.ndarray:
    kept = np.clip(p, _NEVER, 1 - _NEVER)
    return np.column_stack([np.log(kept), -np.log(1 - kept)])


def _pairs(row: Sequence[float]) -> list[tuple[float, float]]:
    return list(zip(row[::2], row[1::2], strict=True))
