"""A long article is a book: its chapters stand to each other as the articles of a help centre do.

Three manuals are three articles, and one PDF is a single one. Whether something stands out from all else can then only
be told by chapters. The fewer articles there are, the shorter one is already a book: what else could stand beside it?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from math import inf
from typing import NamedTuple

from ragcare.language.blocks import is_item_or_row
from ragcare.schema import Passage

_SHORTEST, _LONGEST, _FOR_EACH = 2_500, 12_000, 200
"""From how many characters on an article is a book: some 2,000 words among 60 articles or more, less among fewer."""


class Chapter(NamedTuple):
    """A part of a book, or the whole of an article that is none: from an offset in its body to another.

    Attributes:
        passages: its passages, in reading order; none where the article can't be read again.
        begins: whether it begins where the article or a heading does, and not amid a long text.
    """

    article_id: str
    passages: Sequence[Passage]
    start: float = -inf
    end: float = inf
    begins: bool = True

    def holds(self, passage: Passage) -> bool:
        """Whether a passage is one of it."""
        return passage.article_id == self.article_id and self.start <= passage.start < self.end


def chapter_of(passage: Passage, article: Sequence[Passage], among: float = inf) -> Chapter:
    """The chapter in which a passage stands; in a long text without headings, with what stands right beside it.

    Args:
        passage: one of an article.
        article: all passages of it, in reading order.
        among: how many articles there are.
    """
    parts = chapters(article, among)
    at = next((at for at, part in enumerate(parts) if part[0].start <= passage.start < part[-1].end), None)
    if at is None or len(parts) == 1:
        return Chapter(passage.article_id, article)
    here = parts[at][0].headings
    first, last = (
        beside if 0 <= beside < len(parts) and parts[beside][0].headings == here else at for beside in (at - 1, at + 1)
    )
    passages = [one for part in parts[first : last + 1] for one in part]
    begins = first == 0 or parts[first - 1][-1].headings != here
    return Chapter(passage.article_id, passages, passages[0].start, passages[-1].end, begins)


def chapters(article: Sequence[Passage], among: float = inf) -> list[Sequence[Passage]]:
    """The passages of an article, one of so many, by chapters: all of them in one, unless it is a book.

    A book is divided by its outermost headings, and what is still as long as a book by the next. What has no headings
    is divided by passages, but only where it is long whatever else there is; a list or a table stays whole.
    """
    book = max(_SHORTEST, min(_FOR_EACH * among, _LONGEST))
    return list(_divided(article, 1, book)) if article else []


def _divided(part: Sequence[Passage], level: int, book: float) -> Iterator[Sequence[Passage]]:
    length = part[-1].end - part[0].start
    if length <= book:
        yield part
    elif any(len(one.headings) >= level for one in part):
        for _, under in groupby(part, key=lambda one: one.headings[:level]):
            yield from _divided(list(under), level + 1, book)
    elif length <= _LONGEST:
        yield part
    else:
        yield from _whole_lists(part)


def _whole_lists(part: Sequence[Passage]) -> Iterator[Sequence[Passage]]:
    """Passage by passage, but one that goes on with a list or a table together with that before it."""
    together = [part[0]]
    for before, one in pairwise(part):
        if not _goes_on(before, one):
            yield together
            together = []
        together.append(one)
    yield together


def _goes_on(before: Passage, one: Passage) -> bool:
    """Whether a passage goes on with a list or a table, or with an item that was cut in the passage before it."""
    cut = one.start - before.end <= 1 and is_item_or_row(before.text.splitlines()[-1])
    return cut or is_item_or_row(one.text)
