"""The published ways to count deflection, side by side on the same rows; most can be flattered.

Where one counts as a measure of the report does, it is that measure under another name.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ragcare.evaluation.metrics.answering import COVERAGE
from ragcare.evaluation.metrics.deciding import DEFLECTION, SAFE_DEFLECTION
from ragcare.evaluation.metrics.intervals import figures
from ragcare.evaluation.metrics.measures import Measure, Parts, divide, every_row, ratio
from ragcare.evaluation.metrics.table import Matrix, Table, Vector
from ragcare.evaluation.report import Deflection


class Published(NamedTuple):
    """One published way to count.

    Attributes:
        source: who counts so, and where it is written.
        counts: what it counts as far as the rows of a run can tell, what that ignores, and what silence gets.
    """

    source: str
    counts: str
    measure: Measure


def _self_service_score(table: Table, weights: Matrix) -> Vector:
    return divide(weights.sum(axis=1), weights @ (table.action == "escalate"))


def _resolved_when_engaged(table: Table) -> Parts:
    return table.answered, table.action != "refuse"


def _relevant(table: Table) -> Parts:
    return table.answered & table.cites, table.everything


def _relevant_accurate_safe(table: Table) -> Parts:
    return table.correct & (table.grounded >= 1), table.everything


PUBLISHED: tuple[Published, ...] = (
    Published(
        "IVR and voice bots; as the default success criterion in Rasa Studio, Analytics (rasa.com/docs/studio/analyze)",
        "Not handed over to a person. Counts wrong answers and customers who gave up as successes. "
        "Refusing everything gets 100 %.",
        DEFLECTION._replace(name="containment rate"),
    ),
    Published(
        "Zendesk, Getting started with self-service, part 6 (support.zendesk.com, article 4408894139930), "
        "where it is also named ticket deflection ratio",
        "Users of self-service to each user who files a ticket, such as 4 for 4:1: here, questions to each handover. "
        "Ignores what was said. Refusing everything but one question, and handing that one over, gets the most; "
        "where nothing is handed over there is no ratio.",
        Measure("self-service score", "All / handed over.", every_row, _self_service_score, low=1.0, high=np.inf),
    ),
    Published(
        "Microsoft, Power Virtual Agents, now Copilot Studio: Resolution rate (learn.microsoft.com, analytics-summary)",
        "Answered, of the sessions in which a topic was found or a person called; no reply to the closing survey is a "
        "yes. Ignores wrong answers and everything refused. Refusing all but one question, and answering that one, "
        "gets 100 %.",
        ratio("engaged resolution rate", _resolved_when_engaged),
    ),
    Published(
        "Intercom, Fin AI Agent resolutions (intercom.com/help, article 8205718)",
        "Answered, and the customer asked for no more: one who leaves in silence counts as resolved, and the rows know "
        "of no other. Ignores whether the answer was right. Refusing everything gets 0, answering everything 100 %.",
        COVERAGE._replace(name="Fin resolution rate"),
    ),
    Published(
        "Zendesk, About automated resolutions for AI agents (support.zendesk.com, article 8357756668186)",
        "Answered, and a model finds the answer relevant: here, it cites an article that the label names. "
        "Ignores a wrong answer from the right article. Refusing everything gets 0.",
        ratio("Zendesk automated resolution", _relevant),
    ),
    Published(
        "Gartner (2019), Rethink Customer Service Strategy to Drive Self-Service: 9 % of customers",
        "Resolved fully in self-service: customers say so there, here it is a correct answer, as in safe deflection. "
        "Ignores that a right refusal spares a wrong answer. Refusing everything gets 0.",
        SAFE_DEFLECTION._replace(name="fully resolved in self-service"),
    ),
    Published(
        "Ada, What is automated resolution? (ada.cx/resources/guide)",
        "Relevant, accurate and safe, as a model judges there: here, correct, and each sentence stands on its quote. "
        "Ignores tone. Refusing everything gets 0.",
        ratio("Ada automated resolution", _relevant_accurate_safe),
    ),
)
"""From the one that is most easily flattered to the one that is least so."""


def deflections(table: Table) -> tuple[Deflection, ...]:
    """Each published way to count that applies, on these rows."""
    counted = figures(table, [one.measure for one in PUBLISHED])
    return tuple(
        Deflection(
            name=one.measure.name,
            source=one.source,
            counts=one.counts,
            unit="share" if one.measure.high <= 1 else "number",
            figure=counted[one.measure.name],
        )
        for one in PUBLISHED
        if one.measure.name in counted
    )
