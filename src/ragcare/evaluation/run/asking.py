"""The run: every question of a set asked once, many at a time, and each reply on disk as soon as it is there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Protocol

from tqdm import tqdm

from ragcare.errors import BadInput
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.run.head import head_of
from ragcare.evaluation.run.keeping import keep_rows
from ragcare.evaluation.run.log import RunLog, RunRow, draft_of
from ragcare.schema import Article, Evidence, Question, Reply


class Asked(Protocol):
    """Whatever answers questions: an `Assistant`, or any other bot behind the same verb."""

    def ask(self, question: Question) -> Reply:
        """One reply to one question; it may be called from several threads at once."""
        ...


def run(
    assistant: Asked,
    questions: QuestionSet,
    *,
    log: Path | str | None = None,
    workers: int | None = None,
    progress: bool = False,
) -> RunLog:
    """Asks every question, and keeps each reply with its label.

    What differs between two runs of the same bytes: the `seconds` of a row, the `id` and `milliseconds` of a trace.

    Args:
        assistant: what is asked.
        questions: the suite, or a part of it (`QuestionSet.only`).
        log: a file to keep the rows in. If it holds the beginning of this same run, only the rest is asked; a log that
            is whole is begun anew.
        workers: how many questions are asked at once; as many as there are processors if None.
        progress: show a progress bar on stderr.

    Raises:
        BadInput: there is no question, or one id is that of several; or the file cannot be written, is no log, or holds
            the beginning of another run.
        BadFiles: lines of the file are damaged.
        StoreBusy: another process is writing that file.
        Exception: whatever the assistant raises, with a note that names the question. All that was asked is kept.
    """
    if workers is not None and workers < 1:
        raise BadInput(f"workers is {workers}: nothing would be asked. Mend: give 1 or more, or none at all")
    articles = {article.id: article for article in questions.articles()}
    head = head_of(assistant, questions, articles)
    with keep_rows(Path(log) if log is not None else None, head, questions.questions) as kept:
        stopped = threading.Event()

        def ask(number: int) -> None:
            if stopped.is_set():
                return
            try:
                kept.add(_ask(assistant, questions, number, articles))
            except BaseException:
                stopped.set()
                raise

        left = [number for number in range(head.questions) if number not in kept.by_number]
        done = head.questions - len(left)
        with ThreadPoolExecutor(workers or os.cpu_count()) as threads:
            try:
                asked = as_completed([threads.submit(ask, number) for number in left])
                about, total = questions.name, head.questions
                for one in tqdm(asked, about, total, initial=done, unit="question", disable=not progress):
                    one.result()
            finally:  # after an error or Ctrl-C, what was not begun is not asked
                stopped.set()
                threads.shutdown(wait=True, cancel_futures=True)
    return kept.log()


def _ask(assistant: Asked, questions: QuestionSet, number: int, articles: Mapping[str, Article]) -> RunRow:
    label = questions.questions[number]
    began = time.perf_counter()
    try:
        reply = assistant.ask(label.to_question(questions.as_of))
        seconds = time.perf_counter() - began
        verbatim = _verbatim(reply, articles)
        return RunRow(number=number, label=label, reply=reply, verbatim=verbatim, seconds=seconds)
    except BaseException as error:
        error.add_note(f"The question was {label.id!r} of the suite {questions.name!r}.")
        raise


def _verbatim(reply: Reply, articles: Mapping[str, Article]) -> tuple[bool, ...]:
    """For each sentence of the draft, whether all its quotes stand in the suite's articles, whatever their version."""
    draft = draft_of(reply)
    if draft is None:
        return ()
    return tuple(all(_stands(piece, articles) for piece in sentence.evidence) for sentence in draft.sentences)


def _stands(piece: Evidence, articles: Mapping[str, Article]) -> bool:
    article = articles.get(piece.article_id)
    return article is not None and article.body[piece.start : piece.end] == piece.quote
