"""Labelled question sets: read whole or not at all, and checked before anything is measured with them.

A suite is a folder with `questions.jsonl`, its corpus (`corpus.jsonl` or `articles/`), and an optional
`suite.toml` that names it, dates it, and may point with `data` at a folder that holds the other two.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from string import Template
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, ValidationError, field_validator

from ragcare.errors import BadFiles, Problem
from ragcare.schema import (
    MAX_QUESTION_CHARACTERS,
    PUBLIC,
    Action,
    Article,
    Asker,
    Identifier,
    LanguageCode,
    Question,
    ReasonCode,
    Record,
    Text,
    Turn,
)

DEFAULT_DAY = date(2026, 1, 1)
"""The day of a suite that names none; never today, for the same bytes must give the same report."""

_DIALOGUE_ROLES = {"user": "customer", "agent": "assistant", "bot": "assistant", "system": "assistant"}
"""Where a data set says "user", its "agent" is the other side of the dialogue; ours is a person."""

_SURE, _ENOUGH_WORDS_TO_TELL = 0.9, 6
"""How sure the detection of a language must be to contradict a label, and on how many words."""

_Articles = Mapping[str, Article]
_Problems = Iterator[Problem]
_Faults = Iterator[tuple[str, str]]
"""What is wrong with a question, and how to mend it."""


class LabelledQuestion(Record):
    """A question, and what a right reply to it is.

    Attributes:
        lang: the language it is asked in.
        relevant_ids: the articles that hold the answer; an answer is right only if it cites one of them.
        near_ids: articles that look as if they held it.
        answers: reference answers, any of which will do.
        reason: the typed reason that a refusal or an escalation must have.
        asker: the audiences that the asker belongs to.
        as_of: the day on which it is asked; None for that of the suite.
        split: such as "dev" or "test".
        kind: what is hard about it; figures are told apart by it.
        intent: the intent that it was labelled with where it comes from.
        domain: the subject, where the corpus has several.
        turn: "first" or "follow_up", in a dialogue.
    """

    id: Identifier
    question: Annotated[Text, Field(max_length=MAX_QUESTION_CHARACTERS)]
    lang: LanguageCode
    answerable: bool
    expects: Action
    relevant_ids: tuple[Identifier, ...] = ()
    near_ids: tuple[Identifier, ...] = ()
    answers: tuple[str, ...] = ()
    reason: ReasonCode | None = None
    history: tuple[Turn, ...] = ()
    asker: tuple[Text, ...] = (PUBLIC,)
    as_of: date | None = None
    split: str = ""
    kind: str = ""
    intent: str | None = None
    domain: str | None = None
    turn: str | None = None

    @field_validator("history", mode="before")
    @classmethod
    def _in_our_roles(cls, turns: Any) -> Any:
        rows = isinstance(turns, list) and all(isinstance(turn, Mapping) for turn in turns)
        if not rows or not any(turn.get("role") == "user" for turn in turns):
            return turns
        return [{**turn, "role": _DIALOGUE_ROLES.get(turn.get("role"), turn.get("role"))} for turn in turns]

    def to_question(self, default_as_of: date) -> Question:
        """The question as a customer would ask it, on its own day or else on `default_as_of`."""
        return Question(
            text=self.question,
            language=self.lang,
            history=self.history,
            asker=Asker(audiences=self.asker),
            as_of=self.as_of or default_as_of,
        )


class _SuiteFile(Record):
    """What `suite.toml` may say."""

    name: Text | None = None
    description: str = ""
    as_of: date = DEFAULT_DAY
    token_f1: Annotated[float, Field(ge=0, le=1)] | None = None
    languages: tuple[LanguageCode, ...] = ()
    data: str | None = None


class QuestionSet(Record):
    """A suite, read.

    Attributes:
        token_f1: the F1 over tokens at which an answer equals a reference answer; None: it must contain one.
        languages: that the suite declares, or else those of its questions.
        source: the file that the questions were read from.
        lines: the line of each question in it.
        corpus: the file or folder of the articles.
    """

    name: str
    description: str
    as_of: date
    token_f1: float | None
    languages: tuple[LanguageCode, ...]
    questions: tuple[LabelledQuestion, ...]
    source: Path
    lines: tuple[int, ...]
    corpus: Path

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Reads a suite.

        Args:
            path: its folder, or its file of questions, which has the corpus beside it.

        Raises:
            BadFiles: with all that is wrong: rows, settings, files that are not there.
        """
        path = Path(path)
        folder = path if path.is_dir() else path.parent
        about = _read_suite_file(folder / "suite.toml")
        data = _data_folder(folder, about.data) if about.data else folder
        source = data / "questions.jsonl" if path.is_dir() or path.suffix == ".toml" else path
        corpus = next((at for at in (data / "corpus.jsonl", data / "articles") if at.exists()), None)

        rows, problems = _read_questions(source)
        if corpus is None:
            what = "no corpus: neither corpus.jsonl nor articles/ is there"
            mend = 'put the articles there, or point at them with data = "FOLDER" in suite.toml'
            problems.append(Problem(data, None, what, mend))
        if problems or corpus is None:
            raise BadFiles(problems)
        return cls(
            name=about.name or folder.resolve().name,
            description=about.description,
            as_of=about.as_of,
            token_f1=about.token_f1,
            languages=about.languages or tuple(sorted({row.question.lang for row in rows})),
            questions=tuple(row.question for row in rows),
            source=source,
            lines=tuple(row.line for row in rows),
            corpus=corpus,
        )

    def articles(self) -> tuple[Article, ...]:
        """The articles of the corpus; one without review fields counts as validated by the suite.

        Raises:
            BadFiles: if any of them cannot be read.
        """
        from ragcare.knowledge.readers import read_articles

        reading = read_articles(self.corpus, assume_validated=self.name, on=self.as_of)
        if reading.problems:
            raise BadFiles(reading.problems)
        return tuple(reading.articles)


