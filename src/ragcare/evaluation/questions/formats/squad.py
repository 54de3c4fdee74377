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
    Id,
    digest_id,
    head_of,
    json_files,
    language_of,
    parsed,
    split_of,
)

_HEAD = re.compile(rb'^\s*\{.*"data"\s*:.*"paragraphs"\s*:', re.DOTALL)

_UNTOLD = (
    "it has no answer, and does not say that it is impossible",
    "take a file that has the labels, or add is_impossible",
)
_CONTRADICTED = ("it is impossible, and has an answer", "remove the answers, or is_impossible")


class _Span(BaseModel):
    text: str


class _Asked(BaseModel):
    question: str
    id: Id | None = None
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
    found = json_files(path)
    files = [file for file in found if file == path or _HEAD.match(head_of(file))]
    gathering.leave_out_files(file for file in found if file not in files)
    published = {file: each for file in files if (each := parsed(file, _Published, gathering))}
    texts = (one.question for each in published.values() for _, paragraph in each.paragraphs() for one in paragraph.qas)
    language = language or language_of(texts)
    for file, each in published.items():
        for title, paragraph in each.paragraphs():
            article_id = add_paragraph(gathering, title, paragraph.context, language)
            for one in paragraph.qas:
                answers = [span.text for span in one.answers]
                untold, contradicted = not answers and one.is_impossible is None, answers and one.is_impossible
                if untold or contradicted:
                    what, mend = _UNTOLD if untold else _CONTRADICTED
                    gathering.add_problem(f"{one.id}: {what}", mend, source=file)
                    continue
                add_asked(
                    gathering,
                    asked=(one.id, one.question),
                    article_id=article_id,
                    answers=None if one.is_impossible else answers,
                    language=language,
                    split=split_of(file.stem),
                )
    return gathering.contents()


def add_rows(gathering: Gathering, rows: Sequence[Mapping[str, Any]], language: str, split: str) -> None:
    """The same set as rows of a table: id, title, context, question, answers {text, answer_start}.

    There a question that is impossible is one without an answer.
    """
    for number, row in enumerate(rows):
        question, context, answers = row["question"], row["context"], row["answers"]
        texts = answers.get("text") if isinstance(answers, Mapping) else None
        if not isinstance(question, str) or not isinstance(context, str) or not isinstance(texts, Sequence):
            what = f"row {number} of {split or 'it'}: it has no question, no context, or no answers with their text"
            gathering.add_problem(what, "fill them, or take the row out")
            continue
        add_asked(
            gathering,
            asked=(row.get("id"), question),
            article_id=add_paragraph(gathering, row.get("title") or "", context, language),
            answers=list(texts) or None,
            language=language,
            split=split,
        )


def add_paragraph(gathering: Gathering, title: str, context: str, language: str) -> str:
    """Takes a paragraph as an article; returns its id, which is made of its content."""
    article_id = digest_id(title.replace("_", " "), title, context)
    gathering.add_article(article_id, title.replace("_", " "), context, language)
    return article_id


def add_asked(
    gathering: Gathering,
    *,
    asked: tuple[str | None, str],
    article_id: str,
    answers: list[str] | None,
    language: str,
    split: str,
) -> None:
    """Takes one question on one paragraph; `answers` is None where it is impossible.

    Args:
        gathering: takes it.
        asked: its id, made of its words where it has none, and its text.
        article_id: of the paragraph.
        answers: the spans that answer it.
        language: of both.
        split: that it belongs to.
    """
    own_id, text = asked
    gathering.add_question(
        {
            "id": own_id if own_id else digest_id("q", article_id, text),
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
