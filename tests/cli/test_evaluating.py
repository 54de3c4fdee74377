"""`ragcare eval`: what it asks, what it writes, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from ragcare.evaluation.report import Report
from ragcare.evaluation.run.log import RunLog

Run = Callable[..., Result]

ARTICLES = [
    {"id": "returns", "title": "Returning a parcel", "text": "You can return a parcel within 14 days.", "lang": "en"},
    {"id": "hours", "title": "Opening hours", "text": "The shop opens at 9 and closes at 18.", "lang": "en"},
    {"id": "colis", "title": "Suivre un colis", "text": "Suivez votre colis dans votre espace client.", "lang": "fr"},
]


def question(name: str, text: str, article: str | None, **fields: Any) -> dict[str, Any]:
    gold = {"relevant_ids": [article], "expects": "answer"} if article else {"expects": "refuse"}
    return {"id": name, "question": text, "lang": "en", "answerable": article is not None, **gold, **fields}


QUESTIONS = [
    question("q1", "How do I return a parcel?", "returns", answers=["14 days"], split="dev"),
    question("q2", "What are the opening hours?", "hours", split="dev"),
    question("q3", "Do you sell elephants?", None, split="dev"),
    question("q4", "Comment suivre un colis ?", "colis", lang="fr", split="test"),
]


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A suite in a folder of its own, which is where the verb runs."""
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "small"
    home.mkdir()
    (home / "corpus.jsonl").write_text("".join(json.dumps(one) + "\n" for one in ARTICLES))
    (home / "questions.jsonl").write_text("".join(json.dumps(one) + "\n" for one in QUESTIONS))
    return home


@pytest.fixture
def evaluate(run: Run, suite: Path) -> Run:
    """Runs `ragcare eval` on the suite with the embedder that needs no model."""

    def evaluate(*words: str) -> Result:
        return run("eval", suite, "--embedder", "hash", *words)

    return evaluate


def without_speed(report: Path) -> dict[str, Any]:
    return {name: value for name, value in json.loads(report.read_text()).items() if name != "speed"}


