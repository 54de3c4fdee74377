"""Corrections: "non, je parle de la fibre", "pas la box, le mobile". The word changes, the subject stays."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import Final

from rapidfuzz.distance import OSA

from ragcare.conversation import cues
from ragcare.language.analyser import analyser_for
from ragcare.language.folding import fold

_LONGEST: Final = 300  # characters: who writes more does not correct a word, but tells the whole anew
_WORD: Final = re.compile(r"[^\W_]+")
_MISSPELT_FROM: Final = 5  # letters: shorter words that look alike are other words, "box" and "boxe" or not
_ARTICLES: Final = {
    *("le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "mon", "ma", "mes"),
    *("the", "a", "an", "my"),
}


def corrected(text: str, topic: str, language: str, *, replied: str = "") -> str | None:
    """What was asked before with the corrected word in its place; None where the text corrects nothing.

    The wrong word is the one that the customer names, or else one that looks like the right one. Where neither stands
    in what was asked, such as a word of the assistant, the right one is added.

    Args:
        text: the message that may be a correction.
        topic: what the customer asked before it.
        language: of both.
        replied: what the assistant said to it; a word that is taken back stands in it or in the topic, for else
            "pas de réseau, que faire" is a complaint and corrects nothing.
    """
    if len(text) > _LONGEST:
        return None
    spoken = cues.spoken(text)
    for pattern in cues.CORRECTIONS:
        found = pattern.match(spoken)
        if found is None or not _is_told(found, spoken):
            continue
        new = _as_written(text, spoken, *found.span("new"))
        if not new:
            continue
        old = found.groupdict().get("old")
        taken_back = frozenset(analyser_for(language).tokens(old)) if old else frozenset()
        wrong = _spans_of(taken_back, topic, language) if old else _look_alike(new, topic)
        if old and not wrong and not _spans_of(taken_back, replied, language):
            continue
        return _in_place(new, wrong, topic) if wrong else f"{topic} {new}"
    return None


def with_another(text: str, named: Set[str], topic: str, language: str) -> str | None:
    """What was asked before with what the text names in the place of its own subject: "et pour la box ?".

    Args:
        text: the message that goes on with another subject.
        named: the tokens of the words that name the subject of before.
        topic: what the customer asked before it.
        language: of both.

    Returns:
        None where none of these words stands in what was asked.
    """
    subject = _noun_phrases(_spans_of(named, topic, language), topic)
    spoken = cues.spoken(text)
    found = cues.GOES_ON.match(spoken)
    new = _as_written(text, spoken, found.end() if found else 0, len(spoken))
    return _in_place(new, subject, topic) if subject and new else None


def _in_place(new: str, spans: Sequence[tuple[int, int]], topic: str) -> str:
    (start, end), *others = spans
    for from_, to in reversed(others):
        topic = topic[:from_] + topic[to:]
    return " ".join(f"{topic[:start]} {new} {topic[end:]}".split())


def _is_told(found: re.Match[str], spoken: str) -> bool:
    """Whether it corrects: what opens as a question of its own, with no word of correction before, does not."""
    if cues.TOLD_OUTRIGHT.search(spoken[: found.start("new")]):
        return True
    return "?" not in spoken and not cues.ASKS.match(found["new"])


def _as_written(text: str, spoken: str, start: int, end: int) -> str:
    """The words of a span of the spoken text, with their accents and capitals."""
    words = list(_WORD.finditer(text))
    first, count = len(_WORD.findall(spoken[:start])), len(_WORD.findall(spoken[start:end]))
    chosen = words[first : first + count]
    return text[chosen[0].start() : chosen[-1].end()] if chosen else ""


def _spans_of(tokens: Set[str], text: str, language: str) -> list[tuple[int, int]]:
    """Where the words of these tokens stand in a text, the article before them included."""
    spans = []
    for word in analyser_for(language).words(text):
        if word.token in tokens:
            before = list(_WORD.finditer(text[: word.start]))
            leads = bool(before) and fold(before[-1][0]) in _ARTICLES
            spans.append((before[-1].start() if leads else word.start, word.end))
    return spans


def _noun_phrases(spans: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Those of the words that stand behind an article, side by side: "ma carte SIM"; all of them where none does."""
    phrases: list[tuple[int, int]] = []
    for start, end in spans:
        opening = _WORD.match(text, start)
        led = opening is not None and opening.end() < end and fold(opening[0]) in _ARTICLES
        if phrases and not _WORD.search(text, phrases[-1][1], start):
            phrases[-1] = (phrases[-1][0], end)
        elif led:
            phrases.append((start, end))
    return phrases or list(spans)


def _look_alike(new: str, topic: str) -> list[tuple[int, int]]:
    """The word of what was asked that the one right word was misspelt as."""
    words = _WORD.findall(new)
    if len(words) != 1 or len(words[0]) < _MISSPELT_FROM:
        return []
    right = fold(words[0])
    for match in _WORD.finditer(topic):
        if 0 < OSA.distance(fold(match[0]), right) <= 2 and match[0][:1].casefold() == words[0][:1].casefold():
            return [match.span()]
    return []