# --- reading -----------------------------------------------------------------------------------------


class _Row(NamedTuple):
    line: int
    question: LabelledQuestion


def _read_suite_file(path: Path) -> _SuiteFile:
    if not path.is_file():
        return _SuiteFile()
    try:
        return _SuiteFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except ValidationError as error:
        raise BadFiles(_problems_of(error, path, None, _SuiteFile)) from error
    except ValueError as error:  # what tomllib and the decoder raise
        raise BadFiles([Problem(path, None, f"it is not TOML: {error}", "mend the line it names")]) from error


def _data_folder(folder: Path, data: str) -> Path:
    """The folder that `data` points at; `$RAGCARE_DATA` is `../shared/data` of the project by default."""
    above = folder.resolve().parents
    project = next((parent for parent in above if (parent / "pyproject.toml").is_file()), Path())
    values = {"RAGCARE_DATA": str(project / "../shared/data"), **os.environ}
    return folder / Template(data).safe_substitute(values)


def _read_questions(path: Path) -> tuple[list[_Row], list[Problem]]:
    """The rows that are right, and all that is wrong with the others."""
    rows: list[_Row] = []
    problems: list[Problem] = []
    try:
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        what, mend = f"it cannot be read: {error.strerror}", "name a folder that holds questions.jsonl"
        return [], [Problem(path, None, what, mend)]
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_Row(number, LabelledQuestion.model_validate(json.loads(line.decode()))))
        except ValidationError as error:
            problems.extend(_problems_of(error, path, number, LabelledQuestion))
        except ValueError as error:
            what = f"it is not JSON: {error}"
            problems.append(Problem(path, number, what, "write one JSON object on the line"))
    if not rows and not problems:
        problems.append(Problem(path, None, "it holds no question", "write one JSON object a line"))
    return rows, problems


def _problems_of(error: ValidationError, path: Path, line: int | None, model: type[Record]) -> _Problems:
    for detail in error.errors(include_url=False):
        where = ".".join(map(str, detail["loc"])) or "the row"
        if detail["type"] == "missing":
            yield Problem(path, line, f'"{where}" is missing', f'add "{where}"')
        elif detail["type"] == "extra_forbidden":
            close = get_close_matches(where, model.model_fields, n=1)
            mend = f'write "{close[0]}"' if close else f"remove it; known are {', '.join(model.model_fields)}"
            yield Problem(path, line, f'"{where}" is not a known field', mend)
        else:
            given = repr(detail["input"])
            short = given if len(given) <= 60 else f"{given[:60]}…"
            yield Problem(path, line, f'"{where}" is {short}', detail["msg"])


