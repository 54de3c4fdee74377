"""`ragcare check` of question sets: which path is one, and what is shown of a great many findings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]

HEADER = "id,question,lang,answerable,expects"


def suite(folder: Path, *rows: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "corpus.jsonl").write_text('{"id": "a", "text": "Comptez 14 jours.", "lang": "fr"}\n', encoding="utf-8")
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def row(number: int, **changes: Any) -> dict[str, Any]:
    asked = {"id": f"q{number}", "question": f"Combien de jours {number} ?", "lang": "fr", "answerable": True}
    return asked | {"expects": "answer", "relevant_ids": ["a"], "answers": ["14 jours"]} | changes


def test_many_notes_of_a_kind_are_counted_and_all_are_in_the_json(run: Run, tmp_path: Path) -> None:
    folder = suite(tmp_path / "many", *(row(number, answers=["30 jours"]) for number in range(9)))
    shown = run("check", folder)
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert len(lines) == 4
    assert '6 more "answer_not_in_article", lines 4, 5, 6, 7, 8, 9' in lines[3]
    found = json.loads(run("check", folder, "--json").stdout)["findings"]
    assert [one["line"] for one in found] == list(range(1, 10))
    assert {one["severity"] for one in found} == {"note"}
    assert found[0]["question"] == "q0"


def test_four_notes_are_shown_one_by_one(run: Run, tmp_path: Path) -> None:
    folder = suite(tmp_path / "four", *(row(number, answers=["30 jours"]) for number in range(4)))
    assert [line.split(": ")[1] for line in run("check", folder).stdout.splitlines()] == ["q0", "q1", "q2", "q3"]


def test_an_error_ends_with_1(run: Run, tmp_path: Path) -> None:
    result = run("check", suite(tmp_path / "wrong", row(1, relevant_ids=["b"])))
    assert (result.exit_code, "unknown_id" in result.stdout) == (1, False)
    assert 'no article "b"' in result.stdout


def test_a_format_that_is_not_there_is_no_matter_of_json_lines(run: Run, tmp_path: Path) -> None:
    result = run("check", suite(tmp_path / "ours", row(1)), "--format", "squad")
    assert result.exit_code == 1
    assert "paragraphs and qas" in result.stdout
    assert "JSON object a line" not in result.stdout


def test_what_is_left_out_is_a_note(run: Run, tmp_path: Path) -> None:
    (suite(tmp_path / "ours", row(1)) / "corpus.csv").write_text("id,body\n", encoding="utf-8")
    result = run("check", tmp_path / "ours", "--json")
    assert result.exit_code == 0
    assert [one["code"] for one in json.loads(result.stdout)["findings"]] == ["left_out"]


def test_what_check_calls_an_error_of_one_row_eval_does_not_measure(run: Run, tmp_path: Path) -> None:
    folder = suite(tmp_path / "pasted", row(1), row(1))
    assert run("check", folder).exit_code == 1
    result = run("eval", folder, "--embedder", "hash")
    assert result.exit_code == 2
    assert "line 1 has the same id" in result.stderr
    assert not (tmp_path / ".ragcare").exists()


def test_a_published_set_is_checked_as_one(run: Run, tmp_path: Path) -> None:
    qas = [{"id": "1", "question": "Où ?", "answers": [{"text": "ici", "answer_start": 0}]}]
    published = json.dumps({"data": [{"title": "t", "paragraphs": [{"context": "ici et là", "qas": qas}]}]})
    for name, options in (("dev.json", ()), ("set.txt", ("--format", "squad"))):
        (tmp_path / name).write_text(published, encoding="utf-8")
        result = run("check", tmp_path / name, "--json", *options)
        assert (result.exit_code, json.loads(result.stdout)["kind"]) == (0, "suite"), result.stdout


@pytest.mark.parametrize(
    ("content", "kind"),
    [(f"{HEADER}\nq1,Où ?,fr,false,refuse\n", "suite"), ("id,title,body,lang\na,Où ?,Ici même.,fr\n", "knowledge")],
)
def test_a_table_is_told_from_one_of_articles(run: Run, tmp_path: Path, content: str, kind: str) -> None:
    folder = suite(tmp_path / "tables")
    (folder / "table.csv").write_text(content, encoding="utf-8")
    assert json.loads(run("check", folder / "table.csv", "--json").stdout)["kind"] == kind
