"""Comparing two runs question by question: what a change did, and whether it may pass."""

from __future__ import annotations

from collections.abc import Sequence

from ragcare.errors import BadInput
from ragcare.evaluation.bars import Bar
from ragcare.evaluation.compare.changes import changes
from ragcare.evaluation.compare.differences import differences, no_differences
from ragcare.evaluation.compare.gate import hold
from ragcare.evaluation.compare.pairing import pair, replied_alike
from ragcare.evaluation.compare.records import Change, Comparison, Difference, Held, LeftOut, Piece, Side
from ragcare.evaluation.judge import AnswerJudge, Judged, ReferenceJudge, judge_log, judge_row
from ragcare.evaluation.metrics.table import Table
from ragcare.evaluation.run.log import RunLog

__all__ = ["Bar", "Change", "Comparison", "Difference", "Held", "LeftOut", "Piece", "Side", "compare"]


def compare(
    before: RunLog,
    after: RunLog,
    *,
    judge: AnswerJudge | None = None,
    judged: Sequence[Judged] = (),
    bars: Sequence[Bar] = (),
    allow_left_out: bool = False,
) -> Comparison:
    """Compares a candidate with its baseline, over the questions that both were asked under the same label.

    The same two logs give the same comparison; the order of their rows and the time they took move nothing.

    Args:
        before: the run of the baseline.
        after: the run of the candidate.
        judge: of the wording of both; `ReferenceJudge` with the token F1 of the baseline's suite if None: a change
            cannot pass by asking for less.
        judged: the rows of the candidate, where this judge has judged them already; they are not judged twice.
        bars: what the candidate must keep. A margin is missed where the figure is *significantly worse*: where the
            whole 95 % interval of the paired difference lies on the wrong side of the margin.
        allow_left_out: let it pass although questions of the baseline are missing in the candidate, stand there under
            another label or are repeated. Else a change could pass by dropping what it gets wrong.

    Raises:
        BadInput: they have no question in common.
    """
    pairs = pair(before, after)
    if not pairs.after.rows:
        why = f"the two runs ({before.head.suite}, {after.head.suite}) have no question in common under the same label"
        raise BadInput(f"{why}. Mend: compare two runs of one suite")
    judge = judge or ReferenceJudge(before.head.token_f1)
    known = {one.row.number: one.judgement for one in judged}
    old = judge_log(pairs.before, judge)
    new = [Judged(row, known[row.number] if known else judge_row(row, judge)) for row in pairs.after]
    identical = all(map(replied_alike, pairs.before.rows, pairs.after.rows))
    figures = no_differences(Table.of(new)) if identical else differences(Table.of(old), Table.of(new))
    return Comparison(
        before=before.head,
        after=after.head,
        n=len(pairs.after),
        left_out=pairs.left_out,
        allows_left_out=allow_left_out,
        differs=before.head.differs_from(after.head),
        identical=identical,
        differences=figures,
        changes=changes(old, new),
        bars=hold(bars, figures),
    )
