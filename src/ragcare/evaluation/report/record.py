"""The report: every figure with its n and its 95 % interval, under names that do not change."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ragcare.evaluation.judge import Outcome
from ragcare.schema import Record, Share

Count = Annotated[int, Field(ge=0)]


class Figure(Record):
    """One figure.

    Attributes:
        n: how many questions it is about; a figure about none is absent from the report.
        low: the lower end of its 95 % interval; `high` likewise the upper.
    """

    value: float
    n: Annotated[int, Field(ge=1)]
    low: float
    high: float


Figures = dict[str, Figure]
"""By name; what does not apply is absent."""


class Bin(Record):
    """One bar of the reliability diagram: the questions whose probability lies in [low, high), the last bin closed.

    Attributes:
        probability: their mean probability of being right; `right` the share of them that was.
    """

    low: Share
    high: Share
    n: Annotated[int, Field(ge=1)]
    probability: Share
    right: Share


class Point(Record):
    """One point of the risk–coverage curve: what would be said at that threshold, and how much of it is wrong."""

    threshold: Share
    coverage: Share
    risk: Share


class Deflection(Record):
    """One published way to count deflection.

    Attributes:
        source: who counts so, and where it is written.
        counts: what it counts, in one line.
        unit: whether its figure is a share of the questions, or a number such as 4 for 4:1.
    """

    name: str
    source: str
    counts: str
    unit: Literal["share", "number"] = "share"
    figure: Figure


class Report(Record):
    """What a run was worth.

    Attributes:
        judge: how answers were judged right.
        euros: the prices that `cost` was computed with, by outcome.
        cost: euros a question: of all, and of each outcome's share in it.
        by_language: the main figures of each language; `by_kind` likewise of each kind.
        speed: of asking; the only part that differs between two runs of the same bytes.
    """

    suite: str
    part: str = ""
    fingerprint: str
    fingerprints: dict[str, str]
    n: Annotated[int, Field(ge=1)]
    judge: str
    retrieval: Figures
    answering: Figures
    deciding: Figures
    outcomes: dict[Outcome, Count]
    deflection: tuple[Deflection, ...]
    euros: dict[str, float]
    cost: Figures
    by_language: dict[str, Figures]
    by_kind: dict[str, Figures]
    reliability: tuple[Bin, ...]
    risk_coverage: tuple[Point, ...]
    speed: dict[str, float]
