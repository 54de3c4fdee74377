"""Labelled question sets: read from any of the formats that they are published in, and linted."""

from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.questions.question_set import QuestionSet

__all__ = ["LabelledQuestion", "QuestionSet"]
