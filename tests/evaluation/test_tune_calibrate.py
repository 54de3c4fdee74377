"""Fitting: a truth that can be known is found again, no suite drowns another, and twice is the same."""

from __future__ import annotations

import math
import random

import pytest

from ragcare.deciding.confidence import Calibration, Confidence, Logistic
from ragcare.deciding.features import ACROSS_LANGUAGES
from ragcare.evaluation.tune.calibrate import Example, fit_calibration


def examples(count: int, *, seed: int, shift: float = 0.0, sign: float = 1.0) -> list[Example]:
    """Questions whose best article is right where `signal` is high (low, if `sign` is -1), whatever `noise` says."""
    dice = random.Random(seed)
    rows = []
    for _ in range(count):
        signal = dice.gauss(0, 1)
        features = {"signal": signal + shift, "noise": dice.gauss(3, 2)}
        rows.append(Example(features, sign * signal + dice.gauss(0, 0.3) > 0))
    return rows


def probability(calibration: Calibration, **features: float) -> float:
    return Confidence(calibration).probability(features)


def test_a_separable_truth_is_recovered() -> None:
    fitted = fit_calibration({"one": examples(400, seed=1)}, "f" * 16)
    assert probability(fitted, signal=2, noise=3) > 0.95
    assert probability(fitted, signal=-2, noise=3) < 0.05
    assert probability(fitted, signal=0, noise=3) == pytest.approx(0.5, abs=0.1)
    weights = {name: known.weight for name, known in fitted.features.items()}
    assert weights["signal"] > 10 * abs(weights["noise"])


def test_the_probability_is_right_as_often_as_it_says() -> None:
    dice = random.Random(5)
    rows = [Example({"x": x}, dice.random() < x) for x in (dice.random() for _ in range(3000))]
    fitted = fit_calibration({"one": rows}, "f")
    said = sorted((probability(fitted, x=row.features["x"]), row.right) for row in rows)
    for start in range(0, 3000, 600):
        part = said[start : start + 600]
        mean = sum(one for one, _ in part) / len(part)
        assert sum(right for _, right in part) / len(part) == pytest.approx(mean, abs=0.07)


def test_what_half_of_such_answers_are_counts_half() -> None:
    halves = {"one": [Example({"x": 0.0}, 0.5)] * 100 + [Example({"x": 1.0}, 1)] * 100}
    fitted = fit_calibration(halves, "f")
    assert probability(fitted, x=0.0) == pytest.approx(0.5, abs=0.02)
    assert probability(fitted, x=1.0) > 0.95
    with pytest.raises(ValueError, match="not both right and wrong"):
        fit_calibration({"one": [Example({"x": 1.0}, 1)]}, "f")


def test_suites_weigh_alike_however_large_they_are() -> None:
    """One suite says the more the better, the other the less the better: together they cancel out."""
    large, small = examples(2000, seed=1), examples(100, seed=2, sign=-1)
    fitted = fit_calibration({"large": large, "small": small}, "f")
    assert abs(fitted.features["signal"].weight) < 0.25
    assert fit_calibration({"all": large + small}, "f").features["signal"].weight > 1


def test_a_suite_counts_as_much_as_its_weight_says() -> None:
    one, opposite = examples(200, seed=1), examples(200, seed=2, sign=-1)
    evenly = fit_calibration({"one": one, "opposite": opposite}, "f").features["signal"].weight
    weights = {"opposite": 0.05}
    hardly = fit_calibration({"one": one, "opposite": opposite}, "f", weights=weights).features["signal"].weight
    alone = fit_calibration({"one": one}, "f").features["signal"].weight
    assert abs(evenly) < 0.5
    assert evenly < hardly < alone
    assert hardly == pytest.approx(alone, rel=0.3)
    many = fit_calibration({"one": one, "opposite": opposite * 3}, "f", weights=weights).features["signal"].weight
    assert many == pytest.approx(hardly, rel=0.05), "however many examples it has"


