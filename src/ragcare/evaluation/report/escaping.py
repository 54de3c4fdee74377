"""Text from articles and questions within Markdown, where it must mean nothing but itself."""

from __future__ import annotations

import re

from ragcare.language.unprintable import one_line

_OBEYED = re.compile(
    r"[\\`*<>|&\[\]~#!$]"
    r"|(?<!\w)@|@(?!\d+(?![\w.]))"  # "recall@5" calls nobody
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word it marks nothing up, and names of kinds stay legible
    r"|:(?=//|[\w+-]+:)"  # an address or an emoji
    r"|(?<=www)\.",
    re.IGNORECASE,
)


def escaped(text: str) -> str:
    """The text in one line, with what Markdown, HTML or a forge would obey written as entities.

    Entities, and not backslashes, hold within HTML elements too. A forge makes links of addresses, calls whoever
    stands after an @, and refers to what stands after a #.
    """
    return _OBEYED.sub(lambda match: f"&#{ord(match[0])};", one_line(text))
