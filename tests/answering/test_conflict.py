"""A contradiction between two validated articles is found, and two different things are not one."""

from __future__ import annotations

import pytest

from ragcare.answering.conflict import find_conflict
from ragcare.answering.evidence import SentenceSelector
from ragcare.index.hybrid import HybridIndex
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Article, Question, Refusal
from ragcare.settings import AnsweringSettings, RetrievalSettings, Settings
from ragcare.testing import DAY, HashEmbedder, validated

WHOLE = Settings(retrieval=RetrievalSettings(k=50, candidates=50), answering=AnsweringSettings(max_words=200))


def conflict(articles: list[Article], question: str, language: str) -> Refusal | None:
    """The contradiction met by an answer to this question, the first article being the one that is quoted."""
    index = HybridIndex.build(articles, WHOLE, HashEmbedder())
    asked = Question(text=question, language=language, as_of=DAY)
    retrieved = HybridRetriever(index, WHOLE.retrieval).search(asked)
    selection = SentenceSelector(WHOLE.answering).select(retrieved)
    assert selection is not None
    return find_conflict(retrieved, selection)


def two(first: str, second: str, language: str, titles: tuple[str, str] = ("", "")) -> list[Article]:
    return [
        validated(name, body, language=language, title=title)
        for name, body, title in zip(("a", "b"), (first, second), titles, strict=True)
    ]


PAIRS = [
    ("fr", "Quels sont les frais de résiliation de l'accès internet ?", {"fr-resilier-box", "fr-tous-nos-frais"}),
    (
        "fr",
        "Sous combien de jours le trop-perçu est-il remboursé après la facture de clôture ?",
        {"fr-remboursement-trop-percu", "fr-facture-cloture"},
    ),
    ("en", "What is the charge for a missed technician appointment?", {"en-fibre-installation", "en-technician-visit"}),
    ("en", "How much is a paper bill per month?", {"en-understand-your-bill", "en-paper-bill"}),
]


@pytest.mark.parametrize(("language", "question", "pair"), PAIRS, ids=[question for _, question, _ in PAIRS])
def test_the_contradictions_of_the_demo_are_found(
    demo: tuple[Article, ...], language: str, question: str, pair: set[str]
) -> None:
    index = HybridIndex.build(demo, Settings(), HashEmbedder())
    asked = Question(text=question, language=language, as_of=DAY)
    retrieved = HybridRetriever(index, index.settings.retrieval).search(asked)
    assert pair <= {hit.passage.article_id for hit in retrieved.hits}
    selection = SentenceSelector(AnsweringSettings()).select(retrieved)
    assert selection is not None
    found = find_conflict(retrieved, selection)
    assert found is not None
    assert found.reason == "conflict"
    assert set(found.sources) == pair


PARKING = (
    "Others pay €4 a day, tram included for all in the car.",
    "Others pay €6 a day, tram included for all in the car.",
)


def test_who_asks_by_the_title_meets_a_sentence_that_is_the_same_but_for_the_figure() -> None:
    four, six = PARKING
    titles = "Park and ride", "Park and ride in the north"
    assert conflict(two(four, six, "en", titles), "park and ride price", "en") is not None
    assert conflict(two(four, six, "en", ("Park and ride", "Coach parking")), "park and ride price", "en") is None
    other = "Others pay €6 a night for a van, tram not included."
    assert conflict(two(four, other, "en", titles), "park and ride price", "en") is None


@pytest.mark.parametrize(("language", "question", "pair"), PAIRS, ids=[question for _, question, _ in PAIRS])
def test_one_of_the_two_alone_contradicts_nothing(
    demo: tuple[Article, ...], language: str, question: str, pair: set[str]
) -> None:
    for gone in sorted(pair):
        rest = [article for article in demo if article.id != gone and article.language == language]
        assert conflict(rest, question, language) is None


CONTRADICT = [
    ("fr", "Le retour d'un colis est remboursé sous 5 jours.", "Le retour d'un colis est remboursé sous 8 jours."),
    ("fr", "La mise en service de la ligne coûte 39 €.", "La mise en service de la ligne coûte 49 €."),
    ("fr", "La remise étudiante sur un mobile est de 8 %.", "La remise étudiante sur un mobile est de 10 %."),
    ("en", "The refund of a parcel takes 5 days.", "The refund of a parcel takes 8 days."),
    ("en", "Connection of a new line costs €39.", "Connection of a new line costs €49."),
    ("en", "The student discount on phones is 8%.", "The student discount on phones is 10%."),
]


