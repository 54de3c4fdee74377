"""The hybrid index: exact after any history, whole for every reader."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcare.errors import BadInput, IndexMismatch
from ragcare.index.embedders import Role
from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.index.vector import Vectors
from ragcare.language.analyser import analyser_for
from ragcare.schema import Article, Scope
from ragcare.settings import PassageSettings, RetrievalSettings, Settings
from ragcare.testing import DAY, HashEmbedder, IndexContract, small_knowledge, validated

EVERYBODY = Scope(frozenset({"public"}), DAY)
SMALL = Settings(passages=PassageSettings(words=20))


class TestContract(IndexContract):
    def make(self) -> HybridIndex:
        return HybridIndex(Settings(), HashEmbedder())


# --- any history gives the index that a rebuild gives ------------------------------------------------

WORDS = ["annuler", "commande", "jours", "5", "retour", "remboursement", "€", "livraison", "pas"]
QUERIES = ["annuler une commande", "5 jours", "remboursement et retour", "rien"]
SCOPES = [
    EVERYBODY,
    Scope(frozenset({"public", "segment:business"}), DAY),
    Scope(frozenset({"public"}), None),
]

sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(lambda words: " ".join(words) + ".")
bodies = st.lists(sentences, min_size=1, max_size=12).map(lambda lines: "\n\n".join(lines))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    # Few ids, so that articles meet their older versions; few words, so that scores are often equal.
    return validated(
        draw(st.sampled_from("abcdefgh")),
        draw(bodies),
        title=draw(st.sampled_from(["", "Annuler", "Retour"])),
        language=draw(st.sampled_from(["fr", "en"])),
        audience=draw(st.sampled_from([("public",), ("segment:business",)])),
        valid_until=draw(st.sampled_from([None, date(2025, 1, 1)])),
        version=draw(st.integers(1, 3)),
        status=draw(st.sampled_from(["validated", "validated", "validated", "retired", "draft"])),
    )


changes = st.lists(
    st.one_of(
        st.tuples(st.just("upsert"), st.lists(articles(), min_size=1, max_size=4)),
        st.tuples(st.just("remove"), st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3)),
        st.tuples(st.just("reload"), st.just([])),
    ),
    max_size=8,
)


def everything(index: HybridIndex) -> list[object]:
    """All that a reader can see: each leg's candidates with their scores, at several depths; articles, passages."""
    found = [index.search(query, "fr", scope, k).legs for query in QUERIES for scope in SCOPES for k in (1, 3, 50)]
    return [found, list(index.articles.items()), [index.now.passages(key) for key in index.articles], index.content()]


@settings(deadline=None, max_examples=40)
@given(changes)
def test_any_history_gives_the_index_that_a_rebuild_gives(history: list[tuple[str, list[Article] | list[str]]]) -> None:
    index = HybridIndex(SMALL, HashEmbedder(32))
    standing: dict[str, Article] = {}
    for verb, what in history:
        if verb == "upsert":
            new = {one.id: one for one in what if isinstance(one, Article)}
            index.upsert(one for one in what if isinstance(one, Article))
            standing |= new
        elif verb == "remove":
            index.remove(str(one) for one in what)
            standing = {key: one for key, one in standing.items() if key not in what}
        else:
            with tempfile.TemporaryDirectory() as folder:
                index.save(folder)
                index = HybridIndex.load(folder, SMALL, HashEmbedder(32))
    rebuilt = HybridIndex.build(standing.values(), SMALL, HashEmbedder(32))
    assert everything(index) == everything(rebuilt)


