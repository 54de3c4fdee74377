"""`ragcare ground`: verdicts on stdout, the exit code says whether all is supported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

EVIDENCE = "Vous avez 14 jours pour changer d'avis. Le retour n'est pas gratuit."
RIGHT, WRONG = "Vous avez deux semaines pour changer d'avis.", "Le retour est gratuit."


def test_supported_ends_with_0_and_unsupported_with_1(run: Run) -> None:
    assert run("ground", RIGHT, "-e", EVIDENCE).exit_code == 0
    result = run("ground", WRONG, "-e", EVIDENCE)
    assert result.exit_code == 1
    assert "negation: n'est pas gratuit" in result.stdout
    assert "1 of 1 sentence not supported" in result.stderr


def test_json_holds_each_sentence(run: Run) -> None:
    document = json.loads(run("ground", f"{RIGHT} {WRONG}", "-e", EVIDENCE, "--json").stdout)
    assert document["supported"] is False
    assert [row["supported"] for row in document["sentences"]] == [True, False]
    span = document["sentences"][1]["span"]
    assert EVIDENCE[span["start"] : span["end"]] == "Le retour n'est pas gratuit."


def test_files_and_stdin_are_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "said.txt").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "stands.txt").write_text(EVIDENCE, encoding="utf-8")
    assert run("ground", "--response-file", "said.txt", "-f", "stands.txt").exit_code == 0
    assert run("ground", "-", "-f", "stands.txt", stdin=WRONG).exit_code == 1
    assert run("ground", RIGHT, "-f", "-", stdin=EVIDENCE).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        (),
        (RIGHT,),
        (RIGHT, "-e", " "),
        (" ", "-e", EVIDENCE),
        (RIGHT, "--response-file", "said.txt", "-e", EVIDENCE),
        ("-", "-f", "-"),
        (RIGHT, "-f", "nowhere.txt"),
        (RIGHT, "-e", EVIDENCE, "--threshold", "2"),
    ],
)
def test_wrong_use_ends_with_2(run: Run, words: tuple[str, ...]) -> None:
    assert run("ground", *words).exit_code == 2
