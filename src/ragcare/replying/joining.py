"""Replies to the parts of a question made one reply: what can be answered is, and what cannot is named."""

from __future__ import annotations

from collections.abc import Sequence

from ragcare.deciding.explaining import explain
from ragcare.deciding.handoff import prepare_handoff
from ragcare.deciding.wording import wording
from ragcare.replying.composing import say, under_its_heading, with_hours
from ragcare.schema import Answer, Citation, Evidence, Library, Question, Reason, Reply, Sentence, Trace
from ragcare.settings import Settings


def join(question: Question, replies: Sequence[Reply], library: Library, settings: Settings) -> Reply | None:
    """One reply out of those to the parts of a question: what can be answered, and what is left open.

    An answer is in one language: where the parts have theirs in two, those in the customer's own are said, or in that
    of the first, and the others are left open.

    Its probability is the least of those that were answered: it is right if each of them is.

    Args:
        question: the whole.
        replies: to its parts.
        library: the articles that were answered from.
        settings: of the handoff, and of what is explained.

    Returns:
        None where the parts are better asked as one question: nothing can be answered, or a person is needed at once.
    """
    languages = [reply.answer.language for reply in replies if reply.answer is not None]
    if not languages or any(reply.decision.action == "escalate" for reply in replies):
        return None
    language = question.language if question.language in languages else languages[0]
    answered = [reply for reply in replies if reply.answer is not None and reply.answer.language == language]
    least_sure = min(answered, key=lambda reply: reply.decision.probability)
    open_ones = [reply for reply in replies if reply not in answered]
    answers, citations = _said_once(answered)
    answer = Answer(sentences=tuple(one for said in answers for one in said.sentences), language=answers[0].language)
    words = wording(question.language)
    paragraphs = [(say if said is answers[0] else under_its_heading)(said, question, library) for said in answers] + [
        words.left_open.format(part=reply.question.text) for reply in open_ones
    ]
    handoff = None
    offered = [reply for reply in replies if reply.handoff is not None or reply in open_ones]
    if offered:
        reasons = tuple(one for reply in offered for one in _why_a_person(reply, left_open=reply in open_ones))
        refused = least_sure.decision.model_copy(update={"action": "refuse", "reasons": reasons})
        tried = {one.article_id: one for reply in offered if reply.handoff for one in reply.handoff.sources_tried}
        handoff = prepare_handoff(
            question, refused, tuple(tried.values()), settings.handoff, settings.signals, reply_id=least_sure.trace.id
        )
        beside = paragraphs.pop() if open_ones else ""
        paragraphs.append(with_hours(f"{beside} {words.offer}".strip(), handoff.contact.said, words.offer))
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


def _why_a_person(reply: Reply, *, left_open: bool) -> tuple[Reason, ...]:
    """Why a reply offers one: beside an answer, what the message told besides; that too where none of it is said."""
    if reply.answer is None:
        return reply.decision.reasons
    besides = reply.decision.reasons[1:]  # the first says why it was answered
    return (Reason(code="weak_source"), *besides) if left_open else besides


def _said_once(answered: Sequence[Reply]) -> tuple[list[Answer], tuple[Citation, ...]]:
    """The answers, each beginning a paragraph and without what an earlier one has said; and all their citations."""
    said: set[tuple[Evidence, ...]] = set()
    answers: list[Answer] = []
    citations: list[Citation] = []
    for reply in answered:
        new: list[Sentence] = []
        cited = iter(reply.citations)
        for sentence in reply.answer.sentences if reply.answer is not None else ():
            own = [next(cited) for _ in sentence.evidence]
            if sentence.evidence not in said:
                starts = "paragraph" if not new and sentence.starts == "inline" else sentence.starts
                new.append(sentence.model_copy(update={"starts": starts}))
                said.add(sentence.evidence)
                citations += own
        if new and reply.answer is not None:
            answers.append(Answer(sentences=tuple(new), language=reply.answer.language))
    return answers, tuple(citations)


def _traced(answer: Answer, least_sure: Trace, parts: Sequence[Trace]) -> Trace:
    """The trace of the whole: that of the part which is least sure, and all of them beneath it."""
    spent = {stage: sum(part.milliseconds.get(stage, 0.0) for part in parts) for stage in least_sure.milliseconds}
    return least_sure.model_copy(update={"draft": answer, "milliseconds": spent, "parts": tuple(parts)})


def _explained(trace: Trace, least_sure: Reply, settings: Settings) -> Trace:
    return trace.model_copy(update={"why": explain(least_sure.decision, trace, settings)})
