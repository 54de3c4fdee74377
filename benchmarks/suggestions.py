"""Speed of as-you-type suggestions: every keystroke of a few hundred questions, right and misspelt.

    python benchmarks/suggestions.py
    python benchmarks/suggestions.py --articles 1000 10000 --write benchmarks/SUGGESTIONS.md

The articles are made up, with words as frequent as words are (Zipf), so that no data is needed. Absolute times are of
one machine on one day: read the ratio to the keyword leg, which looks for the same texts in the same run.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from ragcare.index.hybrid import HybridIndex
from ragcare.index.snapshot import Snapshot
from ragcare.retrieval.suggestions import Suggester, Titles
from ragcare.schema import PUBLIC, Article, Scope
from ragcare.testing import DAY, HashEmbedder, validated

SEED, WORDS, TITLES_EACH, QUESTIONS = 7, 12_000, 3, 120
SCOPE = Scope(frozenset({PUBLIC}), DAY)
ONSETS, RHYMES = "b c ch d f g l m n p qu r s t tr v", "a an é e er i o on ou u ment"
SYLLABLES = [onset + rhyme for onset in ONSETS.split() for rhyme in RHYMES.split()]


def made_up(articles: int) -> list[Article]:
    """Articles whose titles and two known questions are of three to eleven words; one in five is not public."""
    draw = random.Random(SEED)
    known = sorted({"".join(draw.choices(SYLLABLES, k=draw.randint(1, 5))) for _ in range(WORDS)})
    draw.shuffle(known)
    often = [1 / (rank + 3) for rank in range(len(known))]

    def line() -> str:
        return " ".join(draw.choices(known, often, k=draw.randint(3, 11))).capitalize()

    def one(number: int) -> Article:
        title, *questions = (line() for _ in range(TITLES_EACH))
        audience = ("segment:business",) if number % 5 == 0 else (PUBLIC,)
        return validated(
            f"a{number:05}", line() + ".", title=title, questions=questions, audience=audience, language="fr"
        )

    return [one(number) for number in range(articles)]


def keystrokes(articles: list[Article], misspelt: bool) -> list[list[str]]:
    """Titles as they are typed, letter by letter; misspelt, each word of five letters and more lacks its third."""
    draw = random.Random(SEED + 1)
    titles = [article.title for article in draw.sample(articles, QUESTIONS)]
    if misspelt:
        titles = [" ".join(w[:2] + w[3:] if len(w) >= 5 else w for w in title.split()) for title in titles]
    return [[title[:end] for end in range(1, len(title) + 1)] for title in titles]


def timed(ask: Callable[[str], object], typed: list[list[str]]) -> list[float]:
    """Milliseconds of each keystroke."""
    taken = []
    for text in (text for question in typed for text in question):
        began = time.perf_counter()
        ask(text)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def of(taken: list[float]) -> tuple[float, float]:
    """p50 and p99."""
    cuts = statistics.quantiles(taken, n=100)
    return cuts[49], cuts[98]


def seconds(work: Callable[[], object]) -> float:
    """How long something takes, the median of five."""
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def measure(count: int) -> list[str]:
    """The lines of the table for so many articles."""
    articles = made_up(count)
    index = HybridIndex.build(articles, embedder=HashEmbedder())
    suggester = Suggester(index)
    suggester.suggest("a", SCOPE, 5)
    snapshot: Snapshot = index.now
    rows = []
    for name, typed in (("right", keystrokes(articles, False)), ("misspelt", keystrokes(articles, True))):
        p50, p99 = of(timed(lambda text: suggester.suggest(text, SCOPE, 5), typed))
        by_word, _ = of(timed(lambda text: snapshot.by_keyword(snapshot.query(text, "fr"), SCOPE, 100), typed))
        rows.append(f"| {count} | {name} | {p50:.2f} | {p99:.2f} | {by_word:.2f} | ×{p50 / by_word:.2f} |")
    return rows


def built(count: int) -> str:
    """What the first suggestion costs, after opening and after one article was changed."""
    articles = {article.id: article for article in made_up(count)}
    anew = seconds(lambda: Titles.of(articles))
    tracemalloc.start()
    before = Titles.of(articles)
    memory = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    changed = {**articles, "a00001": articles["a00001"].model_copy(update={"title": "Autre chose"})}
    again = seconds(lambda: Titles.of(changed, before))
    return f"| {count} | {count * TITLES_EACH} | {anew * 1000:.0f} | {again * 1000:.0f} | {memory:.0f} |"


def report(counts: list[int]) -> str:
    """Both tables, in Markdown."""
    lines = [
        "# Suggestions",
        "",
        "Written by benchmarks/suggestions.py, not by hand. One run on one machine: read the ratios.",
        "",
        f"Every keystroke of {QUESTIONS} titles, three texts an article; ms a keystroke. Misspelt: each word of five",
        "letters and more lacks one. Beside it the keyword leg alone, asked for the same.",
        "",
        "| articles | typed | p50 | p99 | keyword leg p50 | to it |",
        "|---|---|---|---|---|---|",
        *(row for count in counts for row in measure(count)),
        "",
        "What the first suggestion costs more: after opening, and after one article was changed.",
        "",
        "| articles | texts | after opening, ms | after a change, ms | memory, MiB |",
        "|---|---|---|---|---|",
        *map(built, counts),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Prints the report, and writes it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[1_000, 10_000], help="how many")
    parser.add_argument("--write", type=Path, help="a Markdown file to write the report to")
    given = parser.parse_args()
    text = report(given.articles)
    sys.stdout.write(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
