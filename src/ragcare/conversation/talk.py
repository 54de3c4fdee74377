"""A conversation of many turns with one customer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Final

from ragcare.schema import Asker, Turn

if TYPE_CHECKING:
    from ragcare.assistant import Assistant
    from ragcare.schema import Reply

MOST_HISTORY: Final = 40
"""How many of the last turns the assistant is shown; what lies further back moves no reply."""


class Conversation:
    """Holds the turns with one customer, so that each message is understood by those before it.

        talk = Conversation(assistant, asker=Asker(audiences=("segment:business",)))
        reply = talk.ask("Quels sont vos horaires ?")
        reply = talk.ask("et le dimanche ?")

    Store `turns` and give them back to go on elsewhere: nothing else is kept. Messages of one conversation follow one
    another; those of different conversations may be asked from as many threads as there are.

    Args:
        assistant: who answers.
        asker: which audiences the customer belongs to; the public if None.
        turns: what was said so far, oldest first.
    """

    def __init__(self, assistant: Assistant, *, asker: Asker | None = None, turns: Iterable[Turn] = ()) -> None:
        self.assistant, self.asker = assistant, asker
        self._turns = list(turns)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was said so far, oldest first; of each turn of the assistant, what it did."""
        return tuple(self._turns)

    def ask(self, text: str, *, as_of: date | None = None) -> Reply:
        """The reply to the customer's next message.

        After a clarification, a number, a place ("la deuxième") or words of one title stand for that title, which is
        kept in the turns.

        Args:
            text: what the customer wrote.
            as_of: the day on which what is said must hold; today if None.

        Raises:
            pydantic.ValidationError: the message is blank or too long; it is then no turn.
        """
        reply = self.assistant.ask(text, history=self._turns[-MOST_HISTORY:], asker=self.asker, as_of=as_of)
        self._turns += [Turn(role="customer", text=reply.question.text), reply.turn]
        return reply

    def add(self, turn: Turn) -> None:
        """Takes in a turn that was said elsewhere, such as one of a person."""
        self._turns.append(turn)
