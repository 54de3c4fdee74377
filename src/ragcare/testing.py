"""For testing your own bots and parts: a small knowledge base, an instant embedder, and contracts to inherit.

>>> assistant = Assistant.over(small_knowledge(), embedder=HashEmbedder())

A contract is a class of tests. Inherit it in a test file of yours and say in `make` how yours is made; pytest then
runs every test of the contract on it. Put `pytest.register_assert_rewrite("ragcare.testing")` in your `conftest.py`
to see the values where one fails.
"""

# ruff: noqa: D102 (a test is named for what it holds)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from ragcare.errors import UnknownArticle
from ragcare.index.embedders import Embedder
from ragcare.index.embedders.hashed import HashEmbedder
from ragcare.index.seam import KEYWORD, VECTOR, Index
from ragcare.knowledge.knowledge_base import KnowledgeBase
from ragcare.schema import PUBLIC, Article, Library, Passage, Scope

__all__ = [
    "DAY",
    "EmbedderContract",
    "HandMadeLibrary",
    "HashEmbedder",
    "IndexContract",
    "scripted_llm",
    "small_knowledge",
    "validated",
]

DAY = date(2026, 3, 2)
"""A day on which all articles of `small_knowledge` may be said, but for the one that has expired."""


def validated(article_id: str, body: str, **fields: Any) -> Article:
    """A validated article; any field of `Article` may be given."""
    return Article.model_validate(
        {
            "id": article_id,
            "body": body,
            "status": "validated",
            "validated_by": "Camille Durand",
            "validated_at": date(2026, 1, 5),
            **fields,
        }
    )


def small_knowledge() -> KnowledgeBase:
    """A shop's help centre: five articles in French and their twins in English, all validated.

    `fr-business` and `en-business` are for the audience "segment:business" alone; `fr-summer` and `en-summer` expired
    on 31 August 2025.
    """
    return KnowledgeBase([validated(article_id, body, **fields) for article_id, body, fields in _SMALL])


_SMALL: list[tuple[str, str, dict[str, Any]]] = [
    (
        "fr-cancel",
        "Vous pouvez annuler une commande tant qu'elle n'est pas expédiée.\n\n"
        "1. Ouvrez « Mes commandes ».\n2. Choisissez la commande.\n3. Appuyez sur « Annuler ».\n\n"
        "Le remboursement arrive sous 5 jours.",
        {
            "title": "Annuler une commande",
            "questions": ["Comment annuler ma commande ?"],
            "language": "fr",
            "kind": "procedure",
            "url": "https://help.example/fr/annuler",
        },
    ),
    (
        "fr-return",
        "Vous avez 14 jours après la livraison pour retourner un article. Le retour est gratuit en point relais ; "
        "il coûte 4,90 € à domicile.",
        {"title": "Retourner un article", "questions": ["Comment renvoyer un produit ?"], "language": "fr"},
    ),
    (
        "fr-delivery",
        "La livraison prend 3 à 5 jours ouvrés. Elle est offerte dès 49 € d'achat, et coûte 5,90 € en dessous.",
        {"title": "Délais et frais de livraison", "language": "fr", "kind": "faq"},
    ),
    (
        "fr-business",
        "Les professionnels règlent leurs factures à 30 jours, et ont 8 % de remise dès 1 200 € d'achat.",
        {"title": "Conditions pour les professionnels", "language": "fr", "audience": ["segment:business"]},
    ),
    (
        "fr-summer",
        "Jusqu'au 31 août 2025, le code ÉTÉ25 donne 25 % de remise sur les maillots de bain.",
        {"title": "Soldes d'été", "language": "fr", "valid_until": date(2025, 8, 31)},
    ),
    (
        "en-cancel",
        "You can cancel an order until it is shipped.\n\n"
        '1. Open "My orders".\n2. Choose the order.\n3. Press "Cancel".\n\nThe refund arrives within 5 days.',
        {
            "title": "Cancel an order",
            "questions": ["How do I cancel my order?"],
            "language": "en",
            "kind": "procedure",
            "url": "https://help.example/en/cancel",
        },
    ),
    (
        "en-return",
        "You have 14 days after delivery to return an item. A return is free at a pick-up point; "
        "it costs €4.90 from home.",
        {"title": "Return an item", "questions": ["How do I send a product back?"], "language": "en"},
    ),
    (
        "en-delivery",
        "Delivery takes 3 to 5 working days. It is free from €49, and costs €5.90 below that.",
        {"title": "Delivery times and fees", "language": "en", "kind": "faq"},
    ),
    (
        "en-business",
        "Business customers pay their invoices within 30 days, and have 8% off from €1,200.",
        {"title": "Terms for business customers", "language": "en", "audience": ["segment:business"]},
    ),
    (
        "en-summer",
        "Until 31 August 2025, the code SUMMER25 gives 25% off swimwear.",
        {"title": "Summer sale", "language": "en", "valid_until": date(2025, 8, 31)},
    ),
]


