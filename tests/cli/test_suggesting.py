"""`ragcare suggest`: what is shown, what goes to stdout, and what is kept from whom."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_shows_titles_with_the_articles_they_stand_for(run: Run, home: Path) -> None:
    result = run("suggest", "quels hor", "--index", home)
    assert result.exit_code == 0
    assert result.stdout == "Quels sont les horaires de la boutique ?  fr-horaires\n"


def test_json_holds_what_was_typed_and_the_spans(run: Run, home: Path) -> None:
    document = json.loads(run("suggest", "delivry", "--index", home, "--json").stdout)
    assert document["text"] == "delivry"
    (only,) = document["suggestions"]
    assert only["article_id"] == "en-delivery"
    assert [only["text"][start:end] for start, end in only["highlights"]] == ["delivery"]


def test_nothing_is_said_on_stderr_and_is_an_empty_list(run: Run, home: Path) -> None:
    result = run("suggest", "zzzz", "--index", home, "--json")
    assert json.loads(result.stdout)["suggestions"] == []
    assert result.exit_code == 0
    assert "nothing" in result.stderr


def test_who_asks_and_when_decides(run: Run, home: Path) -> None:
    assert run("suggest", "static", "--index", home).stdout == ""
    assert "en-static-ip" in run("suggest", "static", "--index", home, "--audience", "segment:business").stdout
    assert run("suggest", "winter", "--index", home).stdout == ""
    assert "en-winter" in run("suggest", "winter", "--index", home, "--as-of", "2025-01-01").stdout


def test_none_wanted_and_no_index_are_wrong_use(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("suggest", "x", "--index", home, "-k", "0").exit_code == 2
    assert run("suggest", "x", "--index", tmp_path / "nowhere").exit_code == 2
