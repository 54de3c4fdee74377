"""The formats that question sets come in, one file each; which one it is, is told from the content.

A format either reads a set whole or tells all that is wrong with it. Its ids are the set's own, or made of the
content: the same set read twice, or from another folder, has the same ids.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ragcare.errors import BadInput, Problem
from ragcare.evaluation.questions.formats import beir, doc2dial, hugging_face, intents, rows, squad
from ragcare.evaluation.questions.formats.reading import Contents


class Format(NamedTuple):
    """One way in which question sets are laid out.

    Attributes:
        looks_like: what there must be for it to be recognised.
        wants: the mend, where nothing of it is there.
    """

    name: str
    looks_like: str
    wants: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path, str | None], Contents]


_SHAPE = "give {}; or leave the format out, and it is told from the content"
_SQUAD = "JSON with data, paragraphs and qas (SQuAD, FQuAD, PIAF)"
_DIALOGUES = "JSON with dial_data, and beside it doc_data"

FORMATS = (
    Format(
        "beir",
        "a folder with queries.jsonl and qrels/",
        "judge in qrels/ at least one document of a query above 0",
        beir.recognises,
        beir.read,
    ),
    Format(
        "datasets",
        "a folder that save_to_disk wrote",
        hugging_face.WANTS,
        hugging_face.recognises,
        hugging_face.read,
    ),
    Format("squad", _SQUAD, _SHAPE.format(_SQUAD), squad.recognises, squad.read),
    Format(
        "clinc150",
        "data_full.json",
        _SHAPE.format("data_full.json with sentences in train and in val or test"),
        intents.recognises_clinc150,
        intents.read_clinc150,
    ),
    Format("doc2dial", _DIALOGUES, _SHAPE.format(_DIALOGUES), doc2dial.recognises, doc2dial.read),
    Format(
        "banking77",
        "train.csv and test.csv: text,category",
        "put test.csv beside train.csv: text,category",
        intents.recognises_banking77,
        intents.read_banking77,
    ),
    Format(
        "rows",
        "questions.jsonl or questions.csv, the corpus beside it",
        "write one JSON object a line, or name the file that has some",
        rows.recognises,
        rows.read,
    ),
)
"""In the order in which they are tried: the one that would take almost any file stands last."""


def is_suite(path: Path) -> bool:
    """Whether a path is surely a question set, and no source of articles."""
    if path.name == "suite.toml" or (path / "suite.toml").is_file():
        return True
    found = format_of(path)
    return found is not None and (found.name != "rows" or rows.holds_questions(path))


def format_of(path: Path) -> Format | None:
    """The format that a file or folder is in; None if it is none that is known."""
    return next((one for one in FORMATS if one.recognises(path)), None)


def read_path(path: Path, name: str | None = None, language: str | None = None) -> Contents:
    """Reads a question set.

    Args:
        path: a file or folder.
        name: of its format; told from the content if None.
        language: of a set whose format names none; told from the content if None.

    Raises:
        BadInput: no format has that name.
    """
    known = {one.name: one for one in FORMATS}
    if name is not None and name not in known:
        raise BadInput(f'no format is called "{name}". Mend: name one of {", ".join(known)}')
    found = known[name] if name is not None else format_of(path)
    if found is None and path.exists():
        shapes = "; ".join(f"{one.name}: {one.looks_like}" for one in FORMATS)
        problem = Problem(path, None, "it is no question set that is known", f"give one of these: {shapes}")
        return Contents(path, (), None, (problem,))
    found = found or known["rows"]
    return found.read(path, language).or_told_empty(found.wants)
