"""The run: every question of a set asked once, many at a time, and each reply on disk as soon as it is there."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from filelock import FileLock, Timeout
from tqdm import tqdm

from ragcare.errors import BadInput, StoreBusy
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.run.log import RunHead, RunLog, RunRow, draft_of
from ragcare.schema import Article, Evidence, Question, Reply


class Asked(Protocol):
    """Whatever answers questions: an `Assistant`, or any other bot behind the same verb."""

    def ask(self, question: Question) -> Reply:
        """One reply to one question; it may be called from several threads at once."""
        ...


@runtime_checkable
class Fingerprinted(Protocol):
    """An assistant that can say what its replies depend on."""

    def fingerprints(self) -> Mapping[str, str]:
        """A digest of each thing that moves a reply."""
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
        BadInput: there is no question; or the file is no log, or holds the beginning of another run.
        BadFiles: lines of the file are damaged.
        StoreBusy: another process is writing that file.
        Exception: whatever the assistant raises, with a note that names the question. All that was asked is kept.
    """
    if workers is not None and workers < 1:
        raise BadInput(f"workers is {workers}: nothing would be asked. Mend: give 1 or more, or none at all")
    articles = {article.id: article for article in questions.articles()}
    head = _head(assistant, questions, articles)
    with _kept(Path(log) if log is not None else None, head) as kept:
        stopped = threading.Event()

        def ask(number: int) -> None:
            if stopped.is_set():
                return
            try:
                kept.add(_ask(assistant, questions, number, articles))
            except BaseException:
                stopped.set()
                raise

        left = [number for number in range(head.questions) if number not in kept.rows]
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


# --- the file ----------------------------------------------------------------------------------------


class _Kept:
    """The rows so far, in memory and, but for the last of all, in the file.

    The log becomes whole in one step, in the order of the questions, when it is written anew at the end: so a log that
    has every row is one whose run came to its end.
    """

    def __init__(self, log: RunLog, file: BinaryIO | None) -> None:
        self.rows = {row.number: row for row in log}
        self._head, self._file = log.head, file
        self._adding = threading.Lock()

    def add(self, row: RunRow) -> None:
        """Keeps a row; may be called from several threads at once."""
        line = row.model_dump_json().encode() + b"\n"
        with self._adding:
            self.rows[row.number] = row
            if self._file is not None and len(self.rows) < self._head.questions:
                self._file.write(line)
                self._file.flush()

    def log(self) -> RunLog:
        """The rows in the order of their questions."""
        return RunLog(head=self._head, rows=tuple(self.rows[number] for number in sorted(self.rows)))


@contextmanager
def _kept(path: Path | None, head: RunHead) -> Iterator[_Kept]:
    """What is in the file already, and a place for the rest; at the end, the log in the file is whole."""
    if path is None:
        yield _Kept(RunLog(head=head, rows=()), None)
        return
    with _locked(path):
        begun = RunLog(head=head, rows=_begun(path, head))
        begun.write(path)  # anew, so that half a line, which a killed run leaves behind, is not written on to
        with path.open("ab") as file:
            kept = _Kept(begun, file)
            yield kept
        kept.log().write(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """That file as the only one who writes it; what the lock leaves beside it means nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(path.name + ".lock"), is_singleton=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise StoreBusy(f"{path}: another run is writing it. Mend: wait for it to end, or name another file") from None
    try:
        yield
    finally:
        lock.release()


def _begun(path: Path, head: RunHead) -> tuple[RunRow, ...]:
    """What is in the file of this very run; nothing if the run in it is whole."""
    if not path.exists():
        return ()
    log = RunLog.read(path)
    if log.is_whole:
        return ()
    if log.head != head:
        now, then = head.model_dump(), log.head.model_dump()
        names = [name for name in now if now[name] != then[name] and name not in ("fingerprint", "fingerprints")]
        prints = now["fingerprints"].items() ^ then["fingerprints"].items()
        differ = ", ".join([*names, *sorted({name for name, _ in prints})])
        raise BadInput(
            f"{path}: it holds the beginning of another run (not the same: {differ}). "
            "Mend: name another file, or remove this one"
        )
    return log.rows


# --- the head ----------------------------------------------------------------------------------------


def _head(assistant: Asked, questions: QuestionSet, articles: Mapping[str, Article]) -> RunHead:
    if not questions.questions:
        raise BadInput(f"{questions.name}: there is no question to ask. Mend: name a part of the suite that has some")
    labels = "\n".join(one.model_dump_json() for one in questions.questions)
    corpus = "\n".join(articles[key].model_dump_json() for key in sorted(articles))
    fingerprints = {
        **(assistant.fingerprints() if isinstance(assistant, Fingerprinted) else {}),
        "code": _digest_of_code(),
        "questions": _digest(labels.encode()),
        "corpus": _digest(corpus.encode()),
    }
    about = {
        "suite": questions.name,
        "part": questions.part,
        "as_of": questions.as_of,
        "token_f1": questions.token_f1,
        "questions": len(questions.questions),
        "fingerprints": fingerprints,
    }
    return RunHead(**about, fingerprint=_digest(json.dumps(about, sort_keys=True, default=str).encode()))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


@cache
def _digest_of_code() -> str:
    """Of ragcare itself: a run that was begun before a change of the code must not go on after it."""
    home = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        digest.update(str(path.relative_to(home)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _verbatim(reply: Reply, articles: Mapping[str, Article]) -> tuple[bool, ...]:
    """For each sentence of the draft, whether all its quotes stand in the suite's articles, whatever their version."""
    draft = draft_of(reply)
    if draft is None:
        return ()
    return tuple(all(_stands(piece, articles) for piece in sentence.evidence) for sentence in draft.sentences)


def _stands(piece: Evidence, articles: Mapping[str, Article]) -> bool:
    article = articles.get(piece.article_id)
    return article is not None and article.body[piece.start : piece.end] == piece.quote