def scripted_llm(*replies: Any) -> Any:
    """A llama-index LLM that replies what it is told, in order, and keeps the messages it was sent in `sent`.

    A reply is a text; anything else that is no text is written as JSON; an exception is raised; of a callable, which is
    given the messages, the result is streamed, so that it may be slow, endless or both. Who asks for more replies than
    there are fails the test.
    """
    import json

    from llama_index.core.base.llms.types import ChatMessage, ChatResponse, LLMMetadata
    from llama_index.core.llms import MockLLM
    from pydantic import Field

    class ScriptedLLM(MockLLM):
        sent: list[list[tuple[str, str]]] = Field(default_factory=list)

        @classmethod
        def class_name(cls) -> str:
            return "scripted"

        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(model_name="script", is_chat_model=True)

        def stream_chat(self, messages: Any, **_: Any) -> Any:
            self.sent.append([(one.role.value, one.content or "") for one in messages])
            reply = replies[len(self.sent) - 1]
            if isinstance(reply, BaseException):
                raise reply
            if callable(reply):
                pieces = reply(self.sent[-1])
            else:
                pieces = [reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)]

            def stream() -> Any:
                said = ""
                for piece in pieces:
                    said += piece
                    yield ChatResponse(message=ChatMessage(role="assistant", content=said), delta=piece)

            return stream()

    return ScriptedLLM(max_tokens=None)


class HandMadeLibrary:
    """A library for hits made by hand: it tells the numbers that it was given, and has no article to read.

    Args:
        neighbours: how near other articles lie to any passage, best first.
        article_count: how many articles there are.
    """

    def __init__(self, neighbours: Sequence[float] = (), article_count: int = 10) -> None:
        self._neighbours, self._article_count = neighbours, article_count

    def article(self, article_id: str) -> Article:
        """Raises `UnknownArticle`."""
        raise UnknownArticle(f"article {article_id!r} was made by hand and can't be read again")

    def passages(self, article_id: str) -> Sequence[Passage]:  # noqa: ARG002 (of the protocol)
        """None."""
        return ()

    def article_count(self, scope: Scope) -> int:  # noqa: ARG002 (of the protocol)
        """The number given."""
        return self._article_count

    def neighbours(self, passage: Passage, scope: Scope, k: int) -> Sequence[float]:  # noqa: ARG002 (of the protocol)
        """The first `k` of those given."""
        return self._neighbours[:k]


class EmbedderContract:
    """What every `Embedder` promises.

    >>> class TestMyEmbedder(EmbedderContract):
    ...     def make(self) -> Embedder:
    ...         return MyEmbedder("models/mine")
    """

    def make(self) -> Embedder:
        """One of yours; every call gives an equal one."""
        raise NotImplementedError

    def test_gives_one_row_a_text_of_length_one(self) -> None:
        embedder = self.make()
        vectors = embedder.embed(["Comment annuler ?", "How do I cancel?", "Le délai est de 14 jours."], "passage")
        assert vectors.shape == (3, embedder.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)

    def test_gives_no_rows_for_no_texts(self) -> None:
        embedder = self.make()
        assert embedder.embed([], "query").shape == (0, embedder.dimension)
        assert embedder.embed([], "passage").shape == (0, embedder.dimension)

    def test_embeds_a_text_alike_whatever_stands_beside_it(self) -> None:
        embedder = self.make()
        texts = ["Résilier mon abonnement", "a", "A longer text, with more words than the others have among them."]
        together = embedder.embed(texts, "passage")
        alone = np.concatenate([embedder.embed([text], "passage") for text in texts])
        assert np.allclose(together, alone, atol=1e-4)

    def test_tells_texts_apart(self) -> None:
        one, other = self.make().embed(["Annuler une commande", "The opening hours of the shop"], "passage")
        assert float(one @ other) < 0.999

    def test_bears_any_text(self) -> None:
        embedder = self.make()
        texts = ["", " \n", "?!", "🙂", "nul\0nul", "l’été à Œrsted", "mot " * 2_000]
        for role in ("query", "passage"):
            vectors = embedder.embed(texts, role)
            lengths = np.linalg.norm(vectors, axis=1)
            assert np.isfinite(vectors).all()
            assert np.all((lengths < 1e-6) | (np.abs(lengths - 1) < 1e-4)), "each row has length 1, or is zeros"

    def test_two_of_them_are_one_and_the_same(self) -> None:
        one, other = self.make(), self.make()
        assert (one.name, one.dimension) == (other.name, other.dimension)
        assert np.allclose(one.embed(["bonjour"], "query"), other.embed(["bonjour"], "query"), atol=1e-6)


