"""Bytes to text, and text to the one form in which articles are kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from ragcare.errors import Problem, RagcareError
from ragcare.schema import composed

SAVE_AS_UTF8 = (
    'save it as UTF-8 (in Excel: "CSV UTF-8"); if a Windows program exported it, it is most likely cp1252: '
    "iconv -f CP1252 -t UTF-8 OLD > NEW"
)

_LINE_ENDS = re.compile(r"\r\n?")
_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class SourceFile(NamedTuple):
    """A file to read.

    Attributes:
        name: its path below the source, without suffix, with "/" between folders: the id where none is given.
    """

    path: Path
    name: str
    data: bytes

    @property
    def stem(self) -> str:
        """The name of the file made readable: "annuler-ma_commande" is "Annuler ma commande"."""
        words = _BETWEEN_WORDS.sub(" ", self.name.rpartition("/")[2]).strip()
        return words[:1].upper() + words[1:]


class Unreadable(RagcareError):
    """A file, or all the rest of it, cannot be read; never reaches a user, to whom it is told as a problem."""

    def __init__(self, path: Path | str, what: str, mend: str, line: int | None = None) -> None:
        self.problem = Problem(path, line, what, mend)
        super().__init__(str(self.problem))


def clean(text: str) -> str:
    """Line ends of one kind; no byte order mark, no half of a character, no control but tabulator and line end."""
    return _DROPPED.sub("", _LINE_ENDS.sub("\n", text))


def normalise(text: str) -> str:
    """The form in which text is kept: clean and composed."""
    return composed(clean(text))


def decode(file: SourceFile) -> str:
    """The text of a file in UTF-8, clean.

    Raises:
        Unreadable: if it is in another encoding; which one is never guessed.
    """
    if file.data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(file.path, "is encoded in UTF-16, not in UTF-8", SAVE_AS_UTF8)
    try:
        return clean(file.data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = file.data.count(b"\n", 0, error.start) + 1
        what = f"is not UTF-8: the byte 0x{file.data[error.start]:02x} does not belong there"
        raise Unreadable(file.path, what, SAVE_AS_UTF8, line) from error
