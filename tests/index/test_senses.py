"""What the vectors of a passage stand for: a known question lifts its passages, and nothing else moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.index.hybrid import HybridIndex
from ragcare.index.seam import VECTOR
from ragcare.index.senses import Sense, embedded_of, senses_of, texts_of, vectors_of
from ragcare.knowledge.passages import split
from ragcare.schema import PUBLIC, Article, Scope
from ragcare.settings import Settings
from ragcare.testing import DAY, HashEmbedder, validated

SCOPE = Scope(frozenset({PUBLIC}), DAY)
KNOWN = ("annuler", "commande", "livrer", "colis", "payer", "facture", "box", "fibre")
WORDS = st.lists(st.sampled_from(KNOWN), min_size=1, max_size=5)


def article(number: int, body: str, *questions: str, title: str = "Aide") -> Article:
    made = validated(f"a{number:02}", body, language="fr")
    return made.model_copy(update={"title": title, "questions": questions})


def near(articles: list[Article], asked: str, k: int = 5) -> list[tuple[str, float]]:
    index = HybridIndex.build(articles, Settings(), HashEmbedder())
    found = index.search(asked, "fr", SCOPE, k).legs[VECTOR]
    return [(one.passage.article_id, one.score) for one in found]


def test_a_passage_stands_for_its_text_and_for_each_known_question_once() -> None:
    (passage,) = split(article(1, "Sous 14 jours.", "Quel délai ?", "Combien de temps ?", "Quel délai ?"))
    text = "Aide\nSous 14 jours."
    assert senses_of(passage) == [Sense(text), Sense(text, "Quel délai ?"), Sense(text, "Combien de temps ?")]


@pytest.mark.parametrize(
    ("title", "counts"),
    [
        ("Comment annuler ?", True),
        ("« Puis-je annuler ? »", True),
        ("Annuler une commande", False),
        ("Aide", False),
    ],
)
def test_a_title_that_asks_is_a_known_question(title: str, counts: bool) -> None:
    (passage,) = split(article(1, "Sous 14 jours.", title=title))
    assert (len(senses_of(passage)) == 2) is counts


def test_a_text_is_embedded_once_and_a_vector_lies_halfway() -> None:
    senses = [Sense("a"), Sense("a", "x"), Sense("b"), Sense("b", "x")]
    assert texts_of(senses) == ["a", "x", "b"]
    embedded = {text: np.full(2, at, np.float32) for at, text in enumerate(["a", "x", "b"])}
    vectors = vectors_of(senses, embedded, 2)
    assert vectors[:, 0].tolist() == [0, 0.5, 2, 1.5]
    taken_back = embedded_of(senses, vectors)
    assert {text: vector.tolist() for text, vector in taken_back.items()} == {
        text: vector.tolist() for text, vector in embedded.items()
    }


@given(asked=WORDS, question=WORDS, bodies=st.lists(WORDS, min_size=1, max_size=6))
def test_a_known_question_lifts_its_article_and_moves_no_other(
    asked: list[str], question: list[str], bodies: list[list[str]]
) -> None:
    plain = [article(at, " ".join(body)) for at, body in enumerate(bodies)]
    known = [plain[0].model_copy(update={"questions": (" ".join(question),)}), *plain[1:]]
    before, after = dict(near(plain, " ".join(asked), k=20)), dict(near(known, " ".join(asked), k=20))
    assert after.pop("a00", 0.0) >= before.pop("a00", 0.0)
    assert after == before


def test_the_score_is_the_mean_with_the_nearest_question_where_that_is_more() -> None:
    embedder = HashEmbedder()
    asked, near_by = "annuler ma commande", "annuler commande"
    text, question, query = (
        embedder.embed(["Aide\nPassez par le compte."], "passage")[0],
        embedder.embed([near_by], "passage")[0],
        embedder.embed([asked], "query")[0],
    )
    ((_, score),) = near([article(1, "Passez par le compte.", "livrer un colis", near_by)], asked)
    assert score == pytest.approx(max(float(query @ text), float(query @ (text + question)) / 2), abs=1e-6)
    assert score > float(query @ text)


def test_an_article_with_many_questions_leaves_the_others_their_places() -> None:
    many = article(0, "annuler", *(f"annuler commande {n}" for n in range(60)))
    others = [article(n, f"annuler la commande numéro {n}") for n in range(1, 9)]
    found = near([many, *others], "annuler commande", k=6)
    assert len(found) == len({key for key, _ in found}) == 6
    assert found == near([many, *others], "annuler commande", k=9)[:6]
