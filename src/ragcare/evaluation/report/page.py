"""One HTML page that tells what a run was worth: readable without a network, printed or on a phone, by eye or by ear.

Nothing in it runs: its Content-Security-Policy allows the one style sheet that it carries, by its digest, and nothing
else. All that comes from articles and questions is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, NamedTuple

from ragcare.evaluation.judge import Judged
from ragcare.evaluation.report import plots
from ragcare.evaluation.report.figures import (
    OUTCOMES,
    Unit,
    cost_label,
    costs_in_order,
    headlines,
    in_order,
    interval,
    title,
    wording,
    written,
)
from ragcare.evaluation.report.record import Figure, Figures, Report
from ragcare.evaluation.report.svg import Plot, drawing, inline_svg
from ragcare.evaluation.report.worst import worst_questions
from ragcare.language.unprintable import UNPRINTABLE

_HEADLINES = {
    "safe_deflection": "{count} of {n} questions were answered rightly, with no person needed.",
    "wrong_answer_rate": "{count} of {n} customers would have been told something wrong.",
    "coverage": "{count} of {n} questions were answered, rightly or not.",
    "deflection": "{count} of {n} did not go to a person at once. A refusal counts, so read it beside safe deflection.",
}

_TRUST = ("answerability_auroc", "coverage@risk5", "aurc", "ece")


class Line(NamedTuple):
    """A figure as it stands in a table."""

    label: str
    means: str
    value: str
    interval: str
    figure: Figure
    share: bool


def page(report: Report, judged: Sequence[Judged], *, worst: int = 20) -> str:
    """The report as one self-contained HTML page; the same bytes each time, but for the speed.

    Args:
        report: the figures.
        judged: the rows that it was measured on, for the histograms and the traces.
        worst: how many questions of each sort of failure are shown with their traces.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    home = files("ragcare.evaluation.report")
    style = (home / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(percent=_percent)
    with drawing():
        drawn = {plot.name: Markup(inline_svg(plot)) for plot in _plots(report, judged)}
    return environment.from_string((home / "page.html").read_text(encoding="utf-8")).render(
        style=Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        title=title(report),
        report=report,
        headlines=[
            (name, _line(name, one), _HEADLINES[name].format(count=round(one.value * one.n), n=one.n))
            for name, one in headlines(report).items()
        ],
        plots=drawn,
        sections=[
            ("Answering", _lines(report.answering)),
            ("Deciding", _lines(report.deciding)),
            ("Retrieval", _lines(report.retrieval)),
        ],
        trust=[_line(name, report.answering[name]) for name in _TRUST if name in report.answering],
        deflection=[(way, _line(way.name, way.figure, way.unit)) for way in report.deflection],
        costs=[
            (_line(name, report.cost[name], "euros"), report.euros.get(name)) for name in costs_in_order(report.cost)
        ],
        prices=[(cost_label(name), price) for name, price in report.euros.items() if name not in report.cost],
        crossed=[_crossed(*of) for of in (("kind", report.by_kind), ("language", report.by_language)) if of[1]],
        worst=worst_questions(judged, worst),
        outcome_words=OUTCOMES,
    )


def _plots(report: Report, judged: Sequence[Judged]) -> list[Plot]:
    """Those for which the report has something to draw."""
    drawn = [plots.outcomes(report)]
    if report.risk_coverage:
        drawn.append(plots.risk_coverage(report))
    if report.reliability:
        drawn.append(plots.reliability(report))
    if judged:
        drawn.append(plots.probabilities(judged))
    if any(map(plots.is_recall, report.retrieval)):
        drawn.append(plots.recall(report))
    groups = {"kind": report.by_kind, "language": report.by_language}
    return [*drawn, *(plots.groups(what, figures) for what, figures in groups.items() if any(figures.values()))]


def _lines(figures: Figures) -> list[Line]:
    return [_line(name, figures[name]) for name in in_order(set(figures))]


def _line(name: str, figure: Figure, unit: Unit | None = None) -> Line:
    label, means, usual = wording(name)
    return Line(
        cost_label(name) if unit == "euros" else label,
        means,
        written(name, figure, unit),
        interval(name, figure, unit),
        figure,
        (unit or usual) != "euros" and figure.low >= 0 and figure.high <= 1,
    )


def _crossed(what: str, groups: dict[str, Figures]) -> tuple[str, list[str], list[tuple[str, list[Line | None]]]]:
    """A table of groups by figures."""
    names = in_order({name for figures in groups.values() for name in figures})
    rows = [
        (group, [_line(name, figures[name]) if name in figures else None for name in names])
        for group, figures in groups.items()
    ]
    return what, [wording(name).label for name in names], rows


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _shown(value: Any) -> Any:
    """What a page may show of a text; our own markup as it is."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    return value
