"""A text as the rules see it: one character a word, so that a rule is one regular expression."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ragcare.deciding.signals.lists import LISTS
from ragcare.deciding.signals.notation import END, OTHER, patterns, weighted_patterns
from ragcare.deciding.signals.rules import LOOKALIKES, RULES
from ragcare.deciding.signals.spelling import codes, key

if TYPE_CHECKING:
    from collections.abc import Sequence

_ELIDED = re.compile(r"['’ʼ][^\W_]+")  # "quelqu'un", "can't": two words to a rule, one to whoever reads the quote
_TOKEN = re.compile(r"[^\W_][^\W_\u0300]*(?:[\u0300-\u036f]+[^\W_]*)*|[.!?;:\n]+")


class Signal(NamedTuple):
    """One thing that the message tells.

    Attributes:
        kind: One of `EscalationReason`; of a message heard in its conversation also a `SocialTurn`, or "handed_over".
        probability: How sure the rule or the model is, between 0 and 1.
        quote: The words that told, verbatim from the message.
        topic: The company's own name of it, where the kind is ``"topic"``.
    """

    kind: str
    probability: float
    quote: str
    topic: str = ""


class Message:
    """The characters that stand for the words of a text, and where each word stands in it.

    Attributes:
        asks: Whether the text has a question mark.
    """

    def __init__(self, text: str) -> None:
        known_codes = codes()
        known: dict[str, str] = {}
        visible, places = _visible(text)
        self.asks = "?" in text or "\uff1f" in text
        self._text = text
        self._spans = [(0, 0)]
        encoded = [END]
        for token in _TOKEN.finditer(visible):
            word = token[0]
            if word not in known:
                known[word] = known_codes.get(key(word), OTHER) if word[0].isalnum() else END
            encoded.append(known[word])
            self._spans.append((places[token.start()], places[token.end() - 1] + 1))
        self._encoded = "".join(encoded) + END

    def find(self, kind: str, rules: str | None = None) -> Signal | None:
        """The signal of the most probable rule that holds; ``rules`` replaces the rules of the kind."""
        encoded = self._encoded
        for lookalike in patterns(LOOKALIKES[kind]):
            encoded = lookalike.sub(lambda match: OTHER * len(match[0]), encoded)
        for probability, pattern in weighted_patterns(rules or RULES[kind]):
            if match := pattern.search(encoded):
                start, end = self._spans[match.start()][0], self._spans[match.end() - 1][1]
                rest = _ELIDED.match(self._text, end)
                end = rest.end() if rest else end
                return Signal(kind, probability, self._text[start:end])
        return None


def lists_named(text: str) -> frozenset[str]:
    """The lists of `lists.LISTS` of which the text has a word, however it is spelt."""
    of_each = _lists_of_each()
    return frozenset(name for char in set(Message(text)._encoded) for name in of_each.get(char, ()))


@cache
def _lists_of_each() -> dict[str, tuple[str, ...]]:
    """The lists in which each word stands, by the character that stands for the word."""
    of_each: dict[str, tuple[str, ...]] = {}
    for name, words in LISTS.items():
        for char in {codes()[key(word)] for word in words.split()}:
            of_each[char] = (*of_each.get(char, ()), name)
    return of_each


def only_looks_like(text: str, kind: str) -> bool:
    """Whether the text has what only looks like a signal of that kind."""
    encoded = Message(text)._encoded
    return any(lookalike.search(encoded) for lookalike in patterns(LOOKALIKES.get(kind, "")))


def _visible(text: str) -> tuple[str, Sequence[int]]:
    """The text without the characters that nobody sees, and where each of the others stands in the whole."""
    hidden = {char for char in set(text) if unicodedata.category(char) == "Cf"}
    if not hidden:
        return text, range(len(text))
    places = [place for place, char in enumerate(text) if char not in hidden]
    return "".join(text[place] for place in places), places
