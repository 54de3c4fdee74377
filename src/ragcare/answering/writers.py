"""The writer that the settings ask for."""

from __future__ import annotations

from ragcare.answering.extractive import ExtractiveWriter, Writer
from ragcare.settings import WritingSettings


def writer_for(how: WritingSettings) -> Writer:
    """The extractive writer, or one with the language model that is named, loaded here and now.

    Raises:
        BadInput: there is no such kind of model, or none is named.
        MissingExtra: what that kind needs is not installed.
        ModelUnavailable: it cannot be loaded here.
    """
    if how.writer == "extractive":
        return ExtractiveWriter(short=how.length == "short")
    from ragcare.answering.generative import LLMWriter

    return LLMWriter(how=how)
