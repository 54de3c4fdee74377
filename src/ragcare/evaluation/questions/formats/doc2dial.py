"""Doc2Dial (Feng et al., 2020) and MultiDoc2Dial (Feng et al., 2021): dialogues, each turn grounded in a document.

A turn of the user that the agent replies to is a question, with the turns before it as its history. What the agent
did says what is expected: to ask back (query_condition) is to clarify, to find no solution is to refuse, all else is
to answer, and the spans that the agent stood on are the reference answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel

from ragcare.evaluation.questions.formats.reading import (
    Contents,
    Gathering,
    head_of,
    json_files,
    language_of,
    parsed,
    split_of,
)
from ragcare.schema import Action

_HEAD = re.compile(rb'^\s*\{\s*"(dial_data|doc_data)"\s*:')
_EXPECTED: dict[str, Action] = {
    "query_condition": "clarify",
    "respond_no_solution": "refuse",
    "respond_ood": "refuse",
}


class _Span(BaseModel):
    text_sp: str


class _Document(BaseModel):
    doc_text: str
    title: str = ""
    spans: dict[str, _Span] = {}


class _Documents(BaseModel):
    doc_data: dict[str, dict[str, _Document]]


class _Reference(BaseModel):
    """A span: v1.0.1 calls its id sp_id, MultiDoc2Dial id_sp, and adds the document."""

    sp_id: str | None = None
    id_sp: str | None = None
    doc_id: str | None = None


class _Turn(BaseModel):
    turn_id: int
    role: str
    utterance: str
    da: str = ""
    references: tuple[_Reference, ...] = ()


class _Dialogue(BaseModel):
    dial_id: str
    turns: tuple[_Turn, ...]
    doc_id: str | None = None


class _Dialogues(BaseModel):
    """By domain and document in Doc2Dial, by domain alone in MultiDoc2Dial."""

    dial_data: dict[str, dict[str, tuple[_Dialogue, ...]] | tuple[_Dialogue, ...]]

    def each(self) -> Iterator[tuple[str, str | None, _Dialogue]]:
        for domain, found in self.dial_data.items():
            by_document = found.items() if isinstance(found, dict) else [(None, found)]
            for doc_id, dialogues in by_document:
                for dialogue in dialogues:
                    yield domain, doc_id or dialogue.doc_id, dialogue


def recognises(path: Path) -> bool:
    """Whether it is a file of dialogues, or a folder that holds some."""
    return any(_key(file) == b"dial_data" for file in json_files(path))


def read(path: Path, language: str | None = None) -> Contents:
    """The questions of a file of dialogues, or of all in a folder; the documents lie in the same folder."""
    gathering = Gathering(path)
    folder = path if path.is_dir() else path.parent
    documents: dict[str, _Document] = {}
    for file in json_files(folder):
        if _key(file) == b"doc_data" and (found := parsed(file, _Documents, gathering)):
            for of_domain in found.doc_data.values():
                documents |= of_domain
    if not documents:
        what, mend = 'there is no file of documents ("doc_data")', "put doc2dial_doc.json beside the dialogues"
        gathering.add_problem(what, mend, source=folder)
        return gathering.contents()

    language = language or language_of(document.doc_text for document in documents.values())
    for doc_id, document in documents.items():
        gathering.add_article(doc_id, document.title, document.doc_text, language)
    for file in json_files(path):
        if (file == path or _key(file) == b"dial_data") and (said := parsed(file, _Dialogues, gathering)):
            for domain, about, dialogue in said.each():
                _add_turns(gathering, dialogue, domain, about, documents, language, split_of(file.stem))
    return gathering.contents()


def _add_turns(
    gathering: Gathering,
    dialogue: _Dialogue,
    domain: str,
    about: str | None,
    documents: dict[str, _Document],
    language: str,
    split: str,
) -> None:
    for number, (turn, reply) in enumerate(pairwise(dialogue.turns)):
        if turn.role != "user" or reply.role != "agent" or not turn.utterance.strip():
            continue
        expects = _EXPECTED.get(reply.da, "answer")
        grounded = list(dict.fromkeys(doc_id for one in reply.references if (doc_id := one.doc_id or about)))
        articles = grounded or ([about] if about else [])
        spans = _spans(reply.references, about, documents) if expects == "answer" else ""
        gathering.add_question(
            {
                "id": f"{dialogue.dial_id}_{turn.turn_id}",
                "question": turn.utterance,
                "lang": language,
                "answerable": expects != "refuse",
                "expects": expects,
                "relevant_ids": articles if expects != "refuse" else [],
                "near_ids": articles if expects == "refuse" else [],
                "answers": [spans] if spans else [],
                "history": _history(dialogue.turns[:number]),
                "split": split,
                "kind": "first_turn" if number == 0 else "follow_up",
                "domain": domain,
                "turn": "first" if number == 0 else "follow_up",
            }
        )


def _spans(references: Sequence[_Reference], about: str | None, documents: dict[str, _Document]) -> str:
    """What the agent stood on: the spans in the order of its references, put together."""
    texts = []
    for one in references:
        document = documents.get(one.doc_id or about or "")
        span = document.spans.get(one.sp_id or one.id_sp or "") if document else None
        if span and span.text_sp.strip():
            texts.append(span.text_sp.strip())
    return " ".join(texts)


def _history(turns: Sequence[_Turn]) -> list[dict[str, str]]:
    roles = {"user": "customer", "agent": "assistant"}
    return [{"role": roles.get(turn.role, turn.role), "text": turn.utterance} for turn in turns]


def _key(file: Path) -> bytes | None:
    found = _HEAD.match(head_of(file))
    return found[1] if found else None
