"""The report as people read it: every figure with its n and interval, nothing that is not there, the same bytes."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.evaluation.reports import HOSTILE, figure, hostile_rows, small_report, some_rows
from tests.evaluation.rows import judged, label, right

from ragcare.cli.evaluation_report import show_report
from ragcare.evaluation.report import Figure, markdown, row_lines, rows
from ragcare.evaluation.report.escaping import escaped
from ragcare.evaluation.report.figures import interval, written, written_whole

# --- figures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("coverage", figure(0.54321, 93, 0.44, 0.64), "54% (44–64%), n 93"),
        ("coverage", figure(0.0321, 500, 0.018, 0.051), "3.2% (1.8–5.1%), n 500"),
        ("coverage", figure(0.00412, 90_000, 0.0038, 0.0045), "0.41% (0.38–0.45%), n 90000"),
        ("coverage", figure(1, 4, 1, 1), "100% (100–100%), n 4"),
        ("recall@5", figure(0.5, 8, 0.2, 0.8), "50% (20–80%), n 8"),
        ("answerability_auroc", figure(0.8349, 93, 0.77, 0.89), "0.83 (0.77–0.89), n 93"),
        ("aurc", figure(0.0123, 9_000, 0.0111, 0.0135), "0.012 (0.011–0.013), n 9000"),
        ("something_new", figure(0.25, 4, 0.1, 0.6), "0.25 (0.10–0.60), n 4"),
    ],
)
def test_a_figure_has_no_more_digits_than_its_interval_warrants(name: str, given: Figure, said: str) -> None:
    assert written_whole(name, given) == said


def test_euros_are_written_as_money() -> None:
    cost = figure(5.208, 183, 4.29, 6.33)
    assert (written("total", cost, "euros"), interval("total", cost, "euros")) == ("€5.21", "€4.29–6.33")


# --- Markdown ----------------------------------------------------------------------------------------


def test_the_markdown_tells_every_figure_of_every_section() -> None:
    report = small_report()
    said = markdown(report)
    for words in (
        *("Safe deflection", "22% (16–29%), n 183", "Recall@5", "87%", "79–93%", "109", "Answerability AUROC", "0.64"),
        *("## By language", "## By kind", "near_miss", "## Outcomes", "refused needlessly"),
        *("containment rate", "Not handed over to a person.", "Somebody (2020)", "€5.21", "€4.29–6.33", "€25.00"),
        *("citation and reference answer", "p50 ms", "0123456789abcdef"),
    ):
        assert words in said, words


def test_a_ratio_among_the_ways_to_count_is_no_percentage() -> None:
    said = markdown(small_report())
    assert "| self\\-service score" not in said
    line = next(line for line in said.splitlines() if "self-service score" in line)
    assert "8.71" in line
    assert "%" not in line


def test_what_is_absent_from_the_report_is_absent_from_the_markdown() -> None:
    bare = small_report().model_copy(
        update={"retrieval": {}, "deflection": (), "cost": {}, "by_kind": {}, "by_language": {}, "speed": {}}
    )
    said = markdown(bare)
    for words in ("Retrieval", "Ways to count", "Cost", "By kind", "By language", "Speed", "nan", "None", "null"):
        assert words not in said
    assert "## Answering" in said


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    widths: set[int] = set()
    for line in markdown(small_report()).splitlines():
        if line.startswith("|"):
            widths.add(line.count("|"))
        else:
            assert len(widths) <= 1
            widths = set()


@given(st.text(min_size=1, max_size=40))
def test_no_name_from_a_file_can_break_out_of_its_cell(name: str) -> None:
    report = small_report()
    group = report.by_kind["plain"]
    usual = (
        MarkdownIt("commonmark").enable("table").render(markdown(report.model_copy(update={"by_kind": {"x": group}})))
    )
    odd = (
        MarkdownIt("commonmark").enable("table").render(markdown(report.model_copy(update={"by_kind": {name: group}})))
    )
    assert [odd.count(tag) for tag in ("<td", "<tr", "<a", "<img", "<em", "<code")] == [
        usual.count(tag) for tag in ("<td", "<tr", "<a", "<img", "<em", "<code")
    ]


@pytest.mark.parametrize(
    "order",
    [
        "@team",
        "#12",
        "a@b.example",
        "**b**",
        "_b_",
        "__init__",
        "`c`",
        "[a](b)",
        "<b>",
        "&lt;",
        ":smile:",
        "http://b",
        "$x$",
    ],
)
def test_a_text_in_markdown_means_nothing_but_itself(order: str) -> None:
    (block,) = [one for one in MarkdownIt("commonmark").parse(f"say {escaped(order)}") if one.type == "inline"]
    assert [one.type for one in block.children or ()] == ["text"]
    assert block.children
    assert block.children[0].content == f"say {order}"
    assert order not in escaped(order)


def test_what_markdown_does_not_obey_stays_legible() -> None:
    plain = "near_miss, recall@5: 54% (44–64%), self-service score; how's that?"
    assert escaped(plain) == plain


# --- rows --------------------------------------------------------------------------------------------


def test_a_row_says_what_happened_to_its_question() -> None:
    asked = label("q1", kind="plain", split="dev", article="gold")
    (row,) = rows([judged(asked, "answer", cites="gold", found=("other", "gold"), probability=0.9)])
    assert row["id"] == "q1"
    assert (row["kind"], row["split"], row["expects"], row["action"]) == ("plain", "dev", "answer", "answer")
    assert (row["outcome"], row["cited"], row["relevant_ids"]) == ("correct", ["gold"], ["gold"])
    assert row["rank"] == {"fused": 2, "keyword": 2}
    assert (row["probability"], row["threshold"], row["reasons"]) == (0.9, 0.5, ["grounded"])
    assert (row["exact_match"], row["token_f1"], row["agrees"]) == (1.0, 1.0, True)


def test_an_article_counts_once_in_the_fused_ranking() -> None:
    asked = label("q1", article="gold")
    (row,) = rows([judged(asked, "refuse", found=("other", "other", "other", "gold"))])
    assert row["rank"]["fused"] == 2


def test_what_was_not_found_has_no_rank_and_what_does_not_apply_is_null() -> None:
    (row,) = rows([judged(label("q1", "refuse"), "refuse")])
    assert row["rank"] == {"fused": None}
    assert row["exact_match"] is row["token_f1"] is row["grounded"] is row["agrees"] is None
    assert (row["cited"], row["drafted_from"]) == ([], [])


def test_a_draft_that_was_not_said_is_cited_by_nobody() -> None:
    (row,) = rows([judged(label("q1", article="gold"), "refuse", cites="gold")])
    assert (row["cited"], row["drafted_from"]) == ([], ["gold"])


def test_rows_are_json_lines_without_times_or_random_ids() -> None:
    slow, fast = ([right(label("q1"), seconds=seconds)] for seconds in (9.0, 0.001))
    assert row_lines(slow) == row_lines(fast)
    (line,) = row_lines(fast).splitlines()
    known = json.loads(line)
    assert not {"seconds", "milliseconds", "trace", "trace_id"} & set(known)


def test_rows_are_read_again_whatever_their_question_says() -> None:
    lines = row_lines(hostile_rows()).split("\n")[:-1]
    assert [json.loads(line)["question"] for line in lines] == [one.row.label.question for one in hostile_rows()]
    assert all(HOSTILE in json.loads(line)["question"] for line in lines)


# --- terminal ----------------------------------------------------------------------------------------


def test_the_terminal_shows_the_main_figures_in_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    show_report(small_report())
    said = capsys.readouterr().out
    assert "22% (16–29%), n 183" in said
    for words in ("Wrong-answer rate", "Answerability AUROC", "Recall@5", "fr", "en", "near_miss", "judged by"):
        assert words in said
    assert len(said.splitlines()) <= 24
    assert "\x1b" not in said


def test_the_terminal_bears_a_report_with_next_to_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    nothing: dict[str, object] = {"retrieval": {}, "answering": {}, "deciding": {}, "by_language": {}, "by_kind": {}}
    show_report(small_report().model_copy(update=nothing))
    said = capsys.readouterr().out
    assert "183 questions" in said
    assert "nan" not in said


def test_the_reports_of_these_tests_are_plausible() -> None:
    report = small_report()
    assert sum(report.outcomes.values()) == report.n
    assert all(math.isfinite(one.value) and one.low <= one.value <= one.high for one in report.answering.values())
    assert len(some_rows()) > 10
