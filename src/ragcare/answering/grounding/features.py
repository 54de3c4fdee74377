"""What the model looks at: how much of a sentence its evidence holds, and what is wrong with it."""

from __future__ import annotations

import math
import re
from typing import Final

from ragcare.answering.grounding.alignment import Alignment
from ragcare.answering.grounding.clauses import Clause
from ragcare.answering.grounding.findings import Findings
from ragcare.answering.grounding.likeness import vectors
from ragcare.language.whose_words import read_as

_MANY: Final = 3  # more faults of one kind than this count no more
_LONGEST: Final = 2_000  # characters of a sentence and of its support that are embedded
_STRONG: Final = {
    "fr": re.compile(r"\b(?:toujours|tous|toutes|tout|chaque|seule?|unique\w*|doi(?:t|vent)|obligatoire\w*|"
                     r"premi[eè]re?|immédiat\w*|automatiqu\w*|plus grand\w*|meilleure?s?)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:always|all|every|each|only|sole|must|mandatory|first|immediate\w*|automatic\w*|most|"
                     r"largest|best|\w{3,}est)\b", re.IGNORECASE),
}  # fmt: skip


def features(alignment: Alignment, findings: Findings, parts: list[Clause]) -> dict[str, float]:
    """The features of a sentence against its evidence, by name; `model.json` weighs each.

    coverage: the share of the sentence, by weight, that stands anywhere in the evidence; `in_three`: in the best three
    sentences together. lost: what all words that are missing tell, as a logarithm. worst_clause: the coverage of the
    clause that is held least. nearness: the cosine of the sentence and its support. strong: how many words such as
    "always" and "only" the evidence lacks. polarity: the sentence denies something and the best sentence of the
    evidence nothing, or the other way round. names, figures, negation: what is wrong with the facts.
    """
    said, source, held = alignment.said, alignment.source, alignment.held
    lost = math.fsum(token.weight * (1 - held[token.start]) for token in said.tokens)
    strong = _STRONG[read_as(said.language)]
    there = {word.lower() for word in strong.findall("\n".join(source.texts))}
    supports = [source.sentences[at] for at in alignment.supports]
    return {
        "coverage": alignment.coverage(),
        "in_three": alignment.coverage(alignment.supports),
        "lost": math.log1p(lost),
        "worst_clause": min((one.coverage for one in parts), default=0.0),
        "nearness": _nearness(said.text, " ".join(one.text for one in supports)),
        "strong": float(sum(word.lower() not in there for word in strong.findall(said.text))),
        "polarity": float(bool(supports) and bool(said.negations) != bool(supports[0].negations)),
        "names": float(min(findings.names, _MANY)),
        "figures": float(min(len(findings.figures), _MANY)),
        "negation": float(bool(findings.negation)),
    }


def _nearness(said: str, support: str) -> float:
    if not support:
        return 0.0
    one, other = vectors([said[:_LONGEST], support[:_LONGEST]])
    return float(one @ other)
