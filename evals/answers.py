"""Fits the reader that ships with ragcare, and measures what it says: short answers, best sentences, answerability.

    python evals/answers.py                 fits, judges each suite with the suite left out, writes weights and table
    python evals/answers.py --as-shipped    fits nothing that ships: judges the weights that are there, writes the table
    python evals/answers.py --dry-run       only prints
    python evals/answers.py --no-e5         without the sentences by e5, which are embedded one by one

The span and sentence models are fitted on the sets under ../shared/train only; `holds` on those, on near misses made of
them, and on the dev questions of the suites but the one that is judged. What is read is what would be answered from:
the best passage that retrieval finds, and the next two hits of the same article. Written to evals/ANSWERS.md.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from reading_examples import Row, training_rows
from reading_fit import fit_both, fit_holds, fit_logistic, fit_worth, read_row, read_rows, span_cases, vocabulary_of
from reading_rarity import write_rarities
from sklearn.metrics import f1_score, roc_auc_score
from tqdm import tqdm

from ragcare.answering.evidence import SentenceSelector, beside
from ragcare.answering.reading.feature_reader import FeatureReader
from ragcare.answering.reading.model import Logistic, Model
from ragcare.deciding.confidence import Calibration, Confidence
from ragcare.deciding.features import FEATURES
from ragcare.evaluation.judge.reference import exact_match, holds_reference, token_f1
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.index.embedders import Embedder, Role
from ragcare.index.embedding_cache import EmbeddingCache
from ragcare.index.hybrid import HybridIndex
from ragcare.language.analyser import analyser_for
from ragcare.language.sentences import sentence_spans
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Passage, Question
from ragcare.settings import Settings
from retrieval import HERE, INDEXES

SUITES = ("piaf_fr", "squad2_en", "doc2dial_en", "covidfaq_fr", "covidfaq_en", "spf_fr")
NEAR_MISSES = ("squad2_en", "piaf_fr", "covidfaq_en", "covidfaq_fr")
"""Suites whose questions may teach `holds`; the others are only judged, or teach how to weigh it."""
READ = 3
SAMPLE = 800
RESAMPLES = 400
SHIPPED = HERE.parent / "src" / "ragcare" / "answering" / "reading"

Array = np.ndarray[Any, np.dtype[Any]]

PREFACE = """# What reading adds: short answers, best sentences, answerability

