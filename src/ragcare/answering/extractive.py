"""Writing an answer out of the evidence itself: the default writer, which cannot invent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Protocol

from ragcare.answering.evidence import Selection
from ragcare.schema import Question, Sentence

_OWN_LINE = re.compile(r"\s*(?:[-*+•–]\s|\d{1,3}[.)]\s|\|)")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Draft:
    """Sentences as a writer proposes them, each with what it claims to stand on; not yet checked."""

    sentences: tuple[Sentence, ...]
    language: str


class Writer(Protocol):
    """Writes a draft from evidence."""

    def write(self, question: Question, selection: Selection) -> Draft:
        """A draft that answers the question from this evidence, and from nothing else."""
        ...


class ExtractiveWriter:
    """Says the evidence word for word, in its order: one sentence a piece, steps and rows each on its line."""

    def write(self, question: Question, selection: Selection) -> Draft:  # noqa: ARG002 (says what it is given)
        """The evidence as sentences."""
        sentences = []
        before: tuple[str, int] | None = None
        for piece in selection.evidence:
            here = (piece.article_id, piece.start)
            starts = _starts(piece.quote, before, here)
            text = piece.quote if starts == "line" else _SPACES.sub(" ", piece.quote)
            sentences.append(Sentence(text=text, evidence=(piece,), starts=starts))
            before = (piece.article_id, piece.end)
        return Draft(tuple(sentences), selection.language)


def _starts(
    quote: str, before: tuple[str, int] | None, here: tuple[str, int]
) -> Literal["inline", "line", "paragraph"]:
    if _OWN_LINE.match(quote):
        return "line"
    follows_on = before is not None and before[0] == here[0] and here[1] - before[1] <= 1
    return "inline" if follows_on else "paragraph"
