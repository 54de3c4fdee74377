"""Hugging Face `datasets`: an object, a folder that `save_to_disk` wrote, or a name on the hub.

What a table means is told from its columns: those of SQuAD, those of a set of intents, or the fields of our own rows.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ragcare.errors import BadInput, MissingExtra, Problem
from ragcare.evaluation.questions.formats import intents, squad
from ragcare.evaluation.questions.formats.reading import Contents, Gathering, language_of, split_of

_SAVED = ({"dataset_dict.json"}, {"dataset_info.json", "state.json"})
_NAME = re.compile(r"[\w][\w.-]*(/[\w][\w.-]*)?(:[\w.-]+)?")
_PATIENCE = 3.0
"""Seconds to wait for the hub to take a connection: a network that is dead for longer is taken for none."""

_SHAPES = (
    "question, context and answers, as in squad_v2; text and label (or intent), as in banking77 and clinc_oos; "
    "or the fields of a labelled question (docs/question-sets.md)"
)


WANTS = f"give one that has rows; known are {_SHAPES}"
"""The mend, where a data set has none."""


def recognises(path: Path) -> bool:
    """Whether `save_to_disk` wrote that folder."""
    return any(all((path / name).is_file() for name in names) for names in _SAVED)


def is_name(source: str) -> bool:
    """Whether it could be the name of a data set on the hub, such as "squad_v2", "owner/name" or "clinc_oos:plus"."""
    return bool(_NAME.fullmatch(source)) and not source.endswith((".json", ".jsonl", ".csv", ".tsv", ".toml"))


def read(path: Path, language: str | None = None) -> Contents:
    """What `save_to_disk` wrote."""
    datasets = _library()
    try:
        data = datasets.load_from_disk(str(path))
    except Exception as error:  # what it raises for a damaged folder depends on what is damaged
        mend = "save it again with save_to_disk"
        problem = Problem(path, None, f"it cannot be read as a data set: {error}", mend)
        return Contents(path, (), None, (problem,))
    return contents_of(data, path, language)


def load_from_hub(name: str) -> Any:
    """A data set of the hub, or the copy of it that an earlier call left in the cache.

    Args:
        name: "squad_v2", "owner/name"; a configuration follows a colon: "clinc_oos:plus".

    Raises:
        BadInput: it is not there, or the hub cannot be reached; the message says which local path to give instead.
    """
    datasets = _library()
    path, _, configuration = name.partition(":")
    try:
        with _offline_unless_reachable(datasets):
            return datasets.load_dataset(path, configuration or None)
    except Exception as error:  # besides its own, those of the HTTP client, of the file system and of each reader
        reason = " ".join(str(error).split())[:300]
        local = re.sub(r"\W+", "_", name)
        call = ", ".join(f'"{part}"' for part in (path, configuration) if part)
        raise BadInput(
            f"{name}: neither a file or folder here nor a data set that can be had from the hub ({reason}). "
            "Mend: give a local path instead: a folder that save_to_disk wrote where the hub can be reached "
            f'(datasets.load_dataset({call}).save_to_disk("{local}/")), or the file its authors publish, '
            "such as dev-v2.0.json"
        ) from error


def contents_of(data: Any, source: Path | str, language: str | None = None) -> Contents:
    """The questions of a `Dataset`, or of all the splits of a `DatasetDict`.

    Raises:
        BadInput: it is neither, or its columns are none that are known.
    """
    datasets = _library()
    if isinstance(data, datasets.Dataset):
        data = {str(data.split) if data.split is not None else "": data}
    elif not isinstance(data, datasets.DatasetDict):
        raise BadInput(f"a {type(data).__name__} is no question set. Mend: give a path, a Dataset or a DatasetDict")
    splits: dict[str, Any] = dict(data)
    columns = set.intersection(*(set(split.column_names) for split in splits.values())) if splits else set()
    gathering = Gathering(source)
    if {"question", "context", "answers"} <= columns:
        begin = (row for split in splits.values() for row in split.select(range(min(50, len(split)))))
        first = [row["question"] for row in begin if row["question"]]
        for name, split in splits.items():
            squad.add_rows(gathering, split, language or language_of(first), split_of(name))
    elif "text" in columns and not columns.isdisjoint(intents.INTENT_COLUMNS):
        column = next(name for name in intents.INTENT_COLUMNS if name in columns)
        found = {name: _sentences(name, split, column, gathering) for name, split in splits.items()}
        if not gathering.problems:
            intents.add_splits(gathering, found, language)
    elif {"question", "expects"} <= columns:
        for name, split in splits.items():
            _add_own(gathering, split, split_of(name))
    else:
        raise BadInput(
            f"{source}: its columns ({', '.join(sorted(columns)) or 'none'}) are not those of a set that is known. "
            f"Mend: rename them; known are {_SHAPES}"
        )
    return gathering.contents().or_told_empty(WANTS)


def _sentences(name: str, split: Any, column: str, gathering: Gathering) -> Sequence[intents.Sentence]:
    feature = split.features[column]
    names = getattr(feature, "names", None)  # of a ClassLabel, where -1 stands for a label that is kept secret
    found = []
    for number, row in enumerate(split):
        intent = row[column]
        if names is not None:
            intent = names[intent] if intent is not None and 0 <= intent < len(names) else None
        if sentence := intents.sentence_of(row["text"], intent, gathering, f"row {number} of {name or 'it'}"):
            found.append(sentence)
    return found


def _add_own(gathering: Gathering, split: Any, name: str) -> None:
    for row in split:
        # A table has every column in every row: what is not given is None there.
        fields: Mapping[str, Any] = {key: value for key, value in row.items() if value is not None}
        unplaced = name and "split" not in fields
        gathering.add_question({**fields, "split": name} if unplaced else fields)


# --- the library and the hub -------------------------------------------------------------------------


def _library() -> Any:
    try:
        import datasets  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtra("reading a Hugging Face data set", "data") from error
    return datasets


@contextmanager
def _offline_unless_reachable(datasets: Any) -> Iterator[None]:
    """Where the hub does not answer, only the cache is asked: its client would try again and again, for minutes."""
    before = datasets.config.HF_HUB_OFFLINE
    datasets.config.HF_HUB_OFFLINE = before or not _answers(datasets.config.HF_ENDPOINT)
    try:
        yield
    finally:
        datasets.config.HF_HUB_OFFLINE = before


def _answers(endpoint: str) -> bool:
    """Whether the host, or the proxy that leads to it, takes a connection."""
    parts = urlsplit(endpoint)
    named = (os.environ.get(name) for name in (f"{parts.scheme}_proxy", f"{parts.scheme}_proxy".upper(), "ALL_PROXY"))
    proxy = next(filter(None, named), None)
    if proxy:
        parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    port = parts.port or (80 if parts.scheme == "http" else 443)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=_PATIENCE):
            return True
    except OSError:
        return False