@pytest.mark.parametrize(("language", "one", "other"), CONTRADICT)
def test_two_values_for_the_same_thing_are_a_contradiction(language: str, one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        found = conflict(two(first, second, language), one, language)
        assert found is not None
        assert set(found.sources) == {"a", "b"}


AGREE = [
    # the same value, written otherwise
    ("fr", "La mise en service de la ligne coûte 1 200 €.", "La mise en service de la ligne coûte 1200 euros."),
    ("fr", "Le retour d'un colis est remboursé sous 14 jours.", "Un colis de retour est remboursé sous deux semaines."),
    ("en", "The refund of a parcel takes 14 days.", "The refund of a parcel takes two weeks."),
    # values of different kinds
    ("fr", "Le retour d'un colis coûte 5 €.", "Le retour d'un colis prend 5 jours."),
    ("en", "The return of a parcel costs €5.", "The return of a parcel takes 5 days."),
    # different things
    ("fr", "Le retour d'un colis prend 5 jours.", "La livraison d'un téléphone reconditionné prend 8 jours."),
    ("fr", "Une carte SIM de remplacement coûte 9 €.", "Un décodeur de remplacement coûte 150 €."),
    ("en", "The return of a parcel takes 5 days.", "The delivery of a refurbished phone takes 8 days."),
    ("en", "A missed appointment with a technician costs €45.", "A repair by a technician abroad costs €65."),
    # no value at all
    ("fr", "Le retour d'un colis est gratuit.", "Le retour d'un colis n'est pas gratuit en Suisse."),
]


@pytest.mark.parametrize(("language", "one", "other"), AGREE)
def test_what_speaks_of_different_things_or_says_the_same_is_none(language: str, one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        assert conflict(two(first, second, language), one, language) is None


@pytest.mark.parametrize(
    ("language", "one", "other", "question"),
    [
        (
            "en",
            "4. Switch the phone off and insert the card.",
            "2. Switch the phone off and insert the card.",
            "phone off card",
        ),
        (
            "fr",
            "4. Éteignez le téléphone et insérez la carte.",
            "2. Éteignez le téléphone et insérez la carte.",
            "téléphone carte",
        ),
    ],
)
def test_the_number_of_a_step_is_no_value(language: str, one: str, other: str, question: str) -> None:
    assert conflict(two(one, other, language), question, language) is None
    assert conflict(two(f"{one[:-1]} 5.", f"{other[:-1]} 6.", language), question, language) is not None


COLUMNS = [
    (
        "fr",
        "| Programme | Charge maximale (Ondéa 7 / Ondéa 9) | Essorage maximal (tr/min) |",
        "| Essorage maximal (tr/min) | 1 200 | 1 400 |",
        "Essorage maximal de l'Ondéa 9 ?",
    ),
    (
        "en",
        "| Mode | Largest load (Onda 7 / Onda 9) | Maximum spin speed (rpm) |",
        "| Maximum spin speed (rpm) | 1200 | 1400 |",
        "What is the maximum spin speed of the Onda 9?",
    ),
]


@pytest.mark.parametrize(("language", "head", "row", "question"), COLUMNS)
def test_the_head_of_a_table_gives_no_value(language: str, head: str, row: str, question: str) -> None:
    named, valued = f"{head}\n|---|---|---|\n| Eco | 7 | 1000 |", f"| | Onda 7 | Onda 9 |\n|---|---|---|\n{row}"
    for first, second in ((named, valued), (valued, named)):
        assert conflict(two(first, second, language, ("Ondéa", "Ondéa")), question, language) is None


def test_the_rows_of_two_tables_contradict_each_other() -> None:
    head = "| Item | Reference | Price |\n|---|---|---|\n"
    one, other = f"{head}| Spare door seal | JH | €39 |", f"{head}| Spare door seal | JH | €45 |"
    assert conflict(two(one, other, "en"), "Price of a spare door seal?", "en") is not None


def test_an_article_does_not_contradict_itself() -> None:
    body = "Le retour d'un colis prend 5 jours en point relais.\n\nLe retour d'un colis prend 8 jours à domicile."
    assert (
        conflict([validated("a", body, language="fr")], "Combien de jours prend le retour d'un colis ?", "fr") is None
    )


def test_a_contradiction_beside_the_question_is_let_be() -> None:
    shop = "La boutique de Lille ouvre le dimanche matin. La mise en service de la ligne coûte {} €."
    question = "La boutique de Lille ouvre-t-elle le dimanche matin ?"
    assert conflict(two(shop.format(39), shop.format(49), "fr"), question, "fr") is None


def test_what_the_asker_may_not_read_contradicts_nothing() -> None:
    public, secret = two("La mise en service coûte 39 € par ligne.", "La mise en service coûte 9 € par ligne.", "fr")
    secret = secret.model_copy(update={"audience": ("internal",)})
    assert conflict([public, secret], "Combien coûte la mise en service d'une ligne ?", "fr") is None
