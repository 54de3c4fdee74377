"""BEIR folders (Thakur et al., 2021): corpus.jsonl, queries.jsonl, and the judgements of each split in qrels/*.tsv.

A query that no judgement finds anything for is left out, as BEIR itself does, and so is a document without a word;
`Contents.left_out` counts them. A document that was judged and found not relevant is near.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, Field, ValidationError

from ragcare.evaluation.questions.formats.json_text import NotJson, json_of
from ragcare.evaluation.questions.formats.reading import Contents, Gathering, Id, content_of, language_of, split_of
from ragcare.evaluation.questions.wording import problems_of


class _Query(BaseModel):
    id: Id = Field(alias="_id")
    text: str


class _Document(_Query):
    title: str | None = None


_Shape = TypeVar("_Shape", bound=_Query)

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
    documents = _lines(folder / "corpus.jsonl", _Document, gathering)
    queries = _lines(folder / "queries.jsonl", _Query, gathering)
    language = language or language_of(query.text for _, query in queries.values())
    _add_documents(gathering, documents, folder / "corpus.jsonl", language)

    files = sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        gathering.add_problem("there are no judgements", "put qrels/test.tsv there", source=folder / "qrels")
    taken: set[str] = set()
    judged: set[str] = set()
    for file in files:
        for query_id, scores in _judgements(file, gathering).items():
            if query_id not in queries:
                gathering.add_problem(f'no query "{query_id}" is in queries.jsonl', "fetch both again", source=file)
                continue
            line, query = queries[query_id]
            judged.add(query_id)
            relevant = [document_id for document_id, score in scores.items() if score > 0]
            if not relevant:
                continue
            fields = {
                "id": query_id if query_id not in taken else f"{file.stem}-{query_id}",
                "question": query.text,
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
    for what, count in (("judged", len(queries.keys() - judged)), ("found relevant", len(judged - taken))):
        if count:
            which = f"{count} of {len(queries)} queries, for which no document is {what}"
            gathering.leave_out(which, "nothing: BEIR leaves them out as well")
    return gathering.contents()


def _add_documents(
    gathering: Gathering, documents: Mapping[str, tuple[int, _Document]], file: Path, language: str
) -> None:
    blank = 0
    for line, document in documents.values():
        title, text = document.title or "", document.text
        if text.strip() or title.strip():
            gathering.add_article(document.id, title, text if text.strip() else title, language, line=line, source=file)
        else:
            blank += 1
    if blank:
        what = f"{blank} of {len(documents)} documents, which have neither text nor title"
        gathering.leave_out(what, "nothing: there is nothing to find in them", source=file)


def _lines(path: Path, shape: type[_Shape], gathering: Gathering) -> dict[str, tuple[int, _Shape]]:
    """What a file holds, by id, with the line of each."""
    rows: dict[str, tuple[int, _Shape]] = {}
    mend = f"put {path.name} there, as BEIR publishes it"
    for number, line in enumerate((content_of(path, gathering, mend) or b"").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            found = shape.model_validate(json_of(line))
        except ValidationError as error:
            gathering.problems.extend(problems_of(error, path, number, shape))
        except NotJson as error:
            gathering.add_problem(error.what, error.mend, line=number, source=path)
        else:
            if found.id in rows:
                what = f'line {rows[found.id][0]} has the _id "{found.id}" as well'
                gathering.add_problem(what, "give each an _id of its own", line=number, source=path)
            rows.setdefault(found.id, (number, found))
    return rows


def _judgements(file: Path, gathering: Gathering) -> _Judgements:
    """Of one split: a header, then query-id, corpus-id and score on each line."""
    found: _Judgements = {}
    content = content_of(file, gathering) or b""
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            cells = line.decode().strip("\r").split("\t")
            if cells == [""] or (number == 1 and cells[0] == "query-id"):
                continue
            query_id, document_id, score = cells[0], cells[1], int(cells[2])
            if len(cells) > 3:
                raise IndexError
        except (ValueError, IndexError):
            what, mend = "it is not query-id, corpus-id and a whole score", "put tabulators between the three, in UTF-8"
            gathering.add_problem(what, mend, line=number, source=file)
            continue
        before = found.setdefault(query_id, {}).setdefault(document_id, score)
        if before != score:
            what = f'"{document_id}" is judged {before} for the query "{query_id}" on an earlier line, and {score} here'
            gathering.add_problem(what, "keep one of the two", line=number, source=file)
    return found


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent
