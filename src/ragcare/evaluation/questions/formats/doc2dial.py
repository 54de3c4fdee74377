"""Doc2Dial (Feng et al., 2020) and MultiDoc2Dial (Feng et al., 2021): dialogues, each turn grounded in a document.

A turn of the user that the agent replies to is a question, with the turns before it as its history. What the agent
did says what is expected: to ask back (query_condition) is to clarify, to find no solution is to refuse, all else is
to answer, and the spans that the agent stood on are the reference answer. A turn that no agent replies to is no
question; `Contents.left_out` counts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, BeforeValidator

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
_ROLES = {"user": "customer", "agent": "assistant"}


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
    """By domain and document in Doc2Dial; by domain alone, which is here the document "", in MultiDoc2Dial."""

    dial_data: dict[
        str,
        Annotated[
            dict[str, tuple[_Dialogue, ...]],
            BeforeValidator(lambda found: {"": found} if isinstance(found, list) else found),
        ],
    ]

    def each(self) -> Iterator[tuple[str, str | None, _Dialogue]]:
        for domain, by_document in self.dial_data.items():
            for doc_id, dialogues in by_document.items():
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
                for doc_id, document in of_domain.items():
                    if documents.setdefault(doc_id, document) != document:
                        what = f'another document has the id "{doc_id}"'
                        gathering.add_problem(what, "keep one of the two in this folder", source=file)
    if not documents:
        if not gathering.problems:
            what, mend = 'there is no file of documents ("doc_data")', "put doc2dial_doc.json beside the dialogues"
            gathering.add_problem(what, mend, source=folder)
        return gathering.contents()

    language = language or language_of(document.doc_text for document in documents.values())
    for doc_id, document in documents.items():
        gathering.add_article(doc_id, document.title, document.doc_text, language, source=folder)
    unanswered = 0
    for file in json_files(path):
        if (file == path or _key(file) == b"dial_data") and (said := parsed(file, _Dialogues, gathering)):
            reading = _Reading(gathering, file, documents, language, split_of(file.stem))
            for domain, about, dialogue in said.each():
                unanswered += reading.add(dialogue, domain, about)
    if unanswered:
        what = f"{unanswered} turns of the user, which no turn of the agent follows"
        gathering.leave_out(what, "nothing: what a right reply is, nobody said")
    gathering.leave_out_files(file for file in json_files(path) if file != path and _key(file) is None)
    return gathering.contents()


class _Reading(NamedTuple):
    """Of one file of dialogues."""

    gathering: Gathering
    file: Path
    documents: dict[str, _Document]
    language: str
    split: str

    def add(self, dialogue: _Dialogue, domain: str, about: str | None) -> int:
        """Takes the questions of a dialogue; returns how many turns of the user are none, for nobody replies."""
        strange = [turn for turn in dialogue.turns if turn.role not in _ROLES]
        for turn in strange:
            what = f'{_name(dialogue, turn)}: its role is "{turn.role}"'
            self.gathering.add_problem(what, 'write "user" or "agent"', source=self.file)
        if strange:
            return 0
        unanswered = 0
        for number, (turn, reply) in enumerate(zip_longest(dialogue.turns, dialogue.turns[1:])):
            if turn.role != "user":
                continue
            if reply is None or reply.role != "agent":
                unanswered += 1
            elif not turn.utterance.strip():
                what = f"{_name(dialogue, turn)}: the user says nothing, and the agent replies"
                self.gathering.add_problem(what, "write what was said, or take both turns out", source=self.file)
            elif not any([*self._amiss(dialogue, reply, about)]):
                self._add_turn(dialogue, number, domain, about)
        return unanswered

    def _amiss(self, dialogue: _Dialogue, reply: _Turn, about: str | None) -> Iterator[bool]:
        """Gathers each reference of the agent to what is not there."""
        for one in reply.references:
            doc_id, span = one.doc_id or about or "", one.sp_id or one.id_sp or ""
            document = self.documents.get(doc_id)
            if document is None or span not in document.spans:
                named = f'the span "{span}" of the document "{doc_id}"'
                what = f"{_name(dialogue, reply)}: it refers to {named}, which is not there"
                mend = "correct the reference, or fetch documents and dialogues of the same version"
                self.gathering.add_problem(what, mend, source=self.file)
                yield True

    def _add_turn(self, dialogue: _Dialogue, number: int, domain: str, about: str | None) -> None:
        turn, reply = dialogue.turns[number], dialogue.turns[number + 1]
        expects = _EXPECTED.get(reply.da, "answer")
        grounded = list(dict.fromkeys(doc_id for one in reply.references if (doc_id := one.doc_id or about)))
        articles = grounded or ([about] if about else [])
        spans = self._spans(reply.references, about) if expects == "answer" else ""
        fields = {
            "id": _name(dialogue, turn),
            "question": turn.utterance,
            "lang": self.language,
            "answerable": expects != "refuse",
            "expects": expects,
            "relevant_ids": articles if expects != "refuse" else [],
            "near_ids": articles if expects == "refuse" else [],
            "answers": [spans] if spans else [],
            "history": _history(dialogue.turns[:number]),
            "split": self.split,
            "kind": "first_turn" if number == 0 else "follow_up",
            "domain": domain,
            "turn": "first" if number == 0 else "follow_up",
        }
        self.gathering.add_question(fields, source=self.file)

    def _spans(self, references: Sequence[_Reference], about: str | None) -> str:
        """What the agent stood on: the spans in the order of its references, put together."""
        spans = (
            self.documents[one.doc_id or about or ""].spans[one.sp_id or one.id_sp or ""].text_sp.strip()
            for one in references
        )
        return " ".join(filter(None, spans))


def _name(dialogue: _Dialogue, turn: _Turn) -> str:
    return f"{dialogue.dial_id}_{turn.turn_id}"


def _history(turns: Sequence[_Turn]) -> list[dict[str, str]]:
    return [{"role": _ROLES[turn.role], "text": turn.utterance} for turn in turns]


def _key(file: Path) -> bytes | None:
    found = _HEAD.match(head_of(file))
    return found[1] if found else None
