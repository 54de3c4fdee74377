"""Comparing two runs: nothing is found where nothing changed, all is named where something did, and the gate holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pydantic import TypeAdapter, ValidationError
from tests.evaluation.rows import HEAD, judged, label, right, table

from ragcare.errors import BadInput
from ragcare.evaluation.bars import MAIN_METRICS, Bar, Bars, Limit, metric_names, unmet
from ragcare.evaluation.compare import Comparison, Difference, compare
from ragcare.evaluation.compare.changes import word_difference
from ragcare.evaluation.compare.differences import differences
from ragcare.evaluation.compare.gate import hold
from ragcare.evaluation.compare.markdown import to_markdown
from ragcare.evaluation.judge import Agreement, Judged, ReferenceJudge, judge_log
from ragcare.evaluation.metrics import measure
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.report import Report
from ragcare.evaluation.report.figures import wording
from ragcare.evaluation.run.log import RunLog
from ragcare.schema import Action

NAMES = [f"q{number:02}" for number in range(40)]
GATE = [Bar(metric=name, margin=0) for name in MAIN_METRICS]


def log(rows: Iterable[Judged], **head: Any) -> RunLog:
    """A whole run with these rows."""
    numbered = tuple(one.row.model_copy(update={"number": number}) for number, one in enumerate(rows))
    about = HEAD.model_copy(update={"questions": max(1, len(numbered)), **head})
    return RunLog(head=about, rows=numbered)


def all_right(names: Sequence[str] = NAMES) -> list[Judged]:
    """Every third question expects a refusal; all are treated as they should be."""
    return [right(label(name, "refuse" if at % 3 == 2 else "answer")) for at, name in enumerate(names)]


def broken(rows: Sequence[Judged], how_many: int) -> list[Judged]:
    """The first few answers cite an article that does not hold the answer."""
    answers = [at for at, one in enumerate(rows) if one.row.label.expects == "answer"][:how_many]
    wrong = {at: judged(rows[at].row.label, "answer", cites="elsewhere", found=["elsewhere"]) for at in answers}
    return [wrong.get(at, one) for at, one in enumerate(rows)]


def with_text(one: Judged, text: str) -> Judged:
    reply = one.row.reply.model_copy(update={"text": text})
    return one._replace(row=one.row.model_copy(update={"reply": reply}))


def by_metric(comparison: Comparison) -> dict[str, Difference]:
    return {one.metric: one for one in comparison.differences}


@st.composite
def runs(draw: st.DrawFn) -> tuple[RunLog, RunLog]:
    """Two runs of the same questions by two assistants that do what they like."""
    expects = draw(st.lists(st.sampled_from(["answer", "refuse", "escalate", "clarify"]), min_size=1, max_size=12))
    labels = [label(f"q{at}", cast(Action, one)) for at, one in enumerate(expects)]
    articles = st.sampled_from(["art-q0", "art-q1", "elsewhere"])

    def one_run() -> RunLog:
        rows = []
        for asked in labels:
            action = cast(Action, draw(st.sampled_from(["answer", "refuse", "escalate", "clarify"])))
            cites = draw(articles) if action == "answer" else draw(st.none() | articles)
            found = draw(st.lists(articles, unique=True))
            rows.append(judged(asked, action, cites=cites, found=found, probability=draw(st.floats(0, 1))))
        return log(rows)

    return one_run(), one_run()


# --- nothing changed ---------------------------------------------------------------------------------


@settings(max_examples=10)
@given(runs())
def test_a_run_does_not_differ_from_itself(pair: tuple[RunLog, RunLog]) -> None:
    one, _ = pair
    comparison = compare(one, one, bars=GATE)

    assert comparison.identical
    assert comparison.passes
    assert not comparison.changes
    assert not comparison.left_out
    assert not comparison.differs
    assert {(each.difference, each.low, each.high, each.verdict) for each in comparison.differences} == {
        (0.0, 0.0, 0.0, "same")
    }


def test_what_a_run_took_and_in_which_order_it_went_moves_nothing() -> None:
    before, after = all_right(), broken(all_right(), 5)
    slow = [one._replace(row=one.row.model_copy(update={"seconds": 9.0})) for one in reversed(after)]

    comparison = compare(log(before), log(after), bars=GATE)

    assert compare(log(before), log(slow), bars=GATE).model_dump_json() == comparison.model_dump_json()
    assert compare(log(after), log(slow)).identical


def test_the_same_logs_give_the_same_bytes_and_they_can_be_read_again() -> None:
    before, after = log(all_right()), log(broken(all_right(), 5))
    comparison = compare(before, after, bars=GATE)

    assert compare(before, after, bars=GATE).model_dump_json() == comparison.model_dump_json()
    assert to_markdown(compare(before, after, bars=GATE)) == to_markdown(comparison)
    assert Comparison.model_validate_json(comparison.model_dump_json()) == comparison


def test_replies_that_differ_in_their_probability_alone_are_not_identical() -> None:
    before = [right(label("a"), probability=0.75)]
    after = [right(label("a"), probability=0.85)]
    comparison = compare(log(before), log(after))

    assert not comparison.identical
    assert [one.what for one in comparison.changes] == [("probability",)]
    assert by_metric(comparison)["ece"].difference == pytest.approx(-0.1)


# --- figures -----------------------------------------------------------------------------------------


@settings(max_examples=10)
@given(runs())
def test_the_figures_are_those_of_the_report(pair: tuple[RunLog, RunLog]) -> None:
    before, after = pair
    found = compare(before, after).differences
    for side, one in (("before", before), ("after", after)):
        report = measure(one.head, judge_log(one), judge="")
        values = {name: each.value for name, each in (report.retrieval | report.answering | report.deciding).items()}
        assert {each.metric: getattr(each, side) for each in found if getattr(each, side) is not None} == values


@settings(max_examples=10)
@given(runs())
def test_exchanging_the_runs_negates_every_difference(pair: tuple[RunLog, RunLog]) -> None:
    there, back = compare(*pair), compare(*reversed(pair))
    opposite = {"better": "worse", "worse": "better", "same": "same", None: None}

    for one, other in zip(there.differences, back.differences, strict=True):
        assert (one.metric, one.before, one.after) == (other.metric, other.after, other.before)
        assert opposite[one.verdict] == other.verdict
        if one.difference is not None and one.low is not None and one.high is not None:
            assert (other.difference, other.low, other.high) == pytest.approx((-one.difference, -one.high, -one.low))
    assert {one.id for one in there.changes} == {one.id for one in back.changes}


def test_every_figure_of_a_report_can_have_a_bar_and_no_other() -> None:
    report = report_of([right(label("a", one)) for one in ("answer", "refuse", "escalate", "clarify")])
    named = set(metric_names())
    assert (report.retrieval | report.answering | report.deciding).keys() <= named
    assert set(MAIN_METRICS) <= named
    assert len(named) == len(metric_names()) == 24


def test_every_figure_has_its_words() -> None:
    spoken = {name: wording(name) for name in metric_names()}
    assert all(one.means for one in spoken.values())
    assert len({one.label for one in spoken.values()}) == len(spoken)


def test_of_an_assistant_that_is_wrong_everywhere_every_figure_is_worse() -> None:
    """Which also holds each direction: a figure with the wrong one would say better."""
    good = [right(label(name), probability=0.95) for name in NAMES]
    nonsense: dict[str, Any] = {
        "cites": "elsewhere",
        "found": ["elsewhere"],
        "says": "Nobody knows.",
        "probability": 0.95,
    }
    bad = [judged(label(name), "answer", **nonsense) for name in NAMES]
    same = {"coverage", "deflection"}

    found = by_metric(compare(log(good), log(bad)))

    assert {name for name, one in found.items() if one.verdict == "same"} == same
    assert {name for name, one in found.items() if one.verdict == "worse"} == found.keys() - same
    assert {"wrong_answer_rate", "aurc", "ece", "recall@5", "exact_match"} <= found.keys()


def test_a_figure_that_one_run_does_not_have_has_no_difference() -> None:
    answers, silence = [right(label("a"))], [judged(label("a"), "refuse")]
    accuracy = by_metric(compare(log(answers), log(silence)))["accuracy"]
    assert (accuracy.before, accuracy.after) == (1.0, None)
    assert (accuracy.difference, accuracy.low, accuracy.high, accuracy.verdict) == (None, None, None, None)


def test_three_articles_that_agree_prove_nothing() -> None:
    rows = [right(label(name)) for name in "abc"]
    found = by_metric(compare(log(rows), log(broken(rows, 3))))["safe_deflection"]
    assert found.difference == -1
    assert found.verdict == "same"


def test_questions_on_one_article_count_as_one_witness() -> None:
    """Of 60 questions 12 turned wrong: on as many articles that tells something, on one article it does not."""
    outcome = np.where(np.arange(60) < 12, "wrong", "correct")
    apart = np.arange(60)
    together = np.where(np.arange(60) < 12, 0, np.arange(60) - 11)
    verdicts = []
    for cluster in (apart, together):
        before, after = table(60, cluster=cluster), table(60, cluster=cluster, outcome=outcome)
        found = {one.metric: one for one in differences(before, after)}
        verdicts.append(found["safe_deflection"].verdict)
    assert verdicts == ["worse", "same"]


def test_only_tables_about_the_same_questions_are_paired() -> None:
    with pytest.raises(ValueError, match="same questions"):
        differences(table(3), table(4))


# --- pairing -----------------------------------------------------------------------------------------


def test_questions_without_a_twin_are_named_and_left_out() -> None:
    before = [right(label(name)) for name in ("both", "gone", "relabelled", "twice", "twice")]
    after = [
        *(right(label(name)) for name in ("new", "both", "twice")),
        right(label("relabelled", article="another")),
    ]
    comparison = compare(log(before), log(after))

    assert comparison.n == 1
    assert {(one.id, one.why) for one in comparison.left_out} == {
        ("gone", "only in the baseline"),
        ("new", "only in the candidate"),
        ("relabelled", "its label differs"),
        ("twice", "its id is used twice"),
    }


def test_what_is_only_said_about_a_question_does_not_part_it_from_its_twin() -> None:
    before = [right(label("a", kind="typo", split="dev", domain="phone"))]
    after = [right(label("a", kind="spelling", split="test", intent="x"))]
    assert compare(log(before), log(after)).n == 1


def test_what_only_tells_questions_apart_moves_no_figure() -> None:
    """Neither by the pairing nor by the clusters: those of the baseline count."""
    before, after = all_right(), broken(all_right(), 12)
    marked = [
        one._replace(row=one.row.model_copy(update={"label": one.row.label.model_copy(update=about)}))
        for one in after
        for about in [{"kind": "x", "split": "y", "domain": "z", "turn": "first", "near_ids": ("all-on-one",)}]
    ]
    plain, other = compare(log(before), log(after), bars=GATE), compare(log(before), log(marked), bars=GATE)
    assert not other.left_out
    assert (other.differences, other.bars) == (plain.differences, plain.bars)


def test_the_order_of_articles_and_reference_answers_decides_nothing() -> None:
    asked = label("a", relevant_ids=("art-a", "b"), answers=("one", "two"))
    turned = asked.model_copy(update={"relevant_ids": ("b", "art-a"), "answers": ("two", "one")})
    assert compare(log([right(asked)]), log([right(turned)])).n == 1


def test_a_question_asked_on_another_day_is_another_question() -> None:
    row = right(label("a"))
    question = row.row.reply.question.model_copy(update={"as_of": HEAD.as_of.replace(year=2030)})
    reply = row.row.reply.model_copy(update={"question": question})
    later = row._replace(row=row.row.model_copy(update={"reply": reply}))
    both = right(label("b"))
    assert [one.id for one in compare(log([row, both]), log([later, both])).left_out] == ["a"]


def test_runs_without_a_common_question_are_refused() -> None:
    with pytest.raises(BadInput, match=r"no question in common.*Mend"):
        compare(log([right(label("a"))]), log([right(label("b"))]))


def test_what_differs_between_the_heads_is_named() -> None:
    rows = [right(label("a"))]
    before = log(rows, fingerprints={"code": "1", "settings": "x", "questions": "q"})
    after = log(rows, fingerprints={"code": "2", "settings": "x", "questions": "q", "articles": "a"}, token_f1=0.8)
    assert compare(before, after).differs == ("token_f1", "articles", "code")


def test_one_judge_judges_both_runs() -> None:
    """A stricter suite is no worse assistant, and a laxer one no better: the baseline's token F1 counts."""
    asked = label("a", answers=("The parcel comes on Monday, or so they say.",))
    rows = [judged(asked, "answer", cites="art-a", found=["art-a"])]
    comparison = compare(log(rows, token_f1=0.1), log(rows, token_f1=1.0))
    assert comparison.differs == ("token_f1",)
    assert comparison.changes == ()
    for pair, accuracy in (((0.1, 1.0), 1), ((1.0, 0.1), 0)):
        found = by_metric(compare(*(log(rows, token_f1=f1) for f1 in pair)))["accuracy"]
        assert found.before == found.after == accuracy


