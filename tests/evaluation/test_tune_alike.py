"""Runs that are not alike: nothing is promised on them, and all that is wrong is told at once."""

from __future__ import annotations

import pytest
from tests.evaluation.tuned_runs import log_of, other, seen_as, some, under_settings, whole_run

from ragcare.errors import BadFiles, BadInput
from ragcare.evaluation.run.log import RunLog
from ragcare.evaluation.tune import tune


@pytest.fixture(scope="module")
def run() -> RunLog:
    return whole_run()


def test_no_run_is_refused() -> None:
    with pytest.raises(BadInput, match="no run to tune on"):
        tune([])


def test_runs_of_another_assistant_are_refused_all_at_once(run: RunLog) -> None:
    cut = other(run, "cut").model_copy(update={"rows": run.rows[:300]})
    with pytest.raises(BadFiles) as caught:
        tune([run, other(run, "tax", scores="other"), other(run, "law", stages="mine"), cut, run])
    told = [str(problem) for problem in caught.value.problems]
    assert any(
        one.startswith('tax: its fingerprint "scores"') and "is other, that of shop is 5c0re5" in one for one in told
    )
    assert any(one.startswith('law: its fingerprint "stages"') for one in told)
    assert any("the run ended after 300 of 500 questions" in one for one in told)
    assert any("shop: the question q0 is there more than once" in one for one in told)


def test_kept_calibrations_must_be_one_and_the_same(run: RunLog) -> None:
    logs = [run, other(run, "tax", calibration="another")]
    assert tune(logs).judge
    with pytest.raises(BadFiles, match='fingerprint "calibration"'):
        tune(logs, refit=False)


def test_a_run_without_a_fingerprint_cannot_have_a_calibration_of_its_own(run: RunLog) -> None:
    head = run.head.model_copy(update={"fingerprints": {"code": "c"}})
    bare = run.model_copy(update={"head": head})
    with pytest.raises(BadFiles, match=r"no fingerprint of scores.*Mend:.*refit=False"):
        tune(bare)
    assert tune(bare, refit=False).calibration is None


def test_runs_under_other_settings_are_refused(run: RunLog) -> None:
    first = under_settings(run, policy={"close": 1.0, "calibration": "a.json"}, handoff={"queue": "desk"})
    alike = under_settings(other(run, "tax"), policy={"close": 1.0, "calibration": "b.json"})
    assert tune([first, alike]).settings is not None
    told = r"tax: its settings are not those of shop: .*policy\.close is .* and not 1\.0"
    for unlike in (under_settings(other(run, "tax"), answering={"max_words": 400}), other(run, "tax")):
        with pytest.raises(BadFiles, match=told):
            tune([first, unlike])


def test_runs_of_a_ragcare_that_saw_other_features_are_refused() -> None:
    earlier = seen_as(log_of(some(100)), lambda _: {"vector_lift": 1.0, "words": 1.0})
    with pytest.raises(BadFiles, match=r"an earlier ragcare: the features of \S+ lack agreement.*run the suite again"):
        tune(earlier)
    assert tune(earlier, refit=False).calibration is None
