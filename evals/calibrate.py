"""Fits the confidence that ships with ragcare on the dev questions of the labelled suites.

    python evals/calibrate.py                 fits for each packaged embedder, and says how it does on suites left out
    python evals/calibrate.py --embedder e5   only for that one; the page keeps what it says of the others
    python evals/calibrate.py --dry-run       only prints

A question counts as right if what is drafted cites an article that its row names and agrees with its reference
answers, where it has some: as the harness judges.
The figures are of leave-one-suite-out: each suite is judged by a model that was fitted on the others. They are written
to evals/CONFIDENCE.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from confidence_tables import against_signals, calibrators, left_out, small_ones, with_own
from outcomes import Outcomes, gather

from ragcare.deciding.confidence import SHIPPED
from ragcare.index.hybrid import HybridIndex
from ragcare.settings import Settings
from retrieval import HERE

SUITES = (
    "spf_fr",
    "covidfaq_fr",
    "piaf_fr",
    "covidfaq_en",
    "doc2dial_en",
    "banking77_oos_en",
    "clinc150_en",
)
ONLY_JUDGED = ("squad2_en",)
"""Its unanswerable questions were written to fool retrieval scores: fitted on, they make every other suite worse."""
HOME = HERE.parent / "src" / "ragcare" / "deciding" / "calibrations"
PREFACE = """# How sure the confidence is, on suites that it has not seen

Written by `make calibrate`, not by hand. Dev questions without a history, at most 800 of a suite, to which something
was drafted. "Right": the draft cites an article that the row names and, where the row has reference answers, agrees
with one. Each suite is judged by a logistic model fitted on the others, and on small knowledge bases made of these.
The last columns: the share that would be answered at that threshold, and the share of all questions that would be
answered wrongly.
"""

FEW = """Of small knowledge bases, which some articles of a suite make, drawn by chance, and which answer half of what
they are asked at most: means over the suites that have so many articles, each judged by the same model as above.
"""
AGAINST = """Against each signal by itself: area under the risk-coverage curve (less is better), and the share that
can be answered with at most 5 % of the answers wrong.
"""
CALIBRATORS = """ECE with a calibrator behind the model. Ten bins over n questions show about .04 (n = 500) to .09
(n = 88) where nothing is wrong at all.
"""
OWN = """What labelled questions of its own bring a company (`ragcare tune`), each suite standing for one: ECE (of the
worst suite), Brier score, the share that can be answered with at most 5 % of the answers wrong. Means over 20 draws,
judged on up to 500 of its other questions. "Were it perfect": whether an answer is right is drawn by the probability
that the last one tells, so these are the figures of so many questions where nothing is wrong.
"""


def sections(outcomes: Mapping[str, Outcomes]) -> dict[str, str]:
    """What the Markdown page says of each embedder."""
    return {embedder: _section(embedder, met) for embedder, met in outcomes.items()}


def _section(embedder: str, met: Outcomes) -> str:
    weights = met.fitted().features.items()
    text = f"(fingerprint {_fingerprint(embedder)})\n\n{left_out(met)}\n"
    text += "\nWeights: " + ", ".join(f"{name} {one.weight:+.2f}" for name, one in weights) + ".\n"
    text += f"\n{FEW}\n{small_ones(met)}\n"
    text += f"\n{AGAINST}\n{against_signals(met)}\n"
    text += f"\n{CALIBRATORS}\n{calibrators(met)}\n"
    return text + f"\n{OWN}\n{with_own(met)}\n"


def known_sections(page: str) -> dict[str, str]:
    """What a page says of each embedder."""
    return dict(part.split(" ", 1) for part in page.split("\n## ")[1:])


def _fingerprint(embedder: str) -> str:
    return HybridIndex(Settings.load().with_embedder(embedder)).fingerprint()


def main() -> None:
    """Fits, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--embedder", action="append", choices=SHIPPED, help="only this one; may be given again")
    parser.add_argument("--dry-run", action="store_true", help="print only, write nothing")
    given = parser.parse_args()
    outcomes = gather(given.embedder or SHIPPED, (*SUITES, "demo"), ONLY_JUDGED)
    path = HERE / "CONFIDENCE.md"
    told = known_sections(path.read_text(encoding="utf-8") if path.exists() else "") | sections(outcomes)
    page = PREFACE + "".join(f"\n## {embedder} {told[embedder]}" for embedder in SHIPPED if embedder in told)
    sys.stdout.write(page)
    if not given.dry_run:
        for embedder, met in outcomes.items():
            met.fitted(_fingerprint(embedder)).write(HOME / f"{embedder}.json")
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
