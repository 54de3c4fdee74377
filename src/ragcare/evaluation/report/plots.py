"""The plots of a report: figures of matplotlib that touch none of its global state, each for one question of a reader.

They are drawn in the size in which a phone shows them, for text that shrinks with a picture cannot be read. A notebook
may show the `figure` of each as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

from ragcare.evaluation.judge import Judged
from ragcare.evaluation.report.figures import OUTCOMES, wording, written
from ragcare.evaluation.report.record import Figure, Figures, Report
from ragcare.evaluation.report.svg import INKS, Plot, drawing
from ragcare.language.unprintable import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

INK = {name: colour for colour, name in INKS.items()}

_WIDTH = 5.2
"""In inches of 72 points, each of which is about a pixel of a phone."""

_LONGEST_LABEL = 18
_RISK = 0.05
_BINS = 20

_Arguments = ParamSpec("_Arguments")


def _in_style(draw: Callable[_Arguments, Plot]) -> Callable[_Arguments, Plot]:
    @wraps(draw)
    def drawn(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> Plot:
        with drawing():
            return draw(*args, **kwargs)

    return drawn


@_in_style
def outcomes(report: Report) -> Plot:
    """How many questions ended in which way."""
    counts = {words: report.outcomes.get(one, 0) for one, words in OUTCOMES.items()}
    inks = [_ink_of(one) for one in OUTCOMES]
    figure, axes = _figure(3.5)
    axes.barh(range(len(counts)), list(counts.values()), color=inks, height=0.68)
    for place, count in enumerate(counts.values()):
        axes.annotate(f"{count}", (count, place), (5, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(counts)), list(counts), color=INK["ink"])
    axes.set_xlim(0, max(1, *counts.values()) * 1.12)
    axes.invert_yaxis()
    _only_grid(axes, "x")
    axes.set_xlabel("questions")
    said = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    return Plot("outcomes", "Outcomes", f"Of {report.n} questions: {said}.", figure)


def _ink_of(outcome: str) -> str:
    if outcome == "correct":
        return INK["right"]
    if outcome.endswith("_rightly"):
        return INK["handed"]
    return INK["wrong"] if outcome == "wrong" else INK["needless"]


@_in_style
def risk_coverage(report: Report) -> Plot:
    """How much of what is answered would be wrong, the more is answered."""
    points = sorted(report.risk_coverage, key=lambda point: (point.coverage, point.risk))
    figure, axes = _figure(3.4)
    axes.plot([one.coverage for one in points], [one.risk for one in points], color=INK["right"], linewidth=2)
    top = max(2 * _RISK, *(one.risk for one in points)) * 1.08
    axes.axhline(_RISK, color=INK["muted"], linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate("5% of answers wrong", (1, _RISK), (0, 4), textcoords="offset points", ha="right", color=INK["muted"])
    coverage, accuracy = report.answering.get("coverage"), report.answering.get("accuracy")
    said = f"The risk goes from {points[0].risk:.0%} at a coverage of {points[0].coverage:.0%} to "
    said += f"{points[-1].risk:.0%} at {points[-1].coverage:.0%}."
    if coverage and accuracy:
        here = (coverage.value, 1 - accuracy.value)
        top = max(top, here[1] * 1.08)
        axes.plot(*here, marker="o", markersize=8, color=INK["wrong"], markeredgecolor=INK["surface"], linestyle="none")
        # Under the curve, which rises from left to right, or over it where there is no room under it.
        under = here[1] > 0.3 * top
        left = here[0] < (0.75 if under else 0.25)
        place = (8 if left else -8, -13 if under else 9)
        side = "left" if left else "right"
        axes.annotate("this run", here, place, textcoords="offset points", ha=side, color=INK["wrong"])
        said += f" This run answers {here[0]:.0%}, and {here[1]:.0%} of its answers are wrong."
    axes.set(
        xlim=(0, 1), ylim=(0, min(1.0, top)), xlabel="share of questions answered", ylabel="share of answers wrong"
    )
    _percents(axes.xaxis)
    _percents(axes.yaxis)
    return Plot("risk-coverage", "Risk–coverage curve", said, figure)


@_in_style
def reliability(report: Report) -> Plot:
    """How often the answer was right, where the assistant said that it was so and so likely to be."""
    figure, (above, below) = _panels(3.9, (3, 1))
    said = [one.probability for one in report.reliability]
    right = [one.right for one in report.reliability]
    above.plot([0, 1], [0, 1], color=INK["muted"], linewidth=1, linestyle=(0, (4, 3)))
    above.vlines(said, said, right, color=INK["needless"], linewidth=3)
    above.plot(said, right, marker="o", markersize=7, color=INK["right"], markeredgecolor=INK["surface"], linewidth=1.5)
    above.set(xlim=(0, 1), ylim=(0, 1.04), ylabel="share that was right")
    counts = [one.n for one in report.reliability]
    middles = [(one.low + one.high) / 2 for one in report.reliability]
    widths = [0.86 * (one.high - one.low) for one in report.reliability]
    below.bar(middles, counts, widths, color=INK["handed"])
    for middle, count in zip(middles, counts, strict=True):
        below.annotate(f"{count}", (middle, count), (0, 2), textcoords="offset points", ha="center", fontsize=9)
    below.set(ylim=(0, max(counts) * 1.35), yticks=[], xlabel="probability of being right, as estimated")
    below.set_ylabel("questions")
    _only_grid(below, "none")
    _percents(above.yaxis)
    _percents(below.xaxis)
    bins = (
        f"{one.n} questions at {one.probability:.0%} were right {one.right:.0%} of the time"
        for one in report.reliability
    )
    return Plot("reliability", "Reliability diagram", "; ".join(bins) + ".", figure)


@_in_style
def probabilities(judged: Sequence[Judged]) -> Plot:
    """Where the probabilities of questions lie that the knowledge base can answer, and those of the others."""
    from matplotlib.ticker import MaxNLocator

    figure, both = _panels(3.6, (1, 1))
    edges = [step / _BINS for step in range(_BINS + 1)]
    thresholds = {one.row.reply.decision.threshold for one in judged if one.row.reply.decision.action == "answer"}
    said = []
    for axes, answerable in zip(both, (True, False), strict=True):
        known = [one.row.reply.decision.probability for one in judged if one.row.label.answerable is answerable]
        what = "answerable" if answerable else "not answerable"
        heights, _, _ = axes.hist(known, edges, color=INK["right" if answerable else "needless"], rwidth=0.88)
        axes.set_ylim(0, max(1, *np.ravel(heights)) * 1.08)
        axes.set_title(f"{what}: {len(known)}", pad=4)
        axes.set_ylabel("questions")
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.set_xlim(0, 1)
        _only_grid(axes, "y")
        for threshold in sorted(thresholds) if len(thresholds) <= 2 else ():
            axes.axvline(threshold, color=INK["ink"], linewidth=1.2, linestyle=(0, (4, 3)))
        high = sum(one >= 0.5 for one in known)
        said.append(f"{high} of {len(known)} {what} questions have a probability of 50% or more")
    both[-1].set_xlabel("probability of being right, as estimated")
    _percents(both[-1].xaxis)
    return Plot("probabilities", "Probability by answerability", "; ".join(said) + ".", figure)


@_in_style
def recall(report: Report) -> Plot:
    """How often an article that holds the answer is among the first k."""
    found = {int(name[7:]): one for name, one in report.retrieval.items() if is_recall(name)}
    cuts = sorted(found)
    figure, axes = _figure(2.9)
    values = [found[cut].value for cut in cuts]
    axes.bar(range(len(cuts)), values, width=0.5, color=INK["handed"])
    _whiskers(axes, range(len(cuts)), [found[cut] for cut in cuts], upright=True)
    for place, cut in enumerate(cuts):
        label = written("recall", found[cut])
        axes.annotate(label, (place, 0), (0, 5), textcoords="offset points", ha="center", color=INK["ink"])
    axes.set_xticks(range(len(cuts)), [f"first {cut}" if cut > 1 else "first" for cut in cuts])
    axes.set(ylim=(0, 1.04), xlim=(-0.7, len(cuts) - 0.3), xlabel="articles looked at", ylabel="found there")
    _only_grid(axes, "y")
    _percents(axes.yaxis)
    said = ", ".join(f"{found[cut].value:.0%} at {cut}" for cut in cuts)
    return Plot("recall", "Recall of the retrieval", f"Recall: {said}.", figure)


def is_recall(name: str) -> bool:
    """Whether the figure of that key is a recall at some rank."""
    return name.startswith("recall@") and name[7:].isdecimal()


@_in_style
def groups(what: str, figures: Mapping[str, Figures]) -> Plot:
    """How each group of questions was treated, the worst first.

    Where all questions of a group expect a refusal, a person or a question back, safe deflection has nothing to say:
    the share that got what it expects stands in its place, in a lighter ink.

    Args:
        what: the groups are of, such as "kind".
        figures: of each group.
    """
    right = {group: main for group, one in figures.items() if (main := _main_figure(one))}
    wrong = {group: one["wrong_answer_rate"] for group, one in figures.items() if "wrong_answer_rate" in one}
    names = sorted(figures, key=lambda group: (*_worst_first(right, wrong, group), group))
    canvas, (left, beside) = _panels(0.95 + 0.27 * len(names), (1, 1), beside=True)
    light = [group for group, (name, _) in right.items() if name != "safe_deflection"]
    for axes, title, bars in (
        (
            left,
            "as it should be" if light else "answered rightly",
            {group: figure for group, (_, figure) in right.items()},
        ),
        (beside, "answered wrongly", wrong),
    ):
        shown = [(place, bars[group], group) for place, group in enumerate(names) if group in bars]
        ink = "right" if axes is left else "wrong"
        inks = [INK["handed" if axes is left and group in light else ink] for _, _, group in shown]
        axes.barh([place for place, _, _ in shown], [one.value for _, one, _ in shown], color=inks, height=0.62)
        _whiskers(axes, [place for place, _, _ in shown], [one for _, one, _ in shown], upright=False)
        axes.set_title(title)
        axes.set(xlim=(0, 1), ylim=(len(names) - 0.4, -0.6))
        _only_grid(axes, "x")
        _percents(axes.xaxis, 0.5)
    left.set_yticks(range(len(names)), [_label(group, figures[group]) for group in names], color=INK["ink"])
    beside.tick_params(axis="y", length=0)
    said = [
        f"{_label(group)}: "
        + ", ".join(
            [f"{wording(name).label} {written(name, one)}" for name, one in ([right[group]] if group in right else [])]
            + ([f"answered wrongly {written('wrong_answer_rate', wrong[group])}"] if group in wrong else [])
        )
        for group in names
    ]
    return Plot(f"by-{what}", f"Figures by {what}", f"{'; '.join(said)}.", canvas)


def _main_figure(figures: Figures) -> tuple[str, Figure] | None:
    """The figure that says best how a group was treated: what all of it expects, or else safe deflection."""
    safe = figures.get("safe_deflection")
    if safe is None:
        return None
    for name in ("refusal_recall", "escalation_recall", "clarification_recall"):
        if name in figures and figures[name].n == safe.n:
            return name, figures[name]
    return "safe_deflection", safe


def _worst_first(right: Mapping[str, tuple[str, Figure]], wrong: Figures, group: str) -> tuple[float, float]:
    return (-wrong[group].value if group in wrong else 0.0, right[group][1].value if group in right else 0.0)


def _label(group: str, figures: Figures | None = None) -> str:
    """A name that fits beside a bar, and the size of the group: it comes from a file, and may be anything."""
    clean = one_line(group.replace("_", " ")) or "(none)"
    cut = clean if len(clean) <= _LONGEST_LABEL else f"{clean[: _LONGEST_LABEL - 1]}…"
    return f"{cut} ({max(one.n for one in figures.values())})" if figures else cut


# --- canvas ------------------------------------------------------------------------------------------


def _figure(height: float) -> tuple[Drawing, Axes]:
    from matplotlib.figure import Figure as Drawing

    figure = Drawing(figsize=(_WIDTH, height), layout="constrained")
    return figure, figure.add_subplot()


def _panels(height: float, shares: Sequence[int], *, beside: bool = False) -> tuple[Drawing, Sequence[Axes]]:
    """Panels one above the other, which share the axis across; or side by side, which share that upwards."""
    from matplotlib.figure import Figure as Drawing

    figure = Drawing(figsize=(_WIDTH, height), layout="constrained")
    if beside:
        grid = figure.subplots(1, len(shares), sharey=True, squeeze=False)
    else:
        grid = figure.subplots(len(shares), 1, sharex=True, squeeze=False, height_ratios=shares)
    return figure, list(grid.flat)


def _whiskers(axes: Axes, places: Sequence[int], figures: Sequence[Figure], *, upright: bool) -> None:
    """Their 95% intervals; what lies outside a share's bounds or its own value is cut, never turned round."""
    lows, highs = [one.low for one in figures], [one.high for one in figures]
    lines = axes.vlines if upright else axes.hlines
    lines(places, lows, highs, color=INK["ink"], linewidth=1.4)


def _only_grid(axes: Axes, across: str) -> None:
    for one, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        if one != across:
            axis.grid(visible=False)


def _percents(axis: Any, step: float | None = None) -> None:
    from matplotlib.ticker import MultipleLocator, PercentFormatter

    axis.set_major_formatter(PercentFormatter(1, decimals=0))
    if step is not None:
        axis.set_major_locator(MultipleLocator(step))
