"""The grounding check: a sentence may be said if its quotes are verbatim and its facts are in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Protocol, TypeVar

from ragcare.answering.evidence import Selection
from ragcare.answering.extractive import Draft
from ragcare.language.analyser import analyser_for
from ragcare.language.quantities import negations, quantities
from ragcare.schema import Answer, Passage, Refusal, Sentence

T = TypeVar("T")
Fault = Literal["misquoted", "number", "negation", "words"]


class Verdict(NamedTuple):
    """Whether a sentence is supported, and if not, what is wrong and which piece of it."""

    supported: bool
    fault: Fault | None = None
    detail: str = ""


class Checker(Protocol):
    """Turns a draft into an answer that holds, or a refusal."""

    def check(self, draft: Draft, selection: Selection) -> Answer | Refusal:
        """What of the draft may be said."""
        ...


class GroundingCheck:
    """Cuts what is not supported; refuses if the first sentence falls, a negation falls, or less than half is left.

    A first version, by rules: it is exact for the extractive writer, and strict with any other.
    """

    def check(self, draft: Draft, selection: Selection) -> Answer | Refusal:
        """What of the draft may be said."""
        verdicts = [check_sentence(one, selection.passages, draft.language).supported for one in draft.sentences]
        kept = tuple(one for one, supported in zip(draft.sentences, verdicts, strict=True) if supported)
        # "… is not possible if …" may be what takes the rest back: without it, the rest is another answer.
        limit_lost = any(
            negations(one.text, draft.language)
            for one, supported in zip(draft.sentences, verdicts, strict=True)
            if not supported
        )
        if not verdicts or not verdicts[0] or limit_lost or 2 * len(kept) < len(draft.sentences):
            sources = dict.fromkeys(piece.article_id for piece in selection.evidence)
            return Refusal(reason="unsupported", sources=tuple(sources))
        return Answer(sentences=kept, language=draft.language)


def check_sentence(sentence: Sentence, passages: Sequence[Passage], language: str) -> Verdict:
    """Whether a sentence stands on its evidence: quotes verbatim; numbers, negations and words all among them."""
    by_id = {passage.id: passage for passage in passages}
    for piece in sentence.evidence:
        if piece.passage_id not in by_id or not piece.is_verbatim_in(by_id[piece.passage_id]):
            return Verdict(False, "misquoted", piece.quote)
    quoted = "\n".join(piece.quote for piece in sentence.evidence)
    return check_wording(sentence.text, language, quoted, by_id[sentence.evidence[0].passage_id].language)


def check_wording(said: str, language: str, quoted: str, source: str) -> Verdict:
    """Whether what is said in one language stands in a quote in another or the same: numbers, negations and words."""
    if said.split() == quoted.split():
        return Verdict(True)
    figures = quantities(said, language)
    missing = _missing(
        ((one.kind, one.value) for one in figures),
        ((one.kind, one.value) for one in quantities(quoted, source)),
    )
    if missing:
        return Verdict(False, "number", " ".join(missing[0]))
    if len(negations(said, language)) != len(negations(quoted, source)):
        return Verdict(False, "negation", said)
    words = (  # figures have been compared by what they are worth: "14 jours" is "deux semaines"
        word.token
        for word in analyser_for(language).words(said)
        if not any(one.start <= word.start < one.end for one in figures)
    )
    strange = _missing(words, analyser_for(source).tokens(quoted))
    if strange:
        return Verdict(False, "words", str(strange[0]))
    return Verdict(True)


def _missing(said: Iterable[T], stands: Iterable[T]) -> list[T]:
    """What is said that does not stand in the source."""
    source = set(stands)
    return [one for one in said if one not in source]
