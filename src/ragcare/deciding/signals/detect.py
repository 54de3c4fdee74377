"""The signals of one message, read in the light of the turns before it: by rules, and by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragcare.deciding.signals.meaning import meaning_by, pieces
from ragcare.deciding.signals.message import Message, Signal, only_looks_like
from ragcare.deciding.signals.person import ACCEPTED, DECLINED, REPEATED
from ragcare.deciding.signals.rules import RULES
from ragcare.deciding.wording import ENGLISH, FRENCH
from ragcare.settings import SignalSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ragcare.schema import Turn

_TOLD_FROM = 0.5  # under it, a signal is less likely than not, and nothing is said of it
_FAILED = {1: 0.5, 2: 0.8}  # how sure a failure is after so many turns that did not help
_FAILED_MORE = 0.95


def detect_signals(
    text: str, history: Sequence[Turn] = (), *, failed_turns: int = 0, how: SignalSettings | None = None
) -> tuple[Signal, ...]:
    """Read the signals in a customer's message.

    What must never be missed is found by rules; everything else, and what rules do not know, by its meaning. The first
    message loads both packaged embedders, about 165 MB, unless the index already did or the settings ask for less.

    Args:
        text: The message, in French or English.
        history: The turns before it. They matter twice: what an earlier customer turn asked for is asked again
            by "I already asked", and "yes" to an assistant that has just offered a person asks for one.
        failed_turns: How many turns before this one did not help; from the first on, the failure is repeated.
        how: Whether and by which embedder to read the meaning, and the company's own topics; the defaults if None.

    Returns:
        At most one signal a kind and topic, the most probable first, each of them more likely than not; empty when
        there is none.
    """
    how = how or SignalSettings()
    message = Message(text)
    signals = {kind: signal for kind in RULES if (signal := message.find(kind))}
    if "asks_person" not in signals and (signal := _asked_through_history(message, history)):
        signals["asks_person"] = signal
        if _acceptance(message):
            return (signal,)  # "yes, no problem" answers us, and has no meaning of its own
    if failed_turns > 0 and text:
        signals["repeated_failure"] = Signal("repeated_failure", _FAILED.get(failed_turns, _FAILED_MORE), text)
    found = list(signals.values())
    if how.by_meaning:
        found = [*_surer(signals, text, how), *_topics(text, how)]
    return tuple(sorted(found, key=lambda signal: -signal.probability))


def _surer(signals: dict[str, Signal], text: str, how: SignalSettings) -> Iterator[Signal]:
    """Of each kind what the rules say or what the meaning says, whichever is surer."""
    ruled = RULES.keys() & signals.keys()  # a failure counted in turns is no rule: a correction does not repeat it
    told = {
        kind: by_meaning
        for kind, by_meaning in meaning_by(how.embedder).kinds(pieces(text)).items()
        if by_meaning.probability >= _TOLD_FROM and (kind in ruled or not only_looks_like(by_meaning.quote, kind))
    }
    for kind in dict.fromkeys((*signals, *told)):
        by_rule, by_meaning = signals.get(kind), told.get(kind)
        if by_meaning and by_meaning.probability >= (by_rule.probability if by_rule else 0):
            # The words that a rule names tell more than the sentence they stand in.
            yield Signal(kind, by_meaning.probability, by_rule.quote if by_rule else by_meaning.quote)
        elif by_rule:
            yield by_rule


def _topics(text: str, how: SignalSettings) -> Iterator[Signal]:
    said = pieces(text)
    for name, topic in how.topics.items():
        told = meaning_by(how.embedder).topic(said, topic.examples)
        if told and told.probability >= _TOLD_FROM:
            yield Signal("topic", told.probability, told.quote, name)


def _asked_through_history(message: Message, history: Sequence[Turn]) -> Signal | None:
    if not history or history[-1].role != "assistant":
        return None
    if (accepted := _acceptance(message)) and _offers_person(history[-1].text):
        return accepted
    repeated = message.find("asks_person", REPEATED)
    asked = any(turn.role == "customer" and Message(turn.text).find("asks_person") for turn in history)
    return repeated if asked else None


def _acceptance(message: Message) -> Signal | None:
    if message.asks or message.find("asks_person", DECLINED):
        return None
    return message.find("asks_person", ACCEPTED)


def _offers_person(text: str) -> bool:
    # Our own offer word for word; another assistant's, as a customer would ask for a person.
    return FRENCH.offer in text or ENGLISH.offer in text or Message(text).find("asks_person") is not None
