"""The statistics of BM25, kept in rows of the collection: written in the same request as what they count.

One row holds the state: which revision this is, how the index was made, how many passages and words there are. The
counts of words (in how many passages each stands) are spread over 512 rows, so that a question reads a few of them
and a change writes a few.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ragcare.errors import IndexCorrupt, RagcareError
from ragcare.index.milvus.engine import TEXT
from ragcare.index.milvus.rows import StoredArticle, blank
from ragcare.index.milvus.weights import Lengths

STATE = "state"
"""The id of the row with the state."""

Known = dict[str, tuple[int, int]]
"""In how many passages each word stands, in the head and in the body."""

_ROWS = 512
_ANCHOR = 8.0
"""Stands for the average length of a field that nothing has when the collection is begun."""


@dataclass(frozen=True, slots=True)
class State:
    """The collection at one revision.

    Attributes:
        revision: another one after each change, whoever made it.
        made: the manifest, as of `identity.manifest`.
        languages: how many passages there are in each.
        words: how many there are in all passages, in the head and in the body.
        anchor: the average lengths with which the stored vectors were weighed; None while nothing is stored.
    """

    revision: str
    made: Mapping[str, Any]
    languages: Mapping[str, int] = field(default_factory=dict)
    words: tuple[int, int] = (0, 0)
    anchor: Lengths | None = None

    @property
    def passages(self) -> int:
        """How many there are."""
        return sum(self.languages.values())

    @property
    def average(self) -> Lengths:
        """The average length of a passage, by field."""
        return Lengths(*(count / (self.passages or 1) for count in self.words))

    def after(self, revision: str, leaving: Iterable[StoredArticle], coming: Iterable[StoredArticle]) -> State:
        """The state once some articles have left and others have come."""
        languages, words = dict(self.languages), list(self.words)
        for sign, articles in ((-1, leaving), (1, coming)):
            for article in articles:
                for passage, tallies in zip(article.passages, article.tallies, strict=True):
                    languages[passage.language] = languages.get(passage.language, 0) + sign
                    words = [count + sign * tally.length for count, tally in zip(words, tallies, strict=True)]
        left = {language: count for language, count in sorted(languages.items()) if count}
        changed = replace(self, revision=revision, languages=left, words=(words[0], words[1]))
        # An empty collection is weighed anew by what first comes in.
        if self.anchor and self.passages:
            return changed
        return replace(changed, anchor=Lengths(*(length or _ANCHOR for length in changed.average)))

    def with_manifest(self, made: Mapping[str, Any]) -> State:
        """The same, made in that way: the analysers in it are those of the languages that came."""
        return replace(self, made=made)

    def row(self, dimension: int) -> dict[str, Any]:
        """As a row."""
        return blank(STATE, STATE, dimension) | {"digest": self.revision, "part": json.dumps(asdict(self))}


def read_state(row: Mapping[str, Any]) -> State:
    """The state that a row holds."""
    told = json.loads(row["part"])
    anchor = Lengths(*told["anchor"]) if told["anchor"] else None
    return State(told["revision"], told["made"], told["languages"], (told["words"][0], told["words"][1]), anchor)


def moved(leaving: Iterable[StoredArticle], coming: Iterable[StoredArticle]) -> Known:
    """By how much the count of each word changes; words whose count stays are left out."""
    changes: dict[str, list[int]] = {}
    for sign, articles in ((-1, leaving), (1, coming)):
        for article in articles:
            for tallies in article.tallies:
                for place, tally in enumerate(tallies):
                    for word in tally.times:
                        changes.setdefault(word, [0, 0])[place] += sign
    return {word: (change[0], change[1]) for word, change in changes.items() if any(change)}


def counted_in(words: Iterable[str]) -> list[str]:
    """The ids of the rows in which these words are counted."""
    return sorted({_row_of(word) for word in words})


def read_counts(row: Mapping[str, Any]) -> Known:
    """The counts in a row."""
    return {word: (counts[0], counts[1]) for word, counts in json.loads(row["part"]).items()}


def count_rows(before: Mapping[str, Known], changes: Known, dimension: int) -> list[dict[str, Any]]:
    """The rows of counts that a change writes.

    Args:
        before: the counts of these rows by id, as of `counted_in`; a row that is not there yet may be left out.
        changes: as of `moved`.
        dimension: of the vectors.

    Raises:
        IndexCorrupt: a count would fall below 0, so it was wrong.
    """
    after = {row_id: dict(counts) for row_id, counts in before.items()}
    for word, (head, body) in changes.items():
        counts = after.setdefault(_row_of(word), {})
        now = counts.get(word, (0, 0))
        counts[word] = (now[0] + head, now[1] + body)
        if min(counts[word]) < 0:
            raise IndexCorrupt(
                "the words of the collection are counted wrongly: two processes wrote at once. "
                "Mend: build it again under another name, and let one process at a time write"
            )
        if counts[word] == (0, 0):
            del counts[word]
    return [_count_row(row_id, counts, dimension) for row_id, counts in after.items()]


def _count_row(row_id: str, counts: Known, dimension: int) -> dict[str, Any]:
    text = json.dumps(counts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if len(text.encode("utf-8", "surrogatepass")) > TEXT:
        raise RagcareError("the collection has too many different words. Mend: spread the articles over several")
    return blank(row_id, "counts", dimension) | {"part": text}


def _row_of(word: str) -> str:
    digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
    return f"counts/{int.from_bytes(digest) % _ROWS:04d}"
