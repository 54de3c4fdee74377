"""Attempts: how often the assistant has failed the customer, and whether the same thing is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rapidfuzz.fuzz import ratio

from ragcare.conversation.corrections import corrected
from ragcare.conversation.cues import YES_OR_NO, spoken
from ragcare.deciding.wording import ENGLISH, FRENCH
from ragcare.language.analyser import analyser_for
from ragcare.language.folding import fold
from ragcare.schema import Action, Question, Turn

_OURS: Final = (FRENCH, ENGLISH)
_MANNERS: Final = frozenset(text for words in _OURS for text in words.social.values())
_OFFERS: Final = tuple(
    ours for words in _OURS for ours in (words.offer, words.closed_for_long, words.closed.partition("{")[0])
)
"""How the standing words begin that follow an answer."""
_HANDED_OVER: Final = tuple(words.handed_over for words in _OURS)
_FAILED: Final = frozenset[Action]({"clarify", "refuse"})
_INSISTS: Final = "toujours encore still again already deja bonjour hello hi svp please merci thanks"
"""Words that are added when a question is put again."""
_SAME_SPELLING: Final = 90
"""From which likeness of the letters on, in 0..100 as of rapidfuzz, two messages are one with a slip."""


class Attempt(NamedTuple):
    """The same question, asked before.

    Attributes:
        actions: what the assistant did each time, the first time first; None where that cannot be told.
    """

    actions: tuple[Action | None, ...]

    @property
    def times(self) -> int:
        """How often it was asked before this time."""
        return len(self.actions)

    @property
    def failed(self) -> bool:
        """Whether it ever got no answer: the turns beside it may have answered it since, and no longer do."""
        return not _FAILED.isdisjoint(self.actions)


def action_of(turn: Turn) -> Action | None:
    """What the assistant did in a turn: as noted there, or as its text shows; None where it said words of an article.

    Only the whole of our own text counts, never a part: an article may say "Voulez-vous qu'un conseiller …" too.
    """
    if turn.action is not None or turn.role != "assistant":
        return turn.action
    text = turn.text.strip()
    for words in _OURS:
        refusals = (*words.refusals.values(), words.own_account)
        if text.startswith(refusals) and (text.endswith(words.offer) or text in refusals):
            return "refuse"
        if text.startswith(words.handed_over):
            return "refuse"
        if text.startswith(words.clarification) and text.endswith(words.offer):
            return "clarify"
        if text.startswith((*words.escalations.values(), *words.later.values())):
            return "escalate"
    return None


def returns_manners(turn: Turn) -> bool:
    """Whether a turn is nothing but good manners returned, which is neither a failure nor an answer."""
    return turn.role == "assistant" and turn.text in _MANNERS


def has_failed(turn: Turn) -> bool:
    """Whether the assistant gave no answer in this turn, and no person either."""
    return turn.role == "assistant" and action_of(turn) in _FAILED and not returns_manners(turn)


def is_ours(turn: Turn) -> bool:
    """Whether the words of a turn are the assistant's standing ones, which tell nothing of the subject."""
    return returns_manners(turn) or (turn.role == "assistant" and action_of(turn) in (*_FAILED, "escalate"))


def before_our_offer(text: str) -> str | None:
    """What a reply says before it offers a person, or says that none is there; None where it does neither."""
    found = [text.find(ours) for ours in _OFFERS if ours in text]
    return text[: min(found)] if found else None


def failed_turns(history: Sequence[Turn]) -> int:
    """How many of the assistant's last turns, one after the other, were no answer.

    An escalation ends the count as an answer does: the customer was heard. So does the turn of a person. Good manners
    returned are neither a failure nor an answer, nor is it to say that a person has the question.
    """
    count = 0
    for turn in reversed(history):
        if turn.role == "customer" or returns_manners(turn) or turn.text.startswith(_HANDED_OVER):
            continue
        if turn.role == "agent" or action_of(turn) not in _FAILED:
            break
        count += 1
    return count


def since_handed_over(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns after the last in which a person spoke or took over: with it what had failed until then was heard."""
    heard = [at for at, turn in enumerate(history) if turn.role == "agent" or action_of(turn) == "escalate"]
    return tuple(history[heard[-1] + 1 :]) if heard else tuple(history)


def awaits_a_person(question: Question) -> bool:
    """Whether a person has this question: it got no answer before the last escalation, and nobody has spoken since."""
    history = question.history
    heard = history[: len(history) - len(since_handed_over(history))]
    spoke = max((at for at, turn in enumerate(heard, 1) if turn.role == "agent"), default=0)
    before = repeats(question.model_copy(update={"history": heard[spoke:]}))
    return before is not None and (before.failed or before.actions[-1] == "escalate")


def repeats(question: Question) -> Attempt | None:
    """Whether the same thing was asked before in this conversation, and what happened then.

    The same words in any order, whatever their endings and accents; or nearly the same letters. Where nothing is left
    without stop words, such as of "???", the same characters, by themselves or in the turn before. A correction is the
    same thing as nothing but itself, a yes or no as nothing.
    """
    before = " ".join(turn.text for turn in question.history[-2:])
    corrects = corrected(question.text, before, question.language) is not None
    asked, tokens = spoken(question.text), _tokens(question.text, question.language)
    if YES_OR_NO.fullmatch(asked.strip(" .,!?")):
        return None
    said = [at for at, turn in enumerate(question.history) if turn.role == "customer"]
    told = bool(tokens) or question.standalone is None  # else it is what was said before it that tells what it asks
    replies = [
        _reply_to(question.history, at)
        for at in (said if told else said[-1:])
        for then in [question.history[at].text]
        if (spoken(then) == asked if corrects else _same(question.text, tokens, then, question.language))
    ]
    actions = tuple(_done(reply) for reply in replies if reply is None or not returns_manners(reply))
    return Attempt(actions) if actions else None


def _done(reply: Turn | None) -> Action | None:
    """What was done with a question that got this reply; None where that cannot be told."""
    if reply is None or reply.role != "assistant":
        return None
    return action_of(reply) or "answer"


def _tokens(text: str, language: str) -> frozenset[str]:
    tokens = analyser_for(language).tokens
    return frozenset(tokens(text)) - frozenset(tokens(_INSISTS))


def _same(text: str, tokens: frozenset[str], before: str, language: str) -> bool:
    then = _tokens(before, language)
    if then == tokens:
        return bool(tokens) or fold(before).split() == fold(text).split()
    # A slip changes letters of a word; a digit changed, or a word more, is another question: "5 Go" is not "50 Go".
    if len(then) != len(tokens) or _numbers(then) != _numbers(tokens):
        return False
    odd, old = sorted(tokens - then), sorted(then - tokens)
    alike = all(ratio(one, other) >= 60 for one, other in zip(odd, old, strict=True))
    return alike and ratio(spoken(text), spoken(before)) >= _SAME_SPELLING


def _numbers(tokens: frozenset[str]) -> frozenset[str]:
    return frozenset(
        token for token in tokens if any(char.isdigit() for char in token) or token in {"pas", "not", "no"}
    )


def _reply_to(history: Sequence[Turn], at: int) -> Turn | None:
    """The last turn of the other side before the customer spoke again."""
    reply = None
    for turn in history[at + 1 :]:
        if turn.role == "customer":
            break
        reply = turn
    return reply
