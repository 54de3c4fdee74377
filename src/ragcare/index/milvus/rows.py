"""An article as rows, and back.

Each row carries a part of the whole article as JSON. The parts together are the article, so its passages can never be
read beside another version of it. The first rows carry a passage each, its vector and its words; the next ones the
further vectors of these passages. Both say whom the article may be said to, and when.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np

from ragcare.errors import BadInput
from ragcare.index.embedders import Embedder
from ragcare.index.identity import manifest
from ragcare.index.keyword import analyse
from ragcare.index.milvus.engine import AUDIENCES, DENSE, WORDS
from ragcare.index.milvus.weights import Lengths, Tallies, stored
from ragcare.index.senses import Sense, senses_of
from ragcare.index.vector import Vectors
from ragcare.knowledge.passages import split
from ragcare.schema import Article, Passage, Scope
from ragcare.settings import Settings

SAYABLE = "validated"
"""The status of a row with a passage: only validated articles have any."""

ALL_FIELDS = ("id", "article", "digest", "place", "places", "part", DENSE)

FORMAT = 3
"""Raised whenever rows carry something else: what earlier ones carry would be taken for what they do not."""

_MORE, _GONE = "more", "gone"
_PART = 16_000
"""Characters of JSON in one row: Milvus keeps 65,535 bytes, and a character has at most four."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredArticle:
    """An article as it stands in the collection, with all that its rows say.

    Attributes:
        senses: what the vectors stand for, passage by passage, as of `senses_of`.
        vectors: of shape (senses, dimension).
        carried: of the rows that carry a vector, by their place, which passage it is of and which vector it is.
    """

    article: Article
    digest: str
    passages: tuple[Passage, ...]
    tallies: tuple[Tallies, ...]
    senses: tuple[Sense, ...]
    vectors: Vectors
    carried: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, article: Article, passages: Sequence[Passage], vectors: Vectors) -> StoredArticle:
        """An article with its passages and their vectors."""
        tallies = tuple(Tallies.of(analyse(passage)) for passage in passages)
        senses = tuple(sense for passage in passages for sense in senses_of(passage))
        nth = accumulate(int(sense.asked is None) for sense in senses)
        carried = sorted(
            ((passage - 1, at) for at, passage in enumerate(nth)), key=lambda one: senses[one[1]].asked is not None
        )
        return cls(article, digest(article), tuple(passages), tallies, senses, vectors, tuple(carried))

    @property
    def ids(self) -> list[str]:
        """The ids of its rows."""
        return row_ids(key(self.article.id), len(self._parts()))

    def rows(self, anchor: Lengths, settings: Settings) -> Iterator[dict[str, Any]]:
        """Its rows, to be written at one moment.

        Raises:
            BadInput: the article has more audiences than a row may.
        """
        article, parts = self.article, self._parts()
        if len(article.audience) > AUDIENCES:
            raise BadInput(f"article {article.id!r} has {len(article.audience)} audiences. Mend: {AUDIENCES} at most")
        for place, (row_id, part) in enumerate(zip(self.ids, parts, strict=True)):
            row = blank(row_id, _MORE, self.vectors.shape[1]) | {
                "article": key(article.id),
                "digest": self.digest,
                "place": place,
                "places": len(parts),
                "audience": sorted({key(one) for one in article.audience}),
                "valid_from": (article.valid_from or date.min).toordinal(),
                "valid_until": (article.valid_until or date.max).toordinal(),
                "part": part,
            }
            if place < len(self.carried):
                row |= {"status": SAYABLE, DENSE: self.vectors[self.carried[place][1]].tolist()}
            if place < len(self.passages):
                row |= {WORDS: stored(self.tallies[place], anchor, settings.retrieval)}
            yield row

    def _parts(self) -> list[str]:
        """What each of its rows says of the article."""
        text = self.article.model_dump_json()
        count = max(len(self.carried), -(-len(text) // _PART))
        size = -(-len(text) // count)
        return [text[start * size : (start + 1) * size] for start in range(count)]


def made_as(settings: Settings, embedder: Embedder, languages: Iterable[str]) -> dict[str, Any]:
    """How a collection is made: the manifest of its index, and what its rows carry."""
    return {**manifest(settings, embedder, languages), "rows": FORMAT}


def read(rows: Iterable[Mapping[str, Any]], settings: Settings) -> StoredArticle | None:
    """The article of these rows; None if they are not all of one version of it."""
    ordered = sorted(rows, key=lambda row: int(row["place"]))
    if not ordered or len({row["digest"] for row in ordered}) > 1 or len(ordered) != ordered[0]["places"]:
        return None
    article = Article.model_validate_json("".join(row["part"] for row in ordered))
    passages = split(article, words=settings.passages.words)
    whole = StoredArticle.of(article, passages, np.empty((0, 0), np.float32))
    vectors = np.empty((len(whole.senses), len(ordered[0][DENSE])), np.float32)
    for row, (_, vector) in zip(ordered, whole.carried, strict=False):  # the last rows may carry a part alone
        vectors[vector] = row[DENSE]
    return replace(whole, vectors=vectors)


def blank(row_id: str, status: str, dimension: int) -> dict[str, Any]:
    """A row that no search finds."""
    return {
        "id": row_id,
        "status": status,
        "article": "",
        "digest": "",
        "place": 0,
        "places": 0,
        "audience": [],
        "valid_from": 0,
        "valid_until": 0,
        "part": "",
        DENSE: [0.0] * dimension,
        WORDS: {0: 1.0},
    }


def gone(row_id: str, dimension: int) -> dict[str, Any]:
    """What is written over a row, so that it leaves at the same moment at which others come."""
    return blank(row_id, _GONE, dimension)


def condition(scope: Scope) -> str:
    """What the engine filters by in both legs, before it chooses: the rule of `Article.may_be_said`, in its words.

    Audiences are compared by their digest: nothing that a caller or an article says becomes part of an expression.
    """
    audiences = ", ".join(f'"{key(one)}"' for one in sorted(scope.audiences))
    allowed = f'status == "{SAYABLE}" and array_contains_any(audience, [{audiences}])'
    if scope.as_of is None:
        return allowed
    day = scope.as_of.toordinal()
    return f"{allowed} and valid_from <= {day} and valid_until >= {day}"


def row_ids(article_key: str, places: int) -> list[str]:
    """The ids of the rows of an article."""
    return [f"{article_key}/{place:05d}" for place in range(places)]


def key(name: str) -> str:
    """A name of any length and letters, as 32 letters that need no escaping."""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def digest(article: Article) -> str:
    """A digest of all that an article says."""
    return key(article.model_dump_json())