Written by `make answers`, not by hand. Dev questions. Retrieval is as it ships (e5); what is read are the best passage
and the next two hits of its article. A question whose article was not found stays in the denominator. Intervals are
95 %, a bootstrap over articles. No model is fitted on the suite that it is judged on. Not untouched: piaf_fr's teaching
rows are of the same collection (other paragraphs), and two choices were made looking at these suites, to leave wrong
paragraphs out of `holds` and to teach French spans by French alone.
"""


class Asked(NamedTuple):
    """A question as retrieval left it: the passages to read, the features of the confidence, and its probability."""

    row: LabelledQuestion
    question: Question
    passages: tuple[Passage, ...]
    features: Mapping[str, float]
    probability: float

    @property
    def right(self) -> bool:
        """Whether what would be answered from is an article that the row names."""
        return self.row.answerable and bool(self.passages) and self.passages[0].article_id in self.row.relevant_ids


class Kept:
    """An embedder whose queries are kept as passages are: a second run embeds nothing."""

    def __init__(self, embedder: Embedder, cache: EmbeddingCache) -> None:
        self.name, self.dimension, self._embedder, self._cache = embedder.name, embedder.dimension, embedder, cache

    def embed(self, texts: Sequence[str], role: Role) -> Any:
        """As the embedder does."""
        return self._cache.embed(self._embedder, texts, role)


def ask(name: str, settings: Settings) -> tuple[list[Asked], HybridIndex]:
    """What retrieval finds for each dev question of a suite."""
    suite = QuestionSet.load(HERE / name)
    index = suite_index(suite, settings, INDEXES)
    cache = EmbeddingCache.of(settings.cache)
    if cache is not None:
        index.embedder = Kept(index.embedder, cache)
        index.embedder.embed([row.question for row in suite.questions if row.split == "dev"], "query")
    retriever = HybridRetriever(index, settings.retrieval)
    confidence, selector = Confidence(Calibration.shipped_for("e5")), SentenceSelector(settings.answering)
    found = []
    for row in tqdm([row for row in suite.questions if row.split == "dev"], desc=name, unit="question", mininterval=20):
        retrieved = retriever.search(row.to_question(suite.as_of))
        features = confidence.estimate(retrieved).features  # of retrieval alone: what reading adds is seen by itself
        told = confidence.estimate(retrieved, selector.select(retrieved)).probability
        passages: list[Passage] = []
        if retrieved.hits:
            best = retrieved.hits[0].passage
            others = (hit.passage for hit in retrieved.hits if hit.passage.article_id == best.article_id)
            passages = [best, *(one for one in others if one != best)][:READ]
        found.append(Asked(row, retrieved.question, tuple(passages), features, told))
    return found, index


# --- answers -----------------------------------------------------------------------------------------


class Said(NamedTuple):
    """How one way of answering did on one question."""

    exact: float
    f1: float
    contains: float


NOTHING = Said(0.0, 0.0, 0.0)


def judged(answer: str, row: LabelledQuestion) -> Said:
    """An answer beside the reference answers."""
    language = row.lang
    return Said(
        float(exact_match(answer, row.answers, language)),
        token_f1(answer, row.answers, language),
        float(holds_reference(answer, row.answers, language)),
    )


def by_reading(one: Asked, reader: FeatureReader) -> tuple[Said, Said, Said]:
    """The short answer, the best unit, and the best two, of all passages that are read, the best one before others."""
    readings = reader.read(one.question, one.passages)
    short = max(range(len(readings)), key=lambda at: readings[at].strength)
    span = readings[short].span or (0, 0)
    units = [
        (beside(worth) if at else worth, at, place)
        for at, each in enumerate(readings)
        for place, worth in enumerate(each.worth)
    ]
    best = sorted(units, reverse=True)[:2]

    def text(at: int, place: int) -> str:
        passage = one.passages[at]
        start, end = sentence_spans(passage.text, passage.language)[place]
        return passage.text[start:end]

    said = [text(at, place) for _, at, place in best]
    in_order = [text(at, place) for _, at, place in sorted(best, key=lambda unit: unit[1:])]
    return (
        judged(one.passages[short].text[span[0] : span[1]], one.row),
        judged(said[0], one.row),
        judged("\n".join(in_order), one.row),
    )


def sentences_of(one: Asked) -> list[str]:
    """The units of what is read."""
    return [
        passage.text[start:end]
        for passage in one.passages
        for start, end in sentence_spans(passage.text, passage.language)
    ]


def by_bm25(one: Asked) -> Said:
    """The sentence that BM25 (k1 1.2, b .75, Lucene's idf) puts first."""
    said = sentences_of(one)
    tokens = analyser_for(one.passages[0].language).tokens
    bags = [Counter(tokens(sentence)) for sentence in said]
    asked = set(tokens(one.question.text))
    mean = sum(bag.total() for bag in bags) / len(bags) or 1.0
    held = Counter(token for bag in bags for token in bag)
    worth = [
        sum(
            math.log(1 + (len(bags) - held[token] + 0.5) / (held[token] + 0.5))
            * bag[token] / (bag[token] + 1.2 * (0.25 + 0.75 * bag.total() / mean))
            for token in asked & bag.keys()
        )
        for bag in bags
    ]  # fmt: skip
    return judged(said[int(np.argmax(worth))], one.row)


def by_e5(ones: Sequence[Asked], embedder: Embedder) -> list[Said]:
    """The sentence whose embedding is nearest, for each question."""
    texts = sorted({text for one in ones for text in sentences_of(one)})
    at = {text: row for row, text in enumerate(texts)}
    chunks = [embedder.embed(texts[low : low + 64], "passage") for low in tqdm(range(0, len(texts), 64), desc="e5")]
    vectors = np.concatenate(chunks)
    told = []
    for one in ones:
        said = sentences_of(one)
        query = embedder.embed([one.question.text], "query")[0]
        told.append(judged(said[int(np.argmax(vectors[[at[text] for text in said]] @ query))], one.row))
    return told


def answers_of(name: str, asked: Sequence[Asked], reader: FeatureReader, embedder: Embedder | None) -> list[str]:
    """The rows of the table of answers for one suite."""
    lines = []
    groups: dict[str, list[Asked]] = {name: [one for one in asked if not one.row.history]}
    if any(one.row.history for one in asked):
        groups = {f"{name} first turns": groups[name], f"{name} follow-ups": [one for one in asked if one.row.history]}
    for group, ones in groups.items():
        ones = [one for one in ones if one.row.answers]
        ways: dict[str, list[Said]] = {"best sentence, BM25": [], "short": [], "best unit": [], "best two units": []}
        for one in ones:
            told = [by_bm25(one), *by_reading(one, reader)] if one.passages else [NOTHING] * 4
            for way, said in zip(ways, told, strict=True):
                ways[way].append(said)
        lines += [_answer_line(group, way, said, ones) for way, said in ways.items()]
        lines.append(
            _less(group, "best unit", ways["best unit"], "best sentence, BM25", ways["best sentence, BM25"], ones)
        )
        if embedder is not None and ones:
            # The same questions by every way, for the sentences by e5 are dear.
            few = [at * len(ones) // min(SAMPLE, len(ones)) for at in range(min(SAMPLE, len(ones)))]
            few = [at for at in few if ones[at].passages]
            sample = [ones[at] for at in few]
            by_cosine = by_e5(sample, embedder)
            lines.append(_answer_line(f"{group}, sample", "best sentence, e5", by_cosine, sample))
            lines += [
                _answer_line(f"{group}, sample", way, [said[at] for at in few], sample) for way, said in ways.items()
            ]
            unit = [ways["best unit"][at] for at in few]
            lines.append(_less(f"{group}, sample", "best unit", unit, "best sentence, e5", by_cosine, sample))
    return lines


def _less(
    group: str, one: str, of_one: Sequence[Said], other: str, of_other: Sequence[Said], ones: Sequence[Asked]
) -> str:
    """By how much one way does better than another on the same questions."""
    differences = [Said(*np.subtract(a, b)) for a, b in zip(of_one, of_other, strict=True)]
    return _answer_line(group, f"{one}, less {other}", differences, ones)


def _answer_line(group: str, way: str, said: Sequence[Said], ones: Sequence[Asked]) -> str:
    clusters = [one.row.cluster for one in ones]
    cells = [_interval(np.array([getattr(one, field) for one in said]), np.mean, clusters) for field in Said._fields]
    return f"| {group} | {way} | {len(ones)} | {' | '.join(cells)} |"


def _interval(values: Array, measure: Callable[[Array], Any], clusters: Sequence[str]) -> str:
    """A figure and its interval, as "0.500 (0.450–0.550)"."""
    numbers: dict[str, list[int]] = {}
    for at, cluster in enumerate(clusters):
        numbers.setdefault(cluster, []).append(at)
    members = [np.array(rows) for rows in numbers.values()]
    dice = np.random.default_rng(1979)
    drawn = []
    for _ in range(RESAMPLES):
        rows = np.concatenate([members[at] for at in dice.integers(len(members), size=len(members))])
        figure = measure(values[rows])
        if np.isfinite(figure):
            drawn.append(figure)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f"{measure(values):.3f} ({low:.3f}–{high:.3f})"


# --- answerability -----------------------------------------------------------------------------------


class Case(NamedTuple):
    """A question for the table of answerability: the features of what would be read, and of retrieval."""

    one: Asked
    passages: Array


def cases_of(name: str, asked: Sequence[Asked], model: Model) -> list[Case]:
    """Each question without a history for which something was found."""
    return [
        Case(one, np.stack([read_row(Row(name, one.question.text, each, None, ""),
        model).passage for each in one.passages]))
        for one in asked
        if one.passages and not one.row.history
    ]  # fmt: skip


def holds_without(
    left_out: str, cases: Mapping[str, Sequence[Case]], near: Sequence[tuple[Array, bool, str]]
) -> Logistic:
    """The model of `holds`, fitted without one suite."""
    taught = list(near)
    for name in NEAR_MISSES:
        if name != left_out and name in cases:
            # Where retrieval found another article than the right one, nobody knows what its passage holds.
            taught += [
                (case.passages[0], case.one.row.answerable, name)
                for case in cases[name]
                if case.one.right == case.one.row.answerable
            ]
    return fit_holds(taught)


def held(cases: Sequence[Case], holds: Logistic) -> Array:
    """The log-odds that the best of the passages read holds the fact."""
    return np.array([float(holds.log_odds(case.passages).max()) for case in cases])


def _weighed(
    names: Sequence[str], cases: Mapping[str, Sequence[Case]], holds: Logistic | None
) -> tuple[Array, Array, Array]:
    rows, right, suites = [], [], []
    for name in names:
        told = held(cases[name], holds) if holds else np.zeros(len(cases[name]))
        for case, one in zip(cases[name], told, strict=True):
            told_of = [case.one.features.get(name, 0.0) for name in FEATURES]  # not all are told across languages
            rows.append([*told_of, *([one] if holds else [])])
            right.append(case.one.right)
            suites.append(name)
    sizes = Counter(suites)
    weights = np.array([1 / sizes[one] for one in suites])
    return np.array(rows), np.array(right), weights / weights.mean()


def answerability(cases: Mapping[str, Sequence[Case]], near: Sequence[tuple[Array, bool, str]]) -> list[str]:
    """The rows of the table of answerability, each suite judged by models fitted on the others."""
    lines = []
    for name, ones in cases.items():
        others = [other for other in cases if other != name]
        holds = holds_without(name, cases, near)
        alone, with_reading = (
            fit_logistic(*_weighed(others, cases, None)),
            fit_logistic(*_weighed(others, cases, holds)),
        )
        answerable = np.array([case.one.row.answerable for case in ones])
        clusters = [case.one.row.cluster for case in ones]
        told = {
            "e5 cosine": np.array([case.one.features["vector_top"] for case in ones]),
            "confidence as it ships (has seen the suite)": np.array([case.one.probability for case in ones]),
            "retrieval, logistic": alone.log_odds(_weighed([name], cases, None)[0]),
            "holds": held(ones, holds),
            "retrieval and holds, logistic": with_reading.log_odds(_weighed([name], cases, holds)[0]),
        }
        fitted: dict[str, Logistic | None] = {
            "retrieval, logistic": alone,
            "holds": None,
            "retrieval and holds, logistic": with_reading,
        }
        right = np.array([case.one.right for case in ones])
        for way, scores in told.items():
            both = np.stack([answerable, right, scores], axis=1).astype(float)
            at = math.nan
            if way in fitted:
                at = _threshold(others, cases, holds, fitted[way], "retrieval," in way)
            refused = (scores < at).astype(float)
            refusal = _interval(np.stack([answerable == 0, refused], axis=1), _f1, clusters) if way in fitted else ""
            auroc = _interval(both, lambda rows: _auroc(rows[:, 0], rows[:, 2]), clusters)
            correct = _interval(both, lambda rows: _auroc(rows[:, 1], rows[:, 2]), clusters)
            lines.append(f"| {name} | {way} | {len(ones)} | {auroc} | {correct} | {refusal} |")
    return lines


def _threshold(
    others: Sequence[str], cases: Mapping[str, Sequence[Case]], holds: Logistic, weighing: Logistic | None, bare: bool
) -> float:
    """The threshold with the best mean no-answer F1 over the other suites."""
    told = {}
    for name in others:
        scores = held(cases[name], holds)
        if weighing is not None:
            scores = weighing.log_odds(_weighed([name], cases, None if bare else holds)[0])
        told[name] = (scores, np.array([not case.one.row.answerable for case in cases[name]]))
    grid = np.quantile(np.concatenate([scores for scores, _ in told.values()]), np.linspace(0.02, 0.98, 60))
    return float(max(grid, key=lambda at: np.mean([f1_score(none, scores < at) for scores, none in told.values()])))


def _f1(rows: Array) -> float:
    return float(f1_score(rows[:, 0], rows[:, 1], zero_division=0.0))


def _auroc(right: Array, told: Array) -> float:
    return float(roc_auc_score(right, told)) if 0 < right.sum() < len(right) else math.nan


# --- the whole ---------------------------------------------------------------------------------------


def main() -> None:
    """Fits, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dry-run", action="store_true", help="print only, write nothing")
    parser.add_argument("--as-shipped", action="store_true", help="judge the weights that ship, and leave them")
    parser.add_argument("--no-e5", action="store_true", help="leave out the sentences by e5")
    given = parser.parse_args()
    rows = training_rows()
    fits = not given.dry_run and not given.as_shipped
    if fits:
        write_rarities(rows, SHIPPED / "rarity.json")
    vocabulary = vocabulary_of(rows)
    model = Model.shipped() if given.as_shipped else fit_both(span_cases(rows, vocabulary), vocabulary)
    # The wrong paragraphs are left to retrieval: they teach that a missing subject matters, which it knows.
    reads = [
        (read, row.kind) for row, read in zip(rows, read_rows(rows, model), strict=True) if row.set != "policyqa_en"
    ]
    near = [(read.passage, read.holds, read.set) for read, kind in reads if kind != "mined"]
    if not given.as_shipped:
        model = replace(model, worth=fit_worth([read for read, _ in reads]))
    settings = Settings.load()
    told, indexes = {}, {}
    for name in (*SUITES, "demo"):
        told[name], indexes[name] = ask(name, settings)
    cases = {name: cases_of(name, asked, model) for name, asked in told.items()}
    if not given.as_shipped:
        model = replace(model, holds=holds_without("", cases, near))
    if fits:
        model.write(SHIPPED / "weights.json")
    lines = ["| suite | answered by | n | exact match | token F1 | contains a reference |", "|---" * 6 + "|"]
    for name in SUITES:
        embedder = None if given.no_e5 else indexes[name].embedder
        lines += answers_of(name, told[name], FeatureReader(model), embedder)
    text = f"{PREFACE}\n## Answers\n\n" + "\n".join(lines) + "\n\n## Answerability\n\n"
    text += (
        "Questions without a history. AUROC: answerable or not; and whether the article found is one that answers. "
        "No-answer F1 at the threshold that is best on the other suites.\n\n"
    )
    head = ["| suite | by | n | AUROC answerable | AUROC right article | no-answer F1 |", "|---" * 6 + "|"]
    text += "\n".join(head + answerability(cases, near)) + "\n"
    sys.stdout.write(text)
    if not given.dry_run:
        (HERE / "ANSWERS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
