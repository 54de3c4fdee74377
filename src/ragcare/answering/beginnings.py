"""Whether an article is told from its beginning: it says there what it is about, and a procedure what to do first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ragcare.answering.asked_fact import MEASURES
from ragcare.answering.codes import codes_in
from ragcare.language.analyser import analyser_for
from ragcare.language.quantities import quantities
from ragcare.schema import Passage, Question, Retrieved

_AHEAD: Final = 0.2
"""How far, in fused score, another passage of an article must stand above the first one to be told in its place."""

_AHEAD_OF_A_REPORT: Final = 0.3
"""Likewise where nothing is asked: who says that a phone was stolen wants to hear what comes first."""


def beginning_or_found(retrieved: Retrieved, found: Passage, passages: Sequence[Passage], asked: str) -> Passage:
    """The first passage of the article or chapter, if it was found too and what was found first is not well ahead.

    Passages of an article differ little in how well they fit a question about its subject: which of them is ahead is
    then chance (`docs/design/011-answerability.md` has the figures). A turn that was made whole from those before it is
    told what was found: the beginning has been heard. So is who names the section of it in full, and who names a code
    ("E18") or asks for a price that the beginning does not hold. A known question finds its article as a whole: the
    price may stand in another passage of it, or of its chapter, than the one that came first.

    Args:
        retrieved: what was found.
        found: the passage that would be answered from.
        passages: all of its article, or of its chapter, in reading order.
        asked: the type of fact that is asked for.
    """
    score = {hit.passage.id: hit.score for hit in retrieved.hits}
    question, beginning = retrieved.question, passages[0]
    if _is_known(question, found) and not _holds_a_measure(found, asked):
        own = (hit.passage for hit in retrieved.hits if hit.passage in passages)
        found = next((one for one in own if _holds_a_measure(one, asked)), found)
    if beginning.id not in score or question.point != question.sought:
        return found
    if _is_named(found, question) and not _is_named(beginning, question):
        return found
    if codes_in(found, question) - codes_in(beginning, question):
        return found
    if _holds_a_measure(found, asked) and not _holds_a_measure(beginning, asked):
        return found
    ahead = _AHEAD_OF_A_REPORT if _is_a_report(question, asked) else _AHEAD
    return found if score[found.id] > score[beginning.id] + ahead else beginning


def _is_named(passage: Passage, question: Question) -> bool:
    """Whether the question has all the words of the heading that a passage stands under, two or more."""
    tokens = analyser_for(passage.language).tokens
    heading = set(tokens(passage.headings[-1])) if passage.headings else set()
    named = len(heading) > 1 and heading <= set(tokens(question.sought))
    return named and not heading <= set(tokens(passage.title))


def _is_known(question: Question, passage: Passage) -> bool:
    """Whether one of the known questions of the article has all the words of the question."""
    tokens = analyser_for(passage.language).tokens
    asked = set(tokens(question.sought))
    return bool(asked) and any(asked <= set(tokens(known)) for known in passage.questions)


def _holds_a_measure(passage: Passage, asked: str) -> bool:
    wanted = MEASURES.get(asked, frozenset())
    return any(one.kind in wanted for one in quantities(passage.text, passage.language))


def _is_a_report(question: Question, asked: str) -> bool:
    return asked == "thing" and "?" not in question.point
