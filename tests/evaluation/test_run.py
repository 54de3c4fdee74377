"""The run: every question once, whatever happens in between, and the same log for the same bytes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ragcare.assistant import Assistant
from ragcare.deciding.confidence import Calibration
from ragcare.errors import BadFiles, BadInput, StoreBusy
from ragcare.evaluation.bars import Limit
from ragcare.evaluation.judge import Judgement, judge_log
from ragcare.evaluation.metrics import measure
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.run import head as run_head
from ragcare.evaluation.run import run
from ragcare.evaluation.run.log import RunLog, RunRow
from ragcare.odds import Weight
from ragcare.schema import Article, Question, Reply
from ragcare.settings import PolicySettings, RetrievalSettings, Settings
from ragcare.testing import DAY, small_knowledge

TEXTS = [
    ("fr", "Comment annuler ma commande ?", "answer", "fr-cancel"),
    ("fr", "Combien de jours pour retourner un article ?", "answer", "fr-return"),
    ("en", "Is delivery free?", "answer", "en-delivery"),
    ("fr", "Quel est le code des soldes d'été ?", "refuse", ""),
    ("en", "I want to speak to a human being!", "escalate", ""),
    ("en", "What is the capital of Peru?", "refuse", ""),
]
KILLS = int(os.environ.get("RAGCARE_KILLS", "4"))

needs_signals = pytest.mark.skipif(os.name == "nt", reason="kills a process as POSIX does")


def question(number: int, **changes: Any) -> LabelledQuestion:
    language, text, expects, article_id = TEXTS[number % len(TEXTS)]
    fields = {
        "id": f"q{number}",
        "question": text,
        "lang": language,
        "expects": expects,
        "answerable": expects == "answer",
        "relevant_ids": [article_id] if article_id else [],
    }
    return LabelledQuestion.model_validate(fields | changes)


Suite = Callable[..., QuestionSet]


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """A suite of so many questions over the small knowledge base."""

    def make(count: int = len(TEXTS), **changes: Any) -> QuestionSet:
        folder = tmp_path / "small"
        folder.mkdir(exist_ok=True)
        rows = [question(number).model_dump_json() + "\n" for number in range(max(count, 1))]
        (folder / "questions.jsonl").write_text("".join(rows), encoding="utf-8")
        articles = [article.model_dump_json() + "\n" for article in small_knowledge()]
        (folder / "corpus.jsonl").write_text("".join(articles), encoding="utf-8")
        loaded = QuestionSet.load(folder)
        asked = loaded.questions[:count]
        return loaded.model_copy(update={"as_of": DAY, "questions": asked, **changes})

    return make


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    path = tmp_path_factory.mktemp("calibration") / "calibration.json"
    coverage = {"coverage": Weight(mean=0.5, scale=0.25, weight=2.0)}
    Calibration(fingerprint="", fitted_on={}, intercept=1.0, features=coverage).write(path)
    settings = Settings(retrieval=RetrievalSettings(embedder="hash"), policy=PolicySettings(calibration=path))
    return Assistant.over(small_knowledge(), settings=settings)


class Slow:
    """Takes its time, so that questions end in another order than they began, and notes what it was asked."""

    def __init__(self, assistant: Assistant, seed: int = 0, at_most_s: float = 0.01) -> None:
        self.asked: list[str] = []
        self.at_once, self.most_at_once = 0, 0
        self._assistant, self._chance, self._at_most_s = assistant, random.Random(seed), at_most_s
        self._noting = threading.Lock()

    def ask(self, question: Question) -> Reply:
        with self._noting:
            self.asked.append(question.text)
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
            seconds = self._chance.uniform(0, self._at_most_s)
        time.sleep(seconds)
        reply = self._assistant.ask(question)
        with self._noting:
            self.at_once -= 1
        return reply

    def fingerprints(self) -> Mapping[str, str]:
        return self._assistant.fingerprints()


class Stumbling(Slow):
    """Raises at one question, until it is told not to."""

    at = "Is delivery free?"
    raises: BaseException | None = RuntimeError("out of memory")

    def ask(self, question: Question) -> Reply:
        if question.text == self.at and self.raises is not None:
            raise self.raises
        return super().ask(question)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value in a document, with the way to it: ("rows.reply.trace.id", "4f…")."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value


def differing(one: RunLog, other: RunLog) -> set[str]:
    """Where two logs differ."""
    pairs = zip(leaves(one.model_dump(mode="json")), leaves(other.model_dump(mode="json")), strict=True)
    return {first[0] if first[0] == second[0] else "order" for first, second in pairs if first != second}


def timeless(log: RunLog) -> list[dict[str, Any]]:
    """The rows, but for what may differ between two runs."""
    without: Any = {"seconds": True, "reply": {"trace": {"id", "milliseconds"}, "handoff": {"id"}}}
    return [row.model_dump(mode="json", exclude=without) for row in log]


# --- every question once -----------------------------------------------------------------------------


def test_every_question_is_asked_once_and_stands_beside_its_label(suite: Suite, assistant: Assistant) -> None:
    slow = Slow(assistant)
    questions = suite(12)
    log = run(slow, questions, workers=3)
    assert log.is_whole
    assert sorted(slow.asked) == sorted(one.question for one in questions.questions)
    assert [row.number for row in log] == list(range(12))
    assert tuple(row.label for row in log) == questions.questions
    assert all(row.reply.question.text == row.label.question for row in log)
    assert all(row.reply.question.as_of == DAY for row in log)


def test_the_head_says_what_was_run_on_what(suite: Suite, assistant: Assistant) -> None:
    questions = suite(token_f1=0.7).only(limit=3)
    head = run(assistant, questions).head
    assert (head.suite, head.part, head.as_of, head.token_f1, head.questions) == ("small", "3 of them", DAY, 0.7, 3)
    assert head.fingerprints.items() >= assistant.fingerprints().items()
    assert head.fingerprints.keys() == {*assistant.fingerprints(), "code", "questions", "corpus"}


def test_the_head_carries_the_bars_of_the_suite_and_the_settings_of_the_assistant(
    suite: Suite, assistant: Assistant, tmp_path: Path
) -> None:
    bars = {"safe_deflection": Limit(least=0.3)}
    head = run(assistant, suite(bars=bars), log=tmp_path / "log.jsonl").head
    assert head.bars == bars
    assert head.settings == assistant.settings.model_dump(mode="json")
    assert RunLog.read(tmp_path / "log.jsonl").head == head
    assert run(Slow(assistant), suite()).head.settings is None


def test_the_code_is_all_of_ragcare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of the policy or the index moves replies as much as one of the evaluation."""
    read: list[str] = []
    read_bytes = Path.read_bytes

    def noted(path: Path) -> bytes:
        read.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    run_head._digest_of_code.__wrapped__()
    assert {*read} >= {"assistant.py", "policy.py", "hybrid.py", "asking.py"}


