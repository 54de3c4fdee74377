"""What was done with each question, against what should have been."""

from __future__ import annotations

from functools import partial

import numpy as np

from ragcare.evaluation.metrics.measures import Measure, Parts, ratio
from ragcare.evaluation.metrics.table import Table
from ragcare.schema import Action


def _deflection(table: Table) -> Parts:
    """Ended without a person / all: the action was not to escalate. A refusal counts, so it is won by silence."""
    return table.action != "escalate", table.everything


def _safe_deflection(table: Table) -> Parts:
    """Correct / all: the headline. It is accuracy times coverage, and silence cannot raise it."""
    return table.correct, table.everything


def _precision(action: Action, table: Table) -> Parts:
    """Taken and expected / taken."""
    return (table.action == action) & (table.expects == action), table.action == action


def _recall(action: Action, table: Table) -> Parts:
    """Taken and expected / expected."""
    return (table.action == action) & (table.expects == action), table.expects == action


def _reason_accuracy(table: Table) -> Parts:
    """Replies with the typed reason that the label names / labels that name one."""
    return table.reason_right, np.isfinite(table.reason_right)


def _both(name: str, action: Action) -> tuple[Measure, Measure]:
    return (
        ratio(f"{name}_precision", partial(_precision, action), formula=f"{action}: {_precision.__doc__}"),
        ratio(f"{name}_recall", partial(_recall, action), formula=f"{action}: {_recall.__doc__}"),
    )


DEFLECTION = ratio("deflection", _deflection)
SAFE_DEFLECTION = ratio("safe_deflection", _safe_deflection)

DECIDING: tuple[Measure, ...] = (
    DEFLECTION,
    SAFE_DEFLECTION,
    *_both("refusal", "refuse"),
    *_both("escalation", "escalate"),
    *_both("clarification", "clarify"),
    ratio("reason_accuracy", _reason_accuracy),
)
