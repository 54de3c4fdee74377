"""The rows that the signals are fitted and judged on: ours, the labelled sets, and ordinary questions of the suites."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from ragcare.deciding.signals import detect_signals
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.questions.suite_file import place_of_data
from ragcare.schema import EscalationReason
from ragcare.settings import SignalSettings
from retrieval import HERE

KINDS = tuple(kind for kind in get_args(EscalationReason) if kind != "topic")
SUITES = (
    "spf_fr",
    "covidfaq_fr",
    "piaf_fr",
    "covidfaq_en",
    "doc2dial_en",
    "squad2_en",
    "banking77_oos_en",
    "clinc150_en",
    "hint3_curekart_en",
    "demo",
)
BY_RULES = SignalSettings(by_meaning=False)
FOLDS = 5
ORDINARY = 1000
"""Questions of a suite that are fitted on."""

# What somebody who tells one of these may well tell too: a row of the one is no proof against the other.
MAY_ALSO_BE = {
    "asks_person": {"anger", "repeated_failure", "complaint", "distress"},
    "anger": {"complaint", "repeated_failure", "legal"},
    "distress": {"health", "minor"},
    "fraud": {"minor", "account_specific"},
    "health": {"distress"},
    "complaint": {"anger", "account_specific", "repeated_failure", "cancellation", "legal"},
    "cancellation": {"complaint", "anger"},
    "account_specific": {"complaint", "fraud", "repeated_failure"},
    "repeated_failure": {"complaint", "anger", "account_specific"},
}
# Questions that an article answers there, and that tell a fraud or an account all the same, by what they are about.
REALLY = {
    "fraud": (
        "card_payment_not_recognised",
        "cash_withdrawal_not_recognised",
        "direct_debit_payment_not_recognised",
        "compromised_card",
        "lost_or_stolen_card",
        "lost_or_stolen_phone",
        "report_fraud",
        "report_lost_card",
    ),
    "cancellation": ("terminate_account", "cancel"),
}
UNTOLD = {
    "banking77_oos_en": ("account_specific", "repeated_failure", "complaint"),
    "clinc150_en": ("account_specific",),
}
_FOLD_OF = {suite: place % FOLDS for place, suite in enumerate(SUITES)} | {"covidfaq_en": 1, "hint3_curekart_en": 3}
_MANY_INTENTS = ("banking77_oos_en", "clinc150_en")
"""The only banks among the suites: left out whole, nobody would know how a bank's customers write."""


@dataclass(frozen=True, slots=True)
class Row:
    """One message.

    Attributes:
        signals: what it tells.
        untold: kinds that nobody knows of, so that it is proof neither for nor against them.
        fold: rows of one fold are judged by a model that has seen none of them, nor their siblings.
        weight: how much it counts when a model is fitted.
        kind: what its own set calls it: an emotion, or the article that answers it.
        near: the kind that it only looks like.
        escalate: whether agents took it over.
    """

    text: str
    lang: str
    source: str
    signals: frozenset[str] = frozenset()
    untold: frozenset[str] = frozenset()
    fold: int = 0
    weight: float = 1.0
    kind: str = ""
    near: str = ""
    escalate: bool = False


def data_folder() -> Path:
    """Where the labelled sets lie."""
    return place_of_data(HERE / "signals", "$RAGCARE_DATA")


def our_rows(split: str) -> list[Row]:
    """The rows of evals/signals/rows.jsonl."""
    place: Counter[tuple[str, str]] = Counter()
    rows = []
    for row in _lines(HERE / "signals" / "rows.jsonl"):
        told = frozenset(row["signals"])
        untold = {kind for kind, others in MAY_ALSO_BE.items() if told & others} - told
        untold |= set(row.get("untold", ()))
        family = row["family"], row["lang"]
        fold = place[family] % FOLDS  # what is said in both languages stands at the same place, and in the same fold
        place[family] += 1
        if row["split"] == split:
            near = row.get("near", "")
            rows.append(Row(row["text"], row["lang"], "ours", told, frozenset(untold), fold, near=near))
    return rows


def unseen_rows() -> list[Row]:
    """The rows of evals/signals/unseen.jsonl, on which nothing is fitted; `kind` is their family, with the round."""
    return [
        Row(
            row["text"],
            row["lang"],
            "unseen",
            frozenset(row["signals"]),
            kind=f"{row['family'].split('/')[0]} {row['round']}",
            near=row.get("near", ""),
        )
        for row in _lines(HERE / "signals" / "unseen.jsonl")
    ]


def ordinary_rows() -> dict[str, list[Row]]:
    """The dev questions of each suite that its articles answer; what really tells a signal is not told against."""
    suites = {}
    for name in SUITES:
        rows: list[Row] = []
        for row in QuestionSet.load(HERE / name).questions:
            if row.split != "dev" or not row.answerable:
                continue
            untold = {signal.kind for signal in detect_signals(row.question, how=BY_RULES)} | set(UNTOLD.get(name, ()))
            about = row.relevant_ids[0].lower()
            fold = len(rows) % FOLDS if name in _MANY_INTENTS else _FOLD_OF[name]
            untold |= {kind for kind, names in REALLY.items() if any(one in about for one in names)}
            rows.append(Row(row.question, row.lang, name, untold=frozenset(untold), fold=fold, kind=about))
        suites[name] = rows
    return suites


def escalation_rows(data: Path) -> list[Row]:
    """The dev rows of escalation_en; `escalate` is their label."""
    rows = []
    for row in _lines(data / "escalation_en" / "escalation.jsonl"):
        if row["split"] != "dev":
            continue
        escalate = row["label"] == "escalate"
        by_rule = {signal.kind for signal in detect_signals(row["text"], how=BY_RULES)}
        told = by_rule if escalate else set()
        if escalate and row["reason"] in ("human_request", "contact_number"):
            told |= {"asks_person"}
        if escalate and "complain" in row["text"].lower():
            told |= {"complaint"}
        untold = {"account_specific", "cancellation", "health", "repeated_failure", "fraud"}
        untold |= set(KINDS) if escalate else by_rule
        source = "financial-demo" if "financial" in row["source"] else "curekart"
        rows.append(
            Row(
                row["text"],
                "en",
                source,
                frozenset(told),
                frozenset(untold - told),
                _FOLD_OF["hint3_curekart_en" if source == "curekart" else "demo"],
                weight=1.0 if escalate else 0.5,
                escalate=escalate,
            )
        )
    return rows


def emotion_rows(data: Path, name: str) -> list[Row]:
    """The dev rows of an emotion set, by their label."""
    return [
        Row(row["text"], row["lang"], name, fold=place % FOLDS, kind=row["label"])
        for place, row in enumerate(_lines(data / name / "emotion.jsonl"))
        if row["split"] == "dev" or name == "emotion_mood"
    ]


def chosen(rows: Sequence[Row], count: int, seed: int = 0) -> list[Row]:
    """So many of the rows, the same ones each time."""
    places = np.random.default_rng(seed).permutation(len(rows))[:count]
    return [rows[place] for place in sorted(places)]


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
