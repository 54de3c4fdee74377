"""From judged rows to the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import get_args

import numpy as np

from ragcare.errors import BadInput
from ragcare.evaluation.judge import Judged, Outcome
from ragcare.evaluation.metrics.answering import ACCURACY, ANSWERING, COVERAGE, WRONG_ANSWER_RATE
from ragcare.evaluation.metrics.cost import Euros, cost_measures
from ragcare.evaluation.metrics.curves import ANSWERABILITY_AUROC, reliability, risk_coverage
from ragcare.evaluation.metrics.deciding import DECIDING, DEFLECTION, SAFE_DEFLECTION
from ragcare.evaluation.metrics.deflection import deflections
from ragcare.evaluation.metrics.intervals import figures
from ragcare.evaluation.metrics.measures import Measure
from ragcare.evaluation.metrics.retrieval import RETRIEVAL
from ragcare.evaluation.metrics.table import Strings, Table
from ragcare.evaluation.report import Figures, Report
from ragcare.evaluation.run.log import RunHead

MAIN: tuple[Measure, ...] = (
    SAFE_DEFLECTION,
    ACCURACY,
    COVERAGE,
    WRONG_ANSWER_RATE,
    DEFLECTION,
    *(one for one in RETRIEVAL if one.name == "recall@5"),
    *(one for one in DECIDING if one.name.endswith("_recall")),
    ANSWERABILITY_AUROC,
)
"""What is told of each language and each kind."""

_TICK = 1e-9  # what is faster than the clock has no speed


def measure(head: RunHead, judged: Sequence[Judged], *, judge: str, euros: Euros | None = None) -> Report:
    """What a run was worth.

    The order of the rows moves nothing, and the same rows give the same report. A figure that does not apply is absent.

    Args:
        head: what was run on what.
        judged: its rows, judged; all of them or as far as the run went.
        judge: how they were judged right.
        euros: what each ending costs; the documented assumptions of `Euros` if None.

    Raises:
        BadInput: there is no row.
    """
    if not judged:
        raise BadInput(f"{head.suite}: no question was asked, so nothing can be measured. Mend: run at least one")
    table, euros = Table.of(judged), euros or Euros()
    counts = Counter(one.judgement.outcome for one in judged)
    return Report(
        suite=head.suite,
        part=head.part,
        fingerprint=head.fingerprint,
        fingerprints=head.fingerprints,
        n=len(table),
        judge=judge,
        retrieval=figures(table, RETRIEVAL),
        answering=figures(table, ANSWERING),
        deciding=figures(table, DECIDING),
        outcomes={outcome: counts[outcome] for outcome in get_args(Outcome)},
        deflection=deflections(table),
        euros={str(outcome): price for outcome, price in euros.by_outcome().items()},
        cost=figures(table, cost_measures(table, euros)),
        by_language=_main_figures(table, table.language),
        by_kind=_main_figures(table, table.kind),
        reliability=reliability(table),
        risk_coverage=risk_coverage(table),
        speed=_speed(table),
    )


def _main_figures(table: Table, labels: Strings) -> dict[str, Figures]:
    """The main figures of each group of rows; rows without a label make up no group."""
    return {str(label): figures(table.only(labels == label), MAIN) for label in np.unique(labels) if label}


def _speed(table: Table) -> dict[str, float]:
    """Of one question at a time: percentiles of its time, and how many would go one after the other in a second.

    Where several were asked at once, each took its time while the others took theirs: the run went faster than this.
    """
    middle, slowest = np.quantile(table.seconds, [0.5, 0.99]) * 1000
    mean = float(table.seconds.mean())
    speed = {"p50_ms": round(float(middle), 3), "p99_ms": round(float(slowest), 3)}
    return {**speed, "questions_per_s": round(1 / mean, 3)} if mean >= _TICK else speed
