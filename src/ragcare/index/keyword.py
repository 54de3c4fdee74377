"""The keyword leg: BM25 with Lucene's idf, over two fields, scored from raw postings.

Robertson & Zaragoza 2009 for BM25; Kamphuis et al. 2020 for Lucene's variant, whose idf is never negative, so that
a match never scores below a miss. The reference that defines the scores is rank-bm25 with that idf
(`tests/differential/test_bm25.py` holds the two equal).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from ragcare.index.postings import Postings, Scores
from ragcare.index.splice import Mask, Splice
from ragcare.language.analyser import analyser_for
from ragcare.schema import Passage

__all__ = ["Fields", "KeywordIndex", "Query", "Scores", "analyse", "analyse_query", "reach"]


class Fields(NamedTuple):
    """The tokens of one passage: `head` of its title and known questions; `body` of its headings and text.

    A known question that is a line of the text counts there alone.
    """

    head: list[str]
    body: list[str]


def analyse(passage: Passage) -> Fields:
    """The tokens of a passage, by the analyser of its language, each marked with that language.

    The mark keeps languages apart in one index: "pain" is bread in one and an ache in the other.
    """
    tokens = analyser_for(passage.language).tokens
    lines = frozenset(map(str.strip, passage.text.splitlines()))
    head = "\n".join([passage.title, *(one for one in passage.questions if one not in lines)])
    body = "\n".join([*passage.headings, passage.text])
    return Fields(_marked(passage.language, tokens(head)), _marked(passage.language, tokens(body)))


class Query(NamedTuple):
    """A question, analysed once for all that asks after its words.

    Attributes:
        tokens: in every language that the index holds, as of `analyse_query`.
        readings: those of each language that it may be in: its own; any, where the index holds nothing in that.
    """

    text: str
    language: str
    tokens: list[str]
    readings: tuple[list[str], ...]

    @classmethod
    def of(cls, text: str, language: str, languages: Collection[str]) -> Self:
        """A question in some language, for an index that holds these."""
        tokens = analyse_query(text, language, languages)
        readings = [language] if language in languages else sorted(languages)
        return cls(text, language, tokens, tuple(_of_language(one, tokens) for one in readings))

    def reach(self, of: Callable[[Sequence[str]], float]) -> float:
        """The score that nothing can pass by its words, as `of` tells it of the tokens of one language.

        Where the language is not known, that of the one that knows its words best: a part number is no word that is
        missing in French because there are French articles too.
        """
        return min((of(tokens) for tokens in self.readings if tokens), default=0.0)


def analyse_query(text: str, language: str, languages: Iterable[str]) -> list[str]:
    """The tokens of a question, in every language that the index holds.

    Each of them is tried, so that a question is found whatever language it was taken for. Words that carry nothing
    in the question's own language are left out of the others: the French "comment" is not an English comment.
    """
    own = analyser_for(language)
    words = own.words(text)
    carrying = " ".join(text[word.start : word.end] for word in words)
    tokens: list[str] = []
    for other in sorted(set(languages)):
        analyser = analyser_for(other)
        tokens += _marked(other, [word.token for word in words] if analyser is own else analyser.tokens(carrying))
    return tokens


def reach(holding: Iterable[tuple[int, int]], passages: int, head_weight: float) -> float:
    """The score of a passage that had each query token without end, which no passage passes.

    A token that no passage has counts as if one of all had it, so that a question about something else stays far from
    its reach whatever matches by chance. By it, scores of different questions can be compared.

    Args:
        holding: in how many passages each token stands, in the head and in the body.
        passages: how many there are.
        head_weight: the share of the head in the score.
    """
    total = 0.0
    for in_head, in_body in holding:
        fields = ((head_weight, in_head), (1 - head_weight, in_body))
        known = [weight * idf(passages, count) for weight, count in fields if count]
        total += sum(known) if known else idf(passages, 0)
    return total


def idf(passages: int, holding: int) -> float:
    """How much a token tells that so many passages have, as Lucene counts it: never negative."""
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def _of_language(language: str, tokens: Iterable[str]) -> list[str]:
    return [token for token in tokens if token.startswith(_mark(language))]


def _mark(language: str) -> str:
    return f"{language}:"


def _marked(language: str, tokens: Iterable[str]) -> list[str]:
    mark = _mark(language)
    return [mark + token for token in tokens]


class KeywordIndex:
    """BM25 over passages by row, in the order in which they were given; never changed once it stands.

    Args:
        head: the postings of the head fields.
        body: the postings of the body fields; rows as in `head`.
        head_weight: the share of the head in the score, in 0..1; the body has the rest.
    """

    def __init__(self, head: Postings, body: Postings, head_weight: float) -> None:
        self._head, self._body, self._head_weight = head, body, head_weight

    @classmethod
    def empty(cls, *, k1: float, b: float, head_weight: float) -> Self:
        """An index without passages."""
        return cls(Postings.empty(k1=k1, b=b), Postings.empty(k1=k1, b=b), head_weight)

    @classmethod
    def build(cls, rows: Sequence[Fields], *, k1: float, b: float, head_weight: float) -> Self:
        """Indexes the fields of each passage."""
        return cls.empty(k1=k1, b=b, head_weight=head_weight).with_changes(Splice.into_nothing(len(rows)), rows)

    def with_changes(self, splice: Splice, added: Sequence[Fields]) -> Self:
        """This index after some passages have left and others have come in: scores as if built from them all."""
        head = self._head.with_changes(splice, [row.head for row in added])
        body = self._body.with_changes(splice, [row.body for row in added])
        return type(self)(head, body, self._head_weight)

    def scores(self, query: Sequence[str]) -> Scores:
        """The score of every row, shape (rows,), for query tokens as of `analyse_query`; 0 where nothing is shared."""
        scores = self._head.scores(query, self._head_weight)
        scores += self._body.scores(query, 1 - self._head_weight)
        return scores

    def standing(self, token: str, among: Mask | None = None) -> int:
        """In how many of these rows, or of all, the token stands; a row with it in both fields counts twice."""
        return self._head.standing(token, among) + self._body.standing(token, among)

    def rows_with(self, token: str, among: Mask, most: int) -> list[int]:
        """The first of these rows in which the token stands, those with it in the head before the others."""
        rows = self._head.rows_with(token, among, most)
        if len(rows) < most:
            rows = list(dict.fromkeys([*rows, *self._body.rows_with(token, among, most)]))
        return rows[:most]

    def reach(self, query: Sequence[str]) -> float:
        """The score that no row can pass for these tokens, as of `reach`."""
        holding = ((self._head.standing(token), self._body.standing(token)) for token in query)
        return reach(holding, self._body.size, self._head_weight)

    def save(self, folder: Path) -> None:
        """Writes both fields: arrays as .npy, tokens as JSON."""
        self._head.save(folder / "head")
        self._body.save(folder / "body")

    @classmethod
    def load(cls, folder: Path, *, k1: float, b: float, head_weight: float) -> Self:
        """Reads what `save` wrote, to be scored with these constants."""
        return cls(Postings.load(folder / "head", k1=k1, b=b), Postings.load(folder / "body", k1=k1, b=b), head_weight)
