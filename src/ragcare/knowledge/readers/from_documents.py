"""llama-index Documents, and whatever has their shape: text, metadata, id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import PurePath
from typing import Any

from ragcare.knowledge.readers.reading import Collector, ReadArticles, terms_of
from ragcare.knowledge.readers.rows import Field, Row


def articles_from_documents(
    documents: Iterable[Any], *, assume_validated: str | None = None, on: date | None = None
) -> ReadArticles:
    """Reads Documents of llama-index.

    Args:
        documents: objects with `text` or `get_content()` and, where they have them, `metadata` and `id_`.
            Metadata named as a field of `Article` is that field; that of other tools (file_size) is left aside.
        assume_validated: who answers for the articles that carry no status; without it they are drafts.
        on: the day of that validation; today if None.

    Raises:
        BadInput: if `assume_validated` is blank.
    """
    collector = Collector(terms_of(assume_validated, on))
    for number, document in enumerate(documents, start=1):
        collector.take(_row(document, number))
    return collector.gathered()


def _row(document: Any, number: int) -> Row:
    id_ = getattr(document, "id_", None) or f"document-{number}"
    found = getattr(document, "metadata", None)
    metadata = found if isinstance(found, Mapping) else {}
    fields = (*_fields(metadata), Field("body", _text(document)))
    title = PurePath(str(metadata.get("file_name") or "")).stem
    return Row(f"document {id_}", None, fields, {"id": str(id_), "title": title}, has_foreign_fields=True)


def _text(document: Any) -> Any:
    text = getattr(document, "text", None)
    return document.get_content() if text is None and hasattr(document, "get_content") else text


def _fields(mapping: Mapping[Any, Any]) -> tuple[Field, ...]:
    return tuple(Field(str(name), _value(value)) for name, value in mapping.items())


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _fields(value)
    return list(value) if isinstance(value, tuple) else value
