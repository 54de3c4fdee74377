"""Models by folder or hub name: from this machine where they are here, else from the Hugging Face hub, asked once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Model = TypeVar("Model")


def from_here_or_hub(name: str, load: Callable[[bool], Model]) -> Model:
    """What `load` gives, from this machine if it is there; else from the hub, if it answers within 5 s.

    Args:
        name: a folder on this machine, or a name on the hub.
        load: loads it; its argument says whether from this machine alone (`local_files_only`).

    Raises:
        Exception: what `load` or the client of the hub raises; their errors share no base.
    """
    try:
        return load(True)
    except (OSError, ValueError, RuntimeError):
        if Path(name).exists():
            raise
    from huggingface_hub import model_info

    model_info(name, timeout=5)  # without a network, loading would ask again and again for a minute
    return load(False)


def shown(name: str | Path) -> str:
    """What a model is called: by the name of its folder alone, or by that of the hub."""
    return Path(name).name if Path(name).exists() else str(name)
