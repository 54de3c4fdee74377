"""Findings: all that is wrong with the facts of one sentence, each in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ragcare.answering.grounding.alignment import Alignment
from ragcare.answering.grounding.cells import figures_of_other_columns
from ragcare.answering.grounding.conditions import dropped_condition
from ragcare.answering.grounding.exchanges import exchanged
from ragcare.answering.grounding.figures import Figure, equal, missing_figures
from ragcare.answering.grounding.names import missing_names, named_by_heading
from ragcare.answering.grounding.parties import other_party
from ragcare.answering.grounding.polarity import wrong_negation
from ragcare.answering.grounding.reading import Statement
from ragcare.answering.grounding.segments import wrong_segment
from ragcare.answering.grounding.verdict import FaultCode

_SURE: Final = 0.75  # from this coverage on, a sentence of the evidence is the one that is repeated
_MOSTLY: Final = 0.5  # likewise where a word may have been exchanged, which its coverage then lacks


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with a sentence.

    Attributes:
        figures: those that the evidence lacks, or gives to something else.
        names: how many names the evidence lacks; `name` is the first of them.
        negation, condition, segment: what is wrong, in words; "" if nothing.
        exchange: the word that excludes one of the evidence, and what is wrong with it; None if there is none.
    """

    figures: tuple[Figure, ...]
    names: int
    name: str
    negation: str
    condition: str
    segment: str
    exchange: tuple[FaultCode, str] | None = None

    def first(self, said: Statement) -> tuple[FaultCode, str] | None:
        """The fact that is wrong, and the piece that shows it; None if all are right."""
        if self.figures:
            figure = self.figures[0]
            return figure.kind, said.text[figure.start : figure.end]
        told: tuple[tuple[FaultCode, str], ...] = (
            ("negation", self.negation),
            ("name", self.name),
            ("condition", self.condition),
            ("segment", self.segment),
        )
        return next(((reason, piece) for reason, piece in told if piece), self.exchange)


def find_faults(alignment: Alignment, response: Statement) -> Findings:
    """Holds the facts of a sentence against its evidence.

    Args:
        alignment: of the sentence.
        response: the whole response: what the sentence leaves out may stand in another.
    """
    said, source = alignment.said, alignment.source
    supports = [source.sentences[at] for at in alignment.supports]
    evidence = "\n".join(source.texts)
    across = said.language != source.language
    strangers = [
        (start, end)
        for start, end in missing_names(said.text, evidence, across=across)
        if not any(one.start < end and start < one.end for one in said.figures)  # "50 GB", "Mar 3rd", "1 200 EUR"
        and (start, end) not in named_by_heading(said.text, source.texts, source.about)
    ]
    return Findings(
        figures=tuple(_wrong_figures(alignment)),
        names=len(strangers),
        name=said.text[slice(*strangers[0])] if strangers else "",
        negation=wrong_negation(said, supports, alignment.matches),
        condition=dropped_condition(said, supports[0], alignment.matches, [response]) if supports else "",
        segment=wrong_segment(said.text, response.text, [one.text for one in supports[:1]], evidence)
        or ("" if across else other_party(said.text, evidence)),
        exchange=_exchange(alignment),
    )


def _exchange(alignment: Alignment) -> tuple[FaultCode, str] | None:
    if not alignment.supports:
        return None
    nearest = max(alignment.supports, key=alignment.word_coverage)
    if alignment.word_coverage(nearest) < _MOSTLY:
        return None
    return exchanged(alignment.said, alignment.source.sentences[nearest])


def _wrong_figures(alignment: Alignment) -> list[Figure]:
    """The figures that stand nowhere, and those that stand only where the evidence speaks of something else."""
    said, source = alignment.said, alignment.source
    everywhere = [figure for sentence in source.sentences for figure in sentence.figures]
    wrong = missing_figures(said.figures, everywhere, source.unmeasured)
    wrong = wrong or figures_of_other_columns(said, source.sentences)
    if wrong or not alignment.supports:
        return wrong
    nearest = max(alignment.supports, key=alignment.word_coverage)
    repeated = source.sentences[nearest]
    if alignment.word_coverage(nearest) < _SURE:
        return []
    # The sentence that is repeated gives another figure of this kind in the place of this one.
    return [
        one
        for one in said.figures
        if not any(equal(one, other) for other in repeated.figures)
        and any(
            other.kind == one.kind and not any(equal(mine, other) for mine in said.figures)
            for other in repeated.figures
        )
    ]
