"""Labelled question sets: read whole or not at all, whichever format they come in.

A suite is a folder with `questions.jsonl`, its corpus (`corpus.jsonl` or `articles/`), and an optional
`suite.toml` that names it, dates it, and may point with `data` at a folder that holds the other two. Published sets
are read as they are published: see `ragcare.evaluation.questions.formats`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import Field

from ragcare.errors import BadFiles, BadInput, Problem
from ragcare.evaluation.bars import Bars
from ragcare.evaluation.questions.findings import Fault
from ragcare.evaluation.questions.formats import hugging_face, read_path
from ragcare.evaluation.questions.formats.json_text import is_writable
from ragcare.evaluation.questions.formats.reading import HALF, NO_HALF
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.questions.soundness import faults
from ragcare.evaluation.questions.suite_file import SuiteFile, place_of_data, read_suite_file
from ragcare.schema import Article, LanguageCode, Record

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict  # type: ignore[import-untyped]

    from ragcare.evaluation.questions.formats.reading import Contents


class QuestionSet(Record):
    """A suite, read.

    Attributes:
        part: which of the suite's questions these are, such as "dev"; "" for all.
        token_f1: the F1 over tokens at which an answer equals a reference answer that it does not contain.
        languages: that the suite declares, or else those of its questions.
        source: the file or folder that the questions were read from, or the name of the data set.
        lines: the line of each question in it; None where the file has no lines of its own, such as JSON.
        corpus: the articles, where the set brings them; else the file or folder to read them from.
        left_out: what a rule of its format leaves out, counted.
        bars: what the figures of a run on it must reach.
    """

    name: str
    description: str
    part: str = ""
    as_of: date
    token_f1: float
    languages: tuple[LanguageCode, ...]
    questions: tuple[LabelledQuestion, ...]
    source: Path | str
    lines: tuple[int | None, ...]
    corpus: Path | tuple[Article, ...]
    bars: Bars = Field(default_factory=dict)
    left_out: tuple[Problem, ...] = ()

    @classmethod
    def load(
        cls,
        source: Path | str | Dataset | DatasetDict,
        *,
        format: str | None = None,
        corpus: Path | str | Iterable[Article] | None = None,
        language: str | None = None,
    ) -> Self:
        """Reads a suite that figures can rest on: whole, with ids that stand for one thing and labels that can be kept.

        Args:
            source: a folder; a file of questions, which has the corpus beside it; a set as its authors publish it (see
                the package `formats` beside this one); a `datasets.Dataset` or `DatasetDict`; or the name of one on
                the hub, such as "squad_v2", or "clinc_oos:plus" with a configuration.
            format: the name of its format, such as "squad"; told from the content if None.
            corpus: the articles, or the file or folder that holds them, if not those of the set.
            language: of a set whose format names none; told from its content if None.

        Raises:
            BadFiles: with all that is wrong: rows, articles, settings, files that are not there; ids given twice, an
                article that is not in the corpus, an answer that no article holds (see `soundness` beside this file).
            BadInput: no format has that name; or it is neither a path nor a data set that can be had.
            MissingExtra: it is a data set, and `datasets` is not installed.
        """
        suite, problems = cls.read(source, format=format, corpus=corpus, language=language)
        if suite is not None:
            problems = (*problems, *suite.unsound())
        if problems or suite is None:
            raise BadFiles(problems)
        return suite

    @classmethod
    def read(
        cls,
        source: Path | str | Dataset | DatasetDict,
        *,
        format: str | None = None,
        corpus: Path | str | Iterable[Article] | None = None,
        language: str | None = None,
    ) -> tuple[Self | None, tuple[Problem, ...]]:
        """Reads what can be read of a suite, as `load` does, and tells what is wrong with the rest.

        Nothing should be measured on it unless there are no problems.

        Returns:
            The suite without its bad rows, None if nothing can be read of it; and all that is wrong.
        """
        about, name = SuiteFile(), ""
        if isinstance(source, str) and not Path(source).exists() and hugging_face.is_name(source):
            name = source.partition(":")[0].rpartition("/")[2]
            contents = hugging_face.contents_of(hugging_face.load_from_hub(source), source, language)
        elif isinstance(source, Path | str):
            path = Path(source)
            about = read_suite_file(path if path.is_dir() else path.parent)
            contents = _read_files(path, about, format, language)
            ours = path.is_dir() or (contents.source == path and not isinstance(contents.corpus, tuple))
            name = (path if path.is_dir() else path.parent).resolve().name if ours else path.stem
        else:
            contents = hugging_face.contents_of(source, "dataset", language)
            name = _name_of(source)

        articles = _corpus(corpus, contents)
        problems = [*contents.problems]
        if articles is None and _only_rows_are_wrong(contents):
            problems.append(_no_corpus(contents.source))
        if not contents.rows or articles is None:
            return None, tuple(problems)
        suite = cls(
            name=about.name or name,
            description=about.description,
            as_of=about.as_of,
            token_f1=about.token_f1,
            languages=about.languages or tuple(sorted({row.question.lang for row in contents.rows})),
            questions=tuple(row.question for row in contents.rows),
            source=contents.source,
            lines=tuple(row.line for row in contents.rows),
            corpus=articles,
            bars=about.bars,
            left_out=contents.left_out,
        )
        return suite, tuple(problems)

    def only(self, *, split: str | None = None, limit: int | None = None) -> Self:
        """The questions of one split; of them no more than `limit`, spread evenly over the file.

        Raises:
            BadInput: no question is of that split.
        """
        chosen = [at for at, one in enumerate(self.questions) if split is None or one.split == split]
        if not chosen:
            known = ", ".join(sorted({repr(one.split) for one in self.questions}))
            raise BadInput(f"{self.source}: no question is of the split {split!r}. Mend: name one of {known}")
        if limit is not None and limit < len(chosen):
            chosen = [chosen[at * len(chosen) // limit] for at in range(limit)]
        else:
            limit = None
        part = ", ".join(filter(None, (split, f"{limit} of them" if limit is not None else None)))
        return self.model_copy(
            update={
                "questions": tuple(self.questions[at] for at in chosen),
                "lines": tuple(self.lines[at] for at in chosen),
                "part": part,
            }
        )

    def articles(self) -> tuple[Article, ...]:
        """The articles of the corpus; one without review fields counts as validated by the suite.

        Raises:
            BadFiles: if any of them cannot be read.
        """
        if isinstance(self.corpus, tuple):
            from ragcare.knowledge.loading import load_articles

            halves = [one for one in self.corpus if not is_writable([one.title, one.url, one.owner])]
            if halves:
                raise BadFiles(Problem(f"article {one.id!r}", None, HALF, NO_HALF) for one in halves)
            return tuple(load_articles(self.corpus, assume_validated=self.name, on=self.as_of))
        from ragcare.knowledge.readers import read_articles

        reading = read_articles(self.corpus, assume_validated=self.name, on=self.as_of)
        if reading.problems:
            raise BadFiles(reading.problems)
        return tuple(reading.articles)

    def faults(self, articles: Mapping[str, Article] | None) -> Iterator[tuple[int, Fault]]:
        """What makes figures on it wrong, each with the position of its question; see `soundness`.

        Args:
            articles: of the corpus, by id; None leaves out what can be told only beside them.
        """
        return faults(self.questions, self.lines, articles, self.as_of, self.languages)

    def unsound(self) -> tuple[Problem, ...]:
        """All for which `load` refuses a set that could be read: nothing should be measured on it."""
        found: list[Problem] = []
        articles: dict[str, Article] | None = None
        try:
            articles = {article.id: article for article in self.articles()}
        except BadFiles as error:
            found += error.problems
        for at, (_, _, what, mend) in self.faults(articles):
            line = self.lines[at]
            found.append(Problem(self.source, line, what if line else f"{self.questions[at].id}: {what}", mend))
        return tuple(found)


def _read_files(path: Path, about: SuiteFile, format: str | None, language: str | None) -> Contents:
    """The contents of a folder or file, or of what `suite.toml` points at."""
    folder = path if path.is_dir() else path.parent
    data = place_of_data(folder, about.data) if about.data else folder
    source = data if path.is_dir() or path.name == "suite.toml" else path
    declared = about.languages[0] if len(about.languages) == 1 else None
    contents = read_path(source, format or about.format, language or declared)
    if contents.corpus is None and source == path and data != folder:
        # The rows of a file whose suite.toml says where the articles lie.
        contents = contents._replace(corpus=read_path(data).corpus)
    return contents


def _corpus(given: Path | str | Iterable[Article] | None, contents: Contents) -> Path | tuple[Article, ...] | None:
    if given is None:
        return contents.corpus
    return Path(given) if isinstance(given, Path | str) else tuple(given)


def _only_rows_are_wrong(contents: Contents) -> bool:
    """Whether there is a file of questions: where that is missing already, more need not be said."""
    return all(problem.path == contents.source and problem.line is not None for problem in contents.problems)


def _no_corpus(source: Path | str) -> Problem:
    place = source.parent if isinstance(source, Path) and source.suffix else source
    what = "no corpus: neither corpus.jsonl nor articles/ is there"
    mend = 'put the articles there, point at them with data = "FOLDER" in suite.toml, or give them as corpus='
    return Problem(place, None, what, mend)


def _name_of(data: Dataset | DatasetDict) -> str:
    splits = list(data.values()) if isinstance(data, dict) else [data]
    return next((split.info.dataset_name for split in splits if split.info.dataset_name), "dataset")
