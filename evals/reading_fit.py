"""Fits the models of reading: which span answers, which unit is worth quoting, whether the passage holds the fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from reading_examples import Row
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from ragcare.answering.reading.features import STATIC_AND_DYNAMIC, Seen, passage_features, see, unit_features
from ragcare.answering.reading.model import EDGES, OTHER, Logistic, Model, asked_number, edge_words
from ragcare.answering.reading.passage_view import PassageView, passage_view
from ragcare.answering.reading.question_types import ASKED
from ragcare.answering.reading.question_view import question_view
from ragcare.answering.reading.words import words

Array = np.ndarray[Any, np.dtype[Any]]
NEGATIVES = 60
"""Wrong spans that a right one is taught against, drawn anew for each question."""
VOCABULARY = 140


class SpanCase(NamedTuple):
    """The right spans of one question and some wrong ones, the shares of the right ones first."""

    spans: Array
    edges: Array
    target: Array
    asked: int
    language: str
    set: str


def vocabulary_of(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    """The words whose identity counts: the most frequent ones, marks included."""
    known = {}
    for language in ("fr", "en"):
        texts = {row.passage.text for row in rows if row.passage.language == language}
        counts = Counter(
            word.plain for text in texts for word in words(text, language) if word.shape in ("small", "mark")
        )
        kept = [word for word, _ in counts.most_common(VOCABULARY)]
        known[language] = {word: at for at, word in enumerate([*kept, *OTHER])}
    return known


def span_cases(rows: Sequence[Row], vocabulary: dict[str, dict[str, int]], seed: int = 1) -> list[SpanCase]:
    """The answerable rows, with the spans that answer best."""
    chance = np.random.default_rng(seed)
    cases = []
    for row in tqdm([row for row in rows if row.span], desc="spans", unit="row", mininterval=30):
        view = passage_view(row.passage)
        question = question_view(row.question, row.passage.language)
        share = overlap(view, row.span)
        if share.max(initial=0) < 0.4:
            continue
        right = np.flatnonzero(share >= max(0.4, 0.75 * share.max()))
        wrong = np.flatnonzero(share < 0.75 * share.max())
        chosen = np.concatenate([right, chance.choice(wrong, min(NEGATIVES, len(wrong)), replace=False)])
        seen = see(question, view, row.passage)
        target = np.where(share[chosen] >= max(0.4, 0.75 * share.max()), share[chosen] ** 4, 0)
        edges = edge_words(view, vocabulary[view.language])[chosen]
        cases.append(
            SpanCase(seen.spans[chosen].astype(np.float16), edges.astype(np.int16), target / target.sum(),
                     asked_number(question.type.asked), view.language, row.set)
        )  # fmt: skip
    return cases


def overlap(view: PassageView, span: tuple[int, int] | None) -> Array:
    """F1 over words of each candidate with the right span; articles count little, as in the measure of SQuAD."""
    if span is None or not view.words:
        return np.zeros(len(view.first))
    weight = np.array([0.0 if w.shape == "mark" else 0.1 if w.plain in _ARTICLES else 1.0 for w in view.words])
    inside = np.array([w.start < span[1] and w.end > span[0] for w in view.words], float) * weight
    both = np.concatenate([[0], np.cumsum(inside)])
    sums = np.concatenate([[0], np.cumsum(weight)])
    common = both[view.last + 1] - both[view.first]
    own = sums[view.last + 1] - sums[view.first]
    out: Array = 2 * common / np.maximum(own + inside.sum(), 1e-6)
    return out


_ARTICLES = frozenset(["le", "la", "l", "les", "un", "une", "des", "de", "du", "d", "the", "a", "an"])


def fit_spans(
    cases: Sequence[SpanCase], vocabulary: dict[str, dict[str, int]], *, epochs: int = 6, seed: int = 0
) -> Model:
    """Conditional logit over the spans of a passage, against soft targets; each set counts by the root of its size."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    features, kinds = len(STATIC_AND_DYNAMIC), len(ASKED)
    shared = torch.zeros(features, requires_grad=True)
    asked = torch.zeros(kinds, features, requires_grad=True)
    # One table for both languages, the French words after the English ones.
    offset = {"en": 0, "fr": len(vocabulary["en"])}
    size = sum(map(len, vocabulary.values()))
    general = torch.zeros(len(EDGES), size, requires_grad=True)
    special = torch.zeros(len(EDGES), size, kinds, requires_grad=True)
    optimiser = torch.optim.AdamW(
        [{"params": [shared, general], "weight_decay": 0.0}, {"params": [asked, special], "weight_decay": 0.3}], lr=0.02
    )
    chance = np.random.default_rng(seed)
    order = np.argsort([len(case.target) for case in cases], kind="stable")
    batches = [order[at : at + 128] for at in range(0, len(order), 128)]
    for epoch in range(epochs):
        chance.shuffle(batches)
        for group in optimiser.param_groups:
            group["lr"] = 0.02 * (1 - epoch / epochs) + 0.001
        for batch in batches:
            width = max(len(cases[at].target) for at in batch)
            x = np.zeros((len(batch), width, features), np.float32)
            e = np.zeros((len(batch), width, len(EDGES)), np.int64)
            y = np.zeros((len(batch), width), np.float32)
            mask = np.full((len(batch), width), -1e9, np.float32)
            for row, at in enumerate(batch):
                case = cases[at]
                many = len(case.target)
                x[row, :many], y[row, :many], mask[row, :many] = case.spans, case.target, 0
                e[row, :many] = case.edges + offset[case.language]
            kind = torch.tensor([cases[at].asked for at in batch])
            scores = torch.einsum("bnf,bf->bn", torch.from_numpy(x), shared + asked[kind]) + torch.from_numpy(mask)
            ids = torch.from_numpy(e)
            for place in range(len(EDGES)):
                scores = scores + general[place][ids[:, :, place]] + special[place][ids[:, :, place], kind[:, None]]
            loss = -(torch.from_numpy(y) * torch.log_softmax(scores, dim=1)).sum(dim=1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    table = (general[:, :, None] + special).detach().numpy()
    edges = {lang: table[:, at : at + len(vocabulary[lang])] for lang, at in offset.items()}
    none = Logistic(np.zeros(1), np.ones(1), np.zeros(1), 0.0)
    both, by_kind = shared.detach().numpy(), asked.detach().numpy()
    return Model(dict.fromkeys(vocabulary, both), dict.fromkeys(vocabulary, by_kind), vocabulary, edges, none, none)


def fit_both(cases: Sequence[SpanCase], vocabulary: dict[str, dict[str, int]]) -> Model:
    """French is taught by French alone, English by all.

    The French sets mark longer answers, with their prepositions; English ones, three times as many, drown that.
    """
    english = fit_spans(cases, vocabulary)
    french = fit_spans([case for case in cases if case.language == "fr"], vocabulary, epochs=10)
    return replace(
        english,
        shared={"fr": french.shared["fr"], "en": english.shared["en"]},
        asked={"fr": french.asked["fr"], "en": english.asked["en"]},
        edges={"fr": french.edges["fr"], "en": english.edges["en"]},
    )


class Read(NamedTuple):
    """A row as the reader meets it: the features of its units and of its passage."""

    units: Array
    passage: Array
    right_units: Array
    holds: bool
    set: str


def read_rows(rows: Sequence[Row], model: Model) -> list[Read]:
    """The rows under a fitted span model."""
    return [read_row(row, model) for row in tqdm(rows, desc="read", unit="row", mininterval=30)]


def read_row(row: Row, model: Model) -> Read:
    """One row under a fitted span model."""
    view = passage_view(row.passage)
    question = question_view(row.question, row.passage.language)
    seen, scores = scored(question, view, row, model)
    right = np.array([bool(row.span and low < row.span[1] and high > row.span[0]) for low, high in view.units])
    return Read(
        unit_features(seen, scores, view),
        passage_features(question, seen, scores, view),
        right,
        row.span is not None,
        row.set,
    )


def scored(question: Any, view: PassageView, row: Row, model: Model) -> tuple[Seen, Array]:
    """What is seen of a question in a passage, and the scores of its spans."""
    seen = see(question, view, row.passage)
    edges = edge_words(view, model.vocabulary[view.language])
    return seen, model.scores(seen.spans, edges, asked_number(question.type.asked), view.language)


def fit_logistic(features: Array, right: Array, weights: Array | None = None, strength: float = 1.0) -> Logistic:
    """Logistic regression, standardised."""
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale[scale < 1e-6] = 1.0
    model = LogisticRegression(C=strength, max_iter=2000).fit((features - mean) / scale, right, sample_weight=weights)
    return Logistic(mean, scale, model.coef_[0], float(model.intercept_[0]))


def evenly(sets: Sequence[str]) -> Array:
    """Weights under which a set counts by the root of its size."""
    sizes = Counter(sets)
    out = np.array([sizes[one] ** -0.5 for one in sets])
    even: Array = out / out.mean()
    return even


def fit_worth(reads: Sequence[Read]) -> Logistic:
    """The model of which units hold the answer, over the passages that hold one."""
    answered = [read for read in reads if read.holds]
    sets = [read.set for read in answered for _ in read.right_units]
    right = np.concatenate([read.right_units for read in answered])
    return fit_logistic(np.concatenate([read.units for read in answered]), right, evenly(sets))


def fit_holds(reads: Sequence[tuple[Array, bool, str]]) -> Logistic:
    """The model of whether a passage holds the fact, from features of passages, whether they do, and their set."""
    features, holds, sets = zip(*reads, strict=True)
    return fit_logistic(np.stack(features), np.array(holds), evenly(sets), 0.3)