# --- checking ----------------------------------------------------------------------------------------


def check_questions(suite: QuestionSet) -> tuple[Problem, ...]:
    """What is wrong with the labels of a suite, in the order of its lines; what only may be is a "note".

    Raises:
        BadFiles: if an article of the corpus cannot be read.
    """
    articles = {article.id: article for article in suite.articles()}
    found = [*_check_copies(suite)]
    for line, question in zip(suite.lines, suite.questions, strict=True):
        faults = chain(_check_labels(question, articles, suite.as_of), _check_wording(question, articles))
        found += (Problem(suite.source, line, f"{question.id}: {what}", mend) for what, mend in faults)
    without = sum(question.expects == "answer" and not question.answers for question in suite.questions)
    if without:
        what = f"note: {without} questions that expect an answer have no reference answers"
        found.append(Problem(suite.source, None, what, "add answers, or judge by citations alone"))
    return tuple(sorted(found, key=lambda problem: (problem.line is None, problem.line or 0)))


def _check_copies(suite: QuestionSet) -> _Problems:
    """Ids used twice, and questions asked twice that would have two different replies."""
    by_id: dict[str, int] = {}
    by_asking: dict[str, tuple[int, LabelledQuestion]] = {}
    for line, question in zip(suite.lines, suite.questions, strict=True):
        first_line = by_id.setdefault(question.id, line)
        if first_line != line:
            what = f"{question.id}: line {first_line} has the same id"
            yield Problem(suite.source, line, what, "give each question an id of its own")
        asking = question.model_dump_json(include={"history", "asker", "as_of"}) + _folded(question.question)
        other_line, other = by_asking.setdefault(asking, (line, question))
        if _label(other) != _label(question):
            what = f"{question.id}: line {other_line} asks the same and is labelled otherwise"
            yield Problem(suite.source, line, what, "label both alike, or take one away")


def _check_labels(question: LabelledQuestion, articles: _Articles, day: date) -> _Faults:
    """Labels that contradict each other or the corpus."""
    for article_id in (*question.relevant_ids, *question.near_ids):
        if article_id not in articles:
            yield f'no article "{article_id}" is in the corpus', "correct the id, or add the article"
    answerable = question.expects in ("answer", "clarify")
    if question.expects != "escalate" and question.answerable != answerable:
        what = f'it expects "{question.expects}" but answerable is {str(question.answerable).lower()}'
        yield what, "correct one of the two"
    if answerable and not question.relevant_ids:
        yield f'it expects "{question.expects}" but names no article', "name the articles in relevant_ids"
    in_conflict = "conflict" in (question.kind, question.reason)
    if question.expects == "refuse" and question.relevant_ids and not in_conflict:
        yield "it expects a refusal but names an article that answers it", "move the article to near_ids"
    gold = [articles[article_id] for article_id in question.relevant_ids if article_id in articles]
    scope = question.to_question(day).scope
    if question.expects == "answer" and gold and not any(article.may_be_said(scope) for article in gold):
        what = "none of its articles may be said to this asker on that day"
        yield what, 'correct asker, as_of or the article, or expect "refuse"'


def _check_wording(question: LabelledQuestion, articles: _Articles) -> _Faults:
    """Reference answers that no source holds, and a question in another language than its label says."""
    from ragcare.language.detect import detect_language

    gold = _folded(" ".join(articles[at].body for at in question.relevant_ids if at in articles))
    for answer in question.answers:
        if not answer.strip():
            yield "a reference answer is blank", "remove it"
        elif gold and _folded(answer) not in gold:
            yield f'note: "{answer[:60]}" is not in its articles word for word', "check that they say so"
    detected = detect_language(question.question)
    told = len(question.question.split()) >= _ENOUGH_WORDS_TO_TELL and detected.confidence >= _SURE
    if told and detected.language != question.lang:
        what = f'note: it reads like "{detected.language}" and is labelled "{question.lang}"'
        yield what, "correct lang"


def _label(question: LabelledQuestion) -> tuple[str, str | None, frozenset[str]]:
    return question.expects, question.reason, frozenset(question.relevant_ids)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