def test_the_report_its_rows_and_its_log_lie_side_by_side(evaluate: Run, tmp_path: Path) -> None:
    result = evaluate("--json", "out/small.json", "--markdown", "out/small.md")

    assert result.exit_code == 0
    report = Report.model_validate_json((tmp_path / "out/small.json").read_bytes())
    assert (report.suite, report.n) == ("small", 4)
    assert set(report.retrieval) == {"recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"}
    assert report.retrieval["recall@1"].n == 3
    rows = [json.loads(line) for line in (tmp_path / "out/small.rows.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["q1", "q2", "q3", "q4"]
    assert len(RunLog.read(tmp_path / "out/small.run.jsonl")) == 4
    assert (tmp_path / "out/small.md").read_text().startswith("# ")
    assert "Safe deflection" in result.stdout


def test_run_twice_the_reports_differ_in_the_speed_alone(evaluate: Run, tmp_path: Path) -> None:
    evaluate("--json", "one.json")
    evaluate("--json", "two.json", "--workers", "1")

    assert without_speed(tmp_path / "one.json") == without_speed(tmp_path / "two.json")
    assert (tmp_path / "one.rows.jsonl").read_bytes() == (tmp_path / "two.rows.jsonl").read_bytes()


def test_a_report_on_stdout_is_json_alone(evaluate: Run, tmp_path: Path) -> None:
    result = evaluate("--json", "-")

    assert json.loads(result.stdout)["n"] == 4
    assert not (tmp_path / "-").exists()


def test_a_split_and_a_limit_are_asked_alone(evaluate: Run) -> None:
    assert json.loads(evaluate("--json", "-", "--split", "dev").stdout)["n"] == 3
    limited = json.loads(evaluate("--json", "-", "--split", "dev", "--limit", "2").stdout)
    assert (limited["n"], limited["part"]) == (2, "dev, 2 of them")


def test_an_unknown_split_is_named_with_those_that_there_are(evaluate: Run) -> None:
    result = evaluate("--split", "train")

    assert result.exit_code == 2
    assert "'dev', 'test'" in result.stderr


def test_a_log_is_judged_again_without_asking(evaluate: Run, run: Run, tmp_path: Path) -> None:
    evaluate("--json", "one.json")
    (tmp_path / "small" / "corpus.jsonl").unlink()  # nothing could be asked now

    result = run("eval", "one.run.jsonl", "--json", "again.json")

    assert result.exit_code == 0
    assert without_speed(tmp_path / "again.json") == without_speed(tmp_path / "one.json")


def test_a_run_judged_again_is_as_good_as_the_run_itself(evaluate: Run, run: Run, suite: Path, tmp_path: Path) -> None:
    """Its log lies beside the new report, which can then be compared; its bars hold; its report names it too."""
    (suite / "suite.toml").write_text("[bars]\nsafe_deflection = {least = 1.0}\n")
    evaluate("--json", "one.json")

    results = [
        run("eval", named, "--json", again) for named, again in (("one.run.jsonl", "b.json"), ("one.json", "c.json"))
    ]

    assert [result.exit_code for result in results] == [1, 1]
    assert all("NOT MET  safe_deflection" in result.stdout for result in results)
    assert (tmp_path / "b.run.jsonl").read_bytes() == (tmp_path / "one.run.jsonl").read_bytes()
    compared = run("compare", "one.json", "c.json")
    assert compared.exit_code == 0
    assert "Every reply is the same." in compared.stdout


@pytest.mark.parametrize(
    "option",
    [("--split", "dev"), ("--limit", "2"), ("--workers", "1"), ("--embedder", "hash"), ("--settings", "x.toml")],
)
def test_a_run_that_was_made_cannot_be_asked_in_another_way(evaluate: Run, run: Run, option: tuple[str, str]) -> None:
    evaluate("--json", "one.json")
    result = run("eval", "one.run.jsonl", *option)
    assert result.exit_code == 2
    assert f"leave out {option[0]}" in result.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--html", "-"), "--html -: it is written to a file alone"),
        (("--markdown", "-"), "--markdown -: it is written to a file alone"),
        (("--json", ""), "it is a folder"),
        (("--html", "small"), "it is a folder"),
        (("--json", "x.json", "--markdown", "x.json"), "would both be written to x.json"),
        (("--json", "x.json", "--html", "./x.run.jsonl"), "the log of the run would both be written"),
        (("--json", "x.json", "--html", "small/../x.rows.jsonl"), "would both be written"),
        (("--json", "before.json", "--baseline", "before.json"), "--json would be written over before.json"),
        (
            ("--json", "before.json", "--baseline", "before.run.jsonl"),
            "log of the run would be written over before.run",
        ),
        (("--json", "link.json", "--baseline", "before.json"), "--json would be written over link.json"),
        (("--html", "before.run.jsonl", "--baseline", "before.json"), "--html would be written over before.run.jsonl"),
        (("--allow-left-out",), "name it with --baseline"),
    ],
)
def test_no_file_is_asked_for_that_cannot_be_written_or_would_be_lost(
    evaluate: Run, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    evaluate("--json", "before.json")
    (tmp_path / "link.json").symlink_to("before.json")
    there = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}

    result = evaluate(*words)

    assert result.exit_code == 2
    assert says in result.stderr
    assert "Mend" in result.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == there


def test_the_kept_log_of_a_baseline_is_not_written_over_by_the_candidate(evaluate: Run) -> None:
    evaluate()
    result = evaluate("--baseline", ".ragcare/runs/small-hash.run.jsonl")
    assert result.exit_code == 2
    assert "the log of the run would be written over" in result.stderr


def test_another_judge_is_named_in_the_report(evaluate: Run, run: Run) -> None:
    evaluate("--json", "one.json")

    judged = json.loads(run("eval", "one.run.jsonl", "--json", "-", "--judge", "similarity:hash@0.2").stdout)
    assert "similarity" in judged["judge"]


@pytest.mark.parametrize("judge", ["similarity", "similarity:hash", "similarity:hash@2", "oracle:x@0.5"])
def test_a_judge_that_does_not_exist_is_wrong_use(evaluate: Run, judge: str) -> None:
    result = evaluate("--judge", judge)

    assert result.exit_code == 2
    assert "similarity:e5@0.8" in result.stderr


def test_prices_of_ones_own_are_in_the_report(evaluate: Run) -> None:
    assert json.loads(evaluate("--json", "-", "--euros", "refusal=1.5").stdout)["euros"]["refused_rightly"] == 1.5
    assert evaluate("--euros", "coffee=2").exit_code == 2


def test_a_bar_of_the_suite_that_is_not_met_ends_with_1(evaluate: Run, suite: Path) -> None:
    (suite / "suite.toml").write_text("[bars]\nsafe_deflection = {least = 1.0}\n")
    result = evaluate()

    assert result.exit_code == 1
    assert "NOT MET  safe_deflection" in result.stdout


