"""What was answered, and how much of it was right."""

from __future__ import annotations

import numpy as np

from ragcare.evaluation.metrics.curves import ANSWERABILITY_AUROC, AURC, COVERAGE_AT_RISK, ECE
from ragcare.evaluation.metrics.measures import Measure, Parts, ratio
from ragcare.evaluation.metrics.table import Mask, Table


def _accuracy(table: Table) -> Parts:
    """Correct / answered. Silence can raise it: read it beside coverage, or read their product, safe deflection."""
    return table.correct, table.answered


def _coverage(table: Table) -> Parts:
    """Answered / all."""
    return table.answered, table.everything


def _wrong_answer_rate(table: Table) -> Parts:
    """Answered and not correct / all; an answer to a question that should have been refused is one."""
    return table.outcome == "wrong", table.everything


def _groundedness(table: Table) -> Parts:
    """Share of an answer's sentences whose quotes are verbatim and hold what it says; mean over what was answered."""
    return table.grounded, table.answered & np.isfinite(table.grounded)


def _exact_match(table: Table) -> Parts:
    """Normalised equality with a reference answer (Rajpurkar 2016); mean over the questions that have one.

    Asked are questions that expect an answer; one that was not answered counts 0.
    """
    return np.where(table.answered, np.nan_to_num(table.exact_match), 0.0), _referenced(table)


def _token_f1(table: Table) -> Parts:
    """F1 over tokens with the nearest reference answer (Rajpurkar 2016); over the same questions as exact match."""
    return np.where(table.answered, np.nan_to_num(table.token_f1), 0.0), _referenced(table)


def _referenced(table: Table) -> Mask:
    asked: Mask = (table.expects == "answer") & table.has_references
    return asked


ACCURACY = ratio("accuracy", _accuracy)
COVERAGE = ratio("coverage", _coverage)
WRONG_ANSWER_RATE = ratio("wrong_answer_rate", _wrong_answer_rate, lower_is_better=True)

ANSWERING: tuple[Measure, ...] = (
    ACCURACY,
    COVERAGE,
    WRONG_ANSWER_RATE,
    ratio("groundedness", _groundedness),
    ratio("exact_match", _exact_match),
    ratio("token_f1", _token_f1),
    ANSWERABILITY_AUROC,
    AURC,
    COVERAGE_AT_RISK,
    ECE,
)
