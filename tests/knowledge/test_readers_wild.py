"""Whatever a file holds, it is read or told: nothing is raised."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcare.errors import Problem
from ragcare.knowledge.readers import ReadArticles, read_articles
from ragcare.knowledge.readers.reading import READERS
from ragcare.schema import Article

SUFFIXES = sorted(READERS)
LINES = [".md", ".txt", ".html", ".csv", ".jsonl", ".json"]
STARTS = [b"", b"---\n", b"---\nid: ", b"id,body\n", b'{"id": "', b"[{", b"%PDF-1.4\n", b"PK\x03\x04", b"<html><p>"]
PIECES = [
    "---",
    "id",
    "body",
    "audience",
    ":",
    "&a",
    "*a",
    "!!",
    "[",
    "]",
    "{",
    "}",
    '"',
    ",",
    ";",
    "|",
    "\n",
    " ",
    "# ",
]
MARKUP = [
    "<",
    ">",
    "</",
    "a",
    "href=",
    "'",
    "li",
    "ol",
    "table",
    "td",
    "pre",
    "code",
    "main",
    "!--",
    "&#0;",
    "\\u",
    "\0",
]


def read(data: bytes, suffix: str) -> ReadArticles:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"wild{suffix}")
        path.write_bytes(data)
        return read_articles(path)


def assert_is_whole(reading: ReadArticles) -> None:
    assert isinstance(reading, ReadArticles)
    assert all(isinstance(article, Article) for article in reading.articles)
    assert all(isinstance(problem, Problem) and problem.what and problem.mend for problem in reading.problems)


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(deadline=None)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=300))
def test_random_bytes(suffix: str, start: bytes, rest: bytes) -> None:
    assert_is_whole(read(start + rest, suffix))


@pytest.mark.parametrize("suffix", LINES)
@settings(deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES + MARKUP) | st.text(max_size=4), max_size=40))
def test_random_syntax(suffix: str, pieces: list[str]) -> None:
    text = "".join(pieces).encode("utf-8", "surrogatepass")
    assert_is_whole(read(text, suffix))
    assert_is_whole(read(b"---\n" + text + b"\n---\nText", suffix))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("data", [b"", b" \n\n", b"\t"])
def test_an_empty_file_says_so(suffix: str, data: bytes) -> None:
    reading = read(data, suffix)
    assert reading.articles == ()
    assert [problem.what for problem in reading.problems] == ["is empty"]


@pytest.mark.parametrize("suffix", [".md", ".txt", ".html"])
def test_ten_megabytes_on_one_line(suffix: str) -> None:
    reading = read(b"words and " * 1_000_000, suffix)
    assert [len(article.body) for article in reading.articles] in ([10_000_000], [9_999_999])


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".json", ".pdf", ".docx"])
@pytest.mark.parametrize("piece", [b"words and ", b" " * 10, b"[" * 10, b"# " * 5, b'"' * 10, b"<" * 10])
def test_a_megabyte_of_what_is_not_the_format(suffix: str, piece: bytes) -> None:
    reading = read(b"x" + piece * 100_000, suffix)
    assert reading.articles == ()
    assert reading.problems


@pytest.mark.parametrize("suffix", [".md", ".txt", ".html"])
@pytest.mark.parametrize(
    "piece", [b" " * 10, b"[" * 10, b"# " * 5, b"*" * 10, b"`" * 10, b"](" * 5, b"*a " * 3, b"\n" * 10]
)
def test_a_megabyte_that_would_cost_a_careless_reader_hours(suffix: str, piece: bytes) -> None:
    assert len(read(b"a\n# x" + piece * 100_000 + b"x", suffix).articles) == 1


@pytest.mark.parametrize("suffix", [".md", ".txt", ".html"])
def test_text_from_right_to_left_is_kept(suffix: str) -> None:
    text = "\u200fيمكنك إلغاء الطلب خلال 14 يومًا \u202bשלום\u202c"
    (article,) = read(text.encode(), suffix).articles
    assert article.body == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp1252", "shift_jis"])
@pytest.mark.parametrize("suffix", LINES)
def test_a_wrong_encoding_is_never_guessed(suffix: str, encoding: str) -> None:
    text = "id,body\n1,été 日本" if encoding not in ("cp1252",) else "id,body\n1,été"
    data = text.replace("é", "e").encode(encoding) if encoding == "shift_jis" else text.encode(encoding)
    reading = read(data, suffix)
    assert reading.articles == ()
    assert "UTF-8" in reading.problems[0].what
