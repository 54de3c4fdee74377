"""HTML: the main content of a page as Markdown, and a body of HTML in a row of any other format.

Answers that wait in a folded panel (`hidden`, `<details>`) are content; menus, forms and scripts are not.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ragcare.knowledge.readers.from_markdown import plain, take_title
from ragcare.knowledge.readers.rows import Field, Row, canonical
from ragcare.knowledge.readers.text import SAVE_AS_UTF8, SourceFile, Unreadable, clean, decode

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_DROPPED = [
    *("script", "style", "template", "noscript", "nav", "footer", "dialog"),
    *("form", "button", "input", "select", "textarea"),
    *("iframe", "frame", "object", "embed", "applet", "audio", "video", "canvas", "svg", "map"),
]
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt"]
_CHARSETS = {
    "utf-8": "utf-8",
    "iso8859-1": "cp1252",  # as all browsers do: "latin-1" on the web is what Windows writes
    "ascii": "cp1252",
    "cp1252": "cp1252",
    "iso8859-15": "iso8859-15",
}
_MOST_TAGS = 300_000
_HTML_BLOCK = re.compile(
    r"(?<!`)(?:</?(?:html|body|main|article|section|header|div|p|h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tr|td|th|"
    r"blockquote|figure|figcaption|details|summary|pre|hr|iframe|center)(?:\s[^<>]*)?/?>|<!doctype\s)",
    re.IGNORECASE,
)
"""The tags of a block, but in the code of a Markdown text."""
_MARKUP = re.compile(r"<(?:/?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|!--|!doctype\s)", re.IGNORECASE)
"""Any tag, not an address: a body also begins with a comment, or with <strong> outside of a paragraph."""
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_LONG_BLANK = re.compile(r"[ \t]{100,}")


def rows(file: SourceFile) -> Iterator[Row]:
    """The one row of an HTML file."""
    yield row_of_html(file, _decode(file))


def row_of_html(file: SourceFile, html: str) -> Row:
    """The row of a page.

    Raises:
        Unreadable: if the page is too large or nested too deep.
    """
    with _within_bounds(file.path, None, html):
        return _row(file, _soup(html))


def in_markdown(row: Row) -> Row:
    """The row with its body in Markdown where that is HTML and nothing else, as help desks export it.

    Raises:
        Unreadable: if the body is too large or nested too deep.
    """
    return replace(row, fields=tuple(_body_in_markdown(row, found) for found in row.fields))


def _body_in_markdown(row: Row, found: Field) -> Field:
    if canonical(found.name) != "body" or not isinstance(found.value, str):
        return found
    body = clean(found.value).strip()
    if not _HTML_BLOCK.search(body) or not all(map(_MARKUP.match, _BLANK_LINE.split(body))):
        return found
    from ragcare.knowledge.readers.markdown_of_html import markdown_of, web_address

    addresses = (one.value for one in row.fields if canonical(one.name) == "url" and isinstance(one.value, str))
    with _within_bounds(row.path, row.line, body):
        base = web_address(next(addresses, ""))
        return found._replace(value=markdown_of(_content(_soup(body)), base=base))


@contextmanager
def _within_bounds(path: Path | str, line: int | None, html: str) -> Iterator[None]:
    if html.count("<") > _MOST_TAGS:
        raise Unreadable(path, f"holds more than {_MOST_TAGS} tags", "cut the page into several", line)
    try:
        yield
    except RecursionError as error:
        raise Unreadable(path, "is nested too deep", "take out some of the tags around the content", line) from error


def _row(file: SourceFile, soup: BeautifulSoup) -> Row:
    from ragcare.knowledge.readers.markdown_of_html import markdown_of, web_address

    url = web_address(_attribute(soup, "link[rel~=canonical]", "href"))
    named = _text(soup, "title")
    anywhere = _text(soup, "h1")
    title, body = take_title(markdown_of(_content(soup), base=url))
    fields = [Field("body", body)]
    if url:
        fields.append(Field("url", url))
    if language := _attribute(soup, "html", "lang"):
        fields.append(Field("language", language))
    return Row(file.path, None, tuple(fields), {"id": file.name, "title": title or named or anywhere or file.stem})


def _soup(html: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup
    from bs4.element import PreformattedString

    # Long runs of blanks cost the converter the square of their length.
    shorter = _LONG_BLANK.sub(" ", html)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it "looks like a file name" or like XML is no news to the caller
        soup = BeautifulSoup(shorter, "lxml")
    for note in soup.find_all(string=lambda string: isinstance(string, PreformattedString)):
        note.extract()  # comments, declarations, processing instructions
    return soup


def _content(soup: BeautifulSoup) -> Tag:
    """What the page says, without what stands around it."""
    from bs4 import Tag

    articles = soup.find_all("article")
    places = [*soup.select("main, [role=main]")[:1], *(articles if len(articles) == 1 else [])]
    content = next((place for place in places if place.get_text(strip=True)), None)
    if content is None:
        content = soup.body if isinstance(soup.body, Tag) else soup
        for around in content.find_all(["header", "aside"]):
            if not around.find("h1"):
                around.decompose()
    for heading in content.find_all(_HEADINGS):
        for button in heading.find_all("button"):
            button.unwrap()  # the question of a folding panel
    for tag in content.find_all(_DROPPED):
        if not tag.decomposed:
            tag.decompose()
    return content


def _attribute(soup: BeautifulSoup, selector: str, name: str) -> str:
    tag = soup.select_one(selector)
    value = tag.get(name) if tag is not None else None
    return value.strip() if isinstance(value, str) else ""


def _text(soup: BeautifulSoup, selector: str) -> str:
    tag = soup.select_one(selector)
    return plain(" ".join(clean(tag.get_text()).split())) if tag is not None else ""


def _decode(file: SourceFile) -> str:
    """The text, by the charset that the page declares, else UTF-8."""
    import codecs

    from bs4.dammit import EncodingDetector

    declared = EncodingDetector.find_declared_encoding(file.data, is_html=True) or "utf-8"
    try:
        charset = _CHARSETS.get(codecs.lookup(declared).name)
    except LookupError:
        charset = None
    if charset is None:
        raise Unreadable(file.path, f"declares the charset {declared!r}, which is not read", SAVE_AS_UTF8)
    if charset == "utf-8":
        return decode(file)
    try:
        return clean(file.data.decode(charset))
    except UnicodeDecodeError as error:
        line = file.data.count(b"\n", 0, error.start) + 1
        raise Unreadable(file.path, f"is not in {declared}, as it declares", SAVE_AS_UTF8, line) from error
