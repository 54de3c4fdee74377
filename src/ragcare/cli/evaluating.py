"""`ragcare eval`: a labelled question set asked, judged and reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from ragcare.cli.comparing import AllowLeftOut, say_what_is_compared
from ragcare.cli.console import print_json, say, show, shows_progress
from ragcare.cli.evaluation_report import show_report
from ragcare.cli.options import EmbedderName, JudgeName, Prices, SettingsFile, euros_of, judge_named
from ragcare.cli.output_files import STDOUT, files_of_run, require_places
from ragcare.cli.runs import LOG, log_beside, read_run, rows_beside
from ragcare.errors import BadInput, RagcareError

if TYPE_CHECKING:
    from ragcare.evaluation.compare import Comparison
    from ragcare.evaluation.judge import AnswerJudge, Judged
    from ragcare.evaluation.questions import QuestionSet
    from ragcare.evaluation.report import Report
    from ragcare.evaluation.run.log import RunLog
    from ragcare.settings import Settings

_CACHE = Path(".ragcare")
_LOG, _ROWS = "the log of the run", "the rows of the report"


def evaluate(
    suite: Annotated[
        str,
        typer.Argument(
            metavar="SUITE",
            help="A folder, a file of questions, or the name of a data set; or a run, by its log or its report, to "
            "judge it again.",
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
    allow_left_out: AllowLeftOut = False,
    split: Annotated[
        str | None, typer.Option("--split", metavar="NAME", help='Such as "dev"; all questions if left out.')
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="Ask N questions, spread over the set.")
    ] = None,
    judge: JudgeName = None,
    euros: Prices = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="How many are asked at once; one a processor.")
    ] = None,
    embedder: EmbedderName = None,
    settings: SettingsFile = None,
) -> None:
    """Asks every question of a suite, judges the replies, and reports every figure with its n and interval.

    The log of the run is written as it goes: after a kill, the same command goes on where it was. Ends with 1 where a
    bar of the suite is not met, where the run is significantly worse than the baseline, or where it lacks a question of
    the baseline.
    """
    from ragcare.evaluation.bars import unmet
    from ragcare.evaluation.judge import judge_log
    from ragcare.evaluation.metrics import measure

    # What was mistyped is told before an hour of work, not after it.
    if allow_left_out and baseline is None:
        raise BadInput("--allow-left-out is about the questions of a baseline. Mend: name it with --baseline")
    prices = euros_of(euros)
    chosen = judge_named(judge) if judge is not None else None
    before = read_run(baseline) if baseline is not None else None
    files = _Files(json_, html, markdown)
    read = files_of_run(baseline) if baseline is not None else ()
    require_places(files.places(), read)
    if _names_run(suite):
        how = {"--split": split, "--limit": limit, "--workers": workers, "--embedder": embedder, "--settings": settings}
        log = _asked_before(suite, how, files, read)
    else:
        log = _asked_now(suite, split, limit, workers, _settings(settings, embedder), files, read)
    by = chosen or _default_judge(log)
    judged = judge_log(log, by)
    report = measure(log.head, judged, judge=by.name, euros=prices)
    files.write(report, judged)  # before it is shown: whoever pipes that into `head` loses no report
    if json_ == STDOUT:
        print_json(report.model_dump(mode="json"))
    else:
        show_report(report)
    missed = list(unmet(report, log.head.bars))
    if before is not None:
        of_both = chosen or _default_judge(before)
        comparison = _compared(before, log, of_both, judged if of_both.name == by.name else (), allow_left_out)
        missed += comparison.unmet
    for why in missed:
        show(("NOT MET  ", "bold red"), why) if json_ != STDOUT else say(f"not met: {why}")
    raise typer.Exit(1 if missed else 0)


# --- the run -----------------------------------------------------------------------------------------


def _names_run(source: str) -> bool:
    """Whether what is named is a run that was made: its log, or a report. A file of questions may end as one does."""
    if source.endswith(LOG):
        return True
    path = Path(source)
    is_file = path.is_file() or path.suffix == ".json"  # and no name of a data set
    return is_file and (log_beside(path).is_file() or _is_report(path))


def _is_report(path: Path) -> bool:
    from pydantic import ValidationError

    from ragcare.evaluation.report import Report

    try:
        Report.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return False
    return True


def _asked_before(source: str, how: Mapping[str, object], files: _Files, read: Sequence[Path]) -> RunLog:
    """The run in a log; it goes beside the new report too, which is of no use to `ragcare compare` without it."""
    given = [option for option, value in how.items() if value is not None]
    if given:
        what = "a run that was made, and is judged whole and as it was asked"
        raise BadInput(f"{source} is {what}. Mend: leave out {', '.join(given)}; or name the suite, to ask it")
    log = read_run(Path(source))
    of_source = files_of_run(Path(source))
    beside = files.log
    if beside is None or beside.resolve() == of_source[-1].resolve():
        require_places(files.places(), (*read, *of_source))
    else:
        require_places(files.places() | {_LOG: beside}, (*read, *of_source))
        log.write(beside)
    return log


def _asked_now(
    source: str,
    split: str | None,
    limit: int | None,
    workers: int | None,
    settings: Settings,
    files: _Files,
    read: Sequence[Path],
) -> RunLog:
    from ragcare.assistant import Assistant
    from ragcare.evaluation.questions import QuestionSet
    from ragcare.evaluation.run import run
    from ragcare.evaluation.run.suite_index import suite_index

    suite = QuestionSet.load(source)
    part = suite.only(split=split, limit=limit)
    at = files.log or _CACHE / "runs" / _log_name(part, settings)
    require_places(files.places() | {_LOG: at}, (*read, Path(source)))
    assistant = Assistant(suite_index(suite, settings, _CACHE / "evals", progress=shows_progress()))
    _say_what_stands(at)
    log = run(assistant, part, log=at, workers=workers, progress=shows_progress())
    say(f"the log is in {at}; to judge it again: ragcare eval {at}")
    return log


def _say_what_stands(at: Path) -> None:
    """Says whether a run goes on or takes the place of a finished one; what is no such run, `run` itself refuses."""
    from ragcare.evaluation.run.log import RunLog

    if not at.is_file():
        return
    try:
        stands = RunLog.read_unchecked(at)
    except RagcareError:
        return
    if stands.is_whole:
        say(f"{at}: the finished run in it is replaced")
    else:
        say(f"{at}: {len(stands)} of {stands.head.questions} questions were asked already")


def _settings(file: Path | None, embedder: str | None) -> Settings:
    from ragcare.settings import Settings

    settings = Settings.load(file)
    return settings if embedder is None else settings.with_embedder(embedder)


def _log_name(part: QuestionSet, settings: Settings) -> str:
    from ragcare.evaluation.run.suite_index import file_name

    return file_name(part.name, part.part, settings.retrieval.embedder) + LOG


def _default_judge(log: RunLog) -> AnswerJudge:
    from ragcare.evaluation.judge import ReferenceJudge

    return ReferenceJudge(log.head.token_f1)


# --- the files ---------------------------------------------------------------------------------------


class _Files(NamedTuple):
    """Where the report goes, in each of its forms."""

    json: Path | None
    html: Path | None
    markdown: Path | None

    @property
    def log(self) -> Path | None:
        """The log of the run, beside the report; None where no report is written."""
        return log_beside(self.json) if self.json is not None and self.json != STDOUT else None

    def places(self) -> dict[str, Path]:
        """All that is written once the run is judged, by the options that named it."""
        places = {"--html": self.html, "--markdown": self.markdown}
        if self.json is not None and self.json != STDOUT:
            places["--json"] = self.json
            places |= {_ROWS: rows_beside(self.json)} if self.json.name else {}  # what has no name is refused as it is
        return {option: path for option, path in places.items() if path is not None}

    def write(self, report: Report, judged: Sequence[Judged]) -> None:
        """Writes them, each whole or not at all."""
        from ragcare.evaluation import report as reporting
        from ragcare.knowledge.atomic import write_files

        make = {
            "--json": lambda: report.model_dump_json(indent=2) + "\n",
            _ROWS: lambda: reporting.row_lines(judged),
            "--html": lambda: reporting.page(report, judged),
            "--markdown": lambda: reporting.markdown(report),
        }
        places = self.places()
        write_files({path: make[option]().encode() for option, path in places.items()})
        if places:
            say(f"wrote {', '.join(map(str, places.values()))}")


# --- the gate ----------------------------------------------------------------------------------------


def _compared(
    before: RunLog, after: RunLog, judge: AnswerJudge, judged: Sequence[Judged], allow_left_out: bool
) -> Comparison:
    from ragcare.evaluation.bars import MAIN_METRICS, Bar
    from ragcare.evaluation.compare import compare

    bars = [Bar.parse(name) for name in MAIN_METRICS]
    comparison = compare(before, after, judge=judge, judged=judged, bars=bars, allow_left_out=allow_left_out)
    say_what_is_compared(comparison)
    return comparison
