"""The report in Markdown, for a pull request or a results file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ragcare.evaluation.report.escaping import escaped
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
    written_whole,
)
from ragcare.evaluation.report.record import Figures, Report


def markdown(report: Report) -> str:
    """The report as tables; each figure as its value, its 95% interval and its n. What does not apply is absent."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {escaped(title(report))}: {report.n} questions"
    yield ""
    said = [f"**{wording(name).label}** {written_whole(name, one)}" for name, one in headlines(report).items()]
    yield " · ".join(said)
    yield ""
    yield "Each figure is followed by its 95% interval and by the number of questions it is about."
    yield f"Answers were judged by {escaped(report.judge)}."
    yield ""
    for heading, figures in (
        ("Retrieval", report.retrieval),
        ("Answering", report.answering),
        ("Deciding", report.deciding),
    ):
        yield from _section(heading, _figures(figures))
    yield from _section("Outcomes", _outcomes(report))
    yield from _section("Ways to count deflection", _deflection(report))
    yield from _section("Cost of a question", _costs(report))
    yield from _section("By language", _crossed("language", report.by_language))
    yield from _section("By kind", _crossed("kind", report.by_kind))
    prints = {"all of it": report.fingerprint, **report.fingerprints}
    yield from _section("Fingerprints", _table("of|fingerprint", list(prints.items())))
    speed = [(name.replace("_", " "), f"{number:,.1f}") for name, number in report.speed.items()]
    yield from _section("Speed", _table("|:value", speed))


def _section(heading: str, table: Sequence[str]) -> Iterator[str]:
    if table:
        yield from (f"## {heading}", "", *table, "")


def _figures(figures: Figures, unit: Unit | None = None) -> list[str]:
    rows = [
        (wording(name).label, written(name, one, unit), interval(name, one, unit), f"{one.n}", wording(name).means)
        for name, one in figures.items()
    ]
    return _table("figure|:value|:95% interval|:n|what it says", rows)


def _outcomes(report: Report) -> list[str]:
    rows = [(words, f"{report.outcomes[one]}") for one, words in OUTCOMES.items() if report.outcomes.get(one)]
    return _table("outcome|:questions", rows)


def _deflection(report: Report) -> list[str]:
    rows = []
    for way in report.deflection:
        unit = way.unit
        value, ends = written(way.name, way.figure, unit), interval(way.name, way.figure, unit)
        rows.append((way.name, value, ends, f"{way.figure.n}", way.counts, way.source))
    return _table("name|:value|:95% interval|:n|what it counts|source", rows)


def _costs(report: Report) -> list[str]:
    rows = [
        (
            cost_label(name),
            written(name, report.cost[name], "euros"),
            interval(name, report.cost[name], "euros"),
            f"{report.cost[name].n}",
            f"€{report.euros[name]:.2f}" if name in report.euros else "",
        )
        for name in costs_in_order(report.cost)
    ]
    rows += [
        (cost_label(name), "", "", "", f"€{price:.2f}")
        for name, price in report.euros.items()
        if name not in report.cost
    ]
    return _table("|:euros a question|:95% interval|:n|:price of one", rows) if report.cost else []


def _crossed(what: str, groups: dict[str, Figures]) -> list[str]:
    names = in_order({name for figures in groups.values() for name in figures})
    rows = [
        (group or "(none)", *(written_whole(name, figures[name]) if name in figures else "" for name in names))
        for group, figures in groups.items()
    ]
    return _table("|".join([what, *(f":{wording(name).label}" for name in names)]), rows) if names else []


def _table(heads: str, rows: Iterable[Sequence[str]]) -> list[str]:
    """A table, or nothing where it has no row; a column whose head starts with a colon stands to the right."""
    rows, columns = list(rows), heads.split("|")
    if not rows:
        return []
    return [
        _row(column.removeprefix(":") for column in columns),
        _row("--:" if column.startswith(":") else "---" for column in columns),
        *(_row(map(escaped, row)) for row in rows),
    ]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
