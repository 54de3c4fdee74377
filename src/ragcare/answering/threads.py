"""Threads: what was asked in them is no answer, nor is the greeting to whoever asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ragcare.answering.units import Unit, is_question
from ragcare.language.folding import fold, fold_in_place
from ragcare.language.manners import GREETING

_MARKS = re.compile(r"[#*_]+")
_ASKS = re.compile(r"\W*(?:question|demande|message|pose par|asked by|posted by)\b(?: (?:de|d.|du|from|by|par))?\s*")
_ANSWERS = re.compile(r"\b(?:repon\w*|answer\w*|repl(?:y|ies|ied)|equipe|team|support|staff|conseill\w*|moderat\w*)\b")
_OWN = re.compile(r"\b(?:j['’]|(?:je|mon|ma|mes|moi|me|ça|cela|i|my|me|mine|it|this|that)\b)", re.IGNORECASE)
_GREETING = re.compile(rf"(?:{GREETING}|dear|chere?)\b(?: [^\W\d_][\w'-]*){{0,3}} ?[,!.]\s*")


def said_in_answer(units: Sequence[Unit]) -> list[Unit]:
    """The units of a thread that may be said: the answers, each after the question that it answers.

    A turn begins with a label that names who speaks ("**Question from Aoife**", "**Aoife**"). The first turn asks;
    a later one of the same person asks on, or says thanks: of these only the last sentence is kept, if it is a
    question, and the first one only if it does not hang on what was told before it. A thread without such labels is
    left whole.
    """
    turns = list(_turns(units))
    if len(turns) < 2 or _ANSWERS.search(_name(turns[0])):
        return list(units)
    asker = set(_ASKS.sub("", _name(turns[0])).split())
    said: list[Unit] = []
    for turn in turns:
        if turn is turns[0] or (not _ANSWERS.search(_name(turn)) and asker <= set(_name(turn).split())):
            last = turn[1:][-1:]
            said += [unit for unit in last if is_question(unit) and not (turn is turns[0] and _OWN.search(unit.text))]
        else:
            said += map(_without_greeting, turn[1:])
    return said if any(not is_question(unit) for unit in said) else list(units)


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
    found = _GREETING.match(fold_in_place(unit.text))
    return replace(unit, start=unit.start + found.end()) if found and found.end() < len(unit.text) else unit
