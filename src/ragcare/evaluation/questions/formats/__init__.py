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
    """

    name: str
    looks_like: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path, str | None], Contents]


FORMATS = (
    Format("beir", "a folder with queries.jsonl and qrels/", beir.recognises, beir.read),
    Format("datasets", "a folder that save_to_disk wrote", hugging_face.recognises, hugging_face.read),
    Format("squad", "JSON with data, paragraphs and qas (SQuAD, FQuAD, PIAF)", squad.recognises, squad.read),
    Format("clinc150", "data_full.json", intents.recognises_clinc150, intents.read_clinc150),
    Format("doc2dial", "JSON with dial_data, and beside it doc_data", doc2dial.recognises, doc2dial.read),
    Format("banking77", "train.csv and test.csv: text,category", intents.recognises_banking77, intents.read_banking77),
    Format("rows", "questions.jsonl or questions.csv, the corpus beside it", rows.recognises, rows.read),
)
"""In the order in which they are tried: the one that would take almost any file stands last."""


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
    return (found or known["rows"]).read(path, language)
