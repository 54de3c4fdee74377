"""The fitted models of reading: three linear ones, as plain JSON.

A span's score is w·x + W[asked]·x + the weights of the words at its edges; the spans of a passage compete in a softmax
(conditional logit, McFadden 1974). Worth of a unit and `holds` are logistic regressions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Self

import numpy as np

from ragcare.answering.reading.passage_view import PassageView
from ragcare.answering.reading.passage_words import Array
from ragcare.answering.reading.question_types import ASKED, Asked

EDGES = ("before", "first", "last", "after")
OTHER = ("<number>", "<Name>", "<word>", "<edge>")
"""What stands for a word that is not in the vocabulary, by its shape, and for the end of a unit."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """Logistic regression over standardised features."""

    mean: Array
    scale: Array
    weights: Array
    intercept: float

    def log_odds(self, features: Array) -> Array:
        """The log-odds of rows of features."""
        out: Array = (features - self.mean) / self.scale @ self.weights + self.intercept
        return out

    def __call__(self, features: Array) -> Array:
        """The probabilities of rows of features."""
        out: Array = (1 + np.tanh(self.log_odds(features) / 2)) / 2
        return out


@dataclass(frozen=True, slots=True)
class Model:
    """What reading has learnt.

    Attributes:
        shared: by language, the weight of each span feature; `asked` its change by what is asked, (len(ASKED),
            features). French and English answers are phrased, and were marked, in different ways.
        vocabulary: by language, the words whose identity at an edge of a span counts, and `OTHER`.
        edges: by language, (len(EDGES), words, len(ASKED)).
    """

    shared: dict[str, Array]
    asked: dict[str, Array]
    vocabulary: dict[str, dict[str, int]]
    edges: dict[str, Array]
    worth: Logistic
    holds: Logistic

    @classmethod
    def shipped(cls) -> Self:
        """The model that ships with ragcare."""
        return cls.of(json.loads((resources.files("ragcare.answering.reading") / "weights.json").read_bytes()))

    @classmethod
    def of(cls, record: Any) -> Self:
        """The model of a parsed weights file."""
        return cls(
            {language: np.array(one, np.float32) for language, one in record["shared"].items()},
            {language: np.array(one, np.float32) for language, one in record["asked"].items()},
            {lang: {word: at for at, word in enumerate(known)} for lang, known in record["vocabulary"].items()},
            {lang: np.array(table, np.float32) / record["edge_unit"] for lang, table in record["edges"].items()},
            _logistic(record["worth"]),
            _logistic(record["holds"]),
        )

    def write(self, path: Path) -> None:
        """Writes the weights, edges as whole hundredths."""
        record = {
            "shared": {language: np.round(one, 3).tolist() for language, one in self.shared.items()},
            "asked": {language: np.round(one, 3).tolist() for language, one in self.asked.items()},
            "vocabulary": {language: list(known) for language, known in self.vocabulary.items()},
            "edge_unit": 100,
            "edges": {language: np.rint(table * 100).astype(int).tolist() for language, table in self.edges.items()},
            "worth": _plain(self.worth),
            "holds": _plain(self.holds),
        }
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        path.write_text(text.replace('],"', '],\n"') + "\n", encoding="utf-8")

    def scores(self, spans: Array, edges: Array, asked: int, language: str) -> Array:
        """The score of each span, from its features (spans, features) and `edge_words` (spans, len(EDGES))."""
        out: Array = spans @ (self.shared[language] + self.asked[language][asked])
        table = self.edges[language][:, :, asked]
        for place in range(len(EDGES)):
            out = out + table[place, edges[:, place]]
        return out


def edge_words(view: PassageView, vocabulary: dict[str, int]) -> Array:
    """The numbers of the words at and beside the ends of each span, (spans, len(EDGES))."""
    n = len(view.words)
    if n == 0:
        return np.full((len(view.first), len(EDGES)), vocabulary["<edge>"])
    other = {"number": "<number>", "capital": "<Name>", "small": "<word>", "mark": "<word>"}
    ids = np.array(
        [vocabulary.get(word.plain, vocabulary[other[word.shape]]) for word in view.words] + [vocabulary["<edge>"]]
    )
    first, last, unit = view.first, view.last, view.unit_of
    before = np.where((first > 0) & (unit[np.maximum(first - 1, 0)] == unit[first]), first - 1, n)
    after = np.where((last < n - 1) & (unit[np.minimum(last + 1, n - 1)] == unit[last]), last + 1, n)
    out: Array = ids[np.stack([before, first, last, after], axis=1)]
    return out


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model that ships with ragcare, read once."""
    return Model.shipped()


def asked_number(asked: Asked) -> int:
    """The row of a kind of question in the weights."""
    return ASKED.index(asked)


def _logistic(record: Any) -> Logistic:
    mean, scale, weights = (np.array(record[name], np.float32) for name in ("mean", "scale", "weights"))
    return Logistic(mean, scale, weights, float(record["intercept"]))


def _plain(one: Logistic) -> dict[str, Any]:
    rounded = {name: np.round(getattr(one, name), 4).tolist() for name in ("mean", "scale", "weights")}
    return {**rounded, "intercept": round(one.intercept, 4)}
