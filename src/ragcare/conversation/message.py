"""A message of the customer: which words tell its subject, and whether it can be understood alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from ragcare.conversation import cues
from ragcare.language.analyser import analyser_for

_SHORT: Final = 1  # a message of so few words that carry anything says no more than what it is about
NAMED: Final = 2  # with more words that carry something before it, a pronoun has its noun in the message itself
_TELLS: Final = 400  # characters, the first of a message: they tell whether it hangs on what was before it
_SAY_NOTHING: Final = """
    how much many long when where why not no tell know need want help like see question hello hi thank thanks okay ok
    yes find get make sure combien quand pourquoi pas non oui sans savoir aide besoin veux voudrais bonjour merci
"""
"""Words that half of all questions share: two that have only these in common do not speak of one subject."""


class Message:
    """A turn of the customer.

    Args:
        text: what the customer wrote.
        language: of it.
        reply: what was said to it.
        after_a_question: whether it comes after a question of the assistant.

    Attributes:
        tokens: of the words that tell its subject.
        linked: these and those of the reply to it: both are what a later turn may go on from.
        answers: it answers a question of the assistant.
        goes_on: it is no more than the end of a question: an ellipsis, or one word.
        points_back: a pronoun in it stands for what was said before.
        hangs: it cannot be understood alone.
        asks: it is a question, with a question mark or without.
        tells: it asks nothing and tells something whole, with a subject of its own.
        names_a_subject: it is one word with a meaning of its own, or a few after a question, and none points back.
    """

    def __init__(self, text: str, language: str, *, reply: str = "", after_a_question: bool = False) -> None:
        self.text = text
        self.tokens = telling(text, language)
        self.linked = self.tokens | telling(reply, language)
        spoken = cues.spoken(text[:_TELLS])
        point = spoken[found.end() :] if (found := cues.FILLERS.match(spoken)) else spoken
        self.answers = after_a_question and _is_an_answer(spoken, point, len(self.tokens))
        self.changes_subject = bool(cues.TOPIC_CHANGE.search(point)) and len(self.tokens) > _SHORT
        ellipsis = bool(cues.ELLIPSIS.match(point))
        self.goes_on = ellipsis or len(self.tokens) <= _SHORT
        self.points_back = _points_back(point, language)
        self.hangs = self.answers or self.goes_on or self.points_back
        alone = not ellipsis and not self.points_back and not cues.YES_OR_NO.match(spoken)
        self.asks = "?" in spoken or cues.ASKS_THERE.search(point) is not None
        self.tells = not self.hangs and not self.asks and len(self.tokens) > NAMED and not cues.STILL.search(point)
        self.names_a_subject = alone and (len(self.tokens) == _SHORT or self.answers)

    def shares(self, before: Sequence[Message]) -> bool:
        """Whether it speaks of what one of the turns before it spoke of."""
        return any(self.tokens & one.linked for one in before)


def telling(text: str, language: str) -> frozenset[str]:
    """The tokens of the words that tell what a text is about."""
    return frozenset(analyser_for(language).tokens(text)) - _nothing(language)


@cache
def _nothing(language: str) -> frozenset[str]:
    return frozenset(analyser_for(language).tokens(_SAY_NOTHING))


def _points_back(point: str, language: str) -> bool:
    """Whether a pronoun points at nothing that the message itself has named before it."""

    def named_before(at: int) -> int:
        return len(telling(point[:at], language))

    if any(not named_before(found.start()) for found in cues.SUBJECT_BACK.finditer(point)):
        return True
    return any(named_before(found.start()) <= NAMED for found in cues.POINTS_BACK.finditer(point))


def _is_an_answer(spoken: str, point: str, words: int) -> bool:
    if cues.YES_OR_NO.match(spoken):
        return True
    return words <= 4 and "?" not in spoken and not cues.ASKS.match(cues.OWN.sub("", point, count=1))
