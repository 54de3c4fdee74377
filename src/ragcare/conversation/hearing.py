"""What a message tells besides its question, heard in its conversation: manners, signals, and what failed before."""

from __future__ import annotations

from ragcare.conversation.attempts import awaits_a_person, failed_turns, repeats, since_handed_over
from ragcare.conversation.choosing import chosen
from ragcare.conversation.social import social_turn
from ragcare.deciding.signals import Signal, detect_signals
from ragcare.schema import Question
from ragcare.settings import SignalSettings

_TWICE = 2


def hear(question: Question, how: SignalSettings) -> tuple[Signal, ...]:
    """The signals of a question, the most probable first.

    A message that is nothing but good manners tells nothing else. One that asks again what got no answer has failed
    twice by now, whatever was said in between; but for a person, who has heard of it. A question back that is answered
    by a choice has failed nobody, unless something failed before it, and its "yes" accepts no offer. A question that a
    person has is told to be so.
    """
    manners = social_turn(question.text, question.history)
    if manners is not None:
        return (Signal(manners, 1.0, question.text),)
    since = since_handed_over(question.history)
    before = repeats(question.model_copy(update={"history": since}))
    failed, said = failed_turns(question.history), question.text
    if titles := chosen(said, question.history, question.language):
        said = " ".join(titles)
        failed = 0 if failed == 1 else failed
    if before is not None and before.failed:
        failed = max(failed, _TWICE)
    signals = detect_signals(said, question.history, failed_turns=failed, how=how)
    if len(since) < len(question.history) and not any(turn.role == "assistant" for turn in since):
        # "It does not work" says nothing new to the person who has just been given the matter.
        signals = tuple(one for one in signals if one.kind != "repeated_failure")
    return (Signal("handed_over", 1.0, question.text), *signals) if awaits_a_person(question) else signals