# --- changes -----------------------------------------------------------------------------------------


def test_the_worst_change_stands_first() -> None:
    ask, leave = label("ask"), label("leave", "refuse")
    pairs = {
        "better": (judged(ask, "refuse"), right(ask)),
        "numbers": (right(ask, probability=0.6), right(ask, probability=0.7)),
        "reworded": (right(ask), with_text(right(ask), "What is shown now.")),
        "silent": (right(ask), judged(ask, "refuse")),
        "overheard": (judged(leave, "refuse"), judged(leave, "answer", cites="elsewhere")),
        "misled": (right(ask), judged(ask, "answer", cites="elsewhere")),
    }

    def side(at: int) -> RunLog:
        rows = []
        for name, pair in pairs.items():
            one = pair[at]
            rows.append(
                one._replace(row=one.row.model_copy(update={"label": one.row.label.model_copy(update={"id": name})}))
            )
        return log(rows)

    changes = compare(side(0), side(1)).changes
    assert [one.id for one in changes] == ["misled", "overheard", "silent", "reworded", "better", "numbers"]
    assert [one.verdict for one in changes] == ["worse", "worse", "worse", "same", "better", "same"]


def test_a_change_says_how_the_question_changed() -> None:
    asked = label("a", article="gold")
    before = right(asked, probability=0.75)
    after = judged(asked, "answer", cites="elsewhere", found=["elsewhere", "gold"], probability=0.5)
    after = with_text(after, "What is told.")

    (change,) = compare(log([before]), log([after])).changes

    assert change.what == ("outcome", "sources", "text", "ranking", "probability")
    assert (change.before.outcome, change.after.outcome) == ("correct", "wrong")
    assert (change.gained, change.lost) == (("elsewhere",), ("gold",))
    assert (change.before.rank, change.after.rank) == (1, 2)
    assert (change.before.probability, change.after.probability) == (0.75, 0.5)
    assert [(one.how, one.text) for one in change.words] == [
        ("kept", "What is"),
        ("removed", " shown."),
        ("added", " told."),
    ]


