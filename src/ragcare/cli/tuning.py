"""`ragcare tune`: the threshold of an answer, with a promise, from the logs of runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ragcare.cli.console import counted, print_json, print_table, say, show
from ragcare.cli.options import Json, JudgeName, Prices, euros_of, judge_named
from ragcare.cli.output_files import require_places
from ragcare.cli.runs import read_run

if TYPE_CHECKING:
    from ragcare.evaluation.tune.tuned import Step, Tuned

_ROWS = 12
"""So many thresholds show the shape of the curve."""


def tune(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Logs of runs or their reports, one of each suite.")
    ],
    max_risk: Annotated[
        float, typer.Option("--max-risk", metavar="SHARE", help="The errors that are allowed, such as 0.05.")
    ] = 0.05,
    confidence: Annotated[
        float, typer.Option("--confidence", metavar="SHARE", help="How sure the promise must be, such as 0.95.")
    ] = 0.95,
    risk: Annotated[
        Literal["wrong", "selective"],
        typer.Option("--risk", help="Errors as a share of all questions (wrong), or of those answered (selective)."),
    ] = "wrong",
    unit: Annotated[
        Literal["question", "article"],
        typer.Option("--unit", help="What was drawn: questions; or articles, with several questions written for each."),
    ] = "question",
    keep: Annotated[
        bool, typer.Option("--keep-calibration", help="Fit no calibration: keep the one that the runs had.")
    ] = False,
    judge: JudgeName = None,
    euros: Prices = None,
    out: Annotated[
        Path | None, typer.Option("-o", metavar="DIR", help="Write policy.toml and calibration.json there.")
    ] = None,
    json_: Json = False,
) -> None:
    """Finds the lowest threshold of an answer at which errors are held under a bound, with a promise.

    The calibration is fitted on some of the questions, and the promise certified on the others. Ends with 1 where
    nothing can be promised.
    """
    from ragcare.evaluation.tune import tune as search
    from ragcare.evaluation.tune.policy_file import CALIBRATION, POLICY

    prices = euros_of(euros)
    if out is not None:
        require_places({f"-o ({name})": out / name for name in (POLICY, CALIBRATION)}, runs)
    tuned = search(
        [read_run(run) for run in runs],
        max_risk=max_risk,
        confidence=confidence,
        risk=risk,
        unit=unit,
        refit=not keep,
        euros=prices,
        judge=None if judge is None else judge_named(judge),
    )
    if json_:
        print_json(tuned.model_dump(mode="json"))
    else:
        _show(tuned, assumed=not euros)
    if out is not None and tuned.at is not None:
        say(f"wrote {tuned.write(out)}. To use it: ragcare ask --settings {out / POLICY}")
    elif out is not None:
        say(f"nothing was written to {out}")
    raise typer.Exit(0 if tuned.at is not None else 1)


def _show(tuned: Tuned, *, assumed: bool) -> None:
    from ragcare.evaluation.tune.tuned import percent

    if tuned.curve:
        bound = f"upper bound ({percent(tuned.terms.confidence)})"
        columns = {"answer_at": "right", "coverage": "right", "wrong answers": "right"}
        more = {"wrong of answered": "right"} if tuned.terms.risk == "selective" else {}
        rows = [_row(one, selective=bool(more)) for one in _few(tuned)]
        print_table({**columns, **more, bound: "right", "promised": "left"}, rows)
        show("")
    for suite, one in tuned.by_suite.items() if len(tuned.by_suite) > 1 else ():
        show(f"{suite}: {_percent(one.coverage)} answered, {_percent(one.risk)} risk, at most {_percent(one.upper)}")
    show((tuned.promise, "bold green" if tuned.at else "bold yellow"))
    if tuned.needed is not None:
        show(f"It would take at least {tuned.needed} certifying questions; there are {sum(tuned.certified.values())}.")
    if tuned.cheapest is not None:
        best, prices = tuned.cheapest, "at assumed prices" if assumed else "at the prices given"
        show(
            f"Cheapest {prices}: {best.euros:.2f} € a question at answer_at = {best.answer_at:g} "
            f"({_percent(best.coverage)} answered, {_percent(best.wrong_answer_rate)} wrongly). "
            "An estimate, without a promise."
        )
    fitted = f"calibration fitted on {sum(tuned.fitted.values())} others" if tuned.fitted else "calibration kept"
    say(f"certified on {counted(sum(tuned.certified.values()), 'question')}, {fitted}; right means: {tuned.judge}")


def _few(tuned: Tuned) -> list[Step]:
    """Thresholds evenly spread over the curve, that of the promise among them."""
    curve = tuned.curve
    places = {at * (len(curve) - 1) // (_ROWS - 1) for at in range(_ROWS)}
    return [one for at, one in enumerate(curve) if at in places or one == tuned.at]


def _row(one: Step, *, selective: bool) -> list[str]:
    shares = [one.coverage, one.wrong_answer_rate, *([one.risk] if selective else []), one.upper]
    return [f"{one.threshold:g}", *map(_percent, shares), "yes" if one.promised else ""]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
