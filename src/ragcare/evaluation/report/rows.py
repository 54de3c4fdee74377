"""The rows kept beside a report, one a question: no times and no random ids, so that they repeat byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ragcare.evaluation.judge import Judged
from ragcare.evaluation.run.log import RunRow
from ragcare.schema import HitTrace

FUSED = "fused"


def rows(judged: Iterable[Judged]) -> Iterator[dict[str, Any]]:
    """One flat record a question.

    `cited` are the articles of what was said, `drafted_from` those of what was drafted, said or not. `rank` is that of
    the first article that holds the answer, from 1, None where it was not found: in the fused ranking counted in
    articles, as recall@k counts it; in each leg the rank that the leg gave to the article's best passage.
    """
    for row, judgement in judged:
        label, reply = row.label, row.reply
        yield {
            "id": label.id,
            "question": label.question,
            "lang": label.lang,
            "kind": label.kind,
            "split": label.split,
            "answerable": label.answerable,
            "expects": label.expects,
            "action": reply.decision.action,
            "outcome": judgement.outcome,
            "why": judgement.why,
            "probability": reply.decision.probability,
            "threshold": reply.decision.threshold,
            "reasons": [reason.code for reason in reply.decision.reasons],
            "cited": list(reply.answer.sources) if reply.answer is not None else [],
            "drafted_from": list(row.draft.sources) if row.draft is not None else [],
            "relevant_ids": list(label.relevant_ids),
            "rank": _ranks(row),
            "exact_match": judgement.exact_match,
            "token_f1": judgement.token_f1,
            "grounded": judgement.grounded,
            "agrees": judgement.agrees,
            "text": reply.text,
        }


def row_lines(judged: Iterable[Judged]) -> str:
    """The rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows(judged))


def _ranks(row: RunRow) -> dict[str, int | None]:
    """The best rank of a relevant article, in the fused ranking and in each leg."""
    hits, relevant = row.reply.trace.hits, row.label.relevant_ids
    found = {FUSED: row.rank}
    for leg in legs(hits):
        of_leg = (hit.legs[leg].rank for hit in hits if leg in hit.legs and hit.article_id in relevant)
        found[leg] = min(of_leg, default=None)
    return found


def legs(hits: Iterable[HitTrace]) -> list[str]:
    """The legs that found any of them."""
    return sorted({leg for hit in hits for leg in hit.legs})
