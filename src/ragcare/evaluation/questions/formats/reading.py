"""What every format is read into: rows, articles and problems, gathered together so that no problem hides another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import BaseModel, BeforeValidator, ValidationError

from ragcare.errors import Problem
from ragcare.evaluation.questions.formats.json_text import NotJson, is_writable, json_of
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.questions.wording import problems_of
from ragcare.knowledge.readers.text import normalise
from ragcare.schema import Article

Id = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]
"""An id that some sets write as a number."""

_Shape = TypeVar("_Shape", bound=BaseModel)

_SPLITS = {"validation": "dev", "valid": "dev", "val": "dev", "dev": "dev", "test": "test", "train": "train"}
"""How published sets call their splits, and how we do."""

_WORD = re.compile(r"[^\W_]+")
_HEAD = 1 << 16
HALF = "holds half a character (a lone surrogate), which cannot be written to any file"
NO_HALF = "write the character whole, or remove the half: an emoji was most likely cut in two"
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
        left_out: what a rule of the format leaves out, counted: nothing is passed over without a word.
    """

    source: Path | str
    rows: tuple[Row, ...]
    corpus: Path | tuple[Article, ...] | None
    problems: tuple[Problem, ...]
    left_out: tuple[Problem, ...] = ()

    def or_told_empty(self, mend: str) -> Contents:
        """The same; where it holds nothing at all, that is its problem."""
        if self.rows or self.problems:
            return self
        return self._replace(problems=(Problem(self.source, None, "it holds no question", mend),))


class Gathering:
    """Takes what a format reads, one by one, and keeps what is right apart from what is wrong."""

    def __init__(self, source: Path | str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._rows: list[Row] = []
        self._articles: dict[str, Article] = {}
        self._left_out: list[Problem] = []

    def add_question(
        self, fields: Mapping[str, Any], *, line: int | None = None, source: Path | str | None = None
    ) -> None:
        """Takes a row of `LabelledQuestion`."""
        source = source or self.source
        who = f"{fields['id']!s:.80}: " if line is None and isinstance(fields, Mapping) and "id" in fields else ""
        halves = [*_halves(fields)]
        for name in halves:
            self.add_problem(f'{_shown(who)}"{name}" {HALF}', NO_HALF, line=line, source=source)
        if halves:
            return
        try:
            self._rows.append(Row(line, LabelledQuestion.model_validate(fields)))
        except ValidationError as error:
            found = problems_of(error, source, line, LabelledQuestion)
            self.problems.extend(problem._replace(what=who + problem.what) for problem in found)

    def add_article(
        self,
        article_id: str,
        title: str,
        body: str,
        language: str,
        *,
        line: int | None = None,
        source: Path | str | None = None,
    ) -> None:
        """Takes an article; the same one again is no problem, another one with its id is."""
        who = f"article {article_id[:80]!r}: "
        if not is_writable([article_id, title, body]):
            self.add_problem(f"{who}its id or text {HALF}", NO_HALF, line=line, source=source)
            return
        article_id, title, body = article_id.strip(), normalise(title).strip(), normalise(body).strip()
        if not body:
            self.add_problem(f"{who}it has no text", "write the text, or remove the article", line=line, source=source)
            return
        if (before := self._articles.get(article_id)) is not None:
            if (before.title, before.body) != (title, body):
                self.add_problem(
                    f"{who}another text has this id", "give each an id of its own", line=line, source=source
                )
            return
        try:
            article = Article(id=article_id, title=title, body=body, language=language)
        except ValidationError as error:
            found = problems_of(error, source or self.source, line, Article)
            self.problems.extend(problem._replace(what=who + problem.what) for problem in found)
        else:
            self._articles[article.id] = article

    def add_problem(self, what: str, mend: str, *, line: int | None = None, source: Path | str | None = None) -> None:
        """Takes what is wrong with a file."""
        self.problems.append(Problem(source or self.source, line, what, mend))

    def leave_out(self, what: str, mend: str, *, source: Path | str | None = None) -> None:
        """Takes what a rule of the format leaves out: how much of it, and the rule."""
        self._left_out.append(Problem(source or self.source, None, what, mend))

    def leave_out_files(self, files: Iterable[Path]) -> None:
        """Takes the files beside the others that are not of this format."""
        if names := [file.name for file in files]:
            what = f"{len(names)} other file{'s' if len(names) > 1 else ''} there: {', '.join(names[:5])}"
            self.leave_out(f"not read: {what}", "nothing, if they hold no questions", source=self.source)

    def contents(self, corpus: Path | None = None) -> Contents:
        """What has come together; its corpus is `corpus`, or else the articles that were added."""
        articles = tuple(self._articles.values()) or None
        found = tuple(self._rows), corpus or articles, tuple(self.problems), tuple(self._left_out)
        return Contents(self.source, *found)


def _halves(fields: Any) -> Iterator[str]:
    """The fields, as they can be shown, in which a text holds half a character."""
    if isinstance(fields, Mapping):
        yield from (_shown(name) for name, value in fields.items() if not is_writable([name, value]))
    elif not is_writable(fields):
        yield "the row"


def _shown(text: object) -> str:
    """A text that can be shown and written: half a character as its number."""
    return str(text).encode(errors="backslashreplace").decode()


def content_of(path: Path, gathering: Gathering, mend: str = "") -> bytes | None:
    """The bytes of a file without a byte order mark; None, and the problem gathered, if it cannot be read."""
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        mend = mend or "name a folder, a file or a data set that is there"
        gathering.add_problem(f"it cannot be read: {error.strerror}", mend, source=path)
        return None


def parsed(path: Path, shape: type[_Shape], gathering: Gathering) -> _Shape | None:
    """A JSON file in its published shape; None, and the problems gathered, if it has another."""
    if (content := content_of(path, gathering)) is None:
        return None
    try:
        return shape.model_validate(json_of(content))
    except NotJson as error:
        gathering.add_problem(error.what, error.mend, line=error.line, source=path)
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
