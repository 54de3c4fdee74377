"""Whether the promise of `ragcare tune` holds on questions that it never saw; `make guarantee`.

    python evals/guarantee.py                 reads the runs of `make eval`, writes GUARANTEE.md and guarantee.json
    python evals/guarantee.py --splits 50     a quick look, printed only

The dev questions of a suite are halved by chance, questions about the same articles on the same side. One half tunes:
the calibration is fitted and a threshold certified on it, as `ragcare tune` does. The other half judges the promise:
how many of its questions would be answered wrongly. That is done over and over, with another half each time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

from ragcare.evaluation.run.log import RunLog
from ragcare.evaluation.tune.cases import Case, cases_of, least_threshold, part, refit, under
from ragcare.evaluation.tune.certify import Columns, certify, tally_of
from ragcare.evaluation.tune.risk_control import least_questions, p_values
from ragcare.evaluation.tune.tuned import Terms, Unit
from retrieval import HERE

SUITES = ("spf_fr", "covidfaq_en", "clinc150_en")
RUNS = HERE.parent / ".ragcare" / "runs"
SPLITS = 200
MAX_RISK = 0.05
CONFIDENCE = 0.95
UNITS: tuple[Unit, ...] = ("question", "article")
PREFACE = """# The promise of `tune`, on questions that it never saw

Written by `make guarantee`, not by hand, from the runs of `make eval`: the dev questions of each suite, the default
settings. "With 95 % confidence, at most 5 % of all questions are answered wrongly": is it so?

**Halves.** Each time a suite is halved by chance, questions about the same articles on the same side; one half tunes,
the other judges. By *question* is the default. By *article* (`unit="article"`) is the promise for articles that nobody
asked about yet: one question of each certifies, and one of each judges. The judging half is itself a sample: where the
true rate lies just under the bound, it lies above it in a half of a hundred questions now and then, although nothing is
broken. So two figures stand side by side: in how many splits the judging half was above the bound at all, and in how
many by more than chance explains (exact binomial test, 5 %). A split without a promise breaks none.

