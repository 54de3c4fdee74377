"""Word documents (.docx): through mammoth to HTML, and on as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from ragcare.knowledge.readers.from_html import row_of_html
from ragcare.knowledge.readers.rows import Row
from ragcare.knowledge.readers.text import SourceFile, Unreadable, clean

_LARGEST = 200 * 1024 * 1024
"""Bytes, once unpacked: far more than any text, far less than a bomb."""

_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"


def rows(file: SourceFile) -> Iterator[Row]:
    """The one row of a Word document."""
    import mammoth  # type: ignore[import-untyped]  # it ships no types, and there is no stub package

    if file.data.startswith(_OLD_OR_ENCRYPTED):
        what = "is protected by a password, or in the format of Word 97"
        raise Unreadable(file.path, what, "save it as .docx without a password")
    _refuse_bombs(file)
    try:
        converted = mammoth.convert_to_html(
            BytesIO(file.data),
            style_map=_STYLES,
            include_embedded_style_map=False,
            convert_image=_only_its_description,
        )
    except Exception as error:  # what a damaged document raises is not documented
        raise _damaged(file) from error
    yield row_of_html(file, clean(converted.value))


def _refuse_bombs(file: SourceFile) -> None:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(BytesIO(file.data)) as archive:
            # zipfile never unpacks more of a member than the size it declares: to check that one is enough.
            size = sum(member.file_size for member in archive.infolist())
    except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise _damaged(file) from error
    if size > _LARGEST:
        what = f"would unpack to {size // 1024**2} MB, and {_LARGEST // 1024**2} MB is the most that is read"
        raise Unreadable(file.path, what, "take out the images, or save it anew from Word")


def _damaged(file: SourceFile) -> Unreadable:
    return Unreadable(file.path, "is not a whole Word document", "open it in Word and save it anew as .docx")


def _only_its_description(image: Any) -> list[Any]:
    from mammoth import html

    return [html.text(image.alt_text)] if image.alt_text else []
