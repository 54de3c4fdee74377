"""The reader: one small cross-encoder that reads a question and a passage together, and says three things of them.

| asked | method | trained as |
|---|---|---|
| is this passage relevant to this question | `CrossEncoder.scores` | relevance |
| does it hold the asked fact, and where | `CrossEncoder.read` | answerable, span |
| does this evidence support this sentence | `CrossEncoder.supports`, `.probabilities` | support |

A retriever compares two vectors that never met; a cross-encoder lets every word of the one look at every word of the
other (Nogueira & Cho 2019), at some ten times the cost: it is for a few passages, not for all. It is off unless the
settings name it. `training/` at the top of the repository makes one, the package `ragcare_reader` carries one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from ragcare.reader.cross_encoder import CrossEncoder, Read
from ragcare.reader.model_file import model_file

__all__ = ["NAME", "CrossEncoder", "Read", "model_file", "named"]

NAME: Final = "reader"
"""In settings: "reader" is the model of the package, "reader:PATH" that of a file or folder."""


def named(name: str) -> CrossEncoder | None:
    """The reader of that name, opened once however many parts of an assistant name it; None if it names none.

    Raises:
        MissingExtra: onnxruntime or tokenizers is not installed.
        ModelUnavailable: there is no model, it is damaged, or it is of another format.
    """
    first, colon, where = name.partition(":")
    return _opened(where or None) if first == NAME and bool(colon) == bool(where) else None


@cache
def _opened(where: Path | str | None) -> CrossEncoder:
    return CrossEncoder.open(where)
