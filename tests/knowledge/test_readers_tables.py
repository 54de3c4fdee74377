"""CSV, TSV, JSON Lines and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ragcare.knowledge.readers import ReadArticles, read_articles
from ragcare.schema import Article


def read(folder: Path, name: str, content: str | bytes) -> ReadArticles:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_articles(path)


def articles(folder: Path, name: str, content: str | bytes) -> tuple[Article, ...]:
    reading = read(folder, name, content)
    assert reading.problems == ()
    return reading.articles


def told(folder: Path, name: str, content: str | bytes) -> list[str]:
    return [str(problem).removeprefix(f"{folder}/") for problem in read(folder, name, content).problems]


# --- CSV ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_delimiter_and_the_byte_order_mark_are_found(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [
        ["id", "Question", "Réponse", "lang", "tags", "audience"],
        ["1", "Délai ?", '"5, 6; 7\tjours"', "fr", "a|b", "public"],
        [""] * 6,
        ["2", "Prix ?", '"Dit ""rien""', "fr", "", "public"],
    ]
    rows[3][2] += '"'
    content = "\r\n".join(delimiter.join(row) for row in rows)
    first, second = articles(tmp_path, "faq.csv", content.encode(encoding))
    assert (first.id, first.title, first.body, first.tags) == ("1", "Délai ?", "5, 6; 7\tjours", ("a", "b"))
    assert second.body == 'Dit "rien"'


def test_quoted_line_ends_keep_the_lines_right(tmp_path: Path) -> None:
    content = 'id,body,status\n1,"a\nb\nc",draft\n\n2,b,nonsense\n3,"d\ne",nonsense\n'
    reading = read(tmp_path, "faq.csv", content)
    assert [article.body for article in reading.articles] == ["a\nb\nc"]
    assert [problem.line for problem in reading.problems] == [6, 7]


def test_rows_without_id_take_it_from_their_title(tmp_path: Path) -> None:
    content = "question,answer,lang\nWhere is my order?,There.,en\n,Nameless.,en\n¿¡!?,Signs.,en\n"
    assert [article.id for article in articles(tmp_path, "faq.csv", content)] == [
        "faq/where-is-my-order",
        "faq/3",
        "faq/4",
    ]


def test_missing_last_cells_are_blank(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, "faq.csv", "id,body,owner,language\n1,b,,en\n2,b\n"[:30])
    assert article.owner is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id,body,audiance\n1,b,staff\n", ["1: the field 'audiance' is not known. Mend: did you mean audience?"]),
        ("id,body,,note\n1,b,,x\n", ["1: column 3 has no name", "1: the field 'note' is not known"]),
        ("id,body,text\n1,b,c\n", ["1: body is given twice (body and text)"]),
        ("id,title\n1,b\n2,c\n", ["1: no column holds the text. Mend: add a column named body"]),
        ("id,titel\n1,b\n2,c\n", ["1: the field 'titel' is not known. Mend: did you mean titre?"]),
        ("id,body,audience\n1,b\n", ["2: audience is given but names nobody"]),
        ("id,body\n1,b,c\n", ["2: has 3 cells where the header has 2"]),
        ('id,body\n1,"b\nc\n', ["2: the row that begins here cannot be read: unexpected end of data"]),
        ('id,body\n1,"b"c\n', ["2: the row that begins here cannot be read: ',' expected after '\"'"]),
        ("id,body\n1," + "x" * 200_000, ["2: the row that begins here cannot be read: field larger than"]),
        ("x" * 200_000, ["1: the row that begins here cannot be read: field larger than"]),
        ("\0\n\0", ["1: has no header"]),
        ("id;body\n1;été\n".encode("cp1252"), ["2: is not UTF-8: the byte 0xe9"]),
        ("id;body\n1;été\n".encode("utf-16"), [" is encoded in UTF-16, not in UTF-8"]),
    ],
)
def test_what_is_wrong_in_a_table_is_told_with_its_line(
    tmp_path: Path, content: str | bytes, expected: list[str]
) -> None:
    found = told(tmp_path, "faq.csv", content)
    assert [text.startswith(f"faq.csv:{start}") for text, start in zip(found, expected, strict=True)] == [True] * len(
        expected
    ), found


def test_a_table_in_cp1252_is_not_guessed_but_its_mend_is_told(tmp_path: Path) -> None:
    (text,) = told(tmp_path, "faq.csv", "id;body\n1;été\n".encode("cp1252"))
    assert "cp1252" in text
    assert "iconv" in text


def test_good_rows_are_read_beside_bad_ones(tmp_path: Path) -> None:
    reading = read(tmp_path, "faq.csv", "id,body,language\n1,a,en\n2,,en\n3,c,en\n")
    assert [article.id for article in reading.articles] == ["1", "3"]
    assert str(reading.problems[0]).endswith(
        "faq.csv:3: there is no text. Mend: write the text of the article, or remove it"
    )


# --- JSON --------------------------------------------------------------------------------------------

ROWS = [
    {"id": "a", "title": "", "text": "Un\u2028deux\x00.", "lang": "fr", "url": "", "domain": "dmv"},
    {"id": "b", "title": "T", "text": "Two.", "lang": "en", "url": "https://x.example"},
]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json", "list.jsonl", "list.json", "pretty.json"])
def test_lines_and_lists_are_read_alike(tmp_path: Path, name: str) -> None:
    content = {
        "rows.jsonl": "\n\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS),
        "rows.json": json.dumps(ROWS),
        "pretty.json": json.dumps(ROWS, indent=2),
    }.get(name, json.dumps(ROWS))
    first, second = articles(tmp_path, name, content)
    assert (first.body, first.url, first.tags, first.title) == ("Un\u2028deux.", None, ("dmv",), "")
    assert (second.title, second.body, second.url) == ("T", "Two.", "https://x.example")


def test_an_article_comes_back_as_it_was(tmp_path: Path) -> None:
    (article,) = articles(
        tmp_path, "a.jsonl", '{"id": "a", "body": "  # T\\n\\nb  \\n", "title": "T", "language": "en"}'
    )
    assert articles(tmp_path, "b.jsonl", article.model_dump_json()) == (article,)


def test_one_object_is_one_article(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, "a.json", '\n{"title": "Où ?",\n "body": "Là.", "language": "fr"}\n')
    assert article.id == "a/où"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "a.jsonl",
            '{"id": "1", "body": "a"}\n{"id": 2,\n{"id": "3", "body": "c"}',
            ["2: is not JSON from column 10 on"],
        ),
        ("a.jsonl", '[1, {"id": "1", "body": "a"}]', ["1: the row is not an object"]),
        ("a.jsonl", '"words"\n12\nnull', ["1: the row is not", "2: the row is not", "3: the row is not"]),
        ("a.jsonl", '{"id": "1"} {"id": "2"}', ["1: there is more after the end of the object"]),
        ("a.jsonl", '{"status": "draft", "status": "validated", "body": "b"}', ["1: status is given twice"]),
        ("a.jsonl", "[" * 100_000, ["1: is nested too deep"]),
        ("a.jsonl", '{"a":' * 100_000, ["1: is nested too deep"]),
        ("a.jsonl", '{"id": ' + "9" * 5_000 + "}", ["1: holds a number that is too long"]),
        ("a.jsonl", '{"id": "1", "body": "\u00e9"}'.encode("latin-1"), ["1: is not UTF-8"]),
        ("a.json", '[{"id": "1", "body": "a"},\n {"id": "2" "body": "b"}]', ["2: is not JSON from column 13 on"]),
        ("a.json", '[{"id": "1", "body": "a"}\n {"id": "2"}]', ['2: a "," or the closing "]" of the list is missing']),
        ("a.json", '{"id": "1", "body": "a"}\n{"id": "2", "body": "b"}', ["1: there is more after the end"]),
        ("a.json", "{", ["1: is not JSON from column 2 on"]),
        ("a.json", '\n\n[\n{"id": "1"}]', ["4: there is no text"]),
    ],
)
def test_what_is_wrong_in_json_is_told_with_its_line(
    tmp_path: Path, name: str, content: str | bytes, expected: list[str]
) -> None:
    found = told(tmp_path, name, content)
    assert all(text.startswith(f"{name}:{start}") for text, start in zip(found, expected, strict=True)), found


def test_half_of_a_character_is_dropped(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, "a.jsonl", '{"id": "a", "body": "Cut here: \\ud83d", "owner": "\\ud800"}')
    assert (article.body, article.owner) == ("Cut here: ", None)


def test_an_empty_list_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "a.json", " [ ] ") == ((), ())


def test_a_list_of_articles_within_an_object_is_told_once(tmp_path: Path) -> None:
    export = {"count": 1, "next_page": None, "articles": [{"id": 1, "title": "Loans", "body": "Two weeks."}]}
    assert told(tmp_path, "export.json", json.dumps(export)) == [
        "export.json:1: is one object around the articles, which are the list 'articles' in it. "
        "Mend: let the file be that list: jq .articles OLD > NEW"
    ]


# --- HTML in a row --------------------------------------------------------------------------------------


def test_a_body_of_html_is_read_as_markdown(tmp_path: Path) -> None:
    body = (
        "<p>It costs <strong>€4</strong> per item.</p>\r\n\r\n<ul><li>Bring your card.</li></ul>"
        '<p>See <a href="/fees">the fees</a>.<script>x()</script></p>'
    )
    row = {"id": "360001", "title": "Interlibrary loans", "body": body, "url": "https://help.example/en/360001"}
    (article,) = articles(tmp_path, "export.json", json.dumps([row]))
    assert article.body == (
        "It costs **€4** per item.\n\n- Bring your card.\n\nSee [the fees](https://help.example/fees)."
    )
    (article,) = articles(tmp_path, "export.csv", "id,title,body\n1,Prêts,<p>Gratuit.</p><p>Deux fois.</p>\n")
    assert article.body == "Gratuit.\n\nDeux fois."
    (article,) = articles(
        tmp_path, "more.csv", "id,title,body\n1,Prêts,<!-- 3 --><strong>Note</strong><p>Gratuit.</p>\n"
    )
    assert article.body == "**Note**\n\nGratuit."


@pytest.mark.parametrize(
    "body",
    [
        "Press <kbd>F5</kbd>, or *reload*.",
        "<https://help.example> says more.\n\n- one\n- two",
        "<details>\n\n- one\n- two\n\n</details>",
        "<kbd>F5</kbd>\n- reloads",
        "<b>Hint</b>: `<p>` opens a paragraph.",
    ],
)
def test_markdown_that_holds_html_stays_as_it_is(tmp_path: Path, body: str) -> None:
    (article,) = articles(tmp_path, "export.json", json.dumps([{"id": "1", "title": "Reload", "body": body}]))
    assert article.body == body


def test_a_body_of_html_without_a_word_is_told(tmp_path: Path) -> None:
    rows = 'id,title,body\n1,Film,"<p><iframe src=""x""></iframe></p>"\n'
    assert told(tmp_path, "export.csv", rows) == [
        "export.csv:2: there is no text. Mend: write the text of the article, or remove it"
    ]


def test_a_body_of_html_that_is_nested_too_deep_is_told_with_its_line(tmp_path: Path) -> None:
    rows = f"id,title,body\n1,Deep,{'<div>' * 5000}Help{'</div>' * 5000}\n2,Good,<p>Help</p>\n"
    reading = read(tmp_path, "export.csv", rows)
    assert [article.id for article in reading.articles] == ["2"]
    assert told(tmp_path, "export.csv", rows) == [
        "export.csv:2: is nested too deep. Mend: take out some of the tags around the content"
    ]
