"""A comparison as Markdown, for a comment under a change of the code or of the articles.

Questions, ids and replies are data. They stand in code elements, with what Markdown or HTML would obey written as
entities: they can neither mark up the page nor call anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ragcare.evaluation.compare.records import Change, Comparison, Piece
from ragcare.evaluation.compare.wording import cells, outcome_of, shortened
from ragcare.evaluation.report.escaping import escaped
from ragcare.evaluation.report.figures import wording

_TAGS = {"kept": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}

_LONGEST_TEXT, _LONGEST_LINE = 1_000, 300
"""Characters of a compared text, and of anything else: forges refuse comments above 65,536."""


def to_markdown(comparison: Comparison, *, most: int | None = 20) -> str:
    """The figures, the bars and the questions that changed.

    Args:
        comparison: of two runs.
        most: how many of the changed questions are shown; all if None.
    """
    parts = (_head(comparison), _bars(comparison), _figures(comparison), _changes(comparison, most))
    return "".join(f"{line}\n" for part in parts for line in part)


def _head(comparison: Comparison) -> Iterator[str]:
    suite = " ".join(filter(None, (comparison.after.suite, comparison.after.part)))
    yield f"### Compared on {_data(suite)}: {'bars met' if comparison.passes else 'bars not met'}"
    yield ""
    prints = f"{_data(comparison.before.fingerprint)} → {_data(comparison.after.fingerprint)}"
    differs = ", ".join(map(_data, comparison.differs)) or "nothing"
    yield f"Run {prints}. Not the same in both: {differs}. {comparison.n} questions are compared."
    if comparison.left_out:
        names = ", ".join(f"{_data(one.id)} ({one.why})" for one in comparison.left_out[:10])
        more = f" and {len(comparison.left_out) - 10} more" if len(comparison.left_out) > 10 else ""
        yield f"{len(comparison.left_out)} are left out: {names}{more}."
    if comparison.identical:
        yield "Every reply is the same."
    yield ""


def _bars(comparison: Comparison) -> Iterator[str]:
    missed = sum(one.is_missed for one in comparison.left_out)
    if missed:
        verdict = "allowed" if comparison.allows_left_out else "**not met**"
        yield f"- {verdict}: questions: {missed} of the baseline were not compared"
    for one in comparison.bars:
        yield f"- {'met' if one.met else '**not met**'}: `{one.bar.metric}`: {one.why}"
    if comparison.bars or missed:
        yield ""


def _figures(comparison: Comparison) -> Iterator[str]:
    yield "| figure | before | after | difference | 95 % interval | |"
    yield "|---|--:|--:|--:|:-:|---|"
    for one in comparison.differences:
        yield "| " + " | ".join([f"{wording(one.metric).label} (`{one.metric}`)", *cells(one)]) + " |"
    yield ""


def _changes(comparison: Comparison, most: int | None) -> Iterator[str]:
    if not comparison.changes:
        return
    shown = comparison.changes[:most]
    yield f"{len(comparison.changes)} questions changed" + (f"; the {len(shown)} worst:" if most else ":")
    yield ""
    for one in shown:
        yield from _change(one)


def _change(one: Change) -> Iterator[str]:
    yield "<details>"
    yield f"<summary>{outcome_of(one)}: {_data(one.id)} {_data(one.question)}</summary>"
    yield ""
    yield f"- differs in {', '.join(one.what)}"
    yield f"- before: {_data(one.before.why)}"
    yield f"- after: {_data(one.after.why)}"
    if one.gained or one.lost:
        gained, lost = (", ".join(map(_data, ids)) or "none" for ids in (one.gained, one.lost))
        yield f"- sources gained: {gained}; lost: {lost}"
    yield f"- probability {one.before.probability:.3f} → {one.after.probability:.3f}"
    yield f"- rank of the labelled article {one.before.rank or 'none'} → {one.after.rank or 'none'}"
    if one.words:
        yield f"- text: {_words(one.words)}"
    yield ""
    yield "</details>"


def _words(pieces: Sequence[Piece]) -> str:
    marked = (
        _space(piece.text) + _TAGS[piece.how].format(_data(piece.text)) for piece in shortened(pieces, _LONGEST_TEXT)
    )
    return "".join(marked).strip()


def _space(text: str) -> str:
    """What stands between a piece and the one before it."""
    return " " if text[:1].isspace() else ""


def _data(text: str) -> str:
    """A text that means nothing to a page but itself."""
    plain = text if len(text) <= _LONGEST_LINE else text[:_LONGEST_LINE] + " …"
    return f"<code>{escaped(plain)}</code>"
