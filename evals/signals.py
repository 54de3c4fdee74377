"""Fits the models that read a message by its meaning, and measures all signals; `make signals`.

    python evals/signals.py                     fits, writes the weights beside the code, the figures to SIGNALS.md
    python evals/signals.py --dry-run           only prints the figures
    python evals/signals.py --embedder light    the same over that embedder alone; its figures are only printed

Each kind has a logistic model of its own over an embedder, and that of asking for a person over the
lists of words of its rules besides. Where it says .5 is set on rows that it
has not seen (five folds, whole suites left out but for two), so that ordinary questions rarely pass.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from signal_measures import report
from signal_rows import (
    FOLDS,
    KINDS,
    ORDINARY,
    Row,
    chosen,
    data_folder,
    emotion_rows,
    escalation_rows,
    ordinary_rows,
    our_rows,
)
from signal_topics import fit_nearness
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from ragcare.deciding.signals import meaning
from ragcare.deciding.signals.lists import LISTS
from ragcare.deciding.signals.message import lists_named, only_looks_like
from ragcare.deciding.signals.rules import LOOKALIKES, RULES
from ragcare.index.embedders import as_embedder
from ragcare.index.embedders.e5 import E5Embedder
from ragcare.index.embedders.light import LightEmbedder
from ragcare.index.embedding_cache import EmbeddingCache
from ragcare.settings import CacheSettings
from retrieval import HERE

SHIPPED = HERE.parent / "src" / "ragcare" / "deciding" / "signals" / "meanings"
PARTS = {"e5+light": (E5Embedder.dimension, LightEmbedder.dimension), "light": (LightEmbedder.dimension,)}
"""The embedders that the models may be fitted over, with the dimensions of each model in their vectors."""
STRENGTH = 2.0
"""The inverse of the penalty on large weights."""
RARE = 4.0  # the weight of a row that tells the kind; most rows do not
WORDS = {"asks_person": 0.3}
"""Of the kinds whose model sees the lists of words that their rules name, how long a list is beside an embedding of
length 1; for no other kind was it better on train rows left out."""
FALSE_ALARMS = {
    "asks_person": 0.0013,
    "anger": 0.0008,
    "fraud": 0.0017,
    "complaint": 0.0025,
    "account_specific": 0.0017,
    "cancellation": 0.0008,
    "repeated_failure": 0.0017,
    "health": 0.0008,
    "data_protection": 0.0008,
}
FEW = 0.0004
"""The share of ordinary questions that may pass; where a false alarm costs less, or is often none, more."""
EMOTION = {"anger": 0.1, "distress": 0.1}
"""How much a row of GoEmotions weighs in the model of its kind: it is no customer's message."""


class Fitted:
    """One logistic model a kind, fitted on rows of some folds.

    Args:
        rows: to fit on.
        described: what the model of a kind sees of texts, shape (len(texts), features).
    """

    def __init__(self, rows: Sequence[Row], described: Callable[[str, Sequence[str]], np.ndarray]) -> None:
        self._described = described
        self.models = {kind: self._fit(kind, rows) for kind in KINDS}

    def scores(self, kind: str, texts: Sequence[str]) -> np.ndarray:
        """The log odds of that kind, shape (len(texts),)."""
        return np.asarray(self.models[kind].decision_function(self._described(kind, texts)))

    def _fit(self, kind: str, rows: Sequence[Row]) -> LogisticRegression:
        texts, tells, weights = _examples(kind, rows)
        model = LogisticRegression(C=STRENGTH, max_iter=1000)
        return model.fit(self._described(kind, texts), tells, sample_weight=weights)


def _examples(kind: str, rows: Sequence[Row]) -> tuple[list[str], list[bool], list[float]]:
    """The texts that a kind is fitted on, whether each tells it, and how much each weighs."""
    texts, tells, weights = [], [], []
    for row in rows:
        emotion = row.source == "emotion_goemotions_en"
        if kind in row.untold or (emotion and (kind not in EMOTION or row.kind == "other")):
            continue
        texts.append(row.text[:1000])
        tells.append(row.kind == kind if emotion else kind in row.signals)
        weights.append((RARE if tells[-1] else 1.0) * (EMOTION[kind] if emotion else row.weight))
    return texts, tells, weights


