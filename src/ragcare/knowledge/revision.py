"""What an edit or a review makes of an article: the rules of the knowledge base, with nothing stored.

An article has two halves. Its *content* is what it says and to whom; its *review* is who vouches for that, and for
which days. A review vouches for the content that was read, and for no other.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from pydantic import ValidationError

from ragcare.errors import BadInput
from ragcare.schema import Article

REVIEW_FIELDS = ("status", "validated_by", "validated_at", "review_by", "valid_from", "valid_until")
CONTENT_FIELDS = tuple(name for name in Article.model_fields if name not in (*REVIEW_FIELDS, "version"))

review: attrgetter[tuple[Any, ...]] = attrgetter(*REVIEW_FIELDS)
content: attrgetter[tuple[Any, ...]] = attrgetter(*CONTENT_FIELDS)

_NO_REVIEW = tuple(Article.model_fields[name].get_default() for name in REVIEW_FIELDS)


def revised(article: Article, **changes: Any) -> Article:
    """The article with these fields changed, and checked anew.

    Raises:
        BadInput: if that is no valid article.
    """
    try:
        return Article(**{**dict(article), **changes})
    except ValidationError as error:
        what = "; ".join(
            f"{'.'.join(map(str, row['loc']))}: {row['msg']}" if row["loc"] else row["msg"] for row in error.errors()
        )
        raise BadInput(f"article {article.id!r}: {what.replace('Value error, ', '')}") from None


def says_nothing_of_review(article: Article) -> bool:
    """Whether it comes as most sources give it: without a word on who vouches for it, or for which days."""
    return review(article) == _NO_REVIEW


def edited(current: Article, article: Article) -> Article:
    """What `article` makes of `current`, as an edit.

    Where it says nothing of review, the recorded dates go on. Where the content changes and the review is the old
    one, it is a draft again, however it was copied: nobody has read the new text.

    Raises:
        BadInput: if that is no valid article.
    """
    if says_nothing_of_review(article):
        article = revised(article, **{name: getattr(current, name) for name in REVIEW_FIELDS})
    if content(article) != content(current) and review(article) == review(current):
        article = revised(article, status="draft", validated_by=None, validated_at=None)
    return article


def brings_news(article: Article, current: Article, given: Callable[[], Article]) -> bool:
    """Whether a source says something with `article` that the knowledge base does not know yet.

    Args:
        article: as the source has it.
        current: the current version, which somebody may have validated or retired since.
        given: finds the last version that came with its content, as a source or an editor gave it. A source that
            only says this again does not undo what was decided about it since.
    """
    if content(article) != content(current):
        return True
    if says_nothing_of_review(article) or review(article) == review(current):
        return False
    return review(article) != review(given())