def test_it_is_the_same_every_time() -> None:
    rows = {"a": examples(60, seed=1), "b": examples(40, seed=2)}
    assert fit_calibration(rows, "f") == fit_calibration(rows, "f")


def test_it_says_what_it_was_fitted_on_and_under() -> None:
    fitted = fit_calibration({"a": examples(60, seed=1), "b": examples(40, seed=2)}, "0123456789abcdef")
    assert fitted.fitted_on == {"a": 60, "b": 40}
    assert fitted.fingerprint == "0123456789abcdef"
    assert Calibration.model_validate_json(fitted.model_dump_json()) == fitted


def test_a_feature_that_never_varies_does_no_harm() -> None:
    rows = [Example({**one.features, "still": 7.0}, one.right) for one in examples(80, seed=3)]
    fitted = fit_calibration({"a": rows}, "f")
    assert list(fitted.features) == ["signal", "noise", "still"]
    assert fitted.features["still"].scale == 1
    assert probability(fitted, signal=2, noise=3, still=7) > 0.9


def test_scores_and_margins_saturate_and_what_counts_does_not() -> None:
    rows = [Example({"vector_margin": one.features["signal"], "words": 2.0}, one.right) for one in examples(80, seed=3)]
    fitted = fit_calibration({"a": rows}, "f")
    assert {name: known.saturates for name, known in fitted.features.items()} == {"vector_margin": True, "words": False}
    far, farther = (probability(fitted, vector_margin=margin, words=2.0) for margin in (5.0, 500.0))
    assert far == pytest.approx(farther, abs=1e-3)


def test_what_was_known_says_what_saturates() -> None:
    rows = [Example({"vector_margin": one.features["signal"], "words": 2.0}, one.right) for one in examples(80, seed=3)]
    fitted = fit_calibration({"a": rows}, "f")
    plain = {name: known.model_copy(update={"saturates": False}) for name, known in fitted.features.items()}
    again = fit_calibration({"a": rows}, "f", fitted.model_copy(update={"features": plain}))
    assert not any(known.saturates for known in again.features.values()), "as an older version wrote it"


def test_a_question_for_which_nothing_was_found_is_left_out() -> None:
    rows = examples(80, seed=3)
    nothing = [Example({}, False)] * 40
    with_nothing = fit_calibration({"a": [*nothing[:20], *rows, *nothing[20:]]}, "f")
    assert with_nothing == fit_calibration({"a": rows}, "f")
    assert with_nothing.fitted_on == {"a": 80}


def test_a_suite_for_which_nothing_was_found_at_all_takes_no_share() -> None:
    rows = examples(80, seed=3)
    fitted = fit_calibration({"a": rows, "empty": [Example({}, False)]}, "f")
    alone = fit_calibration({"a": rows}, "f")
    assert fitted.features["signal"].weight == pytest.approx(alone.features["signal"].weight)


@pytest.mark.parametrize("right", [True, False])
def test_without_both_right_and_wrong_there_is_nothing_to_fit(right: bool) -> None:
    with pytest.raises(ValueError, match="9 examples, but not both right and wrong"):
        fit_calibration({"a": [Example({"x": float(n)}, right) for n in range(9)]}, "f")


@pytest.mark.parametrize("rows", [{}, {"a": []}, {"a": [Example({}, False)]}])
def test_nothing_to_fit_on_is_refused(rows: dict[str, list[Example]]) -> None:
    with pytest.raises(ValueError, match=r"both right and wrong"):
        fit_calibration(rows, "f")


def loss(calibration: Calibration, rows: list[Example]) -> float:
    told = [probability(calibration, **row.features) for row in rows]
    return -sum(math.log(one if row.right else 1 - one) for one, row in zip(told, rows, strict=True)) / len(rows)


def test_what_is_known_already_makes_few_questions_do() -> None:
    known = fit_calibration({"others": examples(2000, seed=1)}, "f")
    judged = examples(500, seed=99)
    for seed in range(5):
        few = {"own": examples(12, seed=seed)}
        assert loss(fit_calibration(few, "f", known), judged) < loss(fit_calibration(few, "f"), judged)


