"""Where the steps of a procedure stand: whoever asks how is told them, whichever section shares most words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragcare.language.analyser import analyser_for
from ragcare.language.blocks import STEP_NUMBER
from ragcare.schema import Passage, Question

# Of what opens list items only numbers tell an order, and only of the outer list: deeper ones are within a step.
_STEP = re.compile(rf"^\s{{0,3}}{STEP_NUMBER}\s", re.MULTILINE)
_FEWEST = 2


def where_the_steps_are(question: Question, found: Passage, passages: Sequence[Passage]) -> Passage:
    """The passage with the steps that the question asks for; the one that was found where that is not to be told.

    "How do I cancel my plan?" finds the section that says "cancel" most often, which may be the one on fees. The first
    numbered list of the article is meant, unless the section that was found has one, or says more of the question.

    Args:
        question: one that asks how to do something.
        found: the passage that was found.
        passages: those of its article, in order.
    """
    if any(_has_steps(one) for one in passages if one.headings == found.headings):
        return found
    steps = next((one for one in passages if _has_steps(one)), None)
    if steps is None:
        return found
    tokens = analyser_for(found.language).tokens
    asked = set(tokens(question.sought)) - set(tokens("\n".join([found.title, *found.questions])))
    return steps if len(asked & _said(steps, passages)) >= len(asked & _said(found, passages)) else found


def _has_steps(passage: Passage) -> bool:
    return len(_STEP.findall(passage.text)) >= _FEWEST


def _said(one: Passage, passages: Sequence[Passage]) -> set[str]:
    """The words of the section that a passage stands in."""
    section = "\n".join(other.text for other in passages if other.headings == one.headings)
    return set(analyser_for(one.language).tokens("\n".join([*one.headings, section])))
