"""What a question costs, in euros, by how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated

import numpy as np
from pydantic import Field

from ragcare.evaluation.judge import Outcome
from ragcare.evaluation.metrics.measures import Measure, Parts, ratio
from ragcare.evaluation.metrics.table import Table
from ragcare.schema import Record

Price = Annotated[float, Field(ge=0, le=1_000_000)]


class Euros(Record):
    """What each ending costs. The defaults are ASSUMPTIONS: put the company's own prices in their place.

    Attributes:
        human_contact: a person answers. Assumed from Gartner (2019), 8.01 dollars a live contact, taken one for one.
        self_service: the assistant answers. Assumed from the same source, 0.10 dollars a self-service contact.
        wrong_answer: the customer acts on it, finds out and calls: two contacts and a gesture. Assumed; no source.
        refusal: every second customer takes the offer of a person. Assumed; no source. A refusal costs the same
            whether it is right or wrong: in both cases the customer leaves without an answer.
        clarification: one more turn of the assistant. Assumed; no source.
    """

    human_contact: Price = 8.0
    self_service: Price = 0.1
    wrong_answer: Price = 25.0
    refusal: Price = 4.0
    clarification: Price = 0.2

    def by_outcome(self) -> dict[Outcome, float]:
        """The price of each outcome."""
        return {
            "correct": self.self_service,
            "wrong": self.wrong_answer,
            "refused_rightly": self.refusal,
            "refused_wrongly": self.refusal,
            "escalated_rightly": self.human_contact,
            "escalated_wrongly": self.human_contact,
            "clarified_rightly": self.clarification,
            "clarified_wrongly": self.clarification,
        }


def cost_measures(table: Table, euros: Euros) -> tuple[Measure, ...]:
    """Euros a question: in total, and what each outcome that occurred adds to it."""
    prices = euros.by_outcome()
    total = ratio(
        "total",
        partial(_cost, prices),
        formula="Σ over all questions of the price of their outcome / all.",
        low=min(prices.values()),
        high=max(prices.values()),
        lower_is_better=True,
    )
    occurred = {outcome: price for outcome, price in prices.items() if (table.outcome == outcome).any()}
    return total, *(
        ratio(
            outcome,
            partial(_cost, {outcome: price}),
            formula="Its price times its count / all.",
            high=price,
            lower_is_better=True,
        )
        for outcome, price in occurred.items()
    )


def _cost(prices: Mapping[Outcome, float], table: Table) -> Parts:
    costs = [price * (table.outcome == outcome) for outcome, price in prices.items()]
    return np.sum(costs, axis=0), table.everything