**Draws.** To see the promise itself the suite is taken for the whole truth: as many questions as tune above are drawn
from it, with repetition, and the rate at the threshold that they promise is counted on all of the suite. This may lie
above the bound in 5 % of the draws.
"""


class Outcome(NamedTuple):
    """What one promise came to; None where nothing was promised."""

    threshold: float
    certified: float
    judged: float
    coverage: float
    wrong: int
    n: int


def promise(tuning: Sequence[Case], terms: Terms, least: float) -> tuple[float, float, Any] | None:
    """The threshold, the rate that it was certified at, and the calibration; None where nothing can be promised."""
    fitting, certifying = part(tuning, terms.unit)
    try:
        calibration = refit(fitting, "")
    except ValueError:
        return None
    certified = certify(
        Columns.of(under(calibration, fitting)), Columns.of(under(calibration, certifying)), terms, least=least
    )
    at = certified.chosen
    if at is None:
        return None
    tally = certified.tally
    return float(tally.thresholds[at]), float(tally.wrong[at] / tally.n), calibration


def judged(tuning: Sequence[Case], judging: Sequence[Case], terms: Terms, least: float) -> Outcome | None:
    """A promise made on some questions, and its rate on others."""
    promised = promise(tuning, terms, least)
    if promised is None:
        return None
    threshold, rate, calibration = promised
    tally = tally_of(Columns.of(under(calibration, judging)), np.array([threshold]))
    wrong, answered = int(tally.wrong[0]), int(tally.answered[0])
    return Outcome(threshold, rate, wrong / tally.n, answered / tally.n, wrong, tally.n)


def halves(cases: Sequence[Case], chance: np.random.Generator) -> tuple[list[Case], list[Case]]:
    """Two halves, the questions of a cluster on one side."""
    clusters = sorted({case.cluster for case in cases})
    tuning = set(chance.permutation(clusters)[: len(clusters) // 2].tolist())
    first = _renamed((case for case in cases if case.cluster in tuning), chance)
    return first, [case for case in cases if case.cluster not in tuning]


def drawn(cases: Sequence[Case], count: int, chance: np.random.Generator) -> list[Case]:
    """So many questions, with repetition."""
    return _renamed((cases[place] for place in chance.integers(len(cases), size=count)), chance)


def _renamed(cases: Iterable[Case], chance: np.random.Generator) -> list[Case]:
    """By their names questions are parted in those that fit and those that certify: by chance too, then."""
    salt = int(chance.integers(2**60))
    return [case._replace(id=f"{salt} {place}", cluster=f"{salt} {case.cluster}") for place, case in enumerate(cases)]


def measured(cases: Sequence[Case], unit: Unit, least: float, splits: int) -> dict[str, Any]:
    """The halves and, by question, the draws of one suite."""
    chance, terms = np.random.default_rng(2026), Terms(max_risk=MAX_RISK, confidence=CONFIDENCE, unit=unit)
    of_halves = []
    for _ in tqdm(range(splits), leave=False):
        tuning, judging = halves(cases, chance)
        of_halves.append(judged(tuning, one_of_each(judging, chance) if unit == "article" else judging, terms, least))
    told = {"halves": _told(of_halves)}
    if unit == "question":
        half = len(cases) // 2
        draws = (judged(drawn(cases, half, chance), cases, terms, least) for _ in tqdm(range(splits), leave=False))
        told["draws"] = _told(list(draws))
    return told


def one_of_each(cases: Sequence[Case], chance: np.random.Generator) -> list[Case]:
    """One question of each article, by chance."""
    mixed = [cases[place] for place in chance.permutation(len(cases))]
    return list({case.cluster: case for case in mixed}.values())


def _told(outcomes: Sequence[Outcome | None]) -> dict[str, Any]:
    said = [one for one in outcomes if one is not None]
    above = [one for one in said if one.judged > MAX_RISK]
    return {
        "times": len(outcomes),
        "promised": len(said),
        "above": len(above),
        "above_beyond_chance": sum(_beyond_chance(one) for one in above),
        "judged": [round(one.judged, 4) for one in said],
        "coverage": [round(one.coverage, 4) for one in said],
        "threshold": [round(one.threshold, 4) for one in said],
        "questions_that_judge": round(float(np.mean([one.n for one in said])), 1) if said else None,
    }


def _beyond_chance(one: Outcome) -> bool:
    """Whether so many wrong answers are hardly to be had where the rate is at the bound: P(Bin(n, bound) >= wrong)."""
    below = p_values(np.array([one.wrong - 1]), np.array([one.n]), MAX_RISK)
    return bool(1 - below[0] <= 1 - CONFIDENCE)


def page(found: dict[str, Any]) -> str:
    """GUARANTEE.md."""
    lines = [
        PREFACE,
        "| suite | questions, articles | unit | judging half: n | splits with a promise "
        "| wrong there: mean, 95th percentile | answered there, mean | above the bound "
        "| beyond chance | draws with a promise | draws above (≤ 5 %) |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for suite, told in found["suites"].items():
        for unit in UNITS:
            head = f"| {suite} | {told['questions']}, {told['articles']} | {unit} "
            lines.append(head + _cells(told[unit]["halves"], told[unit].get("draws")))
    least = least_questions(MAX_RISK, CONFIDENCE)
    lines += [
        "",
        f"Each rate is a share of {found['splits']} splits or draws. A promise of 5 % takes {least} certifying",
        "questions without an error, and a half of a half of a small suite has few more. Who tunes on all questions",
        "certifies on twice as many as here, and answers more.",
        "",
    ]
    return "\n".join(lines)


def _cells(halves: dict[str, Any], draws: dict[str, Any] | None) -> str:
    times = halves["times"]
    of_draws = "– | – |"
    if draws is not None:
        of_draws = f"{_share(draws['promised'], draws['times'])} | {_share(draws['above'], draws['times'])} |"
    if not halves["promised"]:
        return f"| – | {_share(0, times)} | – | – | – | – | {of_draws}"
    rate, coverage = np.array(halves["judged"]), np.array(halves["coverage"])
    return (
        f"| {halves['questions_that_judge']:.0f} | {_share(halves['promised'], times)} "
        f"| {rate.mean():.3f}, {np.quantile(rate, 0.95):.3f} | {coverage.mean():.2f} "
        f"| {_share(halves['above'], times)} | {_share(halves['above_beyond_chance'], times)} | {of_draws}"
    )


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.1f} %"


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splits", type=int, help=f"halves of each suite; {SPLITS} if left out")
    parser.add_argument("--runs", type=Path, default=RUNS, help="where the logs of `make eval` lie")
    given = parser.parse_args()
    splits = given.splits or SPLITS
    found: dict[str, Any] = {"max_risk": MAX_RISK, "confidence": CONFIDENCE, "splits": splits, "suites": {}}
    for suite in SUITES:
        log = RunLog.read(given.runs / f"{suite}-dev.run.jsonl")
        cases, least = cases_of([log]), least_threshold([log])
        told: dict[str, Any] = {"questions": len(cases), "articles": len({case.cluster for case in cases})}
        told |= {unit: measured(cases, unit, least, splits) for unit in UNITS}
        found["suites"][suite] = told
    text = page(found)
    sys.stdout.write(text)
    if given.splits is None:
        (HERE / "GUARANTEE.md").write_text(text, encoding="utf-8")
        (HERE / "guarantee.json").write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
