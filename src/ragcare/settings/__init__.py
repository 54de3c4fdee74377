"""Settings: a TOML file, then `RAGCARE_*` variables, checked as a whole before anything runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError

from ragcare.errors import BadFiles, BadInput
from ragcare.settings.answering import AnsweringSettings, PolicySettings, WritingSettings
from ragcare.settings.finding import CacheSettings, PassageSettings, RetrievalSettings
from ragcare.settings.handoff import HandoffSettings
from ragcare.settings.problems import problems_of
from ragcare.settings.server import ServerSettings
from ragcare.settings.signals import SignalRule, SignalSettings, TopicSettings
from ragcare.settings.toml_file import beside, read_toml
from ragcare.settings.variables import PREFIX, refuse_unknown_variables

__all__ = [
    "AnsweringSettings",
    "CacheSettings",
    "HandoffSettings",
    "PassageSettings",
    "PolicySettings",
    "RetrievalSettings",
    "ServerSettings",
    "Settings",
    "SignalRule",
    "SignalSettings",
    "TopicSettings",
    "WritingSettings",
]


class Settings(BaseSettings):
    """All that can be set; every value is in `configs/default.toml` with a comment.

    `Settings()` reads the environment only; `Settings.load(path)` a TOML file first. A table's value is set by
    a variable with two underscores: `RAGCARE_POLICY__ANSWER_AT=0.7`.

    Raises:
        pydantic.ValidationError: a value is not what it must be; `load` tells all of them, each with its line.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid")

    passages: PassageSettings = PassageSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    answering: AnsweringSettings = AnsweringSettings()
    writing: WritingSettings = WritingSettings()
    policy: PolicySettings = PolicySettings()
    handoff: HandoffSettings = HandoffSettings()
    signals: SignalSettings = SignalSettings()
    cache: CacheSettings = CacheSettings()
    server: ServerSettings = ServerSettings()

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
        refuse_unknown_variables(cls)
        from_file = beside(Path(path), read_toml(Path(path))) if path is not None else {}
        try:
            return cls(**_merged(_merged(beneath or {}, from_file), EnvSettingsSource(cls)()))
        except ValidationError as error:
            raise BadFiles(problems_of(error, Path(path) if path is not None else None)) from None
        except SettingsError as error:
            raise BadInput(f"{error}. Mend: a whole table is JSON; set single values with two underscores") from None

    def fingerprint(self, *parts: str) -> str:
        """A short digest of what moves a score: passages, retrieval, who reads, and the `parts` given.

        The parts name what a setting only points at: the embedder with its version, the analysers. The
        other tables are left out: they act on a score and do not change it.

        Returns:
            16 hexadecimal digits of a SHA-256.
        """
        moving = self.model_dump(mode="json", include={"passages", "retrieval"})
        if self.retrieval.reranker is None:  # how it would be heard moves nothing then
            for name in ("reranker", "rerank_below", "reranked", "reranker_weight"):
                del moving["retrieval"][name]
        if self.answering.reader is not None:
            moving["reader"] = self.answering.reader
        text = json.dumps([moving, *parts], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def with_embedder(self, name: str) -> Self:
        """These settings with another embedder: an index names the one it was built with among its settings."""
        retrieval = self.retrieval.model_copy(update={"embedder": name})
        return self.model_copy(update={"retrieval": retrieval})

    def digest(self) -> str:
        """A short digest of every setting that a reply may hang on; of a calibration file only that there is one.

        Returns:
            16 hexadecimal digits of a SHA-256.
        """
        told = self.model_dump(mode="json", exclude={"cache": True, "server": True, "answering": {"conflict_record"}})
        told["policy"]["calibration"] = self.policy.calibration is not None
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both, table by table and key by key; `above` has the last word."""
    tables = {
        name: _merged(below[name], value) if isinstance(value, dict) and isinstance(below.get(name), dict) else value
        for name, value in above.items()
    }
    return {**below, **tables}
