"""What knowledge bases in two languages find, before and after passages of the other language are counted fairly.

    python evals/languages.py --write     the table of evals/LANGUAGES.md

MRR@10 by article on dev questions. *Across*: the article that answers is only there in the other language. *Own*: it is
there in the asker's, among others. Knowledge bases are made of the suites: two of them put together; or the French
articles of covidfaq_fr and their English twins, of which each stands in one of the two languages, or in both.

Before is what `best_first` makes of the same search where it is not told the language of the question.

A second table tells what the confidence that ships would let be answered, of these questions and of such as nothing in
the knowledge base answers, which are all in another language than it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ragcare.answering.evidence import SentenceSelector
from ragcare.conversation.whole import made_whole
from ragcare.deciding.confidence import Calibration, Confidence
from ragcare.evaluation.questions import QuestionSet
from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import Found
from ragcare.retrieval.fusion import best_first
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Article, Hit, Question
from ragcare.settings import Settings
from ragcare.testing import validated

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("RAGCARE_DATA", HERE.parent.parent / "shared" / "data"))
EMBEDDERS = ("e5", "light", "e5+light")
MOST, RESAMPLES, OFF_TOPIC = 320, 2000, 100
NOWHERE = (
    ("covidfaq_en", "spf_fr"),
    ("covidfaq_en", "piaf_fr"),
    ("doc2dial_en", "spf_fr"),
    ("spf_fr", "doc2dial_en"),
    ("spf_fr", "clinc150_en"),
    ("covidfaq_fr", "hint3_curekart_en"),
    ("covidfaq_fr", "clinc150_en"),
)
"""Knowledge bases, and of which suites questions are asked that they do not answer."""

Asked = tuple[Question, tuple[str, ...]]
"""A question, and the articles that answer it."""


class Base(NamedTuple):
    """A knowledge base, and what is asked of it: of each set its name, whether it goes across, and its questions."""

    articles: Sequence[Article]
    asked: Sequence[tuple[str, bool, Sequence[Asked]]]


class Before(HybridRetriever):
    """The retriever as it was: what stands in another language is told by nothing."""

    def _best_first(self, found: Found, question: Question) -> Iterator[Hit]:  # noqa: ARG002 (told nothing of it)
        return best_first(found.legs, self.how, found.reach)


def suite(name: str) -> QuestionSet:
    """A suite, by the name of its folder."""
    return QuestionSet.load(HERE / name)


def dev(name: str, *, most: int | None = MOST, across: bool | None = None) -> list[Asked]:
    """The dev questions of a suite that have an answer; of the demo those that go across languages, or the others."""
    of = suite(name)
    rows = [one for one in of.only(split="dev").questions if one.answerable]
    if across is not None:
        rows = [one for one in rows if (one.kind == "cross_language") is across]
    rows = rows if most is None or len(rows) <= most else random.Random(3).sample(rows, most)
    return [(one.to_question(of.as_of), one.relevant_ids) for one in rows]


def bases() -> Iterator[Base]:
    """Every knowledge base, with what is asked of it."""
    yield Base(
        suite("demo").articles(),
        [("demo, across", True, dev("demo", across=True)), ("demo", False, dev("demo", across=False))],
    )
    french = {one.id: one for one in suite("covidfaq_fr").articles()}
    lines = (DATA / "covidfaq_fr" / "corpus_en_parallel.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["id"] in french]
    twins = {row["id"]: validated(row["id"] + "-en", row["text"], title=row["title"], language="en") for row in rows}
    asked, sheets = dev("covidfaq_fr"), suite("spf_fr").articles()
    yield Base([*french.values(), *twins.values()], [("each article in both", False, asked)])
    for half in (0, 1):
        there = {key for key in twins if int(hashlib.md5(key.encode()).hexdigest(), 16) % 2 == half}
        articles = [twins[key] if key in there else one for key, one in french.items()]
        own = [(question, ids) for question, ids in asked if not there & set(ids)]
        across = [(question, tuple(f"{key}-en" for key in ids)) for question, ids in asked if there >= set(ids)]
        for others, name in (((), f"half {half} in English"), (sheets, f"the same, among spf_fr ({half})")):
            yield Base([*articles, *others], [(f"{name}, across", True, across), (name, False, own)])
    english = {one.id: one for one in suite("covidfaq_en").articles()}
    in_english = dev("covidfaq_en", most=None)
    sample = random.Random(3).sample(in_english, MOST)
    yield Base(
        [*french.values(), *english.values()],
        [("covidfaq_fr + covidfaq_en, French", False, asked), ("covidfaq_fr + covidfaq_en, English", False, sample)],
    )
    titles = {str(row["title"]): str(row["id"]) for row in rows}
    same = {key: titles[one.title] for key, one in english.items() if one.title in titles}
    across = [(question, tuple(same[key] for key in ids)) for question, ids in in_english if same.keys() >= set(ids)]
    own = [(question, ids) for question, ids in sample if not same.keys() & set(ids)]
    yield Base(
        [*french.values(), *(one for key, one in english.items() if key not in same)],
        [("covidfaq_en but what French has, across", True, across), ("covidfaq_en but what French has", False, own)],
    )
    yield from (two(*names) for names in (("spf_fr", "doc2dial_en"), ("piaf_fr", "squad2_en")))


def two(*names: str) -> Base:
    """Two suites together, each asked its own questions."""
    articles = [one for name in names for one in suite(name).articles()]
    return Base(articles, [(f"{' + '.join(names)}, {name[-2:]}", False, dev(name)) for name in names])


def reciprocal_ranks(retriever: HybridRetriever, asked: Iterable[Asked]) -> npt.NDArray[np.float64]:
    """1 / the rank of the first article that answers, 0 after the tenth."""
    ranks = []
    for question, ids in asked:
        hits = retriever.search(made_whole(question)).best_of_each_article()
        found = (1 / rank for rank, hit in enumerate(hits, 1) if hit.passage.article_id in ids and rank <= 10)
        ranks.append(next(found, 0.0))
    return np.array(ranks)


def answered(index: HybridIndex, asked: Iterable[Asked]) -> tuple[int, int]:
    """How many would be answered from the right article, and how many from another, at the default threshold."""
    retriever, selector = HybridRetriever(index, index.settings.retrieval), SentenceSelector(index.settings.answering)
    confidence = Confidence(Calibration.shipped_for(index.settings.retrieval.embedder))
    right = wrong = 0
    for question, ids in asked:
        found = retriever.search(made_whole(question))
        told = confidence.estimate(found, selector.select(found)).probability
        if found.hits and told >= index.settings.policy.answer_at:
            fits = found.hits[0].passage.article_id in ids
            right, wrong = right + fits, wrong + (not fits)
    return right, wrong


def nowhere(base: str, others: str) -> Base:
    """A knowledge base, and questions of another suite and language, which nothing there answers."""
    of = suite(others)
    rows = random.Random(3).sample(of.only(split="dev").questions, OFF_TOPIC)
    asked = [(row.to_question(of.as_of), ()) for row in rows]
    return Base(suite(base).articles(), [(f"{base}, asked what {others} is", True, asked)])


def interval(differences: npt.NDArray[np.float64]) -> str:
    """Such as "+0.012 [+0.003, +0.021]": the mean and 95 % of it, bootstrap over questions."""
    drawn = np.random.default_rng(0).integers(len(differences), size=(RESAMPLES, len(differences)))
    low, high = np.quantile(differences[drawn].mean(1), [0.025, 0.975])
    return f"{differences.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def tables() -> tuple[str, str]:
    """What is found, with the means of each embedder; and what would be answered. Two Markdown tables."""
    found = ["| embedder | set | n | before | after | gained | first, before | after |", "|---" * 8 + "|"]
    said = ["| embedder | set | n | answered rightly | wrongly |", "|---" * 5 + "|"]
    means: dict[tuple[str, bool], list[float]] = {}
    for embedder in EMBEDDERS:
        settings = Settings.load().with_embedder(embedder)
        for base in (*bases(), *(nowhere(*names) for names in NOWHERE)):
            index = HybridIndex.build(base.articles, settings)
            was, now = Before(index, settings.retrieval), HybridRetriever(index, settings.retrieval)
            for name, across, asked in base.asked:
                if any(ids for _, ids in asked):
                    before, after = reciprocal_ranks(was, asked), reciprocal_ranks(now, asked)
                    means.setdefault((embedder, across), []).append(float((after - before).mean()))
                    first = f"{(before == 1).mean():.3f} | {(after == 1).mean():.3f}"
                    figures = f"{before.mean():.3f} | {after.mean():.3f} | {interval(after - before)} | {first}"
                    found.append(f"| {embedder} | {name} | {len(asked)} | {figures} |")
                if across:
                    right, wrong = answered(index, asked)
                    said.append(f"| {embedder} | {name} | {len(asked)} | {right} | {wrong} |")
                sys.stderr.write(f"{embedder}: {name}\n")
    for (embedder, across), gained in means.items():
        what = "across languages" if across else "in the asker's own"
        mean, worst = np.mean(gained), min(gained)
        found.append(f"\n{embedder}, {what}: {len(gained)} sets, {mean:+.4f} on the mean, {worst:+.3f} at worst.")
    return "\n".join(found) + "\n", "\n".join(said) + "\n"


def main() -> None:
    """Prints the table, and writes it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write evals/LANGUAGES.md")
    given = parser.parse_args()
    text = "# Knowledge bases in two languages\n\nWritten by `python evals/languages.py --write`, not by hand. "
    found, said = tables()
    text += "MRR@10 by article, and how often the first article answers.\n\n" + found
    text += "\n## What would be answered\n\nQuestions whose article is in another language, or nowhere.\n\n" + said
    sys.stdout.write(text)
    if given.write:
        (HERE / "LANGUAGES.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
