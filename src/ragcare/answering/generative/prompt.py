"""What the model is sent: instructions of ours, and evidence and question as data that cannot pass for them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ragcare.answering.evidence import Selection
from ragcare.answering.generative.wording import PromptWording, prompt_wording
from ragcare.language.unprintable import one_line, printable
from ragcare.schema import Evidence, Passage, Question
from ragcare.settings import WritingSettings

_BRACKETS: Final = str.maketrans({"<": "‹", ">": "›"})
_ORDERS_OF_A_TEMPLATE: Final = re.compile(r"\[(/?[A-Z][A-Z_]+)\]")
"""[INST] and its kin, which some chat templates use; the others stand in angle brackets."""
_TURNS: Final = 6
_LONGEST_TURN: Final = 500
"""In characters, of the conversation so far; it only says what the question is about."""


@dataclass(frozen=True, slots=True)
class Source:
    """A run of evidence in one passage, with nothing but white space between its pieces: what a quote may be cut from.

    Attributes:
        number: what the model calls it, from 1.
        pieces: whole sentences, steps and rows, in reading order.
    """

    number: int
    passage: Passage
    pieces: tuple[Evidence, ...]

    @property
    def text(self) -> str:
        """From the first piece to the last, as it stands in the passage."""
        return self.passage.text[self.pieces[0].start - self.passage.start : self.pieces[-1].end - self.passage.start]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is said to the model before it has written anything.

    Attributes:
        system: instructions, which hold nothing from articles and customers.
        user: the data between markers, and the request to answer.
    """

    system: str
    user: str


def sources_of(selection: Selection) -> tuple[Source, ...]:
    """The evidence as the model is shown it; no piece of an article that was not selected."""
    passages = {passage.id: passage for passage in selection.passages}
    runs: list[list[Evidence]] = []
    for piece in selection.evidence:
        if runs and _follows(runs[-1][-1], piece, passages[piece.passage_id]):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return tuple(
        Source(number, passages[pieces[0].passage_id], tuple(pieces)) for number, pieces in enumerate(runs, start=1)
    )


def prompt_for(question: Question, selection: Selection, sources: Sequence[Source], how: WritingSettings) -> Prompt:
    """The messages that ask for an answer, in the language of the evidence, which is that of the answer.

    Each text of others stands between two lines that carry a random number made for this request: nobody who wrote an
    article or a question can have known it, so no text can end its own block. Angle brackets and the bracketed orders
    of chat templates are turned into look-alikes that no template and no tokenizer obeys.
    """
    words = prompt_wording(selection.language)
    mark = secrets.token_hex(8)
    data = [_block(f"SOURCE {one.number}", _shown(one, words), mark) for one in sources]
    if question.history:
        turns = (f"{turn.role}: {one_line(turn.text)[:_LONGEST_TURN]}" for turn in question.history[-_TURNS:])
        data.append(_block("CONVERSATION", "\n".join(turns), mark))
    data.append(_block("QUESTION", question.text, mark))
    system = "\n\n".join(
        [
            words.role,
            words.data.format(mark=mark),
            words.rules,
            words.manner(how),
            words.reply.format(last=len(sources)),
        ]
    )
    return Prompt(system, "\n\n".join([*data, words.request]))


def as_data(text: str) -> str:
    """The text with nothing in it that a marker, a chat template or a terminal would obey."""
    return _ORDERS_OF_A_TEMPLATE.sub(r"⟦\1⟧", printable(text).translate(_BRACKETS))


def _shown(source: Source, words: PromptWording) -> str:
    heading = " › ".join(one_line(part) for part in (source.passage.title, *source.passage.headings) if part)
    return f"{words.about} {heading}\n\n{source.text}" if heading else source.text


def _block(name: str, text: str, mark: str) -> str:
    return f"<<<{name} {mark}>>>\n{as_data(text)}\n<<<END {name} {mark}>>>"


def _follows(before: Evidence, piece: Evidence, passage: Passage) -> bool:
    if before.passage_id != piece.passage_id or piece.start < before.end:
        return False
    return not passage.text[before.end - passage.start : piece.start - passage.start].strip()


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
