"""Where the reader's model is, what it says that it is, and whether it is whole."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from ragcare.errors import ModelUnavailable

FORMAT = "ragcare-reader/1"
"""What a model file says that it is: its inputs, outputs and metadata, as `training/export.py` writes them."""
TASKS = ("relevance", "holds", "support")
"""What its scores say, in their order."""
FILE = "reader.onnx"
PACKAGE = "ragcare_reader"
_MEND = (
    f"Mend: pip install ./training/wheel in ragcare's repository, or give the path of a {FILE} that training/ made, or "
    "of its folder"
)


def model_file(where: Path | str | None = None) -> Path:
    """The model's file, its checksum held against the one beside it.

    Args:
        where: the file, or the folder that holds `reader.onnx`; None looks into the package `ragcare_reader`.

    Raises:
        ModelUnavailable: there is none, or its bytes are not those that its `.sha256` was written for.
    """
    path = _packaged() if where is None else Path(where)
    if path.is_dir():
        path = path / FILE
    if not path.is_file():
        raise ModelUnavailable(f"no reader's model at {path}\n{_MEND}")
    beside = path.with_name(path.name + ".sha256")
    if beside.is_file():
        told = (beside.read_text(encoding="utf-8").split() or [""])[0]
        with path.open("rb") as file:
            is_now = hashlib.file_digest(file, "sha256").hexdigest()
        if told != is_now:
            raise ModelUnavailable(f"{path} is damaged: its SHA-256 is {is_now}, {beside.name} says {told}\n{_MEND}")
    return path


def _packaged() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModelUnavailable(f"no reader's model is installed\n{_MEND}")
    return Path(found.submodule_search_locations[0])
