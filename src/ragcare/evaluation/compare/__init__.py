"""Comparing two runs question by question: what a change did, and whether it may pass."""

from __future__ import annotations

from collections.abc import Sequence

from ragcare.errors import BadInput
from ragcare.evaluation.bars import Bar
from ragcare.evaluation.compare.changes import changes
from ragcare.evaluation.compare.differences import differences, no_differences
from ragcare.evaluation.compare.gate import hold
from ragcare.evaluation.compare.pairing import differing, pair, replied_alike
from ragcare.evaluation.compare.records import Change, Comparison, Difference, Held, LeftOut, Piece, Side
from ragcare.evaluation.judge import AnswerJudge, ReferenceJudge, judge_log
from ragcare.evaluation.metrics.table import Table
from ragcare.evaluation.run.log import RunLog

__all__ = ["Bar", "Change", "Comparison", "Difference", "Held", "LeftOut", "Piece", "Side", "compare"]


def compare(before: RunLog, after: RunLog, *, judge: AnswerJudge | None = None, bars: Sequence[Bar] = ()) -> Comparison:
    """Compares a candidate with its baseline, over the questions that both were asked under the same label.

    The same two logs give the same comparison; the order of their rows and the time they took move nothing.

    Args:
        before: the run of the baseline.
        after: the run of the candidate.
        judge: of the wording of both; `ReferenceJudge` with the token F1 of the candidate's suite if None.
        bars: what the candidate must keep. A margin is missed where the figure is *significantly worse*: where the
            whole 95 % interval of the paired difference lies on the wrong side of the margin.

    Raises:
        BadInput: they have no question in common.
    """
    pairs = pair(before, after)
    if not pairs.after.rows:
        why = f"the two runs ({before.head.suite}, {after.head.suite}) have no question in common under the same label"
        raise BadInput(f"{why}. Mend: compare two runs of one suite")
    judge = judge or ReferenceJudge(after.head.token_f1)
    old, new = judge_log(pairs.before, judge), judge_log(pairs.after, judge)
    identical = all(map(replied_alike, pairs.before.rows, pairs.after.rows))
    figures = no_differences(Table.of(new)) if identical else differences(Table.of(old), Table.of(new))
    return Comparison(
        before=before.head,
        after=after.head,
        n=len(pairs.after),
        left_out=pairs.left_out,
        differs=differing(before.head, after.head),
        identical=identical,
        differences=figures,
        changes=changes(old, new),
        bars=hold(bars, figures),
    )
