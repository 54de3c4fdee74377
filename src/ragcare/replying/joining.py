"""Replies to the parts of a question made one reply: what can be answered is, and what cannot is named."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from ragcare.answering.extractive import how_it_starts
from ragcare.deciding.explaining import explain
from ragcare.deciding.handoff import prepare_handoff
from ragcare.deciding.wording import wording
from ragcare.replying.composing import say, under_its_heading, with_hours
from ragcare.schema import Answer, Citation, Library, Question, Reason, Reply, Sentence, Trace
from ragcare.settings import Settings


class _Told(NamedTuple):
    sentence: Sentence
    citations: tuple[Citation, ...]


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
    answers, citations = _said_once(answered, language, library)
    answer = Answer(sentences=tuple(one for said in answers for one in said.sentences), language=language)
    words = wording(question.language)
    paragraphs = [(say if said is answers[0] else under_its_heading)(said, question, library) for said in answers] + [
        words.left_open.format(part=reply.question.text) for reply in open_ones
    ]
    handoff = None
    offered = [reply for reply in replies if reply.handoff is not None or reply in open_ones]
    if offered:
        reasons = tuple(one for reply in offered for one in _why_a_person(reply, left_open=reply in open_ones))
        because = least_sure.decision.model_copy(update={"reasons": reasons})
        tried = {one.article_id: one for reply in offered if reply.handoff for one in reply.handoff.sources_tried}
        handoff = prepare_handoff(
            question, because, tuple(tried.values()), settings.handoff, settings.signals, reply_id=least_sure.trace.id
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
        trace=_traced(answer, least_sure, [reply.trace for reply in replies], settings),
    )


def _why_a_person(reply: Reply, *, left_open: bool) -> tuple[Reason, ...]:
    """Why a reply offers one; of an answer that is not said, that too."""
    unsaid = (Reason(code="weak_source"),) if left_open and reply.answer is not None else ()
    return (*unsaid, *reply.decision.wanting_a_person)


def _said_once(answered: Sequence[Reply], language: str, library: Library) -> tuple[list[Answer], tuple[Citation, ...]]:
    """The answers, each beginning a paragraph and saying nothing that another has said; and all their citations.

    One that repeats another is told with it, in the order of their article: what it has besides may lean on what it
    repeats ("You may move them" on "Direct debits leave on the 5th").
    """
    told: list[list[_Told]] = []
    for reply in answered:
        cited = iter(reply.citations)
        sentences = reply.answer.sentences if reply.answer is not None else ()
        own = [_Told(one, tuple(next(cited) for _ in one.evidence)) for one in sentences]
        new = [one for one in own if all(one.sentence.evidence != other.sentence.evidence for other in chain(*told))]
        repeated = {one.sentence.evidence for one in own} - {one.sentence.evidence for one in new}
        at = next((at for at, they in enumerate(told) if any(one.sentence.evidence in repeated for one in they)), None)
        if at is None or len({piece.article_id for one in (*told[at], *new) for piece in one.sentence.evidence}) > 1:
            told += [new] if new else []
        elif new:
            told[at] = _in_order([*told[at], *new], library)
    answers = [Answer(sentences=_from_a_paragraph([one.sentence for one in they]), language=language) for they in told]
    return answers, tuple(citation for one in chain(*told) for citation in one.citations)


def _in_order(told: Sequence[_Told], library: Library) -> list[_Told]:
    """Sentences of one article as they follow each other there, and each starting as it does there."""
    ordered = sorted(told, key=lambda one: one.sentence.evidence[0].start)
    pieces = [one.sentence.evidence[0] for one in ordered]
    passages = library.passages(pieces[0].article_id)
    return [
        one._replace(sentence=one.sentence.model_copy(update={"starts": how_it_starts(before, piece, passages)}))
        for one, before, piece in zip(ordered, [None, *pieces], pieces, strict=False)
    ]


def _from_a_paragraph(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    first = sentences[0]
    starts = "paragraph" if first.starts == "inline" else first.starts
    return (first.model_copy(update={"starts": starts}), *sentences[1:])


def _traced(answer: Answer, least_sure: Reply, parts: Sequence[Trace], settings: Settings) -> Trace:
    """The trace of the whole: that of the part which is least sure, and all of them beneath it."""
    own = least_sure.trace
    spent = {stage: sum(part.milliseconds.get(stage, 0.0) for part in parts) for stage in own.milliseconds}
    trace = own.model_copy(update={"draft": answer, "milliseconds": spent, "parts": tuple(parts)})
    return trace.model_copy(update={"why": explain(least_sure.decision, trace, settings)})
