"""The judge: what each reply of a run was worth, and why.

`ReferenceJudge` is the default; the judges by meaning are named in the report that was made with them.
"""

from ragcare.evaluation.judge.judging import (
    Agreement,
    AnswerJudge,
    Judged,
    Judgement,
    Outcome,
    ReferenceJudge,
    judge_log,
    judge_row,
)
from ragcare.evaluation.judge.language_model import LanguageModelJudge
from ragcare.evaluation.judge.similarity import SimilarityJudge

__all__ = [
    "Agreement",
    "AnswerJudge",
    "Judged",
    "Judgement",
    "LanguageModelJudge",
    "Outcome",
    "ReferenceJudge",
    "SimilarityJudge",
    "judge_log",
    "judge_row",
]
