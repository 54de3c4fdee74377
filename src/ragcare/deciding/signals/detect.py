"""The signals of one message, read in the light of the turns before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragcare.deciding.signals.message import Message, Signal
from ragcare.deciding.signals.person import ACCEPTED, DECLINED, REPEATED
from ragcare.deciding.signals.rules import RULES
from ragcare.deciding.wording import ENGLISH, FRENCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ragcare.schema import Turn


def detect_signals(text: str, history: Sequence[Turn] = ()) -> tuple[Signal, ...]:
    """Read the signals in a customer's message.

    Args:
        text: The message, in French or English.
        history: The turns before it. They matter twice: what an earlier customer turn asked for is asked again
            by "I already asked", and "yes" to an assistant that has just offered a person asks for one.

    Returns:
        At most one signal a kind, the most probable first; empty when there is none.
    """
    message = Message(text)
    signals = {kind: signal for kind in RULES if (signal := message.find(kind))}
    if "asks_person" not in signals and (signal := _asked_through_history(message, history)):
        signals["asks_person"] = signal
    return tuple(sorted(signals.values(), key=lambda signal: -signal.probability))


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
