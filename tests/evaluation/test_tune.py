"""Tuning: what is promised holds on what was measured, nothing is promised on too little, a policy file keeps it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.evaluation.tuned_runs import log_of, other, question, seen_as, some, under_settings, whole_run

from ragcare.deciding.confidence import Calibration, Confidence
from ragcare.errors import BadInput
from ragcare.evaluation.judge import Agreement, judge_log
from ragcare.evaluation.metrics.cost import Euros
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.run.log import RunLog, RunRow
from ragcare.evaluation.tune import tune
from ragcare.evaluation.tune.cases import cases_of, known_before, part
from ragcare.evaluation.tune.certify import Columns, certify
from ragcare.evaluation.tune.policy_file import policy_file
from ragcare.evaluation.tune.risk_control import least_questions, p_values, upper_bounds
from ragcare.evaluation.tune.tuned import Terms
from ragcare.settings import Settings

FITTED = some(80, split="dev", name="d")
"""Enough to fit on; the tests say what is certified on."""


def asked_in_test(count: int, wrong: int = 0, *, signal: float = 2.0) -> list[RunRow]:
    """Certifying questions that are all as sure as each other, the given number of them wrong."""
    return [question(f"t{at}", signal, at >= wrong, split="test") for at in range(count)]


@pytest.fixture(scope="module")
def run() -> RunLog:
    return whole_run()


# --- the promise -------------------------------------------------------------------------------------


@pytest.mark.parametrize("risk", ["wrong", "selective"])
def test_the_threshold_is_the_lowest_whose_errors_are_held(run: RunLog, risk: Any) -> None:
    tuned = tune(run, max_risk=0.1, risk=risk)

    assert tuned.at is not None
    assert tuned.answer_at == tuned.at.threshold
    assert 0 < tuned.at.risk < tuned.at.upper <= 0.1
    steps = [step.threshold for step in tuned.curve]
    assert steps == sorted(steps, reverse=True)
    below = tuned.curve[steps.index(tuned.at.threshold) + 1]
    assert below.upper > 0.1
    assert not below.promised
    assert tuned.promise.startswith("With 95 % confidence, at most 10 % of ")
    assert (tuned.reason, tuned.needed) == ("", None)


def test_what_is_measured_is_what_the_threshold_would_do(run: RunLog) -> None:
    tuned = tune(run, max_risk=0.1)

    assert tuned.calibration is not None
    assert tuned.at is not None
    confidence = Confidence(tuned.calibration)
    told = {
        row.label.id: (confidence.probability(row.reply.trace.features) >= tuned.at.threshold, verdict.draft_right)
        for row, verdict in judge_log(run)
    }
    answered = [right for said, right in told.values() if said]
    assert tuned.at.answered < len(answered)  # on the certifying questions alone
    assert sum(tuned.certified.values()) == tuned.at.n == 500 - sum(tuned.fitted.values())
    assert 1 - np.mean(answered) < 0.25


def test_the_calibration_never_sees_what_it_is_certified_on(run: RunLog) -> None:
    """Whatever is changed about certifying questions, the calibration stays; it moves with any fitting question."""
    before, certifying = tune(run).calibration, certifying_ids(run)

    def turned(row: RunRow) -> RunRow:
        return question(row.label.id, 5.0 - row.reply.trace.features["vector_lift"], row.number % 2 == 0)

    rows = [turned(row) if row.label.id in certifying else row for row in run.rows]
    assert tune(log_of(rows)).calibration == before
    place = next(row.number for row in run.rows if row.label.id not in certifying)
    rows[place] = turned(rows[place])
    assert tune(log_of(rows)).calibration != before


def certifying_ids(log: RunLog) -> set[str]:
    return {case.id for case in part(cases_of([log])).certifying}


def test_where_there_are_dev_and_test_questions_test_certifies() -> None:
    tuned = tune(log_of([*FITTED, *asked_in_test(100)]))
    assert (tuned.fitted, tuned.certified) == ({"shop": 80}, {"shop": 100})


def test_the_same_run_gives_the_same_bytes(run: RunLog) -> None:
    assert tune(run, euros=Euros()).model_dump_json() == tune([run], euros=Euros()).model_dump_json()


def test_a_stricter_promise_never_answers_more(run: RunLog) -> None:
    found = [
        tune(run, max_risk=max_risk, confidence=confidence).answer_at
        for max_risk, confidence in ((0.15, 0.9), (0.15, 0.99), (0.05, 0.99))
    ]
    assert None not in found
    assert found == sorted(found, key=lambda one: one or 0)
    assert len(set(found)) == 3


def test_the_looser_bound_answers_no_more(run: RunLog) -> None:
    exact, looser = (tune(run, max_risk=0.1, bound=bound) for bound in ("clopper-pearson", "hoeffding-bentkus"))
    assert exact.at is not None
    assert looser.at is not None
    assert looser.at.coverage < exact.at.coverage
    assert "Hoeffding–Bentkus" in policy_file(looser, looser.at)


# --- too few, too wrong ------------------------------------------------------------------------------


def test_59_questions_without_an_error_are_just_enough_for_5_percent_at_95() -> None:
    assert least_questions(0.05, 0.95) == 59
    enough, short = (tune(log_of([*FITTED, *asked_in_test(count)])) for count in (59, 58))
    assert enough.at is not None
    assert enough.at.coverage == 1
    assert (short.at, short.answer_at, short.needed) == (None, None, 59)
    assert short.reason.startswith("58 certifying questions are too few")
    assert "takes at least 59" in short.reason
    assert short.promise == f"Nothing can be promised: {short.reason}"


def test_an_error_among_the_surest_tells_how_many_more_it_takes() -> None:
    tuned = tune(log_of([*FITTED, *asked_in_test(80, wrong=1)]))
    assert tuned.answer_at is None
    assert tuned.needed == least_questions(0.05, 0.95, 1) == 93
    assert "1 of 80 are wrong" in tuned.reason
    assert tune(log_of([*FITTED, *asked_in_test(93, wrong=1)])).answer_at is not None


def test_to_answer_nothing_is_no_success() -> None:
    """A threshold above all probabilities is safe beyond doubt; it is never what is found."""
    tuned = tune(log_of([*FITTED, *asked_in_test(400, wrong=200)]))
    assert (tuned.answer_at, tuned.needed) == (None, None)
    assert "200 of 400 are wrong" in tuned.reason
    assert "no number of questions" in tuned.reason


def test_where_no_draft_depends_on_the_threshold_there_is_nothing_to_find() -> None:
    escalated = [question(f"t{at}", 1.0, True, split="test", action="escalate") for at in range(100)]
    tuned = tune(log_of([*FITTED, *escalated]))
    assert tuned.answer_at is None
    assert "no question whose answer depends on the threshold" in tuned.reason
    assert tuned.curve == ()


def test_with_nothing_wrong_to_fit_on_there_is_no_calibration() -> None:
    tuned = tune(log_of([question(f"q{at}", 1.0, True) for at in range(300)]))
    assert (tuned.answer_at, tuned.calibration) == (None, None)
    assert tuned.reason.startswith("no calibration can be fitted")


def test_selective_risk_needs_answers_rather_than_questions() -> None:
    few = [question(f"u{at}", -3.0, False, split="test") for at in range(300)]
    tuned = tune(log_of([*FITTED, *asked_in_test(40), *few]), risk="selective")
    assert tuned.answer_at is None
    assert "answers are too few" in tuned.reason or "are wrong" in tuned.reason
    enough = tune(log_of([*FITTED, *asked_in_test(90), *few]), risk="selective")
    assert enough.at is not None
    assert (enough.at.answered, enough.at.risk) == (90, 0)


# --- what the threshold does not decide --------------------------------------------------------------


def test_an_answer_that_the_threshold_does_not_decide_counts_as_it_is() -> None:
    fitting = Columns(np.array([0.9, 0.2]), *(np.array([True, False]) for _ in range(3)))
    acts = np.arange(300) >= 30
    certifying = Columns(np.where(acts, 0.9, 0.0), acts, acts, ~acts)  # 30 are answered whatever the threshold, wrongly

    found = certify(fitting, certifying, Terms(max_risk=0.15))

    assert found.chosen is not None
    assert (found.tally.answered[found.chosen], found.tally.wrong[found.chosen]) == (300, 30)
    assert certify(fitting, certifying, Terms(max_risk=0.1)).chosen is None


def test_what_was_refused_or_escalated_for_another_reason_stays_so() -> None:
    others = [
        question(f"o{at}", 5.0, False, split="test", action=action, reason=reason)
        for at, (action, reason) in enumerate(
            [("escalate", "fraud"), ("refuse", "expired"), ("refuse", "conflict")] * 30
        )
    ]
    tuned = tune(log_of([*FITTED, *asked_in_test(100), *others]))
    assert tuned.at is not None
    assert (tuned.at.n, tuned.at.answered, tuned.at.wrong) == (190, 100, 0)


def test_no_threshold_is_tried_under_which_a_question_asked_back_might_be_answered() -> None:
    asked_back = [question("c", 2.0, True, split="test", action="clarify", probability=0.4)]
    free, bound = (tune(log_of([*FITTED, *asked_in_test(100), *more])) for more in ([], asked_back))
    assert free.at is not None
    assert bound.at is not None
    assert free.at.threshold < 0.4 == bound.at.threshold


# --- several suites ----------------------------------------------------------------------------------


def test_several_suites_are_promised_together_and_told_apart() -> None:
    logs = [log_of(some(300, seed=1, sharp=6), "easy"), log_of(some(200, seed=2, sharp=2), "hard")]
    tuned = tune(logs, max_risk=0.1)
    assert tuned.at is not None
    assert list(tuned.by_suite) == list(tuned.certified) == ["easy", "hard"]
    assert sum(one.wrong for one in tuned.by_suite.values()) == tuned.at.wrong
    assert sum(one.n for one in tuned.by_suite.values()) == tuned.at.n
    assert tuned.by_suite["easy"].risk < tuned.at.risk < tuned.by_suite["hard"].risk


def test_where_articles_were_drawn_one_question_of_each_certifies() -> None:
    rows = [
        question(f"{at}-{twin}", row.reply.trace.features["vector_lift"], True, article=f"art{at}")
        for at, row in enumerate(some(300))
        for twin in range(3)
    ]
    wrong = [question(f"w{at}", -3.0, False, article=f"wrong{at}") for at in range(40)]
    tuned = tune(log_of([*rows, *wrong]), max_risk=0.1, unit="article")
    assert tuned.at is not None
    assert tuned.at.n == tuned.articles < 200
    assert tune(log_of([*rows, *wrong]), max_risk=0.1).articles > tuned.articles


def test_what_is_no_share_is_refused(run: RunLog) -> None:
    with pytest.raises(BadInput, match=r"max_risk: .*; confidence: .* Mend: give shares"):
        tune(run, max_risk=0, confidence=1)


@pytest.mark.parametrize("terms", [{"max_risk": 1e-17}, {"max_risk": float("nan")}, {"confidence": 0.9999999999999999}])
def test_no_promise_is_made_that_is_next_to_nothing_or_to_certainty(run: RunLog, terms: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=f"{next(iter(terms))}: Input should be"):
        tune(run, **terms)


def test_a_promise_is_not_rounded_to_another() -> None:
    tuned = tune(log_of([*FITTED, *asked_in_test(400)]), max_risk=0.0999999, confidence=0.999999)
    assert tuned.promise.startswith("With 99.9999 % confidence, at most 9.99999 % of all questions")
    assert tune(log_of([*FITTED, *asked_in_test(58)]), max_risk=1e-6).needed == 2995731
    assert "at most 0.0001 % at 95 % confidence" in tune(log_of([*FITTED, *asked_in_test(58)]), max_risk=1e-6).reason
    assert least_questions(1e-17, 0.95) == pytest.approx(3e17, rel=0.01)


# --- another judge -----------------------------------------------------------------------------------


class Sceptic:
    """Agrees with the surest half only."""

    name = "a sceptic"

    def compare(self, label: LabelledQuestion, answer: str) -> Agreement:
        return Agreement(bool(answer) and label.id.endswith(("0", "2", "4", "6", "8")), "so it is said")


def test_the_judge_may_be_another(run: RunLog) -> None:
    usual, strict = tune(run, max_risk=0.1), tune(run, max_risk=0.1, judge=Sceptic())
    assert strict.judge == "a sceptic"
    assert strict.calibration != usual.calibration
    assert strict.at is None or (usual.at is not None and strict.at.coverage < usual.at.coverage)


# --- the cheapest ------------------------------------------------------------------------------------


def cost(log: RunLog, threshold: float, calibration: Calibration, euros: Euros) -> float:
    """Of the certifying questions of `log`, whose fate the threshold decides in every case."""
    confidence, certifying = Confidence(calibration), certifying_ids(log)
    prices = [
        euros.refusal
        if confidence.probability(row.reply.trace.features) < threshold
        else (euros.self_service if verdict.draft_right else euros.wrong_answer)
        for row, verdict in judge_log(log)
        if row.label.id in certifying
    ]
    return sum(prices) / len(prices)


def test_the_cheapest_threshold_costs_least(run: RunLog) -> None:
    euros = Euros(wrong_answer=12, refusal=5, self_service=0.5)
    tuned = tune(run, max_risk=0.1, euros=euros)
    assert tuned.cheapest is not None
    assert tuned.calibration is not None
    assert tuned.answer_at is not None
    at = tuned.cheapest.answer_at
    assert tuned.cheapest.euros == pytest.approx(cost(run, at, tuned.calibration, euros))
    assert tuned.cheapest.euros_as_promised == pytest.approx(cost(run, tuned.answer_at, tuned.calibration, euros))
    others = [cost(run, one, tuned.calibration, euros) for one in np.linspace(0, 1, 11)]
    assert min(others) >= tuned.cheapest.euros - 1e-9
    assert tuned.cheapest.prices == euros.model_dump()


def test_where_errors_cost_nothing_all_is_answered_and_where_they_ruin_nothing(run: RunLog) -> None:
    careless = tune(run, euros=Euros(wrong_answer=0)).cheapest
    ruined = tune(log_of([*FITTED, *asked_in_test(100, wrong=50)]), euros=Euros(wrong_answer=1e6)).cheapest
    assert careless is not None
    assert careless.coverage == 1
    assert ruined is not None
    assert (ruined.answer_at, ruined.coverage, ruined.wrong_answer_rate) == (1.0, 0, 0)
    assert ruined.euros_as_promised is None
    assert tune(run).cheapest is None


# --- the policy file ---------------------------------------------------------------------------------


def test_the_policy_is_a_settings_file_with_its_calibration(run: RunLog, tmp_path: Path) -> None:
    tuned = tune(run, max_risk=0.1)
    path = tuned.write(tmp_path / "deep" / "tuned")

    settings = Settings.load(path)
    assert settings.policy.answer_at == tuned.answer_at
    assert settings.policy.calibration is not None
    assert Calibration.read(settings.policy.calibration) == tuned.calibration
    assert tuned.calibration is not None
    assert tuned.calibration.fingerprint == run.head.fingerprints["scores"]
    text = path.read_text(encoding="utf-8")
    assert "With 95 % confidence, at most 10 % of all questions are answered wrongly" in text
    assert f"# Certified on {sum(tuned.certified.values())} questions" in text
    assert "while the fingerprint of the scores is 5c0re5" in text
    assert max(map(len, text.splitlines())) < 200
    assert "The runs do not say their settings" in text
    assert "[retrieval]" not in text


def test_a_fit_begins_with_what_ships_unless_that_has_seen_the_suite(run: RunLog) -> None:
    assert known_before([run]) is None  # of no settings nothing is known
    mine, light = (under_settings(run, retrieval={"embedder": name}) for name in ("e5", "light"))
    assert known_before([mine]) == Calibration.shipped_for("e5")
    assert known_before([light]) == Calibration.shipped_for("light")
    seen = log_of(run.rows, "spf_fr")
    assert known_before([mine, under_settings(seen, retrieval={"embedder": "e5"})]) is None


def test_a_fit_of_other_features_than_ship_begins_with_nothing(run: RunLog) -> None:
    """These runs know a signal of their own, as those of an estimator of yours would."""
    own = seen_as(run, lambda features: {"my_signal": features["vector_lift"]})
    mine = under_settings(own, retrieval={"embedder": "e5"})
    assert tune(mine, max_risk=0.1).calibration == tune(own, max_risk=0.1).calibration


def test_the_policy_carries_all_that_it_was_certified_under(run: RunLog, tmp_path: Path) -> None:
    tables: dict[str, Any] = {
        "passages": {"words": 60},
        "retrieval": {"embedder": 'llama:"é"\\\x7f', "fusion": "convex", "vector_weight": 1e-05},
        "answering": {"max_words": 400},
        "writing": {"length": "short"},
        "signals": {
            "fraud": {"action": "offer", "threshold": 0.9},
            "topics": {'é."1\x7f': {"examples": ["a", 'b"', "c"], "queue": None}},
        },
        "policy": {"vague_words": 30, "close": 1.0, "answer_at": 0.9, "calibration": "mine.json"},
        "handoff": {"queue": "desk"},
    }
    tuned = tune(under_settings(run, **tables), max_risk=0.1)
    written = Settings.load(tuned.write(tmp_path))

    asked = Settings(**tables)
    calibration = tmp_path / "calibration.json"
    policy = asked.policy.model_copy(update={"answer_at": tuned.answer_at, "calibration": calibration})
    assert written == asked.model_copy(update={"policy": policy, "handoff": Settings().handoff})
    assert "do not say their settings" not in tuned.promise


def test_a_kept_calibration_is_named_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sure = [question(f"t{at}", 0.0, True, split="test", probability=0.7) for at in range(100)]
    log = under_settings(log_of([*FITTED, *sure]), policy={"calibration": "mine.json"})
    path = tune(log, refit=False).write(tmp_path / "tuned")
    assert Settings.load(path).policy.calibration == tmp_path / "mine.json"


def test_stages_that_were_given_in_python_are_told(run: RunLog, tmp_path: Path) -> None:
    path = tune(other(run, "shop", stages="mine.Writer\n[policy]"), max_risk=0.1).write(tmp_path)
    assert "it holds only with them: mine.Writer [policy]" in path.read_text(encoding="utf-8")
    assert Settings.load(path)
    plain = tune(other(run, "shop", stages="default"), max_risk=0.1).write(tmp_path)
    assert "in Python" not in plain.read_text(encoding="utf-8")


def test_a_kept_calibration_is_not_named(tmp_path: Path) -> None:
    sure = [question(f"t{at}", 0.0, True, split="test", probability=0.7) for at in range(100)]
    tuned = tune(log_of([*FITTED, *sure]), refit=False)
    assert (tuned.calibration, tuned.fitted) == (None, {})
    path = tuned.write(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["policy.toml"]
    assert Settings.load(path).policy.calibration is None


def test_a_name_cannot_become_a_setting(tmp_path: Path) -> None:
    rows = [*FITTED, *asked_in_test(100)]
    path = tune(log_of(rows, 'shop\n[policy]\nclose = 0.9\r\x85\u2028#"\x00')).write(tmp_path)
    assert Settings.load(path).policy.close == Settings().policy.close


def test_nothing_is_written_where_nothing_is_promised(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no policy is written: 58 certifying"):
        tune(log_of([*FITTED, *asked_in_test(58)])).write(tmp_path / "none")
    assert not (tmp_path / "none").exists()


# --- the bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("bound", ["clopper-pearson", "hoeffding-bentkus"])
def test_a_bound_is_the_risk_at_which_the_p_value_is_one_minus_confidence(bound: Any) -> None:
    wrong, n = np.array([0, 1, 7, 30]), np.array([60, 93, 100, 300])
    upper = upper_bounds(wrong, n, 0.95, bound)
    assert p_values(wrong, n, upper, bound) == pytest.approx(0.05)


@pytest.mark.parametrize("bound", ["clopper-pearson", "hoeffding-bentkus"])
def test_nothing_is_known_of_no_questions_and_all_wrong_is_all_wrong(bound: Any) -> None:
    assert p_values(np.array([0, 9]), np.array([0, 9]), 0.5, bound).tolist() == [1, 1]
    assert upper_bounds(np.array([0, 9]), np.array([0, 9]), 0.95, bound) == pytest.approx([1, 1])


@pytest.mark.parametrize("wrong", [0, 1, 5])
def test_one_question_fewer_would_not_do(wrong: int) -> None:
    fits: Callable[[int], bool] = lambda n: bool(p_values(np.array([wrong]), np.array([n]), 0.05)[0] <= 1 - 0.95)  # noqa: E731
    least = least_questions(0.05, 0.95, wrong)
    assert fits(least)
    assert not fits(least - 1)
