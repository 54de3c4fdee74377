"""The house: imports run one way, and no room is named for being useful."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "ragcare"

FLOORS = (
    ("schema", "errors", "settings", "language", "privacy", "odds", "hub"),
    ("knowledge",),
    ("index", "reader"),
    ("retrieval",),
    ("answering",),
    ("deciding",),
    ("replying",),
    ("assistant", "conversation"),
    ("evaluation", "insight"),
    ("server", "cli"),
    ("__main__",),
)
"""From the ground up: nothing on one floor knows anything of the floors above it."""

ASIDE = ("integrations", "testing")
"""They may know everything; only the topmost floor may know integrations, and nobody testing."""

GROUND = {
    "schema": set(),
    "errors": set(),
    "settings": {"schema", "errors"},
    "language": set(),
    "privacy": set(),
    "odds": set(),
    "hub": {"errors"},
}
"""What the rooms of the ground floor may know of each other."""

USELESS_NAMES = {"utils", "util", "helpers", "helper", "base", "common", "misc"}


class Import(NamedTuple):
    """That one module imports another, wherever in its file the statement stands."""

    file: Path
    line: int
    module: str

    @property
    def importer(self) -> str:
        return _room(".".join(("ragcare", *self.file.relative_to(SOURCE).with_suffix("").parts)))

    @property
    def imported(self) -> str:
        return _room(self.module)

    def __str__(self) -> str:
        return f"{self.file.relative_to(SOURCE)}:{self.line} imports {self.module}"


FILES = sorted(SOURCE.rglob("*.py"))


def _room(module: str) -> str:
    """The name right under ragcare: "index" for ragcare.index.hybrid, "" for ragcare itself."""
    return module.removesuffix(".__init__").removeprefix("ragcare").strip(".").partition(".")[0].replace("__init__", "")


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def _modules(file: Path) -> Iterator[tuple[int, str]]:
    """All that a file imports, inside functions and under TYPE_CHECKING too."""
    package = ("ragcare", *file.relative_to(SOURCE).parent.parts)
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (above, node.module or "") if part)
            # "from ragcare import schema" names the room only in what it takes.
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield node.lineno, ast.unparse(node.args[0]) if node.args else ""


def _own_imports() -> Iterator[Import]:
    for file in FILES:
        for line, module in _modules(file):
            if module.partition(".")[0] == "ragcare":
                yield Import(file, line, module)


def _floor(room: str) -> int:
    return next(height for height, rooms in enumerate(FLOORS) if room in rooms)


def test_every_room_has_its_floor() -> None:
    known = {room for floor in FLOORS for room in floor} | set(ASIDE)
    rooms = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert rooms - {"__init__"} <= known


def test_imports_run_one_way() -> None:
    wrong = [
        str(one)
        for one in _own_imports()
        if one.importer not in (*ASIDE, "")
        and one.imported not in ASIDE
        # The package itself is the roof: who imports a name from it imports the assistant.
        and _floor(one.imported if _is_room(one.imported) else "assistant") > _floor(one.importer)
    ]
    assert not wrong, "\n".join(wrong)


def _is_room(name: str) -> bool:
    return any(name in floor for floor in FLOORS)


def test_rooms_of_the_ground_floor_hardly_know_each_other() -> None:
    wrong = [
        str(one)
        for one in _own_imports()
        if one.importer in GROUND
        and one.imported not in GROUND[one.importer] | {one.importer}
        # A type of a neighbour may be named.
        and not (one.importer in ("language", "privacy") and one.imported in ("schema", "errors"))
    ]
    assert not wrong, "\n".join(wrong)


NOUNS = ("records", "codes", "knowledge", "asking", "finding", "answering", "deciding", "handoff", "trace", "reply")
"""The files of the schema, from the ground up."""


def test_the_files_of_the_schema_know_each_other_one_way() -> None:
    assert {file.stem for file in FILES if file.parent.name == "schema"} == {*NOUNS, "__init__"}
    wrong = [
        str(one)
        for one in _own_imports()
        if one.file.parent.name == "schema"
        and one.file.stem in NOUNS
        and one.module.split(".")[2] not in NOUNS[: NOUNS.index(one.file.stem)]
    ]
    assert not wrong, "\n".join(wrong)


def test_what_stands_aside_is_wired_from_the_top_alone() -> None:
    wrong = [
        str(one)
        for one in _own_imports()
        if one.imported in ASIDE
        and one.importer != one.imported
        and not (one.imported == "integrations" and one.importer in ("server", "cli"))
    ]
    assert not wrong, "\n".join(wrong)


def test_the_walk_sees_imports_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.SOURCE", tmp_path)
    (tmp_path / "index").mkdir()
    file = tmp_path / "index" / "wrong.py"
    file.write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from ragcare.assistant import Assistant\n"
        "def late():\n    import ragcare.cli\n    from ragcare import evaluation\n    from ..deciding import policy\n"
    )
    found = {_room(module) for _, module in _modules(file) if module.startswith("ragcare")}
    assert found == {"assistant", "cli", "evaluation", "deciding"}
    assert Import(file, 1, "ragcare.cli").importer == "index"


def test_no_module_is_named_for_being_useful() -> None:
    parts = {part for file in FILES for part in file.relative_to(SOURCE).with_suffix("").parts}
    assert not parts & USELESS_NAMES
    assert not {part for part in parts if part.endswith(("_utils", "_helpers", "_common", "_misc"))}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_a_module_says_what_it_is(file: Path) -> None:
    said = ast.get_docstring(_tree(file))
    assert said
    assert said.splitlines()[0].strip().endswith((".", "?", ":", "!"))


TABLES = [file for file in FILES if file.name == "__init__.py" and "| file |" in (ast.get_docstring(_tree(file)) or "")]


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.parent.name)
def test_a_table_of_files_names_all_of_them_and_no_other(file: Path) -> None:
    told = set(re.findall(r"`([\w./]+(?:\.\w+|/))`", ast.get_docstring(_tree(file)) or ""))
    here = [path for path in file.parent.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()]
    there = {f"{path.name}/" if path.is_dir() else path.name for path in here} - {"__init__.py"}
    assert there <= told
    assert all((file.parent / one).exists() for one in told if "/" not in one.rstrip("/"))


def test_nothing_is_pickled() -> None:
    unsafe = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    wrong = [
        f"{file.relative_to(SOURCE)}:{line} imports {module}"
        for file in FILES
        for line, module in _modules(file)
        if module.partition(".")[0] in unsafe
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_is_loaded_in_a_way_that_would_unpickle() -> None:
    wrong = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for file in FILES
        for node in ast.walk(_tree(file))
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False"
    ]
    assert not wrong, "\n".join(wrong)


def _prints(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.stdout.write"):
            yield node


def test_the_library_prints_nothing() -> None:
    wrong = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for file in FILES
        if SOURCE / "cli" not in file.parents
        for node in _prints(file)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_command_line_writes_its_data_through_its_console_alone() -> None:
    wrong = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for file in sorted((SOURCE / "cli").rglob("*.py"))
        if file.name != "console.py"
        for node in _prints(file)
        if "sys.stderr" not in [ast.unparse(word.value) for word in node.keywords if word.arg == "file"]
    ]
    assert not wrong, "\n".join(wrong)
