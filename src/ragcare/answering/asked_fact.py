"""The asked fact within what is said: the words that answer, and whether they are sure enough to be marked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ragcare.answering.reading import Reading
from ragcare.language.analyser import analyser_for
from ragcare.language.quantities import Quantity, quantities
from ragcare.schema import Evidence, Passage, Question

_SURE: Final = 0.6
_HELD: Final = 0.8
"""With these, 44 of 53 marked facts held the reference answer (dev questions of piaf_fr, squad2_en and demo that were
answered), 44 of 47 where the question has an answer; marking all, 138 of 619."""

MEASURES: Final[Mapping[str, frozenset[str]]] = {
    "amount": frozenset({"amount"}),
    "percent": frozenset({"percent"}),
    "duration": frozenset({"duration"}),
    "date": frozenset({"date", "time"}),
    "number": frozenset({"number", "amount", "percent", "duration"}),
}
"""What is asked that a quantity answers, and the kinds of quantity that do."""

_NO_FACT: Final = frozenset({"which", "yes_no", "why", "how", "how_to", "definition"})
"""What a few words do not answer, or are hardly ever the right ones."""

_YEAR: Final = re.compile(r"\b(?:1[0-9]|20)[0-9]{2}\b")
_BEFORE_A_DATE: Final = re.compile(r"(?:^|\s)((?:en|in|on|le|vers|around|dès|depuis|since)\s)$", re.IGNORECASE)
_MARKUP: Final = re.compile(r"[*|`<>\[\]]")  # marked words that begin or end within bold ones cannot be shown
_COUNTED: Final = re.compile(r"[ \u00a0\u202f][^\W\d_]+")


def best_words(
    question: Question, readings: Mapping[Passage, Reading], evidence: Sequence[Evidence]
) -> tuple[Evidence, bool] | None:
    """The shortest words that answer best of all that is said, as a quote, and whether they may be marked as the fact.

    A quantity is quoted whole, with its unit or what the question wants counted: "3,99 €", "5 personnes", "en 1439".
    """
    for passage, reading in sorted(readings.items(), key=lambda pair: -pair[1].strength):
        found = Evidence.cut(passage, *reading.span) if reading.span is not None else None
        if found is not None and _is_said(found, evidence):
            whole, fits = _whole(question, passage, reading)
            fact = Evidence.cut(passage, *whole)
            sure = fits and reading.sureness >= _SURE and reading.holds >= _HELD and reading.asked not in _NO_FACT
            return (fact, sure) if _is_said(fact, evidence) else (found, False)
    return None


def _is_said(fact: Evidence, evidence: Sequence[Evidence]) -> bool:
    return any(piece.holds(fact) for piece in evidence)


def _whole(question: Question, passage: Passage, reading: Reading) -> tuple[tuple[int, int], bool]:
    """The span with the quantities that it touches whole; and whether it is what was asked for."""
    assert reading.span is not None
    start, end = reading.span
    touched = [one for one in quantities(passage.text, passage.language) if one.start < end and start < one.end]
    start, end = min([start, *(one.start for one in touched)]), max([end, *(one.end for one in touched)])
    if reading.asked == "date" and (before := _BEFORE_A_DATE.search(passage.text[:start])):
        start = before.start(1)
    if reading.asked == "number" and _is_bare(touched, start, end):
        counted, tokens = _COUNTED.match(passage.text, end), analyser_for(passage.language).tokens
        if counted and set(tokens(counted[0])) & set(tokens(question.sought)):
            end = counted.end()
    said = passage.text[start:end]
    wanted = MEASURES.get(reading.asked)
    if wanted is None:
        return (start, end), len(said) > 1 and _MARKUP.search(said) is None
    year = reading.asked == "date" and _YEAR.search(said) is not None
    return (start, end), year or any(one.kind in wanted for one in touched)


def _is_bare(touched: Sequence[Quantity], start: int, end: int) -> bool:
    return len(touched) == 1 and touched[0].kind == "number" and (touched[0].start, touched[0].end) == (start, end)
