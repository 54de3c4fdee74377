"""Characters that a terminal, a page or a reader would obey instead of seeing: they come from articles and questions.

These are control characters (an escape sequence gives orders to a terminal), the marks that turn round the reading
order of the text beside them, and what no UTF-8 or XML file may hold. Tabs and line ends are none of them.
"""

from __future__ import annotations

import re

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""One such character."""


def printable(text: str) -> str:
    """The text without them."""
    return UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """The text without them and in one line, all white space as single spaces."""
    return " ".join(UNPRINTABLE.sub(" ", text).split())
