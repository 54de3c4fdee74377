"""The log of a run: what was written is what is read, and what is damaged is said, never guessed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ragcare.assistant import Assistant
from ragcare.errors import BadFiles, BadInput
from ragcare.evaluation.questions import LabelledQuestion, QuestionSet
from ragcare.evaluation.run.log import RunHead, RunLog, RunRow, draft_of
from ragcare.schema import Asker, Question, Reply, Turn
from ragcare.settings import PolicySettings, RetrievalSettings, Settings
from ragcare.testing import DAY, small_knowledge

ASKED = [
    "Comment annuler ma commande ?",
    "Quel est le code des soldes d'été ?",
    "I want to speak to a human being!",
    "What is the capital of Peru?",
    "combien de jours",
    "xyzzy",
]
"""An answer, a refusal for each of several reasons, an escalation, a clarification."""


def label(number: int = 0, **changes: Any) -> LabelledQuestion:
    fields = {"id": f"q{number}", "question": "?", "lang": "fr", "answerable": False, "expects": "refuse"}
    return LabelledQuestion.model_validate(fields | changes)


def head(labels: Sequence[LabelledQuestion], **changes: Any) -> RunHead:
    fields = {"suite": "small", "as_of": DAY, "token_f1": 0.5, "questions": 1, "fingerprint": ""}
    return RunHead.model_validate({"fingerprints": {"code": "c"}} | fields | changes).sealed(labels)


def log_of(rows: Sequence[RunRow], questions: int = 0, **changes: Any) -> RunLog:
    """A log of these rows, and of so many questions if there are more."""
    more = [label(number) for number in range(len(rows), questions)]
    return RunLog(head=head([*(row.label for row in rows), *more], **changes), rows=tuple(rows))


def row(number: int, reply: Reply, **changes: Any) -> RunRow:
    draft = draft_of(reply)
    verbatim = (True,) * len(draft.sentences) if draft is not None else ()
    fields = {"number": number, "label": label(number), "reply": reply, "verbatim": verbatim, "seconds": 0.25}
    return RunRow.model_validate(fields | changes)


@pytest.fixture(scope="module")
def replies() -> list[Reply]:
    settings = Settings(
        retrieval=RetrievalSettings(embedder="hash"), policy=PolicySettings(answer_at=0.01, clarify_at=0, close=1)
    )
    assistant = Assistant.over(small_knowledge(), settings=settings)
    given = [assistant.ask(text, as_of=DAY) for text in ASKED]
    assert {reply.decision.action for reply in given} == {"answer", "refuse", "escalate", "clarify"}
    return given


def counting(log: RunLog, questions: int) -> RunLog:
    """The log whose head says that there are so many."""
    return log.model_copy(update={"head": log.head.model_copy(update={"questions": questions})})


Log = Callable[..., tuple[Path, RunLog]]


@pytest.fixture
def written(tmp_path: Path, replies: list[Reply]) -> Log:
    """A log in a file, of so many rows."""

    def write(rows: int = 3, questions: int = 3) -> tuple[Path, RunLog]:
        asked = [row(number, replies[number]) for number in range(rows)]
        log = log_of(asked, questions) if rows <= questions else counting(log_of(asked), questions)
        path = tmp_path / "log.jsonl"
        log.write(path)
        return path, log

    return write


# --- there and back ----------------------------------------------------------------------------------

texts = st.text(max_size=40)
labels = st.builds(
    LabelledQuestion,
    id=st.from_regex(r"[\w.:/-]{1,20}", fullmatch=True),
    question=texts.map(lambda text: f"q{text}"),
    lang=st.sampled_from(["fr", "en", "und"]),
    answerable=st.booleans(),
    expects=st.sampled_from(["answer", "clarify", "refuse", "escalate"]),
    relevant_ids=st.lists(st.sampled_from(["fr-cancel", "en-cancel"])).map(tuple),
    answers=st.lists(texts).map(tuple),
    reason=st.sampled_from([None, "expired", "fraud"]),
    history=st.lists(st.builds(Turn, role=st.sampled_from(["customer", "assistant", "agent"]), text=texts)).map(tuple),
    as_of=st.none() | st.dates(),
    kind=texts,
    intent=st.none() | texts,
)
numbers = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def rows(draw: st.DrawFn, replies: list[Reply]) -> tuple[RunRow, ...]:
    """Rows of real replies, into which wild texts and numbers are put wherever a reply has some."""
    made = []
    for number, asked in enumerate(draw(st.lists(labels, min_size=1, max_size=6, unique_by=lambda one: one.id))):
        reply = draw(st.sampled_from(replies))
        trace = reply.trace.model_copy(
            update={"features": draw(st.dictionaries(texts, numbers)), "milliseconds": {"answer": draw(numbers)}}
        )
        asker = Asker(reference=draw(texts))
        question = Question(text=f"q{draw(texts)}", asker=asker, as_of=draw(st.dates()))
        reply = reply.model_copy(update={"trace": trace, "question": question, "text": f"t{draw(texts)}t"})
        made.append(row(number, reply, label=asked, seconds=draw(st.floats(0, 1e6))))
    return tuple(made)


@settings(max_examples=60)
@given(data=st.data(), suite=texts, part=texts, as_of=st.dates())
def test_a_log_that_is_read_is_the_one_that_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    replies: list[Reply],
    data: st.DataObject,
    suite: str,
    part: str,
    as_of: date,
) -> None:
    path = tmp_path_factory.getbasetemp() / "there-and-back.jsonl"
    log = log_of(data.draw(rows(replies)), suite=suite, part=part, as_of=as_of)
    log.write(path)
    assert RunLog.read(path) == log
    first = path.read_bytes()
    RunLog.read(path).write(path)
    assert path.read_bytes() == first


@settings(max_examples=60)
@given(data=st.data())
def test_cut_off_at_any_byte_the_whole_lines_before_it_are_read(
    tmp_path_factory: pytest.TempPathFactory, replies: list[Reply], data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.jsonl"
    log = log_of([row(number, replies[number]) for number in range(3)])
    log.write(path)
    content = path.read_bytes()
    ends = [at for at, byte in enumerate(content) if byte == ord("\n")]  # a row whose line end alone is lost is whole
    at = data.draw(st.integers(0, len(content)) | st.sampled_from([*ends, *(end + 1 for end in ends)]))
    path.write_bytes(content[:at])
    if at < ends[0]:
        with pytest.raises(BadInput, match=r"cut\.jsonl:1: no log of a run: .* Mend:"):
            RunLog.read(path)
    else:
        assert RunLog.read(path).rows == log.rows[: sum(end <= at for end in ends) - 1]


def test_a_log_is_read_row_by_row_and_knows_whether_it_is_whole(written: Log) -> None:
    _, log = written(rows=2)
    assert [one.number for one in log] == [0, 1]
    assert (len(log), log.is_whole) == (2, False)
    _, log = written(rows=3)
    assert log.is_whole


def test_rows_are_read_in_the_order_of_their_questions(written: Log) -> None:
    path, log = written()
    first, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([first, *reversed(lines)]), encoding="utf-8")
    assert RunLog.read(path) == log


def test_line_ends_of_another_system_do_no_harm(written: Log) -> None:
    path, log = written()
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert RunLog.read(path) == log


# --- what is no log ----------------------------------------------------------------------------------


def test_a_log_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no\.jsonl: no log of a run: No such file or directory\. Mend: name one"):
        RunLog.read(tmp_path / "no.jsonl")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "EOF while parsing"),
        (b"id,question\n1,?\n", "Invalid JSON"),
        (b'{"id": "q1", "question": "?"}\n', "Field required"),
        (b"\xff\xfe\n", "Invalid JSON"),
    ],
)
def test_another_file_is_no_log(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "log.jsonl").write_bytes(content)
    with pytest.raises(BadInput, match=rf"log\.jsonl:1: no log of a run: .*{said}.* Mend: name one"):
        RunLog.read(tmp_path / "log.jsonl")


@pytest.mark.parametrize("changes", [{"format": 2}, {"format": "1"}, {"kind": "journal"}, {"more": 1}])
def test_an_unknown_format_is_refused(written: Log, changes: dict[str, object]) -> None:
    path, _ = written()
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    path.write_text(json.dumps(json.loads(first) | changes) + "\n" + rest, encoding="utf-8")
    (name,) = changes
    with pytest.raises(BadInput, match=f":1: no log of a run: {name}: "):
        RunLog.read(path)


# --- what is damaged ---------------------------------------------------------------------------------


def test_every_damaged_line_is_named(written: Log) -> None:
    path, _ = written()
    lines = path.read_bytes().split(b"\n")
    lines[1] = lines[1][:100]
    lines[2] = lines[2].replace(b'"action":"refuse"', b'"action":"guess"', 1)
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(BadFiles) as caught:
        RunLog.read(path)
    one, other = caught.value.problems
    assert [one.line, other.line] == [2, 3]
    assert "Invalid JSON" in one.what
    assert other.what.startswith("reply.decision.action: Input should be 'answer', 'clarify', 'refuse' or 'escalate'")
    assert str(one).endswith("Mend: remove the line: it will be asked again")


def test_an_empty_line_in_the_middle_is_damage(written: Log) -> None:
    path, _ = written()
    path.write_bytes(path.read_bytes().replace(b"\n", b"\n\n", 1))
    with pytest.raises(BadFiles, match=r"log\.jsonl:2: Invalid JSON"):
        RunLog.read(path)


def test_one_question_twice_is_damage(written: Log) -> None:
    path, _ = written()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[1]]))
    with pytest.raises(BadFiles, match=r"log\.jsonl:5: question 0 \(q0\) stands on an earlier line already"):
        RunLog.read(path)


def test_a_question_that_the_head_does_not_count_is_damage(written: Log) -> None:
    path, _ = written(rows=3, questions=2)
    with pytest.raises(BadFiles, match=r"log\.jsonl:4: it is question 2, but the head counts 2 of them"):
        RunLog.read(path)


# --- what was changed after it was written -----------------------------------------------------------


def refused(path: Path, log: RunLog, told: str) -> None:
    log.write(path)
    with pytest.raises(BadInput, match=told):
        RunLog.read(path)


def relabelled(log: RunLog, number: int, **changes: Any) -> RunLog:
    """The log with another label written over that of one row."""
    rows = list(log.rows)
    rows[number] = rows[number].model_copy(update={"label": rows[number].label.model_copy(update=changes)})
    return log.model_copy(update={"rows": tuple(rows)})


def test_a_row_that_was_relabelled_in_the_file_is_refused(written: Log) -> None:
    path, log = written()
    told = r"the labels are not those that were asked.* Mend: restore the file, or .* run again; to judge by other"
    refused(path, relabelled(log, 1, expects="answer"), told)
    refused(path, relabelled(log, 1, near_ids=("fr-cancel",)), told)


def test_a_good_row_cannot_stand_for_others(written: Log) -> None:
    path, log = written()
    copies = tuple(log.rows[0].model_copy(update={"number": number}) for number in range(3))
    told = "the question q0 is there more than once, under several numbers"
    refused(path, log.model_copy(update={"rows": copies}), told)
    refused(path, log.model_copy(update={"rows": copies[:2]}), told)


def test_rows_cannot_be_cut_by_counting_fewer(written: Log) -> None:
    path, log = written()
    cut = counting(log, 2).model_copy(update={"rows": log.rows[:2]})
    refused(path, cut, r":1: the head is not the one that was written")
    resealed = cut.head.model_copy(update={"fingerprint": cut.head.own_fingerprint()})
    refused(path, cut.model_copy(update={"head": resealed}), "the labels are not those that were asked")


@pytest.mark.parametrize(
    "changes",
    [{"token_f1": 0.1}, {"suite": "large"}, {"bars": {}}, {"settings": {"policy": {"close": 1.0}}}, {"part": "dev"}],
)
def test_whatever_the_head_says_is_under_its_fingerprint(written: Log, changes: dict[str, Any]) -> None:
    path, log = written()
    settings = Settings().model_dump(mode="json")
    log = RunLog(
        head=head([row.label for row in log], bars={"coverage": {"least": 0.9}}, settings=settings), rows=log.rows
    )
    log.write(path)
    assert RunLog.read(path) == log
    changed = log.head.model_copy(update=changes)
    refused(path, log.model_copy(update={"head": changed}), r":1: the head is not the one that was written")


def test_where_the_calibration_lies_moves_no_fingerprint() -> None:
    here, there = (Settings(policy=PolicySettings(calibration=Path(name))) for name in ("a.json", "b.json"))
    heads = [head([label()], settings=one.model_dump(mode="json")) for one in (here, there, Settings())]
    assert heads[0].fingerprint == heads[1].fingerprint != heads[2].fingerprint
    assert heads[0].differs_from(heads[1]) == ()
    assert heads[0].differs_from(heads[2]) == ("settings",)


def test_a_head_names_what_differs_from_another() -> None:
    one = head([label()], fingerprints={"code": "c", "scores": "s"})
    other = head([label(), label(1)], suite="large", fingerprints={"code": "d"}, bars={"coverage": {"least": 0.9}})
    assert one.differs_from(one) == ()
    assert one.differs_from(other) == ("suite", "questions", "code", "scores")


# --- corrected labels --------------------------------------------------------------------------------


def asked_in(log: RunLog, *labels: LabelledQuestion) -> QuestionSet:
    return QuestionSet(
        name="small",
        description="",
        as_of=log.head.as_of,
        token_f1=0.7,
        languages=("fr",),
        questions=labels,
        source="small",
        lines=(None,) * len(labels),
        corpus=(),
    )


def test_corrected_labels_give_a_log_that_can_be_read_again(written: Log) -> None:
    path, log = written()
    corrected = [label(2), label(0), label(1, expects="escalate", reason="fraud"), label(9)]
    by_others = log.relabelled(asked_in(log, *corrected))
    by_others.write(path)
    assert RunLog.read(path) == by_others
    assert [row.label for row in by_others] == [label(0), corrected[2], label(2)]
    assert [row.reply for row in by_others] == [row.reply for row in log]
    assert by_others.head.differs_from(log.head) == ("token_f1", "questions")


def test_only_what_was_asked_can_be_relabelled(written: Log) -> None:
    _, log = written()
    with pytest.raises(BadFiles) as caught:
        log.relabelled(asked_in(log, label(0, question="another?"), label(2)))
    first, second = map(str, caught.value.problems)
    assert "the question q0 is not the one that was asked" in first
    assert "it has no question q1, which was asked" in second
    _, partial = written(rows=2)
    with pytest.raises(BadInput, match="2 of 3 questions were asked"):
        partial.relabelled(asked_in(log, label(0), label(1), label(2)))


# --- a row -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verbatim", [(), (True,) * 40])
def test_every_sentence_of_the_draft_was_looked_up_or_there_is_no_row(
    replies: list[Reply], verbatim: tuple[bool, ...]
) -> None:
    with pytest.raises(ValidationError, match=f"verbatim is about {len(verbatim)} sentences, but the draft has"):
        row(0, replies[0], verbatim=verbatim)


def test_a_row_ranks_articles_once_and_finds_the_first_relevant(replies: list[Reply]) -> None:
    found = replies[0].trace.hits[0]
    hits = (found, found, found.model_copy(update={"article_id": "another"}))
    trace = replies[0].trace.model_copy(update={"hits": hits})
    reply = replies[0].model_copy(update={"trace": trace})
    first, second = found.article_id, "another"
    assert row(0, reply).ranked_articles == (first, second)
    ranks = [
        row(0, reply, label=label(relevant_ids=ids)).rank for ids in ((first,), (second,), ("x", second, first), ("x",))
    ]
    assert ranks == [1, 2, 1, None]


def test_the_draft_is_what_was_said_or_else_what_was_not(replies: list[Reply]) -> None:
    answered = next(reply for reply in replies if reply.decision.action == "answer")
    assert answered.answer is not None
    assert row(0, answered).draft == answered.answer

    clarified = next(reply for reply in replies if reply.decision.action == "clarify")
    assert row(0, clarified).draft == clarified.trace.draft

    nothing = next(reply for reply in replies if reply.trace.draft.kind == "refusal")
    assert row(0, nothing).draft is None