def test_a_draft_that_changed_unseen_is_a_change() -> None:
    asked = label("a")
    before, after = (judged(asked, "refuse", cites=one) for one in ("art-a", "elsewhere"))
    (change,) = compare(log([before]), log([after])).changes
    assert change.what == ("draft",)


@given(st.text(), st.text())
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    pieces = word_difference(before, after)
    assert "".join(one.text for one in pieces if one.how != "added") == before
    assert "".join(one.text for one in pieces if one.how != "removed") == after
    assert all(one.text for one in pieces)


# --- the gate ----------------------------------------------------------------------------------------


def test_the_gate_falls_on_a_real_loss_and_names_the_bars() -> None:
    comparison = compare(log(all_right()), log(broken(all_right(), 12)), bars=GATE)
    assert not comparison.passes
    assert [one.bar.metric for one in comparison.bars if not one.met] == list(MAIN_METRICS)
    assert "significantly worse" in comparison.bars[0].why


def test_the_gate_bears_a_gain() -> None:
    assert compare(log(broken(all_right(), 12)), log(all_right()), bars=GATE).passes


@pytest.mark.parametrize(
    ("metric", "low", "high", "margin", "met"),
    [
        ("safe_deflection", -0.10, -0.02, 0.0, False),
        ("safe_deflection", -0.10, -0.02, 0.01, False),
        ("safe_deflection", -0.10, -0.02, 0.03, True),
        ("safe_deflection", -0.10, 0.00, 0.0, True),
        ("safe_deflection", 0.02, 0.10, 0.0, True),
        ("wrong_answer_rate", 0.02, 0.10, 0.0, False),
        ("wrong_answer_rate", 0.02, 0.10, 0.01, False),
        ("wrong_answer_rate", 0.02, 0.10, 0.03, True),
        ("wrong_answer_rate", -0.10, -0.02, 0.0, True),
        ("wrong_answer_rate", 0.30 - 0.25, 0.10, 0.05, True),
    ],
)
def test_the_whole_interval_must_lie_beyond_the_margin(
    metric: str, low: float, high: float, margin: float, met: bool
) -> None:
    difference = Difference(
        metric=metric,
        lower_is_better=metric == "wrong_answer_rate",
        before=0.5,
        after=0.5 + (low + high) / 2,
        difference=(low + high) / 2,
        low=low,
        high=high,
        verdict="same",
    )
    (held,) = hold([Bar(metric=metric, margin=margin)], [difference])
    assert held.met is met


