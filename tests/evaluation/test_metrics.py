"""The report of a run: what is in it, what is not, and what can move it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evaluation.rows import HEAD, judged, label, right, said_by

from ragcare.errors import BadInput
from ragcare.evaluation.judge import Judged
from ragcare.evaluation.metrics import Euros, measure
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.report import Figure, Report
from ragcare.schema import Action

ALWAYS = {
    "retrieval": {"recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"},
    "answering": {
        "accuracy",
        "coverage",
        "wrong_answer_rate",
        "groundedness",
        "exact_match",
        "token_f1",
        "answerability_auroc",
        "aurc",
        "coverage@risk5",
        "ece",
    },
    "deciding": {
        "deflection",
        "safe_deflection",
        "refusal_precision",
        "refusal_recall",
        "escalation_precision",
        "escalation_recall",
    },
}


def report(*rows: Judged, **how: Any) -> Report:
    return measure(HEAD, rows, judge="citation", **how)


def every_figure(of: Report) -> list[Figure]:
    groups = [of.retrieval, of.answering, of.deciding, of.cost, *of.by_language.values(), *of.by_kind.values()]
    return [figure for group in groups for figure in group.values()] + [one.figure for one in of.deflection]


def value(of: Report, name: str) -> float:
    return {**of.retrieval, **of.answering, **of.deciding}[name].value


# --- wild rows ---------------------------------------------------------------------------------------

actions: st.SearchStrategy[Action] = st.sampled_from(["answer", "clarify", "refuse", "escalate"])


@st.composite
def labels(draw: st.DrawFn) -> LabelledQuestion:
    name = f"q{draw(st.integers(0, 9_999)):04}"
    asked = label(
        name, draw(actions), article=f"art{draw(st.integers(0, 4))}", kind=draw(st.sampled_from(["", "a", "b"]))
    )
    reason = draw(st.sampled_from([None, "no_source", "anger"]))
    answers = asked.answers if draw(st.booleans()) else ()
    return asked.model_copy(update={"lang": draw(st.sampled_from(["fr", "en"])), "reason": reason, "answers": answers})


@st.composite
def wild(draw: st.DrawFn, asked: st.SearchStrategy[LabelledQuestion] = labels()) -> Judged:  # noqa: B008
    action = draw(actions)
    articles = st.sampled_from([f"art{at}" for at in range(6)])
    return judged(
        draw(asked),
        action,
        number=draw(st.integers(0, 9_999)),
        cites=draw(articles if action == "answer" else articles | st.none()),
        says=draw(st.sampled_from([None, "Something else altogether was never written there."])),
        found=draw(st.lists(articles, max_size=8)),
        probability=draw(st.sampled_from([0.0, 0.3, 0.5, 1.0]) | st.floats(0, 1)),
        verbatim=draw(st.booleans()),
        seconds=draw(st.floats(0, 5)),
    )


runs = st.lists(wild(), min_size=1, max_size=12, unique_by=lambda one: (one.row.label.id, one.row.number))


@settings(max_examples=40)
@given(rows=runs)
def test_every_figure_of_any_rows_is_a_number_inside_its_interval_and_about_some_of_them(rows: list[Judged]) -> None:
    found = report(*rows)
    for figure in every_figure(found):
        assert figure.low <= figure.value <= figure.high
        assert 1 <= figure.n <= len(rows)
    for name, figure in {**found.retrieval, **found.answering, **found.deciding}.items():
        assert 0 <= figure.low <= figure.high <= 1, name
    assert sum(found.outcomes.values()) == len(rows) == found.n
    parts = sum(figure.value for name, figure in found.cost.items() if name != "total")
    assert found.cost["total"].value == pytest.approx(parts)
    gap = sum(bar.n * abs(bar.probability - bar.right) for bar in found.reliability)
    drafted = sum(bar.n for bar in found.reliability)
    assert ("ece" in found.answering) == bool(drafted)
    if drafted:
        assert gap / drafted == pytest.approx(found.answering["ece"].value, abs=1e-9)
    assert Report.model_validate_json(found.model_dump_json()) == found


@settings(max_examples=20)
@given(rows=runs, seed=st.integers(0, 99))
def test_the_order_of_the_rows_moves_no_byte(rows: list[Judged], seed: int) -> None:
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert report(*shuffled).model_dump_json() == report(*rows).model_dump_json()


NEVER_RAISED_BY_SILENCE = [
    *ALWAYS["retrieval"],
    "safe_deflection",
    "coverage",
    "exact_match",
    "token_f1",
    "coverage@risk5",
]


@settings(max_examples=40)
@given(rows=runs, name=st.integers(0, 9_999), drafts=st.booleans())
def test_silence_raises_no_score(rows: list[Judged], name: int, drafts: bool) -> None:
    """One right answer becomes a refusal, with a draft that was not said, or with none."""
    asked = label(f"silent{name}")
    article = asked.relevant_ids[0]
    how: dict[str, Any] = {"found": (article,), "probability": 0.75}
    said = report(*rows, judged(asked, "answer", cites=article, **how))
    silent = report(*rows, judged(asked, "refuse", cites=article if drafts else None, **how))
    for score in NEVER_RAISED_BY_SILENCE:
        assert value(silent, score) <= value(said, score), score
    assert value(silent, "aurc") >= value(said, "aurc") - 1e-12
    by_name = {one.name: one.figure.value for one in said.deflection}
    for one in silent.deflection:
        if "resol" in one.name:
            assert one.figure.value <= by_name[one.name], one.name
    accuracy = silent.answering.get("accuracy")
    product = accuracy.value * value(silent, "coverage") if accuracy else 0.0
    assert product == pytest.approx(value(silent, "safe_deflection"))
    assert product < value(said, "accuracy") * value(said, "coverage")


# --- what is in it -----------------------------------------------------------------------------------


def one_of_each() -> list[Judged]:
    rows = [right(label(f"yes{at}", lang="fr" if at % 2 else "en", kind="plain")) for at in range(6)]
    return [*rows, right(label("no", "refuse")), right(label("person", "escalate", reason="asks_person"))]


def test_the_keys_are_those_that_the_design_fixed() -> None:
    found = report(*one_of_each())
    assert set(found.retrieval) == ALWAYS["retrieval"]
    assert set(found.answering) == ALWAYS["answering"]
    assert set(found.deciding) == ALWAYS["deciding"] | {"reason_accuracy"}
    assert set(found.speed) == {"p50_ms", "p99_ms", "questions_per_s"}
    assert report(right(label("which", "clarify"))).deciding.keys() >= {
        "clarification_precision",
        "clarification_recall",
    }


def test_the_head_of_the_run_and_the_judge_are_in_it() -> None:
    found = report(*one_of_each())
    assert (found.suite, found.fingerprint, found.n, found.judge) == ("tiny", "f", 8, "citation")
    assert found.outcomes["correct"] == 6
    assert found.outcomes["wrong"] == 0


def test_what_does_not_apply_is_absent() -> None:
    found = report(judged(label("no", "refuse"), "refuse"))
    assert not found.retrieval
    assert set(found.answering) == {"coverage", "wrong_answer_rate", "aurc", "coverage@risk5"}
    assert set(found.deciding) == {"deflection", "safe_deflection", "refusal_precision", "refusal_recall"}
    assert not found.reliability
    assert "self-service score" not in {one.name for one in found.deflection}
    assert set(found.cost) == {"total", "refused_rightly"}


def test_nothing_asked_cannot_be_measured() -> None:
    with pytest.raises(BadInput, match=r"tiny: no question was asked.*Mend"):
        report()


def test_groups_hold_the_main_figures_of_their_rows_and_none_is_made_of_rows_without_a_kind() -> None:
    found = report(*one_of_each())
    assert set(found.by_language) == {"fr", "en"}
    assert set(found.by_kind) == {"plain"}
    assert found.by_language["fr"]["coverage"].n == 3
    assert found.by_language["en"]["safe_deflection"].value == pytest.approx(3 / 5)
    assert "answerability_auroc" not in found.by_kind["plain"]


def test_the_n_of_a_figure_is_that_of_its_denominator() -> None:
    found = report(*one_of_each())
    n = {name: figure.n for name, figure in {**found.retrieval, **found.answering, **found.deciding}.items()}
    assert n["recall@5"] == n["accuracy"] == n["token_f1"] == n["ece"] == 6
    assert n["coverage"] == n["aurc"] == n["safe_deflection"] == 8
    assert n["answerability_auroc"] == 7
    assert n["refusal_recall"] == n["escalation_precision"] == n["reason_accuracy"] == 1


def test_what_always_came_out_the_same_way_is_not_taken_for_certain() -> None:
    """11 of 11: the interval of Clopper and Pearson, .05 / 2 to the power of 1 / 11."""
    found = report(*(right(label(f"q{at}")) for at in range(11))).answering["accuracy"]
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(0.025 ** (1 / 11))


def test_questions_on_one_article_tell_no_more_than_one_question() -> None:
    together = report(*(right(label(f"q{at}", article="same")) for at in range(11))).answering["accuracy"]
    assert together.low == pytest.approx(0.025)


def test_several_relevant_articles_share_the_recall() -> None:
    asked = label("two", relevant_ids=("a", "b"))
    found = report(judged(asked, "answer", cites="a", found=("a", "x", "b"))).retrieval
    assert found["recall@1"].value == 0.5
    assert found["recall@5"].value == 1


def test_an_article_stands_where_its_first_passage_stands() -> None:
    found = report(judged(label("q", article="b"), "answer", cites="b", found=("a", "a", "a", "b"))).retrieval
    assert found["mrr@10"].value == 0.5


def test_a_right_reason_is_counted_where_the_label_names_one() -> None:
    asked = [label(f"q{at}", "escalate", reason="anger") for at in range(2)]
    rows = [judged(asked[0], "escalate", reason="anger"), judged(asked[1], "escalate", reason="asks_person")]
    assert report(*rows).deciding["reason_accuracy"].value == 0.5
    assert report(*rows).deciding["escalation_recall"].value == 1


def test_the_curve_holds_its_first_and_last_point_and_at_most_two_hundred() -> None:
    rows = [right(label(f"q{at:03}"), probability=(at + 1) / 301) for at in range(300)]
    points = report(*rows).risk_coverage
    assert len(points) == 200
    assert points[0].threshold == pytest.approx(300 / 301)
    assert points[0].coverage == pytest.approx(1 / 300)
    assert (points[-1].coverage, points[-1].risk) == (1, 0)
    assert [one.coverage for one in points] == sorted(one.coverage for one in points)


def test_speed_is_that_of_one_question_after_the_other() -> None:
    rows = [right(label(f"q{at}"), seconds=0.1 if at else 0.3) for at in range(4)]
    speed = report(*rows).speed
    assert speed["p50_ms"] == 100
    assert speed["questions_per_s"] == pytest.approx(1 / 0.15, abs=1e-3)


# --- cost --------------------------------------------------------------------------------------------


def test_cost_is_the_price_of_each_ending_and_the_prices_are_told() -> None:
    euros = Euros(human_contact=10, self_service=0, wrong_answer=30, refusal=5, clarification=1)
    wrong = judged(label("w"), "answer", cites="other")
    found = report(right(label("y")), wrong, right(label("n", "refuse")), right(label("p", "escalate")), euros=euros)
    assert found.cost["total"].value == pytest.approx((0 + 30 + 5 + 10) / 4)
    assert found.cost["wrong"].value == pytest.approx(30 / 4)
    assert found.euros["escalated_wrongly"] == 10
    assert set(found.cost) == {"total", "correct", "wrong", "refused_rightly", "escalated_rightly"}


def test_by_the_assumed_prices_a_wrong_answer_costs_more_than_a_person_and_a_person_more_than_a_refusal() -> None:
    prices = Euros().by_outcome()
    assert prices["wrong"] > prices["escalated_rightly"] > prices["refused_wrongly"] > prices["correct"]


def test_an_answer_in_other_words_is_partly_exact() -> None:
    asked = label("q", article="a")
    found = report(judged(asked, "answer", cites="a", says=f"{said_by('a')} Not before noon."))
    assert found.answering["exact_match"].value == 0
    assert 0.5 < found.answering["token_f1"].value < 1
    assert found.answering["accuracy"].value == 1


def test_a_right_draft_that_was_not_said_scores_as_silence() -> None:
    asked = label("q", article="a")
    found = report(judged(asked, "refuse", cites="a", found=("a",))).answering
    assert found["exact_match"].value == found["token_f1"].value == 0
    assert "groundedness" not in found
    assert found["aurc"].value == 0  # of the draft, however, another threshold would have made a right answer
