"""BEIR folders (Thakur et al., 2021): corpus.jsonl, queries.jsonl, and the judgements of each split in qrels/*.tsv.

A query that no judgement finds anything for is left out, as BEIR itself does. A document that was judged and found
not relevant is near.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from ragcare.evaluation.questions.formats.reading import (
    Contents,
    Gathering,
    content_of,
    language_of,
    problems_of,
    split_of,
)

_Id = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]


class _Document(BaseModel):
    id: _Id = Field(alias="_id")
    text: str
    title: str | None = None


class _Query(BaseModel):
    id: _Id = Field(alias="_id")
    text: str


_Shape = TypeVar("_Shape", bound=BaseModel)

_Judgements = dict[str, dict[str, int]]
"""The score of each judged document, by query."""


def recognises(path: Path) -> bool:
    """Whether it is a folder with queries.jsonl and qrels/, or its queries.jsonl."""
    folder = _folder(path)
    named = path in (folder, folder / "queries.jsonl")
    return named and (folder / "queries.jsonl").is_file() and (folder / "qrels").is_dir()


def read(path: Path, language: str | None = None) -> Contents:
    """The queries that have judgements, each with its split; one that is judged in two splits is two questions."""
    folder = _folder(path)
    gathering = Gathering(folder / "queries.jsonl")
    documents = [document for _, document in _lines(folder / "corpus.jsonl", _Document, gathering)]
    queries = {query.id: (line, query.text) for line, query in _lines(folder / "queries.jsonl", _Query, gathering)}
    language = language or language_of(text for _, text in queries.values())
    for document in documents:
        gathering.add_article(document.id, document.title or "", document.text, language)

    files = sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        gathering.add_problem("there are no judgements", "put qrels/test.tsv there", source=folder / "qrels")
    taken: set[str] = set()
    for file in files:
        for query_id, scores in _judgements(file, gathering).items():
            line, text = queries.get(query_id, (None, ""))
            relevant = [document_id for document_id, score in scores.items() if score > 0]
            if not text or not relevant:
                if not text:
                    gathering.add_problem(f'no query "{query_id}" is in queries.jsonl', "fetch both again", source=file)
                continue
            fields = {
                "id": query_id if query_id not in taken else f"{file.stem}-{query_id}",
                "question": text,
                "lang": language,
                "answerable": True,
                "expects": "answer",
                "relevant_ids": relevant,
                "near_ids": [document_id for document_id, score in scores.items() if score <= 0],
                "split": split_of(file.stem) or file.stem,
                "kind": "query",
            }
            taken.add(query_id)
            gathering.add_question(fields, line=line)
    return gathering.contents()


def _lines(path: Path, shape: type[_Shape], gathering: Gathering) -> Iterator[tuple[int, _Shape]]:
    for number, line in enumerate((content_of(path, gathering) or b"").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            found = shape.model_validate(json.loads(line))
        except ValidationError as error:
            gathering.problems.extend(problems_of(error, path, number, shape))
        except ValueError as error:
            gathering.add_problem(f"it is not JSON: {error}", "fetch the file again", line=number, source=path)
        else:
            yield number, found


def _judgements(file: Path, gathering: Gathering) -> _Judgements:
    """Of one split: a header, then query-id, corpus-id and score on each line."""
    found: _Judgements = {}
    text = (content_of(file, gathering) or b"").decode("utf-8", "replace")
    rows = csv.reader(StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    for cells in rows:
        if (rows.line_num == 1 and cells[:1] == ["query-id"]) or not cells:
            continue
        try:
            query_id, document_id, score = cells
            found.setdefault(query_id, {})[document_id] = int(score)
        except ValueError:
            what, mend = "it is not query-id, corpus-id and a whole score", "put tabulators between the three"
            gathering.add_problem(what, mend, line=rows.line_num, source=file)
    return found


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent
