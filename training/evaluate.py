"""How well a reader reads, on sets that it was not trained on: ranking, answerability, spans and support.

What retrieval found is written down once (`gather`), and each checkpoint reads the same rows (`measure`), so that the
learning curve compares like with like. Questions with a history are left out.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from ragcare.answering.evidence import SentenceSelector
from ragcare.deciding.confidence import Calibration, Confidence
from ragcare.evaluation.judge.reference import token_f1
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.index.senses import embedded_text
from ragcare.language.sentences import sentence_spans
from ragcare.reader import CrossEncoder, Read
from ragcare.retrieval.rerank import lead, reranked
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Hit, Passage, Question, Standing
from ragcare.settings import RetrievalSettings, Settings
from training.planted import lies, names, truths

RANKED: Final = ("spf_fr", "covidfaq_fr", "covidfaq_en", "squad2_en", "piaf_fr", "doc2dial_en")
SPANS: Final = ("piaf_fr", "squad2_en")
_FUSED: Final = "fused"
_TOP: Final = 10
_ALWAYS: Final = 10.0  # no lead of one article over another is as large
_READ_FOR_AN_ANSWER: Final = 3
_WEIGHTS: Final = (0.0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.6, 0.7, 1.0)
"""Shares of the reader in the log-odds of the score, to choose from."""
_DRAWS: Final = 1000

Values = NDArray[np.float64]


class Figure(NamedTuple):
    """A figure with its 95 % interval, by bootstrap over its rows."""

    value: float
    low: float
    high: float
    n: int


def figure(of: Callable[[NDArray[np.int64]], float], n: int, seed: int = 8) -> Figure:
    """What `of` gives of all rows, and how it varies over rows drawn with replacement.

    Args:
        of: takes row numbers; may raise ValueError or give NaN where a draw holds one class alone, which is then
            skipped.
        n: how many rows there are.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(_DRAWS if n else 0):
        try:
            value = of(rng.integers(0, n, n))
        except ValueError:
            continue
        if np.isfinite(value):
            drawn.append(value)
    low, high = np.quantile(drawn, [0.025, 0.975]) if drawn else (np.nan, np.nan)
    return Figure(float(of(np.arange(n))), float(low), float(high), n)


def auroc(right: Values, told: Values) -> Figure:
    """How well `told` sets the right apart from the wrong."""
    return figure(lambda rows: _auroc(right[rows], told[rows]), len(right))


def _auroc(right: Values, told: Values) -> float:
    return float(roc_auc_score(right, told)) if 0 < right.mean() < 1 else np.nan


def mean(values: Values) -> Figure:
    """A mean over rows."""
    return figure(lambda rows: float(values[rows].mean()), len(values))


# --- what is read ------------------------------------------------------------------------------------


def gather(suites: Path, indexes: Path, count: int, seed: int = 8) -> dict[str, list[dict[str, Any]]]:
    """For some questions of each suite: what retrieval found, its scores, the shipped confidence, and the answers.

    Args:
        suites: the folder with one folder a suite.
        indexes: where their indexes are kept.
        count: questions of each suite, drawn once.
        seed: of the draw.
    """
    settings = Settings.load()
    confidence = Confidence(Calibration.shipped_for("e5"))
    gathered: dict[str, list[dict[str, Any]]] = {}
    for name in RANKED:
        suite = QuestionSet.load(suites / name)
        index = suite_index(suite, settings, indexes)
        retriever, selector = HybridRetriever(index, settings.retrieval), SentenceSelector(settings.answering)
        rows = [row for row in suite.questions if row.split == "dev" and not row.history]
        rows = random.Random(seed).sample(rows, min(count, len(rows)))
        gathered[name] = []
        for row in rows:
            found = retriever.search(row.to_question(suite.as_of))
            gold = [index.articles[one].body for one in row.relevant_ids if one in index.articles]
            gathered[name].append(
                {
                    "question": row.question,
                    "lang": row.lang,
                    "answerable": row.answerable,
                    "relevant": list(row.relevant_ids),
                    "answers": list(row.answers),
                    "gold": gold[0] if gold else None,
                    "confidence": confidence.estimate(found, selector.select(found)).probability,
                    "hits": [
                        [one.passage.article_id, embedded_text(one.passage), one.score] for one in found.hits[:_TOP]
                    ],
                }
            )
    return gathered


def planted_rows(corpora: dict[str, tuple[Path, str]], count: int, seed: int = 8) -> list[dict[str, Any]]:
    """True sentences of corpora that were not trained on, and lies about them, by type.

    Args:
        corpora: a name for each, its `corpus.jsonl` and its language.
        count: articles of each.
        seed: of every choice.
    """
    rng = random.Random(seed)
    made: list[dict[str, Any]] = []
    for name, (path, language) in corpora.items():
        texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
        told = [text[a:b] for text in texts[:200] for a, b in names(text)[:2]] or ["Paris"]
        for text in rng.sample(texts, min(count, len(texts))):
            spans = [(a, b) for a, b in sentence_spans(text, language) if 7 <= len(text[a:b].split()) <= 40]
            if not spans:
                continue
            at = rng.randrange(len(spans))
            said = text[slice(*spans[at])]
            evidence = text[spans[max(0, at - 2)][0] : spans[min(len(spans) - 1, at + 2)][1]]
            row = {"set": name, "lang": language, "evidence": evidence}
            made.append({**row, "kind": "true", "sentence": rng.choice([said, *truths(said, language, rng)])})
            told_of = lies(said, language, evidence, rng.sample(told, min(5, len(told))), rng)
            made += [{**row, "kind": lie.kind, "sentence": lie.text} for lie in told_of]
    return made


# --- what is measured --------------------------------------------------------------------------------


def _logit(probability: Values) -> Values:
    kept = np.clip(probability, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(kept / (1 - kept)))


class _Said:
    """A reranker that says what the reader has said already."""

    def __init__(self, read: Sequence[Read]) -> None:
        self._read = read

    def judge(self, question: Question, passages: Sequence[Passage]) -> list[float]:  # noqa: ARG002 (it has read them)
        return [one.relevance for one in self._read[: len(passages)]]


def _hits(row: dict[str, Any]) -> list[Hit]:
    """What retrieval found, as far as the order of articles hangs on it."""
    return [
        Hit(
            Passage(str(at), article, at, "", (), (), text, 0, len(text), row["lang"]),
            score,
            {_FUSED: Standing(at + 1, score)},
        )
        for at, (article, text, score) in enumerate(row["hits"])
    ]


def reciprocal_rank(hits: Sequence[Hit], relevant: Sequence[str]) -> float:
    """One over the place of the first relevant article, each article counted once."""
    articles = list(dict.fromkeys(hit.passage.article_id for hit in hits))
    return next((1 / (place + 1) for place, one in enumerate(articles[:_TOP]) if one in relevant), 0.0)


def _ranks(rows: Sequence[dict[str, Any]], read: Sequence[Sequence[Read]], how: RetrievalSettings) -> Values:
    """Of each question that has an answer, once the reader has been heard as the settings say."""
    return np.array([
        reciprocal_rank(reranked(Question(text=row["question"]), _hits(row), _Said(said), how), row["relevant"])
        for row, said in zip(rows, read, strict=True)
        if row["answerable"]
    ])  # fmt: skip


Told = dict[str, list[list[Read]]]
"""What the reader said of each passage of each question of each suite."""


def measure(reader: CrossEncoder, gathered: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Ranking, answerability and spans, by suite."""
    first = RetrievalSettings().reranked
    told: Told = {
        name: [reader.read(row["question"], [hit[1] for hit in row["hits"][:first]]) for row in rows]
        for name, rows in gathered.items()
    }
    spans = {name: [row for row in gathered.get(name, []) if row["gold"] and row["answers"]] for name in SPANS}
    return {
        **_ranking(gathered, told),
        "answerable": {
            name: found for name, rows in gathered.items() if (found := _answerability(rows, told[name])) is not None
        },
        "spans": {
            name: mean(np.array([_span_f1(reader, row) for row in rows])) for name, rows in spans.items() if rows
        },
    }


def _ranking(gathered: dict[str, list[dict[str, Any]]], told: Told) -> dict[str, Any]:
    """MRR@10 of each suite before and after, by the weight that is best on the mean of the others.

    Heard where the order is in doubt, as the settings have it, and heard always; and how often it was in doubt.
    """
    at_doubt = RetrievalSettings()
    always = at_doubt.model_copy(update={"rerank_below": _ALWAYS})
    by_weight = {
        weight: {
            name: _ranks(rows, told[name], always.model_copy(update={"reranker_weight": weight}))
            for name, rows in gathered.items()
        }
        for weight in _WEIGHTS
    }
    ranking = {}
    for name, rows in gathered.items():
        means = {
            weight: np.mean([ranks.mean() for other, ranks in found.items() if other != name or len(found) == 1])
            for weight, found in by_weight.items()
        }
        weight = max(means, key=lambda one: means[one])
        before, after = by_weight[0.0][name], by_weight[weight][name]
        gated = _ranks(rows, told[name], at_doubt.model_copy(update={"reranker_weight": weight}))
        ranking[name] = {
            "weight": weight,
            "before": mean(before),
            "after": mean(gated),
            "gain": mean(gated - before),
            "gain_always": mean(after - before),
            "read": float(np.mean([lead(_hits(row)) < at_doubt.rerank_below for row in rows])),
        }
    return {
        "by_weight": {
            weight: float(np.mean([ranks.mean() for ranks in found.values()])) for weight, found in by_weight.items()
        },
        "ranking": ranking,
    }


def _answerability(rows: Sequence[dict[str, Any]], told: Sequence[Sequence[Read]]) -> dict[str, Figure] | None:
    """AUROC of the shipped confidence, of the reader's two opinions, and of both added; None without both classes."""
    kept = [n for n, row in enumerate(rows) if row["hits"]]
    right = np.array([float(rows[n]["answerable"]) for n in kept])
    if not 0 < right.mean() < 1:
        return None
    first = [told[n][:_READ_FOR_AN_ANSWER] for n in kept]
    sure = np.array([rows[n]["confidence"] for n in kept])
    holds = np.array([max(one.holds for one in said) for said in first])
    margin = np.array([max(one.margin for one in said) for said in first])
    added = _logit(sure) + _logit(holds)
    return {
        "confidence": auroc(right, sure),
        "holds": auroc(right, holds),
        "margin": auroc(right, margin),
        "added": auroc(right, added),
        "gain": figure(lambda n: _auroc(right[n], added[n]) - _auroc(right[n], sure[n]), len(right)),
    }


def _span_f1(reader: CrossEncoder, row: dict[str, Any]) -> float:
    (said,) = reader.read(row["question"], [row["gold"]])
    quoted = row["gold"][slice(*said.span)] if said.span else ""
    return token_f1(quoted, row["answers"], row["lang"])


def support(reader: CrossEncoder, wice: Path, planted: Sequence[dict[str, Any]], most: int) -> dict[str, Any]:
    """AUROC of support: on WiCE (grounded against partly and not), and of true sentences against each type of lie."""
    lines = [json.loads(line) for line in wice.read_text(encoding="utf-8").splitlines()][:most]
    right = np.array([float(row["label"] == "grounded") for row in lines])
    said = np.array(reader.probabilities([(row["evidence"], row["response"]) for row in lines]))
    out: dict[str, Any] = {"wice": auroc(right, said)}
    told = reader.probabilities([(row["evidence"], row["sentence"]) for row in planted])
    by_kind: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row, score in zip(planted, told, strict=True):
        by_kind[row["lang"], row["kind"]].append(score)
    for (language, kind), scores in sorted(by_kind.items()):
        if kind != "true" and len(scores) >= 10:
            true = by_kind[language, "true"]
            labels = np.array([1.0] * len(true) + [0.0] * len(scores))
            out[f"{language} {kind}"] = auroc(labels, np.array(true + scores))
    return out
