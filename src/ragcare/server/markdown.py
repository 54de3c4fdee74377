"""An article as HTML that cannot run: Markdown without raw HTML, then a sanitiser with a short list of what stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
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
_SIGNS = re.compile(f"[{_BEGINS}{_ENDS}]")
# What opens a block to CommonMark, which `_html` renders by: not all that `LIST_ITEM` knows, and longer numbers.
_BLOCK = re.compile(r"[ \t]*(?:(?:[-*+>|]|\d{1,9}[.)]|#{1,6})[ \t]*)*")


def safe_html(markdown: str, *quotes: tuple[int, int]) -> str:
    """The article as HTML.

    Args:
        markdown: the body of the article.
        quotes: offsets in it; the words of each stand in `<mark>`, where that leaves everything else as it is.
    """
    plain = _html(_SIGNS.sub("", markdown))
    if _SIGNS.search(markdown):
        return plain
    html, spans = plain, list[tuple[int, int]]()
    for start, end in quotes:
        span = _trimmed(markdown, start, end)
        if span is not None:
            marked = _marked(markdown, plain, [*spans, span])
            html, spans = (html, spans) if marked is None else (marked, [*spans, span])
    return html


def _html(markdown: str) -> str:
    return nh3.clean(
        _reader().render(markdown),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def _trimmed(markdown: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without the sign of a list or heading, which must stay the first thing in its line; None if empty."""
    if not 0 <= start < end <= len(markdown):
        return None
    block = _BLOCK.match(markdown, markdown.rfind("\n", 0, start) + 1)
    start = max(start, block.end()) if block is not None else start
    while end > start and markdown[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _marked(markdown: str, plain: str, spans: Sequence[tuple[int, int]]) -> str | None:
    """The HTML with the spans marked; None where a mark would change how the rest is read, as within a link."""
    edges = sorted([(start, _BEGINS) for start, _ in spans] + [(end, _ENDS) for _, end in spans])
    cuts = [0, *(at for at, _ in edges), len(markdown)]
    pieces = [markdown[first:last] for first, last in pairwise(cuts)]
    signed = "".join(piece + sign for piece, (_, sign) in zip(pieces, edges, strict=False)) + pieces[-1]
    html = _html(signed)
    if _SIGNS.sub("", html) != plain:
        return None
    marking, out = 0, []
    for part in re.split(f"(<[^>]*>|[{_BEGINS}{_ENDS}])", html):
        if part.startswith("<"):
            if _SIGNS.search(part):  # within a tag: it stands in an address
                return None
            out.append(part)
        elif _SIGNS.fullmatch(part):
            marking += 1 if part == _BEGINS else -1
        else:
            out.append(f"<mark>{part}</mark>" if marking and part.strip() else part)
    return "".join(out)


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
