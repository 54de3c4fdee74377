"""Assistants that are broken on purpose get the scores that they deserve, on each metric."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from tests.evaluation.rows import HEAD, judged, label, right

from ragcare.evaluation.judge import Judged
from ragcare.evaluation.metrics import measure
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.report import Report

ASKED = (
    *(label(f"yes{at}") for at in range(6)),
    *(label(f"no{at}", "refuse", reason="no_source") for at in range(3)),
    label("person", "escalate", reason="asks_person"),
)


def report(replies: Callable[[LabelledQuestion], Judged], asked: Iterable[LabelledQuestion] = ASKED) -> Report:
    return measure(HEAD, [replies(one) for one in asked], judge="citation")


def values(of: Report) -> dict[str, float]:
    figures = {**of.retrieval, **of.answering, **of.deciding, **{one.name: one.figure for one in of.deflection}}
    return {name: figure.value for name, figure in figures.items()}


def about(asked: LabelledQuestion) -> str:
    return (*asked.relevant_ids, *asked.near_ids)[0]


def as_it_should(asked: LabelledQuestion) -> Judged:
    certain: dict[str, Any] = {"probability": 1.0 if asked.expects == "answer" else 0.0}
    return right(asked, reason=asked.reason, **certain)


def answers_everything(asked: LabelledQuestion) -> Judged:
    return judged(asked, "answer", cites=about(asked), found=(about(asked),), probability=1.0)


def refuses_everything(asked: LabelledQuestion) -> Judged:
    return judged(asked, "refuse", found=(about(asked),), probability=0.0, reason="no_source")


def escalates_everything(asked: LabelledQuestion) -> Judged:
    return judged(asked, "escalate", found=(about(asked),), probability=0.0)


def cites_a_random_article(asked: LabelledQuestion) -> Judged:
    return judged(asked, "answer", cites="elsewhere", found=("elsewhere",), probability=0.9)


def says_what_its_article_does_not(asked: LabelledQuestion) -> Judged:
    """It cites the right article, for another sentence than it says, and quotes what does not stand there."""
    invented = "Every order is refunded twice within 14 days."
    return judged(asked, "answer", cites=about(asked), says=invented, found=(about(asked),), verbatim=False)


def test_one_that_does_as_it_should_gets_everything() -> None:
    found = values(report(as_it_should))
    lower_is_better = {"wrong_answer_rate", "ece"}
    shares = {"coverage", "safe_deflection", "Fin resolution rate", "Zendesk automated resolution"}
    shares |= {"fully resolved in self-service", "Ada automated resolution", "coverage@risk5"}
    for name in found.keys() - shares - {"deflection", "containment rate", "self-service score", "aurc"}:
        if name == "engaged resolution rate":
            assert found[name] == pytest.approx(6 / 7)
        else:
            assert found[name] == (0 if name in lower_is_better else 1), name
    assert {found[name] for name in shares} == {0.6}
    assert found["deflection"] == 0.9
    assert found["self-service score"] == 10
    assert found["aurc"] == pytest.approx(0.4 * 0.4)  # the four that have no answer are wrong if they are said at all


def test_one_that_answers_everything_pays_for_it_in_accuracy_and_risk() -> None:
    found = values(report(answers_everything))
    assert found["coverage"] == 1
    assert found["accuracy"] == found["safe_deflection"] == pytest.approx(0.6)
    assert found["wrong_answer_rate"] == found["ece"] == found["aurc"] == pytest.approx(0.4)
    assert found["coverage@risk5"] == 0
    assert found["answerability_auroc"] == 0.5
    assert found["deflection"] == 1
    assert found["refusal_recall"] == found["escalation_recall"] == found["reason_accuracy"] == 0
    assert found.keys().isdisjoint({"refusal_precision", "escalation_precision", "self-service score"})
    assert found["token_f1"] == found["exact_match"] == found["groundedness"] == 1
    assert found["Fin resolution rate"] == found["containment rate"] == found["engaged resolution rate"] == 1
    assert found["Ada automated resolution"] == found["fully resolved in self-service"] == pytest.approx(0.6)


def test_one_that_refuses_everything_wins_nothing_but_what_counts_silence_as_success() -> None:
    found = values(report(refuses_everything))
    assert found["deflection"] == found["containment rate"] == 1
    assert found["recall@1"] == 1  # it found what it did not say
    worth_nothing = {"coverage", "safe_deflection", "exact_match", "token_f1", "coverage@risk5", "wrong_answer_rate"}
    worth_nothing |= {"Fin resolution rate", "Zendesk automated resolution", "Ada automated resolution"}
    worth_nothing |= {"fully resolved in self-service", "escalation_recall"}
    assert {name: found[name] for name in worth_nothing} == dict.fromkeys(worth_nothing, 0)
    assert found["aurc"] == 1
    assert found["answerability_auroc"] == 0.5
    assert found["refusal_precision"] == pytest.approx(0.3)
    assert found["refusal_recall"] == 1
    assert found["reason_accuracy"] == 0.75
    absent = {
        "accuracy",
        "groundedness",
        "ece",
        "escalation_precision",
        "self-service score",
        "engaged resolution rate",
    }
    assert found.keys().isdisjoint(absent)


def test_each_way_to_count_says_what_an_assistant_gets_that_refuses_everything() -> None:
    silent = {one.name: one for one in report(refuses_everything).deflection}
    for one in report(as_it_should).deflection:
        assert one.source
        if one.name not in silent:
            assert "Refusing all but one" in one.counts or "Refusing everything but one" in one.counts
        elif silent[one.name].figure.value == 1:
            assert "Refusing everything gets 100 %" in one.counts
        else:
            assert "Refusing everything gets 0" in one.counts


def test_one_that_escalates_everything_deflects_nothing() -> None:
    found = values(report(escalates_everything))
    assert found["deflection"] == found["safe_deflection"] == found["containment rate"] == 0
    assert found["self-service score"] == 1
    assert found["escalation_precision"] == pytest.approx(0.1)
    assert found["escalation_recall"] == 1
    assert found["refusal_recall"] == found["token_f1"] == found["Fin resolution rate"] == 0
    assert found["aurc"] == 1
    assert found["reason_accuracy"] == 0.25
    assert found.keys().isdisjoint({"accuracy", "groundedness", "ece", "refusal_precision"})
    assert report(escalates_everything).cost["total"].value > report(refuses_everything).cost["total"].value


def test_one_that_cites_a_random_article_is_wrong_however_well_it_quotes() -> None:
    found = values(report(cites_a_random_article))
    worth_nothing = {"accuracy", "safe_deflection", "exact_match", "coverage@risk5", "recall@10", "ndcg@10", "mrr@10"}
    worth_nothing |= {"Zendesk automated resolution", "Ada automated resolution", "fully resolved in self-service"}
    assert {name: found[name] for name in worth_nothing} == dict.fromkeys(worth_nothing, 0)
    assert found["wrong_answer_rate"] == found["aurc"] == found["coverage"] == 1
    assert found["ece"] == pytest.approx(0.9)
    assert found["groundedness"] == 1
    assert found["Fin resolution rate"] == found["containment rate"] == 1
    costs = [report(one).cost["total"].value for one in (cites_a_random_article, escalates_everything, as_it_should)]
    assert costs == sorted(costs, reverse=True)


def test_one_that_says_what_its_article_does_not_is_neither_grounded_nor_right() -> None:
    found = values(report(says_what_its_article_does_not))
    worth_nothing = {"groundedness", "accuracy", "exact_match", "safe_deflection", "Ada automated resolution"}
    assert {name: found[name] for name in worth_nothing} == dict.fromkeys(worth_nothing, 0)
    assert found["token_f1"] < 0.5
    assert found["wrong_answer_rate"] == 1
    assert found["recall@1"] == 1
    assert found["Zendesk automated resolution"] == 0.6  # it asks only whether the right article was cited


def test_where_there_are_no_reference_answers_groundedness_alone_tells_that_one_from_a_right_one() -> None:
    asked = [one.model_copy(update={"answers": ()}) for one in ASKED]
    found = values(report(says_what_its_article_does_not, asked))
    assert found["accuracy"] == pytest.approx(0.6)
    assert found["groundedness"] == found["Ada automated resolution"] == 0
    assert found.keys().isdisjoint({"exact_match", "token_f1"})
