"""The signals of one message, read in the light of the turns before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragcare.deciding.signals import gravity, person
from ragcare.deciding.signals.message import Message, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ragcare.schema import Turn

_RULES = {
    "asks_person": (person.RULES, person.LOOKALIKES),
    "anger": (gravity.ANGER_RULES, gravity.ANGER_LOOKALIKES),
    "bereavement": (gravity.BEREAVEMENT_RULES, gravity.BEREAVEMENT_LOOKALIKES),
    "fraud": (gravity.FRAUD_RULES, gravity.FRAUD_LOOKALIKES),
    "legal": (gravity.LEGAL_RULES, gravity.LEGAL_LOOKALIKES),
}


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
    signals = {kind: signal for kind, rules in _RULES.items() if (signal := message.find(kind, *rules))}
    if "asks_person" not in signals and (signal := _asked_through_history(message, history)):
        signals["asks_person"] = signal
    return tuple(sorted(signals.values(), key=lambda signal: -signal.probability))


def _asked_through_history(message: Message, history: Sequence[Turn]) -> Signal | None:
    if not history or history[-1].role != "assistant":
        return None
    if (accepted := _asks(message, person.ACCEPTED)) and _asks(Message(history[-1].text)):
        return accepted
    repeated = _asks(message, person.REPEATED)
    asked = any(turn.role == "customer" and _asks(Message(turn.text)) for turn in history)
    return repeated if asked else None


def _asks(message: Message, rules: str = person.RULES) -> Signal | None:
    return message.find("asks_person", rules, person.LOOKALIKES)