class IndexContract:
    """What every `Index` promises, on one machine or on many.

    >>> class TestMyIndex(IndexContract):
    ...     def make(self) -> Index:
    ...         return MyIndex(uri, embedder=HashEmbedder())
    """

    def make(self) -> Index:
        """An empty index of yours; the tests want an embedder that sees shared words, as `HashEmbedder` does."""
        raise NotImplementedError

    def test_an_empty_index_finds_nothing(self) -> None:
        assert _found(self.make(), "annuler") == {KEYWORD: [], VECTOR: []}

    def test_finds_in_both_legs_best_first(self) -> None:
        index = self.make()
        index.upsert(small_knowledge())
        legs = index.search("Comment annuler ma commande ?", "fr", _scope(), 5).legs
        for leg in (KEYWORD, VECTOR):
            assert legs[leg][0].passage.article_id == "fr-cancel"
            scores = [candidate.score for candidate in legs[leg]]
            assert scores == sorted(scores, reverse=True)
            assert 0 < len(scores) <= 5

    def test_what_shares_no_word_with_the_query_is_no_keyword_candidate(self) -> None:
        index = self.make()
        index.upsert([validated("a", "La livraison prend 5 jours.", language="fr")])
        assert _found(index, "remboursement")[KEYWORD] == []

    def test_only_validated_articles_enter(self) -> None:
        index = self.make()
        draft = Article(id="draft", body="annuler", language="fr")
        retired = validated("retired", "annuler", language="fr").model_copy(update={"status": "retired"})
        index.upsert([draft, retired])
        assert _found(index, "annuler") == {KEYWORD: [], VECTOR: []}

    def test_a_restricted_article_displaces_no_allowed_one(self) -> None:
        index = self.make()
        allowed = validated("allowed", "annuler une commande qui est arrivée trop tard", language="fr")
        secret = [
            validated(f"secret-{n}", "annuler une commande", language="fr", audience=["segment:business"])
            for n in range(5)
        ]
        index.upsert([*secret, allowed])
        assert _found(index, "annuler une commande", k=1) == {KEYWORD: ["allowed"], VECTOR: ["allowed"]}
        business = _found(index, "annuler une commande", "segment:business", k=10)
        assert set(business[KEYWORD]) == {"allowed", *(one.id for one in secret)}

    def test_an_article_is_found_from_its_first_day_to_its_last(self) -> None:
        index = self.make()
        index.upsert(
            [validated("a", "annuler", language="fr", valid_from=date(2026, 2, 1), valid_until=date(2026, 2, 28))]
        )
        for day, found in [
            (date(2026, 1, 31), []),
            (date(2026, 2, 1), ["a"]),
            (date(2026, 2, 28), ["a"]),
            (date(2026, 3, 1), []),
            (None, ["a"]),
        ]:
            assert _found(index, "annuler", day=day) == {KEYWORD: found, VECTOR: found}

    def test_what_was_found_at_any_date_tells_whether_it_may_be_said_on_a_day(self) -> None:
        index = self.make()
        always = validated("always", "livrer un colis", language="fr")
        index.upsert([always, validated("until", "annuler", language="fr", valid_until=date(2026, 2, 28))])
        found = index.search("annuler", "fr", _scope(day=None), 5)
        assert found.may_be_said(_scope(day=date(2026, 2, 28)))
        assert not found.may_be_said(_scope(day=date(2026, 3, 1)))
        assert index.search("colis", "fr", _scope(day=None), 1).may_be_said(_scope(day=date(2026, 3, 1)))

    def test_the_legs_of_a_search_share_their_rows(self) -> None:
        index = self.make()
        index.upsert(small_knowledge())
        legs = index.search("Comment annuler ma commande ?", "fr", _scope(), 5).legs
        by_row = [(row, one.passage) for leg in legs.values() for row, one in zip(leg.rows.tolist(), leg, strict=True)]
        places = sorted({(row, passage.article_id, passage.start) for row, passage in by_row})
        assert len(places) == len({passage.id for _, passage in by_row}), "a passage that both found has one row"
        assert [place[1:] for place in places] == sorted(place[1:] for place in places)

    def test_an_update_takes_the_place_of_the_older_version(self) -> None:
        index = self.make()
        index.upsert([validated("a", "annuler", language="fr")])
        index.upsert([validated("a", "rembourser", language="fr", version=2)])
        assert _found(index, "annuler")[KEYWORD] == []
        assert _found(index, "rembourser")[KEYWORD] == ["a"]
        assert _library(index).article("a").version == 2
        assert {passage.version for passage in _library(index).passages("a")} == {2}

    def test_what_is_no_longer_validated_is_taken_out(self) -> None:
        index = self.make()
        article = validated("a", "annuler", language="fr")
        index.upsert([article])
        index.upsert([article.model_copy(update={"status": "retired"})])
        assert _found(index, "annuler") == {KEYWORD: [], VECTOR: []}

    def test_what_is_removed_is_gone_and_removing_it_again_is_no_error(self) -> None:
        index = self.make()
        index.upsert(small_knowledge())
        index.remove(["fr-cancel", "never there"])
        index.remove(["fr-cancel"])
        found = _found(index, "Comment annuler ma commande ?")
        assert "fr-cancel" not in found[KEYWORD] + found[VECTOR]
        assert len(_library(index).passages("fr-cancel")) == 0

    def test_a_removed_article_gives_its_place_to_no_other(self) -> None:
        index = self.make()
        index.upsert(validated(word, word, language="fr") for word in ("abricot", "banane", "cerise"))
        index.remove(["abricot"])
        index.upsert([validated("datte", "datte", language="fr")])
        for word in ("banane", "cerise", "datte"):
            assert _found(index, word) == {KEYWORD: [word], VECTOR: [word]}

    def test_two_articles_with_the_same_text_stay_two(self) -> None:
        index = self.make()
        index.upsert(validated(key, "annuler", language="fr") for key in ("one", "other"))
        found = _found(index, "annuler")
        assert sorted(found[KEYWORD]) == sorted(found[VECTOR]) == ["one", "other"]

    def test_gives_whole_articles_and_their_passages_in_reading_order(self) -> None:
        index = self.make()
        body = "\n\n".join(f"## Partie {n}\n\n" + f"Phrase {n} de la notice. " * 40 for n in range(4))
        article = validated("long", body, language="fr")
        index.upsert([article])
        passages = _library(index).passages("long")
        assert _library(index).article("long") == article
        assert len(passages) > 1
        assert [one.start for one in passages] == sorted(one.start for one in passages)
        assert all(body[one.start : one.end] == one.text for one in passages)

    def test_tells_how_near_the_passages_of_other_articles_lie(self) -> None:
        index = self.make()
        body = "\n\n".join(f"## Partie {n}\n\n" + "annuler une commande " * 40 for n in range(3))
        secret = validated("secret", "annuler une commande", language="fr", audience=["segment:business"])
        apart = validated("apart", "livrer un colis", language="fr")
        index.upsert(
            [
                validated("long", body, language="fr"),
                validated("near", "annuler un colis", language="fr"),
                apart,
                secret,
            ]
        )
        found = index.search("annuler une commande", "fr", _scope(), 10)
        (near,) = [one.passage for one in found.legs[VECTOR] if one.passage.article_id == "near"]
        library, public, business = found.library, _scope(), _scope("segment:business")
        to_all, to_public = (library.neighbours(near, scope, 10) for scope in (business, public))
        assert sorted(to_all, reverse=True) == list(to_all)
        assert len(to_all) == len(to_public) + 1 == len(library.passages("long")) + 2, "none is its own neighbour"
        assert list(library.neighbours(near, public, 2)) == list(to_public[:2])
        assert library.neighbours(near, public, 1)[0] == max(to_public) < 1
        assert (library.article_count(public), library.article_count(business)) == (3, 4)
        index.remove(["apart"])
        left = _library(index)
        assert (left.article_count(public), left.article_count(business)) == (2, 3)
        assert list(left.neighbours(replace(near, article_id="nobody's"), public, 10)) == []

    def test_of_a_book_the_other_chapters_are_neighbours(self) -> None:
        index = self.make()
        body = "\n\n".join(f"## Partie {n}\n\n" + "annuler une commande. " * 110 for n in range(3))
        index.upsert([validated("book", body, language="fr")])
        found = index.search("annuler une commande", "fr", _scope(), 10)
        library, passages = found.library, _library(index).passages("book")
        chapter = [one for one in passages if one.headings == passages[0].headings]
        near = library.neighbours(passages[0], _scope(), len(passages))
        assert len(near) == len(passages) - len(chapter) > 0

    def test_an_unknown_article_is_a_clear_error(self) -> None:
        try:
            _library(self.make()).article("nobody")
        except UnknownArticle as error:
            assert "nobody" in str(error)  # noqa: PT017 (pytest is not imported here)
        else:
            raise AssertionError("an unknown article must raise UnknownArticle")

    def test_what_was_found_can_be_read_after_it_is_gone(self) -> None:
        index = self.make()
        article = validated("a", "annuler", language="fr")
        index.upsert([article])
        found = index.search("annuler", "fr", _scope(), 1)
        index.remove(["a"])
        assert found.library.article("a") == article
        assert list(found.library.passages("a")) == [found.legs[KEYWORD][0].passage]

    def test_following_makes_it_hold_these_articles_and_no_other(self) -> None:
        index = self.make()
        index.upsert([validated("old", "annuler", language="fr")])
        draft = Article(id="draft", body="annuler", language="fr")
        index.follow([*small_knowledge(), draft])
        expected = {one.id: one for one in sorted(small_knowledge(), key=lambda one: one.id)}
        assert list(index.articles.items()) == list(expected.items())
        assert index.now.article("fr-cancel") == expected["fr-cancel"]
        assert len(index.now.passages("fr-cancel")) > 0
        assert len(index.now.passages("old")) == 0

    def test_its_articles_are_one_mapping_until_something_changes(self) -> None:
        index = self.make()
        index.upsert(small_knowledge())
        before = index.articles
        index.search("annuler", "fr", _scope(), 3)
        index.upsert(small_knowledge())
        assert index.articles is before
        index.remove(["fr-cancel"])
        assert index.articles is not before
        assert index.articles.keys() == before.keys() - {"fr-cancel"}

    def test_two_that_hold_the_same_have_the_same_content(self) -> None:
        one, other = self.make(), self.make()
        one.upsert(small_knowledge())
        other.upsert(reversed(list(small_knowledge())))
        assert one.content() == other.content()
        assert one.fingerprint() == other.fingerprint()
        other.remove(["fr-cancel"])
        assert one.content() != other.content()

    def test_the_order_of_past_changes_leaves_no_trace(self) -> None:
        articles = list(small_knowledge())
        straight, crooked = self.make(), self.make()
        straight.upsert(articles)
        crooked.upsert([*articles[5:], validated("fr-cancel", "autre chose", language="fr")])
        crooked.remove(["en-return"])
        crooked.upsert(articles)
        for query in ("Comment annuler ma commande ?", "return an item", "14 jours", "49 €"):
            assert _scored(straight, query) == _scored(crooked, query)


def _library(index: Index) -> Library:
    return index.search("annuler", "fr", _scope(), 1).library


def _scope(*audiences: str, day: date | None = DAY) -> Scope:
    return Scope(frozenset({PUBLIC, *audiences}), day)


def _found(index: Index, query: str, *audiences: str, day: date | None = DAY, k: int = 10) -> dict[str, list[str]]:
    legs = index.search(query, "fr", _scope(*audiences, day=day), k).legs
    return {leg: [one.passage.article_id for one in legs[leg]] for leg in (KEYWORD, VECTOR)}


def _scored(index: Index, query: str) -> dict[str, list[tuple[str, float]]]:
    legs = index.search(query, "fr", _scope(), 10).legs
    return {leg: [(one.passage.id, round(one.score, 5)) for one in legs[leg]] for leg in (KEYWORD, VECTOR)}
