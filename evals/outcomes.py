"""What the confidence is fitted on and judged by: the questions of the suites, as the engine met them.

Most people begin with a few articles, and of a few one stands out whatever is asked. So each suite is there as it is,
and with the small knowledge bases that some of its articles make, drawn by chance.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, NamedTuple

from tqdm import tqdm

from ragcare.answering.evidence import SentenceSelector
from ragcare.deciding.confidence import Calibration
from ragcare.deciding.features import features_of
from ragcare.evaluation.questions import LabelledQuestion, QuestionSet
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.evaluation.tune.calibrate import Example, fit_calibration
from ragcare.index.hybrid import HybridIndex
from ragcare.retrieval.search import HybridRetriever
from ragcare.settings import Settings
from retrieval import HERE, INDEXES

MOST: Final = 800
"""Questions of a suite: each has the same weight, so that more of the longest would tell little."""
SMALL: Final = {1: 16, 2: 12, 4: 8, 12: 8, 40: 4}
"""How many small knowledge bases are drawn, by their number of articles."""
_FITTED_FROM: Final = 4
"""Those with fewer articles are judged but not fitted on: their features mean something else."""
_ASKED: Final = 25
"""How many questions with an answer a small knowledge base is asked at most; it is asked as many without."""
_WEIGHT: Final = 0.05
"""What all small ones of one size count together, where the suite counts 1: more would bend the fit towards them."""


class Outcomes(NamedTuple):
    """Outcomes of suites, by name.

    Attributes:
        whole: of each suite as it is.
        small: of its small knowledge bases, by their number of articles.
        judged_only: suites that nothing is fitted on.
    """

    whole: Mapping[str, Sequence[Example]]
    small: Mapping[str, Mapping[int, Sequence[Example]]]
    judged_only: Sequence[str]

    def without(self, suite: str) -> Outcomes:
        """What the model is fitted on that judges a suite: all others but those that are only judged."""
        left = [name for name in self.whole if name not in (suite, *self.judged_only)]
        return Outcomes({one: self.whole[one] for one in left}, {one: self.small[one] for one in left}, ())

    def fitted(self, fingerprint: str = "") -> Calibration:
        """The calibration of all suites but those that are only judged."""
        examples = {name: ones for name, ones in self.whole.items() if name not in self.judged_only}
        small = {
            f"{name}, {size} articles": ones
            for name in examples
            for size, ones in self.small[name].items()
            if size >= _FITTED_FROM and ones
        }
        return fit_calibration({**examples, **small}, fingerprint, weights=dict.fromkeys(small, _WEIGHT))


def gather(embedders: Sequence[str], suites: Sequence[str], judged_only: Sequence[str]) -> dict[str, Outcomes]:
    """For each embedder the outcomes of every suite.

    Each suite is asked in a process of its own, as many at once as there are processors.
    """
    sizes = {name: tuple(SMALL) for name in suites} | dict.fromkeys(judged_only, ())
    tasks = [_Task(embedder, name, of) for embedder in embedders for name, of in sizes.items()]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        found = dict(zip(tasks, processes.map(_outcomes_of_task, tasks), strict=True))
    return {
        embedder: Outcomes(
            {task.suite: whole for task, (whole, _) in found.items() if task.embedder == embedder},
            {task.suite: small for task, (_, small) in found.items() if task.embedder == embedder},
            judged_only,
        )
        for embedder in embedders
    }


class _Task(NamedTuple):
    """A suite, to be asked with an embedder, and of how many articles its small knowledge bases are to be."""

    embedder: str
    suite: str
    sizes: tuple[int, ...]


def _outcomes_of_task(task: _Task) -> tuple[list[Example], dict[int, list[Example]]]:
    settings, suite = Settings.load().with_embedder(task.embedder), QuestionSet.load(HERE / task.suite)
    index = suite_index(suite, settings, INDEXES)
    rows = [row for row in suite.questions if row.split == "dev" and not row.history]
    some = random.Random(0).sample(rows, MOST) if len(rows) > MOST else rows
    return outcomes_of(suite, some, index), {size: _of_small(suite, rows, index, size) for size in task.sizes}


def outcomes_of(suite: QuestionSet, rows: Sequence[LabelledQuestion], index: HybridIndex) -> list[Example]:
    """The features of questions without a history, and whether the article found first is right."""
    retriever = HybridRetriever(index, index.settings.retrieval)
    selector = SentenceSelector(index.settings.answering)
    outcomes = []
    for row in tqdm(rows, desc=f"{suite.name}, {len(index.articles)} articles", unit="question", leave=False):
        retrieved = retriever.search(row.to_question(suite.as_of))
        if retrieved.hits:
            best = retrieved.hits[0].passage.article_id
            outcomes.append(
                Example(features_of(retrieved, selector.select(retrieved)), row.answerable and best in row.relevant_ids)
            )
    return outcomes


def _of_small(suite: QuestionSet, rows: Sequence[LabelledQuestion], index: HybridIndex, size: int) -> list[Example]:
    """The outcomes of knowledge bases of so many articles of the suite; half of what they are asked they answer."""
    dice = random.Random(size)
    answered = sorted({one for row in rows if row.answerable for one in row.relevant_ids if one in index.articles})
    outcomes: list[Example] = []
    for _ in range(SMALL[size] if len(answered) > size else 0):
        few = set(dice.sample(answered, size))
        inside = [row for row in rows if row.answerable and few.intersection(row.relevant_ids)]
        outside = [row for row in rows if not few.intersection(row.relevant_ids)]
        asked = min(_ASKED, len(inside), len(outside))
        small = HybridIndex.build([index.articles[one] for one in sorted(few)], index.settings)
        outcomes += outcomes_of(suite, [*dice.sample(inside, asked), *dice.sample(outside, asked)], small)
    return outcomes
