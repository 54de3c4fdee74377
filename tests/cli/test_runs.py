"""Logs and rows beside their reports: each report has its own, and stands for its log."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evaluation.rows import HEAD, label, right

from ragcare.cli.runs import log_beside, read_run, rows_beside
from ragcare.errors import BadInput
from ragcare.evaluation.run.log import RunLog


def test_reports_with_other_names_share_no_log_and_no_rows() -> None:
    names = ["v/r.json", "v/r.v1", "v/r.v2", "v/r.v1.json.json", "w/r.json", "v/.json.d"]
    for beside in (log_beside, rows_beside):
        assert len({beside(Path(name)) for name in names}) == len(names)
    assert log_beside(Path("v/r.json")) == Path("v/r.run.jsonl")
    assert rows_beside(Path("v/r.v1")) == Path("v/r.v1.rows.jsonl")


@pytest.fixture
def log() -> RunLog:
    row = right(label("q")).row
    return RunLog(head=HEAD.sealed([row.label]), rows=(row,))


@pytest.mark.parametrize(("named", "at"), [("r.json", "r.run.jsonl"), ("r.v1", "r.v1.run.jsonl"), ("mine", "mine")])
def test_a_run_is_named_by_its_log_or_by_its_report(tmp_path: Path, log: RunLog, named: str, at: str) -> None:
    log.write(tmp_path / at)
    assert read_run(tmp_path / named) == read_run(tmp_path / at) == log


def test_a_run_that_did_not_end_is_no_run(tmp_path: Path, log: RunLog) -> None:
    two = HEAD.sealed([label("q"), label("p")])
    log.model_copy(update={"head": two}).write(tmp_path / "r.run.jsonl")
    with pytest.raises(BadInput, match=r"did not come to its end: 1 of 2 questions were asked\. Mend: run it again"):
        read_run(tmp_path / "r.json")
