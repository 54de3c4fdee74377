"""Runs the notebooks of this folder again, and stores what they print and draw.

    python notebooks/refresh.py                         all of them
    python notebooks/refresh.py notebooks/02-tune.ipynb

Look at the difference before you commit it: tests/notebooks holds every run to what the cells tagged "checked" print.
"""

from __future__ import annotations

import base64
import io
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

HERE = Path(__file__).resolve().parent
METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python"},
}
"""All that a stored notebook says about its kernel."""

_QUIET = {
    # The debugger of ipykernel would write that it cannot see into the standard library.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    # bm25s asks tqdm for a progress bar of Jupyter, which wants ipywidgets, and then draws none.
    "PYTHONWARNINGS": "ignore:IProgress not found",
}
_COLOURS = 64


def executed(path: Path, variables: Mapping[str, str] | None = None) -> nbformat.NotebookNode:
    """A copy of a notebook, run from top to bottom in this folder; the file is left alone.

    Args:
        path: of the notebook.
        variables: of the environment, over those of this process, of which RAGCARE_* are left out.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
    """
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    own = {name: value for name, value in os.environ.items() if not name.startswith("RAGCARE_")}
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=300,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],  # it warns that ports of this machine are not encrypted
        resources={"metadata": {"path": str(HERE)}},
    )
    client.execute(env={**own, **_QUIET, **(variables or {})})
    return notebook


def stored(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """As it is kept: without what only says when and where it ran, its pictures small."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({"tags": cell.metadata.tags} if "tags" in cell.metadata else {})
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = _in_few_colours(output.data["image/png"])
    return notebook


def _in_few_colours(png: str) -> str:
    """A chart has few colours: with a palette it takes a quarter of the bytes, and looks the same."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    small = io.BytesIO()
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(small, "png", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


def main(names: Sequence[str]) -> None:
    """Runs the notebooks named, or all of them, and stores them in their places."""
    for path in [Path(name) for name in names] or sorted(HERE.glob("*.ipynb")):
        nbformat.write(stored(executed(path)), path)
        sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
