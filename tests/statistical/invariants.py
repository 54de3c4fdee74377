"""What must hold in every conversation, whatever is said: checked on conversations made by chance; `make invariants`.

    python -m tests.statistical.invariants --conversations 10000 --write evals/INVARIANTS.md

The whole assistant answers, with the instant `hash` embedder over a small knowledge base. Its confidence was fitted for
another embedder and promises nothing here, so that there are wrong answers: what is checked holds all the same.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, get_args

from tests.statistical.random_conversations import Message, conversation
from tqdm import tqdm

from ragcare.assistant import Assistant
from ragcare.conversation.talk import Conversation
from ragcare.deciding.signals.meaning import meaning_by
from ragcare.schema import Reply, SocialTurn, Turn
from ragcare.settings import Settings
from ragcare.testing import DAY, small_knowledge, validated

PERSON = "a person is one step away in every reply"
FAILED = "no more than two failed turns in a row"
ASKED = "a request for a person is never answered by an article"
LOOPS = "an escalation does not lead to another one by itself"
SAME = "the same conversation gets the same decisions"
TWICE = "the same question never gets the same failed reply twice"
ONCE = "a question that failed is handed over once"
AWAY = "whether the team is there changes no decision"
INVARIANTS: Final = (PERSON, FAILED, ASKED, LOOPS, TWICE, ONCE, SAME, AWAY)

_REQUESTS: Final = ("Je veux parler à un conseiller", "I want to speak to a human")
_AGAIN_IN: Final = 4
"""One conversation of so many is held again, and once more while nobody is there."""


@dataclass
class Seen:
    """What was seen, over all conversations.

    Attributes:
        broken: of each invariant where it did not hold, in words.
        actions: how often each was decided.
        missed: requests with a slip of the keyboard that were not heard as such.
    """

    conversations: int = 0
    broken: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in INVARIANTS})
    actions: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


class Invariants:
    """Holds conversations with an assistant, and looks whether the invariants hold.

    Args:
        hours: when the team of the second assistant is there, who is otherwise the same.
    """

    def __init__(self, hours: str | None = "off") -> None:
        articles = [*small_knowledge(), *_RIVALS]
        self.assistant = Assistant.over(articles, embedder="hash")
        away = Settings.model_validate({"handoff": {"hours": hours}})
        self.away = Assistant.over(articles, settings=away, embedder="hash")
        self.seen = Seen()
        self._plain: dict[str, str] = {}

    def hold(self, seed: int) -> None:
        """Holds the conversation of that seed."""
        said = conversation(seed)
        replies = list(self._replies(said, self.assistant))
        self.seen.conversations += 1
        for name, turn in self._broken(said, replies):
            self.seen.broken[name].append(f"conversation {seed}, message {turn + 1}: {said[turn].text[:80]!r}")
        self._ask_for_a_person(seed, replies)
        if seed % _AGAIN_IN == 0:
            for name, other in ((SAME, self.assistant), (AWAY, self.away)):
                again = list(self._replies(said, other))
                unlike = [
                    turn for turn, (a, b) in enumerate(zip(replies, again, strict=True)) if a.decision != b.decision
                ]
                self.seen.broken[name].extend(f"conversation {seed}, message {turn + 1}" for turn in unlike[:1])

    def _replies(self, said: Sequence[Message], assistant: Assistant) -> Iterator[Reply]:
        talk = Conversation(assistant)
        return (talk.ask(message.text, as_of=DAY) for message in said)

    def _broken(self, said: Sequence[Message], replies: Sequence[Reply]) -> Iterator[tuple[str, int]]:
        failed, before = 0, ""
        said_of: set[tuple[str, str, str]] = set()
        handed_over: set[tuple[str, str]] = set()
        for turn, (message, reply) in enumerate(zip(said, replies, strict=True)):
            action, code = reply.decision.action, reply.decision.reasons[0].code
            self.seen.actions[f"{action}, {code}"] += 1
            if action != "answer" and (reply.handoff is None or not reply.handoff.contact.ways):
                yield PERSON, turn
            if message.asks_person:
                yield from ((ASKED, turn) for _ in [0] if self._is_answered(message, reply))
            asked = (message.text, reply.question.sought)
            if action in ("refuse", "clarify") and code not in (*get_args(SocialTurn), "handed_over"):
                yield from ((TWICE, turn) for _ in [0] if (*asked, reply.text) in said_of)
                said_of.add((*asked, reply.text))
            if (action, code) == ("escalate", "repeated_failure"):
                yield from ((ONCE, turn) for _ in [0] if asked in handed_over)
                handed_over.add(asked)
            if code in (*get_args(SocialTurn), "handed_over"):
                continue
            failed = failed + 1 if action in ("refuse", "clarify") else 0
            if failed > 2:
                yield FAILED, turn
            if action == before == "escalate" and self._alone(message) != "escalate":
                yield LOOPS, turn
            before = action

    def _is_answered(self, message: Message, reply: Reply) -> bool:
        """Whether a request for a person gets an article; one with a slip may be missed, and is counted."""
        self.seen.asked["misspelt" if message.misspelt else "as it is written"] += 1
        heard = reply.decision.action == "escalate"
        if message.misspelt and not heard:
            self.seen.missed.append(message.text)
        return not heard and not message.misspelt

    def _alone(self, message: Message) -> str:
        if message.text not in self._plain:
            self._plain[message.text] = self.assistant.ask(message.text, as_of=DAY).decision.action
        return self._plain[message.text]

    def _ask_for_a_person(self, seed: int, replies: Sequence[Reply]) -> None:
        """After some turn of the conversation the customer asks for a person, and gets one at once."""
        chance = random.Random(f"person {seed}")
        turn = chance.randrange(len(replies))
        turns = [*replies[turn].question.history, *_turns(replies[turn])]
        reply = Conversation(self.assistant, turns=turns).ask(chance.choice(_REQUESTS), as_of=DAY)
        codes = [reason.code for reason in reply.decision.reasons]
        if "asks_person" not in codes or reply.handoff is None or reply.handoff.when != "now":
            self.seen.broken[PERSON].append(f"conversation {seed}, asked for after message {turn + 1}")


def _turns(reply: Reply) -> Iterator[Turn]:
    yield Turn(role="customer", text=reply.question.text)
    yield reply.turn


_RIVALS: Final = (
    validated("fr-box", "La résiliation de la box se demande par courrier.", title="Résilier ma box", language="fr"),
    validated(
        "fr-mobile",
        "La résiliation du forfait se fait dans l'application.",
        title="Résilier mon forfait mobile",
        language="fr",
    ),
)
"""Two articles between which a vague question is asked back."""


def page(seen: Seen) -> str:
    """What was seen, as Markdown."""
    turns = sum(seen.actions.values())
    rows = [f"| {name} | {len(seen.broken[name])} |" for name in INVARIANTS]
    broken = [f"- {name}: {case}" for name, cases in seen.broken.items() for case in cases[:5]]
    done = ", ".join(f"{action} {count}" for action, count in sorted(seen.actions.items(), key=lambda one: -one[1]))
    written, misspelt = seen.asked["as it is written"], seen.asked["misspelt"]
    missed = ", ".join(f"“{text}”" for text in sorted(set(seen.missed))[:5]) or "none"
    return "\n".join(
        [
            "# What holds in every conversation",
            "",
            "Written by `make invariants`, not by hand: conversations made by chance (`tests/statistical/`), French",
            "and English, with questions that are answered, near misses, noise, manners, follow-ups, choices, anger,",
            "requests for a person, slips of the keyboard and texts of 4,000 characters.",
            "",
            f"{seen.conversations} conversations, {turns} turns.",
            "",
            "| what must hold | broken |",
            "|---|---|",
            *rows,
            "",
            *(["Broken:", "", *broken, ""] if broken else []),
            f"Requests for a person: {written} as they are written, {misspelt} with a slip of the keyboard, of which",
            f"{len(seen.missed)} were not heard as such ({missed}). Some request follows each conversation besides.",
            "",
            f"Decided: {done}.",
            "",
        ]
    )


def main() -> None:
    """Holds the conversations, prints the page, and ends with 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--write", type=Path, help="the file that the page is written to")
    given = parser.parse_args()
    meaning = meaning_by(Settings().signals.embedder)
    known = cache(meaning.kinds)
    setattr(meaning, "kinds", lambda said: known(tuple(said)))  # noqa: B010 (the same is said thousands of times)
    invariants = Invariants()
    for seed in tqdm(range(given.conversations), unit="conversation"):
        invariants.hold(seed)
    text = page(invariants.seen)
    sys.stdout.write(text)
    if given.write is not None:
        given.write.write_text(text, encoding="utf-8")
    raise SystemExit(1 if any(invariants.seen.broken.values()) else 0)


if __name__ == "__main__":
    main()
