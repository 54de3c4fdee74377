"""Writing files: what is no file is never replaced, and what cannot be written is known before the work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ragcare.errors import BadInput
from ragcare.knowledge.atomic import require_writable, write_files


def test_a_folder_or_a_device_is_not_replaced_and_nothing_else_is_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, what in (("folder", "a folder"), ("pipe", "a device or the like")):
        with pytest.raises(BadInput, match=f"{name}: it is {what}, and not a file that could be replaced. Mend: name"):
            write_files({tmp_path / "new": b"1", tmp_path / name: b"2"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "pipe"]
    assert (tmp_path / "pipe").is_fifo()


def test_a_file_is_replaced_and_so_is_a_link_to_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_files({tmp_path / "link": b"new"})
    assert (tmp_path / "link").read_bytes() == b"new"
    assert (tmp_path / "file").read_text() == "old"


@pytest.mark.parametrize("name", ["file/below.json", "long" * 70, "folder", "file/deep/below.json"])
def test_what_cannot_be_written_is_known_beforehand(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadInput, match="Mend: name a"):
        require_writable(tmp_path / name)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc here")
def test_a_place_that_refuses_even_the_administrator_is_known_beforehand() -> None:
    with pytest.raises(BadInput, match=r"/proc/r\.json: it cannot be written"):
        require_writable(Path("/proc/r.json"))


def test_to_ask_whether_it_can_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("kept")
    require_writable(tmp_path / "there")
    require_writable(tmp_path / "not yet" / "made" / "r.json")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert (tmp_path / "there").read_text() == "kept"
