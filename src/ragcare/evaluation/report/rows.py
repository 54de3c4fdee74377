"""The rows kept beside a report, one a question: no times and no random ids, so that they repeat byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ragcare.evaluation.judge import Judged
from ragcare.schema import Answer, HitTrace

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
            "cited": list(dict.fromkeys(citation.article_id for citation in reply.citations)),
            "drafted_from": drafted_from(row.draft),
            "relevant_ids": list(label.relevant_ids),
            "rank": ranks(reply.trace.hits, label.relevant_ids),
            "exact_match": judgement.exact_match,
            "token_f1": judgement.token_f1,
            "grounded": judgement.grounded,
            "agrees": judgement.agrees,
            "text": reply.text,
        }


def row_lines(judged: Iterable[Judged]) -> str:
    """The rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows(judged))


def drafted_from(draft: Answer | None) -> list[str]:
    """The articles that a draft quotes, in the order of its sentences."""
    if draft is None:
        return []
    return list(dict.fromkeys(piece.article_id for one in draft.sentences for piece in one.evidence))


def ranks(hits: Sequence[HitTrace], relevant: Sequence[str]) -> dict[str, int | None]:
    """The best rank of a relevant article, in the fused ranking and in each leg."""
    articles = list(dict.fromkeys(hit.article_id for hit in hits))
    fused = [place for place, article in enumerate(articles, 1) if article in relevant]
    found: dict[str, int | None] = {FUSED: min(fused, default=None)}
    for leg in legs(hits):
        of_leg = (hit.legs[leg].rank for hit in hits if leg in hit.legs and hit.article_id in relevant)
        found[leg] = min(of_leg, default=None)
    return found


def legs(hits: Iterable[HitTrace]) -> list[str]:
    """The legs that found any of them."""
    return sorted({leg for hit in hits for leg in hit.legs})
