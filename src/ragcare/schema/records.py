"""What every record is made of: a frozen model that refuses what it does not know, its strings and its shares."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

UNKNOWN_LANGUAGE = "und"
"""ISO 639 for a language that could not be told."""


def another_language(one: str, other: str) -> bool:
    """Whether two texts are known to be in different languages."""
    return one != other and UNKNOWN_LANGUAGE not in (one, other)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Identifier = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Share = Annotated[float, Field(ge=0, le=1)]


_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Soft hyphens and their like: they come with what is copied from a page, and part the word for who looks for it."""


def composed(text: str) -> str:
    """The form in which text is kept: "é" is one character however it was typed (NFC), and none that nobody sees."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


class Record(BaseModel):
    """A frozen pydantic model that refuses fields it does not know.

    Raises:
        pydantic.ValidationError: a field is missing, unknown, or not what it must be (also a ValueError).
    """

    # NaN and infinity have no place in JSON: what holds them could be written and never read again.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
