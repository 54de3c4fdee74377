"""Checking sentences: facts by rules, everything else by the fitted model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ragcare.answering.grounding.alignment import Alignment, ReadEvidence, align
from ragcare.answering.grounding.clauses import Clause, clauses, unsaid
from ragcare.answering.grounding.entailment import Entailment
from ragcare.answering.grounding.features import features
from ragcare.answering.grounding.findings import Findings, find_faults
from ragcare.answering.grounding.model import shipped
from ragcare.answering.grounding.names import named_by_heading
from ragcare.answering.grounding.reading import BARE_YES, Statement, read
from ragcare.answering.grounding.verdict import FaultCode, Place, Verdict
from ragcare.errors import BadInput
from ragcare.language.sentences import sentence_spans

WRONG_FACT: Final = 0.5
"""What the score of a sentence with a wrong fact is multiplied by, at most; it stays below every threshold."""
_NO_TOPIC: Final = 0.2  # below this coverage the evidence speaks of something else


def check_grounding(
    response: str,
    evidence: Sequence[str],
    *,
    language: str | None = None,
    threshold: float | None = None,
    entailment: Entailment | None = None,
) -> tuple[Verdict, ...]:
    """Says of each sentence of a response whether the evidence supports it, and if not, why.

    A sentence that stands in the evidence word for word is supported. A figure, date, negation, name, condition or
    segment that the evidence lacks or contradicts makes a sentence unsupported whatever else it says. Every other
    sentence is judged by a small model that ships with ragcare.

    Args:
        response: what is to be said, in French or English.
        evidence: the texts that it must stand on; they may be in the other language.
        language: of the response; told from its words if None.
        threshold: the score from which on a sentence is supported, 0..1; the one that the model was fitted with if
            None: at it, 95 % of the supported sentences of its test were kept.
        entailment: a second opinion such as `NliCheck`; its probability and the model's are averaged.

    Returns:
        One verdict a sentence, in order; none for a blank response.

    Raises:
        BadInput: the threshold is not in 0..1, the response is no text, or the evidence no list of texts.
    """
    if isinstance(evidence, str):
        raise BadInput("evidence is one string. Mend: give a list of texts, such as [text]")
    if not isinstance(response, str):
        raise BadInput(f"response is no text but {type(response).__name__}. Mend: give what is to be said")
    if not isinstance(evidence, Sequence) or not all(isinstance(text, str) for text in evidence):
        raise BadInput("evidence is not a list of texts. Mend: give the texts themselves, such as [passage.text]")
    if threshold is not None and not 0 <= threshold <= 1:
        raise BadInput(f"threshold {threshold} is not in 0..1. Mend: leave it out, or give a probability")
    language = language or _told(response)
    source = ReadEvidence.of(evidence, _told("\n".join(evidence)))
    return weigh_all(response, language, source, response, threshold, entailment)


def weigh_all(
    said: str,
    language: str,
    source: ReadEvidence,
    response: str = "",
    threshold: float | None = None,
    entailment: Entailment | None = None,
) -> tuple[Verdict, ...]:
    """Whether each sentence of a text stands on evidence that has been read; a bare "yes" does if the next one does."""
    found: list[Verdict] = []
    for start, end in reversed(sentence_spans(said, language)):
        sentence = said[start:end]
        if found and BARE_YES.fullmatch(sentence):
            verdict = replace(found[-1], sentence=sentence)
        else:
            verdict = weigh(sentence, language, source, response, threshold, entailment)
        found.append(replace(verdict, start=start, end=end))
    return tuple(reversed(found))


def weigh(
    sentence: str,
    language: str,
    source: ReadEvidence,
    response: str = "",
    threshold: float | None = None,
    entailment: Entailment | None = None,
) -> Verdict:
    """Whether a sentence of a response stands on evidence that has been read."""
    place = stands_verbatim(sentence, source)
    if place is not None:
        return Verdict(True, 1.0, sentence, 0, len(sentence), place)
    alignment, findings, parts = examine(sentence, language, source, response)
    score = shipped().probability(features(alignment, findings, parts))
    if entailment is not None:
        (other,) = entailment.probabilities([("\n".join(source.texts), sentence)])
        score = (score + other) / 2
    least = shipped().threshold if threshold is None else threshold
    fault = findings.first(alignment.said)
    if fault is not None:
        score *= min(WRONG_FACT, least)
    elif not alignment.said.tokens and alignment.said.figures:
        score = alignment.coverage()  # "Two weeks.": its figures are all that it says, and they stand
    elif score < least:
        fault = _lack(alignment, parts)
    best = source.places[alignment.supports[0]] if alignment.supports else None
    if fault is None:
        return Verdict(True, score, sentence, 0, len(sentence), best)
    return Verdict(False, score, sentence, 0, len(sentence), best, *fault)


def examine(
    sentence: str, language: str, source: ReadEvidence, response: str = ""
) -> tuple[Alignment, Findings, list[Clause]]:
    """A sentence aligned with its evidence, what is wrong with its facts, and its clauses."""
    called = named_by_heading(sentence, source.texts, source.about)
    alignment = align(read(sentence, language).without(called), source)
    findings = find_faults(alignment, read(response or sentence, language))
    return alignment, findings, clauses(alignment.said, alignment.held)


def stands_verbatim(sentence: str, source: ReadEvidence) -> Place | None:
    """Where a sentence stands in the evidence word for word as a whole sentence or several; None if nowhere."""
    words = sentence.split()
    for first, place in enumerate(source.places):
        found: list[str] = []
        for last in range(first, len(source.places)):
            if source.places[last].index != place.index:
                break
            found += source.sentences[last].text.split()
            if found == words:
                return Place(place.index, place.start, source.places[last].end)
            if len(found) >= len(words) or found != words[: len(found)]:
                break
    return None


def _lack(alignment: Alignment, parts: list[Clause]) -> tuple[FaultCode, str]:
    """Why too little of a sentence is in the evidence, and which piece of it."""
    said = alignment.said
    if alignment.coverage() < _NO_TOPIC:
        step = next((one for one in parts if one.is_step), None)
        return ("step", step.text) if step and len(parts) > 1 else ("topic", said.text.strip())
    clause = unsaid(parts)
    if clause is not None:
        return ("step" if clause.is_step else "words"), clause.text
    return "words", _strangest(said, alignment)


def _strangest(said: Statement, alignment: Alignment) -> str:
    """The word that the evidence holds least, by how much it tells."""
    held = alignment.held
    token = max(said.tokens, key=lambda one: one.weight * (1 - held[one.start]), default=None)
    return said.said(token) if token else said.text.strip()


def _told(text: str) -> str:
    from ragcare.language.detect import detect_language

    return detect_language(text).language
