"""Reading what the model wrote: one JSON object, forgiven its slips of the pen, never its missing end."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_THOUGHTS: Final = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
"""What reasoning models write before they reply; it is none of the answer."""


class _Part(BaseModel):
    # What is not asked for is ignored when it is read; a model that is held to the schema cannot write it at all.
    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_extra={"additionalProperties": False})


class WrittenSentence(_Part):
    """A sentence as the model wrote it, and the numbers of the pieces of evidence that are to prove it."""

    text: str
    proof: list[int]


class ModelReply(_Part, title="Reply"):  # the name that the model is told, in its schema
    """All that a model may reply."""

    sentences: Annotated[list[WrittenSentence], Field(max_length=60)]
    cannot_answer: bool


def reply_schema() -> dict[str, Any]:
    """The JSON schema of a reply, for models that can be held to one."""
    return ModelReply.model_json_schema()


def read_reply(text: str, *, whole: bool = True) -> ModelReply | Literal["unreadable", "cut"]:
    """The reply, or what is wrong with it.

    Fences, words around the object and slips such as a comma too many are forgiven. A reply without its end is not: the
    sentence that is missing may be the one that takes the others back.

    Args:
        text: what the model wrote.
        whole: whether it stopped by itself, and not because it had no more tokens.
    """
    from json_repair import repair_json

    text = _THOUGHTS.sub("", text)
    if not whole or text.count("{") > text.count("}"):
        return "cut"
    text = text[text.find("{") : text.rfind("}") + 1]
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        try:
            fields = repair_json(text, return_objects=True, skip_json_loads=True)
        except (ValueError, RecursionError):
            return "unreadable"
    if isinstance(fields, dict) and fields.get("cannot_answer") is True:
        fields.setdefault("sentences", [])
    elif isinstance(fields, dict):
        fields.setdefault("cannot_answer", False)
    try:
        return ModelReply.model_validate(fields)
    except (ValidationError, RecursionError):
        return "unreadable"
