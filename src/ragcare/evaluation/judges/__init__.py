"""Judges of an answer's wording by meaning: never the default, each named in the report that was made with it."""

from ragcare.evaluation.judges.language_model import LanguageModelJudge
from ragcare.evaluation.judges.similarity import SimilarityJudge

__all__ = ["LanguageModelJudge", "SimilarityJudge"]
