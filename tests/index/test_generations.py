"""A folder holds one whole state at a time, whatever happens to it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ragcare.errors import IndexCorrupt, IndexMismatch, IndexMissing, StoreBusy
from ragcare.index import generations
from ragcare.index.generations import current_generation, new_generation
from ragcare.index.hybrid import HybridIndex
from ragcare.settings import Settings
from ragcare.testing import HashEmbedder, small_knowledge, validated

FILES = [
    "articles.jsonl",
    "counts.npy",
    "ids.npy",
    "keyword/body/counts.npy",
    "keyword/body/lengths.npy",
    "keyword/body/rows.npy",
    "keyword/body/starts.npy",
    "keyword/body/tokens.json",
    "keyword/head/counts.npy",
    "keyword/head/lengths.npy",
    "keyword/head/rows.npy",
    "keyword/head/starts.npy",
    "keyword/head/tokens.json",
    "manifest.json",
    "passages.jsonl",
    "vectors.faiss",
]


def small_index() -> HybridIndex:
    return HybridIndex.build(small_knowledge(), Settings(), HashEmbedder())


def load(folder: Path) -> HybridIndex:
    return HybridIndex.load(folder, embedder=HashEmbedder())


@pytest.fixture(scope="module")
def saved_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "index"
    small_index().save(folder)
    return folder


@pytest.fixture
def saved(saved_once: Path, tmp_path: Path) -> Path:
    """A folder that holds the small index, to be damaged at will."""
    return Path(shutil.copytree(saved_once, tmp_path / "index"))


def write(folder: Path, text: str) -> None:
    with new_generation(folder, {}) as home:
        (home / "note.txt").write_text(text)


def read(folder: Path) -> str:
    return (current_generation(folder)[0] / "note.txt").read_text()


# --- what is damaged is named ------------------------------------------------------------------------


def test_the_list_of_files_below_is_whole(saved: Path) -> None:
    home, _ = current_generation(saved)
    assert sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()) == sorted(FILES)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


@pytest.mark.parametrize("damage", [flip, truncate, Path.unlink])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named(saved: Path, name: str, damage: Callable[[Path], Any]) -> None:
    damage(current_generation(saved)[0] / name)
    with pytest.raises(IndexCorrupt, match=rf"{name}(.|\n)*Mend:"):
        load(saved)


@pytest.mark.parametrize("content", ["", "000009", "../../etc", "²", "000001 and more"])
def test_a_damaged_pointer_is_named_and_is_not_an_index_that_is_missing(saved: Path, content: str) -> None:
    (saved / "CURRENT").write_text(content)
    with pytest.raises(IndexCorrupt, match="CURRENT"):
        load(saved)


def test_a_damaged_index_can_be_written_anew(saved: Path) -> None:
    (saved / "CURRENT").write_text("nonsense")
    small_index().save(saved)
    assert len(load(saved)) == 10


def test_a_folder_without_an_index_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="Mend"):
        load(tmp_path / "nowhere")
    with pytest.raises(IndexMissing):
        load(tmp_path)


def test_another_format_is_refused(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = generations.FORMAT
    monkeypatch.setattr(generations, "FORMAT", before + 1)
    with pytest.raises(IndexMismatch, match=rf"format {before}, this ragcare reads {before + 1}.*Mend"):
        load(saved)


# --- one writer at a time ----------------------------------------------------------------------------


def test_a_second_writer_is_told_that_the_folder_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "PATIENCE", 0.05)
    with new_generation(tmp_path, {}) as home:
        (home / "note.txt").write_text("first")
        with pytest.raises(StoreBusy, match="Mend"):
            write(tmp_path, "second")
    assert read(tmp_path) == "first"


def test_a_second_writer_waits_its_turn(tmp_path: Path) -> None:
    with new_generation(tmp_path, {}) as home:
        second = threading.Thread(target=write, args=(tmp_path, "second"))
        second.start()
        (home / "note.txt").write_text("first")
    second.join()
    assert read(tmp_path) == "second"


# --- a crash leaves the last good state --------------------------------------------------------------


def test_a_writer_that_fails_changes_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with new_generation(tmp_path, {}) as home:
            (home / "note.txt").write_text("half")
            raise KeyboardInterrupt

    write(tmp_path, "good")
    with pytest.raises(KeyboardInterrupt):
        fail()
    assert read(tmp_path) == "good"
    write(tmp_path, "better")
    assert read(tmp_path) == "better"


def test_dying_at_any_flush_leaves_the_last_state_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_flush = generations._flush_one
    left = 0

    def flush_or_die(path: Path) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        real_flush(path)

    write(tmp_path, "0")
    monkeypatch.setattr(generations, "_flush_one", flush_or_die)
    last, dies_at = "0", 0
    while left <= 0:  # until a save needs fewer flushes than it is given
        dies_at += 1
        left = dies_at
        try:
            write(tmp_path, str(dies_at))
        except KeyboardInterrupt:
            assert read(tmp_path) in (last, str(dies_at))
        last = read(tmp_path)
    assert dies_at > 4
    assert last == str(dies_at)


KILL = """
import os, random, signal, sys, time
from pathlib import Path
from ragcare.index.hybrid import HybridIndex
from ragcare.settings import Settings
from ragcare.testing import HashEmbedder, small_knowledge, validated

folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
states = [HybridIndex.build(small_knowledge(), Settings(), HashEmbedder())]
with_one_more = [*small_knowledge(), validated("new", "nouveau", language="fr")]
states.append(HybridIndex.build(with_one_more, Settings(), HashEmbedder()))
began = time.perf_counter()
states[0].save(folder)
once = time.perf_counter() - began
contents = {state.content(): state for state in states}
rng = random.Random(7)
for _ in range(rounds):
    writer = os.fork()
    if not writer:
        while True:
            for state in reversed(states):
                state.save(folder)
    time.sleep(rng.uniform(0, 3 * once))
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    loaded = HybridIndex.load(folder, embedder=HashEmbedder())
    whole = contents[loaded.content()]
    assert dict(loaded.articles) == dict(whole.articles)
    assert len(loaded) == len(whole)
    states[0].save(folder)  # the folder is not left locked
    print(loaded.content())
"""


def test_killed_while_saving_it_holds_the_last_good_state_or_the_new_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILL, str(tmp_path / "index"), "20"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 20


def test_old_generations_do_not_pile_up(saved: Path) -> None:
    for number in range(5):
        index = small_index()
        index.upsert([validated(f"new-{number}", "nouveau", language="fr")])
        index.save(saved)
    assert len(list((saved / "generations").iterdir())) <= 2


# --- no pickle ---------------------------------------------------------------------------------------


def test_no_file_is_a_pickle(saved: Path) -> None:
    for path in saved.rglob("*"):
        if path.is_file():
            beginning = path.read_bytes()[:2]
            assert beginning[:1] != b"\x80", path
            assert beginning != b"PK", f"{path}: an archive may hide one"
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)


def test_nothing_is_read_with_pickle_allowed(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_load = np.load
    allowed: list[object] = []

    def load_and_note(*args: Any, **options: Any) -> Any:
        allowed.append(options.get("allow_pickle"))
        return real_load(*args, **options)

    monkeypatch.setattr(np, "load", load_and_note)
    load(saved)
    assert allowed
    assert not any(allowed)


def test_a_pickle_put_in_with_the_right_checksum_is_refused(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_save = np.save

    def save_pickled(path: Path, array: Any, **_: Any) -> None:
        real_save(path, array.astype(object), allow_pickle=True)

    monkeypatch.setattr(np, "save", save_pickled)
    small_index().save(saved)
    with pytest.raises(IndexCorrupt, match="Mend"):
        load(saved)


def test_an_index_that_was_loaded_and_saved_again_is_the_same_files(saved: Path, tmp_path: Path) -> None:
    load(saved).save(tmp_path / "again")
    one, other = (current_generation(folder)[1] for folder in (saved, tmp_path / "again"))
    assert json.dumps(one) == json.dumps(other)
