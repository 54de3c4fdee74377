"""Checking a draft: what of it may be said, each sentence against the quotes that it claims to stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from ragcare.answering.evidence import Selection
from ragcare.answering.grounding.alignment import ReadEvidence
from ragcare.answering.grounding.check import weigh_all
from ragcare.answering.grounding.entailment import Entailment
from ragcare.answering.grounding.verdict import Place, Verdict
from ragcare.answering.writers import Draft
from ragcare.language.negations import negations
from ragcare.schema import Answer, Passage, Refusal, Sentence


class Checker(Protocol):
    """Turns a draft into an answer that holds, or a refusal."""

    def check(self, draft: Draft, selection: Selection) -> Answer | Refusal:
        """What of the draft may be said."""
        ...


class GroundingCheck:
    """Cuts what is not supported; refuses if the first sentence falls, a negation falls, or less than half is left.

    Args:
        threshold: the score from which on a paraphrase is supported; the one that ships with the model if None.
        entailment: a second opinion on paraphrases, such as `NliCheck`.
    """

    def __init__(self, threshold: float | None = None, entailment: Entailment | None = None) -> None:
        self.threshold = threshold
        self.entailment = entailment

    def check(self, draft: Draft, selection: Selection) -> Answer | Refusal:
        """What of the draft may be said."""
        said = "\n".join(one.text for one in draft.sentences)
        verdicts = [
            check_sentence(one, selection.passages, draft.language, said, self.threshold, self.entailment).supported
            for one in draft.sentences
        ]
        if not is_still_the_answer([one.text for one in draft.sentences], verdicts, draft.language):
            sources = dict.fromkeys(piece.article_id for piece in selection.evidence)
            return Refusal(reason="unsupported", sources=tuple(sources))
        kept = tuple(one for one, supported in zip(draft.sentences, verdicts, strict=True) if supported)
        return Answer(sentences=kept, language=draft.language)


def is_still_the_answer(sentences: Sequence[str], kept: Sequence[bool], language: str) -> bool:
    """Whether what is kept of an answer still answers the same: its first sentence, half of it, and every limit.

    Args:
        sentences: the whole answer, in order.
        kept: for each of them whether it is kept.
        language: of the answer.
    """
    # "… is not possible if …" may be what takes the rest back: without it, the rest is another answer.
    limit_lost = any(negations(text, language) for text, stays in zip(sentences, kept, strict=True) if not stays)
    return bool(kept) and kept[0] and not limit_lost and 2 * sum(kept) >= len(kept)


def check_sentence(
    sentence: Sentence,
    passages: Sequence[Passage],
    language: str,
    response: str = "",
    threshold: float | None = None,
    entailment: Entailment | None = None,
) -> Verdict:
    """Whether a sentence stands on its evidence: quotes verbatim, facts in them, the rest near enough to them.

    Args:
        sentence: with the quotes that it claims to stand on.
        passages: those that may be quoted.
        language: of the sentence.
        response: all that is said, where a condition that this sentence leaves out may stand; the sentence if "".
        threshold: the score from which on it is supported; that of the model if None.
        entailment: a second opinion.
    """
    by_id = {passage.id: passage for passage in passages}
    for piece in sentence.evidence:
        if piece.passage_id not in by_id or not piece.is_verbatim_in(by_id[piece.passage_id]):
            text = sentence.text
            return Verdict(False, 0.0, text, 0, len(text), None, "misquoted", piece.quote)
    quotes = [piece.quote for piece in sentence.evidence]
    stands = [by_id[piece.passage_id] for piece in sentence.evidence]
    about = "\n".join(dict.fromkeys(part for one in stands for part in (one.title, *one.headings)))
    return _check(sentence.text, language, quotes, stands[0].language, response, threshold, entailment, about)


def check_wording(said: str, language: str, quote: str, quote_language: str) -> Verdict:
    """Whether what is said in one language stands in a quote in another or the same."""
    return _check(said, language, [quote], quote_language)


def _check(
    said: str,
    language: str,
    quotes: Sequence[str],
    quote_language: str,
    response: str = "",
    threshold: float | None = None,
    entailment: Entailment | None = None,
    about: str = "",
) -> Verdict:
    if said.split() == "\n".join(quotes).split():  # nothing needs to be read
        return Verdict(True, 1.0, said, 0, len(said), Place(0, 0, len(quotes[0])))
    stands = ReadEvidence.of(quotes, quote_language, about)
    # A model may write two sentences where it was to write one: the first does not vouch for the second.
    verdicts = weigh_all(said, language, stands, response or said, threshold, entailment)
    return replace(min(verdicts, key=lambda one: (one.supported, one.score)), sentence=said, start=0, end=len(said))
