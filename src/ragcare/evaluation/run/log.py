"""The log of a run: what was asked, with its label, and the whole reply, in a file that can be judged again.

JSON Lines: the first line is the head, each other line one question. A line is written as soon as its reply is
there, so that a run that was killed can go on; a run that came to its end is rewritten in the order of its questions.
Whoever reads a whole log gets the questions and labels that were asked, all of them and each once, or an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, ValidationError, model_validator

from ragcare.errors import BadFiles, BadInput, Problem
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.run.head import RunHead, digest_of_labels, repeated
from ragcare.evaluation.run.json_lines import first_fault, read_lines
from ragcare.knowledge.atomic import write_files
from ragcare.schema import Answer, Record, Reply

if TYPE_CHECKING:
    from ragcare.evaluation.questions import QuestionSet

__all__ = ["RunHead", "RunLog", "RunRow", "draft_of"]


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
    seconds: Annotated[float, Field(ge=0)]

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

    @property
    def ranked_articles(self) -> tuple[str, ...]:
        """The articles of what was found, each once, the best first."""
        return tuple(dict.fromkeys(hit.article_id for hit in self.reply.trace.hits))

    @property
    def rank(self) -> int | None:
        """The place of the first relevant article among them, from 1; None if none was found."""
        relevant = set(self.label.relevant_ids)
        return next((rank for rank, one in enumerate(self.ranked_articles, start=1) if one in relevant), None)


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
            BadInput: it is missing, or no log; or it is not as it was written: its head or, in a whole log, its labels
                are others, or a question is there twice.
            BadFiles: with each line that is damaged.
        """
        log = cls.read_unchecked(path)
        log._require_as_asked(Path(path))
        return log

    @classmethod
    def read_unchecked(cls, path: Path | str) -> Self:
        """Likewise, but without holding it against the digests in its head: for who is about to replace it.

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
                f"{path}:1: no log of a run: {first_fault(error)}. Mend: name one that ragcare eval wrote"
            ) from None
        found, problems = read_lines(lines, RunRow, path, first=2, mend="remove the line: it will be asked again")
        rows: dict[int, RunRow] = {}
        for line, row in found:
            if row.number >= head.questions:
                what = f"it is question {row.number}, but the head counts {head.questions} of them from 0"
                problems.append(Problem(path, line, what, "remove the line"))
            elif row.number in rows:
                what = f"question {row.number} ({row.label.id}) stands on an earlier line already"
                problems.append(Problem(path, line, what, "remove one of the two"))
            rows.setdefault(row.number, row)
        if problems:
            raise BadFiles(sorted(problems, key=lambda problem: problem.line or 0))
        return cls(head=head, rows=tuple(rows[number] for number in sorted(rows)))

    def _require_as_asked(self, path: Path) -> None:
        """Refuses a log that was changed after it was written: figures would then be of a run that never was."""
        restore = "Mend: restore the file, or remove it and run again"
        if self.head.fingerprint != self.head.own_fingerprint():
            raise BadInput(
                f"{path}:1: the head is not the one that was written: its fingerprint is {self.head.fingerprint}, that "
                f"of what it says is {self.head.own_fingerprint()}. {restore}"
            )
        twice = repeated(row.label.id for row in self.rows)
        if twice:
            raise BadInput(f"{path}: the question {twice[0]} is there more than once, under several numbers. {restore}")
        digest = digest_of_labels([row.label for row in self.rows])
        if self.is_whole and digest != self.head.fingerprints.get("questions"):
            raise BadInput(
                f"{path}: the labels are not those that were asked: the digest of its questions is {digest}, the head "
                f"says {self.head.fingerprints.get('questions')}. {restore}; to judge by other labels, in Python: "
                "RunLog.read(LOG).relabelled(QuestionSet.load(SUITE))"
            )

    def relabelled(self, questions: QuestionSet) -> RunLog:
        """The same replies under corrected labels, to be judged by them; asked must have been the same questions.

        Args:
            questions: holds every question of the run under its id, as it was asked; it may hold more. The token F1 and
                the bars are its own, too.

        Raises:
            BadInput: the run did not come to its end.
            BadFiles: naming each question that is not there, or is another one.
        """
        if not self.is_whole:
            asked = f"{len(self)} of {self.head.questions} questions were asked"
            raise BadInput(f"{self.head.suite}: the run did not come to its end: {asked}. Mend: run it to its end")
        labels = {label.id: label for label in questions.questions}
        problems = []
        for row in self.rows:
            label = labels.get(row.label.id)
            if label is None:
                what = f"it has no question {row.label.id}, which was asked"
                problems.append(Problem(questions.source, None, what, "give the suite that was run"))
            elif label.to_question(questions.as_of) != row.label.to_question(self.head.as_of):
                what = f"the question {label.id} is not the one that was asked: text, language, history, asker or day"
                problems.append(Problem(questions.source, None, what, "run it again, for it has no reply yet"))
        if problems:
            raise BadFiles(problems)
        rows = tuple(row.model_copy(update={"label": labels[row.label.id]}) for row in self.rows)
        judged_by = {"as_of": questions.as_of, "token_f1": questions.token_f1, "bars": questions.bars}
        head = self.head.model_copy(update=judged_by).sealed([row.label for row in rows])
        return RunLog(head=head, rows=rows)

    def write(self, path: Path | str) -> None:
        """Writes the log, whole or not at all."""
        lines = (self.head.model_dump_json(), *(row.model_dump_json() for row in self.rows))
        write_files({Path(path): ("\n".join(lines) + "\n").encode()})
