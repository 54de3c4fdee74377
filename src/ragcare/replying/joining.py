"""Replies to the parts of a question made one reply: what can be answered is, and what cannot is named."""

from __future__ import annotations

from collections.abc import Sequence

from ragcare.deciding.explaining import explain
from ragcare.deciding.handoff import prepare_handoff
from ragcare.deciding.wording import wording
from ragcare.replying.composing import say, with_hours
from ragcare.schema import Answer, Citation, Evidence, Question, Reply, Sentence, Trace
from ragcare.settings import Settings


def join(question: Question, replies: Sequence[Reply], settings: Settings) -> Reply | None:
    """One reply out of those to the parts of a question: what can be answered, and what is left open.

    Its probability is the least of those that were answered: it is right if each of them is.

    Returns:
        None where the parts are better asked as one question: nothing can be answered, a person is needed at once, or
        the answers are in different languages.
    """
    answered = [reply for reply in replies if reply.answer is not None]
    languages = {reply.answer.language for reply in answered if reply.answer is not None}
    if len(languages) != 1 or any(reply.decision.action == "escalate" for reply in replies):
        return None
    least_sure = min(answered, key=lambda reply: reply.decision.probability)
    open_ones = [reply for reply in replies if reply.answer is None]
    answer, citations = _together(answered)
    words = wording(question.language)
    paragraphs = [say(answer, question), *(words.left_open.format(part=reply.question.text) for reply in open_ones)]
    handoff = None
    if open_ones:
        reasons = tuple(reason for reply in open_ones for reason in reply.decision.reasons)
        refused = least_sure.decision.model_copy(update={"action": "refuse", "reasons": reasons})
        tried = {one.article_id: one for reply in open_ones if reply.handoff for one in reply.handoff.sources_tried}
        handoff = prepare_handoff(
            question, refused, tuple(tried.values()), settings.handoff, settings.signals, reply_id=least_sure.trace.id
        )
        paragraphs[-1] = with_hours(f"{paragraphs[-1]} {words.offer}", handoff.contact.said, words.offer)
    return Reply(
        question=question,
        decision=least_sure.decision,
        text="\n\n".join(paragraphs),
        answer=answer,
        citations=citations,
        left_open=tuple(reply.question.text for reply in open_ones),
        handoff=handoff,
        trace=_explained(_traced(answer, least_sure.trace, [reply.trace for reply in replies]), least_sure, settings),
    )


def _together(answered: Sequence[Reply]) -> tuple[Answer, tuple[Citation, ...]]:
    """The sentences of several answers, none of them twice, each answer a paragraph; and their citations."""
    said: dict[tuple[Evidence, ...], Sentence] = {}
    citations: dict[tuple[Evidence, ...], Sequence[Citation]] = {}
    for reply in answered:
        begins, cited = True, iter(reply.citations)
        for sentence in reply.answer.sentences if reply.answer is not None else ():
            own = [next(cited) for _ in sentence.evidence]
            if sentence.evidence not in said:
                starts = "paragraph" if begins and sentence.starts == "inline" else sentence.starts
                said[sentence.evidence] = sentence.model_copy(update={"starts": starts})
                citations[sentence.evidence] = own
                begins = False
    language = next(reply.answer.language for reply in answered if reply.answer is not None)
    return (
        Answer(sentences=tuple(said.values()), language=language),
        tuple(one for place in said for one in citations[place]),
    )


def _traced(answer: Answer, least_sure: Trace, parts: Sequence[Trace]) -> Trace:
    """The trace of the whole: that of the part which is least sure, and all of them beneath it."""
    spent = {stage: sum(part.milliseconds.get(stage, 0.0) for part in parts) for stage in least_sure.milliseconds}
    return least_sure.model_copy(update={"draft": answer, "milliseconds": spent, "parts": tuple(parts)})


def _explained(trace: Trace, least_sure: Reply, settings: Settings) -> Trace:
    return trace.model_copy(update={"why": explain(least_sure.decision, trace, settings)})
