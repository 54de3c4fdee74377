"""Clauses of a sentence, and those among them that the evidence says nothing of: added steps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from ragcare.answering.grounding.reading import Statement
from ragcare.language.blocks import STEP_NUMBER

_CUT: Final = re.compile(
    r"[,;:–—()]\s|\s(?=(?:puis|ensuite|enfin|et|mais|then|and|but|before|after|avant|après|en|by|while|which|that|who|"
    r"where|when|qui|dont|où)\s)",
    re.IGNORECASE,
)
# A clause is cut within a sentence: bullets are among the signs before it, and its number may touch its first word.
_STEP: Final = re.compile(
    rf"^\W*(?:{STEP_NUMBER}\s*)?"
    r"(?:(?:puis|ensuite|enfin|et|then|and|finally|next|also|aussi|please|veuillez|first"
    r"|d['’]abord)[\s,]+){0,3}"
    r"(?:(?!vous\b|avez\b|êtes\b|pouvez\b)[^\W\d_]{2,}ez\b|il faut\b|you (?:must|need to|have to|should)\b|"
    r"vous devez\b|"
    r"(?:click|call|send|open|select|choose|restart|enter|go|tap|press|contact|fill|download|sign|log|wait|check|confirm|"
    r"remove|insert|turn|bring|keep|e-?mail|visit|install|unplug|reset|submit|attach|print|write|dial|type|scan|pay|show|"
    r"take|put|use|return|ask|upload|switch|register|report|provide|give|make|plug|update|clear|create|set|follow|save)\b)",
    re.IGNORECASE,
)
_UNSAID: Final = 0.34
_LEAST_WORDS: Final = 2


class Clause(NamedTuple):
    """A clause, the share of it that the evidence holds, and whether it tells to do something."""

    text: str
    coverage: float
    is_step: bool
    words: int


def clauses(said: Statement, held: Mapping[int, float]) -> list[Clause]:
    """The clauses of a sentence that hold words.

    Args:
        said: the sentence.
        held: how well each word, by its start, stands in the evidence, in 0..1.
    """
    found = []
    start = 0
    for end in [*(cut.start() for cut in _CUT.finditer(said.text)), len(said.text)]:
        inside = [token for token in said.tokens if start <= token.start < end]
        weight = sum(token.weight for token in inside)
        if weight:
            text = said.text[start:end].strip()
            share = sum(token.weight * held[token.start] for token in inside) / weight
            found.append(Clause(text, share, _STEP.match(text.lstrip(",;: ")) is not None, len(inside)))
            start = end
    return found


def unsaid(parts: list[Clause]) -> Clause | None:
    """The clause of which the evidence holds least, if that is next to nothing."""
    missing = [one for one in parts if one.words >= _LEAST_WORDS and one.coverage < _UNSAID]
    return min(missing, key=lambda one: one.coverage, default=None)