def calibrated(
    kind: str, rows: Sequence[Row], scores: np.ndarray, ordinary: Sequence[Row], passing: np.ndarray
) -> tuple[float, float]:
    """Slope and shift that make a score a log odds which is 0 where few enough ordinary questions pass.

    Args:
        kind: which of them.
        rows: ours.
        scores: of those rows, by models that have not seen them.
        ordinary: messages that are to be answered; what only looks like the kind passes by rule, whatever its score.
        passing: the scores of those, likewise.
    """
    known = np.array([kind not in row.untold for row in rows])
    tells = np.array([kind in row.signals for row in rows])
    platt = LogisticRegression(C=1e3, class_weight="balanced").fit(scores[known, None], tells[known])  # Platt 1999
    slope = float(platt.coef_[0, 0])
    asked = passing[[kind not in row.untold and not only_looks_like(row.text, kind) for row in ordinary]]
    middle = max(
        -float(platt.intercept_[0]) / slope, float(np.quantile(asked, 1 - FALSE_ALARMS.get(kind, FEW), method="higher"))
    )
    return slope, -slope * middle


class Reader:
    """The models with the folds that judge them: each row by the models that have not seen it.

    Args:
        data: where the labelled sets lie.
        embedder: the name of the one that the models are fitted over.
    """

    def __init__(self, data: Path, embedder: str) -> None:
        self.embedder, self._embedder = embedder, as_embedder(embedder)
        self._cache = EmbeddingCache.of(CacheSettings())
        self.train, self.test = our_rows("train"), our_rows("test")
        self.ordinary = ordinary_rows()
        self.escalation = escalation_rows(data)
        self.emotion = {name: emotion_rows(data, name) for name in ("emotion_goemotions_en", "emotion_mood")}
        self.fitted_on = [
            *self.train,
            *(row for rows in self.ordinary.values() for row in chosen(rows, ORDINARY)),
            *self.escalation,
            *chosen(self.emotion["emotion_goemotions_en"], 2000),
        ]
        self.asked = [row for rows in self.ordinary.values() for row in rows]
        self.passing = [*self.asked, *(row for row in self.escalation if not row.escalate)]
        self._known: dict[str, np.ndarray] = {}
        self._named = cache(lists_named)
        self._middle, self._lengths = self._standard()
        self.folds = [self.without(_in(fold)) for fold in range(FOLDS)]
        self.whole = self.without(lambda _: False)
        self.levels = {kind: self._level(kind) for kind in KINDS}

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """The embeddings of texts, each made once, and where the user keeps a cache, once for good."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        for start in tqdm(range(0, len(new), 256), desc="embedding", disable=len(new) < 1000):
            some = new[start : start + 256]
            self._known |= dict(zip(some, self._embed(some), strict=True))
        return np.array([self._known[text] for text in texts])

    def _standard(self) -> tuple[np.ndarray, np.ndarray]:
        """The mean of all vectors, and by dimension how far on average those of its embedder lie from it.

        The models are fitted to vectors without that mean, those of each embedder of mean length 1: e5 puts all texts
        close together, and its part would else be penalised more than that of `light`.
        """
        vectors = self.vectors([row.text[:1000] for row in self.fitted_on])
        middle = vectors.mean(axis=0)
        parts = np.split(vectors - middle, np.cumsum(PARTS[self.embedder])[:-1], axis=1)
        lengths = [np.full(part.shape[1], np.sqrt((part**2).sum(axis=1).mean())) for part in parts]
        return middle, np.concatenate(lengths)

    def _embed(self, texts: Sequence[str]) -> np.ndarray:
        if self._cache is None:
            return self._embedder.embed(texts, "query")
        return self._cache.embed(self._embedder, texts, "query")

    def described(self, kind: str, texts: Sequence[str]) -> np.ndarray:
        """What the model of a kind sees: the embedding and, of some, which lists have a word of the text."""
        vectors: np.ndarray = (self.vectors(texts) - self._middle) / self._lengths
        if kind not in WORDS:
            return vectors
        lists, named = lists_of(kind), [self._named(text) for text in texts]
        words = np.array([[name in names for name in lists] for names in named], dtype=np.float32)
        return np.hstack([vectors, WORDS[kind] * words])

    def without(self, left_out: Callable[[Row], bool]) -> Fitted:
        """The models fitted on all rows but those."""
        rows = [row for row in self.fitted_on if not left_out(row)]
        return Fitted(rows, self.described)

    def said(self, kind: str, rows: Sequence[Row], fitted: Fitted) -> np.ndarray:
        """The score of each row: of that of its pieces which tells most, as it is when a customer writes."""
        cut = [meaning.pieces(row.text) or [row.text] for row in rows]
        scores = fitted.scores(kind, [piece for one in cut for piece in one])
        starts = np.cumsum([0, *(len(one) for one in cut[:-1])])
        return np.maximum.reduceat(scores, starts)

    def unseen(self, kind: str, rows: Sequence[Row]) -> np.ndarray:
        """The scores of rows, each by the model that was fitted without its fold."""
        scores = np.empty(len(rows))
        for fold, fitted in enumerate(self.folds):
            here = [place for place, row in enumerate(rows) if row.fold == fold]
            if here:
                scores[here] = self.said(kind, [rows[place] for place in here], fitted)
        return scores

    def _level(self, kind: str) -> tuple[float, float]:
        return calibrated(
            kind, self.train, self.unseen(kind, self.train), self.passing, self.unseen(kind, self.passing)
        )

    def log_odds(self, kind: str, rows: Sequence[Row], fitted: Fitted | None = None) -> np.ndarray:
        """What the models say of rows: those given, or for each row those that have not seen its fold."""
        slope, shift = self.levels[kind]
        scores = self.said(kind, rows, fitted) if fitted else self.unseen(kind, rows)
        return slope * scores + shift

    def shipped(self) -> meaning.Meanings:
        """The models fitted on everything, as they are stored."""
        kinds = {}
        for kind, (slope, shift) in self.levels.items():
            model = self.whole.models[kind]
            weights, of_words = np.split(model.coef_[0], [len(self._middle)])
            weights = weights / self._lengths  # for vectors as they are: the mean goes into the intercept
            intercept = float(model.intercept_[0] - weights @ self._middle)
            kinds[kind] = meaning.KindModel(
                intercept=round(slope * intercept + shift, 3),
                weights=tuple(_short(slope * float(one)) for one in weights),
                words={
                    name: _short(slope * WORDS[kind] * float(one))
                    for name, one in zip(lists_of(kind), of_words, strict=True)
                },
            )
        sources: dict[str, int] = {}
        for row in self.fitted_on:
            sources[row.source] = sources.get(row.source, 0) + 1
        return meaning.Meanings(
            embedder=self._embedder.name, fitted_on=sources, kinds=kinds, topics=fit_nearness(self.asked, self.vectors)
        )


def lists_of(kind: str) -> list[str]:
    """The lists of words that the rules of a kind name, if its model sees them."""
    if kind not in WORDS:
        return []
    return [name for name in LISTS if re.search(rf"\b{name}\b", RULES[kind] + LOOKALIKES[kind])]


def _in(fold: int) -> Callable[[Row], bool]:
    return lambda row: row.fold == fold


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def write(meanings: meaning.Meanings, path: Path) -> None:
    """One line a kind: short enough to ship, and a change of one kind shows as one line."""
    told: Mapping[str, object] = meanings.model_dump()
    kinds = ",\n".join(
        f"  {json.dumps(kind)}: {json.dumps(model.model_dump(exclude_defaults=True), separators=(',', ':'))}"
        for kind, model in meanings.kinds.items()
    )
    rest = {name: value for name, value in told.items() if name != "kinds"}
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in rest.items()]
    path.write_text("{\n" + ",\n".join([*lines, f' "kinds": {{\n{kinds}\n }}']) + "\n}\n", encoding="utf-8")


def main() -> None:
    """Fits, measures, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dry-run", action="store_true", help="print only, write nothing")
    parser.add_argument("--embedder", choices=PARTS, default="e5+light", help="over which the models are fitted")
    given = parser.parse_args()
    reader = Reader(data_folder(), given.embedder)
    if not given.dry_run:
        write(reader.shipped(), SHIPPED / f"{given.embedder}.json")
    page = report(reader)
    sys.stdout.write(page)
    if not given.dry_run and given.embedder == "e5+light":
        (HERE / "SIGNALS.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
