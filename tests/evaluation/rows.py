"""Tiny runs, built by hand: labels, what an assistant made of them, and the judge's word on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np

from ragcare.evaluation.judge import Judged, ReferenceJudge, judge_row
from ragcare.evaluation.metrics.ranking import NAMES
from ragcare.evaluation.metrics.table import Table
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.run.log import RunHead, RunRow
from ragcare.schema import (
    Action,
    Answer,
    Asker,
    Choice,
    Citation,
    Decision,
    Evidence,
    Handoff,
    HitTrace,
    Question,
    Reason,
    ReasonCode,
    Refusal,
    Reply,
    Sentence,
    Standing,
    Trace,
    Turn,
)

HEAD = RunHead(
    suite="tiny", as_of=date(2026, 1, 1), token_f1=0.5, questions=1, fingerprints={"code": "c"}, fingerprint="f"
)
REASONS: dict[Action, ReasonCode] = {
    "answer": "grounded",
    "refuse": "weak_source",
    "escalate": "asks_person",
    "clarify": "ambiguous",
}


def said_by(article: str) -> str:
    """The one sentence of an article."""
    return f"The parcel {article} arrives on Monday."


def label(name: str, expects: Action = "answer", *, article: str | None = None, **fields: Any) -> LabelledQuestion:
    """A question that its own article answers, or none where it does not expect an answer."""
    answerable = expects in ("answer", "clarify")
    article = article or f"art-{name}"
    gold: dict[str, Any] = {"relevant_ids": (article,)} if answerable else {"near_ids": (article,)}
    answers = {"answers": (said_by(article),)} if expects == "answer" else {}
    about = {"id": name, "question": f"{name}?", "lang": "en", "answerable": answerable, "expects": expects}
    return LabelledQuestion(**{**about, **gold, **answers, **fields})


def reply(
    asked: LabelledQuestion,
    action: Action,
    *,
    cites: str | None = None,
    says: str | None = None,
    found: Iterable[str] = (),
    probability: float = 0.75,
    reason: ReasonCode | None = None,
) -> Reply:
    """A reply.

    Args:
        asked: the question.
        action: what was done with it.
        cites: the article that the draft quotes; None where nothing was drafted.
        says: what the draft says; what it quotes if None.
        found: the articles of the hits, best first.
        probability: of being right.
        reason: the first reason; the usual one of the action if None.
    """
    code = reason or REASONS[action]
    question = Question(text=asked.question, language="en", as_of=HEAD.as_of)
    draft = Refusal(reason="no_source") if cites is None else _answer(cites, says or said_by(cites))
    handoff = Handoff(
        id="t",
        when="now" if action == "escalate" else "if_accepted",
        reasons=(code,),
        urgency="normal",
        queue="care",
        question=asked.question,
        summary="It stopped here.",
        transcript=(Turn(role="customer", text=asked.question),),
        sources_tried=(),
        language="en",
        asker=Asker(),
    )
    return Reply(
        question=question,
        decision=Decision(
            action=action, probability=probability, threshold=min(probability, 0.5), reasons=(Reason(code=code),)
        ),
        text="What is shown.",
        answer=draft if action == "answer" and isinstance(draft, Answer) else None,
        refusal=Refusal(reason="weak_source") if action == "refuse" else None,
        choices=tuple(Choice(article_id=one, title=one) for one in ("x", "y")) if action == "clarify" else (),
        citations=(_citation(cites),) if action == "answer" and cites else (),
        handoff=None if action == "answer" else handoff,
        trace=Trace(
            id="t",
            language="en",
            hits=tuple(_hit(article, rank) for rank, article in enumerate(found, start=1)),
            signals={},
            features={},
            draft=draft,
            fingerprint="f",
            calibration_is_stale=False,
            milliseconds={},
        ),
    )


def judged(
    asked: LabelledQuestion,
    action: Action,
    *,
    number: int = 0,
    verbatim: bool = True,
    seconds: float = 0.01,
    **how: Any,
) -> Judged:
    """A reply to the question, and what it was worth; `how` goes to `reply`."""
    said = reply(asked, action, **how)
    drafted = isinstance(said.trace.draft, Answer)
    row = RunRow(number=number, label=asked, reply=said, verbatim=(verbatim,) * drafted, seconds=seconds)
    return Judged(row, judge_row(row, ReferenceJudge(HEAD.token_f1)))


def right(asked: LabelledQuestion, **how: Any) -> Judged:
    """The reply that the label asks for."""
    article = (*asked.relevant_ids, *asked.near_ids)[0]
    drafts = {"cites": article} if asked.expects == "answer" else {}
    return judged(asked, asked.expects, **{"found": (article,), **drafts, **how})


def table(rows: int, **columns: Any) -> Table:
    """Columns given by hand; the others say that every question was answered rightly, each on an article of its own."""
    yes, ones = np.ones(rows, dtype=np.bool_), np.ones(rows)
    masks = ("answerable", "has_references", "drafted", "draft_right", "by_threshold", "cites")
    numbers = ("probability", "exact_match", "token_f1", "grounded", "reason_right", "seconds")
    usual: dict[str, Any] = {
        "id": np.array([f"{at:06}" for at in range(rows)]),
        **dict.fromkeys(("language", "kind"), np.full(rows, "en")),
        **dict.fromkeys(("expects", "action"), np.full(rows, "answer")),
        "outcome": np.full(rows, "correct"),
        "cluster": np.arange(rows),
        **dict.fromkeys(masks, yes),
        **dict.fromkeys(numbers, ones),
        "ranking": dict.fromkeys(NAMES, ones),
    }
    return Table(**{**usual, **columns})


def _answer(article: str, says: str) -> Answer:
    return Answer(sentences=(Sentence(text=says, evidence=(_evidence(article),)),), language="en")


def _evidence(article: str) -> Evidence:
    quote = said_by(article)
    return Evidence(passage_id=f"{article}#0", article_id=article, version=1, quote=quote, start=0, end=len(quote))


def _citation(article: str) -> Citation:
    quote = said_by(article)
    return Citation(
        article_id=article,
        version=1,
        title=article,
        headings=(),
        quote=quote,
        start=0,
        end=len(quote),
        url=None,
        validated_by="Claire",
        validated_at=date(2025, 1, 1),
        valid_until=None,
        language="en",
    )


def _hit(article: str, rank: int) -> HitTrace:
    return HitTrace(
        passage_id=f"{article}#0", article_id=article, score=1 / rank, legs={"keyword": Standing(rank, 1.0)}
    )
