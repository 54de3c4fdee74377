"""On what conditions each passage may be said: few of them are shared by many, so a scope is judged in one look-up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from ragcare.index.languages import Languages
from ragcare.index.splice import Mask, Splice
from ragcare.schema import Article, Scope


class Condition(NamedTuple):
    """All that `Article.may_be_said` hangs on, and the language, which decides on the analyser of a query."""

    conditions: tuple[object, ...]
    language: str


class Conditions:
    """The condition of each row, by number; never changed once it stands.

    Args:
        articles: one article under each condition, by its number.
        of_row: the number of each row's condition.
    """

    def __init__(self, articles: dict[Condition, Article], of_row: npt.NDArray[np.int32]) -> None:
        self._articles, self._of_row = articles, of_row

    @classmethod
    def empty(cls) -> Self:
        """No rows."""
        return cls({}, np.empty(0, np.int32))

    @classmethod
    def of(cls, rows: Sequence[tuple[Article, str]]) -> Self:
        """The conditions of rows, each of an article and in a language."""
        return cls.empty().with_changes(Splice.into_nothing(len(rows)), rows)

    def with_changes(self, splice: Splice, added: Sequence[tuple[Article, str]]) -> Self:
        """These after some rows have left and others, each of an article and in a language, have come in."""
        keys = [Condition(article.conditions, language) for article, language in added]
        articles = self._articles | {key: article for key, (article, _) in zip(keys, added, strict=True)}
        numbers = {key: number for number, key in enumerate(articles)}
        return type(self)(articles, splice.array(self._of_row, np.array([numbers[key] for key in keys], np.int32)))

    def sayable(self, scope: Scope) -> Mask:
        """Which rows may be said in that scope."""
        said = np.array([article.may_be_said(scope) for article in self._articles.values()], np.bool_)
        return said[self._of_row]

    @cached_property
    def languages_by_row(self) -> Languages:
        """The language of each row."""
        return Languages([key.language for key in self._articles], self._of_row)

    @property
    def languages(self) -> frozenset[str]:
        """The languages of the rows."""
        rows = np.bincount(self._of_row, minlength=len(self._articles))
        return frozenset(key.language for key, n in zip(self._articles, rows.tolist(), strict=True) if n)
