"""The report of an evaluation on a terminal: what a run was worth, in one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragcare.cli.console import counted, first_of, print_table, show

if TYPE_CHECKING:
    from ragcare.evaluation.report import Figures, Report

_MAIN = (
    *("coverage", "accuracy", "deflection"),
    *("answerability_auroc", "coverage@risk5", "ece", "groundedness", "recall@5"),
    *("refusal_recall", "escalation_recall"),
)
"""What fits on one screen; the Markdown and the page have all of it."""

_STYLES = {"safe_deflection": "bold green", "wrong_answer_rate": "bold red"}
"""What stands above the table, and in which colour."""


def show_report(report: Report) -> None:
    """Prints the main figures of a report on stdout, and those of each language where there are several."""
    from ragcare.evaluation.report.figures import headlines, title, wording, written_whole

    show((title(report), "bold underline"), f"  {counted(report.n, 'question')}")
    for name, figure in headlines(report).items():
        if name in _STYLES:
            show((f"{wording(name).label:18}", _STYLES[name]), written_whole(name, figure))
    show("")
    figures = {**report.answering, **report.deciding, **report.retrieval}
    _print({name: figures[name] for name in _MAIN if name in figures})
    if len(report.by_language) > 1:
        show("")
        _print_by("language", report.by_language)
    if report.by_kind:
        show("")
        show(("most wrong answers: ", "bold"), _worst_kinds(report))
    show((f"judged by {report.judge}", "dim"))


def _print(figures: Figures) -> None:
    from ragcare.evaluation.report.figures import interval, wording, written

    rows = [[wording(name).label, written(name, one), interval(name, one), f"{one.n}"] for name, one in figures.items()]
    print_table({"figure": "left", "value": "right", "95% interval": "right", "n": "right"}, rows)


def _print_by(what: str, groups: dict[str, Figures]) -> None:
    from ragcare.evaluation.report.figures import wording, written_whole

    names = [name for name in (*_STYLES, "coverage") if any(name in figures for figures in groups.values())]
    rows = [
        [group, *(written_whole(name, figures[name]) if name in figures else "" for name in names)]
        for group, figures in groups.items()
    ]
    print_table({what: "left", **{wording(name).label: "wrap" for name in names}}, rows)


def _worst_kinds(report: Report) -> str:
    """The kinds in which most answers are wrong."""
    from ragcare.evaluation.report.figures import written_whole

    rates = {kind: one["wrong_answer_rate"] for kind, one in report.by_kind.items() if "wrong_answer_rate" in one}
    wrong = sorted((kind for kind in rates if rates[kind].value > 0), key=lambda kind: (-rates[kind].value, kind))
    return first_of([f"{kind} {written_whole('wrong_answer_rate', rates[kind])}" for kind in wrong], 3) or "none"
