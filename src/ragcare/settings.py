"""Settings: a TOML file, then `RAGCARE_*` variables, checked as a whole before anything runs."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError

from ragcare.errors import BadFiles, BadInput, Problem
from ragcare.schema import EscalationReason, LanguageCode, PersonalKind, RefusalReason, Way

_PREFIX = "RAGCARE_"
_NOT_SETTINGS = {"RAGCARE_DATA"}
"""Variables that belong to the evaluation data and the tests, not to an assistant."""

Share = Annotated[float, Field(ge=0, le=1)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PassageSettings(_Table):
    """How articles are cut.

    Attributes:
        words: the length to aim at; 120 is what the retrieval figures of the README were measured with.
    """

    words: Annotated[int, Field(ge=20, le=400)] = 120


class RetrievalSettings(_Table):
    """How passages are found.

    Attributes:
        embedder: "e5", "light", "hash" (tests only), or "sentence-transformers:FOLDER-OR-HUB-NAME".
        fusion: "convex" keeps what the scores say; "rrf" only their ranks.
        vector_weight: the share of the vector leg in the fused score; the keyword leg has the rest.
        rrf_k: the constant of reciprocal rank fusion (Cormack et al. 2009 use 60).
        head_weight: of title and known questions in the keyword leg; headings and text have the rest.
        k1: how fast a repeated word stops counting in BM25.
        b: how much BM25 discounts long passages.
        candidates: how many passages each leg brings to the fusion.
        k: how many articles a search returns, each with those of its passages that rank before the next article.
    """

    embedder: str = "e5"
    fusion: Literal["convex", "rrf"] = "convex"
    vector_weight: Share = 0.65
    rrf_k: Annotated[int, Field(ge=1)] = 60
    head_weight: Share = 0.5
    k1: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.2
    b: Share = 0.75
    candidates: Annotated[int, Field(ge=1)] = 100
    k: Annotated[int, Field(ge=1)] = 10


class AnsweringSettings(_Table):
    """How long an answer may be.

    Attributes:
        max_words: an answer stops before the sentence or step that would pass it; a list that was begun is finished.
    """

    max_words: Annotated[int, Field(ge=20)] = 120


class PolicySettings(_Table):
    """What is done at which probability.

    Attributes:
        answer_at: the probability of being right that an answer needs.
        clarify_at: from this probability on, ask which of two or three articles a vague question means.
        vague_words: a question of more words than this, stop words not counted, is not taken to be vague.
        out_of_scope_below: under this probability, a question without an answer is taken to be about something else.
        close: how near, in fused score, the second article must be to the first for a question to be ambiguous.
        calibration: a file written by `Calibration.write` or by tuning; the one that ships with ragcare if None. In a
            settings file its path starts at the folder of that file, so that the two can be moved together.
    """

    answer_at: Share = 0.6
    clarify_at: Share = 0.05
    vague_words: Annotated[int, Field(ge=0)] = 3
    out_of_scope_below: Share = 0.2
    close: Share = 0.2
    calibration: Path | None = None


class HandoffSettings(_Table):
    """Where a conversation goes when a person takes over, how it gets there, and when somebody is there.

    Attributes:
        queue: the queue for every reason that has none of its own.
        queues: a queue for each reason that has one.
        mask: whether personal data is masked in what is handed over; or which kinds of it.
        channel: what takes it there, such as "webhook:https://care.example/handoffs"; nothing is sent if None.
        channel_options: what that channel wants to know besides; `docs/handoff.md` lists it. Names of environment
            variables, never the tokens that they hold.
        hours: when people answer, in the notation of OpenStreetMap's opening_hours ("PH" is a public holiday); always
            if None. Needs the extra "handoff".
        time_zone: in which the hours are meant (IANA).
        country: whose public holidays "PH" are (ISO 3166).
        languages: that the team answers in.
        ways: what is offered before and beside a person, first to last: "article" (what was found, to read first),
            "form", "callback", "person".
        form_url: of the form, if that is one of the ways.
    """

    queue: Annotated[str, Field(min_length=1)] = "customer-care"
    queues: dict[Literal[EscalationReason, RefusalReason, "ambiguous"], str] = {}
    mask: bool | tuple[PersonalKind, ...] = True
    channel: Annotated[str, Field(min_length=1)] | None = None
    channel_options: dict[str, str | int | bool] = {}
    hours: str | None = None
    time_zone: str = "Europe/Paris"
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "FR"
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)] = ("fr", "en")
    ways: Annotated[tuple[Way, ...], Field(min_length=1)] = ("person",)
    form_url: Annotated[str, Field(pattern="^https?://")] | None = None

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError(f'{value!r} is no time zone; write it as "Europe/Paris"') from None
        return value

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if "form" in self.ways and self.form_url is None:
            raise ValueError('"form" is one of the ways, but form_url does not say where it is')
        if self.hours is not None:
            try:
                from opening_hours import OpeningHours
            except ImportError:
                raise ValueError('hours need the extra "handoff": pip install "ragcare[handoff]"') from None
            try:
                OpeningHours(self.hours, country=self.country)
            except Exception as error:  # its errors have no parent of their own
                reason = " ".join(str(error).split())
                raise ValueError(f'{self.hours!r}: {reason}; write them as "Mo-Fr 09:00-18:00; PH off"') from None
        return self


class CacheSettings(_Table):
    """Where embeddings are kept, so that no text is embedded twice; it moves no score.

    Attributes:
        folder: of the cache; ragcare's own in the user's cache folder if None. It holds no text, only digests and
            vectors. In a settings file its path starts at the folder of that file.
        megabytes: how large it may grow before it forgets what was used least recently; 0 turns it off.
    """

    folder: Path | None = None
    megabytes: Annotated[int, Field(ge=0)] = 2000


class Settings(BaseSettings):
    """All that can be set; every value is in `configs/default.toml` with a comment.

    `Settings()` reads the environment only; `Settings.load(path)` a TOML file first. A table's value is set by
    a variable with two underscores: `RAGCARE_RETRIEVAL__VECTOR_WEIGHT=0.5`.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid")

    passages: PassageSettings = PassageSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    answering: AnsweringSettings = AnsweringSettings()
    policy: PolicySettings = PolicySettings()
    handoff: HandoffSettings = HandoffSettings()
    cache: CacheSettings = CacheSettings()

    @classmethod
    def load(cls, path: Path | str | None = None, *, beneath: Mapping[str, Any] | None = None) -> Self:
        """The settings of a TOML file, over which the `RAGCARE_*` variables have the last word.

        Args:
            path: a TOML file; none if None.
            beneath: tables that hold where neither file nor variable says otherwise, such as those of an index.

        Raises:
            BadInput: the file is missing or no TOML, or a variable names nothing that can be set.
            BadFiles: values of the file or the environment are not what they must be, all of them at once.
        """
        _refuse_unknown_variables(cls)
        from_file = _beside(Path(path), _read_toml(Path(path))) if path is not None else {}
        try:
            return cls(**_merged(_merged(beneath or {}, from_file), EnvSettingsSource(cls)()))
        except ValidationError as error:
            raise BadFiles(_problems(error, Path(path) if path is not None else None)) from None
        except SettingsError as error:
            raise BadInput(f"{error}. Mend: a whole table is JSON; set single values with two underscores") from None

    def fingerprint(self, *parts: str) -> str:
        """A short digest of what moves a score: passages and retrieval, and the `parts` given.

        The parts name what a setting only points at: the embedder with its version, the analysers. The
        other tables are left out: they act on a score and do not change it.
        """
        moving = self.model_dump(mode="json", include={"passages", "retrieval"})
        text = json.dumps([moving, *parts], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def with_embedder(self, name: str) -> Self:
        """These settings with another embedder: an index names the one it was built with among its settings."""
        retrieval = self.retrieval.model_copy(update={"embedder": name})
        return self.model_copy(update={"retrieval": retrieval})

    def digest(self) -> str:
        """A short digest of every setting that a reply may hang on; of a calibration file only that there is one."""
        told = self.model_dump(mode="json", exclude={"cache"})
        told["policy"]["calibration"] = self.policy.calibration is not None
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both, table by table and key by key; `above` has the last word."""
    tables = {
        name: _merged(below[name], value) if isinstance(value, dict) and isinstance(below.get(name), dict) else value
        for name, value in above.items()
    }
    return {**below, **tables}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such settings file. Mend: start from configs/default.toml") from None
    except OSError as error:
        raise BadInput(f"{path}: it cannot be read: {error.strerror}. Mend: name a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: not a TOML file in UTF-8: {error}") from None


def _beside(path: Path, tables: dict[str, Any]) -> dict[str, Any]:
    """The tables of a settings file, the paths that they name found from the folder of that file."""
    for table, key in (("policy", "calibration"), ("cache", "folder")):
        values = tables.get(table)
        named = values.get(key) if isinstance(values, dict) else None
        if isinstance(values, dict) and isinstance(named, str):
            # Absolute, because an index keeps the settings it was built with, and may be opened from another folder.
            tables = {**tables, table: {**values, key: str(path.absolute().parent / named)}}
    return tables


def _refuse_unknown_variables(settings: type[Settings]) -> None:
    """A misspelt variable must not be ignored in silence."""
    known = {
        f"{_PREFIX}{table}__{name}".upper()
        for table, field in settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        for name in field.annotation.model_fields
    } | {f"{_PREFIX}{table}".upper() for table in settings.model_fields}
    for variable in sorted(os.environ):
        table, _, key = variable.upper().rpartition("__")
        within_a_setting = "__" in table and table in known  # RAGCARE_HANDOFF__QUEUES__FRAUD
        known_here = variable.upper() in known | _NOT_SETTINGS or (within_a_setting and key != "")
        if variable.startswith(_PREFIX) and not known_here:
            near = difflib.get_close_matches(variable.upper(), known, n=1, cutoff=0)
            raise BadInput(f"the variable {variable} sets nothing. Mend: unset it; the nearest setting is {near[0]}")


def _problems(error: ValidationError, path: Path | None) -> list[Problem]:
    lines = _lines_of_keys(path.read_text(encoding="utf-8-sig")) if path is not None else {}
    problems = []
    for row in error.errors():
        parts = [str(part) for part in row["loc"] if part != "[key]"]
        variable = f"{_PREFIX}{'__'.join(parts[:2])}".upper()
        keys = (".".join(parts[:depth]) for depth in range(len(parts), 0, -1))
        line = next((lines[key] for key in keys if key in lines), None)
        if variable in os.environ:  # it has the last word, so it is the one that is wrong
            where, line = variable, None
        else:
            where = str(path) if line is not None else "settings"
        mend = "see configs/default.toml for the names and their ranges"
        problems.append(Problem(where, line, f"{'.'.join(parts)}: {row['msg']}", mend))
    return problems


def _lines_of_keys(toml: str) -> dict[str, int]:
    """On which line each table begins and each of its values is set: {"policy": 3, "policy.answer_at": 4}."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(toml.splitlines(), 1):
        name = line.split("#")[0].split("=")[0].strip()
        if name.startswith("["):
            name = name.strip("[] ")
            table = f"{name}."
            lines.setdefault(name, number)
        elif name:
            lines.setdefault(f"{table}{name}", number)
    return lines
