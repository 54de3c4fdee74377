"""Models by folder or hub name: from this machine where they are here, else from the Hugging Face hub, asked once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ragcare.errors import ModelUnavailable

Model = TypeVar("Model")


def from_here_or_hub(
    kind: str, name: str, load: Callable[[bool], Model], *, holds: str = "config.json, weights, tokenizer"
) -> Model:
    """What `load` gives, from this machine if it is there; else from the hub, if it answers within 5 s.

    Args:
        kind: what the model is, in words.
        name: a folder on this machine, or a name on the hub.
        load: loads it; its argument says whether from this machine alone (`local_files_only`).
        holds: what such a folder has in it.

    Raises:
        ModelUnavailable: there is no such folder, or it is broken; and the hub has no such model or cannot be reached.
    """
    mend = f"Mend: give the path of a folder that holds the model ({holds})"
    if not name.strip():  # to a client, that may be the folder it runs in
        raise ModelUnavailable(f"no {kind} is named\n{mend}")
    try:
        return _loaded(name, load)
    except Exception as error:  # a broken folder, an unknown name, no network: each client has errors of its own
        raise ModelUnavailable(f'no {kind} "{name}" can be loaded: {error}\n{mend}') from error


def shown(name: str | Path) -> str:
    """What a model is called: by the name of its folder alone, or by that of the hub."""
    return Path(name).name if Path(name).exists() else str(name)


def _loaded(name: str, load: Callable[[bool], Model]) -> Model:
    try:
        return load(True)
    except (OSError, ValueError, RuntimeError):
        if Path(name).exists():
            raise
        if name.startswith(("/", ".")):  # what the hub says of its names would only mislead
            raise FileNotFoundError("there is no such folder") from None
    from huggingface_hub import model_info

    model_info(name, timeout=5)  # without a network, loading would ask again and again for a minute
    return load(False)