def test_a_run_that_is_no_worse_than_its_baseline_ends_with_0(evaluate: Run) -> None:
    evaluate("--json", "before.json")
    assert evaluate("--json", "after.json", "--baseline", "before.json").exit_code == 0


def test_a_baseline_without_its_log_is_told_before_anything_is_asked(evaluate: Run, tmp_path: Path) -> None:
    evaluate("--json", "before.json")
    (tmp_path / "before.run.jsonl").unlink()

    result = evaluate("--json", "after.json", "--baseline", "before.json")
    assert result.exit_code == 2
    assert "before.run.jsonl" in result.stderr
    assert not (tmp_path / "after.run.jsonl").exists()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"expects": "refuse", "answerable": False, "relevant_ids": [], "answers": []}, id="relabelled"),
        pytest.param({"id": "q9"}, id="renamed"),
        pytest.param(None, id="dropped"),
    ],
)
def test_a_question_that_the_baseline_had_is_answered_for(
    evaluate: Run, suite: Path, change: dict[str, Any] | None
) -> None:
    evaluate("--json", "before.json")
    changed = [{**QUESTIONS[0], **change}] if change is not None else []
    (suite / "questions.jsonl").write_text("".join(json.dumps(one) + "\n" for one in [*changed, *QUESTIONS[1:]]))

    strict = evaluate("--json", "after.json", "--baseline", "before.json")
    lenient = evaluate("--json", "after.json", "--baseline", "before.json", "--allow-left-out")

    assert (strict.exit_code, lenient.exit_code) == (1, 0)
    assert "NOT MET  questions: 1 of the baseline were not compared (q1); Mend: store a new baseline" in strict.stdout
    assert "NOT MET" not in lenient.stdout
    for result in (strict, lenient):
        assert "left out," in result.stderr
        assert "q1" in result.stderr
        assert "not the same: " in result.stderr


def test_without_a_file_the_log_is_kept_and_said_where(evaluate: Run, tmp_path: Path) -> None:
    result = evaluate("--split", "dev")

    kept = tmp_path / ".ragcare" / "runs" / "small-dev-hash.run.jsonl"
    assert len(RunLog.read(kept)) == 3
    assert "small-dev-hash.run.jsonl" in result.stderr


def test_a_suite_that_is_not_there_is_wrong_use(run: Run) -> None:
    assert run("eval", "no-such-folder/").exit_code == 2


def test_a_run_that_is_worse_than_its_baseline_ends_with_1(evaluate: Run, suite: Path) -> None:
    names = [f"thing{number:02}" for number in range(30)]
    articles = [{"id": name, "title": name, "text": f"The {name} costs nothing.", "lang": "en"} for name in names]
    questions = [question(name, f"What does the {name} cost?", name) for name in names]
    (suite / "corpus.jsonl").write_text("".join(json.dumps(one) + "\n" for one in articles))
    (suite / "questions.jsonl").write_text("".join(json.dumps(one) + "\n" for one in questions))
    (suite / "bold.toml").write_text("[policy]\nanswer_at = 0.0\nvague_words = 0\n")
    (suite / "shy.toml").write_text("[policy]\nanswer_at = 1.0\nvague_words = 0\n")

    evaluate("--settings", suite / "bold.toml", "--json", "before.json")
    result = evaluate("--settings", suite / "shy.toml", "--json", "after.json", "--baseline", "before.json")

    assert result.exit_code == 1
    assert "NOT MET  safe_deflection: significantly worse" in result.stdout


def test_a_finished_run_is_replaced_not_without_a_word(evaluate: Run) -> None:
    assert "replaced" not in evaluate("--json", "one.json").stderr
    assert "one.run.jsonl: the finished run in it is replaced" in evaluate("--json", "one.json").stderr


def test_a_run_that_goes_on_says_how_far_it_was(evaluate: Run, tmp_path: Path) -> None:
    evaluate("--json", "one.json")
    log = tmp_path / "one.run.jsonl"
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:3]))  # the head and two rows

    assert "2 of 4 questions were asked already" in evaluate("--json", "one.json").stderr


def test_a_baseline_that_does_not_exist_is_named(evaluate: Run) -> None:
    result = evaluate("--json", "after.json", "--baseline", "nothere.json")

    assert result.exit_code == 2
    assert "nothere.json: there is no such report" in result.stderr
