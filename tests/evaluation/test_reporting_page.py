"""The page: one file that loads nothing, runs nothing, shows all that came from a file as text, and repeats."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from functools import cache
from html import unescape

import pytest
from lxml import html as lxml_html  # type: ignore[import-untyped]
from tests.evaluation.reports import HOSTILE, hostile_report, hostile_rows, small_report, some_rows
from tests.evaluation.rows import judged, label

from ragcare.errors import MissingExtra
from ragcare.evaluation.judge import Judged
from ragcare.evaluation.report import page, plots
from ragcare.evaluation.report.svg import drawing, inline_svg
from ragcare.evaluation.report.worst import worst_questions


@cache
def usual() -> str:
    return page(small_report(), some_rows())


@cache
def hostile() -> str:
    return page(hostile_report(), hostile_rows())


def text_of(source: str) -> str:
    return " ".join(lxml_html.fromstring(source).text_content().split())


# --- what it says ------------------------------------------------------------------------------------


def test_the_headline_is_in_words_with_its_interval() -> None:
    said = text_of(usual())
    assert "41 of 183 questions were answered rightly, with no person needed." in said
    assert "16 of 183 customers would have been told something wrong." in said
    assert "22%" in said
    assert "16–29%" in said


def test_every_section_is_there() -> None:
    said = text_of(usual())
    for words in (
        *("What happened", "Can it tell when it is right?", "Where it fails", "Questions to look at first"),
        *("Ways to count deflection", "containment rate", "Somebody (2020)", "8.71", "All figures", "€25.00"),
        *("0123456789abcdef", "citation and reference answer", "p99 ms"),
    ):
        assert words in said, words


def test_every_plot_has_a_title_and_a_description_that_it_names() -> None:
    drawn = lxml_html.fromstring(usual()).xpath("//svg[@class='plot']")
    assert len(drawn) == 7
    for plot in drawn:
        names = plot.get("aria-labelledby").split()
        assert [plot.xpath(f".//*[@id='{name}']")[0].tag for name in names] == ["title", "desc"]
        assert all(plot.xpath(f".//*[@id='{name}']")[0].text.strip() for name in names)


def test_no_id_is_used_twice_and_each_reference_leads_somewhere() -> None:
    tree = lxml_html.fromstring(usual())
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in tree.xpath("//@href")} <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", usual())) <= set(ids)


def test_what_the_report_does_not_have_the_page_does_not_show() -> None:
    nothing: dict[str, object] = {
        **{"retrieval": {}, "deflection": (), "cost": {}, "by_kind": {}, "by_language": {}, "speed": {}},
        **{"reliability": (), "risk_coverage": (), "answering": {}, "deciding": {}},
    }
    bare = page(small_report().model_copy(update=nothing), [])
    said = text_of(bare)
    for words in ("Where it fails", "Ways to count", "Can it tell", "What it costs", "Speed", "Questions to look at"):
        assert words not in said
    assert "What happened" in said
    assert "nan" not in said.lower().split()


# --- the questions to look at ------------------------------------------------------------------------


def names(rows: list[Judged], most: int = 20) -> dict[str, list[str]]:
    return {one.fault.label: [case.judged.row.label.id for case in one.cases] for one in worst_questions(rows, most)}


def test_the_surest_wrong_answers_come_first() -> None:
    assert names(some_rows()) == {
        "Wrong answer": ["w-high", "w-middle", "w-low"],
        "Needless refusal": ["refused"],
        "Missed escalation": ["missed"],
        "Needless detour": ["detour"],
    }


def test_an_answer_where_a_person_was_needed_is_a_wrong_answer() -> None:
    assert names([judged(label("q", "escalate"), "answer", cites="a")]) == {"Wrong answer": ["q"]}


def test_only_so_many_are_shown_and_the_rest_is_counted() -> None:
    (wrong, *_) = worst_questions(some_rows(), 2)
    assert (len(wrong.cases), wrong.total) == (2, 3)
    assert "3 questions, the first 2 shown" in text_of(page(small_report(), some_rows(), worst=2))


def test_a_trace_marks_what_was_expected_and_what_was_quoted() -> None:
    wrong = judged(label("q", article="gold"), "answer", cites="bad", found=("bad", "gold"))
    ((case,),) = (group.cases for group in worst_questions([wrong], 5))
    assert [(line.hit.article_id, line.expected, line.quoted) for line in case.ranking] == [
        ("bad", False, True),
        ("gold", True, False),
    ]


def test_a_draft_that_was_not_said_is_shown_as_such() -> None:
    assert "Drafted, and not saidThe parcel gold arrives on Monday." in text_of(usual())


# --- the same bytes ----------------------------------------------------------------------------------


def test_the_same_report_gives_the_same_bytes_in_another_process_and_without_pyplot() -> None:
    code = (
        "import sys; from tests.evaluation.reports import *; from ragcare.evaluation.report import page;"
        "assert 'matplotlib' not in sys.modules and 'jinja2' not in sys.modules;"
        "sys.stdout.buffer.write(page(small_report(), some_rows()).encode());"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120)
    assert other.stdout.decode() == usual()


def test_no_time_stands_on_the_page_but_in_its_speed() -> None:
    faster = small_report().model_copy(update={"speed": {"p50_ms": 1.0}})
    rows = [Judged(row.model_copy(update={"seconds": 7.0}), judgement) for row, judgement in some_rows()]
    cut = "<caption>Speed of asking</caption>"
    one, other = page(faster, rows), usual()
    assert one != other
    assert one.partition(cut)[0] == other.partition(cut)[0]


def test_the_same_report_gives_the_same_bytes_whatever_style_the_caller_has_which_he_gets_back() -> None:
    import matplotlib

    with matplotlib.rc_context({"font.size": 33, "savefig.bbox": "tight", "svg.fonttype": "path"}):
        assert page(small_report(), some_rows()) == usual()
        assert matplotlib.rcParams["font.size"] == 33
        assert matplotlib.rcParams["savefig.bbox"] == "tight"


# --- content is data ---------------------------------------------------------------------------------


def test_the_page_loads_and_runs_nothing() -> None:
    for source in (usual(), hostile()):
        tree = lxml_html.fromstring(source)
        assert not tree.xpath("//script | //img | //link | //iframe | //object | //embed | //form | //base | //image")
        assert not [name for name in tree.xpath("//@*/..") if any(key.startswith("on") for key in name.attrib)]
        assert all(link.startswith("#") for link in tree.xpath("//@href | //@src | //@action"))
        assert not tree.xpath("//@style"), "the policy allows no style attribute"


def test_the_policy_allows_the_one_style_sheet_and_nothing_else() -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', usual())
    assert policy
    style = re.findall(r"<style>(.*?)</style>", usual(), re.DOTALL)
    assert len(style) == 1
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    allowed = dict(rule.split(" ", 1) for rule in unescape(policy[1]).split("; "))
    assert allowed["default-src"] == "'none'"
    assert allowed["style-src"] == f"'sha256-{digest}'"
    assert "unsafe" not in policy[1]
    assert "url(" not in style[0]
    assert "@import" not in style[0]


def test_hostile_text_stands_on_the_page_as_text() -> None:
    seen = HOSTILE.replace("\u202e", "\N{REPLACEMENT CHARACTER}")
    assert hostile().count("<style>") == hostile().count("</style>") == 1
    assert "<script" not in hostile()
    assert "\u202e" not in hostile()
    assert text_of(hostile()).count(" ".join(seen.split())) > 10
    assert "49" not in re.findall(r"--&gt;(\S+)", hostile())


def test_a_name_that_no_font_has_and_no_xml_bears_is_drawn_all_the_same() -> None:
    plot = plots.groups("kind", {"\x00\ud800 \U0001f600 $\\frac$ <b>": small_report().by_kind["plain"], "": {}})
    drawn = inline_svg(plot)
    assert "\\frac$ &lt;b&gt;" in drawn
    hostile().encode()


def test_without_matplotlib_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"ragcare\[plots\]"), drawing():
        pass  # pragma: no cover
    with pytest.raises(MissingExtra):
        page(small_report(), some_rows())


def test_a_group_that_should_be_refused_is_measured_by_its_refusals() -> None:
    description = plots.groups("kind", small_report().by_kind).description
    assert "near miss: Refusal recall 50%, answered wrongly 50%" in description
    assert "plain: Safe deflection 95%" in description
    assert description.startswith("near miss"), "the worst comes first"