def test_many_articles_with_equal_text_are_cut_off_alike_whatever_the_history() -> None:
    """Which of the equals stand among the best k must not hang on where FAISS keeps them."""
    alike = [validated(f"{n:02}", "annuler une commande", language="fr") for n in range(30)]
    index = HybridIndex.build(reversed(alike), SMALL, HashEmbedder(32))
    index.remove(["05", "20"])
    index.upsert([alike[20], alike[5]])
    rebuilt = HybridIndex.build(alike, SMALL, HashEmbedder(32))
    assert everything(index) == everything(rebuilt)
    first = index.search("annuler", "fr", EVERYBODY, 5).legs
    assert [one.passage.article_id for one in first[VECTOR]] == ["00", "01", "02", "03", "04"]
    assert [one.passage.article_id for one in first[KEYWORD]] == ["00", "01", "02", "03", "04"]


def test_no_id_is_ever_used_twice(tmp_path: Path) -> None:
    index = HybridIndex(SMALL, HashEmbedder())
    seen: set[int] = set()
    for number in range(6):
        index.upsert([validated(str(number), f"texte {number}", language="fr")])
        new = set(index.now.ids.tolist()) - seen
        assert len(new) == 1
        seen |= new
        if number % 2:
            index.remove([str(number)])  # the newest: its id would be the next one by counting
        index.save(tmp_path)
        index = HybridIndex.load(tmp_path, SMALL, HashEmbedder())


def test_nothing_is_embedded_twice() -> None:
    class Noting(HashEmbedder):
        def __init__(self) -> None:
            super().__init__()
            self.embedded: list[str] = []

        def embed(self, texts: Sequence[str], role: Role) -> Vectors:
            self.embedded += texts if role == "passage" else []
            return super().embed(texts, role)

    embedder = Noting()
    index = HybridIndex.build(small_knowledge(), Settings(), embedder)
    assert len(embedder.embedded) == len(set(embedder.embedded)) > len(index)
    embedder.embedded.clear()
    article = index.now.article("fr-cancel")
    index.upsert([article.model_copy(update={"audience": ("segment:business",)})])
    assert embedder.embedded == []
    index.upsert([article.model_copy(update={"questions": (*article.questions, "Puis-je me raviser ?")})])
    assert embedder.embedded == ["Puis-je me raviser ?"]


# --- readers -----------------------------------------------------------------------------------------


