"""The log of a run: what was asked, with its label, and the whole reply, in a file that can be judged again.

JSON Lines: the first line is the head, each other line one question. A line is written as soon as its reply is
there, so that a run that was killed can go on; a run that came to its end is rewritten in the order of its questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from ragcare.errors import BadFiles, BadInput, Problem
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.knowledge.atomic import write_files
from ragcare.schema import Answer, Record, Reply

_NAME_ONE = "Mend: name one that ragcare eval wrote"


class RunHead(Record):
    """What was run on what.

    Attributes:
        suite: the name of the question set.
        part: which of its questions, such as "dev"; "" for all.
        as_of: the day on which a question is asked whose row names none.
        token_f1: the F1 over tokens at which an answer equals a reference answer.
        questions: how many there are to ask.
        fingerprints: of all that moves a reply (settings, stages, scores, articles, calibration, code), and of the
            questions and the corpus that it is judged by.
        fingerprint: one over all of these.
    """

    kind: Literal["run"] = "run"
    format: Literal[1] = 1
    suite: str
    part: str = ""
    as_of: date
    token_f1: Annotated[float, Field(ge=0, le=1)]
    questions: Annotated[int, Field(ge=1)]
    fingerprints: dict[str, str]
    fingerprint: str


class RunRow(Record):
    """One question, and what came back.

    Attributes:
        number: its place among the questions that are asked, from 0.
        label: the question, and what a right reply to it is.
        verbatim: for each sentence of the draft, whether its quotes stand letter for letter in the suite's articles.
        seconds: from the question to the reply.
    """

    number: Annotated[int, Field(ge=0)]
    label: LabelledQuestion
    reply: Reply
    verbatim: tuple[bool, ...]
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]

    @model_validator(mode="after")
    def _each_sentence_was_looked_up(self) -> Self:
        sentences = len(self.draft.sentences) if self.draft is not None else 0
        if len(self.verbatim) != sentences:
            raise ValueError(f"verbatim is about {len(self.verbatim)} sentences, but the draft has {sentences}")
        return self

    @property
    def draft(self) -> Answer | None:
        """What was said or, where nothing was, what had been drafted; None where that is no answer either."""
        return draft_of(self.reply)


def draft_of(reply: Reply) -> Answer | None:
    """What a reply says or, where it does not answer, what had been drafted; None where that is no answer either."""
    if reply.answer is not None:
        return reply.answer
    return reply.trace.draft if isinstance(reply.trace.draft, Answer) else None


class RunLog(Record):
    """A run, whole or as far as it went; the rows in the order of their questions."""

    head: RunHead
    rows: tuple[RunRow, ...]

    def __iter__(self) -> Iterator[RunRow]:  # type: ignore[override]  # a log is read row by row, not field by field
        """Row by row."""
        return iter(self.rows)

    def __len__(self) -> int:
        """How many questions were asked."""
        return len(self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether every question was asked."""
        return len(self.rows) == self.head.questions

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Reads a log; half a line at the end, where a run was killed, counts as not written.

        Raises:
            BadInput: it is missing, or no log.
            BadFiles: with each line that is damaged.
        """
        path = Path(path)
        try:
            first, *lines = path.read_bytes().split(b"\n")
        except OSError as error:
            raise BadInput(
                f"{path}: no log of a run: {error.strerror}. Mend: name one that ragcare eval wrote"
            ) from None
        try:
            head = RunHead.model_validate_json(first)
        except ValidationError as error:
            raise BadInput(
                f"{path}:1: no log of a run: {_said(error)}. Mend: name one that ragcare eval wrote"
            ) from None
        rows: dict[int, RunRow] = {}
        problems = []
        for at, line in enumerate(lines, start=2):
            try:
                row = RunRow.model_validate_json(line)
            except ValidationError as error:
                if at <= len(lines):  # what follows the last line end is half a line, or nothing
                    problems.append(Problem(path, at, _said(error), "remove the line: it will be asked again"))
                continue
            if row.number >= head.questions:
                what = f"it is question {row.number}, but the head counts {head.questions} of them from 0"
                problems.append(Problem(path, at, what, "remove the line"))
            elif row.number in rows:
                what = f"question {row.number} ({row.label.id}) stands on an earlier line already"
                problems.append(Problem(path, at, what, "remove one of the two"))
            rows.setdefault(row.number, row)
        if problems:
            raise BadFiles(problems)
        return cls(head=head, rows=tuple(rows[number] for number in sorted(rows)))

    def write(self, path: Path | str) -> None:
        """Writes the log, whole or not at all."""
        lines = (self.head.model_dump_json(), *(row.model_dump_json() for row in self.rows))
        write_files({Path(path): ("\n".join(lines) + "\n").encode()})


def _said(error: ValidationError) -> str:
    """What is wrong with a line, and where in it: its first fault, for a damaged line has many."""
    fault, *others = error.errors(include_url=False, include_input=False)
    more = f" (and {len(others)} more)" if others else ""
    return ": ".join(filter(None, (".".join(map(str, fault["loc"])), fault["msg"]))) + more
