"""`ragcare compare`: what it shows, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import typer
from tests.evaluation.rows import HEAD, judged, label, right
from typer.testing import CliRunner, Result

from ragcare.cli import _Verbs
from ragcare.cli.comparing import compare
from ragcare.evaluation.compare import Comparison
from ragcare.evaluation.judge import Judged
from ragcare.evaluation.run.log import RunLog

Compare = Callable[..., Result]

NAMES = [f"q{number:02}" for number in range(30)]
RIGHT = [right(label(name)) for name in NAMES]
BROKEN = [judged(label(name), "answer", cites="elsewhere", found=["elsewhere"]) for name in NAMES[:25]] + RIGHT[25:]


@pytest.fixture
def run_compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compare:
    """Runs the verb with these words, in a folder with the logs `good`, `bad` and `half`."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "good.run.jsonl", RIGHT)
    write(tmp_path / "bad.run.jsonl", BROKEN, code="another")
    write(tmp_path / "half.run.jsonl", RIGHT, asked=20)
    verbs = typer.Typer(cls=_Verbs, pretty_exceptions_enable=False)
    verbs.command()(compare)
    verbs.callback()(lambda: None)

    def run(*words: str) -> Result:
        return CliRunner().invoke(verbs, ["compare", *words], catch_exceptions=False)

    return run


def write(path: Path, rows: Iterable[Judged], *, code: str = "c", asked: int | None = None) -> None:
    numbered = tuple(one.row.model_copy(update={"number": number}) for number, one in enumerate(rows))
    head = HEAD.model_copy(update={"fingerprints": {"code": code}}).sealed([row.label for row in numbered])
    RunLog(head=head, rows=numbered[:asked]).write(path)


def test_a_run_compared_with_itself_ends_well(run_compare: Compare) -> None:
    result = run_compare("good.run.jsonl", "good.run.jsonl")
    assert result.exit_code == 0
    assert "Every reply is the same." in result.stdout
    assert "not the same: nothing" in result.stderr
    assert "all bars are met" in result.stderr


def test_a_loss_ends_with_1_and_says_in_words_what_was_lost(run_compare: Compare) -> None:
    result = run_compare("good.run.jsonl", "bad.run.jsonl")
    assert result.exit_code == 1
    row = next(line for line in result.stdout.splitlines() if line.startswith("Safe deflection"))
    assert row.split()[2:6] == ["100.0%", "16.7%", "-83.3", "points"]
    assert row.endswith("↓ worse")
    assert "NOT MET  safe_deflection: significantly worse than the baseline" in result.stdout
    assert "not the same: code" in result.stderr
    assert "questions:" not in result.stdout
    assert "4 bars not met" in result.stderr


def test_a_gain_ends_with_0(run_compare: Compare) -> None:
    assert run_compare("bad.run.jsonl", "good.run.jsonl").exit_code == 0


def test_only_the_bars_that_are_named_are_watched(run_compare: Compare) -> None:
    def end(*bars: str) -> int:
        words = [word for bar in bars for word in ("--bar", bar)]
        return run_compare("good.run.jsonl", "bad.run.jsonl", *words).exit_code

    assert end("coverage") == 0
    assert end("coverage", "wrong_answer_rate") == 1
    assert end("wrong_answer_rate:0.99") == 0


def test_the_first_twenty_questions_are_shown_or_all(run_compare: Compare) -> None:
    some, every = (run_compare("good.run.jsonl", "bad.run.jsonl", *words) for words in ((), ("--all",)))
    assert some.stdout.count("correct → wrong") == 20
    assert "5 more changed questions" in some.stderr
    assert every.stdout.count("correct → wrong") == 25
    assert "-art-q00 +elsewhere" in every.stdout


def test_json_is_the_whole_comparison(run_compare: Compare) -> None:
    result = run_compare("good.run.jsonl", "bad.run.jsonl", "--json")
    document = json.loads(result.stdout)
    assert document.pop("passes") is False
    comparison = Comparison.model_validate_json(json.dumps(document))
    assert len(comparison.changes) == 25
    assert [one.met for one in comparison.bars] == [False] * 4


def test_a_report_stands_for_the_log_beside_it(run_compare: Compare) -> None:
    Path("good.json").write_text("{}")
    assert run_compare("good.json", "good.run.jsonl").exit_code == 0


def test_a_question_that_is_missing_ends_with_1_unless_it_is_allowed(run_compare: Compare) -> None:
    write(Path("fewer.run.jsonl"), RIGHT[10:])
    words = ("good.run.jsonl", "fewer.run.jsonl", "--markdown", "comment.md")
    strict, lenient = run_compare(*words), run_compare(*words, "--allow-left-out")

    assert (strict.exit_code, lenient.exit_code) == (1, 0)
    assert (
        "NOT MET  questions: 10 of the baseline were not compared (q00, q01, q02, q03, q04, …); Mend:" in strict.stdout
    )
    assert "questions" not in lenient.stdout
    for result in (strict, lenient):
        assert "left out, only in the baseline: 10 (q00" in result.stderr
    assert json.loads(run_compare(*words, "--json").stdout)["passes"] is False


def test_a_question_that_is_new_is_said_and_ends_with_0(run_compare: Compare) -> None:
    write(Path("fewer.run.jsonl"), RIGHT[10:])
    result = run_compare("fewer.run.jsonl", "good.run.jsonl")
    assert result.exit_code == 0
    assert "left out, only in the candidate: 10 (q00" in result.stderr


def test_a_judge_that_is_named_judges_both(run_compare: Compare) -> None:
    result = run_compare("good.run.jsonl", "bad.run.jsonl", "--judge", "similarity:hash@0.0")
    assert result.exit_code == 1
    assert run_compare("good.run.jsonl", "good.run.jsonl", "--judge", "oracle").exit_code == 2


def test_markdown_goes_to_its_file(run_compare: Compare) -> None:
    result = run_compare("good.run.jsonl", "bad.run.jsonl", "--markdown", "comment.md")
    assert result.exit_code == 1
    page = Path("comment.md").read_text(encoding="utf-8")
    assert "bars not met" in page
    assert page.count("<details>") == 20


def test_twice_the_same_bytes(run_compare: Compare) -> None:
    one, other = (run_compare("good.run.jsonl", "bad.run.jsonl", "--json").stdout for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("good.run.jsonl", "half.run.jsonl"), "20 of 30 questions"),
        (("good.run.jsonl", "missing.run.jsonl"), "no log of a run"),
        (("lonely.json", "good.run.jsonl"), "there is no such report"),
        (("good.run.jsonl", "bad.run.jsonl", "--bar", "acuracy"), 'write "accuracy"'),
        (("good.run.jsonl", "bad.run.jsonl", "--markdown", "-"), "to a file alone"),
        (("good.run.jsonl", "bad.run.jsonl", "--markdown", "bad.run.jsonl"), "written over bad.run.jsonl"),
        (("good.run.jsonl", "bad.run.jsonl", "--bar", "accuracy:lots"), "not a margin"),
    ],
)
def test_wrong_use_ends_with_2_and_its_mend(run_compare: Compare, words: tuple[str, ...], says: str) -> None:
    result = run_compare(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert says in result.stderr
    assert "Mend" in result.stderr
