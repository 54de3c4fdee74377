"""`suite.toml`: what a suite is called, on which day it is asked, and where its questions and articles lie."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from pathlib import Path
from string import Template

from pydantic import Field, ValidationError

from ragcare.errors import BadFiles, Problem
from ragcare.evaluation.bars import Bars
from ragcare.evaluation.questions.wording import problems_of
from ragcare.schema import LanguageCode, Record, Share, Text

DEFAULT_DAY = date(2026, 1, 1)
"""The day of a suite that names none; never today, for the same bytes must give the same report."""

_DATA = "RAGCARE_DATA"


class SuiteFile(Record):
    """What `suite.toml` may say.

    Attributes:
        bars: what the figures of a run must reach, in the table `[bars]`.
        data: the folder or file with the questions, from the folder of the suite; `$RAGCARE_DATA` may stand in it.
        format: the name of its format; told from its content if None.
        languages: if it is one alone, the questions of a format that names no language are in it.
    """

    name: Text | None = None
    description: str = ""
    as_of: date = DEFAULT_DAY
    token_f1: Share = 0.5
    languages: tuple[LanguageCode, ...] = ()
    data: str | None = None
    format: str | None = None
    bars: Bars = Field(default_factory=dict)


def read_suite_file(folder: Path) -> SuiteFile:
    """The settings of the suite in that folder; the defaults if it has none.

    Raises:
        BadFiles: with all that is wrong in it.
    """
    path = folder / "suite.toml"
    if not path.is_file():
        return SuiteFile()
    try:
        return SuiteFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except ValidationError as error:
        raise BadFiles(problems_of(error, path, None, SuiteFile)) from error
    except ValueError as error:  # what tomllib and the decoder raise
        raise BadFiles([Problem(path, None, f"it is not TOML: {error}", "mend the line it names")]) from error


def place_of_data(folder: Path, data: str) -> Path:
    """What `data` points at; `$RAGCARE_DATA` is `../shared/data` of the project by default.

    Raises:
        BadFiles: a variable in it is not set; or `$RAGCARE_DATA` is not, and its default is not there.
    """
    template, settings = Template(data), folder / "suite.toml"
    values = dict(os.environ)
    if not values.get(_DATA):
        above = folder.resolve().parents
        project = next((parent for parent in above if (parent / "pyproject.toml").is_file()), Path())
        values[_DATA] = str(project / "../shared/data")
        default = folder / values[_DATA]
        if _DATA in template.get_identifiers() and not default.is_dir():
            what = f'data is "{data}", ${_DATA} is not set, and its default is not there: {default}'
            raise BadFiles([Problem(settings, None, what, f"set {_DATA} to the folder that holds the labelled sets")])
    if unset := [name for name in template.get_identifiers() if name not in values]:
        what = f'data is "{data}", and ${unset[0]} is not set'
        raise BadFiles([Problem(settings, None, what, f"set {unset[0]}, or write the folder itself")])
    return folder / template.safe_substitute(values)
