"""SQuAD 1.1 and 2.0 (Rajpurkar et al., 2016 and 2018), and what is laid out like them: FQuAD, PIAF.

Each paragraph is an article. A question that is impossible expects a refusal, and its paragraph, which holds at most
a plausible answer, is near.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ragcare.evaluation.questions.formats.reading import (
    Contents,
    Gathering,
    digest_id,
    head_of,
    json_files,
    language_of,
    parsed,
    split_of,
)

_HEAD = re.compile(rb'^\s*\{.*"data"\s*:.*"paragraphs"\s*:', re.DOTALL)


class _Span(BaseModel):
    text: str


class _Asked(BaseModel):
    question: str
    id: str | int | None = None
    answers: tuple[_Span, ...] = ()
    is_impossible: bool | None = None


class _Paragraph(BaseModel):
    context: str
    qas: tuple[_Asked, ...]


class _Entry(BaseModel):
    paragraphs: tuple[_Paragraph, ...]
    title: str | None = None


class _Published(BaseModel):
    """What is read of the file; what else stands in it (version, audience, answer_start) is passed over."""

    data: tuple[_Entry, ...]

    def paragraphs(self) -> Iterator[tuple[str, _Paragraph]]:
        for entry in self.data:
            for paragraph in entry.paragraphs:
                yield entry.title or "", paragraph


def recognises(path: Path) -> bool:
    """Whether it is such a file, or a folder that holds some."""
    return any(_HEAD.match(head_of(file)) for file in json_files(path))


def read(path: Path, language: str | None = None) -> Contents:
    """The questions of a file, or of all such files in a folder, each with the split that its name says."""
    gathering = Gathering(path)
    files = [file for file in json_files(path) if file == path or _HEAD.match(head_of(file))]
    published = {file: found for file in files if (found := parsed(file, _Published, gathering))}
    texts = (one.question for each in published.values() for _, paragraph in each.paragraphs() for one in paragraph.qas)
    language = language or language_of(texts)
    for file, each in published.items():
        for title, paragraph in each.paragraphs():
            for one in paragraph.qas:
                answers = [span.text for span in one.answers]
                if not answers and one.is_impossible is None:
                    what = f"{one.id}: it has no answer, and does not say that it is impossible"
                    gathering.add_problem(what, "take a file that has the labels, or add is_impossible", source=file)
                    continue
                impossible = bool(one.is_impossible)
                add_asked(
                    gathering,
                    asked=(one.id, one.question),
                    paragraph=(title, paragraph.context),
                    answers=None if impossible else answers,
                    language=language,
                    split=split_of(file.stem),
                )
    return gathering.contents()


def add_rows(gathering: Gathering, rows: Sequence[Mapping[str, Any]], language: str, split: str) -> None:
    """The same set as rows of a table: id, title, context, question, answers {text, answer_start}.

    There a question that is impossible is one without an answer.
    """
    for row in rows:
        add_asked(
            gathering,
            asked=(row.get("id"), row["question"]),
            paragraph=(row.get("title") or "", row["context"]),
            answers=list(row["answers"]["text"]) or None,
            language=language,
            split=split,
        )


def add_asked(
    gathering: Gathering,
    *,
    asked: tuple[str | int | None, str],
    paragraph: tuple[str, str],
    answers: list[str] | None,
    language: str,
    split: str,
) -> None:
    """One question on one paragraph; `answers` is None where it is impossible.

    Args:
        gathering: takes both.
        asked: its id, made of its words where it has none, and its text.
        paragraph: title and text.
        answers: the spans that answer it.
        language: of both.
        split: that it belongs to.
    """
    own_id, text = asked
    title, context = paragraph
    article_id = digest_id(title.replace("_", " "), title, context)
    gathering.add_article(article_id, title.replace("_", " "), context, language)
    gathering.add_question(
        {
            "id": str(own_id) if own_id not in (None, "") else digest_id("q", article_id, text),
            "question": text,
            "lang": language,
            "answerable": answers is not None,
            "expects": "refuse" if answers is None else "answer",
            "relevant_ids": () if answers is None else (article_id,),
            "near_ids": (article_id,) if answers is None else (),
            "answers": tuple(dict.fromkeys(answers or ())),
            "split": split,
            "kind": "impossible" if answers is None else "span",
        }
    )
