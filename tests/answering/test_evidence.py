"""Selecting evidence: whole sentences, steps and rows of one article, and no list cut in two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ragcare.answering.evidence import Selection, SentenceSelector
from ragcare.answering.reading import Reading
from ragcare.answering.units import units_of, with_what_they_need
from ragcare.knowledge.chapters import chapter_of
from ragcare.knowledge.passages import split
from ragcare.language.sentences import sentence_spans
from ragcare.schema import Article, ArticleKind, Hit, Passage, Question, Retrieved, Standing
from ragcare.settings import AnsweringSettings
from ragcare.testing import HandMadeLibrary, validated


class Shelf(HandMadeLibrary):
    """Articles, and their passages."""

    def __init__(self, articles: Iterable[Article], words: int = 120) -> None:
        super().__init__()
        self._articles = {article.id: article for article in articles}
        self._passages = {article.id: split(article, words=words) for article in self._articles.values()}

    def article(self, article_id: str) -> Article:
        return self._articles[article_id]

    def passages(self, article_id: str) -> Sequence[Passage]:
        return self._passages[article_id]


def hit(passage: Passage, score: float = 1.0) -> Hit:
    return Hit(passage, score, {"keyword": Standing(1, score)})


def select(article: Article, question: str, *, max_words: int = 120, words: int = 120, at: int = 0) -> Selection:
    """What is selected where passage number `at` of the article was found."""
    shelf = Shelf([article], words)
    asked = Question(text=question, language=article.language)
    retrieved = Retrieved(asked, (hit(shelf.passages(article.id)[at]),), shelf)
    selection = SentenceSelector(AnsweringSettings(max_words=max_words)).select(retrieved)
    assert selection is not None
    return selection


def quotes(selection: Selection) -> list[str]:
    return [piece.quote for piece in selection.evidence]


def fillers(count: int, language: str = "fr") -> str:
    """Sentences of twelve words that nobody asks for."""
    say = {
        "fr": "Le bâtiment numéro {} se trouve près du grand parc de la ville.",
        "en": "Building number {} stands close to the large park of the town.",
    }[language]
    return " ".join(say.format(number + 100) for number in range(count))


# --- what is taken whole -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("fr", "Le retour est gratuit. Il prend 5 jours, p. ex. en point relais.\n\nGardez la preuve de dépôt."),
        ("en", "A return is free. It takes 5 days, e.g. at a pick-up point.\n\nKeep the proof of posting."),
    ],
)
def test_a_short_article_whose_title_is_a_question_is_its_answer(language: str, body: str) -> None:
    article = validated("a", body, title="Retour ?" if language == "fr" else "Returns?", language=language)
    selection = select(article, "preuve" if language == "fr" else "proof")
    first, last = body.split("\n\n")
    assert quotes(selection) == [*first.replace(". I", ".|I").split("|"), last]
    assert selection.language == language


def test_a_faq_is_answered_from_its_beginning() -> None:
    body = f"Oui, sous 14 jours. {fillers(14)} Le colis bleu part avec le facteur."
    article = validated("a", body, language="fr", kind="faq")
    said = quotes(select(article, "Quand part le colis bleu ?", max_words=60, words=300))
    assert said[0] == "Oui, sous 14 jours."
    same = article.model_copy(update={"kind": "article"})
    said = quotes(select(same, "Quand part le colis bleu ?", max_words=60, words=300))
    assert said[-1] == "Le colis bleu part avec le facteur."


@pytest.mark.parametrize("opening", ["\n\n", "# Le colis bleu\n\n", " "])
def test_a_faq_is_answered_from_its_beginning_whatever_stands_above_it(opening: str) -> None:
    body = f"{opening}Oui, sous 14 jours. {fillers(14)} Le colis bleu part avec le facteur."
    article = validated("a", body, language="fr", kind="faq")
    selection = select(article, "Quand part le colis bleu ?", max_words=60, words=300)
    assert quotes(selection)[0] == "Oui, sous 14 jours."


def test_another_section_of_a_faq_is_quoted_where_it_answers() -> None:
    body = f"Oui, sous 14 jours. {fillers(9)}\n\n## À l'étranger\n\n{fillers(9)} Le colis bleu part avec le facteur."
    article = validated("a", body, language="fr", kind="faq")
    selection = select(article, "Quand part le colis bleu ?", max_words=40, at=1)
    assert quotes(selection)[-1] == "Le colis bleu part avec le facteur."
    assert {piece.passage_id for piece in selection.evidence} == {split(article)[1].id}


# --- lists and tables --------------------------------------------------------------------------------

STEPS = [f"{number}. Ouvrez le tiroir numéro {number} et posez le jeton rouge dedans." for number in range(1, 9)]
LEAD_IN = "Pour ranger les jetons :"


def procedure(before: str, after: str) -> Article:
    body = "\n\n".join(part for part in (before, LEAD_IN, "\n".join(STEPS), after) if part)
    return validated("a", body, language="fr", kind="procedure")


@pytest.mark.parametrize("question", ["Comment ranger les jetons ?", "Que mettre dans le tiroir numéro 5 ?"])
def test_a_procedure_keeps_all_its_steps_and_its_lead_in(question: str) -> None:
    found = quotes(select(procedure(fillers(6), fillers(6)), question, max_words=30, words=300))
    at = found.index(LEAD_IN)
    assert found[at : at + 9] == [LEAD_IN, *STEPS]
    assert found == [LEAD_IN, *STEPS]  # it is longer than the room there is, so nothing else is said


@pytest.mark.parametrize(
    ("language", "fact", "question"),
    [
        ("fr", "Le transfert coûte 35 €.", "Combien coûte le transfert ?"),
        ("en", "The transfer takes 3 days.", "How long does the transfer take?"),
    ],
)
def test_who_asks_how_much_of_a_procedure_is_not_told_its_steps(language: str, fact: str, question: str) -> None:
    body = "\n\n".join(["\n".join(STEPS), fact])
    assert quotes(select(validated("a", body, language=language, kind="procedure"), question)) == [fact]


@pytest.mark.parametrize("at", range(5))
def test_a_procedure_over_several_passages_keeps_its_steps_whichever_of_them_was_found(at: int) -> None:
    article = procedure("", "")
    assert len(split(article, words=20)) == 5
    found = quotes(select(article, "jeton rouge", max_words=20, words=20, at=at))
    assert found == [LEAD_IN, *STEPS]


@pytest.mark.parametrize("nth", [0, 1])
def test_of_a_long_text_without_headings_the_steps_are_said_whole_whichever_of_their_passages_was_found(
    nth: int,
) -> None:
    article = procedure(fillers(120), fillers(120))
    holding = [at for at, one in enumerate(split(article, words=80)) if any(step in one.text for step in STEPS)]
    assert len(holding) == 2
    found = quotes(select(article, "Comment ranger les jetons ?", words=80, at=holding[nth]))
    assert found[-9:] == [LEAD_IN, *STEPS]


def test_a_step_of_several_sentences_or_paragraphs_cuts_no_list() -> None:
    steps = [
        "1. Ouvrez le tiroir rouge. Il est à gauche.",
        "2. Prenez la clef verte.\n   Elle est petite.",
        "3. Fermez le tiroir.\n\n   Il se bloque parfois. Poussez alors plus fort.",
        "4. Gardez la clef.",
    ]
    body = "\n\n".join([fillers(6), LEAD_IN, "\n".join(steps), fillers(6)])
    for question in ("tiroir rouge à gauche", "petite clef verte", "bloque parfois", "pousser plus fort", "garder"):
        said = quotes(select(validated("a", body, language="fr"), question, max_words=20, words=300))
        assert " ".join(" ".join(said).split()) == " ".join([LEAD_IN, *" ".join(steps).split()]), question


LATE = "Abonné, vous avez droit à des tickets quand un tram a plus de 30 minutes de retard."
TICKETS = ["- De 30 à 59 minutes : 1 ticket.", "- À partir de 60 minutes : 3 tickets."]


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (TICKETS, [LATE, *TICKETS]),
        (["1. Ouvrez la rubrique Garantie.", "2. Choisissez la ligne et le jour."], [LATE]),  # steps are another matter
        ([f"- Ligne {number} : {fillers(1)}" for number in range(20)], [LATE]),  # there is no room for so many
    ],
)
def test_bullets_below_a_sentence_are_said_with_it_though_no_colon_leads_into_them(
    items: Sequence[str], said: Sequence[str]
) -> None:
    article = validated("a", "\n\n".join([LATE, "\n".join(items)]), language="fr")
    assert quotes(select(article, "Mon tram avait du retard, à quoi ai-je droit ?", words=400)) == said


@pytest.mark.parametrize("mark", ["-", "*", "•", "–", "—", "◦", "1)", "a)"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_list_is_taken_whole_however_it_is_marked(mark: str, gap: str) -> None:
    items = [f"{mark} the {colour} envelope, signed and dated by you" for colour in ("red", "green", "blue", "grey")]
    body = "\n\n".join([fillers(6, "en"), "You must send:", gap.join(items), fillers(6, "en")])
    selection = select(validated("a", body, language="en"), "Do I sign the green envelope?", max_words=30, words=300)
    assert [" ".join(quote.split()) for quote in quotes(selection)] == ["You must send:", *items]


def test_a_row_is_said_with_the_header_of_its_table() -> None:
    rows = [
        "| Pays | Prix |",
        "|---|---|",
        *(f"| Pays numéro {n} | {n} € |" for n in range(1, 12)),
        "| Suisse | 99 € |",
    ]
    body = "\n\n".join([fillers(4), "Prix d'un appel :", "\n".join(rows), fillers(8)])
    found = quotes(select(validated("a", body, language="fr"), "Combien pour la Suisse ?", max_words=20, words=300))
    assert found == ["Prix d'un appel :", *rows[:2], rows[-1]]


class Worth:
    """A reader to whom a unit is worth what is said of the words in it, and nothing otherwise."""

    def __init__(self, worth: Mapping[str, float], asked: str = "thing") -> None:
        self._worth, self._asked = worth, asked

    def read(self, question: Question, passages: Sequence[Passage]) -> Sequence[Reading]:  # noqa: ARG002
        worths = [tuple(self._of(unit.text) for unit in units_of([one])) for one in passages]
        return [Reading(worth, None, 0.5, asked=self._asked) for worth in worths]

    def _of(self, text: str) -> float:
        return max((worth for words, worth in self._worth.items() if words in text), default=0.0)


@pytest.mark.parametrize(("asked", "steps"), [("yes_no", 0), ("thing", len(STEPS))])
def test_who_asks_a_yes_or_no_of_a_procedure_is_told_its_steps_for_their_worth(asked: str, steps: int) -> None:
    body = "\n\n".join(["\n".join(STEPS), "Nothing is refunded."])
    article = validated("a", body, language="en", kind="procedure")
    library = Shelf([article], words=300)
    retrieved = Retrieved(Question(text="Is it refunded?", language="en"), (hit(library.passages("a")[0]),), library)
    selection = SentenceSelector(AnsweringSettings(), Worth({"refunded": 0.9}, asked)).select(retrieved)
    assert selection is not None
    assert quotes(selection) == [*STEPS[:steps], "Nothing is refunded."]


@pytest.mark.parametrize(
    ("asked", "worth", "steps"),
    [
        ("yes_no", {"refunded": 0.9, "1.": 0.5}, 0),
        ("amount", {"refunded": 0.9, "1.": 0.5}, 0),
        ("thing", {"refunded": 0.9, "1.": 0.5}, len(STEPS)),
        ("yes_no", {"refunded": 0.5, "1.": 0.9}, len(STEPS)),  # the best of all is a step
    ],
)
def test_who_asks_whether_or_how_much_is_told_no_steps_beside_what_answers_best(
    asked: str, worth: Mapping[str, float], steps: int
) -> None:
    body = "\n\n".join(["\n".join(STEPS), "Nothing is refunded."])
    library = Shelf([validated("a", body, language="en")], words=300)
    retrieved = Retrieved(Question(text="Is it refunded?", language="en"), (hit(library.passages("a")[0]),), library)
    selection = SentenceSelector(AnsweringSettings(), Worth(worth, asked)).select(retrieved)
    assert selection is not None
    assert quotes(selection) == [*STEPS[:steps], "Nothing is refunded."]


def test_of_a_faq_of_several_questions_the_one_that_answers_is_said() -> None:
    body = "**By phone?** On 0800 555.\n\n**By post?** At 12 Mill Road.\n\n**At a branch?** We have none."
    article = validated("a", body, title="How do I reach you?", language="en", kind="faq")
    library = Shelf([article], words=120)
    retrieved = Retrieved(Question(text="Your branch?", language="en"), (hit(library.passages("a")[0]),), library)
    selection = SentenceSelector(AnsweringSettings(), Worth({"We have none": 0.9})).select(retrieved)
    assert selection is not None
    assert quotes(selection) == ["**At a branch?**", "We have none."]


TABLE = ["| Lignes | Remise |", "|---|---|", "| 5–19 | 8 % |", "| 20–99 | 15 % |", "| 100 | sur devis |"]


@pytest.mark.parametrize(
    ("worth", "said"),
    [
        ({"Remise": 0.9}, TABLE),
        ({"Remise": 0.9, "15 %": 0.8}, [*TABLE[:2], TABLE[3]]),
        ({"Remise": 0.9, "15 %": 0.1}, TABLE),
        ({"8 %": 0.8, "devis": 0.6}, TABLE),
    ],
)
def test_a_table_is_said_whole_unless_one_of_its_rows_answers(worth: Mapping[str, float], said: Sequence[str]) -> None:
    article = validated("a", "\n".join(TABLE), language="fr")
    shelf = Shelf([article])
    retrieved = Retrieved(Question(text="Remise ?", language="fr"), (hit(shelf.passages("a")[0]),), shelf)
    selection = SentenceSelector(AnsweringSettings(), Worth(worth)).select(retrieved)
    assert selection is not None
    assert quotes(selection) == said


CODES = ["| Code | Meaning |", "|---|---|", *(f"| E{one} | Part {one} of the R4 |" for one in range(10, 20))]


@pytest.mark.parametrize("rows", [4, 12])  # of a table that is said whole, and of a longer one
@pytest.mark.parametrize(
    ("question", "named"),
    [("What is E12?", [4]), ("e-12 on the R4", [4]), ("E11 or E12", [3, 4]), ("E99", None), ("The R4?", None)],
)
@pytest.mark.parametrize("worth", [{"Code": 0.9}, {"Part 10": 0.9, "Part 12": 0.1}])
def test_of_a_table_the_row_of_the_code_that_is_named_is_said(
    question: str, named: list[int] | None, rows: int, worth: Mapping[str, float]
) -> None:
    table = CODES[: rows + 2]
    shelf = Shelf([validated("a", "\n".join(table), language="en")], words=300)
    retrieved = Retrieved(Question(text=question, language="en"), (hit(shelf.passages("a")[0]),), shelf)
    selection = SentenceSelector(AnsweringSettings(), Worth(worth)).select(retrieved)
    assert selection is not None
    said = quotes(selection)
    if named is None:
        assert table[2] in said
    elif len(named) > 1 and rows == 4:  # of several nobody could tell that others were left out
        assert said == table
    else:
        assert said == [*table[:2], *(table[at] for at in named)]


# --- labels, questions, callouts, headings -----------------------------------------------------------


@pytest.mark.parametrize("label", ["**Délai du colis bleu**", "__Le colis bleu__"])
def test_a_label_is_never_said_without_what_it_names(label: str) -> None:
    body = f"{fillers(6)}\n\n{label}\n\nComptez 3 jours. {fillers(3)}"
    found = quotes(select(validated("a", body, language="fr"), "délai du colis bleu", max_words=30, words=300))
    assert label not in found or found[found.index(label) + 1] == "Comptez 3 jours."


def test_what_stands_under_a_label_is_said_with_it() -> None:
    body = f"{fillers(6)}\n\n**En point relais**\n\nLe colis bleu attend 3 jours. {fillers(3)}"
    found = quotes(select(validated("a", body, language="fr"), "Le colis bleu attend ?", max_words=40, words=300))
    assert found[:2] == ["**En point relais**", "Le colis bleu attend 3 jours."]


@pytest.mark.parametrize("emphasis", ["**Ne débranchez rien.**", "**Prix : 9 €**"])
def test_a_sentence_in_bold_is_no_label(emphasis: str) -> None:
    units = units_of(split(validated("a", f"{emphasis}\n\nLe reste.", language="fr")))
    assert [unit.label for unit in units] == [False, False]


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("**Pas de mousse.** Le lait est tiède.\n\n**Une fuite.** Videz le bac. Nettoyez le groupe.", "fr"),
        ("**No foam.** The milk is warm.\n\n__A leak!__ Empty the tray. Clean the unit.", "en"),
    ],
)
def test_what_opens_a_paragraph_in_bold_names_what_stands_beside_it(body: str, language: str) -> None:
    units = units_of(split(validated("a", body, language=language)))
    assert with_what_they_need([0], units) == with_what_they_need([1], units) == {0, 1}
    assert with_what_they_need([2], units) == with_what_they_need([3], units) == {2, 3}
    assert with_what_they_need([4], units) == {2, 3, 4}


@pytest.mark.parametrize(
    "body",
    ["Stop. **Beware of leaks.** Empty the tray.", "**Mind leaks.**\n\nEmpty it.", "**Mind leaks.** \nEmpty the tray."],
)
def test_what_stands_in_bold_elsewhere_names_nothing(body: str) -> None:
    units = units_of(split(validated("a", body, language="en")))
    bold = next(at for at, unit in enumerate(units) if "**" in unit.text)
    assert with_what_they_need([bold], units) == {bold}


def test_a_question_in_the_text_comes_with_its_answer_and_the_answer_with_it() -> None:
    asks, answers = "Want to keep your number?", "Leave the transfer to your new operator."
    body = f"{fillers(3, 'en')} {asks} {answers} {fillers(3, 'en')}"
    units = units_of(split(validated("a", body, language="en"), words=300))
    at = next(at for at, unit in enumerate(units) if unit.text == asks)
    assert with_what_they_need([at], units) == with_what_they_need([at + 1], units) == {at, at + 1}


def test_a_callout_comes_whole() -> None:
    callout = "> Keep your number: do not cancel. Ask the new operator. The transfer closes the line."
    body = f"{fillers(4, 'en')}\n\n{callout}\n\n{fillers(4, 'en')}"
    found = quotes(select(validated("a", body, language="en"), "Who closes the line?", max_words=30, words=300))
    assert callout in " ".join(found)


def test_nothing_is_brought_from_under_another_heading() -> None:
    body = "Le délai du vol est court.\n\n## Colis perdu\n\nIl est remboursé sous 8 jours."
    units = units_of(split(validated("a", body, language="fr")))
    assert with_what_they_need([1], units) == {1}


def test_what_holds_in_another_case_is_not_said_unless_it_is_asked_for() -> None:
    body = (
        "## En France\n\nLe transfert du numéro prend 3 jours.\n\n"
        "## En Belgique\n\nLe transfert du numéro prend 1 jour.\n\n"
        "## Tarif\n\nLe transfert du numéro est gratuit."
    )
    article = validated("a", body, language="fr")
    said = quotes(select(article, "Le transfert du numéro ?"))
    assert "Le transfert du numéro prend 1 jour." not in said
    assert {"Le transfert du numéro prend 3 jours.", "Le transfert du numéro est gratuit."} & set(said)
    asked = quotes(select(article, "Le transfert du numéro en Belgique ?"))
    assert "Le transfert du numéro prend 1 jour." in asked


# --- sections ----------------------------------------------------------------------------------------


def test_two_lists_of_sections_that_bear_the_same_name_stay_apart() -> None:
    blocks = [
        "## Étapes\n\n- Prenez le jeton rouge du tiroir.\n- Posez le jeton rouge sur la table.",
        f"## Autre\n\n{fillers(12)}",
        "## Étapes\n\n- Prenez la clef verte du placard.\n- Tournez la clef verte dans la serrure.",
    ]
    article = validated("a", "\n\n".join(blocks), language="fr")
    found = quotes(select(article, "clef verte", at=len(split(article)) - 1))
    assert found == ["- Prenez la clef verte du placard.", "- Tournez la clef verte dans la serrure."]


# --- sentences ---------------------------------------------------------------------------------------


def test_what_answers_is_quoted_and_what_surrounds_it_is_not() -> None:
    body = f"{fillers(8, 'en')} The blue parcel leaves on Monday. {fillers(8, 'en')}"
    article = validated("a", body, language="en")
    found = quotes(select(article, "When does the blue parcel leave?", max_words=20, words=300))
    assert "The blue parcel leaves on Monday." in found
    assert len(found) <= 2


@pytest.mark.parametrize(("at", "said"), [(0, "lundi"), (1, "mardi")])
def test_of_sentences_that_say_as_much_those_of_the_passage_that_was_found_are_said(at: int, said: str) -> None:
    sentence = "Le colis part avec le facteur le {} matin de notre bel entrepôt."
    body = "\n\n".join(f"{fillers(5)} {sentence.format(day)}" for day in ("lundi", "mardi"))
    article = validated("a", body, language="fr")
    assert quotes(select(article, "Quand part le colis ?", max_words=20, words=80, at=at)) == [sentence.format(said)]


def test_a_thread_is_answered_as_fully_where_its_question_was_found() -> None:
    """The question is never said: all that is said stands beside it, and is worth what it is worth."""
    body = f"""**Question from Aoife**

