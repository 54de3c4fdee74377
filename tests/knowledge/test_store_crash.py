"""Killed at any moment, refused by the disk at any step, written by two at once: nothing that was promised is lost."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from ragcare.knowledge import atomic
from ragcare.knowledge.knowledge_base import KnowledgeBase
from ragcare.schema import Article

MONDAY = date(2026, 3, 9)
KILLS = int(os.environ.get("RAGCARE_KILLS", "30"))

needs_fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="plays a crash in a forked process"
)


def changes_without_end(folder: Path, acknowledged: Connection, seed: int) -> None:
    """Writes until it is killed, and says so after each change: (id, version, body, status) of what must be there."""
    chance = random.Random(seed)
    knowledge = KnowledgeBase.open(folder)
    number = 0
    while True:
        number += 1
        body = f"{seed}/{number}: " + "é" * chance.randrange(3_000)
        known = [article.id for article in knowledge]
        match chance.randrange(4) if known else 0:
            case 0:
                made = [knowledge.add(Article(id=f"{seed}/{number}", body=body))]
            case 1:
                made = [knowledge.update(Article(id=chance.choice(known), body=body), by="Ali")]
            case 2:
                made = [knowledge.validate(chance.choice(known), by="Claire", on=MONDAY)]
            case _:
                batch = [Article(id=f"{seed}/{number}/{i}", body=body) for i in range(chance.randrange(1, 60))]
                knowledge.merge(batch, by="CI")
                made = [knowledge.get(article.id) for article in batch]
        acknowledged.send([(article.id, article.version, article.body, article.status) for article in made])


def messages(connection: Connection) -> Iterator[list[tuple[str, int, str, str]]]:
    """What the writer says, to the end, which is wherever it was killed."""
    try:
        while connection.poll(30):
            yield connection.recv()
    except (EOFError, OSError):
        return


@needs_fork
def test_killed_at_any_moment(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    chance = random.Random(20260309)
    folder = tmp_path / "store"
    promised: dict[tuple[str, int], list[str]] = {}
    for seed in range(KILLS):
        ours, theirs = fork.Pipe(duplex=False)
        writer = fork.Process(target=changes_without_end, args=(folder, theirs, seed), daemon=True)
        writer.start()
        theirs.close()
        said = messages(ours)
        heard = list(islice(said, chance.randrange(4)))
        time.sleep(chance.choice([0.0, 0.001, 0.005, 0.02]))  # into whatever comes after that promise
        writer.kill()
        writer.join()
        heard += said
        ours.close()
        promised |= {(article_id, version): was for made in heard for article_id, version, *was in made}
        if folder.exists():
            reopened = KnowledgeBase.open(folder)
            for (article_id, version), was in promised.items():
                kept = reopened.get(article_id, version)
                assert [kept.body, kept.status] == was
            KnowledgeBase.load(folder)  # reads every version there is, and its checksum
    assert len(promised) > KILLS
    knowledge = KnowledgeBase.open(folder)
    knowledge.add(Article(id="after", body="La vie continue."))
    log = (folder / "log.jsonl").read_bytes()
    assert log.endswith(b"\n")
    assert all(json.loads(line) for line in log.splitlines())
    assert len(log.splitlines()) == sum(len(knowledge.versions(article.id)) for article in knowledge)


class _PowerCut(BaseException):
    """Not an Exception, so that nothing in between can swallow it."""


def cut_before(step: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Lets that many steps to the disk happen, and none after; tells how many there were."""
    taken = 0

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def act(*args: Any, **options: Any) -> Any:
            nonlocal taken
            taken += 1
            if taken > step:
                raise _PowerCut
            return original(*args, **options)

        return act

    for owner, name in ((Path, "write_bytes"), (Path, "replace"), (Path, "mkdir"), (os, "fsync"), (Path, "write_text")):
        monkeypatch.setattr(owner, name, counted(getattr(owner, name)))
    return lambda: taken


@pytest.mark.parametrize("name", ["open", "add", "update", "merge"])
def test_cut_off_before_each_step(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = KnowledgeBase([Article(id="a", body="Un."), Article(id="b", body="Deux.")])
    new = [Article(id="a", body="Trois."), Article(id="c", body="Quatre.")]
    verbs: dict[str, Callable[[KnowledgeBase], object]] = {
        "open": lambda knowledge: knowledge,
        "add": lambda knowledge: knowledge.add(new[1]),
        "update": lambda knowledge: knowledge.update(new[0]),
        "merge": lambda knowledge: knowledge.merge(new),
    }
    after = KnowledgeBase(before)
    verbs[name](after)
    monkeypatch.setattr(atomic, "SYNC_THREADS", 1)
    for step in range(100):
        folder = tmp_path / str(step)
        if name != "open":
            before.save(folder)
        with monkeypatch.context() as patch:
            steps_taken = cut_before(step, patch)
            try:
                verbs[name](KnowledgeBase.open(folder))
            except _PowerCut:
                cut = True
            else:
                cut = False
            assert cut == (steps_taken() > step)
        reopened = KnowledgeBase.open(folder)
        if cut and name != "open":
            # The cut before the last fsync finds the line written: then the change may be there, and is whole.
            assert reopened.fingerprint() in (before.fingerprint(), after.fingerprint())
            reopened.merge(new if name == "merge" else [new[1]] if name == "add" else [new[0]])
        if name != "open":
            assert KnowledgeBase.open(folder).fingerprint() == after.fingerprint()
        shutil.rmtree(folder)
        if not cut:
            assert step > 2
            return
    pytest.fail("never came to an end")


def test_a_disk_that_refuses_leaves_the_base_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    knowledge = KnowledgeBase.open(tmp_path)
    knowledge.add(Article(id="a", body="Un."))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            knowledge.update(Article(id="a", body="Deux."))
    assert knowledge.get("a").body == "Un."
    knowledge.update(Article(id="a", body="Trois."))
    assert list(KnowledgeBase.open(tmp_path)) == list(knowledge)


def add_and_update(folder: Path, name: str) -> None:
    knowledge = KnowledgeBase.open(folder)
    for number in range(25):
        knowledge.add(Article(id=f"{name}-{number}", body=name))
        knowledge.update(Article(id="shared", body=f"{name} {number}"), by=name)


@needs_fork
def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    KnowledgeBase.open(tmp_path).add(Article(id="shared", body="Un."))
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=add_and_update, args=(tmp_path, name)) for name in ("left", "right")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    knowledge = KnowledgeBase.load(tmp_path)
    assert len(knowledge) == 51
    bodies = [article.body for article in knowledge.versions("shared")]
    assert sorted(bodies) == sorted(
        ["Un.", *(f"{name} {number}" for name in ("left", "right") for number in range(25))]
    )


@needs_fork
def test_two_makers_make_one_store(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    for number in range(5):
        folder = tmp_path / str(number) / "store"
        KnowledgeBase.open(tmp_path / "shared-parent").merge([])
        writers = [fork.Process(target=open_and_add, args=(folder, name)) for name in ("left", "right", "middle")]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert [article.id for article in KnowledgeBase.open(folder)] == ["left", "middle", "right"]


def open_and_add(folder: Path, name: str) -> None:
    KnowledgeBase.open(folder).add(Article(id=name, body=name))