def test_a_candidate_that_falls_silent_does_not_keep_its_accuracy() -> None:
    silence = [judged(one.row.label, "refuse") for one in all_right()]
    (held,) = compare(log(all_right()), log(silence), bars=[Bar(metric="accuracy", margin=1)]).bars
    assert not held.met
    assert "no longer has this figure" in held.why


def test_a_figure_that_neither_run_has_cannot_be_lost_but_reaches_no_bound() -> None:
    refusals = log([right(label("a", "refuse"))])
    lost, bound = compare(
        refusals, refusals, bars=[Bar(metric="recall@5", margin=0), Bar(metric="recall@5", least=0)]
    ).bars
    assert lost.met
    assert not bound.met


def test_bounds_are_held_against_the_candidate() -> None:
    bars = [Bar(metric="safe_deflection", least=0.5), Bar(metric="wrong_answer_rate", most=0.05, margin=1)]
    comparison = compare(log(all_right()), log(broken(all_right(), 10)), bars=bars)
    assert [one.met for one in comparison.bars] == [False, False]
    assert "at most 0.05" in comparison.bars[1].why


Dodge = Callable[[list[Judged]], list[Judged]]


def renamed(one: Judged) -> Judged:
    asked = one.row.label.model_copy(update={"id": f"new-{one.row.label.id}"})
    return one._replace(row=one.row.model_copy(update={"label": asked}))