def test_ids_that_are_those_of_several_questions_are_refused_before_anything_is_asked(
    suite: Suite, assistant: Assistant
) -> None:
    slow = Slow(assistant)
    with pytest.raises(BadInput, match=r"the id q0 is that of several questions.* Mend: give each an id of its own"):
        run(slow, suite(questions=(question(0), question(1), question(0))))
    assert slow.asked == []


def test_any_bot_with_the_verb_can_be_asked(suite: Suite, assistant: Assistant) -> None:
    class Bot:
        def ask(self, question: Question) -> Reply:
            return assistant.ask(question)

    log = run(Bot(), suite())
    assert log.is_whole
    assert log.head.fingerprints.keys() == {"code", "questions", "corpus"}


@pytest.mark.parametrize("workers", [1, 4])
def test_no_more_are_asked_at_once_than_there_are_workers(suite: Suite, assistant: Assistant, workers: int) -> None:
    slow = Slow(assistant, at_most_s=0.03)
    log = run(slow, suite(20), workers=workers)
    assert slow.most_at_once == workers
    assert (log.is_whole, len(slow.asked)) == (True, 20)


def test_a_log_in_a_file_is_the_log_that_is_returned(suite: Suite, assistant: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "not there yet" / "log.jsonl"
    log = run(Slow(assistant), suite(12), log=path, workers=3)
    assert RunLog.read(path) == log
    assert len(path.read_bytes().splitlines()) == 13


@pytest.mark.parametrize("workers", [0, -1])
def test_without_workers_nothing_could_be_asked(suite: Suite, assistant: Assistant, workers: int) -> None:
    with pytest.raises(BadInput, match=rf"workers is {workers}.* Mend: give 1 or more"):
        run(assistant, suite(), workers=workers)


def test_a_set_without_questions_is_refused_and_leaves_no_file(
    suite: Suite, assistant: Assistant, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=r"small: there is no question to ask\. Mend:"):
        run(assistant, suite(0), log=tmp_path / "log.jsonl")
    assert not list(tmp_path.glob("log*"))


def test_progress_goes_to_stderr_and_only_where_it_is_wanted(
    suite: Suite, assistant: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    run(assistant, suite(), progress=True)
    said = capsys.readouterr()
    assert said.out == ""
    assert "small: 100%" in said.err
    assert "6/6" in said.err
    run(assistant, suite())
    assert capsys.readouterr() == ("", "")


# --- the same bytes in, the same log out -------------------------------------------------------------


def test_two_runs_differ_in_times_and_trace_ids_alone(suite: Suite, assistant: Assistant, tmp_path: Path) -> None:
    once = run(Slow(assistant, seed=1), suite(18), log=tmp_path / "log.jsonl", workers=1)
    again = run(Slow(assistant, seed=2), suite(18), workers=6)
    may_differ = {f"rows.reply.trace.milliseconds.{stage}" for stage in once.rows[0].reply.trace.milliseconds}
    assert {"rows.reply.trace.id", "rows.seconds"} <= differing(once, again)
    # a handoff bears the id of its reply
    assert differing(once, again) <= may_differ | {"rows.reply.trace.id", "rows.reply.handoff.id", "rows.seconds"}
    assert timeless(once) == timeless(again)
    assert reported(once) == reported(again) == reported(RunLog.read(tmp_path / "log.jsonl"))


def reported(log: RunLog) -> tuple[list[Judgement], str]:
    """What each reply was worth, and the report without its times, byte for byte."""
    judged = judge_log(log)
    report = measure(log.head, judged, judge="citation and reference answer")
    return [one.judgement for one in judged], report.model_dump_json(exclude={"speed"})


def test_an_assistant_built_anew_replies_as_before(suite: Suite, assistant: Assistant) -> None:
    other = Assistant.over(reversed(list(small_knowledge())), settings=assistant.settings)
    once, again = run(assistant, suite(), workers=1), run(other, suite(), workers=1)
    assert once.head == again.head
    assert timeless(once) == timeless(again)


def test_asked_from_many_threads_it_replies_as_from_one(suite: Suite, assistant: Assistant) -> None:
    cold = Assistant.over(small_knowledge(), settings=assistant.settings)  # nothing is cached yet
    many = run(cold, suite(200), workers=8)
    assert timeless(many) == timeless(run(assistant, suite(200), workers=1))


# --- quotes are looked up in the articles of the suite -----------------------------------------------


def newer(article: Article, body: str) -> Article:
    return article.model_copy(update={"version": article.version + 1, "body": body})


def test_a_quote_of_a_newer_version_counts_where_the_suite_has_the_same_words_there(
    suite: Suite, assistant: Assistant
) -> None:
    def verbatim(change: Callable[[str], str]) -> tuple[bool, ...]:
        articles = [
            newer(article, change(article.body)) if article.id == "fr-return" else article
            for article in small_knowledge()
        ]
        log = run(Assistant.over(articles, settings=assistant.settings), suite())
        row = next(row for row in log if row.label.relevant_ids == ("fr-return",))
        assert row.reply.citations
        assert {(piece.article_id, piece.version) for piece in row.reply.citations} == {("fr-return", 2)}
        return row.verbatim

    assert set(verbatim(lambda body: body)) == {True}
    assert False in verbatim(lambda body: body.replace("14", "15"))


# --- what goes wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize("raises", [RuntimeError("out of memory"), KeyboardInterrupt(), SystemExit(3)])
def test_an_assistant_that_raises_loses_nothing_that_was_asked(
    suite: Suite, assistant: Assistant, tmp_path: Path, raises: BaseException
) -> None:
    path, questions = tmp_path / "log.jsonl", suite()
    stumbling = Stumbling(assistant)
    stumbling.raises = raises
    with pytest.raises(type(raises)):
        run(stumbling, questions, log=path, workers=1)
    begun = RunLog.read(path)
    assert [row.label.question for row in begun] == stumbling.asked
    assert [row.number for row in begun] == [0, 1]

    stumbling.raises = None
    log = run(stumbling, questions, log=path, workers=1)
    assert sorted(stumbling.asked) == sorted(one.question for one in questions.questions), "none of them twice"
    assert [row for row in log if row in begun.rows] == list(begun.rows), "what was kept stays as it was"
    assert timeless(log) == timeless(run(assistant, questions))


def test_the_error_names_the_question(suite: Suite, assistant: Assistant) -> None:
    with pytest.raises(RuntimeError, match="out of memory") as caught:
        run(Stumbling(assistant), suite())
    assert caught.value.__notes__ == ["The question was 'q2' of the suite 'small'."]


@pytest.mark.parametrize("returned", [None, "Oui.", {"text": "Oui."}])
def test_what_is_no_reply_is_an_error_that_names_the_question(suite: Suite, returned: object) -> None:
    class Bot:
        def ask(self, question: Question) -> Reply:  # noqa: ARG002 (it heeds none)
            return returned  # type: ignore[return-value]

    with pytest.raises((AttributeError, ValidationError, TypeError)) as caught:
        run(Bot(), suite(), workers=1)
    assert caught.value.__notes__ == ["The question was 'q0' of the suite 'small'."]


def test_what_was_under_way_when_another_question_failed_is_kept(
    suite: Suite, assistant: Assistant, tmp_path: Path
) -> None:
    failed = threading.Event()

    class Together(Stumbling):
        """The first question ends only after the third has failed."""

        def ask(self, question: Question) -> Reply:
            if question.text == TEXTS[0][1]:
                assert failed.wait(10)
            try:
                return super().ask(question)
            except RuntimeError:
                failed.set()
                raise

    with pytest.raises(RuntimeError):
        run(Together(assistant), suite(), log=tmp_path / "log.jsonl", workers=2)
    assert 0 in [row.number for row in RunLog.read(tmp_path / "log.jsonl")]


def test_after_an_error_what_was_not_begun_is_not_asked(suite: Suite, assistant: Assistant) -> None:
    stumbling = Stumbling(assistant)
    with pytest.raises(RuntimeError):
        run(stumbling, suite(60), workers=1)
    assert stumbling.asked == [text for _, text, *_ in TEXTS[:2]]


# --- going on after a kill ---------------------------------------------------------------------------

ASK = """
import json, os, sys, time
from pathlib import Path
from ragcare.evaluation.metrics import measure
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.run import head, run
from ragcare.schema import Reply

head._digest_of_code = lambda: "still"  # though its files may be edited while this test goes on
folder = Path(sys.argv[1])
replies = {r.question.text: r for r in map(Reply.model_validate_json, (folder / "replies.jsonl").open("rb"))}

class Parrot:
    def ask(self, question):
        with (folder / "asked").open("a") as asked:
            asked.write(question.asker.reference or question.text + "\\n")
        time.sleep(0.02)
        return replies[question.text].model_copy(update={"question": question})

    def fingerprints(self):
        return {"parrot": "1"}

run(Parrot(), QuestionSet.load(folder / "small"), log=folder / "log.jsonl", workers=3)
"""


class Killed:
    """A run in a process of its own that can be ended at any moment."""

    def __init__(self, folder: Path, assistant: Assistant, questions: QuestionSet) -> None:
        self.folder, self.log = folder, folder / "log.jsonl"
        self.texts = {f"{one.question} ({one.id})" for one in questions.questions}
        rows = [one.model_copy(update={"question": f"{one.question} ({one.id})"}) for one in questions.questions]
        lines = "".join(row.model_dump_json() + "\n" for row in rows)
        (folder / "small" / "questions.jsonl").write_text(lines, encoding="utf-8")
        replies = [assistant.ask(row.to_question(questions.as_of)) for row in rows]
        lines = "".join(reply.model_dump_json() + "\n" for reply in replies)
        (folder / "replies.jsonl").write_text(lines, encoding="utf-8")

    def start(self) -> subprocess.Popen[bytes]:
        (self.folder / "asked").write_text("")
        command = [sys.executable, "-c", ASK, str(self.folder)]
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A job in the background of a shell is deaf to Ctrl-C, and so would be what it starts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def asked(self) -> list[str]:
        """What was asked since the last start."""
        return (self.folder / "asked").read_text(encoding="utf-8").splitlines()

    def end_after(self, questions: int, how: signal.Signals, seconds: float = 0) -> int:
        """Starts, waits until so many were asked, and ends it; gives the exit code."""
        process = self.start()
        while len(self.asked()) < questions and process.poll() is None:
            time.sleep(0.001)
        time.sleep(seconds)
        process.send_signal(how)
        process.communicate(timeout=60)
        return process.returncode

    def kept(self) -> list[RunRow]:
        return list(RunLog.read(self.log)) if self.log.exists() else []


@needs_signals
def test_killed_at_any_moment_no_kept_question_is_asked_again_and_the_log_is_as_if_nothing_had_been(
    suite: Suite, assistant: Assistant, tmp_path: Path
) -> None:
    chance = random.Random(20260302)
    killed = Killed(tmp_path, assistant, suite(16 * KILLS))
    kept: list[RunRow] = []
    for _ in range(KILLS):
        asked = chance.randrange(8)  # 0: at once, before it could ask
        code = killed.end_after(asked, signal.SIGKILL, chance.choice([0, 0.001, 0.01, 0.03]))
        assert code == -signal.SIGKILL
        assert not {row.label.question for row in kept} & set(killed.asked())
        now = killed.kept()
        assert all(row in now for row in kept), "what was kept stays as it was"
        kept = now
    assert 0 < len(kept) < 16 * KILLS

    before = list(kept)
    finished = killed.start()
    assert finished.communicate(timeout=60) == (b"", b"")
    assert sorted(killed.asked()) == sorted(killed.texts - {row.label.question for row in before})
    log = RunLog.read(killed.log)
    assert [row for row in log if row in before] == before
    killed.log.unlink()
    uninterrupted = killed.start()
    assert uninterrupted.communicate(timeout=60) == (b"", b"")
    straight = RunLog.read(killed.log)
    assert log.head == straight.head
    assert differing(log, straight) == {"rows.seconds"}


@needs_signals
def test_interrupted_it_ends_soon_and_keeps_all_that_was_asked(
    suite: Suite, assistant: Assistant, tmp_path: Path
) -> None:
    killed = Killed(tmp_path, assistant, suite(300))
    assert killed.end_after(5, signal.SIGINT) == -signal.SIGINT
    assert sorted(row.label.question for row in killed.kept()) == sorted(killed.asked())
    assert 5 <= len(killed.kept()) < 300


# --- the file ----------------------------------------------------------------------------------------


@pytest.fixture
def begun(suite: Suite, assistant: Assistant, tmp_path: Path) -> Path:
    """The log of a run that stopped at its third question of six."""
    with pytest.raises(RuntimeError):
        run(Stumbling(assistant), suite(), log=tmp_path / "log.jsonl", workers=1)
    assert len(RunLog.read(tmp_path / "log.jsonl")) == 2
    return tmp_path / "log.jsonl"


def test_half_a_line_at_the_end_is_asked_again_and_not_written_on_to(
    suite: Suite, assistant: Assistant, begun: Path
) -> None:
    kept = RunLog.read(begun)
    with begun.open("ab") as file:
        file.write(b'{"number":5,"label":{"id":"q5","question":"Wh')
    slow = Slow(assistant)
    log = run(slow, suite(), log=begun)
    assert len(slow.asked) == 6 - len(kept)
    assert (log.is_whole, RunLog.read(begun)) == (True, log)


def test_a_damaged_line_in_the_middle_is_an_error_and_nothing_is_asked_or_lost(
    suite: Suite, assistant: Assistant, begun: Path
) -> None:
    lines = begun.read_bytes().splitlines(keepends=True)
    lines[1] = b"{}\n"
    begun.write_bytes(b"".join(lines))
    slow = Slow(assistant)
    with pytest.raises(BadFiles, match=r"log\.jsonl:2: number: Field required .*Mend: remove the line"):
        run(slow, suite(), log=begun)
    assert slow.asked == []
    assert begun.read_bytes() == b"".join(lines)


ANOTHER = [
    ({"as_of": DAY.replace(year=2027)}, "as_of"),
    ({"token_f1": 0.8}, "token_f1"),
    ({"name": "large"}, "suite"),
    ({"part": "dev"}, "part"),
    ({"questions": tuple(question(number, kind="hard") for number in range(6))}, "questions"),
    ({"questions": tuple(question(number) for number in range(5))}, "questions"),
]


@pytest.mark.parametrize(("changes", "differs"), ANOTHER)
def test_the_beginning_of_another_run_is_refused(
    suite: Suite, assistant: Assistant, begun: Path, changes: dict[str, Any], differs: str
) -> None:
    before = begun.read_bytes()
    with pytest.raises(BadInput, match=rf"beginning of another run \(not the same: {differs}\)\. Mend: name another"):
        run(assistant, suite(**changes), log=begun)
    assert begun.read_bytes() == before


def test_rows_that_the_suite_does_not_have_are_not_gone_on_from(
    suite: Suite, assistant: Assistant, begun: Path
) -> None:
    log = RunLog.read(begun)
    easy = log.rows[1].label.model_copy(update={"relevant_ids": ("en-delivery",)})
    log.model_copy(update={"rows": (log.rows[0], log.rows[1].model_copy(update={"label": easy}))}).write(begun)
    slow = Slow(assistant)
    with pytest.raises(BadInput, match=r"its question 1 \(q1\) is not as the suite has it.* Mend: name another file"):
        run(slow, suite(), log=begun)
    assert slow.asked == []


def test_other_bars_are_no_other_run(suite: Suite, assistant: Assistant, begun: Path) -> None:
    bars = {"coverage": Limit(most=0.9)}
    log = run(assistant, suite(bars=bars), log=begun)
    assert RunLog.read(begun) == log
    assert log.head.bars == bars


def test_where_nothing_can_be_written_no_other_run_is_blamed_and_nothing_is_asked(
    suite: Suite, assistant: Assistant, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    slow = Slow(assistant)
    for place in (tmp_path / "file" / "log.jsonl", tmp_path / ("long" * 99), Path("/proc/none/log.jsonl")):
        with pytest.raises(BadInput, match=r"it cannot be written: .*\. Mend: name another file"):
            run(slow, suite(), log=place)
    with pytest.raises(BadInput, match="it is a folder, and not a file that could be replaced"):
        run(slow, suite(), log=tmp_path)
    assert slow.asked == []


def test_a_whole_log_that_was_changed_is_begun_anew_too(suite: Suite, assistant: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    log = run(assistant, suite(), log=path)
    changed = log.rows[0].model_copy(update={"label": question(0, kind="hard")})
    log.model_copy(update={"rows": (changed, *log.rows[1:])}).write(path)
    with pytest.raises(BadInput, match="the labels are not those that were asked"):
        RunLog.read(path)
    assert run(assistant, suite(), log=path) == RunLog.read(path)


def test_what_another_assistant_began_is_refused(suite: Suite, assistant: Assistant, begun: Path) -> None:
    policy = assistant.settings.policy.model_copy(update={"answer_at": 0.9})
    stricter = Assistant(
        Assistant.over(small_knowledge(), settings=assistant.settings.model_copy(update={"policy": policy})).index
    )
    with pytest.raises(BadInput, match=r"not the same: settings\)"):
        run(stricter, suite(), log=begun)


def test_a_corpus_that_has_changed_since_is_another_run(suite: Suite, assistant: Assistant, begun: Path) -> None:
    questions = suite()
    assert isinstance(questions.corpus, Path)
    lines = questions.corpus.read_text(encoding="utf-8").replace("14 jours", "15 jours")
    questions.corpus.write_text(lines, encoding="utf-8")
    with pytest.raises(BadInput, match=r"not the same: corpus\)"):
        run(assistant, questions, log=begun)


def test_a_log_that_is_whole_is_begun_anew_whatever_run_it_was(
    suite: Suite, assistant: Assistant, tmp_path: Path
) -> None:
    run(assistant, suite(9), log=tmp_path / "log.jsonl")
    slow = Slow(assistant)
    log = run(slow, suite(6), log=tmp_path / "log.jsonl")
    assert len(slow.asked) == 6
    assert RunLog.read(tmp_path / "log.jsonl") == log


def test_a_file_that_is_no_log_is_not_written_over(suite: Suite, assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine\n")
    with pytest.raises(BadInput, match=r"notes\.txt:1: no log of a run"):
        run(assistant, suite(), log=tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "mine\n"


def test_the_log_is_whole_only_once_it_is_in_order(
    suite: Suite, assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the last reply and the last write, the run must not look as if it had come to its end."""
    path = tmp_path / "log.jsonl"
    write = RunLog.write

    def cut_off(log: RunLog, path: Path | str) -> None:
        if log.is_whole:
            raise KeyboardInterrupt
        write(log, path)

    with monkeypatch.context() as patch:
        patch.setattr(RunLog, "write", cut_off)
        with pytest.raises(KeyboardInterrupt):
            run(assistant, suite(), log=path)
    assert len(RunLog.read(path)) == 5
    slow = Slow(assistant)
    assert run(slow, suite(), log=path).is_whole
    assert len(slow.asked) == 1


def test_a_lock_file_that_was_left_behind_is_no_lock(suite: Suite, assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl.lock").touch()
    assert run(assistant, suite(), log=tmp_path / "log.jsonl").is_whole
    assert run(assistant, suite(), log=tmp_path / "log.jsonl").is_whole


@needs_signals
def test_of_two_processes_the_second_is_turned_away(suite: Suite, assistant: Assistant, tmp_path: Path) -> None:
    other = Killed(tmp_path, assistant, suite(200))
    process = other.start()
    while not other.asked():
        assert process.poll() is None
        time.sleep(0.001)
    try:
        with pytest.raises(StoreBusy, match=r"log\.jsonl: another run is writing it\. Mend: wait"):
            run(assistant, suite(), log=tmp_path / "log.jsonl")
    finally:
        process.kill()
        process.communicate(timeout=60)
    with pytest.raises(BadInput, match="beginning of another run"):  # the lock went with the process
        run(assistant, suite(), log=tmp_path / "log.jsonl")


def test_within_one_process_too_the_second_is_turned_away(suite: Suite, assistant: Assistant, tmp_path: Path) -> None:
    questions = suite(3)

    class Nested:
        def ask(self, question: Question) -> Reply:
            with pytest.raises(StoreBusy):
                run(assistant, questions, log=tmp_path / "log.jsonl")
            return assistant.ask(question)

    assert run(Nested(), questions, log=tmp_path / "log.jsonl").is_whole


def test_a_disk_that_is_full_ends_the_run_and_what_was_kept_can_be_gone_on_from(
    suite: Suite, assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = RunRow.model_dump_json
    written = 0

    def full(row: RunRow) -> str:
        nonlocal written
        written += 1
        if written > 3:
            raise OSError(28, "No space left on device")
        return dump(row)

    path = tmp_path / "log.jsonl"
    with monkeypatch.context() as patch:
        patch.setattr(RunRow, "model_dump_json", full)
        with pytest.raises(OSError, match="No space left"):
            run(assistant, suite(), log=path, workers=1)
    assert len(RunLog.read(path)) == 3
    assert run(assistant, suite(), log=path).is_whole
