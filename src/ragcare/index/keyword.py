"""The keyword leg: BM25 with Lucene's idf, over two fields, served by bm25s.

Robertson & Zaragoza 2009 for BM25; Kamphuis et al. 2020 for Lucene's variant, whose idf is never negative, so that
a match never scores below a miss. The reference that defines the scores is rank-bm25 with that idf
(`tests/differential/test_bm25.py` holds the two equal).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from ragcare.language.analyser import analyser_for
from ragcare.schema import Passage

Scores = npt.NDArray[np.float32]


class Fields(NamedTuple):
    """The tokens of one passage: `head` of its title and known questions; `body` of its headings and text."""

    head: list[str]
    body: list[str]


def analyse(passage: Passage) -> Fields:
    """The tokens of a passage, by the analyser of its language, each marked with that language.

    The mark keeps languages apart in one index: "pain" is bread in one and an ache in the other.
    """
    tokens = analyser_for(passage.language).tokens
    head = "\n".join([passage.title, *passage.questions])
    body = "\n".join([*passage.headings, passage.text])
    return Fields(_marked(passage.language, tokens(head)), _marked(passage.language, tokens(body)))


def analyse_query(text: str, language: str, languages: Iterable[str]) -> list[str]:
    """The tokens of a question, in every language that the index holds.

    Each of them is tried, so that a question is found whatever language it was taken for. Words that carry nothing
    in the question's own language are left out of the others: the French "comment" is not an English comment.
    """
    own = analyser_for(language)
    carrying = " ".join(text[word.start : word.end] for word in own.words(text))
    tokens: list[str] = []
    for other in sorted(set(languages)):
        analyser = analyser_for(other)
        tokens += _marked(other, analyser.tokens(text if analyser is own else carrying))
    return tokens


def _marked(language: str, tokens: Iterable[str]) -> list[str]:
    return [f"{language}:{token}" for token in tokens]


class KeywordIndex:
    """BM25 over passages by row, in the order in which they were given; never changed once it stands.

    Args:
        head: the index of the head fields.
        body: the index of the body fields; rows as in `head`.
        head_weight: the share of the head in the score, in 0..1; the body has the rest.
    """

    def __init__(self, head: _Field, body: _Field, head_weight: float) -> None:
        self._head, self._body, self._head_weight = head, body, head_weight

    @classmethod
    def build(cls, rows: Sequence[Fields], *, k1: float, b: float, head_weight: float) -> Self:
        """Indexes the fields of each passage."""
        head = _Field.build([row.head for row in rows], k1, b)
        body = _Field.build([row.body for row in rows], k1, b)
        return cls(head, body, head_weight)

    def scores(self, query: Sequence[str]) -> Scores:
        """The score of every row, shape (rows,), for query tokens as of `analyse_query`; 0 where nothing is shared."""
        return self._head_weight * self._head.scores(query) + (1 - self._head_weight) * self._body.scores(query)

    def save(self, folder: Path) -> None:
        """Writes both fields: arrays as .npy, vocabulary as JSON."""
        self._head.save(folder / "head")
        self._body.save(folder / "body")

    @classmethod
    def load(cls, folder: Path, *, head_weight: float) -> Self:
        """Reads what `save` wrote."""
        return cls(_Field.load(folder / "head"), _Field.load(folder / "body"), head_weight)


class _Field:
    """One field in bm25s, with what it leaves out: nothing indexed, and nothing asked that it knows."""

    def __init__(self, engine: Any, rows: int) -> None:
        self._engine, self._rows = engine, rows

    @classmethod
    def build(cls, rows: Sequence[list[str]], k1: float, b: float) -> Self:
        import bm25s

        vocabulary = {token: number for number, token in enumerate(sorted({token for row in rows for token in row}))}
        if not vocabulary:
            return cls(None, len(rows))
        engine = bm25s.BM25(method="lucene", k1=k1, b=b)
        numbers = [[vocabulary[token] for token in row] for row in rows]
        engine.index((numbers, vocabulary), create_empty_token=False, show_progress=False)
        return cls(engine, len(rows))

    def scores(self, query: Sequence[str]) -> Scores:
        known = [] if self._engine is None else self._engine.get_tokens_ids(list(query))
        if not known:
            return np.zeros(self._rows, np.float32)
        return np.asarray(self._engine.get_scores_from_ids(known), np.float32)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        if self._engine is None:
            np.save(folder / "empty.npy", np.zeros(self._rows, np.int8))
        else:
            self._engine.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        import bm25s

        if (folder / "empty.npy").exists():
            return cls(None, len(np.load(folder / "empty.npy", allow_pickle=False)))
        engine = bm25s.BM25.load(folder, load_corpus=False)
        return cls(engine, int(engine.scores["num_docs"]))
