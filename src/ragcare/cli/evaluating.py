"""`ragcare eval`: a labelled question set asked, judged and reported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragcare.cli.console import print_json, say, show, shows_progress
from ragcare.cli.evaluation_report import show_report
from ragcare.cli.options import EmbedderName, Prices, SettingsFile, euros_of
from ragcare.cli.runs import LOG, log_beside, read_run
from ragcare.errors import BadInput

if TYPE_CHECKING:
    from ragcare.evaluation.bars import Bars
    from ragcare.evaluation.judge import AnswerJudge, Judged
    from ragcare.evaluation.questions import QuestionSet
    from ragcare.evaluation.report import Report
    from ragcare.evaluation.run.log import RunLog
    from ragcare.settings import Settings

_CACHE = Path(".ragcare")
_STDOUT = Path("-")
_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


def evaluate(
    suite: Annotated[
        str,
        typer.Argument(
            metavar="SUITE",
            help="A folder, a file of questions, or the name of a data set; or the log of a run, to judge it again.",
        ),
    ],
    json_: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help='Write the report; its rows and log go beside it. "-" is stdout.'),
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with plots.")] = None,
    markdown: Annotated[Path | None, typer.Option("--markdown", metavar="FILE", help="Write it as Markdown.")] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="A report or log that this must not be worse than."),
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="NAME", help='Such as "dev"; all questions if left out.')
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="Ask N questions, spread over the set.")
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option("--judge", metavar="NAME", help="Of answers: similarity:e5@0.9 compares them by meaning."),
    ] = None,
    euros: Prices = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="How many are asked at once; one a processor.")
    ] = None,
    embedder: EmbedderName = None,
    settings: SettingsFile = None,
) -> None:
    """Asks every question of a suite, judges the replies, and reports every figure with its n and interval.

    The log of the run is written as it goes: after a kill, the same command goes on where it was. Ends with 1 where a
    bar of the suite is not met, or where the run is significantly worse than the baseline.
    """
    from ragcare.evaluation.judge import judge_log
    from ragcare.evaluation.metrics import measure

    prices = euros_of(euros)  # what was mistyped is told before an hour of work, not after it
    chosen = _judge(judge)
    before = read_run(baseline) if baseline is not None else None
    log, bars = _asked(suite, json_, split, limit, workers, _settings(settings, embedder))
    by = chosen or _default_judge(log)
    judged = judge_log(log, by)
    report = measure(log.head, judged, judge=by.name, euros=prices)
    if json_ == _STDOUT:
        print_json(report.model_dump(mode="json"))
    else:
        show_report(report)
    _write(report, judged, json_, html, markdown)
    missed = _missed(report, bars, log, before, by)
    for why in missed:
        show(("NOT MET  ", "bold red"), why) if json_ != _STDOUT else say(f"not met: {why}")
    raise typer.Exit(1 if missed else 0)


def _settings(file: Path | None, embedder: str | None) -> Settings:
    from ragcare.settings import Settings

    settings = Settings.load(file)
    return settings if embedder is None else settings.with_embedder(embedder)


def _asked(
    source: str, json_: Path | None, split: str | None, limit: int | None, workers: int | None, settings: Settings
) -> tuple[RunLog, Bars]:
    """The run of a suite, done now; or the one in the log that is named, and no bars."""
    from ragcare.assistant import Assistant
    from ragcare.evaluation.questions import QuestionSet
    from ragcare.evaluation.run import run
    from ragcare.evaluation.run.suite_index import suite_index

    if source.endswith(LOG):
        if split is not None or limit is not None:
            raise BadInput(f"{source} is the log of a run, which is judged whole. Mend: leave out --split and --limit")
        return read_run(Path(source)), {}
    suite = QuestionSet.load(source)
    part = suite.only(split=split, limit=limit)
    assistant = Assistant(suite_index(suite, settings, _CACHE / "evals", progress=shows_progress()))
    at = log_beside(json_) if json_ not in (None, _STDOUT) else _CACHE / "runs" / _log_name(part, settings)
    log = run(assistant, part, log=at, workers=workers, progress=shows_progress())
    say(f"the log is in {at}; to judge it again: ragcare eval {at}")
    return log, suite.bars


def _log_name(part: QuestionSet, settings: Settings) -> str:
    named = "-".join(filter(None, (part.name, part.part, settings.retrieval.embedder)))
    return _NOT_IN_A_NAME.sub("_", named) + LOG


def _judge(named: str | None) -> AnswerJudge | None:
    """The judge that is asked for, as it is written on the command line."""
    from ragcare.evaluation.judge import SimilarityJudge

    if named is None:
        return None
    kind, _, rest = named.partition(":")
    embedder, _, share = rest.rpartition("@")
    try:
        at = float(share)
    except ValueError:
        at = -1.0
    if kind != "similarity" or not embedder or not 0 <= at <= 1:
        raise BadInput(f"--judge {named}: there is no such judge. Mend: write it as similarity:e5@0.9")
    return SimilarityJudge(embedder, at=at)


def _default_judge(log: RunLog) -> AnswerJudge:
    from ragcare.evaluation.judge import ReferenceJudge

    return ReferenceJudge(log.head.token_f1)


def _write(
    report: Report, judged: Sequence[Judged], json_: Path | None, html: Path | None, markdown: Path | None
) -> None:
    """The files that were asked for, each whole or not there."""
    from ragcare.evaluation import report as reporting
    from ragcare.knowledge.atomic import write_files

    files: dict[Path, str] = {}
    if json_ not in (None, _STDOUT):
        files[json_] = report.model_dump_json(indent=2) + "\n"
        files[json_.with_suffix(".rows.jsonl")] = reporting.row_lines(judged)
    if html is not None:
        files[html] = reporting.page(report, judged)
    if markdown is not None:
        files[markdown] = reporting.markdown(report)
    write_files({path: text.encode() for path, text in files.items()})
    if files:
        say(f"wrote {', '.join(map(str, files))}")


def _missed(report: Report, bars: Bars, log: RunLog, before: RunLog | None, judge: AnswerJudge) -> list[str]:
    """The bars that are not met, in words: those of the suite, and those that the baseline sets."""
    from ragcare.evaluation.bars import MAIN_METRICS, Bar, unmet
    from ragcare.evaluation.compare import compare

    missed = [str(one) for one in unmet(report, bars)]
    if before is not None:
        comparison = compare(before, log, judge=judge, bars=[Bar.parse(name) for name in MAIN_METRICS])
        missed += [f"{one.bar.metric}: {one.why}" for one in comparison.bars if not one.met]
    return missed
