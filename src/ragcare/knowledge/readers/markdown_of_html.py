"""From a tree of HTML to Markdown in which nothing can be executed.

Three things keep it inert: only links to the web, to mail and to telephones stay; only what this converter
wrote as a link is one, whatever brackets the text holds; and no "<" is left that could open a tag.
This module imports markdownify at once; import it inside the function that needs it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

from markdownify import MarkdownConverter

if TYPE_CHECKING:
    from bs4 import Tag

_LINK = "\x02"
"""Stands in "](" of a link that the converter wrote until all of the text is there; no text can hold it."""

_OPENS_TAG = re.compile(r"<(?=[A-Za-z/!?]|$)")
_BLANK_OR_CONTROL = re.compile("[\x00-\x20\x7f]+")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_SCHEMES = ("", "http", "https", "mailto", "tel")
_SAFE_IN_ADDRESS = "/?#@!$&'*+,;=:%~"


def markdown_of(content: Tag, base: str | None = None) -> str:
    """The content as Markdown.

    Args:
        content: what to convert; the numbers of its lists are written into it.
        base: the address of the page, which relative links are completed with.
    """
    for numbered in (tag for tag in (content, *content.find_all("ol")) if tag.name == "ol"):
        start = str(numbered.get("start", ""))
        first = int(start) if start.isdecimal() and len(start) < 10 else 1
        for number, item in enumerate(numbered.find_all("li", recursive=False), start=first):
            item["value"] = str(number)
    text = _Converter(base).convert_soup(content)
    return text.replace("](", "] (").replace("]:", "] :").replace(_LINK, "(").strip("\n")


def web_address(address: str) -> str | None:
    """The address if it is one of the web, complete and harmless."""
    target = _target(address, None)
    return target if target is not None and target.startswith(("http://", "https://")) else None


def _target(address: str, base: str | None) -> str | None:
    """Where a link leads, or None if it leads nowhere that a customer may be sent to."""
    bare = _BLANK_OR_CONTROL.sub("", address)
    try:
        whole = urljoin(base or "", bare)
        scheme = urlsplit(whole).scheme.lower()
    except ValueError:  # such as an unfinished IPv6 address
        return None
    if not bare or bare.startswith("#") or scheme not in _SCHEMES:
        return None
    # Markdown decodes entities in a target: "javascript&#58;" must not become "javascript:".
    return _ENTITY.sub("&amp;", quote(whole, safe=_SAFE_IN_ADDRESS))


class _Converter(MarkdownConverter):
    """markdownify with our rules for text, links, lists, tables and images."""

    def __init__(self, base: str | None) -> None:
        super().__init__(
            autolinks=False,
            heading_style="ATX",
            table_infer_header=True,
            escape_asterisks=False,  # a quote goes out as it stands: "\*100\#" would not do
            escape_underscores=False,
        )
        self._base = base

    def process_text(self, el: Any, parent_tags: Any = None) -> str:
        text = super().process_text(el, parent_tags)  # type: ignore[misc]  # left out of the stub of markdownify
        return self._inert(text)

    def convert_a(self, el: Any, text: str, parent_tags: Any) -> str:
        target = _target(str(el.get("href") or ""), self._base)
        label = " ".join(text.split())
        if target is None or not label or "_noformat" in parent_tags:
            return text
        before, after = " " * text[:1].isspace(), " " * text[-1:].isspace()
        return f"{before}[{label}]{_LINK}{target}){after}"

    def convert_img(self, el: Any, _text: str, **_: Any) -> str:
        return self._inert(" ".join(str(el.get("alt") or "").split()))

    def convert_li(self, el: Any, text: str, **_: Any) -> str:
        numbered = el.parent is not None and el.parent.name == "ol"
        bullet = f"{el['value']}. " if numbered else "- "
        lines = text.strip().split("\n")
        rest = [" " * len(bullet) + line if line else "" for line in lines[1:]]
        return "\n".join([bullet + lines[0], *rest]) + "\n" if lines[0] else "\n"

    def convert_td(self, _el: Any, text: str, **_: Any) -> str:
        return f" {self._cell(text)} |"

    def convert_th(self, _el: Any, text: str, **_: Any) -> str:
        return f" {self._cell(text)} |"

    def convert_dt(self, _el: Any, text: str, **_: Any) -> str:
        return self._bold_line(text)

    def convert_dd(self, _el: Any, text: str, **_: Any) -> str:
        return f"\n\n{text.strip()}\n\n"

    def convert_summary(self, _el: Any, text: str, **_: Any) -> str:
        return self._bold_line(text)

    def convert_pre(self, _el: Any, text: str, **_: Any) -> str:
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`{3,}", text))])
        content = text.strip("\n")
        return f"\n\n{fence}\n{content}\n{fence}\n\n" if content.strip() else ""

    @staticmethod
    def _inert(text: str) -> str:
        return _OPENS_TAG.sub("&lt;", text.replace(_LINK, ""))

    @staticmethod
    def _cell(text: str) -> str:
        return " ".join(text.split()).replace("|", r"\|")

    @staticmethod
    def _bold_line(text: str) -> str:
        line = " ".join(text.split())
        return f"\n\n**{line}**\n\n" if line else ""
