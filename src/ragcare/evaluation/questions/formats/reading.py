"""What every format is read into: rows, articles and problems, gathered together so that no problem hides another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from ragcare.errors import Problem
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.knowledge.readers.text import normalise
from ragcare.schema import Article

_Shape = TypeVar("_Shape", bound=BaseModel)

_SPLITS = {"validation": "dev", "valid": "dev", "val": "dev", "dev": "dev", "test": "test", "train": "train"}
"""How published sets call their splits, and how we do."""

_WORD = re.compile(r"[^\W_]+")
_HEAD = 1 << 16
_SAMPLE = 50
"""Questions that decide which language a set is in that does not say so."""


class Row(NamedTuple):
    """A question, and its line in the file; None where the file has no lines of its own."""

    line: int | None
    question: LabelledQuestion


class Contents(NamedTuple):
    """What was read.

    Attributes:
        source: the file or data set that the questions come from.
        corpus: the articles, where the format brings them; or the file or folder to read them from; None: not found.
        problems: all that is wrong; the rows beside them are right.
    """

    source: Path | str
    rows: tuple[Row, ...]
    corpus: Path | tuple[Article, ...] | None
    problems: tuple[Problem, ...]


class Gathering:
    """Takes what a format reads, one by one, and keeps what is right apart from what is wrong."""

    def __init__(self, source: Path | str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._rows: list[Row] = []
        self._articles: dict[str, Article] = {}

    def add_question(
        self, fields: Mapping[str, Any], *, line: int | None = None, source: Path | str | None = None
    ) -> None:
        """Takes a row of `LabelledQuestion`."""
        source = source or self.source
        try:
            self._rows.append(Row(line, LabelledQuestion.model_validate(fields)))
        except ValidationError as error:
            who = f"{fields['id']}: " if line is None and isinstance(fields, Mapping) and "id" in fields else ""
            found = problems_of(error, source, line, LabelledQuestion)
            self.problems.extend(problem._replace(what=who + problem.what) for problem in found)

    def add_article(self, article_id: str, title: str, body: str, language: str, **others: Any) -> None:
        """Takes an article; one whose id is known already is the same one again, and one without a word is none."""
        title, body = normalise(title).strip(), normalise(body).strip()
        if article_id in self._articles or not (body or title):
            return
        try:
            article = Article(id=article_id, title=title, body=body or title, language=language, **others)
        except ValidationError as error:
            found = problems_of(error, self.source, None, Article)
            what = f"article {article_id[:80]!r}: "
            self.problems.extend(problem._replace(what=what + problem.what) for problem in found)
        else:
            self._articles[article.id] = article

    def add_problem(self, what: str, mend: str, *, line: int | None = None, source: Path | str | None = None) -> None:
        """Takes what is wrong with a file."""
        self.problems.append(Problem(source or self.source, line, what, mend))

    def contents(self, corpus: Path | None = None) -> Contents:
        """What has come together; its corpus is `corpus`, or else the articles that were added."""
        if not self._rows and not self.problems:
            self.add_problem("it holds no question", "write one JSON object a line, or name the file that has some")
        articles = tuple(self._articles.values()) or None
        return Contents(self.source, tuple(self._rows), corpus or articles, tuple(self.problems))


def problems_of(
    error: ValidationError, path: Path | str, line: int | None, model: type[BaseModel]
) -> Iterator[Problem]:
    """Each thing that is wrong with a row, and how to mend it."""
    for detail in error.errors(include_url=False):
        where = ".".join(map(str, detail["loc"])) or "the row"
        if detail["type"] == "missing":
            yield Problem(path, line, f'"{where}" is missing', f'add "{where}"')
        elif detail["type"] == "extra_forbidden":
            close = get_close_matches(where, model.model_fields, n=1)
            mend = f'write "{close[0]}"' if close else f"remove it; known are {', '.join(model.model_fields)}"
            yield Problem(path, line, f'"{where}" is not a known field', mend)
        elif detail["type"] == "json_invalid":
            yield Problem(path, line, f"it is not JSON: {detail['msg']}", "fetch or write the file again")
        else:
            given = repr(detail["input"])
            short = given if len(given) <= 60 else f"{given[:60]}…"
            yield Problem(path, line, f'"{where}" is {short}', detail["msg"])


def content_of(path: Path, gathering: Gathering) -> bytes | None:
    """The bytes of a file without a byte order mark; None, and the problem gathered, if it cannot be read."""
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        mend = "name a folder, a file or a data set that is there"
        gathering.add_problem(f"it cannot be read: {error.strerror}", mend, source=path)
        return None


def parsed(path: Path, shape: type[_Shape], gathering: Gathering) -> _Shape | None:
    """A JSON file in its published shape; None, and the problems gathered, if it has another."""
    if (content := content_of(path, gathering)) is None:
        return None
    try:
        return shape.model_validate_json(content)
    except ValidationError as error:
        gathering.problems.extend(problems_of(error, path, None, shape))
        return None


def head_of(path: Path) -> bytes:
    """How a file begins, without a byte order mark: enough to tell its format; nothing if it is no file."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD).removeprefix(b"\xef\xbb\xbf")
    except OSError:
        return b""


def json_files(path: Path) -> list[Path]:
    """The JSON files of a folder, in the order of their names; a file is its own."""
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


def split_of(name: str) -> str:
    """Our name for the split that stands in a name, such as "dev" for "doc2dial_dial_validation"; "" if none does."""
    words = _WORD.findall(name.casefold())
    return next((_SPLITS[word] for word in words if word in _SPLITS), "")


def language_of(texts: Iterable[str]) -> str:
    """The language of a set that does not name it, by the look of its first questions."""
    from itertools import islice

    from ragcare.language.detect import detect_language

    return detect_language(" ".join(text[:80] for text in islice(texts, _SAMPLE))).language


def digest_id(prefix: str, *parts: str) -> str:
    """An id for what has none: the same for the same content, wherever it stands in whichever file."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:10]
    readable = "-".join(_WORD.findall(normalise(prefix).casefold()))[:60].strip("-")
    return f"{readable}-{digest}" if readable else digest
