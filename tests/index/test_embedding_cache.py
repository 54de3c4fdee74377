"""Nothing is embedded twice, and nothing is lost with what keeps it so."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ragcare.errors import BadInput, IndexMismatch, IndexMissing
from ragcare.index import generations
from ragcare.index.embedders import Role
from ragcare.index.embedding_cache import EmbeddingCache
from ragcare.index.hybrid import HybridIndex
from ragcare.index.salvage import salvage
from ragcare.index.senses import senses_of, texts_of
from ragcare.index.vector import Vectors
from ragcare.knowledge.passages import split
from ragcare.settings import CacheSettings, PassageSettings, Settings
from ragcare.testing import HashEmbedder, small_knowledge, validated

TEXTS = ["annuler", "rembourser", "livrer"]
ALL_TEXTS = texts_of(
    [
        sense
        for one in small_knowledge()
        if one.status == "validated"
        for piece in split(one)
        for sense in senses_of(piece)
    ]
)
"""What an index of the small knowledge base embeds."""


class Counting(HashEmbedder):
    """Counts what it embeds, but for the text by which a cache knows it."""

    def __init__(self, dimension: int = 64, turned: int = 0) -> None:
        super().__init__(dimension)
        self.embedded: list[str] = []
        self._turned = turned

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        self.embedded += [text for text in texts if not text.startswith("Le délai est")]
        return np.roll(super().embed(texts, role), self._turned, axis=1)


def embedded(cache: EmbeddingCache, embedder: Counting, texts: Sequence[str] = TEXTS, role: Role = "passage") -> int:
    """How many had to be embedded; what comes is always what the embedder gives."""
    embedder.embedded.clear()
    vectors = cache.embed(embedder, texts, role)
    count = len(embedder.embedded)
    np.testing.assert_array_equal(vectors, embedder.embed(texts, role))
    return count


def test_what_was_embedded_is_not_embedded_again(tmp_path: Path) -> None:
    assert embedded(EmbeddingCache(tmp_path), Counting()) == 3
    assert embedded(EmbeddingCache(tmp_path), Counting()) == 0
    assert embedded(EmbeddingCache(tmp_path), Counting(), ["livrer", "neuf", "annuler", "neuf"]) == 2
    assert EmbeddingCache(tmp_path).count() == 4


@pytest.mark.parametrize(("apart", "again"), [(0.01, 0), (0.1, 3)])
def test_one_model_may_round_otherwise_on_another_day_and_another_model_may_not(
    apart: float, again: int, tmp_path: Path
) -> None:
    class Rounded(Counting):
        def embed(self, texts: Sequence[str], role: Role) -> Vectors:
            vectors = super().embed(texts, role)
            return vectors + np.float32(apart / np.sqrt(self.dimension))

    EmbeddingCache(tmp_path).embed(Counting(), TEXTS, "passage")
    rounded = Rounded()
    EmbeddingCache(tmp_path).embed(rounded, TEXTS, "passage")
    assert len(rounded.embedded) == again


def test_no_text_is_kept(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path / "new")
    embedded(cache, Counting(), ["un secret de la maison"])
    assert all(b"secret" not in path.read_bytes() for path in cache.path.parent.iterdir())
    assert cache.path.parent.stat().st_mode & 0o077 == 0


def test_another_role_dimension_or_name_is_another_vector(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    renamed = Counting()
    renamed.name = "hash/renamed"
    assert embedded(cache, Counting()) == 3
    assert embedded(cache, Counting(), role="query") == 3
    assert embedded(cache, Counting(32)) == 3
    assert embedded(cache, renamed) == 3
    assert embedded(cache, Counting()) == 0


def test_two_models_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Two folders with weights may both be called "model"; weights may be replaced."""
    assert embedded(EmbeddingCache(tmp_path), Counting()) == 3
    assert embedded(EmbeddingCache(tmp_path), Counting(turned=1)) == 3
    assert embedded(EmbeddingCache(tmp_path), Counting()) == 0