def test_many_questions_overrule_what_was_known() -> None:
    known = fit_calibration({"others": examples(2000, seed=1)}, "f")
    fitted = fit_calibration({"own": examples(2000, seed=2, sign=-1)}, "f", known)
    assert probability(fitted, signal=2, noise=3) < 0.1
    assert fitted.fitted_on == {"own": 2000}


def test_how_often_answers_are_right_is_learned_first() -> None:
    """Of a company whose questions are hard, a few tell as much; which feature matters more takes many."""
    known = fit_calibration({"others": examples(2000, seed=1)}, "f")
    hard = [Example(row.features, right=False) for row in examples(20, seed=3)]
    fitted = fit_calibration({"own": [*hard, Example({"signal": 9.0, "noise": 3.0}, right=True)]}, "f", known)
    assert probability(fitted, signal=0.5, noise=3) < probability(known, signal=0.5, noise=3) / 2
    before, after = (one.features["signal"].weight for one in (known, fitted))
    assert after == pytest.approx(before, rel=0.5)


# --- across languages ---------------------------------------------------------------------------------


def told(count: int, *, seed: int, by_words: bool) -> list[Example]:
    """Questions that cosines tell of, and words better still."""
    rows = []
    for one in examples(count, seed=seed):
        signal, noise = one.features.values()
        meaning = {"vector_top": signal + noise, "vector_margin": signal + noise / 4, "vector_lift": noise}
        meaning = {"few_articles": 0.1, **meaning}
        rows.append(Example({**meaning, "coverage": signal} if by_words else meaning, one.right))
    return rows


def test_what_is_in_another_language_is_judged_by_meaning_alone() -> None:
    own, across = told(300, seed=1, by_words=True), told(40, seed=2, by_words=False)
    fitted = fit_calibration({"own": own, "across": across}, "f")
    assert set(fitted.features) == {*ACROSS_LANGUAGES, "coverage"}
    assert fitted.across is not None
    assert tuple(fitted.across.features) == ACROSS_LANGUAGES
    sure, unsure = ({name: value for name, value in row.features.items() if name != "coverage"} for row in own[:2])
    for row in (sure, unsure):
        assert probability(fitted, **row) == fitted.across.probability(row) != Logistic.probability(fitted, row)
    assert fitted.across.probability({"vector_top": 9, "vector_margin": 9, "vector_lift": 0}) > 0.9


def test_examples_of_another_language_leave_the_model_of_words_as_it_was() -> None:
    known = fit_calibration({"a": told(200, seed=1, by_words=True)}, "f")
    fitted = fit_calibration({"b": told(60, seed=2, by_words=False)}, "f", known)
    assert (fitted.intercept, fitted.features) == (known.intercept, known.features)
    assert fitted.across != known.across


def test_features_of_another_kind_have_no_model_across_languages() -> None:
    assert fit_calibration({"a": examples(60, seed=1)}, "f").across is None


def test_a_knowledge_base_that_grows_a_little_is_no_other_one() -> None:
    def grown(row: Example, articles: float) -> dict[str, float]:
        return {**row.features, "few_articles": 5 / (5 + articles)}

    rows = [Example(grown(row, 200 + row.right), row.right) for row in examples(100, seed=1)]  # it grew by chance
    fitted = fit_calibration({"own": rows}, "f")
    before, after = (probability(fitted, **grown(rows[0], articles)) for articles in (200, 400))
    assert after == pytest.approx(before, abs=0.02)


def test_right_in_one_language_and_wrong_in_the_other_is_no_ground_for_a_fit() -> None:
    own, across = told(20, seed=1, by_words=True), told(20, seed=2, by_words=False)
    rows = [Example(row.features, right=True) for row in own] + [
        Example({"vector_top": 1.0}, right=False) for _ in across
    ]
    with pytest.raises(ValueError, match="with the same features"):
        fit_calibration({"a": rows}, "f")
