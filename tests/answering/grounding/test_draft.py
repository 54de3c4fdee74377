"""The grounding check: what was planted is found, what only looks different is let through."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcare.answering.evidence import Selection, SentenceSelector
from ragcare.answering.extractive import ExtractiveWriter
from ragcare.answering.grounding import GroundingCheck, Verdict, check_sentence, check_wording
from ragcare.answering.writers import Draft
from ragcare.index.hybrid import HybridIndex
from ragcare.knowledge.passages import split
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Answer, Article, Asker, Evidence, Passage, Question, Refusal, Sentence
from ragcare.settings import AnsweringSettings, Settings
from ragcare.testing import DAY, HashEmbedder, validated


def passage_of(text: str, language: str = "fr", article_id: str = "a") -> Passage:
    (passage,) = split(validated(article_id, text, language=language), words=400)
    return passage


def quote(passage: Passage, text: str | None = None) -> Evidence:
    text = passage.text if text is None else text
    at = passage.text.index(text)
    return Evidence.cut(passage, at, at + len(text))


def verdict(quoted: str, said: str, language: str = "fr") -> Verdict:
    """On a sentence that claims to stand on a quote which is a whole passage."""
    passage = passage_of(quoted, language)
    return check_sentence(Sentence(text=said, evidence=(quote(passage),)), [passage], language)


PLANTED = [
    # numbers and amounts
    ("fr", "Le forfait coûte 1 200 € par an.", "Le forfait coûte 1 300 € par an.", "amount"),
    ("fr", "Le forfait coûte 49 €.", "Le forfait coûte 49 $.", "amount"),
    ("fr", "Le forfait coûte 4,90 €.", "Le forfait coûte 4,09 €.", "amount"),
    ("fr", "Le forfait coûte 4,90 €.", "Le forfait coûte 490 €.", "amount"),
    ("fr", "La remise est de 8 %.", "La remise est de 8 €.", "amount"),
    ("fr", "La remise est de 8 %.", "La remise est de 18 %.", "number"),
    ("fr", "Appelez le 3060.", "Appelez le 3600.", "number"),
    ("en", "The plan costs €1,200 a year.", "The plan costs €1.20 a year.", "amount"),
    ("en", "The plan costs €45.", "The plan costs £45.", "amount"),
    ("en", "You get 8% off.", "You get 80% off.", "number"),
    ("en", "Enter the 6-digit code.", "Enter the 8-digit code.", "number"),
    # dates, times, durations
    ("fr", "L'offre finit le 31 août 2025.", "L'offre finit le 31 août 2026.", "date"),
    ("fr", "L'offre finit le 31 août 2025.", "L'offre finit le 30 août 2025.", "date"),
    ("fr", "Vous avez 14 jours.", "Vous avez 14 mois.", "duration"),
    ("fr", "Vous avez 14 jours.", "Vous avez 14 jours ouvrés.", "duration"),
    ("fr", "Vous avez 14 jours.", "Vous avez 15 jours.", "duration"),
    ("fr", "Vous avez deux semaines.", "Vous avez trois semaines.", "duration"),
    ("fr", "La boutique ouvre à 9 h 30.", "La boutique ouvre à 10 h 30.", "date"),
    ("en", "It ends on 12 March 2026.", "It ends on 12 May 2026.", "date"),
    ("en", "You have 14 days.", "You have 14 weeks.", "duration"),
    ("en", "You have two weeks.", "You have three weeks.", "duration"),
    ("en", "It takes 3 to 5 days.", "It takes 3 to 6 days.", "duration"),
    ("en", "The shop opens at 9 a.m.", "The shop opens at 9 p.m.", "date"),
    # negation, put in and taken out
    ("fr", "Le retour n'est pas gratuit.", "Le retour est gratuit.", "negation"),
    ("fr", "Le retour est gratuit.", "Le retour n'est pas gratuit.", "negation"),
    ("fr", "Vous pouvez annuler sans frais.", "Vous pouvez annuler frais.", "negation"),
    ("fr", "Les chèques ne sont plus acceptés.", "Les chèques sont acceptés.", "negation"),
    ("fr", "Aucune démarche n’est à faire.", "Une démarche est à faire.", "negation"),
    ("en", "A return is not free.", "A return is free.", "negation"),
    ("en", "A return is free.", "A return is not free.", "negation"),
    ("en", "You can't cancel online.", "You can cancel online.", "negation"),
    ("en", "Cheques are no longer accepted.", "Cheques are accepted.", "negation"),
    ("en", "You can cancel without a fee.", "You can cancel a fee.", "negation"),
    # words that stand nowhere
    ("fr", "Le retour est gratuit en point relais.", "Le retour est gratuit en boutique.", "words"),
    ("fr", "Écrivez à Claire Montel.", "Écrivez à Hugo Montel.", "name"),
    ("en", "A return is free at a pick-up point.", "A return is free at home.", "words"),
    ("en", "The red box is replaced.", "The blue box is replaced.", "words"),
]


@pytest.mark.parametrize(("language", "quoted", "said", "fault"), PLANTED)
def test_a_planted_error_is_found(language: str, quoted: str, said: str, fault: str) -> None:
    assert verdict(quoted, quoted, language).supported
    found = verdict(quoted, said, language)
    assert (found.supported, found.reason) == (False, fault)
    assert found.detail


EQUAL = [
    ("fr", "Le forfait coûte 1 200 € par an.", "Le forfait coûte 1200 euros par an."),
    ("fr", "Le forfait coûte 1\u202f200\u00a0€ par an.", "Le forfait coûte 1 200,00 € par an."),
    ("fr", "Le forfait coûte 4,90 €.", "Le forfait coûte 4,9 €."),
    ("fr", "Vous avez 14 jours.", "Vous avez deux semaines."),
    ("fr", "Vous avez quatorze jours.", "Vous avez 14 jours."),
    ("fr", "L'offre finit le 31 août 2025.", "L’offre finit le 31/08/2025."),
    ("fr", "L'offre finit le 1er août 2025.", "L’offre finit le 1 août 2025."),
    ("fr", "La boutique ouvre à 9 h 30.", "La boutique ouvre à 9h30."),
    ("fr", "Le retour n'est pas gratuit.", "Le retour n’est pas gratuit."),
    ("fr", "Ouvrez **Mes lignes** puis validez.", "Ouvrez Mes lignes puis validez."),
    ("fr", "Les frais sont remboursés.", "Les frais remboursés."),
    ("en", "The plan costs €1,200 a year.", "The plan costs 1200 euros a year."),
    ("en", "You have 14 days.", "You have two weeks."),
    ("en", "It ends on 12 March 2026.", "It ends on March 12, 2026."),
    ("en", "You can't cancel online.", "You can’t cancel online."),
    ("en", "You cannot cancel online.", "You can not cancel online."),
    ("en", "You get 8% off.", "You get 8 percent off."),
]


@pytest.mark.parametrize(("language", "quoted", "said"), EQUAL)
def test_what_is_only_written_otherwise_is_let_through(language: str, quoted: str, said: str) -> None:
    found = verdict(quoted, said, language)
    assert found.supported, (found.reason, found.detail)


@given(st.integers(1, 9999), st.integers(1, 9999), st.sampled_from(["€", "jours", "%", "mois"]))
def test_another_figure_is_never_let_through(stands: int, said: int, unit: str) -> None:
    found = verdict(f"Le montant est de {stands} {unit} au plus.", f"Le montant est de {said} {unit} au plus.")
    assert found.supported == (stands == said)


@pytest.mark.parametrize(("language", "quoted", "said"), EQUAL)
def test_the_wording_alone_can_be_checked_without_the_passages(language: str, quoted: str, said: str) -> None:
    assert check_wording(said, language, quoted, language).supported


@pytest.mark.parametrize(("language", "quoted", "said", "fault"), PLANTED)
def test_the_wording_alone_tells_the_same_fault(language: str, quoted: str, said: str, fault: str) -> None:
    assert check_wording(said, language, quoted, language) == verdict(quoted, said, language)
    assert check_wording(said, language, quoted, language).reason == fault


def test_each_side_is_read_by_the_rules_of_its_own_language() -> None:
    assert check_wording("1,200 euros", "en", "1 200 €", "fr").supported
    assert check_wording("14 days", "en", "14 jours", "fr").supported
    assert check_wording("1,200 euros", "en", "1,200 €", "fr").reason == "amount"  # one euro twenty, in French
    assert check_wording("WiFi", "en", "pas de WiFi", "fr").reason == "negation"


def test_spaces_say_nothing() -> None:
    assert check_wording(" 2.  Choisissez\nla commande. ", "fr", "2. Choisissez la commande.", "fr").supported


# --- quotes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "Le retour est payant.."},
        {"start": 1, "end": 23},
        {"passage_id": "a#elsewhere"},
    ],
)
def test_a_misquote_is_found_before_anything_else(change: dict[str, object]) -> None:
    passage = passage_of("Le retour est gratuit. Il prend 5 jours.")
    right = quote(passage, "Le retour est gratuit.")
    wrong = Evidence.model_validate({**right.model_dump(), **change})
    for evidence in ((wrong,), (right, wrong)):
        found = check_sentence(Sentence(text="Le retour est gratuit.", evidence=evidence), [passage], "fr")
        assert (found.supported, found.reason) == (False, "misquoted")


def test_a_sentence_may_stand_on_two_quotes_together() -> None:
    passage = passage_of("Le retour est gratuit. Il prend 5 jours.")
    both = (quote(passage, "Le retour est gratuit."), quote(passage, "Il prend 5 jours."))
    sentence = Sentence(text="Le retour est gratuit et prend 5 jours.", evidence=both)
    assert check_sentence(sentence, [passage], "fr").supported
    assert not check_sentence(sentence.model_copy(update={"evidence": both[:1]}), [passage], "fr").supported


@pytest.mark.parametrize(
    ("title", "quoted", "said", "fault"),
    [
        ("The 5G Box", "It costs €34.99 a month.", "The 5G Box costs €34.99.", None),
        ("The 5G Box", "It costs €34.99 a month.", "The 5G Box costs €39.99.", "amount"),
        ("The Box", "It costs €34.99 a month.", "The 5G Box costs €34.99.", "number"),
        ("Box Alpha", "Elle coûte 35 € par mois.", "La Box Alpha coûte 35 € par mois.", None),
        ("Box Alpha", "Elle coûte 35 € par mois.", "La Box Omega coûte 35 € par mois.", "name"),
        ("Box Alpha ou Box Omega", "La Box Omega coûte 35 € par mois.", "La Box Alpha coûte 35 € par mois.", "name"),
        ("Sous 14 jours", "Il arrive sous 5 jours.", "Le remboursement arrive sous 14 jours.", "duration"),
    ],
)  # fmt: skip
def test_what_a_quote_calls_it_is_named_by_its_heading(title: str, quoted: str, said: str, fault: str | None) -> None:
    language = "en" if title.startswith("The") else "fr"
    (passage,) = split(validated("a", quoted, title=title, language=language), words=400)
    found = check_sentence(Sentence(text=said, evidence=(quote(passage),)), [passage], language)
    assert (found.supported, found.reason) == (fault is None, fault)


TABLE = "| Formule | Prix par mois | Franchise |\n| Essentielle | 4,99 € | 75 € |\n| Intégrale | 8,99 € | 45 € |"
PLANS = "| Plan | Price | Data |\n| Mini | €4.99 | 1 GB |\n| Max | €19.99 | 180 GB |"


@pytest.mark.parametrize(
    ("language", "table", "said", "fault"),
    [
        ("fr", TABLE, "La franchise de la formule Intégrale est de 45 €.", None),
        ("fr", TABLE, "La franchise de la formule Intégrale est de 8,99 €.", "amount"),
        ("fr", TABLE, "Le prix de la formule Intégrale est de 45 € par mois.", "amount"),
        ("fr", TABLE, "Le prix de la formule Intégrale est de 8,99 € et sa franchise de 45 €.", None),
        ("fr", TABLE, "Intégrale : 8,99 € par mois.", None),
        ("en", PLANS, "The price of the Max plan is €19.99.", None),
        ("en", PLANS, "Max, with data: €19.99.", None),
    ],
)
def test_a_figure_belongs_to_its_column(language: str, table: str, said: str, fault: str | None) -> None:
    passage = passage_of(table, language)
    rows = table.split("\n")
    evidence = (quote(passage, rows[0]), quote(passage, rows[2]))
    found = check_sentence(Sentence(text=said, evidence=evidence), [passage], language)
    assert (found.supported, found.reason) == (fault is None, fault)


@pytest.mark.parametrize(
    ("language", "quoted", "added"),
    [
        ("fr", "Un retour coûte 5 euros, sauf si l'article est défectueux.", "Vous pouvez garder l'article."),
        ("en", "A return costs 5 euros, unless the item is faulty.", "You may keep the item."),
    ],
)
def test_a_sentence_that_is_supported_does_not_vouch_for_one_behind_it(language: str, quoted: str, added: str) -> None:
    assert verdict(quoted, quoted, language).supported
    found = verdict(quoted, f"{quoted} {added}", language)
    assert (found.supported, found.sentence) == (False, f"{quoted} {added}")


def test_two_sentences_in_one_are_supported_if_each_is() -> None:
    assert verdict("Le retour est gratuit. Il prend 5 jours.", "Il prend cinq jours. Le retour est gratuit.").supported


# --- what is left of a draft -------------------------------------------------------------------------


def checked(said: list[str]) -> Answer | Refusal:
    """A draft over an article of as many sentences, each said as given or, if "", as it stands."""
    stands = [f"Le colis numéro {number} est bleu." for number in range(1, len(said) + 1)]
    passage = passage_of(" ".join(stands))
    evidence = tuple(quote(passage, one) for one in stands)
    sentences = tuple(
        Sentence(text=one or piece.quote, evidence=(piece,)) for one, piece in zip(said, evidence, strict=True)
    )
    return GroundingCheck().check(Draft(sentences, "fr"), Selection(evidence, (passage,), "fr"))


@pytest.mark.parametrize(
    ("language", "quoted", "said", "right"),
    [
        ("en", "A debit costs €7.50, unless it is our mistake.", "It costs €7.50, unless it is your mistake.", False),
        ("en", "We pay the return costs.", "You pay the return costs.", False),
        ("en", "The costs are paid by us.", "The costs are paid by you.", False),
        ("en", "You must pay the return costs.", "We pay the return costs.", False),
        ("en", "We can refund your order within 5 days.", "You can be refunded your order within 5 days.", True),
        ("en", "We refund you within 5 days.", "You are refunded within 5 days.", True),
        ("fr", "Il coûte 7 €, sauf erreur de notre part.", "Il coûte 7 €, sauf erreur de votre part.", False),
        ("fr", "Nous payons les frais de retour.", "Vous payez les frais de retour.", False),
        ("fr", "Vous devez payer les frais de retour.", "Nous devons payer les frais de retour.", False),
        ("fr", "Nous vous remboursons les frais sous 5 jours.", "Nous remboursons les frais sous 5 jours.", True),
        ("fr", "Nous vous remboursons les frais sous 5 jours.", "Les frais vous sont remboursés sous 5 jours.", True),
        ("fr", "Vous payez les frais, et nous payons le retour.", "Vous payez les frais.", True),
    ],
)  # fmt: skip
def test_the_company_and_the_customer_do_not_change_places(language: str, quoted: str, said: str, right: bool) -> None:
    found = verdict(quoted, said, language)
    assert (found.supported, found.reason) == (right, None if right else "segment")


def test_a_figure_may_stand_in_another_column_of_another_row() -> None:
    table = "| Formule | Prix | Franchise |\n| Une | 10 € | 20 € |\n| Deux | 20 € | 30 € |"
    passage = passage_of(table)
    sentence = Sentence(text="La franchise de la formule Une est de 20 €.", evidence=(quote(passage),))
    assert check_sentence(sentence, [passage], "fr").supported


def test_what_is_not_supported_is_cut_and_the_rest_is_said() -> None:
    answer = checked(["", "Le colis numéro 9 est bleu.", ""])
    assert isinstance(answer, Answer)
    assert answer.text == "Le colis numéro 1 est bleu. Le colis numéro 3 est bleu."


@pytest.mark.parametrize(
    "said",
    [
        ["Le colis numéro 9 est bleu."],
        ["Le colis numéro 9 est bleu.", "", "", ""],
        ["", "Le colis numéro 9 est bleu.", "Le colis n'est pas bleu."],
    ],
)
def test_what_no_longer_answers_is_refused(said: list[str]) -> None:
    assert checked(said) == Refusal(reason="unsupported", sources=("a",))


# --- the extractive writer always passes -------------------------------------------------------------

FRENCH = [
    "Le retour n'est pas gratuit : il coûte 4,90 € à domicile.",
    "Vous avez 14 jours, soit deux semaines, pour changer d’avis.",
    "Si jamais le colis n’arrive pas sous 5 jours ouvrés, appelez le 3060 de 8 h à 20 h 30.",
    "Aucun frais n'est dû avant le 1er août 2025 (art. L. 221-18).",
    "Sans justificatif, la remise de 8 % n'est jamais accordée au-delà de 1\u202f200\u00a0€.",
    "Ouvrez **Mes lignes > Carte SIM**, puis [notre page](https://aide.example/fr).",
    "Qu'est-ce que le « prorata » ?",
    "L'œuvre coûte moins de 10 à 15 euros !",
]
ENGLISH = [
    "A return isn't free: it costs €4.90 from home.",
    "You have 14 days, i.e. two weeks, to change your mind.",
    "If nobody is at home between 9 a.m. and 12:30 p.m., call 3060.",
    "No fee is due before 1 August 2025 (see art. L. 221-18).",
    "Without proof, the 8% discount never applies above €1,200.",
    "Open **My lines > SIM card**, then [our page](https://help.example/en).",
    "What does “pro rata” mean?",
    "It costs less than 10 to 15 euros!",
]


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Paragraphs, steps, bullets and tables, of sentences in one language."""
    language = draw(st.sampled_from(["fr", "en"]))
    some = st.lists(st.sampled_from(FRENCH if language == "fr" else ENGLISH), min_size=1, max_size=5)
    blocks = []
    for kind in draw(st.lists(st.sampled_from(["prose", "steps", "bullets", "table", "heading"]), min_size=1)):
        lines = draw(some)
        match kind:
            case "prose":
                blocks.append(draw(st.sampled_from([" ", "\n"])).join(lines))
            case "steps":
                blocks.append("\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)))
            case "bullets":
                blocks.append("\n".join(f"- {line}" for line in lines))
            case "table":
                blocks.append("\n".join(["| A | B |", "|---|---|", *(f"| {line} | 5 |" for line in lines)]))
            case _:
                blocks.append(f"## {lines[0]}\n\n{lines[-1]}")
    kind = draw(st.sampled_from(["faq", "article", "procedure"]))
    return validated("a", "\n\n".join(blocks), language=language, kind=kind)


def answers_of(index: HybridIndex, question: Question, max_words: int = 120) -> tuple[Draft, Answer | Refusal] | None:
    retrieved = HybridRetriever(index, index.settings.retrieval).search(question)
    selection = SentenceSelector(AnsweringSettings(max_words=max_words)).select(retrieved)
    if selection is None:
        return None
    draft = ExtractiveWriter().write(question, selection)
    return draft, GroundingCheck().check(draft, selection)


@settings(max_examples=60)
@given(articles(), st.sampled_from(FRENCH + ENGLISH), st.integers(20, 120))
def test_what_is_quoted_word_for_word_passes(article: Article, question: str, max_words: int) -> None:
    index = HybridIndex.build([article], Settings(), HashEmbedder())
    asked = Question(text=question, language=article.language, as_of=DAY)
    written = answers_of(index, asked, max_words)
    if written is not None:
        draft, answer = written
        assert answer == Answer(sentences=draft.sentences, language=article.language)


def test_every_article_of_the_demo_can_be_said_word_for_word(demo: tuple[Article, ...]) -> None:
    index = HybridIndex.build(demo, Settings(), HashEmbedder())
    everybody = Asker(audiences=tuple({audience for article in demo for audience in article.audience}))
    said = set()
    for article in index.articles.values():
        for text in (article.title, *article.questions):
            day = article.valid_until or article.valid_from or article.validated_at or DAY
            asked = Question(text=text, language=article.language, asker=everybody, as_of=day)
            written = answers_of(index, asked)
            assert written is not None
            draft, answer = written
            assert isinstance(answer, Answer), (text, answer)
            assert answer.sentences == draft.sentences, text
            said |= {piece.article_id for sentence in answer.sentences for piece in sentence.evidence}
    assert len(said) > 0.8 * len(index.articles)