class Held(HashEmbedder):
    """Embeds passages only once it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.let_go = threading.Event(), threading.Event()

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        if role == "passage":
            self.reached.set()
            assert self.let_go.wait(20)
        return super().embed(texts, role)


def test_readers_go_on_while_a_writer_works() -> None:
    embedder = Held()
    embedder.let_go.set()
    index = HybridIndex.build([validated("a", "annuler", language="fr")], Settings(), embedder)
    embedder.let_go.clear()
    embedder.reached.clear()
    writer = threading.Thread(target=index.upsert, args=([validated("b", "annuler vite", language="fr")],))
    writer.start()
    assert embedder.reached.wait(20)
    for _ in range(3):
        legs = index.search("annuler", "fr", EVERYBODY, 5).legs
        assert [one.passage.article_id for one in legs[KEYWORD]] == ["a"]
    embedder.let_go.set()
    writer.join()
    assert len(index.search("annuler", "fr", EVERYBODY, 5).legs[KEYWORD]) == 2


def test_following_is_one_change() -> None:
    """An article that gets another id is missed at no moment, though what comes with it is still embedded."""
    embedder = Held()
    embedder.let_go.set()
    index = HybridIndex.build([validated("old", "annuler", language="fr")], Settings(), embedder)
    embedder.let_go.clear()
    embedder.reached.clear()
    coming = [validated("new", "annuler", language="fr"), validated("b", "retour", language="fr")]
    writer = threading.Thread(target=index.follow, args=(coming,))
    writer.start()
    assert embedder.reached.wait(20)
    standing = set(index.articles)
    embedder.let_go.set()
    writer.join()
    assert standing == {"old"}
    assert set(index.articles) == {"new", "b"}


def test_no_reader_sees_half_a_change() -> None:
    """Ten articles change together, over and over; a search sees all of them at one version."""

    def at(version: int) -> list[Article]:
        return [validated(str(n), f"annuler la commande {version}", language="fr", version=version) for n in range(10)]

    index = HybridIndex.build(at(1), Settings(), HashEmbedder())
    done = threading.Event()
    torn: list[object] = []

    def read() -> None:
        # Ever new days, so that the rows of each scope are computed, and dropped, under the other readers' eyes.
        day = 0
        try:
            while not done.is_set():
                day += 1
                scope = Scope(frozenset({"public"}), date.fromordinal(700_000 + day))
                legs = index.search("annuler la commande", "fr", scope, 50).legs
                versions = {one.passage.version for leg in legs.values() for one in leg}
                if len(versions) != 1 or {len(leg) for leg in legs.values()} != {10}:
                    torn.append(legs)
        except Exception as error:  # whatever it is, it must not be lost in a thread
            torn.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for version in range(2, 40):
        index.upsert(at(version))
    done.set()
    for reader in readers:
        reader.join()
    assert torn == []


# --- loading -----------------------------------------------------------------------------------------


def test_loading_takes_the_settings_that_the_index_was_built_with(tmp_path: Path) -> None:
    built = SMALL.model_copy(
        update={"retrieval": RetrievalSettings(embedder="hash", fusion="convex", vector_weight=0.3)}
    )
    HybridIndex.build(small_knowledge(), built).save(tmp_path)
    loaded = HybridIndex.load(tmp_path)
    assert (loaded.settings.passages, loaded.settings.retrieval) == (built.passages, built.retrieval)
    assert loaded.embedder.name == HashEmbedder().name
    assert loaded.fingerprint() == HybridIndex(built).fingerprint()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (Settings(passages=PassageSettings(words=50)), "passages.words"),
        (Settings(retrieval=RetrievalSettings(embedder="light")), "retrieval.embedder"),
    ],
)
def test_other_settings_than_it_was_built_with_are_refused(tmp_path: Path, settings: Settings, named: str) -> None:
    HybridIndex.build(small_knowledge(), Settings(), HashEmbedder()).save(tmp_path)
    with pytest.raises(IndexMismatch, match=f"{named}.*Mend"):
        HybridIndex.load(tmp_path, settings, HashEmbedder())


def test_another_embedder_is_refused(tmp_path: Path) -> None:
    HybridIndex.build(small_knowledge(), Settings(), HashEmbedder(64)).save(tmp_path)
    with pytest.raises(IndexMismatch, match=r"hash/64, not by hash/256.*Mend"):
        HybridIndex.load(tmp_path, embedder=HashEmbedder(256))


def test_another_analyser_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    HybridIndex.build(small_knowledge(), Settings(), HashEmbedder()).save(tmp_path)
    monkeypatch.setattr(analyser_for("fr"), "name", "fr/999")
    with pytest.raises(IndexMismatch, match=r"fr/.*, this ragcare has fr/999.*Mend"):
        HybridIndex.load(tmp_path, embedder=HashEmbedder())


def test_an_empty_index_can_be_kept(tmp_path: Path) -> None:
    HybridIndex(Settings(), HashEmbedder()).save(tmp_path)
    loaded = HybridIndex.load(tmp_path, embedder=HashEmbedder())
    assert len(loaded) == 0
    assert not any(loaded.search("annuler", "fr", EVERYBODY, 5).legs.values())


def test_what_is_no_embedder_is_refused() -> None:
    with pytest.raises(BadInput, match="no embedder"):
        HybridIndex(Settings(), object())


def test_text_with_odd_line_ends_survives_the_folder(tmp_path: Path) -> None:
    article = validated("a", "Une ligne\u2028une autre\u0085et\x0bune dernière.", language="fr", title="L’été\u2029")
    index = HybridIndex.build([article], Settings(), HashEmbedder())
    index.save(tmp_path)
    assert HybridIndex.load(tmp_path, embedder=HashEmbedder()).now.article("a") == article
