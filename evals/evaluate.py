"""Runs every suite of this folder on its dev questions, and writes a report for each and RESULTS.md over all.

    python evals/evaluate.py                        all suites, the default embedder
    python evals/evaluate.py --suite demo --suite spf_fr
    python evals/evaluate.py --limit 50 --out DIR   a quick look, the stored results left alone

Suites are the folders beside this file that hold a suite.toml. Their data is read from $RAGCARE_DATA, by default
../shared/data beside the project. Every figure of a suite, with its n and its interval, goes to reports/; the log of
a whole run goes to .ragcare/runs, and `ragcare eval LOG --html FILE` makes a page of it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ragcare.assistant import Assistant
from ragcare.evaluation.bars import unmet
from ragcare.evaluation.judge import ReferenceJudge, judge_log
from ragcare.evaluation.metrics import measure
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.report import Figure, Report
from ragcare.evaluation.run import run
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.knowledge.atomic import write_files
from ragcare.settings import Settings

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".ragcare"
HEADLINE = {
    "safe deflection": ("deciding", "safe_deflection"),
    "wrong-answer rate": ("answering", "wrong_answer_rate"),
    "coverage": ("answering", "coverage"),
    "accuracy": ("answering", "accuracy"),
    "answerability AUROC": ("answering", "answerability_auroc"),
    "coverage at 5 % risk": ("answering", "coverage@risk5"),
    "AURC": ("answering", "aurc"),
    "ECE": ("answering", "ece"),
    "token F1": ("answering", "token_f1"),
    "refusal precision": ("deciding", "refusal_precision"),
    "refusal recall": ("deciding", "refusal_recall"),
    "R@1": ("retrieval", "recall@1"),
    "R@5": ("retrieval", "recall@5"),
    "MRR@10": ("retrieval", "mrr@10"),
    "nDCG@10": ("retrieval", "ndcg@10"),
}
TABLES = (
    ("What customers get", ("safe deflection", "wrong-answer rate", "coverage", "accuracy")),
    ("How sure the confidence is", ("answerability AUROC", "coverage at 5 % risk", "AURC", "ECE")),
    ("What is refused, and how the answers are worded", ("refusal precision", "refusal recall", "token F1")),
    ("What is found", ("R@1", "R@5", "MRR@10", "nDCG@10")),
)
PREFACE = """# Results

Written by `make eval`, not by hand: every suite of this folder, its dev questions, the default settings. Each cell: the
value, its 95 % interval (bootstrap over articles), and n. The words are those of docs/evaluation.md: safe deflection =
correct / all; wrong-answer rate = answered and not correct / all; coverage = answered / all; accuracy = correct /
answered. The confidence that ships was fitted on these dev questions too (all but squad2_en and hint3_curekart_en);
CONFIDENCE.md judges it on suites left out.
"""


def evaluate(folder: Path, settings: Settings, out: Path, limit: int | None) -> tuple[Report, tuple[str, ...]]:
    """Runs one suite; its report, and the bars that it does not meet."""
    suite = QuestionSet.load(folder)
    part = suite.only(split="dev", limit=limit)
    assistant = Assistant(suite_index(suite, settings, CACHE / "evals", progress=True))
    kept = None if limit else CACHE / "runs" / f"{suite.name}-dev.run.jsonl"  # a quick look must not take its place
    log = run(assistant, part, log=kept, progress=True)
    judge = ReferenceJudge(log.head.token_f1)
    report = measure(log.head, judge_log(log, judge), judge=judge.name)
    write_files({out / "reports" / f"{suite.name}.json": (report.model_dump_json(indent=2) + "\n").encode()})
    return report, unmet(report, suite.bars)


def results(reports: Sequence[Report]) -> str:
    """RESULTS.md."""
    text = PREFACE
    for title, columns in TABLES:
        text += f"\n## {title}\n\n| suite | n | {' | '.join(columns)} |\n{'|---' * (len(columns) + 2)}|\n"
        for report in reports:
            cells = [_cell(getattr(report, HEADLINE[name][0]).get(HEADLINE[name][1])) for name in columns]
            text += f"| {report.suite} | {report.n} | {' | '.join(cells)} |\n"
    prints = sorted({report.fingerprints["scores"] for report in reports})
    return f"{text}\nFingerprint of the scores: {', '.join(prints)}.\n"


def _cell(figure: Figure | None) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f}), {figure.n}" if figure else "–"


def main() -> None:
    """Runs, prints, writes; ends with 1 where a suite does not meet its bars."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", action="append", help="a folder here; may be given again; all if left out")
    parser.add_argument("--settings", type=Path, help="a settings file; the defaults if left out")
    parser.add_argument("--limit", type=int, help="no more questions than this of each suite")
    parser.add_argument("--out", type=Path, default=HERE, help="where the reports go; here if left out")
    given = parser.parse_args()
    names = given.suite or sorted(path.parent.name for path in HERE.glob("*/suite.toml"))
    settings = Settings.load(given.settings)
    pairs = [evaluate(HERE / name, settings, given.out, given.limit) for name in names]
    text = results([report for report, _ in pairs])
    sys.stdout.write(text)
    if given.suite is None:
        write_files({given.out / "RESULTS.md": text.encode()})
    missed = [bar for _, bars in pairs for bar in bars]
    sys.stderr.writelines(f"not met: {bar}\n" for bar in missed)
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
