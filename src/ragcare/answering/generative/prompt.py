"""What the model is sent: instructions of ours, and evidence and question as data that cannot pass for them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ragcare.answering.evidence import Selection
from ragcare.answering.generative.wording import PromptWording, prompt_wording
from ragcare.language.blocks import TABLE_ROW
from ragcare.language.unprintable import one_line, printable
from ragcare.schema import Evidence, Question
from ragcare.settings import WritingSettings

_BRACKETS: Final = str.maketrans({"<": "‹", ">": "›"})
_ORDERS_OF_A_TEMPLATE: Final = re.compile(r"\[(/?[A-Z][A-Z_]+)\]")
"""[INST] and its kin, which some chat templates use; the others stand in angle brackets."""
_TURNS: Final = 6
_LONGEST_TURN: Final = 500
"""In characters, of the conversation so far; it only says what the question is about."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is said to the model before it has written anything.

    Attributes:
        system: instructions, which hold nothing from articles and customers.
        user: the data between markers, and the request to answer.
    """

    system: str
    user: str


def numbered(selection: Selection) -> tuple[Evidence, ...]:
    """The evidence as the model is shown it, each piece under its number, from 1; what holds no word gets none."""
    return tuple(piece for piece in selection.evidence if any(map(str.isalnum, piece.quote)))


def pieces_at(numbers: Sequence[int], selection: Selection) -> tuple[Evidence, ...]:
    """The evidence under these numbers, each piece once, a row with the head of its table; nothing for any other."""
    shown = numbered(selection)
    found: list[Evidence] = []
    for number in numbers:
        if 1 <= number <= len(shown):
            found += [shown[_head(number - 1, shown)], shown[number - 1]]
    return tuple(dict.fromkeys(found))


def _head(at: int, shown: Sequence[Evidence]) -> int:
    """The first row of the table that a piece is a row of, without which its cells have no name; else the piece."""
    while at and TABLE_ROW.match(shown[at].quote) and TABLE_ROW.match(shown[at - 1].quote):
        at -= 1
    return at


def prompt_for(question: Question, selection: Selection, how: WritingSettings) -> Prompt:
    """The messages that ask for an answer, in the language of the evidence, which is that of the answer.

    Each text of others stands between two lines that carry a random number made for this request: nobody who wrote an
    article or a question can have known it, so no text can end its own block. Angle brackets and the bracketed orders
    of chat templates are turned into look-alikes that no template and no tokenizer obeys.

    What is the same for every question comes first: a server that remembers how a prompt began reads it once.
    """
    words = prompt_wording(selection.language)
    mark = secrets.token_hex(8)
    data = [_block("SOURCES", _shown(selection, words), mark)]
    if question.history:
        turns = (f"{turn.role}: {one_line(turn.text)[:_LONGEST_TURN]}" for turn in question.history[-_TURNS:])
        data.append(_block("CONVERSATION", "\n".join(turns), mark))
    data.append(_block("QUESTION", question.text, mark))
    system = "\n\n".join([words.role, words.rules, words.manner(how), words.reply, words.data.format(mark=mark)])
    return Prompt(system, "\n\n".join([*data, words.request]))


def as_data(text: str) -> str:
    """The text with nothing in it that a marker, a chat template or a terminal would obey."""
    return _ORDERS_OF_A_TEMPLATE.sub(r"⟦\1⟧", printable(text).translate(_BRACKETS))


def _shown(selection: Selection, words: PromptWording) -> str:
    passages = {passage.id: passage for passage in selection.passages}
    lines: list[str] = []
    above = ""
    for number, piece in enumerate(numbered(selection), start=1):
        passage = passages[piece.passage_id]
        heading = " › ".join(one_line(part) for part in (passage.title, *passage.headings) if part)
        if heading != above:
            lines.append(f"{words.about} {heading}")
            above = heading
        lines.append(f"[{number}] {piece.quote}")
    return "\n".join(lines)


def _block(name: str, text: str, mark: str) -> str:
    return f"<<<{name} {mark}>>>\n{as_data(text)}\n<<<END {name} {mark}>>>"


def repair_request(faults: Sequence[tuple[str, str]], selection: Selection) -> str:
    """What the model is told after its first reply: which sentences fell, and why; all at once, for the last time.

    Args:
        faults: the sentence as the model wrote it ("" for the whole reply), and the code of what is wrong with it.
        selection: whose language the model is addressed in.
    """
    words = prompt_wording(selection.language)
    return "\n".join([words.repair, *_told(faults, words), words.again])


def _told(faults: Sequence[tuple[str, str]], words: PromptWording) -> Iterator[str]:
    other = words.faults["other"]
    for text, fault in faults:
        said = f"« {as_data(one_line(text))} » : " if text else ""
        yield f"- {said}{words.faults.get(fault, other)}"
