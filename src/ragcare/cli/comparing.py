"""`ragcare compare`: what a change did to the replies, and whether it may pass."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragcare.cli.console import counted, first_of, print_json, print_table, say, show
from ragcare.cli.options import Json, JudgeName, judge_named
from ragcare.cli.output_files import files_of_run, require_places
from ragcare.cli.runs import read_run

if TYPE_CHECKING:
    from ragcare.evaluation.compare import Change, Comparison

AllowLeftOut = Annotated[
    bool,
    typer.Option(
        "--allow-left-out", help="Pass although questions of the baseline are missing, relabelled or repeated."
    ),
]

_SHOWN = 20
_LONGEST_TEXT = 600
_MARKS = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
_STYLES = {"better": "green", "worse": "bold red", "same": ""}


def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="The baseline: the log of a run, or its report.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="The candidate: likewise.")],
    bar: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIGURE[:MARGIN]",
            help="A figure that must not be significantly worse than in A, by more than the margin (0 if left out); "
            "may be repeated. Without it: safe_deflection, wrong_answer_rate, accuracy and recall@5.",
        ),
    ] = None,
    allow_left_out: AllowLeftOut = False,
    judge: JudgeName = None,
    all_: Annotated[bool, typer.Option("--all", help=f"Show all changed questions, not the {_SHOWN} worst.")] = False,
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as Markdown too, for a comment under the change.")
    ] = None,
    json_: Json = False,
) -> None:
    """Compares two runs question by question; ends with 1 where B misses a bar, or a question of A.

    A and B are logs (X.run.jsonl), or reports (X.json) that have their log beside them. A figure is significantly
    worse if the whole 95 % interval of the paired difference lies on the wrong side of the margin. A question of A is
    missed if B does not have it, has it under another label, or twice.
    """
    from ragcare.evaluation.bars import MAIN_METRICS, Bar
    from ragcare.evaluation.compare import compare as compare_logs
    from ragcare.evaluation.compare.markdown import to_markdown
    from ragcare.knowledge.atomic import write_files

    bars = [Bar.parse(one) for one in bar or MAIN_METRICS]
    if markdown is not None:
        require_places({"--markdown": markdown}, [*files_of_run(before), *files_of_run(after)])
    comparison = compare_logs(
        read_run(before),
        read_run(after),
        judge=judge_named(judge) if judge is not None else None,
        bars=bars,
        allow_left_out=allow_left_out,
    )
    most = None if all_ else _SHOWN
    if markdown is not None:
        write_files({markdown: to_markdown(comparison, most=most).encode()})
        say(f"wrote {markdown}")
    say_what_is_compared(comparison)
    if json_:
        print_json(comparison.model_dump(mode="json") | {"passes": comparison.passes})
    else:
        _show(comparison, most)
    unmet = comparison.unmet
    say(f"{counted(len(unmet), 'bar')} not met" if unmet else "all bars are met")
    raise typer.Exit(1 if unmet else 0)


def say_what_is_compared(comparison: Comparison) -> None:
    """Says on stderr what differs between two runs, and which questions could not be compared."""
    say(f"{counted(comparison.n, 'question')} compared; not the same: {', '.join(comparison.differs) or 'nothing'}")
    reasons = dict.fromkeys(one.why for one in comparison.left_out)
    for why in reasons:
        names = [one.id for one in comparison.left_out if one.why == why]
        say((f"left out, {why}: {len(names)} ({first_of(names)})", "yellow"))


def _show(comparison: Comparison, most: int | None) -> None:
    from ragcare.evaluation.compare.wording import cells
    from ragcare.evaluation.report.figures import wording

    if comparison.identical:
        show("Every reply is the same.")
    columns = {"figure": "left", "before": "right", "after": "right", "difference": "right"}
    rows = [[wording(one.metric).label, *cells(one)] for one in comparison.differences]
    print_table({**columns, "95 % interval": "left", "": "left"}, rows)
    show("")
    for held in comparison.bars:
        if held.met:
            show(f"met      {held}")
    for why in comparison.unmet:
        show(("NOT MET  ", "bold red"), why)
    for one in comparison.changes[:most]:
        _show_change(one)
    if most is not None and len(comparison.changes) > most:
        say(f"and {len(comparison.changes) - most} more changed questions (--all shows them)")


def _show_change(one: Change) -> None:
    from ragcare.evaluation.compare.wording import outcome_of, shortened

    show("")
    show((outcome_of(one), _STYLES[one.verdict]), f"  {one.id}  {' '.join(one.question.split())}")
    show(("  before  ", "dim"), one.before.why)
    show(("  after   ", "dim"), one.after.why)
    if one.gained or one.lost:
        show(("  sources ", "dim"), " ".join([*(f"-{lost}" for lost in one.lost), *(f"+{new}" for new in one.gained)]))
    if "probability" in one.what or "ranking" in one.what:
        ranks = f"rank {one.before.rank or 'none'} → {one.after.rank or 'none'}"
        show(("  numbers ", "dim"), f"probability {one.before.probability:.3f} → {one.after.probability:.3f}, {ranks}")
    if "draft" in one.what:
        show(("  draft   ", "dim"), "what was drafted, and not said, differs")
    if one.words:
        words = "".join(_MARKS[piece.how].format(piece.text) for piece in shortened(one.words, _LONGEST_TEXT))
        show(("  text    ", "dim"), " ".join(words.split()))
