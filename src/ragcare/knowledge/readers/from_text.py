"""Plain text: a file is an article, its title is the name of the file."""

from __future__ import annotations

from collections.abc import Iterator

from ragcare.knowledge.readers.rows import Field, Row
from ragcare.knowledge.readers.text import SourceFile, decode


def rows(file: SourceFile) -> Iterator[Row]:
    """The one row of a text file."""
    yield Row(file.path, None, (Field("body", decode(file)),), {"id": file.name, "title": file.stem})
