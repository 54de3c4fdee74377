"""`ragcare validate` and `ragcare retire`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock
from pydantic import TypeAdapter
from typer.testing import Result

from ragcare.index.hybrid import HybridIndex
from ragcare.knowledge.knowledge_base import KnowledgeBase
from ragcare.schema import Article

Run = Callable[..., Result]


def in_index(home: Path) -> set[str]:
    return set(HybridIndex.load(home / "index").articles)


def test_what_is_validated_may_be_said_at_once(run: Run, home: Path) -> None:
    result = run(
        *("validate", "fr-retour", "--by", "Ann Lee", "--on", "2026-02-03", "--review-by", "2026-12-01"),
        *("--until", "2027-01-31", "--index", home, "--json"),
    )

    assert result.exit_code == 0
    (article,) = TypeAdapter(list[Article]).validate_json(result.stdout)
    assert (article.validated_by, article.validated_at) == ("Ann Lee", date(2026, 2, 3))
    assert (article.review_by, article.valid_until) == (date(2026, 12, 1), date(2027, 1, 31))
    assert "validated fr-retour, version 2, to be said until 2027-01-31" in result.stderr
    assert "fr-retour" in in_index(home)


def test_all_drafts(run: Run, home: Path) -> None:
    assert run("validate", "--all-drafts", "--by", "Ann Lee", "--index", home).exit_code == 0
    assert len(in_index(home)) == 5

    again = run("validate", "--all-drafts", "--by", "Ann Lee", "--index", home, "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout) == []


def test_what_is_retired_is_said_no_more_and_kept(run: Run, home: Path) -> None:
    result = run("retire", "en-delivery", "fr-horaires", "--by", "Ann Lee", "--index", home)

    assert result.exit_code == 0
    assert result.stdout == ""
    assert in_index(home) == {"en-winter", "en-static-ip"}
    assert KnowledgeBase.load(home / "knowledge").get("en-delivery").status == "retired"


def test_one_unknown_id_changes_nothing(run: Run, home: Path) -> None:
    result = run("retire", "en-delivery", "en-winterr", "--by", "Ann Lee", "--index", home)

    assert result.exit_code == 2
    assert "'en-winterr'; nothing was changed. Mend: did you mean en-winter" in result.stderr
    assert "en-delivery" in in_index(home)


def test_a_change_cut_off_before_the_index_is_made_up_for(run: Run, home: Path) -> None:
    KnowledgeBase.open(home / "knowledge").retire("en-delivery", by="somebody who was killed")

    assert run("retire", "en-delivery", "--by", "Ann Lee", "--index", home).exit_code == 0

    assert "en-delivery" not in in_index(home)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("validate", "--by", "Ann Lee"), "which articles?"),
        (("validate", "fr-retour", "--all-drafts", "--by", "Ann Lee"), "which articles?"),
        (("validate", "fr-retour"), "--by"),
        (("validate", "fr-retour", "--by", " "), "name somebody"),
        (("validate", "fr-retour", "--by", "Ann Lee", "--until", "31/01/2027"), "write it as 2026-06-01"),
        (("retire", "--by", "Ann Lee"), "which articles?"),
    ],
)
def test_wrong_words(run: Run, home: Path, words: tuple[str, ...], told: str) -> None:
    result = run(*words, "--index", home)

    assert result.exit_code == 2
    assert told in result.stderr
    assert "fr-retour" not in in_index(home)


def test_a_folder_without_knowledge_is_told_and_not_made(run: Run, tmp_path: Path) -> None:
    result = run("retire", "x", "--by", "Ann Lee", "--index", "nowhere")

    assert result.exit_code == 2
    assert "Mend: ragcare index SOURCE -o nowhere" in result.stderr
    assert not (tmp_path / "nowhere").exists()


def test_only_one_process_changes_a_folder(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragcare.cli.home._PATIENCE_S", 0.05)
    with FileLock(home / "lock"):
        result = run("retire", "en-delivery", "--by", "Ann Lee", "--index", home)

    assert result.exit_code == 2
    assert "another ragcare is changing it" in result.stderr
