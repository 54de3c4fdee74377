"""A choice after a clarification: "2", "la deuxième", or words of one title; several of them, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ragcare.conversation.attempts import action_of
from ragcare.conversation.cues import ALL_OF_THEM, FILLERS, NEITHER, UNSURE, spoken
from ragcare.language.analyser import analyser_for
from ragcare.language.folding import fold
from ragcare.schema import Question, RefusalReason, Turn

_LISTED: Final = re.compile(r"^(\d)\. (.+)$", re.MULTILINE)  # as `Wording.choice` writes it
_LEAD: Final = (
    r"(?:(?:c est|it s|it is|oui|yes|je (?:parle|veux|choisis|prends)|i (?:mean|meant|want|choose|pick)|plutot|option|"
    r"choix|choice|number|numero|no|n|le|la|les|l|du|de|the|pour|for) ?[,.:]? ?)*"
)
_TRAIL: Final = (
    r"(?: (?:one|choix|choice|option|solution|proposition|svp|stp|please|merci|thanks|s il vous plait|[.!,]))*"
)
_ORDINALS: Final = (
    ("1", "1 ?er|1 ?ere|1re|1st|premier|premiere|first|un|une|one"),
    ("2", "2 ?e|2 ?eme|2nd|2 ?nde|deuxieme|second|seconde|deux|two"),
    ("3", "3 ?e|3 ?eme|3rd|troisieme|third|trois|three"),
)
_NUMBERS: Final = tuple(re.compile(rf"{_LEAD}(?:{number}|{words}){_TRAIL}") for number, words in _ORDINALS)
_LAST: Final = re.compile(rf"{_LEAD}(?:dernier|derniere|last){_TRAIL}")
_AND: Final = re.compile(r" (?:et|and|,|;|plus) ")
_SEVERAL: Final = 2
_MOST_WORDS: Final = 4  # that carry something: who writes more asks a question of their own


def offered(history: Sequence[Turn]) -> tuple[str, ...]:
    """The titles that the last turn asked to choose from; none where it asked nothing of the kind."""
    if not history or action_of(history[-1]) != "clarify":
        return ()
    return tuple(title.strip() for _, title in _LISTED.findall(history[-1].text))


def _offered_before(history: Sequence[Turn]) -> tuple[str, ...]:
    """The titles that were offered last, if the customer has done nothing since but choose among them, or not."""
    for at in range(len(history) - 1, -1, -1):
        if titles := offered(history[: at + 1]):
            since = [turn.text for turn in history[at + 1 :] if turn.role == "customer"]
            return titles if all(_named(one, titles) or declined(one, history[: at + 1]) for one in since) else ()
    return ()


def declined(text: str, history: Sequence[Turn]) -> RefusalReason | None:
    """Why nothing is said to a customer who chose none of the titles: none is meant, or it cannot be told which."""
    if not offered(history):
        return None
    point = _point(text)
    if NEITHER.fullmatch(point):
        return "no_source"
    return "weak_source" if UNSURE.fullmatch(point) else None


def chosen(text: str, history: Sequence[Turn], language: str) -> tuple[str, ...]:
    """The titles that the customer chose; none where the last turn offered none, or the message says none of them.

    A title is chosen by its place or by words that stand in it and in no other of those offered; several by their
    places, and each of them by "both". Of three too: which is not meant cannot be told, and those that are meant are
    among them. Who has read about one may still choose another, by its place or by the whole of it.
    """
    titles = offered(history)
    if not titles or declined(text, history) is not None:
        return () if titles else _named(text, _offered_before(history))
    if named := _named(text, titles):
        return named
    tokens = analyser_for(language).tokens
    said = set(tokens(_point(text)))
    if "?" in text or not 0 < len(said) <= _MOST_WORDS:
        return ()
    holding = tuple(title for title in titles if said <= set(tokens(title)))
    return holding if len(holding) == 1 else ()


def each_chosen(question: Question) -> tuple[Question, ...]:
    """A question for each title, where the customer chose several."""
    titles = chosen(question.text, question.history, question.language)
    if len(titles) < _SEVERAL:
        return ()
    return tuple(question.model_copy(update={"text": title, "standalone": None}) for title in titles)


def _named(text: str, titles: Sequence[str]) -> tuple[str, ...]:
    """The titles of which the message says the place, or the whole, or that each of them is meant."""
    if titles and ALL_OF_THEM.fullmatch(_point(text)):
        return tuple(titles)
    if (one := _one_named(text, titles)) is not None:
        return (one,)
    each = [_one_named(part, titles) for part in _AND.split(spoken(text))]
    return tuple(dict.fromkeys(one for one in each if one is not None)) if None not in each else ()


def _point(text: str) -> str:
    message = spoken(text)
    return message[found.end() :] if (found := FILLERS.match(message)) else message


def _one_named(text: str, titles: Sequence[str]) -> str | None:
    """The title of which the message says the place, or the whole."""
    if not titles:
        return None
    message = spoken(text).strip(" .!")
    for place, pattern in enumerate(_NUMBERS):
        if place < len(titles) and pattern.fullmatch(message):
            return titles[place]
    if _LAST.fullmatch(message):
        return titles[-1]
    named = [title for title in titles if fold(title).strip() == fold(text).strip()]
    return named[0] if named else None
