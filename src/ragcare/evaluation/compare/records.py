"""What a comparison of two runs says, as frozen records that can be written as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ragcare.evaluation.bars import Bar
from ragcare.evaluation.judge import Outcome
from ragcare.evaluation.report.record import Count
from ragcare.evaluation.run.log import RunHead
from ragcare.schema import Action, ReasonCode, Record, Share

Verdict = Literal["better", "worse", "same"]
Aspect = Literal["outcome", "decision", "sources", "text", "draft", "ranking", "probability"]

_NAMED = 5
"""So many questions are named where more are told of."""


class Difference(Record):
    """One figure in both runs, over the questions that both were asked.

    Attributes:
        lower_is_better: as for a rate of errors; of the other figures more is better.
        before: its value in the baseline; None where there is nothing to compute it from; `after` in the candidate.
        difference: after minus before, None unless both are there.
        low: the lower end of the 95 % interval of the difference; `high` likewise the upper.
        verdict: "better" or "worse" if the whole interval lies on that side of 0, else "same"; None without a
            difference.
    """

    metric: str
    lower_is_better: bool
    before: float | None
    after: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: Verdict | None = None


class Piece(Record):
    """Words that stand in both texts, only in the one before (removed), or only in the one after (added)."""

    how: Literal["kept", "removed", "added"]
    text: str


class Side(Record):
    """What one run made of a question.

    Attributes:
        why: the outcome in words.
        sources: ids of the articles that the reply cites.
        rank: the place of the first article that the label names among the hits, from 1; None where none was found.
    """

    outcome: Outcome
    why: str
    action: Action
    reasons: tuple[ReasonCode, ...]
    probability: Share
    sources: tuple[str, ...]
    rank: Annotated[int, Field(ge=1)] | None
    text: str


class Change(Record):
    """One question on which the two runs differ.

    Attributes:
        what: the respects in which they differ, the weightiest first.
        verdict: whether the outcome is better or worse.
        gained: articles that only the candidate cites; `lost` those that only the baseline cites.
        words: the text of the reply, compared word by word; joined, the kept and added pieces are the text after.
    """

    id: str
    question: str
    what: Annotated[tuple[Aspect, ...], Field(min_length=1)]
    verdict: Verdict
    before: Side
    after: Side
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    words: tuple[Piece, ...]


class LeftOut(Record):
    """A question that cannot be compared, and why."""

    id: str
    why: Literal["only in the baseline", "only in the candidate", "its label differs", "its id is used twice"]

    @property
    def is_missed(self) -> bool:
        """Whether the baseline has it, so that nobody knows what became of it."""
        return self.why != "only in the candidate"


class Held(Record):
    """A bar, and whether the candidate met it; `why` says it in words."""

    bar: Bar
    met: bool
    why: str

    def __str__(self) -> str:
        """The name of its figure, and why."""
        return f"{self.bar.metric}: {self.why}"


class Comparison(Record):
    """Two runs, question by question.

    Attributes:
        before: the head of the baseline; `after` that of the candidate.
        n: the questions that both were asked under the same label; all figures are over these.
        left_out: the others.
        allows_left_out: whether it may pass although questions of the baseline are left out.
        differs: what is not the same in the two heads: fingerprints by their names, and what else a head says.
        identical: every reply is the same in both.
        differences: by part of the report and by figure, in the order of the report.
        changes: the questions that differ, worst first.
        bars: in the order in which they were given.
    """

    before: RunHead
    after: RunHead
    n: Count
    left_out: tuple[LeftOut, ...]
    allows_left_out: bool
    differs: tuple[str, ...]
    identical: bool
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    bars: tuple[Held, ...]

    @property
    def unmet(self) -> tuple[str, ...]:
        """In words, what keeps the candidate from passing: questions that it has not answered for, then the bars."""
        missed = [one.id for one in self.left_out if one.is_missed]
        bars = [str(one) for one in self.bars if not one.met]
        if self.allows_left_out or not missed:
            return tuple(bars)
        names = ", ".join(missed[:_NAMED]) + (", …" if len(missed) > _NAMED else "")
        why = f"questions: {len(missed)} of the baseline were not compared ({names})"
        return f"{why}; Mend: store a new baseline, or --allow-left-out", *bars

    @property
    def passes(self) -> bool:
        """Whether every bar is met, and every question of the baseline was compared or may be left out."""
        return not self.unmet
