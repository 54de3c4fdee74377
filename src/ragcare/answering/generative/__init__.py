"""Answers worded by a language model: asked with the evidence as data, believed in nothing."""

from ragcare.answering.generative.budget import cancelled_by
from ragcare.answering.generative.writer import LLMWriter

__all__ = ["LLMWriter", "cancelled_by"]