DODGES: dict[str, tuple[int, Dodge]] = {
    "relabelled": (8, lambda rows: [*(right(label(name, "refuse")) for name in NAMES[:12]), *rows[12:]]),
    "dropped": (12, lambda rows: rows[12:]),
    "renamed": (12, lambda rows: [*(renamed(one) for one in rows[:12]), *rows[12:]]),
    "repeated": (12, lambda rows: [*rows, *rows[:12]]),
    "silent and renamed": (39, lambda rows: [judged(rows[0].row.label, "refuse"), *map(renamed, rows[1:])]),
}
"""How an assistant that has become worse might look no worse, and how many questions it hides thereby."""


@pytest.mark.parametrize(("hidden", "dodge"), DODGES.values(), ids=DODGES)
def test_no_gate_is_passed_by_taking_away_what_is_got_wrong(hidden: int, dodge: Dodge) -> None:
    before, after = log(all_right()), log(dodge(broken(all_right(), 8)))
    comparison = compare(before, after, bars=GATE)
    assert not comparison.passes
    assert comparison.unmet[0].startswith(f"questions: {hidden} of the baseline were not compared (q0")
    assert "--allow-left-out" in comparison.unmet[0]
    assert "**not met**: questions" in to_markdown(comparison)

    allowed = compare(before, after, bars=GATE, allow_left_out=True)
    assert allowed.left_out == comparison.left_out
    assert allowed.unmet == comparison.unmet[1:]


def test_new_questions_are_said_and_keep_nobody_from_passing() -> None:
    more = [right(label(name)) for name in ("new", "twice", "twice")]
    comparison = compare(log(all_right()), log([*all_right(), *more]), bars=GATE)
    assert [one.id for one in comparison.left_out] == ["new", "twice"]
    assert comparison.passes


def test_rows_that_are_judged_already_are_not_judged_twice() -> None:
    class Counting(ReferenceJudge):
        asked = 0

        def compare(self, label: LabelledQuestion, answer: str) -> Agreement:
            self.asked += 1
            return super().compare(label, answer)

    before, after, judge = log(all_right()), log(broken(all_right(), 8)), Counting(0.5)
    plain = compare(before, after, judge=judge)
    answers, judge.asked = judge.asked // 2, 0
    assert compare(before, after, judge=judge, judged=judge_log(after, ReferenceJudge(0.5))) == plain
    assert judge.asked == answers


