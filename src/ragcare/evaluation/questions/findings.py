"""What can be found wrong with a question set: the code of each finding, and how bad it is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from ragcare.errors import Problem

Code = Literal[
    "unreadable",
    "left_out",
    "duplicate_id",
    "contradiction",
    "contradicted_copy",
    "unknown_id",
    "missing_gold",
    "unsayable_gold",
    "blank_answer",
    "copy_across_splits",
    "near_copy_across_splits",
    "asked_twice",
    "leak",
    "same_as_title",
    "no_answers",
    "answer_not_in_article",
    "other_language",
    "undeclared_language",
    "article_in_other_language",
]
Severity = Literal["error", "note"]

Fault = tuple[Code, Severity, str, str]
"""What is wrong, how bad that is, said in words, and how to mend it."""


class SuiteFinding(NamedTuple):
    """One thing that may be wrong with a question set.

    Attributes:
        line: in the file; None where the file has no lines, or where the finding is about all of it.
        question: the id of the question that it is about.
    """

    path: Path | str
    line: int | None
    question: str | None
    code: Code
    severity: Severity
    what: str
    mend: str

    @classmethod
    def of(cls, problem: Problem, code: Code = "unreadable", severity: Severity = "error") -> SuiteFinding:
        """What kept a file or a row from being read."""
        return cls(problem.path, problem.line, None, code, severity, problem.what, problem.mend)
