"""Fits how the fusion weighs its legs on each question, and judges it on sets that it was not fitted on.

    python evals/fusion.py --write     the tables of evals/FUSION.md, and src/ragcare/retrieval/leg_weights.json

What is fitted: of the weight of the vector leg, a logistic function of three figures of the question, and a bias for
each packaged embedder; by the likelihood of the relevant passages among all that were found (a softmax over fused
scores, as ListNet does, Cao et al. 2007), each set counting the same. What is judged: MRR@10 by article on the dev
questions, each set by weights that were fitted on the others; sets of one origin are left out together.

The suites are read from $RAGCARE_DATA, by default ../shared/data beside the project, and the passages of the training
pairs from ../shared/train: of each set a sample is made a corpus.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import KEYWORD, VECTOR, Found
from ragcare.odds import Weight
from ragcare.retrieval.leg_weights import FEATURES, LegWeights, leg_figures
from ragcare.retrieval.shares import convex_shares
from ragcare.schema import PUBLIC, Scope
from ragcare.settings import Settings
from ragcare.testing import DAY, validated

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TRAIN = Path(os.environ.get("RAGCARE_DATA", ROOT.parent / "shared" / "data")).parent / "train"
INDEXES, ROWS = ROOT / ".ragcare" / "evals", ROOT / ".ragcare" / "fusion"
WEIGHTS = ROOT / "src" / "ragcare" / "retrieval" / "leg_weights.json"

EMBEDDERS = ("e5", "light")
SUITES = (
    "demo", "spf_fr", "covidfaq_fr", "piaf_fr", "covidfaq_en", "doc2dial_en", "squad2_en", "banking77_oos_en",
    "clinc150_en", "hint3_curekart_en",
)  # fmt: skip
PAIRS = {
    "light": (
        "policyqa_en", "tatqa_text_en", "squadshifts_wiki_en", "covidqa_deepset_en", "covid_faq_deepset_en",
        "qed_nq_en", "rqe_medical_en", "boolq_en", "selqa_en", "afriqa_fr_en",
    ),
    "e5": ("tatqa_text_en", "squadshifts_wiki_en", "covid_faq_deepset_en"),
}  # fmt: skip
"""Of the sets of ../shared/train; fewer for e5, which takes 50 ms a passage."""

ORIGINS = (("covidfaq_fr", "covidfaq_en"), ("squad2_en", "squadshifts_wiki_en"))
PRESENT = 0.65
"""The one weight for all questions that stood before."""

QUESTIONS, PASSAGES, CANDIDATES = 320, 300, 60
L2, RESAMPLES = 0.01, 2000

Floats = npt.NDArray[np.float64]
Set_ = tuple[str, str]
"""A set and an embedder."""


class Row(NamedTuple):
    """One question with an answer: the candidates of both legs in order of ids, and what the legs show of it."""

    articles: list[int]
    relevant: list[int]
    keyword: list[float]
    vector: list[float]
    features: list[float]


# --- the rows -----------------------------------------------------------------------------------------


def row_of(found: Found, relevant: Sequence[str]) -> Row:
    """What was found for one question, as shares of each leg."""
    in_order = {name: convex_shares(name, leg) for name, leg in found.legs.items()}
    shares = {
        name: dict(zip([one.passage.id for one in leg], in_order[name].tolist(), strict=True))
        for name, leg in found.legs.items()
    }
    passages = {one.passage.id: one.passage for leg in found.legs.values() for one in leg}
    best = sorted(passages, key=lambda key: -max(shares[KEYWORD].get(key, 0), shares[VECTOR].get(key, 0)))
    kept = sorted(best[:CANDIDATES])
    names = {name: at for at, name in enumerate(dict.fromkeys(passages[key].article_id for key in kept))}
    features = leg_figures(found.legs, in_order, found.reach)
    return Row(
        [names[passages[key].article_id] for key in kept],
        [names[name] for name in relevant if name in names],
        [shares[KEYWORD].get(key, 0.0) for key in kept],
        [shares[VECTOR].get(key, 0.0) for key in kept],
        [features[name] for name in FEATURES],
    )


def suite_rows(name: str, embedder: str) -> Iterator[Row]:
    """Of the answerable dev questions of a suite; of demo, which is small, of all."""
    suite = QuestionSet.load(HERE / name)
    index = suite_index(suite, Settings.load().with_embedder(embedder), INDEXES)
    dev = suite if name == "demo" else suite.only(split="dev")
    asked = [row for row in dev.questions if row.answerable]
    for row in asked if len(asked) <= QUESTIONS else random.Random(3).sample(asked, QUESTIONS):
        question = row.to_question(suite.as_of)
        yield row_of(index.search(question.text, question.language, question.scope, 100), row.relevant_ids)


def pair_rows(name: str, embedder: str) -> Iterator[Row]:
    """Of a corpus that is made of the passages of training pairs."""
    language = "fr" if "_fr" in name else "en"
    passages: dict[str, set[str]] = {}
    with gzip.open(TRAIN / name / "pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            if pair["task"] != "support" and pair["label"] == 1 and pair["lang"] == language:
                passages.setdefault(pair["a"], set()).add(pair["b"])
    dice = random.Random(7)
    asked: dict[str, set[str]] = {}
    corpus: dict[str, str] = {}
    for question in dice.sample(sorted(passages), len(passages)):
        if len(corpus) >= PASSAGES or len(asked) >= QUESTIONS:
            break
        asked[question] = passages[question]
        for text in sorted(passages[question])[:8]:
            corpus.setdefault(text, f"p{len(corpus):05d}")
    articles = [validated(key, text, language=language) for text, key in corpus.items()]
    index = HybridIndex.build(articles, Settings.load().with_embedder(embedder))
    everybody = Scope(frozenset({PUBLIC}), DAY)
    for question, texts in asked.items():
        relevant = [corpus[text] for text in sorted(texts) if text in corpus]
        yield row_of(index.search(question, language, everybody, 100), relevant)


def rows(name: str, embedder: str) -> list[Row]:
    """The rows of one set, kept between runs."""
    path = ROWS / f"{name}-{embedder}.json"
    if path.exists():
        return [Row(*row) for row in json.loads(path.read_text(encoding="utf-8"))]
    found = list(suite_rows(name, embedder) if name in SUITES else pair_rows(name, embedder))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found), encoding="utf-8")
    sys.stderr.write(f"{path.name}: {len(found)} questions\n")
    return found


# --- the fit ------------------------------------------------------------------------------------------


class _Block(NamedTuple):
    """The rows of one set as arrays, with room for `CANDIDATES` candidates each."""

    keyword: Floats
    vector: Floats
    there: npt.NDArray[np.bool_]
    right: npt.NDArray[np.bool_]
    features: Floats
    embedder: Floats


def _block(of: Set_, found: Sequence[Row]) -> _Block:
    usable = [row for row in found if row.relevant]
    shape = (len(usable), CANDIDATES)
    keyword, vector = np.zeros(shape), np.zeros(shape)
    there, right = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    for at, row in enumerate(usable):
        n = len(row.articles)
        keyword[at, :n], vector[at, :n], there[at, :n] = row.keyword, row.vector, True
        right[at, :n] = np.isin(row.articles, row.relevant)
    features = np.array([row.features for row in usable])
    return _Block(keyword, vector, there, right, features, np.full(len(usable), 1.0 if of[1] == "e5" else -1.0))


def fit(sets: Mapping[Set_, Sequence[Row]]) -> LegWeights:
    """The weights that these sets ask for, each set counting the same."""
    blocks = [_block(of, found) for of, found in sets.items()]
    keyword, vector, there, right, features, embedder = (np.concatenate(part) for part in zip(*blocks, strict=True))
    counts = np.concatenate([np.full(len(block.embedder), 1 / len(block.embedder)) for block in blocks])
    counts /= counts.sum()
    mean, scale = features.mean(0), features.std(0)
    z = np.column_stack([(features - mean) / scale, embedder, np.ones(len(features))])
    apart = vector - keyword

    def loss(x: Floats) -> tuple[float, Floats]:
        """Minus the log likelihood of the right passages, and its gradient: `x` is the sharpness, then the weights."""
        sharp, weight = np.exp(x[0]), 1 / (1 + np.exp(-(z @ x[1:])))
        fused = keyword + weight[:, None] * apart
        score = np.where(there, sharp * fused, -1e9)
        odds = np.exp(score - score.max(1, keepdims=True))
        of_all = odds / odds.sum(1, keepdims=True)
        of_right = np.where(right, odds, 0)
        likely = of_right.sum(1)
        value = -(counts * np.log(np.maximum(likely / odds.sum(1), 1e-300))).sum()
        pull = counts[:, None] * (of_all - of_right / np.maximum(likely, 1e-300)[:, None])
        by_weight = (pull * sharp * apart).sum(1) * weight * (1 - weight)
        gradient = np.concatenate([[(pull * sharp * fused).sum()], z.T @ by_weight])
        held = np.concatenate([[0.0], x[1:-1], [0.0]])
        return float(value + L2 * (held**2).sum()), gradient + 2 * L2 * held

    x = minimize(loss, np.array([2.0] + [0.0] * z.shape[1]), jac=True, method="L-BFGS-B").x
    bias, by_embedder = float(x[-1]), float(x[-2])
    influences = {
        name: Weight(mean=round(float(mean[at]), 4), scale=round(float(scale[at]), 4), weight=round(float(w), 4))
        for at, (name, w) in enumerate(zip(FEATURES, x[1:-2], strict=True))
    }
    biases = {"e5": round(bias + by_embedder, 4), "light": round(bias - by_embedder, 4)}
    return LegWeights(features=influences, bias=biases, bias_of_others=round(bias, 4))


# --- the judgement ------------------------------------------------------------------------------------


def reciprocal_rank(row: Row, weight: float) -> float:
    """1 / the rank of the first relevant article, 0 after the tenth; among equals the order of ids decides."""
    scores = [(1 - weight) * k + weight * v for k, v in zip(row.keyword, row.vector, strict=True)]
    order = sorted((at for at, score in enumerate(scores) if score > 0), key=lambda at: -scores[at])
    ranked = list(dict.fromkeys(row.articles[at] for at in order))[:10]
    return next((1 / rank for rank, article in enumerate(ranked, 1) if article in row.relevant), 0.0)


def judged(found: Sequence[Row], weight: Callable[[Row], float]) -> Floats:
    """The reciprocal rank of each question."""
    return np.array([reciprocal_rank(row, weight(row)) for row in found])


def adapted(weights: LegWeights, embedder: str) -> Callable[[Row], float]:
    """The weight that these weights give to a question."""
    return lambda row: weights.of_vector(dict(zip(FEATURES, row.features, strict=True)), embedder)


def left_out(sets: Mapping[Set_, Sequence[Row]], name: str) -> LegWeights:
    """Weights that have seen nothing of that set, nor of one of the same origin."""
    same = next((set(group) for group in ORIGINS if name in group), {name})
    return fit({of: found for of, found in sets.items() if of[0] not in same})


def interval(differences: Floats) -> str:
    """Such as "+0.012 [+0.003, +0.021]": the mean and 95 % of it, bootstrap over questions."""
    drawn = np.random.default_rng(0).integers(len(differences), size=(RESAMPLES, len(differences)))
    low, high = np.quantile(differences[drawn].mean(1), [0.025, 0.975])
    return f"{differences.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def table(sets: Mapping[Set_, Sequence[Row]]) -> str:
    """A Markdown table: each set by weights fitted on the others, against each leg and the one fixed weight."""
    weights = {name: left_out(sets, name) for name in sorted({name for name, _ in sets})}
    head = ["embedder", "set", "n", "keyword", "vector", f"convex {PRESENT}", "adaptive, left out"]
    lines = ["| " + " | ".join([*head, "− better leg", f"− convex {PRESENT}"]) + " |", "|---" * 9 + "|"]
    means: dict[str, list[tuple[float, float]]] = {}
    for (name, embedder), found in sorted(sets.items(), key=lambda one: (one[0][1], one[0][0])):
        keyword, vector = judged(found, lambda _: 0.0), judged(found, lambda _: 1.0)
        convex, ours = judged(found, lambda _: PRESENT), judged(found, adapted(weights[name], embedder))
        better = max(keyword, vector, key=lambda one: float(one.mean()))
        figures = " | ".join(f"{one.mean():.3f}" for one in (keyword, vector, convex, ours))
        against = f"{interval(ours - better)} | {interval(ours - convex)}"
        lines.append(f"| {embedder} | {name} | {len(found)} | {figures} | {against} |")
        means.setdefault(embedder, []).append((float((ours - better).mean()), float((ours - convex).mean())))
    text = "\n".join(lines) + "\n"
    for embedder, gained in [*means.items(), ("both", [one for each in means.values() for one in each])]:
        legs, fixed = np.array(gained).T
        text += (
            f"\n{embedder}, {len(gained)} sets: against the better leg {legs.mean():+.3f} on the mean and "
            f"{legs.min():+.3f} at worst; against convex {PRESENT} {fixed.mean():+.3f} and {fixed.min():+.3f}.\n"
        )
    return text


def main() -> None:
    """Prints the table; writes it and the weights where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write evals/FUSION.md and the weights that ship")
    parser.add_argument("--rows", nargs=2, metavar=("SET", "EMBEDDER"), help="only make the rows of one set")
    given = parser.parse_args()
    if given.rows:
        rows(*given.rows)
        return
    sets = {(name, embedder): rows(name, embedder) for embedder in EMBEDDERS for name in (*SUITES, *PAIRS[embedder])}
    weights: Any = fit(sets)
    text = "# The fusion, judged on sets left out\n\nWritten by `python evals/fusion.py --write`, not by hand. "
    text += "MRR@10 by article.\n\n" + table(sets)
    sys.stdout.write(text + "\n" + weights.model_dump_json(indent=2) + "\n")
    if given.write:
        (HERE / "FUSION.md").write_text(text, encoding="utf-8")
        WEIGHTS.write_text(weights.model_dump_json(indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
