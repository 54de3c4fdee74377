"""PDF: the text, page after page; headings are not guessed."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from ragcare.knowledge.readers.rows import Field, Row
from ragcare.knowledge.readers.text import SourceFile, Unreadable, normalise

if TYPE_CHECKING:
    from pypdf import PdfReader

_log = logging.getLogger(__name__)

_HYPHENATED = re.compile(r"(?P<head>[^\W\d_]+)[-\u2010\u00ad][ \t]*\n[ \t]*(?P<tail>[a-zß-öø-ÿœ][^\W\d_]*)")
_ENCLITICS = {
    *("je", "tu", "il", "elle", "on", "ce", "nous", "vous", "ils", "elles", "moi", "toi", "lui", "leur"),
    *("le", "la", "les", "y", "en", "t", "même", "mêmes", "ci", "là", "être"),
}
_NO_TITLE = re.compile(r"(?:untitled|sans titre|microsoft \w+ - .*|.*\.\w{3,4})?", re.IGNORECASE)


def rows(file: SourceFile) -> Iterator[Row]:
    """The one row of a PDF."""
    with _silence():
        try:
            row = _read(file)
        except Unreadable:
            raise
        except Exception as error:  # a damaged PDF raises whatever its damage leads to
            what = "is not a whole PDF"
            raise Unreadable(file.path, what, "open it in a PDF viewer and print it to a new PDF") from error
    yield row


def mend_hyphens(text: str) -> str:
    """Joins the words that were cut at the end of a line.

    The hyphen stays where it belongs to the word: before a French pronoun ("rendez-vous", "est-il"), and where
    the same document writes that word with its hyphen in the middle of a line.
    """
    words = frozenset(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)+", text.lower()))

    def joined(cut: re.Match[str]) -> str:
        head, tail = cut["head"], cut["tail"]
        soft = "\u00ad" in cut[0]
        keeps = not soft and (tail in _ENCLITICS or f"{head}-{tail}".lower() in words)
        return f"{head}-{tail}" if keeps else head + tail

    return _HYPHENATED.sub(joined, text)


def _read(file: SourceFile) -> Row:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(file.data))
    if reader.is_encrypted and not _opens_without_password(reader):
        raise Unreadable(file.path, "is protected by a password", "save it without a password")
    pages = [normalise(page.extract_text()).strip() for page in reader.pages]
    if not any(pages):
        what = "holds no text, only images of it"
        raise Unreadable(file.path, what, "run character recognition over it (such as ocrmypdf), then read the result")
    for number, page in enumerate(pages, start=1):
        if not page:
            _log.warning("%s: page %d holds no text", file.path, number)
    fields = [Field("body", mend_hyphens("\n\n".join(page for page in pages if page)))]
    if isinstance(language := reader.root_object.get("/Lang"), str) and language.strip():
        fields.append(Field("language", language))
    return Row(file.path, None, tuple(fields), {"id": file.name, "title": _title(reader) or file.stem})


def _opens_without_password(reader: PdfReader) -> bool:
    from pypdf.errors import DependencyError, PyPdfError

    try:
        return bool(reader.decrypt(""))
    except (DependencyError, PyPdfError, NotImplementedError):
        return False


def _title(reader: PdfReader) -> str:
    """The title in the properties, unless a program left the name of a file there."""
    title = reader.metadata.title if reader.metadata else None
    title = normalise(title).strip() if isinstance(title, str) else ""
    return "" if _NO_TITLE.fullmatch(title) else title


@contextmanager
def _silence() -> Iterator[None]:
    """Keeps to itself what pypdf has to say: what matters of it becomes a problem."""
    talk = logging.getLogger("pypdf")
    level = talk.level
    talk.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        talk.setLevel(level)
