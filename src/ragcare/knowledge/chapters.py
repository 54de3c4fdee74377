"""A long article is a book: its chapters stand to each other as the articles of a help centre do.

Three manuals are three articles, and one PDF is a single one. Whether something stands out from all else can then only
be told by chapters. The fewer articles there are, the shorter one is already a book: what else could stand beside it?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import inf
from typing import Final, NamedTuple

from ragcare.schema import Passage

_SHORTEST, _LONGEST, _FOR_EACH = 2_500, 12_000, 200
"""From how many characters on an article is a book: some 2,000 words among 60 articles or more, less among fewer."""

_BESIDE: Final = 2
"""So many passages before and after one stand beside it."""


class Chapter(NamedTuple):
    """A part of a book, or the whole of an article that is none: from an offset in its body to another.

    Attributes:
        passages: its passages, in reading order; none where the article can't be read again.
    """

    article_id: str
    passages: Sequence[Passage]
    start: float = -inf
    end: float = inf

    def holds(self, passage: Passage) -> bool:
        """Whether a passage is one of it."""
        return passage.article_id == self.article_id and self.start <= passage.start < self.end


def chapter_of(passage: Passage, article: Sequence[Passage], among: float = inf) -> Chapter:
    """The chapter in which a passage stands; in a long text without headings, the passage and those beside it.

    Args:
        passage: one of an article.
        article: all passages of it, in reading order.
        among: how many articles there are.
    """
    parts = chapters(article, among)
    here = next((part for part in parts if part[0].start <= passage.start < part[-1].end), article)
    if len(parts) <= 1 or here is article:
        return Chapter(passage.article_id, article)
    if len(here) == 1:
        here = _beside(here[0], article)
    return Chapter(passage.article_id, here, here[0].start, here[-1].end)


def chapters(article: Sequence[Passage], among: float = inf) -> list[Sequence[Passage]]:
    """The passages of an article, one of so many, by chapters: all of them in one, unless it is a book.

    A book is divided by its outermost headings; what is still as long as a book by the next, and what has no headings
    by passages. Each passage is in one of them.
    """
    book = max(_SHORTEST, min(_FOR_EACH * among, _LONGEST))
    return list(_divided(article, 1, book)) if article else []


def _divided(part: Sequence[Passage], level: int, book: float) -> Iterator[Sequence[Passage]]:
    if part[-1].end - part[0].start <= book:
        yield part
    elif all(len(one.headings) < level for one in part):
        yield from ([one] for one in part)
    else:
        for _, under in groupby(part, key=lambda one: one.headings[:level]):
            yield from _divided(list(under), level + 1, book)


def _beside(passage: Passage, article: Sequence[Passage]) -> Sequence[Passage]:
    """A passage, and those before and after it under the same heading: a list may go on in the next."""
    sections = (list(section) for _, section in groupby(article, key=lambda one: one.headings))
    section = next(section for section in sections if passage in section)
    at = section.index(passage)
    return section[max(at - _BESIDE, 0) : at + _BESIDE + 1]
