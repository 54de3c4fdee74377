"""Threads: what was asked in them is no answer, nor is the greeting to whoever asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ragcare.answering.units import Unit
from ragcare.language.folding import fold

_MARKS = re.compile(r"[#*_]+")
_ASKS = re.compile(r"\W*(?:question|demande|message|pose par|asked by|posted by)\b(?: (?:de|d.|du|from|by|par))?\s*")
_ANSWERS = re.compile(r"\b(?:repon\w*|answer\w*|repl(?:y|ies|ied)|equipe|team|support|staff|conseill\w*|moderat\w*)\b")
_GREETING = re.compile(
    r"(?:bonjour|bonsoir|salut|hello|hi|hey|dear|chère?|good (?:morning|afternoon|evening))\b"
    r"(?:[ \u00a0][^\W\d_][\w'’-]*){0,3}[ \u00a0]?[,!.]\s*",
    re.IGNORECASE,
)


def said_in_answer(units: Sequence[Unit]) -> list[Unit]:
    """The units of a thread that answer: what was asked is left out, the names of who speaks, and greetings.

    A turn begins with a label that names who speaks ("**Question from Aoife**", "**Aoife**"). The first turn asks;
    a later one of the same person asks on, or says thanks. A thread without such labels is left whole.
    """
    turns = list(_turns(units))
    if len(turns) < 2 or _ANSWERS.search(_name(turns[0])):
        return list(units)
    asker = set(_ASKS.sub("", _name(turns[0])).split())
    answers = [
        turn[1:] for turn in turns[1:] if _ANSWERS.search(_name(turn)) or not asker <= set(_name(turn).split())
    ]
    return [_without_greeting(unit) for turn in answers for unit in turn] or list(units)


def _turns(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """The turns, each with its label first; nothing of a thread that does not begin with one."""
    turn: list[Unit] = []
    for unit in units:
        if unit.label and turn:
            yield turn
            turn = []
        if unit.label or turn:
            turn.append(unit)
    if turn:
        yield turn


def _name(turn: Sequence[Unit]) -> str:
    return " ".join(_MARKS.sub(" ", fold(turn[0].text)).replace(",", " ").split())


def _without_greeting(unit: Unit) -> Unit:
    found = _GREETING.match(unit.text)
    return replace(unit, start=unit.start + found.end()) if found and found.end() < len(unit.text) else unit
