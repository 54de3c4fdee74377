"""What the model looks at: how much of a sentence its evidence holds, and what is wrong with it."""

from __future__ import annotations

import math
import re
from typing import Final

from ragcare.answering.grounding.alignment import Alignment
from ragcare.answering.grounding.clauses import Clause
from ragcare.answering.grounding.findings import Findings
from ragcare.answering.grounding.likeness import vectors

_WINDOW: Final = 6  # words within which a pair of neighbours must meet again in the evidence
_STRONG: Final = {
    "fr": re.compile(r"\b(?:toujours|tous|toutes|tout|chaque|seule?|unique\w*|doi(?:t|vent)|obligatoire\w*|premi[eè]re?|"
                     r"immédiat\w*|automatiqu\w*|plus grand\w*|meilleure?s?)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:always|all|every|each|only|sole|must|mandatory|first|immediate\w*|automatic\w*|most|largest|"
                     r"best|\w{3,}est)\b", re.IGNORECASE),
}  # fmt: skip


def features(alignment: Alignment, findings: Findings, parts: list[Clause]) -> dict[str, float]:
    """The features of a sentence against its evidence, by name.

    coverage: the share of the sentence, by weight, that stands anywhere in the evidence; `in_one` and `in_three`: in
    the best sentence, in the best three together. exact: the same by spelling alone. rarest: what the rarest word that
    is missing tells, in nats. pairs: the share of neighbouring words that are near each other in the evidence too.
    worst_clause: the coverage of the clause that is held least. nearness: the cosine of the sentence and its support.
    strong: words such as "always", "only" that the evidence lacks. The others count what is wrong, and how long both are.
    """
    said, source = alignment.said, alignment.source
    held = alignment.held
    lost = [token.weight * (1 - held[token.start]) for token in said.tokens]
    exact = sum(token.weight for token in said.tokens if token.stem in source.stems)
    strong = _STRONG["fr" if said.language == "fr" else "en"]
    there = {word.lower() for word in strong.findall("\n".join(source.texts))}
    supports = [source.sentences[at] for at in alignment.supports]
    return {
        "coverage": alignment.coverage(),
        "in_one": alignment.coverage(alignment.supports[:1]),
        "in_three": alignment.coverage(alignment.supports),
        "exact": exact / said.weight if said.weight else 0.0,
        "rarest": max(lost, default=0.0),
        "lost": math.log1p(math.fsum(lost)),
        "pairs": _pairs(alignment),
        "worst_clause": min((one.coverage for one in parts), default=0.0),
        "nearness": _nearness(said.text, " ".join(one.text for one in supports)),
        "names": float(min(findings.names, 3)),
        "figures": float(min(len(findings.figures), 3)),
        "negation": float(bool(findings.negation)),
        "condition": float(bool(findings.condition)),
        "segment": float(bool(findings.segment)),
        "strong": float(sum(word.lower() not in there for word in strong.findall(said.text))),
        "words": math.log1p(len(said.tokens)),
        "evidence": math.log1p(sum(len(one.tokens) for one in source.sentences)),
        "across": float(said.language != source.language),
    }


def _nearness(said: str, support: str) -> float:
    if not support:
        return 0.0
    one, other = vectors([said, support[:2000]])
    return float(one @ other)


def _pairs(alignment: Alignment) -> float:
    """The share of pairs of neighbours whose two words stand near each other in one sentence of the evidence."""
    tokens = alignment.said.tokens
    if len(tokens) < 2:
        return alignment.coverage()
    kept = 0
    for one, other in zip(tokens, tokens[1:], strict=False):
        kept += any(
            alignment.matches(one, first) and alignment.matches(other, second)
            for at in alignment.supports
            for position, first in enumerate(alignment.source.sentences[at].tokens)
            for second in alignment.source.sentences[at].tokens[max(0, position - _WINDOW) : position + _WINDOW]
        )
    return kept / (len(tokens) - 1)
