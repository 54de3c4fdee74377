"""What a writer is, what it writes, and the one that the settings ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ragcare.answering.evidence import Selection
from ragcare.schema import Question, Sentence
from ragcare.settings import WritingSettings


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


def writer_for(how: WritingSettings) -> Writer:
    """The extractive writer, or one with the language model that is named, loaded here and now.

    Raises:
        BadInput: there is no such kind of model, or none is named.
        MissingExtra: what that kind needs is not installed.
        ModelUnavailable: it cannot be loaded here.
    """
    if how.writer == "extractive":
        from ragcare.answering.extractive import ExtractiveWriter  # which writes a `Draft` of this file

        return ExtractiveWriter(short=how.length == "short")
    from ragcare.answering.generative import LLMWriter

    return LLMWriter(how=how)