Since yesterday my box keeps restarting. {fillers(6, "en")} How can I stop the box from restarting?

**Answer from the support team**

A box that keeps restarting is short of power. Use the power supply that came with the box. Press the reset button of
the box for twenty seconds. The box loads its software again in eight minutes. Never unplug the box during that time.
Switch the energy saver of the box off. That stops the box from restarting."""
    thread = validated("t", body, language="en", kind="thread")
    library = Shelf([thread], words=80)
    asked, (about, answer) = Question(text="How can I stop it?", language="en"), library.passages(thread.id)
    assert "How can I stop" in about.text
    selector = SentenceSelector(AnsweringSettings(), Worth({"Press": 0.99, "Use": 0.3, "Never": 0.3, "Switch": 0.3}))
    for found in (about, answer):
        selection = selector.select(Retrieved(asked, (hit(found),), library))
        assert selection is not None
        assert {quote.split()[0] for quote in quotes(selection)} >= {"Press", "Use", "Never", "Switch"}


@pytest.mark.parametrize(
    ("language", "first", "second", "question"),
    [
        ("en", "The blue parcel leaves on Monday.", "It arrives on Tuesday at noon.", "When does it arrive at noon?"),
        ("fr", "Le colis bleu part le lundi.", "Il arrive mardi à midi.", "Quand arrive-t-il à midi ?"),
        ("en", "Returns are free of charge.", "However, a sofa costs €30 to return.", "Are returns free of charge?"),
        ("fr", "Le retour est gratuit.", "Toutefois, le retour d'un canapé coûte 30 €.", "Le retour est-il gratuit ?"),
        ("en", "The transfer costs €35.", "It is free if you are over 65.", "How much does the transfer cost?"),
        ("fr", "Le transfert coûte 35 €.", "Il est offert à condition d'être abonné.", "Le transfert coûte ?"),
    ],
)
def test_no_sentence_stands_without_the_one_it_points_back_to_or_is_limited_by(
    language: str, first: str, second: str, question: str
) -> None:
    body = f"{fillers(5, language)} {first} {second} {fillers(5, language)}"
    found = quotes(select(validated("a", body, language=language), question, max_words=40, words=300))
    assert first in found
    assert found[found.index(first) + 1] == second


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("Claims need the frame number. If you do not have it, a photo will do.", True),
        ("The lock must be approved by us. Without it, half is paid.", True),
        ("Cover lasts 60 days. After that, the policy ends.", True),
        ("We write to the bank. If they refuse, we call you.", True),
        ("Claims need the frame number. If you have one card, show your passport.", False),
        ("Une facture est exigée. Si vous ne l'avez pas, une photo suffit.", True),
        ("La porte a une serrure à 3 points. À défaut, l'indemnité est réduite.", True),
        ("L'appareil est réparé. S’il ne peut pas l'être, nous le reprenons.", True),
        ("Payez avant le 5. Passé ce délai, la carte est bloquée.", True),
        ("Une facture est exigée. Si vous le souhaitez, nous passons chez vous.", False),
        ("Payez avant le 5. S'il vous plaît, gardez le reçu.", False),
        ("Le colis pèse 20 kg. Au-delà de 30 km, la livraison coûte 9 €.", False),
    ],
)
def test_what_holds_where_a_sentence_does_not_is_said_with_it(text: str, together: bool) -> None:
    language = "en" if " the " in text else "fr"
    units = units_of(split(validated("a", text, language=language)))
    assert [with_what_they_need([at], units) for at in (0, 1)] == ([{0, 1}] * 2 if together else [{0}, {1}])


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("The machine asks for descaling. You can put it off, but it locks after 50 coffees.", True),
        ("The jug holds half a litre. You must also rinse it every day.", True),
        ("La machine demande un détartrage. Vous pouvez le remettre à plus tard.", True),
        ("L'appareil est garanti 2 ans. Vous devez l’enregistrer sous 60 jours.", True),
        ("Les lames s'usent. Vous pouvez aussi les commander en ligne.", True),
        ("The machine asks for descaling. You can put a cup below the spout.", False),
        ("La machine demande un détartrage. Vous pouvez le soir passer au magasin.", False),
        ("La machine demande un détartrage. Vous devez la facture et le port.", False),
    ],
)
def test_what_may_be_done_with_it_is_said_with_what_it_is(text: str, leans: bool) -> None:
    language = "en" if text.startswith("The") else "fr"
    units = units_of(split(validated("a", text, language=language)))
    assert with_what_they_need([1], units) == ({0, 1} if leans else {1})


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        ("Prolongez en ligne. La prolongation est refusée si un autre lecteur attend le livre.", True),
        ("Le colis est repris. Le retour d'un article soldé n'est pas possible s'il a été porté.", True),
        ("You can have the data erased. Erasure is refused only where the law has us keep something.", True),
        ("Renew the loan online. A loan cannot be accepted for renewal once it is overdue.", True),
        ("Payez en ligne. Si le paiement est refusé, une autre carte suffit.", False),
        ("Payez en ligne. Une carte qui est refusée se remplace en agence.", False),
        ("Pay the bill online. When a card is refused, try another if you have one.", False),
    ],
)
def test_what_says_when_not_is_said_with_the_sentence_before_it(text: str, limited: bool) -> None:
    language = "en" if " the " in text else "fr"
    units = units_of(split(validated("a", text, language=language)))
    assert with_what_they_need([0], units) == ({0, 1} if limited else {0})
    assert with_what_they_need([1], units) == {1}


def test_the_words_that_answer_are_within_what_is_said() -> None:
    body = f"{fillers(6, 'en')} The monthly price of the box is €34.99. {fillers(6, 'en')}"
    selection = select(validated("a", body, language="en"), "What is the monthly price of the box?", words=300)
    assert selection.shortest is not None
    assert selection.shortest.quote == "€34.99"
    assert any(selection.shortest.quote in quote for quote in quotes(selection))
    assert selection.asked_fact in (None, selection.shortest)
    assert 0 <= selection.holds <= 1


def test_nothing_is_selected_where_nothing_was_found() -> None:
    nothing = Retrieved(Question(text="retour"), (), Shelf([]))
    assert SentenceSelector(AnsweringSettings()).select(nothing) is None


SENTENCES = [
    "Le délai est de 14 jours.",
    "Il ne court pas le dimanche, sauf p. ex. en décembre.",
    "Le forfait coûte 1 200 € par an !",
    "Qui peut en profiter ?",
    "The parcel leaves on Monday, i.e. the day after.",
    "Dr. Smith does not answer before 9 a.m. on Sundays.",
    "It costs €4.90 from home.",
    "Vous gardez la preuve de dépôt aussi longtemps que le colis n'est pas arrivé à bon port chez nous.",
]


@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=40),
    st.integers(20, 60),
    st.sampled_from(["fr", "en"]),
    st.sampled_from(["délai de livraison", "parcel cost", "dimanche", "zzz"]),
)
def test_the_longest_answer_is_honoured_by_running_text(
    pool: list[str], room: int, language: str, question: str
) -> None:
    article = validated("a", " ".join(pool), language=language)
    found = quotes(select(article, question, max_words=room))
    assert found
    assert all(quote in article.body for quote in found)
    units = units_of(split(article))
    alone = [{units[at].text for at in with_what_they_need([one], units)} for one in range(len(units))]
    assert len(" ".join(found).split()) <= room or set(found) in alone  # one sentence, and what it needs


# --- books -------------------------------------------------------------------------------------------

ASKED_OF_A_BOOK = ("Combien coûte le jeton ?", "Comment ranger les jetons ?", "Que faire du jeton ?", "jeton E18")
PARTS = ("Le jeton coûte 5 €.", "\n".join(STEPS), "| Code | Sens |\n|---|---|\n| E18 | Jeton coincé |", fillers(30))


@given(
    sections=st.lists(st.tuples(st.sampled_from(["", "## A\n\n", "# B\n\n"]), st.sampled_from(PARTS)), min_size=12),
    question=st.sampled_from(ASKED_OF_A_BOOK),
    kind=st.sampled_from(["article", "faq", "procedure", "thread"]),
    found=st.lists(st.integers(0, 999), min_size=1, max_size=6),
)
def test_of_a_book_one_chapter_is_told_unless_it_is_a_thread(
    sections: list[tuple[str, str]], question: str, kind: ArticleKind, found: list[int]
) -> None:
    body = "\n\n".join(heading + text for heading, text in [*sections, ("# Z\n\n", fillers(200))])
    book = validated("livre", body, language="fr", kind=kind, questions=(ASKED_OF_A_BOOK[0],))
    shelf = Shelf([book])
    passages = shelf.passages(book.id)
    order = dict.fromkeys(at % len(passages) for at in found)
    hits = tuple(hit(passages[at], 1 - place / 10) for place, at in enumerate(order))
    asked = Question(text=question, language="fr")
    selection = SentenceSelector(AnsweringSettings()).select(Retrieved(asked, hits, shelf))
    assert selection is not None
    chapter = chapter_of(hits[0].passage, passages, 100)
    assert selection.evidence
    assert kind == "thread" or all(chapter.holds(one) for one in selection.passages)


@pytest.mark.parametrize(("sentences", "told"), [(30, 0), (400, 1)])
def test_only_a_long_book_is_not_told_from_its_beginning_however_few_articles_there_are(
    sentences: int, told: int
) -> None:
    chapters = [f"Le jeton numéro {n} coûte {n} €. {fillers(sentences)}" for n in range(3)]
    article = validated("a", "\n\n".join(f"# Partie {n}\n\n{text}" for n, text in enumerate(chapters)), language="fr")
    shelf = Shelf([article])
    opening = [one for one in shelf.passages("a") if "jeton" in one.text]
    hits = (hit(opening[1], 0.7), hit(opening[0], 0.65))
    retrieved = Retrieved(Question(text="Que dire du jeton ?", language="fr"), hits, shelf)
    selection = SentenceSelector(AnsweringSettings()).select(retrieved)
    assert selection is not None
    assert selection.passages == (opening[told],)


def test_amid_a_long_text_without_headings_what_stands_before_is_no_beginning() -> None:
    body = "\n\n".join(f"Le jeton numéro {n} coûte {n} €. {fillers(8)}" for n in range(40))
    shelf = Shelf([validated("a", body, language="fr")])
    passages = shelf.passages("a")
    hits = (hit(passages[9], 0.7), hit(passages[8], 0.65))
    retrieved = Retrieved(Question(text="Le jeton numéro 9, que dire ?", language="fr"), hits, shelf)
    selection = SentenceSelector(AnsweringSettings()).select(retrieved)
    assert selection is not None
    assert "Le jeton numéro 9 coûte 9 €." in quotes(selection)


def test_of_a_long_thread_no_question_is_told_for_an_answer_wherever_it_was_found() -> None:
    turns = [
        turn
        for n in range(20)
        for turn in (
            f"**Question de Karim**\n\n{fillers(6)} Je crois que les jetons sont remboursés en {n} jours.",
            f"**Réponse de l'équipe**\n\n{fillers(6)} Les jetons ne sont jamais remboursés.",
        )
    ]
    article = validated("a", "\n\n".join(turns), language="fr", kind="thread")
    passages = split(article)
    assert passages[-1].end > 12_000
    for at in range(len(passages)):
        found = quotes(select(article, "Les jetons sont-ils remboursés ?", at=at))
        assert not any("Je crois" in one for one in found)


# --- all of the demo ---------------------------------------------------------------------------------


def everything_selected(demo: Iterable[Article]) -> Iterator[tuple[Article, int, Selection]]:
    """What each article says when it is asked for by its title or known questions, wherever it was found."""
    for article in demo:
        for question in (article.title, *article.questions[:1]):
            for max_words in (20, 90):
                for at in range(len(split(article))):
                    yield article, max_words, select(article, question, max_words=max_words, at=at)


def blocks_that_stay_whole(body: str) -> Iterator[tuple[int, int]]:
    """The spans of lists, as a Markdown parser sees them."""
    starts = [0]
    for line in body.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for token in MarkdownIt("commonmark").enable("table").parse(body):
        if token.level == 0 and token.type in ("bullet_list_open", "ordered_list_open") and token.map:
            text = body[starts[token.map[0]] : starts[token.map[1]]].rstrip()
            yield starts[token.map[0]], starts[token.map[0]] + len(text)


def test_the_demo_is_quoted_in_whole_sentences_in_order_and_no_list_is_cut(demo: tuple[Article, ...]) -> None:
    selected = list(everything_selected(demo))
    assert {article.language for article, _, _ in selected} == {"fr", "en"}
    for article, _, selection in selected:
        pieces = selection.evidence
        assert pieces
        assert {piece.article_id for piece in pieces} == {article.id}
        assert all(article.body[piece.start : piece.end] == piece.quote for piece in pieces)
        assert all(first.end <= second.start for first, second in pairwise(pieces))
        whole = {
            (passage.start + span.start, passage.start + span.end)
            for passage in split(article)
            for span in sentence_spans(passage.text, passage.language)
        }
        ends = {end: start for start, end in whole}
        for piece in pieces:
            left_out = article.body[ends[piece.end] : piece.start]
            assert not left_out or (article.kind == "thread" and re.fullmatch(r"(Bonjour|Hello) \w+, ", left_out))
        kept = set()
        for start, end in blocks_that_stay_whole(article.body):
            inside = [piece for piece in pieces if start <= piece.start and piece.end <= end]
            kept |= set(inside)
            said = "".join("".join(piece.quote for piece in inside).split())
            assert said in ("", "".join(article.body[start:end].split())), f"{article.id}: a list is cut"
        rows = [piece for piece in pieces if piece.quote.startswith("|")]
        assert not rows or article.body[: rows[0].start].rpartition("\n\n")[2].strip() == "", "a row without its head"
