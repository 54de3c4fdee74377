"""The index in Milvus: what the embedded index finds, exact after any history, one state to every reader."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragcare import Assistant
from ragcare.errors import IndexMismatch, IndexUnreachable
from ragcare.evaluation.questions import QuestionSet
from ragcare.index.embedders import Role
from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import KEYWORD, VECTOR, Index
from ragcare.index.vector import Vectors
from ragcare.schema import Article, Scope
from ragcare.settings import PassageSettings, RetrievalSettings, Settings
from ragcare.testing import DAY, HashEmbedder, IndexContract, small_knowledge, validated

pytest.importorskip("pymilvus", reason='needs the extra "milvus": pip install "ragcare[milvus]"')
pytest.importorskip("milvus_lite", reason='needs the extra "milvus": pip install "ragcare[milvus]"')

from ragcare.index.milvus import MilvusIndex

EVERYBODY = Scope(frozenset({"public"}), DAY)
BUSINESS = Scope(frozenset({"public", "segment:business"}), DAY)
SMALL = Settings(passages=PassageSettings(words=20))
DEMO = Path(__file__).parents[2] / "evals" / "demo"


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("milvus") / "index.db")


Opening = Callable[..., MilvusIndex]


@pytest.fixture
def opened(uri: str) -> Opening:
    """Makes an empty index, or opens the one of that collection again."""

    def opened(how: Settings = SMALL, embedder: Any = None, collection: str = "") -> MilvusIndex:
        name = collection or f"c{uuid.uuid4().hex}"
        return MilvusIndex(uri, how, embedder or HashEmbedder(32), collection=name)

    return opened


class TestContract(IndexContract):
    @pytest.fixture(autouse=True)
    def _in_one_file(self, uri: str) -> None:
        self.uri = uri

    def make(self) -> Index:
        return MilvusIndex(self.uri, Settings(), HashEmbedder(), collection=f"c{uuid.uuid4().hex}")


def found(index: Index, query: str, scope: Scope = EVERYBODY, k: int = 10) -> dict[str, list[str]]:
    legs = index.search(query, "fr", scope, k).legs
    return {leg: [one.passage.article_id for one in legs[leg]] for leg in (KEYWORD, VECTOR)}


def agree(one: Index, other: Index, queries: Sequence[str], ks: Sequence[int] = (1, 3, 50)) -> None:
    """Both legs of both give the same passages with the same scores, but for the order of equals."""
    for query, scope, k in product(queries, (EVERYBODY, BUSINESS, EVERYBODY.at_any_date()), ks):
        both = [index.search(query, "fr", scope, k) for index in (one, other)]
        assert both[0].reach == pytest.approx(both[1].reach)
        found_by = [found.legs for found in both]
        for leg in (KEYWORD, VECTOR):
            here, there = ({hit.passage: hit.score for hit in legs[leg]} for legs in found_by)
            assert list(here.values()) == pytest.approx(list(there.values()), abs=1e-5)
            last = min(here.values(), default=0.0)
            for passage in here.keys() ^ there.keys():  # equals of the last one
                assert {**here, **there}[passage] == pytest.approx(last, abs=1e-5)
            for passage in here.keys() & there.keys():
                assert here[passage] == pytest.approx(there[passage], abs=1e-5)


# --- it finds what the embedded index finds ----------------------------------------------------------

WORDS = ["annuler", "commande", "jours", "5", "retour", "remboursement", "€", "livraison", "pas"]
QUERIES = ["annuler une commande", "5 jours", "remboursement et retour", "rien"]

sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(lambda words: " ".join(words) + ".")


@st.composite
def articles(draw: st.DrawFn) -> Article:
    # Few ids, so that articles meet their older versions; few words, so that scores are often equal.
    return validated(
        draw(st.sampled_from("abcdef")),
        "\n\n".join(draw(st.lists(sentences, min_size=1, max_size=9))),
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
        st.tuples(st.just("remove"), st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3)),
        st.tuples(st.just("follow"), st.lists(articles(), min_size=1, max_size=4)),
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=changes)
def test_after_any_history_it_is_the_embedded_index(opened: Opening, history: list[tuple[str, list[Any]]]) -> None:
    index, embedded = opened(), HybridIndex(SMALL, HashEmbedder(32))
    for verb, what in history:
        for one in (index, embedded):
            getattr(one, verb)(what)
    agree(index, embedded, QUERIES, ks=(2, 50))
    assert len(index) == len(embedded)
    assert list(index.articles.items()) == list(embedded.articles.items())
    assert index.content() == embedded.content()
    assert index.fingerprint() == embedded.fingerprint()


def test_it_stays_exact_however_far_the_average_length_moves(opened: Opening) -> None:
    """The stored vectors keep the average of the first articles; here it grows sevenfold, then falls."""
    short = [validated(f"s{n}", f"annuler commande {n}", title="", language="fr") for n in range(30)]
    long = [
        validated(
            f"l{n:02}", "annuler " + f"mot{n} " * (n % 7) + "commande retour article livraison " * 3, language="fr"
        )
        for n in range(40)
    ]
    titled = [
        validated(f"t{n}", "une livraison", title=f"Annuler la commande {n} fois", language="fr") for n in range(9)
    ]
    index, embedded = opened(), HybridIndex(SMALL, HashEmbedder(32))
    for step in (short, long, titled):
        index.upsert(step)
        embedded.upsert(step)
        agree(index, embedded, ["annuler une commande", "livraison mot3"], ks=(1, 10))
    for one in (index, embedded):
        one.remove(article.id for article in (*long, *short))
    agree(index, embedded, ["annuler une commande", "livraison"])


def test_more_equals_than_are_asked_for_are_cut_off_in_the_order_of_their_ids(opened: Opening) -> None:
    alike = [validated(f"{n:03}", "annuler une commande", language="fr") for n in range(80)]
    index = opened()
    index.upsert(reversed(alike))
    legs = index.search("annuler", "fr", EVERYBODY, 5).legs
    for leg in (KEYWORD, VECTOR):
        assert [one.passage.article_id for one in legs[leg]] == ["000", "001", "002", "003", "004"]


def test_the_demo_suite_has_the_same_top_ten(opened: Opening) -> None:
    """A sample: all 183 questions were compared by hand, at depth 100 (docs/many-machines.md)."""
    suite = QuestionSet.load(DEMO)
    embedded = HybridIndex.build(suite.articles(), Settings(), HashEmbedder())
    index = opened(Settings(), HashEmbedder())
    index.move_in(embedded)
    scope = Scope(frozenset({"public"}), suite.as_of)
    for row in suite.questions:
        if row.kind in ("typo", "sms"):
            assert index.respelt(row.question, row.lang, scope) == embedded.respelt(row.question, row.lang, scope)
    for row in suite.questions[::24]:
        for language in ("fr", "en"):
            one, other = (which.search(row.question, language, scope, 10).legs for which in (index, embedded))
            for leg in (KEYWORD, VECTOR):
                assert [hit.passage for hit in one[leg]] == [hit.passage for hit in other[leg]]
                assert [hit.score for hit in one[leg]] == pytest.approx([hit.score for hit in other[leg]], abs=1e-5)


def test_a_misspelt_name_is_repaired_for_those_who_may_read_it(opened: Opening) -> None:
    index = opened()
    index.upsert(
        [
            validated("1", "Annuler une commande", language="fr"),
            validated("2", "La remise Zorbaline", language="fr", audience=("staff",)),
        ]
    )
    staff = Scope(frozenset({"public", "staff"}), DAY)
    assert index.respelt("la remise zorbalinne", "fr", staff) == "la remise zorbaline"
    assert index.respelt("la remise zorbalinne", "fr", EVERYBODY) == "la remise zorbalinne"
    assert index.respelt("anuler ma comande", "fr", EVERYBODY) == "annuler ma commande"
    without = opened(Settings(retrieval=RetrievalSettings(repair=False)), collection="plain")
    assert without.respelt("anuler ma comande", "fr", EVERYBODY) == "anuler ma comande"


def test_an_assistant_over_it_says_the_same(opened: Opening) -> None:
    index = opened(Settings(), HashEmbedder())
    assistant = Assistant(index)
    assistant.follow(small_knowledge())
    embedded = Assistant.over(small_knowledge(), settings=Settings(), embedder=HashEmbedder())
    for question in ("Comment annuler ma commande ?", "How do I send a product back?", "Et les soldes d'été ?"):
        one, other = (which.ask(question, as_of=DAY) for which in (assistant, embedded))
        assert (one.text, one.citations) == (other.text, other.citations)
        assert one.decision.action == other.decision.action
        assert one.decision.probability == pytest.approx(other.decision.probability, abs=1e-6)
    assert assistant.fingerprints() == embedded.fingerprints()


def test_suggestions_are_read_once_after_each_change_whoever_made_it(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = opened(collection="typed")
    index.upsert(small_knowledge())
    assistant, embedded = Assistant(index), Assistant(HybridIndex.build(small_knowledge(), SMALL, HashEmbedder(32)))
    listed: list[str] = []
    rows = index._engine.rows

    def counted(condition: str, fields: Sequence[str]) -> Any:
        listed.append(condition)
        return rows(condition, fields)

    monkeypatch.setattr(index._engine, "rows", counted)
    for typed in ("a", "an", "ann", "annu", "remb"):
        assert assistant.suggest(typed, as_of=DAY) == embedded.suggest(typed, as_of=DAY)
    assert len(listed) == 1
    opened(collection="typed").upsert([validated("new", "Un bon.", title="Quel zinzolin ?", language="fr")])
    assert [one.article_id for one in assistant.suggest("zinz", as_of=DAY)] == ["new"]
    assistant.suggest("zinzo", as_of=DAY)
    assert len(listed) == 2


# --- who may read what, whatever it is called --------------------------------------------------------


def test_the_filter_stands_in_the_engine_in_both_legs(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    index = opened()
    index.upsert(small_knowledge())
    given_out: list[str] = []
    search = index._engine.search

    def spied(*asked: Any) -> Any:
        rows = search(*asked)
        given_out.extend(one.row["article"] for one in rows)
        return rows

    monkeypatch.setattr(index._engine, "search", spied)
    legs = index.search("remise professionnels soldes été factures", "fr", EVERYBODY, 10).legs
    from ragcare.index.milvus.rows import key

    secret = {key(one) for one in ("fr-business", "en-business", "fr-summer", "en-summer")}
    assert given_out
    assert not secret & set(given_out)
    assert "fr-business" in {one.passage.article_id for one in index.search("remise", "fr", BUSINESS, 10).legs[KEYWORD]}
    assert legs[VECTOR]


@pytest.mark.parametrize("name", ['"] or true or status in ["gone', "l'été \\ \"", "☎" * 3_000, "{x}", "%"])
def test_no_name_of_an_audience_or_article_becomes_an_expression(opened: Opening, name: str) -> None:
    index = opened()
    own = validated(name[:150], "annuler", language="fr", audience=[name])
    index.upsert([own, validated("public", "annuler", language="fr")])
    assert found(index, "annuler")[KEYWORD] == ["public"]
    both = index.search("annuler", "fr", Scope(frozenset({name, "public"}), DAY), 10).legs[KEYWORD]
    assert {one.passage.article_id for one in both} == {own.id, "public"}
    assert index.now.article(own.id) == own


def test_an_article_of_any_length_is_given_back_whole(opened: Opening) -> None:
    questions = [f"Comment annuler ma {n}e commande « été » ?" for n in range(1_500)]
    article = validated("long", "Annuler.\u2028\0 Fin.", questions=questions, language="fr")
    index = opened()
    index.upsert([article])
    assert index.now.article("long") == article
    index.upsert([article.model_copy(update={"questions": (), "version": 2})])
    assert index.now.article("long").version == 2
    assert len(index) == len(index.now.passages("long")) == 1


# --- one state to every reader -----------------------------------------------------------------------


def test_a_change_between_two_reads_of_a_search_is_seen_whole(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    index = opened(collection="between")
    index.upsert(small_knowledge())
    writer = opened(collection="between")
    search, left = index._engine.search, [["fr-cancel"], ["fr-return"]]

    def interrupted(*asked: Any) -> Any:
        rows = search(*asked)
        if left:
            writer.remove(left.pop())
        return rows

    monkeypatch.setattr(index._engine, "search", interrupted)
    result = index.search("annuler ma commande et retourner un article", "fr", EVERYBODY, 10)
    met = {one.passage.article_id for leg in (KEYWORD, VECTOR) for one in result.legs[leg]}
    assert not left
    assert met
    assert not met & {"fr-cancel", "fr-return"}


def test_changes_without_end_do_not_block_a_reader(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    index = opened(collection="endless")
    index.upsert(small_knowledge())
    writer = opened(collection="endless")
    search, count = index._engine.search, iter(range(1_000))

    def interrupted(*asked: Any) -> Any:
        rows = search(*asked)
        writer.upsert([validated("fr-cancel", f"Annuler une commande {next(count)}", language="fr")])
        return rows

    monkeypatch.setattr(index._engine, "search", interrupted)
    result = index.search("retourner un article, annuler", "fr", EVERYBODY, 10)
    assert "fr-return" in {one.passage.article_id for one in result.legs[KEYWORD]}
    for leg in (KEYWORD, VECTOR):
        for one in result.legs[leg]:
            assert one.passage in result.library.passages(one.passage.article_id)


def test_readers_beside_a_writer_see_whole_articles(opened: Opening) -> None:
    index = opened()
    versions = [
        validated("a", "\n\n".join(f"Annuler la commande {n}, partie {part}." for part in range(12)), language="fr")
        for n in range(2)
    ]
    index.upsert([versions[0], validated("b", "Annuler un retour.", language="fr")])
    wrong: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            result = index.search("annuler la commande", "fr", EVERYBODY, 50)
            of_a = [one.passage for one in result.legs[KEYWORD] if one.passage.article_id == "a"]
            if of_a and tuple(sorted(of_a, key=lambda one: one.start)) != result.library.passages("a"):
                wrong.append(f"{len(of_a)} passages, not of one version")

    readers = [threading.Thread(target=read) for _ in range(2)]
    for one in readers:
        one.start()
    for n in range(12):
        index.upsert([versions[(n + 1) % 2]])
        if n % 4 == 3:
            index.remove(["a"])
    done.set()
    for one in readers:
        one.join()
    assert not wrong


def test_a_change_is_one_request_and_a_writer_that_dies_leaves_one_state(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = validated("a", "\n\n".join(f"Annuler la commande, partie {part}." for part in range(12)), language="fr")
    index, embedded = opened(collection="dying"), HybridIndex(SMALL, HashEmbedder(32))
    for one in (index, embedded):
        one.upsert([long, *small_knowledge()])

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as before_it_is_written:
        before_it_is_written.setattr(index._engine, "put", dies)
        with pytest.raises(KeyboardInterrupt):
            index.remove(["a"])
    agree(opened(collection="dying"), embedded, ["annuler la commande"])

    puts: list[int] = []
    put = index._engine.put

    def counted(rows: Sequence[Any]) -> None:
        puts.append(len(rows))
        put(rows)

    with monkeypatch.context() as after_it_is_written:
        after_it_is_written.setattr(index._engine, "delete", dies)
        after_it_is_written.setattr(index._engine, "put", counted)
        with pytest.raises(KeyboardInterrupt):
            index.upsert([validated("a", "Rembourser.", language="fr", version=2)])
    assert len(puts) == 1
    embedded.upsert([validated("a", "Rembourser.", language="fr", version=2)])
    again = opened(collection="dying")
    agree(again, embedded, ["annuler la commande", "rembourser"])
    for one in (again, embedded):
        one.upsert([long])
    agree(again, embedded, ["annuler la commande", "rembourser"])


# --- moving in, opening again ------------------------------------------------------------------------


class Counting(HashEmbedder):
    """Counts what it is made to embed."""

    def __init__(self) -> None:
        super().__init__(32)
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        self.embedded += texts if role == "passage" else []
        return super().embed(texts, role)


def test_moving_in_embeds_nothing_again_and_a_change_only_what_is_new(opened: Opening) -> None:
    embedded = HybridIndex.build(small_knowledge(), SMALL, HashEmbedder(32))
    counting = Counting()
    index = opened(embedder=counting)
    index.upsert([validated("before", "annuler", language="fr")])
    counting.embedded.clear()
    index.move_in(embedded)
    assert counting.embedded == []
    agree(index, embedded, ["annuler ma commande", "14 jours"])
    body = index.now.article("fr-cancel").body
    index.upsert(
        [validated("fr-cancel", f"{body}\n\nUne phrase nouvelle.", title="Annuler une commande", language="fr")]
    )
    assert len(counting.embedded) == 1
    index.upsert(index.articles.values())
    assert len(counting.embedded) == 1


def test_another_process_opens_it_with_what_it_was_made_with(opened: Opening, uri: str) -> None:
    first = opened(Settings(retrieval=RetrievalSettings(embedder="hash", k1=0.9)), HashEmbedder(), "again")
    first.upsert(small_knowledge())
    second = MilvusIndex(uri, collection="again")
    assert second.settings.retrieval.k1 == 0.9
    assert second.fingerprint() == first.fingerprint()
    agree(second, first, ["annuler ma commande"])


def test_it_opens_in_no_other_way_than_it_was_made(opened: Opening) -> None:
    opened(collection="mismatch").upsert(small_knowledge())
    with pytest.raises(IndexMismatch, match=r"passages.words = 20.*Mend:"):
        opened(Settings(), collection="mismatch")
    with pytest.raises(IndexMismatch, match=r"embedded by hash/32, not by hash/64.*Mend:"):
        opened(embedder=HashEmbedder(64), collection="mismatch")
    weighed = SMALL.model_copy(update={"retrieval": RetrievalSettings(k1=2.0)})
    with pytest.raises(IndexMismatch, match=r"retrieval.k1 = 1.2.*2.0.*Mend:"):
        opened(weighed, collection="mismatch")


def test_rows_of_an_earlier_format_are_refused(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragcare.index.milvus.rows.FORMAT", 1)
    opened(collection="earlier").upsert(small_knowledge())
    with pytest.raises(IndexMismatch, match=r"rows of format 1, this ragcare reads 3.*Mend:"):
        opened(collection="earlier")


def test_one_request_carries_about_so_many_vectors_and_no_more(
    opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ragcare.index.milvus.writing._ROWS", 30)
    index = opened()
    requests: list[int] = []
    put = index._engine.put

    def noted(rows: Sequence[Any]) -> None:
        requests.append(len(rows))
        put(rows)

    monkeypatch.setattr(index._engine, "put", noted)
    asked = tuple(f"annuler {n} ?" for n in range(9))
    articles = [validated(f"q{n}", "Par le compte.").model_copy(update={"questions": asked}) for n in range(6)]
    index.upsert(articles)
    assert len(requests) == 2
    index.remove(one.id for one in articles)
    assert len(requests) == 4


def test_a_collection_of_somebody_else_is_left_alone(opened: Opening) -> None:
    opened()._engine._client.create_collection("theirs", dimension=4)
    with pytest.raises(IndexMismatch, match=r"not made by ragcare.*Mend: name another"):
        opened(collection="theirs")


def test_a_maker_that_died_before_it_wrote_anything_leaves_an_empty_index(opened: Opening) -> None:
    index = opened(collection="unborn")
    index._engine.delete(["state"])
    again = opened(collection="unborn")
    again.upsert(small_knowledge())
    assert found(again, "annuler")[KEYWORD]


def test_a_local_file_may_be_a_path(tmp_path: Path) -> None:
    MilvusIndex(tmp_path / "index.db", SMALL, HashEmbedder(32)).upsert(small_knowledge())
    assert len(MilvusIndex(str(tmp_path / "index.db"), SMALL, HashEmbedder(32)).articles) == len(small_knowledge())


@pytest.mark.parametrize("uri", ["http://127.0.0.1:1", "nonsense", "/no/such/folder/index.db"])
def test_a_milvus_that_is_not_there_is_a_clear_error(uri: str) -> None:
    with pytest.raises(IndexUnreachable, match=r"collection 'ragcare' at .*Mend: see that Milvus runs there"):
        MilvusIndex(uri, SMALL, HashEmbedder(), timeout=1)


def test_a_token_that_is_refused_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A local Milvus knows no tokens: the refusal is the one that a cluster words."""
    import pymilvus
    from pymilvus.exceptions import MilvusException

    def refused(*_: Any, **__: Any) -> None:
        raise MilvusException(65535, "auth check failure, please check api key is correct")

    monkeypatch.setattr(pymilvus, "MilvusClient", refused)
    with pytest.raises(IndexUnreachable, match=r"auth check failure.*token") as caught:
        MilvusIndex("https://milvus.example:19530", SMALL, HashEmbedder(), token="secret-token")
    assert "secret-token" not in str(caught.value)


def test_what_is_dropped_is_gone(opened: Opening) -> None:
    index = opened(collection="dropped")
    index.upsert(small_knowledge())
    index.drop()
    assert len(opened(collection="dropped")) == 0
