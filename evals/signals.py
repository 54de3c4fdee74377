"""Fits the models that read a message by its meaning, and measures all signals; `make signals`.

    python evals/signals.py                 fits, writes the weights beside the code and the figures to evals/SIGNALS.md
    python evals/signals.py --dry-run       only prints the figures

Each kind has a logistic model of its own over the packaged `light` embedder, and that of asking for a person over the
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

from ragcare.deciding.signals import meaning
from ragcare.deciding.signals.lists import LISTS
from ragcare.deciding.signals.message import lists_named, only_looks_like
from ragcare.deciding.signals.rules import LOOKALIKES, RULES
from ragcare.index.embedders.light import LightEmbedder
from retrieval import HERE

SHIPPED = HERE.parent / "src" / "ragcare" / "deciding" / "signals" / "meanings.json"
STRENGTH = 3.0  # the inverse of the penalty on large weights
OF_ITS_OWN = dict.fromkeys(("asks_person", "health", "account_specific"), 10.0)  # better so on train rows left out
RARE = 4.0  # the weight of a row that tells the kind; most rows do not
WORDS = {"asks_person": 0.3}
"""Of the kinds whose model sees the lists of words that their rules name, how long a list is beside an embedding of
length 1; for no other kind was it better on train rows left out."""
FALSE_ALARMS = {
    "asks_person": 0.0015,
    "anger": 0.001,
    "fraud": 0.002,
    "complaint": 0.003,
    "account_specific": 0.002,
    "cancellation": 0.001,
    "repeated_failure": 0.002,
    "health": 0.001,
    "data_protection": 0.001,
}
FEW = 0.0005
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
        model = LogisticRegression(C=OF_ITS_OWN.get(kind, STRENGTH), max_iter=1000)
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
    """The models with the folds that judge them: each row by the models that have not seen it."""

    def __init__(self, data: Path) -> None:
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
        self.folds = [self.without(_in(fold)) for fold in range(FOLDS)]
        self.whole = self.without(lambda _: False)
        self.levels = {kind: self._level(kind) for kind in KINDS}

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """The embeddings of texts, each made once."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        for start in range(0, len(new), 256):
            some = new[start : start + 256]
            self._known |= dict(zip(some, LightEmbedder().embed(some, "query"), strict=True))
        return np.array([self._known[text] for text in texts])

    def described(self, kind: str, texts: Sequence[str]) -> np.ndarray:
        """What the model of a kind sees: the embedding and, of some, which lists have a word of the text."""
        if kind not in WORDS:
            return self.vectors(texts)
        lists, named = lists_of(kind), [self._named(text) for text in texts]
        words = np.array([[name in names for name in lists] for names in named], dtype=np.float32)
        return np.hstack([self.vectors(texts), WORDS[kind] * words])

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
            weights = model.coef_[0][: LightEmbedder.dimension]
            of_words = WORDS.get(kind, 0.0) * model.coef_[0][LightEmbedder.dimension :]
            kinds[kind] = meaning.KindModel(
                intercept=_short(slope * float(model.intercept_[0]) + shift),
                weights=tuple(_short(slope * float(one)) for one in weights),
                words={name: _short(slope * float(one)) for name, one in zip(lists_of(kind), of_words, strict=False)},
            )
        sources: dict[str, int] = {}
        for row in self.fitted_on:
            sources[row.source] = sources.get(row.source, 0) + 1
        return meaning.Meanings(
            embedder=LightEmbedder().name, fitted_on=sources, kinds=kinds, topics=fit_nearness(self.asked, self.vectors)
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
    given = parser.parse_args()
    reader = Reader(data_folder())
    if not given.dry_run:
        write(reader.shipped(), SHIPPED)
    page = report(reader)
    sys.stdout.write(page)
    if not given.dry_run:
        (HERE / "SIGNALS.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
