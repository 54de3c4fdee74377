"""Bars: what a figure must reach for a suite to pass, and what it must not lose for a change to pass.

A suite keeps its own in the table `[bars]` of `suite.toml`:

    [bars]
    safe_deflection = {least = 0.3}
    wrong_answer_rate = {most = 0.05}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from ragcare.errors import BadInput
from ragcare.schema import Record

if TYPE_CHECKING:  # a question set holds bars, and a report is about question sets
    from ragcare.evaluation.report import Report

MAIN_METRICS = ("safe_deflection", "wrong_answer_rate", "accuracy", "recall@5")
"""What is watched where nothing else is named."""


def metric_names() -> tuple[str, ...]:
    """The figures that a bar can be about: those of a report's retrieval, answering and deciding."""
    # Here, and not above: the measures are made from runs, and runs from the suites that hold bars.
    from ragcare.evaluation.metrics.catalogue import MEASURES

    return tuple(one.name for one in MEASURES)


def _known(metric: str) -> str:
    names = metric_names()
    if metric in names:
        return metric
    close = get_close_matches(metric, names, n=1)
    mend = f'write "{close[0]}"' if close else f"name one of {', '.join(names)}"
    raise ValueError(f'"{metric}" is not a figure of the report. Mend: {mend}')


Metric = Annotated[str, AfterValidator(_known)]


class Limit(Record):
    """What a figure must be at least, or at most, or both; held against its value and not its interval.

    The value is that of one set of questions, and the same every time; whether it would hold on other questions is
    what the interval says.
    """

    least: float | None = None
    most: float | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self._bounds():
            raise ValueError("a bar needs a bound. Mend: write it as {least = 0.3} or {most = 0.05}")
        if self.least is not None and self.most is not None and self.least > self.most:
            both = f"at least {self.least:g} and at most {self.most:g}"
            raise ValueError(f"nothing is {both}. Mend: correct one of the two")
        return self

    def _bounds(self) -> dict[str, float]:
        return {name: value for name, value in (("least", self.least), ("most", self.most)) if value is not None}

    def faults(self, value: float | None) -> Iterator[str]:
        """In words, each bound that a value does not keep.

        None is the value of a figure that there is nothing to compute from, and keeps no bound: who answers nothing has
        no accuracy, and does not pass for it.
        """
        if value is None:
            if self.least is not None or self.most is not None:
                yield "there is no such figure, for there is nothing to compute it from"
            return
        if self.least is not None and value < self.least:
            yield f"it is {value:.6g}, and must be at least {self.least:g}"
        if self.most is not None and value > self.most:
            yield f"it is {value:.6g}, and must be at most {self.most:g}"


Bars = dict[Metric, Limit]
"""By the name of the figure: the table `[bars]` of a `suite.toml`."""


class Bar(Limit):
    """A bar for a run that is compared with a baseline.

    Attributes:
        metric: the figure that it is about.
        margin: the figure must not be significantly worse than that of the baseline by more than this, in the units
            of the figure. It is significantly worse if the whole 95 % interval of the paired difference lies on the
            wrong side of the margin.
        least: what the figure of the candidate must be at least; `most` likewise.
    """

    metric: Metric
    margin: Annotated[float, Field(ge=0)] | None = None

    def _bounds(self) -> dict[str, float]:
        return super()._bounds() | ({} if self.margin is None else {"margin": self.margin})

    @classmethod
    def parse(cls, text: str) -> Self:
        """A bar as it is written on a command line: "safe_deflection", or with its margin "wrong_answer_rate:0.01".

        Raises:
            BadInput: it names no figure of the report, or its margin is no number of at least 0.
        """
        metric, _, margin = text.partition(":")
        try:
            return cls(metric=_known(metric.strip()), margin=float(margin or 0))
        except ValueError as error:
            no_margin = f"{margin!r} is not a margin. Mend: write a number from 0 up, such as 0.01"
            raise BadInput(f"--bar {text}: {error if 'Mend' in str(error) else no_margin}") from None


def unmet(report: Report, bars: Mapping[str, Limit]) -> tuple[str, ...]:
    """In words, the bars of a suite that a report does not meet, in their order."""
    figures = report.retrieval | report.answering | report.deciding
    values = {name: figure.value for name, figure in figures.items()}
    return tuple(f"{name}: {why}" for name, limit in bars.items() for why in limit.faults(values.get(name)))
