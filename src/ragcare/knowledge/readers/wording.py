"""One plain sentence for each complaint of pydantic about an `Article`, and how to mend it."""

from __future__ import annotations

from reprlib import repr as shortened
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class Sentence(NamedTuple):
    """What is wrong with a field, and its mend.

    Attributes:
        field: where the complaint belongs; for one about the whole article, the field that raised it.
    """

    field: str
    what: str
    mend: str


def say(detail: ErrorDetails) -> Sentence:
    """Words for one error of `Article.model_validate`."""
    place, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    field = str(place[0]) if place else "status"
    name = field if len(place) < 2 else f"{field} (item {int(place[1]) + 1})"
    value = shortened(detail["input"])
    match kind:
        case "missing" if field == "body":
            return Sentence(field, "there is no text", "write the text of the article, or remove it")
        case "missing":
            return Sentence(field, f"{name} is missing", f"give it the field {field}")
        case "literal_error":
            return Sentence(field, f"{name} is {value}", f"write one of {context['expected']}")
        case "string_too_short" | "too_short":
            return Sentence(field, f"{name} is blank", "write it, or take the field out")
        case "string_too_long":
            return Sentence(field, f"{name} is too long", f"keep it under {context['max_length']} characters")
        case "string_pattern_mismatch":
            return Sentence(field, f"{name} is {value}", 'write a language as its ISO code, such as "fr" or "en"')
        case "string_type":
            return Sentence(field, f"{name} is {value}, which is not text", "write it as text, between quotes")
        case "value_error":
            return Sentence(field, str(context["error"]), "correct it, then read the file again")
        case _ if kind.startswith("date"):
            return Sentence(field, f"{name} is {value}, which is not a day", "write it as 2026-03-31")
        case _ if kind.startswith(("int", "greater")):
            return Sentence(field, f"{name} is {value}, which does not count a version", "write a whole number from 1")
        case _:
            return Sentence(field, f"{name} is {value}: {detail['msg']}", "correct it, then read the file again")
