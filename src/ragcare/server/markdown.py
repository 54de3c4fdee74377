"""An article as HTML that cannot run: Markdown without raw HTML, then a sanitiser with a short list of what stays."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import nh3

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAGS: Final = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "mark", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES: Final = {"*": set[str](), "a": {"href"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
# Noncharacters, which no text that is exchanged may hold (Unicode 23.7): they mark the quote while Markdown is read.
_BEGINS, _ENDS = "\ufdd0", "\ufdd1"
_MARKS = re.compile(f"[{_BEGINS}{_ENDS}]")
_BLOCK = re.compile(r"[ \t]*(?:(?:[-*+>|]|\d{1,9}[.)]|#{1,6})[ \t]*)*")


def safe_html(markdown: str, quote: tuple[int, int] | None = None) -> str:
    """The article as HTML.

    Args:
        markdown: the body of the article.
        quote: offsets in it; its words then stand in `<mark>`, where that leaves everything else as it is.
    """
    plain = nh3.clean(
        _reader().render(_MARKS.sub("", markdown)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return (quote and _marked(markdown, plain, *quote)) or plain


def _marked(markdown: str, plain: str, start: int, end: int) -> str | None:
    """The HTML with the quote marked; None where a mark would change how the rest is read, as within a link."""
    if not 0 <= start < end <= len(markdown) or _MARKS.search(markdown):
        return None
    line = markdown.rfind("\n", 0, start) + 1
    block = _BLOCK.match(markdown, line)
    if block is not None:  # the sign of a list or heading stays the first thing in its line
        start = max(start, block.end())
    while end > start and markdown[end - 1].isspace():
        end -= 1
    if start >= end:
        return None
    signed = markdown[:start] + _BEGINS + markdown[start:end] + _ENDS + markdown[end:]
    html = nh3.clean(
        _reader().render(signed),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    if _MARKS.sub("", html) != plain:
        return None
    # Outside of tags alone: a sign within a tag stands in an address, and then the HTML without it is the right one.
    marking, pieces = False, []
    for piece in re.split(r"(<[^>]*>)", html):
        if piece.startswith("<"):
            if _MARKS.search(piece):
                return None
            pieces.append(piece)
            continue
        for part in re.split(f"([{_BEGINS}{_ENDS}])", piece):
            if _MARKS.fullmatch(part):
                marking = part == _BEGINS
            elif marking and part.strip():
                pieces.append(f"<mark>{part}</mark>")
            else:
                pieces.append(part)
    return "".join(pieces)


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
