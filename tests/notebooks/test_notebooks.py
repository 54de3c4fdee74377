"""The notebooks run from top to bottom, and still say and draw what is stored in them."""

from __future__ import annotations

import importlib.util
from difflib import unified_diff
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

for package, what in (("nbformat", "read"), ("nbclient", "run"), ("ipykernel", "run"), ("matplotlib", "drawn")):
    pytest.importorskip(package, reason=f"notebooks are {what} with {package}: install ragcare[plots,dev]")

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_BYTES = 400 * 1024
"""What a forge shows at once."""

_PICTURES = {"image/png", "image/svg+xml"}

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def _refresh() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh", ROOT / "notebooks/refresh.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path: Path) -> Any:
    """A notebook as it is stored."""
    import nbformat

    return nbformat.read(path, as_version=4)


def printed(notebook: Any) -> dict[str, str]:
    """What each cell tagged "checked" printed, by the id of the cell."""
    return {
        cell.id: "".join(one.text for one in cell.outputs if one.output_type == "stream" and one.name == "stdout")
        for cell in notebook.cells
        if "checked" in cell.metadata.get("tags", [])
    }


def drew(notebook: Any) -> list[str]:
    """The ids of the cells that show a picture."""
    pictures = {"image/png", "image/svg+xml"}
    return [
        cell.id for cell in notebook.cells if any(pictures & {*one.get("data", {})} for one in cell.get("outputs", []))
    ]


def _outputs(cell: Any) -> list[Any]:
    return list(cell.get("outputs", []))  # a cell of prose has none


def difference(stored: dict[str, str], ran: dict[str, str]) -> str:
    """In words, line by line; "" where there is none."""
    lines = [
        line
        for cell in dict.fromkeys([*stored, *ran])
        for line in unified_diff(
            stored.get(cell, "").splitlines(),
            ran.get(cell, "").splitlines(),
            f"{cell}, stored",
            f"{cell}, now",
            "",
            "",
            1,
            "",
        )
    ]
    return "\n".join(lines)


@each_notebook
def test_a_notebook_runs_and_prints_and_draws_what_is_stored(path: Path, tmp_path: Path) -> None:
    own_folders = {"TMPDIR": str(tmp_path), "IPYTHONDIR": str(tmp_path / "ipython")}
    before = path.read_bytes()
    ran = _refresh().executed(path, own_folders)
    stored = read(path)
    found = difference(printed(stored), printed(ran))
    assert not found, f"{found}\nMend the code; or, where the change is meant: make notebooks, look, and commit it"
    assert drew(ran) == drew(stored)
    assert path.read_bytes() == before


@each_notebook
def test_a_notebook_can_be_read_without_running_it(path: Path) -> None:
    stored = read(path)
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [*range(1, len(code) + 1)]
    assert all(text.strip() for text in printed(stored).values())
    assert len(drew(stored)) >= 1
    assert path.stat().st_size < MOST_BYTES


@each_notebook
def test_a_notebook_tells_nothing_of_the_machine_it_ran_on(path: Path) -> None:
    stored = read(path)
    assert stored.metadata == _refresh().METADATA
    assert {key for cell in stored.cells for key in cell.metadata} <= {"tags"}
    text = path.read_text(encoding="utf-8")
    assert [place for place in (str(ROOT), str(Path.home()), "/tmp/", "site-packages") if place in text] == []


@each_notebook
def test_a_notebook_started_elsewhere_says_where_to_start_it(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = next(cell.source for cell in read(path).cells if cell.cell_type == "code")
    plain = "\n".join(line for line in first.splitlines() if not line.startswith("%"))
    with pytest.raises(FileNotFoundError, match="Mend: start Jupyter inside the ragcare repository"):
        exec(compile(plain, path.name, "exec"), {})


def test_a_line_that_changed_is_found() -> None:
    stored = {"ask-01": "answer\n0.98\n", "ask-02": "refuse\n"}
    assert difference(stored, stored) == ""
    assert "-0.98\n+0.97" in difference(stored, {**stored, "ask-01": "answer\n0.97\n"})
    assert "-refuse" in difference(stored, {"ask-01": stored["ask-01"]})