def test_lone_surrogates_and_nothing_at_all_have_their_place(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    assert embedded(cache, Counting(), ["\ud800", ""]) == 2
    assert embedded(cache, Counting(), ["\ud800", ""]) == 0
    assert cache.embed(Counting(), [], "passage").shape == (0, 64)


def test_it_forgets_what_was_used_least_recently(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path, megabytes=1)
    for start in range(0, 6_000, 500):
        embedded(cache, Counting(), [f"texte {n}" for n in range(start, start + 500)])
    assert 500 < cache.count() < 6_000
    assert cache.path.stat().st_size < 1_500_000
    assert embedded(cache, Counting(), ["texte 5999"]) == 0
    assert embedded(cache, Counting(), ["texte 0"]) == 1


# --- safe to lose ------------------------------------------------------------------------------------


def test_a_damaged_vector_is_embedded_again(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    embedded(cache, Counting())
    file = sqlite3.connect(cache.path)
    file.execute("UPDATE vectors SET vector = zeroblob(256) WHERE rowid = 2")
    file.execute("UPDATE vectors SET vector = x'00' WHERE rowid = 3")
    file.commit()
    file.close()
    assert embedded(cache, Counting()) == 2
    assert embedded(cache, Counting()) == 0


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to be taken for one" * 50])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    cache = EmbeddingCache(tmp_path)
    embedded(cache, Counting())
    for path in tmp_path.iterdir():
        path.unlink()
    cache.path.write_bytes(content)
    assert embedded(cache, Counting()) == 3
    assert embedded(EmbeddingCache(tmp_path), Counting()) == 0


def test_pages_damaged_within_cost_no_more_than_their_vectors(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    texts = [f"texte {n}" for n in range(400)]
    embedded(cache, Counting(), texts)
    content = bytearray(cache.path.read_bytes())
    content[8_000:-8_000] = os.urandom(len(content) - 16_000)
    cache.path.write_bytes(content)
    for _ in range(3):  # found out, begun anew, filled
        left = embedded(EmbeddingCache(tmp_path), Counting(), texts)
    assert left == 0


def test_where_it_cannot_be_used_indexing_goes_on_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        assert embedded(EmbeddingCache(tmp_path / "file"), Counting()) == 3
    assert "not cached" in caplog.text
    assert EmbeddingCache(tmp_path / "file").count() == 0


# --- several processes -------------------------------------------------------------------------------


def _fill(folder: Path, seed: int) -> None:
    cache = EmbeddingCache(folder)
    for n in range(20):
        texts = [f"texte {(seed * 7 + n * 5 + i) % 60}" for i in range(10)]
        assert embedded(cache, Counting(), texts) <= 10


def test_several_processes_share_it(tmp_path: Path) -> None:
    workers = [multiprocessing.get_context("spawn").Process(target=_fill, args=(tmp_path, seed)) for seed in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert embedded(EmbeddingCache(tmp_path), Counting(), [f"texte {n}" for n in range(60)]) == 0


KILLED = """
import os, signal, sys
from ragcare.index.embedding_cache import EmbeddingCache
from ragcare.index.hybrid import HybridIndex
from ragcare.settings import Settings
from ragcare.testing import HashEmbedder, validated

class Deadly(HashEmbedder):
    left = 200
    def embed(self, texts, role):
        if role == "passage":
            self.left -= len(texts)
            if self.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return super().embed(texts, role)

articles = [validated(f"{n:04}", f"Le texte numéro {n}.", language="fr") for n in range(400)]
HybridIndex.build(articles, Settings(), Deadly(64), cache=EmbeddingCache(sys.argv[1]))
"""


def test_an_indexing_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    kept = EmbeddingCache(tmp_path).count()
    assert kept >= 160
    articles = [validated(f"{n:04}", f"Le texte numéro {n}.", language="fr") for n in range(400)]
    embedder = Counting()
    HybridIndex.build(articles, Settings(), embedder, cache=EmbeddingCache(tmp_path))
    assert len(embedder.embedded) == 400 - kept


# --- in the index ------------------------------------------------------------------------------------


def test_another_folder_settings_or_cutting_embeds_only_what_is_new(tmp_path: Path) -> None:
    cache, embedder = EmbeddingCache(tmp_path), Counting()
    index = HybridIndex.build(small_knowledge(), Settings(), embedder, cache=cache)
    assert sorted(embedder.embedded) == sorted(ALL_TEXTS)
    embedder.embedded.clear()
    recut = Settings(passages=PassageSettings(words=20))
    again = HybridIndex.build(small_knowledge(), recut, embedder, cache=EmbeddingCache(tmp_path))
    assert len(again) > len(index)
    assert 0 < len(embedder.embedded) < len(again)
    new = validated("new", "Un article tout neuf.", language="fr")
    embedder.embedded.clear()
    HybridIndex.build([*small_knowledge(), new], Settings(), embedder, cache=cache)
    assert embedder.embedded == ["Un article tout neuf."]


def test_an_embedder_by_name_is_cached_where_the_settings_say_and_an_object_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(cache=CacheSettings(folder=tmp_path, megabytes=1))
    monkeypatch.setattr("ragcare.index.embedders._named", lambda _: Counting())
    HybridIndex.build(small_knowledge(), settings, Counting())
    HybridIndex.build(small_knowledge(), settings, "hash")
    off = settings.model_copy(update={"cache": CacheSettings(folder=tmp_path, megabytes=0)})
    HybridIndex.build(small_knowledge(), off, "e5")
    assert not list(tmp_path.iterdir())
    HybridIndex.build(small_knowledge(), settings, "e5")
    assert EmbeddingCache(tmp_path).count() == len(ALL_TEXTS)


def test_without_a_folder_in_the_settings_it_is_in_the_users_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "ragcare")
    cache = EmbeddingCache.of(CacheSettings())
    assert cache is not None
    assert cache.path.parent == tmp_path / "ragcare"
    assert EmbeddingCache.of(CacheSettings(megabytes=0)) is None


# --- taken back from index folders -------------------------------------------------------------------


def test_the_vectors_of_an_index_of_another_format_are_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = HybridIndex.build(small_knowledge(), Settings(), HashEmbedder(64))
    monkeypatch.setattr(generations, "FORMAT", 1)
    index.save(tmp_path / "index")
    monkeypatch.undo()
    cache, embedder = EmbeddingCache(tmp_path / "cache"), Counting()
    assert salvage(tmp_path / "index", cache, HashEmbedder(64)) == len(ALL_TEXTS)
    HybridIndex.build(small_knowledge(), Settings(), embedder, cache=cache)
    assert embedder.embedded == []


def test_an_index_from_before_known_questions_had_vectors_gives_back_those_of_its_passages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ragcare.index.senses._answered", lambda _: [])
    index = HybridIndex.build(small_knowledge(), Settings(), HashEmbedder(64))
    index.save(tmp_path / "index")
    monkeypatch.undo()
    cache, embedder = EmbeddingCache(tmp_path / "cache"), Counting()
    assert salvage(tmp_path / "index", cache, HashEmbedder(64)) == len(index)
    HybridIndex.build(small_knowledge(), Settings(), embedder, cache=cache)
    assert len(embedder.embedded) == len(ALL_TEXTS) - len(index) > 0


def test_the_vectors_of_another_model_are_not_taken(tmp_path: Path) -> None:
    HybridIndex.build(small_knowledge(), Settings(), HashEmbedder(64)).save(tmp_path / "index")
    cache = EmbeddingCache(tmp_path / "cache")
    for other in (HashEmbedder(32), Counting(turned=1)):
        with pytest.raises(IndexMismatch, match="Mend"):
            salvage(tmp_path / "index", cache, other)
    assert cache.count() == 0
    with pytest.raises(IndexMissing):
        salvage(tmp_path / "nowhere", cache)
    with pytest.raises(BadInput, match="turn the embedding cache off"):
        salvage(tmp_path / "index")


def test_an_empty_index_gives_nothing_back(tmp_path: Path) -> None:
    HybridIndex(Settings(), HashEmbedder()).save(tmp_path / "index")
    assert salvage(tmp_path / "index", EmbeddingCache(tmp_path / "cache")) == 0
