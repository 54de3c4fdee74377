"""What the confidence is fitted on and judged by: the questions of the suites, as the assistant met them.

Most people begin with a few articles, and of a few one stands out whatever is asked. So each suite is there as it is,
and with the small knowledge bases that some of its articles make, drawn by chance.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, NamedTuple

from tqdm import tqdm

from ragcare.assistant import Assistant
from ragcare.deciding.confidence import Calibration
from ragcare.evaluation.judge import judge_log
from ragcare.evaluation.questions import LabelledQuestion, QuestionSet
from ragcare.evaluation.run import run
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.evaluation.tune.calibrate import Example, fit_calibration
from ragcare.index.hybrid import HybridIndex
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
_IN_OTHER_WORDS: Final = 0.5
"""How many answers from the right article are right though they agree with no reference answer. Two language models,
each by itself, read 79 of them (doc2dial_en, spf_fr, dev): 34 and 35 right, 16 and 18 half right: .53 and .56."""


class Outcome(NamedTuple):
    """A question as the assistant met it, and what became of it.

    Attributes:
        features: what the confidence was told from.
        right: whether what was drafted is right, as the harness judges.
        in_other_words: whether it is only wrong for agreeing with no reference answer.
    """

    features: Mapping[str, float]
    right: bool
    in_other_words: bool

    @property
    def example(self) -> Example:
        """What is fitted on."""
        return Example(self.features, _IN_OTHER_WORDS if self.in_other_words else self.right)


class Outcomes(NamedTuple):
    """Outcomes of suites, by name.

    Attributes:
        whole: of each suite as it is.
        small: of its small knowledge bases, by their number of articles.
        judged_only: suites that nothing is fitted on.
    """

    whole: Mapping[str, Sequence[Outcome]]
    small: Mapping[str, Mapping[int, Sequence[Outcome]]]
    judged_only: Sequence[str]

    def without(self, suite: str) -> Outcomes:
        """What the model is fitted on that judges a suite: all others but those that are only judged."""
        left = [name for name in self.whole if name not in (suite, *self.judged_only)]
        return Outcomes({one: self.whole[one] for one in left}, {one: self.small[one] for one in left}, ())

    def fitted(self, fingerprint: str = "") -> Calibration:
        """The calibration of all suites but those that are only judged."""
        outcomes = {name: ones for name, ones in self.whole.items() if name not in self.judged_only}
        small = {
            f"{name}, {size} articles": ones
            for name in outcomes
            for size, ones in self.small[name].items()
            if size >= _FITTED_FROM and ones
        }
        examples = {name: [one.example for one in ones] for name, ones in {**outcomes, **small}.items()}
        return fit_calibration(examples, fingerprint, weights=dict.fromkeys(small, _WEIGHT))


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


def _outcomes_of_task(task: _Task) -> tuple[list[Outcome], dict[int, list[Outcome]]]:
    settings, suite = Settings.load().with_embedder(task.embedder), QuestionSet.load(HERE / task.suite)
    index = suite_index(suite, settings, INDEXES)
    rows = [row for row in suite.questions if row.split == "dev" and not row.history]
    some = random.Random(0).sample(rows, MOST) if len(rows) > MOST else rows
    small = {
        size: [one for few, asked in _small(rows, index, size) for one in outcomes_of(suite, asked, few)]
        for size in tqdm(task.sizes, desc=f"{suite.name}, small ones", leave=False)
    }
    return outcomes_of(suite, some, index, progress=True), small


def outcomes_of(
    suite: QuestionSet, rows: Sequence[LabelledQuestion], index: HybridIndex, *, progress: bool = False
) -> list[Outcome]:
    """What became of questions without a history, of those to which something was drafted."""
    part = suite.model_copy(update={"questions": tuple(rows), "lines": (None,) * len(rows)})
    log = run(Assistant(index), part, workers=1, progress=progress)
    return [
        Outcome(row.reply.trace.features, how.draft_right, how.cites and how.agrees is False)
        for row, how in judge_log(log)
        if how.drafted
    ]


def _small(
    rows: Sequence[LabelledQuestion], index: HybridIndex, size: int
) -> Iterator[tuple[HybridIndex, list[LabelledQuestion]]]:
    """Knowledge bases of so many articles of the suite, and what they are asked, half of which they answer."""
    dice = random.Random(size)
    answered = sorted({one for row in rows if row.answerable for one in row.relevant_ids if one in index.articles})
    for _ in range(SMALL[size] if len(answered) > size else 0):
        few = set(dice.sample(answered, size))
        inside = [row for row in rows if row.answerable and few.intersection(row.relevant_ids)]
        outside = [row for row in rows if not few.intersection(row.relevant_ids)]
        asked = min(_ASKED, len(inside), len(outside))
        small = HybridIndex.build([index.articles[one] for one in sorted(few)], index.settings)
        yield small, [*dice.sample(inside, asked), *dice.sample(outside, asked)]
