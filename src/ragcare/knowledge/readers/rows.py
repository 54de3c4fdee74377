"""What the formats have in common: a row of named fields, and the article it makes or the problems it has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from ragcare.errors import Problem
from ragcare.knowledge.readers.text import normalise
from ragcare.knowledge.readers.wording import say
from ragcare.knowledge.revision import REVIEW_FIELDS
from ragcare.schema import Article

LIST_FIELDS = ("questions", "audience", "tags")

ALIASES = {
    "question": "title",
    "titre": "title",
    "text": "body",
    "texte": "body",
    "answer": "body",
    "reponse": "body",
    "content": "body",
    "contenu": "body",
    "lang": "language",
    "langue": "language",
    "domain": "tags",
    "category": "tags",
    "categorie": "tags",
    "topic": "tags",
}
"""Other names for the fields of an article; what is put under several names for tags is joined."""

_MARKS = re.compile("[\u0300-\u036f]")
_BETWEEN_WORDS = re.compile(r"[\s-]+")
_NOT_IN_SLUG = re.compile(r"[\W_]+")
_SLUG_CHARACTERS = 80
_LOCALE = re.compile(r"([A-Za-z]{2,3})[-_]\w+")
_DETECTED_ON = 2_000
"""Characters: more of the text does not tell its language better."""


class Field(NamedTuple):
    """One field as it was found; an object inside a row (JSON, YAML) is a tuple of these, a list is a list."""

    name: str
    value: Any
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What a format says of one article.

    Attributes:
        line: where the row begins, in a file that has lines.
        otherwise: what a field that is not given takes.
        has_foreign_fields: it comes out of another tool, whose own fields are no concern of ours.
    """

    path: Path | str
    line: int | None
    fields: tuple[Field, ...]
    otherwise: Mapping[str, str] = field(default_factory=dict)
    has_foreign_fields: bool = False


class Terms(NamedTuple):
    """By whom and on which day an article without a status counts as validated; by nobody if None."""

    assume_validated: str | None
    on: date


def canonical(name: str) -> str:
    """The field of `Article` that is meant: "Réponse" is "body", "Valid until" is "valid_until"."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", name)).strip().lower()
    plain = _BETWEEN_WORDS.sub("_", plain)
    return ALIASES.get(plain, plain)


def row_of_many(path: Path, name: str, line: int, fields: tuple[Field, ...]) -> Row:
    """One row of a file of many; without an id it takes one from its title, which survives a new order."""
    title = next((f.value for f in fields if canonical(f.name) == "title" and not is_blank(f.value)), line)
    slug = _NOT_IN_SLUG.sub("-", str(title).lower()).strip("-")[:_SLUG_CHARACTERS]
    return Row(path, line, fields, {"id": f"{name}/{slug or line}"})


def is_blank(value: Any) -> bool:
    """Whether a field with that value counts as not given."""
    return value is None or value == [] or (isinstance(value, str) and not normalise(value).strip())


def article_of(row: Row, terms: Terms) -> Article | tuple[Problem, ...]:
    """The article that a row makes, or all that is wrong with it."""
    given, problems = gather(row)
    values = {name: _value(name, found.value) for name, found in given.items() if not is_blank(found.value)}
    if "audience" in given and not values.get("audience"):
        what, mend = "audience is given but names nobody", 'write "public" where everybody may read it'
        problems.append(Problem(row.path, given["audience"].line, what, mend))
        values.pop("audience", None)
    for name, value in row.otherwise.items():
        values.setdefault(name, normalise(value))
    if terms.assume_validated is not None and "status" not in values:
        _validate(values, terms.assume_validated, terms.on)
    try:
        article = Article.model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            name, what, mend = say(detail)
            problems.append(Problem(row.path, given[name].line if name in given else row.line, what, mend))
        return tuple(problems)
    return tuple(problems) if problems else _with_language(article)


def gather(row: Row) -> tuple[dict[str, Field], list[Problem]]:
    """The fields of a row under their right names, and what is wrong with the names."""
    gathered: dict[str, Field] = {}
    problems: list[Problem] = []
    for found in _flat(row.fields):
        name, line = canonical(found.name), found.line or row.line
        if name not in Article.model_fields:
            problems += _unknown(row, found.name, name, line)
        elif name not in gathered:
            gathered[name] = found._replace(line=line)
        elif name == "tags":
            joined = [*_items(gathered[name].value), *_items(found.value)]
            gathered[name] = gathered[name]._replace(value=joined)
        else:
            names = " and ".join(dict.fromkeys((gathered[name].name, found.name)))
            problems.append(Problem(row.path, line, f"{name} is given twice ({names})", "keep one of them"))
    return gathered, problems


def _flat(fields: tuple[Field, ...]) -> Iterator[Field]:
    """The fields, those inside a `review` object among them; a stranger in there gets "review." in front."""
    for found in fields:
        if canonical(found.name) != "review" or not isinstance(found.value, tuple):
            yield found
            continue
        for inner in found.value:
            known = canonical(inner.name) in REVIEW_FIELDS
            yield inner if known else inner._replace(name=f"review.{inner.name}")


def _unknown(row: Row, written: str, name: str, line: int | None) -> list[Problem]:
    """What to say of a field that `Article` does not have."""
    if row.has_foreign_fields:
        # Other people's fields are left aside, but a misspelt guard would leave the article unguarded.
        near = get_close_matches(name, (*REVIEW_FIELDS, "review", "audience"), n=1, cutoff=0.8)
        if not near:
            return []
    else:
        near = get_close_matches(name.removeprefix("review."), (*Article.model_fields, *ALIASES), n=1)
    mend = f"did you mean {near[0]}?" if near else f"take it out, or use one of: {', '.join(Article.model_fields)}"
    return [Problem(row.path, line, f"the field {written!r} is not known", mend)]


def _value(name: str, value: Any) -> Any:
    """A value as `Article` takes it."""
    if name in LIST_FIELDS:
        return _items(value)
    if name == "id" and type(value) is int:
        return str(value)
    if not isinstance(value, str):
        return value
    if name == "body":
        return normalise(value)
    value = normalise(value).strip()
    if name == "language":
        locale = _LOCALE.fullmatch(value)
        return (locale[1] if locale else value).lower()
    return value


def _items(value: Any) -> list[Any]:
    """The items of a list field, blank ones dropped; what is no list is the only item of one."""
    if isinstance(value, str):
        value = value.split("|")
    items = value if isinstance(value, list) else [value]
    return [normalise(item) if isinstance(item, str) else item for item in items if not is_blank(item)]


def _validate(values: dict[str, Any], name: str, day: date) -> None:
    """Marks as validated; who did it and when are taken from the row only if it says both."""
    values["status"] = "validated"
    if "validated_by" not in values or "validated_at" not in values:
        values.update(validated_by=name, validated_at=day)


def _with_language(article: Article) -> Article:
    """The article with its language, detected if it does not say so itself."""
    if "language" in article.model_fields_set:
        return article
    from ragcare.language.detect import detect_language

    sample = f"{article.title}\n{article.body}"[:_DETECTED_ON]
    return article.model_copy(update={"language": detect_language(sample).language})
