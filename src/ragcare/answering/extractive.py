"""Writing an answer out of the evidence itself: the default writer, which cannot invent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from ragcare.answering.evidence import Selection
from ragcare.answering.writers import Draft
from ragcare.language.blocks import is_item_or_row
from ragcare.schema import Evidence, Passage, Question, Sentence

_SPACES = re.compile(r"\s+")


class ExtractiveWriter:
    """Says the evidence word for word, in its order: one sentence a piece, steps and rows each on its line.

    Args:
        short: say only the words that answer best, sure or not.
    """

    def __init__(self, *, short: bool = False) -> None:
        self.short = short

    def write(self, question: Question, selection: Selection) -> Draft:  # noqa: ARG002 (says what it is given)
        """The evidence as sentences."""
        if self.short and selection.shortest is not None:
            fact = selection.shortest
            return Draft((Sentence(text=_SPACES.sub(" ", fact.quote), evidence=(fact,)),), selection.language)
        sentences = []
        before: Evidence | None = None
        for piece in selection.evidence:
            starts = how_it_starts(before, piece, selection.passages)
            text = piece.quote if starts == "line" else _SPACES.sub(" ", piece.quote)
            if _follows_a_greeting(piece, selection.passages):
                text = text[:1].upper() + text[1:]
            sentences.append(Sentence(text=text, evidence=(piece,), starts=starts))
            before = piece
        return Draft(tuple(sentences), selection.language)


def how_it_starts(
    before: Evidence | None, piece: Evidence, passages: Sequence[Passage]
) -> Literal["inline", "line", "paragraph"]:
    """How a quote follows the one before it, as in their article: in its line, on a line of its own, after a gap."""
    if is_item_or_row(piece.quote):
        return "line"
    if before is None or before.article_id != piece.article_id:
        return "paragraph"
    if before.passage_id != piece.passage_id:
        return "inline" if 0 <= piece.start - before.end <= 1 else "paragraph"
    passage = next(one for one in passages if one.id == piece.passage_id)
    gap = passage.text[before.end - passage.start : piece.start - passage.start]
    return "inline" if not gap.strip() and gap.count("\n") <= 1 else "paragraph"


def _follows_a_greeting(piece: Evidence, passages: Sequence[Passage]) -> bool:
    """Whether the words before a quote on its line were left out, as only a greeting is."""
    passage = next(one for one in passages if one.id == piece.passage_id)
    return passage.text[: piece.start - passage.start].rstrip(" \u00a0").endswith(",")
