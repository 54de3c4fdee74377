"""What plain text says by its lines alone: where a paragraph ends, and that a body is a list of what customers say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final

from ragcare.language.blocks import LIST_ITEM

LINE_BREAK: Final = re.compile(r"\r\n?|\n")
ENDS_SENTENCE: Final = re.compile(r"[.!?…][\s)»\"”*_]*$")

_WIDEST_WRAP = 120
_MARKDOWN_LINE = re.compile(r"\s*(?:[#>|<]|```|~~~|=+\s*$|-+\s*$|:?-+:?\s*\|)|\t| {4}")

_FEWEST_UTTERANCES = 3
_LONGEST_UTTERANCE = 40
"""In words."""
_ANNOUNCES = re.compile(r"[:;,]\s*$")
_MOST_STATEMENTS = 0.8
"""The share of lines that may end with a full stop: customers end one so now and then, an article nearly always."""


def paragraph_ends(lines: Sequence[str]) -> Iterator[int]:
    """Numbers of the lines that end a paragraph though no empty line follows, as they do in plain text."""
    for has_text, stretch in groupby(enumerate(lines), key=lambda numbered: bool(numbered[1].strip())):
        numbered = list(stretch)
        width = max(len(line) for _, line in numbered)
        for (number, line), (_, below) in pairwise(numbered):
            markdown = _MARKDOWN_LINE.match(line) or _MARKDOWN_LINE.match(below)
            rows = "|" in line and "|" in below
            if has_text and not markdown and not rows and not _is_wrapped(line, below, width):
                yield number


def utterances(body: str) -> tuple[str, ...]:
    """The lines of a body that is nothing but what customers say, one on each, as bots keep their intents.

    Told by their form, which is the same in any language: some short lines without marks, of which none leads on to
    the next and most stop without a full stop. Of any other body, none.
    """
    lines = [line for line in LINE_BREAK.split(body) if line.strip()]
    if len(lines) < _FEWEST_UTTERANCES or not all(map(_may_be_said, lines)):
        return ()
    said = [line.strip() for line in lines]
    statements = sum(line.endswith(".") for line in said)
    wrapped = len(lines) - 1 - len(list(paragraph_ends(lines)))
    return tuple(said) if statements <= _MOST_STATEMENTS * len(said) and wrapped < len(said) / 2 else ()


def _may_be_said(line: str) -> bool:
    marked = _MARKDOWN_LINE.match(line) or LIST_ITEM.match(line) or "|" in line
    return not marked and len(line.split()) <= _LONGEST_UTTERANCE and _ANNOUNCES.search(line) is None


def _is_wrapped(line: str, below: str, width: int) -> bool:
    """Whether a sentence goes on below: the next word would have made this the longest line around."""
    filled = width / 2 < len(line) and len(line.rstrip()) + 1 + len(below.split(maxsplit=1)[0]) > width
    ended = ENDS_SENTENCE.search(line[-10:]) or LIST_ITEM.match(below)
    return filled and width <= _WIDEST_WRAP and not ended
