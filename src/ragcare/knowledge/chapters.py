"""A long article is a book: its chapters stand to each other as the articles of a help centre do.

Three manuals are three articles, and one PDF is a single one. Whether something stands out from all else can then only
be told by chapters. The fewer articles there are, the shorter one is already a book: what else could stand beside it?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from math import inf
from typing import NamedTuple

from ragcare.language.blocks import STEP_NUMBER, TABLE_ROW, is_item_or_row
from ragcare.schema import Passage

_SHORTEST, _LONGEST, _FOR_EACH = 2_500, 12_000, 200
"""From how many characters on an article is a book: some 2,000 words among 60 articles or more, less among fewer."""

_ENDLESS = 40_000
"""A list of more characters is no procedure but numbered text, as a law is: who asks for a point is not told all."""

_FAR = 6
"""Over so many passages the next step of a procedure is looked for, where text stands between its steps."""

_STEP = re.compile(rf"^\s{{0,3}}(?={STEP_NUMBER}\s)(\d+)", re.MULTILINE)


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


def chapter_of(passage: Passage, article: Sequence[Passage], among: float) -> Chapter:
    """The chapter in which a passage stands; amid a long text without headings, with the passages right beside it.

    Args:
        passage: one of an article.
        article: all passages of it, in reading order.
        among: how many articles there are.
    """
    parts = chapters(article, among)
    at = next((at for at, part in enumerate(parts) if part[0].start <= passage.start < part[-1].end), None)
    if at is None or len(parts) == 1:
        return Chapter(passage.article_id, article)
    here = parts[at]
    before, after = parts[at - 1] if at > 0 else (), parts[at + 1] if at + 1 < len(parts) else ()
    if len(before) == 1 and _follows(before[0], here[0]):
        here = [*before, *here]
        before = parts[at - 2] if at > 1 else ()
    if len(after) == 1 and _follows(here[-1], after[0]):
        here = [*here, *after]
    begins = not before or not _follows(before[-1], here[0])
    return Chapter(passage.article_id, here, here[0].start, here[-1].end, begins)


def chapters(article: Sequence[Passage], among: float) -> list[Sequence[Passage]]:
    """The passages of an article, one of so many, by chapters: all of them in one, unless it is a book.

    A book is divided by its outermost headings, and what is still as long as a book by the next. What has no headings
    is divided by passages, but only where it is long whatever else there is; a table stays whole, a list if it ends.
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
    """Passage by passage, but those of a section over which one list or table goes on together."""
    together: list[Passage] = []
    goes_to = 0
    for at, one in enumerate(part):
        if together and not (_follows(together[-1], one) and (at <= goes_to or _goes_on(together[-1], one))):
            yield from _unless_endless(together)
            together, goes_to = [], at
        together.append(one)
        goes_to = max(goes_to, _where_the_next_step_is(at, part))
    yield from _unless_endless(together)


def _unless_endless(together: Sequence[Passage]) -> list[Sequence[Passage]]:
    """A list in one, or by passages where it is endless; a table in one however long: no row goes without its head."""
    endless = together[-1].end - together[0].start > _ENDLESS and not TABLE_ROW.match(together[-1].text)
    return [[one] for one in together] if endless else [together]


def _where_the_next_step_is(at: int, part: Sequence[Passage]) -> int:
    """The passage that begins a list again with the number after the last in a passage; itself where none near does."""
    numbers = _STEP.findall(part[at].text)
    beyond = range(at + 1, min(at + 1 + _FAR, len(part))) if numbers else range(0)
    following = (one for one in beyond if str(int(numbers[-1]) + 1) in _STEP.findall(part[one].text)[:1])
    return next(following, at)


def _goes_on(before: Passage, one: Passage) -> bool:
    """Whether a passage goes on with a list or a table, or with an item that was cut in the passage before it."""
    cut = one.start - before.end <= 1 and is_item_or_row(before.text.splitlines()[-1])
    return cut or is_item_or_row(one.text)


def _follows(before: Passage, one: Passage) -> bool:
    """Whether two passages stand in one section: there may be two under the same heading, with that between them."""
    heading = one.headings[-1:]
    return before.headings == one.headings and not (heading and one.start - before.end > len(heading[0]) + 2)