# --- bars --------------------------------------------------------------------------------------------


def report_of(rows: Sequence[Judged]) -> Report:
    return measure(log(rows).head, rows, judge="")


def test_a_report_meets_its_bars_or_says_which_it_does_not() -> None:
    rows = broken([right(label(name)) for name in NAMES], 4)
    bars = {
        "safe_deflection": Limit(least=0.9),
        "wrong_answer_rate": Limit(most=0.05),
        "coverage": Limit(least=0.5, most=0.99),
        "refusal_precision": Limit(least=0.0),
    }
    found = unmet(report_of(rows), bars)
    assert found == (
        "wrong_answer_rate: it is 0.1, and must be at most 0.05",
        "coverage: it is 1, and must be at most 0.99",
        "refusal_precision: there is no such figure, for there is nothing to compute it from",
    )
    assert unmet(report_of(rows), {}) == ()


def test_the_table_of_a_suite_is_read_as_bars() -> None:
    bars = TypeAdapter(Bars).validate_python({"wrong_answer_rate": {"most": 0.05}, "recall@5": {"least": 0.8}})
    assert bars == {"wrong_answer_rate": Limit(most=0.05), "recall@5": Limit(least=0.8)}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({"wrong_answer_rat": {"most": 0.05}}, 'write "wrong_answer_rate"'),
        ({"accuracy": {}}, "a bar needs a bound"),
        ({"accuracy": {"least": 0.9, "most": 0.1}}, "correct one of the two"),
        ({"accuracy": {"least": float("nan")}}, "finite"),
        ({"accuracy": {"min": 0.9}}, "Extra inputs"),
    ],
)
def test_a_bar_that_can_never_be_held_is_refused(rows: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        TypeAdapter(Bars).validate_python(rows)


def test_a_bar_is_written_as_a_figure_and_its_margin() -> None:
    assert Bar.parse("safe_deflection") == Bar(metric="safe_deflection", margin=0)
    assert Bar.parse("recall@5:0.02") == Bar(metric="recall@5", margin=0.02)


@pytest.mark.parametrize("text", ["", "recal@5", "accuracy:much", "accuracy:-0.1", "accuracy:nan", "accuracy:inf"])
def test_what_is_no_bar_is_refused_with_its_mend(text: str) -> None:
    with pytest.raises(BadInput, match="Mend"):
        Bar.parse(text)


# --- Markdown ----------------------------------------------------------------------------------------


WILD = ["@team `x` <img src=x> |", "</code></details><script>", "![a](b) #1 **b**", "| a |\n|---|\n\n# b"]


def tags(text: str) -> list[str]:
    """All that is not text in the Markdown about a question of this wording, and a reply of this wording."""
    asked = label("a", question=text)
    before, after = right(asked), with_text(judged(asked, "refuse"), text)
    page = to_markdown(compare(log([before]), log([after])))
    blocks = MarkdownIt("commonmark").enable("table").parse(page)
    tokens = [token for block in blocks for token in (block.children or [block])]
    return [token.content if token.type == "html_inline" else token.type for token in tokens if token.type != "text"]


@settings(max_examples=20)
@given(st.text(min_size=1).filter(str.strip) | st.sampled_from(WILD))
def test_a_question_marks_nothing_up(text: str) -> None:
    assert tags(text) == tags("plain")


def test_a_question_calls_nobody() -> None:
    asked = label("a", question="Ask @team of #12, please")
    page = to_markdown(compare(log([right(asked)]), log([judged(asked, "refuse")])))
    assert "@team" not in page
    assert "#12" not in page


def test_markdown_shows_figures_bars_and_the_worst_questions() -> None:
    comparison = compare(log(all_right()), log(broken(all_right(), 12)), bars=GATE)
    page = to_markdown(comparison, most=3)
    assert "bars not met" in page
    assert "| Safe deflection (`safe_deflection`) |" in page
    assert "↓ worse" in page
    assert page.count("<details>") == page.count("</details>") == 3
    assert "12 questions changed" in page
