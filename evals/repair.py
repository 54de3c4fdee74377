"""What repair of misspelt words is worth: dev questions as they are and with planted typing errors.

    python evals/repair.py --write evals/REPAIR.md

Planted, with a fixed seed: a letter left out, doubled, swapped with the next or replaced by one, never the first, in
one word of five letters and more ("one"), or in about every second ("half"). MRR@10 by article, e5, adaptive fusion;
in brackets 95 % of the paired difference (bootstrap over articles). At most 400 questions a suite.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.index.hybrid import HybridIndex
from ragcare.index.leg import Candidate
from ragcare.index.seam import KEYWORD
from ragcare.language.stop_words import STOP_WORDS
from ragcare.retrieval.fusion import fuse
from ragcare.retrieval.words import words
from ragcare.settings import Settings

HERE = Path(__file__).resolve().parent
INDEXES = HERE.parent / ".ragcare" / "evals"
SUITES = ("spf_fr", "covidfaq_fr", "piaf_fr", "covidfaq_en", "doc2dial_en", "squad2_en")
SEED, RESAMPLES, MOST = 11, 2000, 400
STOPS = frozenset().union(*STOP_WORDS.values())


class Row(NamedTuple):
    """Reciprocal ranks of one question, without and with repair."""

    article: str
    keyword: tuple[float, float]
    fused: tuple[float, float]
    repaired: bool


def plant(text: str, dice: random.Random, share: float) -> str:
    """The text with typing errors in that share of its longer words, and in one at least."""
    longer = [word for word in words(text) if len(word.folded) >= 5 and word.folded.isalpha()]
    longer = [word for word in longer if word.folded not in STOPS]
    chosen = [word for word in longer if dice.random() < share]
    for word in sorted(chosen or dice.sample(longer, min(1, len(longer))), key=lambda word: -word.start):
        text = text[: word.start] + _misspelt(text[word.start : word.end], dice) + text[word.end :]
    return text


def _misspelt(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    slips = (after, after[0] + letter + after[1:], letter * 2 + after, dice.choice("aeinorstu") + after)
    return before + dice.choice(slips)


def measure(suite: QuestionSet, index: HybridIndex, share: float | None) -> list[Row]:
    """A row for each answerable dev question."""
    dice, rows = random.Random(SEED), []
    how, now = index.settings.retrieval, index.now
    asked = [row for row in suite.only(split="dev").questions if row.answerable]
    for row in random.Random(SEED).sample(asked, min(MOST, len(asked))):
        question = row.to_question(suite.as_of)
        text = question.text if share is None else plant(question.text, dice, share)
        found = index.search(text, question.language, question.scope, how.candidates)
        mended = now.by_keyword(now.query(text, question.language), question.scope, how.candidates, repair=True)
        both = dict(found.legs), {**found.legs, KEYWORD: mended}
        keyword = [_reciprocal(_articles(legs[KEYWORD]), row.relevant_ids) for legs in both]
        hits = [[hit.passage.article_id for hit in fuse(legs, how, found.reach)] for legs in both]
        fused = [_reciprocal(one, row.relevant_ids) for one in hits]
        changed = both[0][KEYWORD] != mended
        rows.append(Row(min(row.relevant_ids), (keyword[0], keyword[1]), (fused[0], fused[1]), changed))
    return rows


def _articles(found: Sequence[Candidate]) -> list[str]:
    return [one.passage.article_id for one in found]


def _reciprocal(articles: Sequence[str], relevant: Sequence[str]) -> float:
    ranked = list(dict.fromkeys(articles))[:10]
    return next((1 / at for at, article in enumerate(ranked, 1) if article in relevant), 0.0)


def difference(clusters: Sequence[str], pairs: Sequence[tuple[float, float]]) -> str:
    """Such as "0.786 | +0.079 [+0.050, +0.112]": without repair, what repair adds, and its 95 % interval."""
    by_article: dict[str, list[float]] = defaultdict(list)
    for article, (before, after) in zip(clusters, pairs, strict=True):
        by_article[article].append(after - before)
    sums = np.array([sum(one) for one in by_article.values()])
    sizes = np.array([len(one) for one in by_article.values()])
    drawn = np.random.default_rng(0).integers(len(sums), size=(RESAMPLES, len(sums)))
    low, high = np.quantile(sums[drawn].sum(1) / sizes[drawn].sum(1), [0.025, 0.975])
    mean = statistics.mean(before for before, _ in pairs)
    return f"{mean:.3f} | {sums.sum() / sizes.sum():+.3f} [{low:+.3f}, {high:+.3f}]"


def main() -> None:
    """Prints a Markdown table, and writes it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", action="append", help="a folder beside this file; may be given again")
    parser.add_argument("--embedder", default="e5", help="light, e5 or hash")
    parser.add_argument("--write", type=Path, help="a Markdown file to write the table to")
    given = parser.parse_args()
    told = " ".join((__doc__ or "").split("\n\n")[2].split())
    lines = ["# Repair of misspelt words", "", f"Written by `evals/repair.py`, not by hand. {told}", ""]
    lines += ["| suite | typed | n | repaired | keyword leg | with repair | fused | with repair |", "|---" * 8 + "|"]
    for name in given.suite or SUITES:
        suite = QuestionSet.load(HERE / name)
        index = suite_index(suite, Settings.load().with_embedder(given.embedder), INDEXES)
        for typed, share in (("as it is", None), ("one", 0.0), ("half", 0.5)):
            rows = measure(suite, index, share)
            articles = [row.article for row in rows]
            keyword = difference(articles, [row.keyword for row in rows])
            fused = difference(articles, [row.fused for row in rows])
            repaired = sum(row.repaired for row in rows)
            lines.append(f"| {name} | {typed} | {len(rows)} | {repaired} | {keyword} | {fused} |")
            sys.stderr.write(lines[-1] + "\n")
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
