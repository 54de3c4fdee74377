"""Follow-ups made whole: what hangs on the turns before it, and what stands by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.assistant import understand
from ragcare.conversation.whole import each_asked, made_whole, spelled_out
from ragcare.deciding.wording import ENGLISH, FRENCH
from ragcare.schema import MAX_QUESTION_CHARACTERS, Question, Turn, composed

ROLES = st.sampled_from(["customer", "assistant", "agent"])
CUES = st.sampled_from(
    ["et pour la box ?", "non, je parle de la fibre", "pas la box, le mobile", "oui", "2", "what about it?"]
)
TEXTS = st.text(max_size=200) | CUES
HISTORIES = st.lists(st.builds(Turn, role=ROLES, text=TEXTS), max_size=8).map(tuple)
QUESTIONS = st.builds(
    Question,
    text=TEXTS.filter(lambda text: bool(composed(text).split())),
    language=st.sampled_from(["fr", "en", "und"]),
    history=HISTORIES,
)


def asked(text: str, *turns: str, language: str = "fr") -> Question:
    """The question after these turns, of the customer and the assistant by turns."""
    history = [Turn(role="assistant" if at % 2 else "customer", text=turn) for at, turn in enumerate(turns)]
    return made_whole(Question(text=text, language=language, history=tuple(history)))


@pytest.mark.parametrize(
    ("before", "now", "language"),
    [
        ("Combien coûte la livraison à domicile ?", "et en point relais ?", "fr"),
        ("Comment joindre le service clients ?", "et pour les professionnels ?", "fr"),
        ("C'est quoi une eSIM ?", "Comment je l'installe ?", "fr"),
        ("Je voudrais une box", "Combien ça coûte ?", "fr"),
        ("How much is the TV decoder?", "what about a second one?", "en"),
        ("I want to cancel my plan", "When does that take effect?", "en"),
    ],
)
def test_what_hangs_on_the_turn_before_is_searched_for_with_it(before: str, now: str, language: str) -> None:
    assert asked(now, before, "Voici.", language=language).sought == f"{before} {now}"


@pytest.mark.parametrize(
    ("before", "now", "language"),
    [
        ("Combien coûte la livraison ?", "Quand arrive la prime de parrainage ?", "fr"),
        ("Comment résilier mon forfait ?", "Mon Wi-Fi est très lent dans la chambre", "fr"),
        ("When is customer service open?", "How many TV decoders can I have?", "en"),
        ("What does the plan cost?", "Another question: how do I delete my personal data?", "en"),
    ],
)
def test_a_question_on_another_subject_is_left_as_it_is(before: str, now: str, language: str) -> None:
    assert asked(now, before, "Voici.", language=language).standalone is None


@pytest.mark.parametrize(
    ("before", "reply", "now", "language"),
    [
        ("How can I change my payment date?", "Pay by the 5th.", "I did not pay my last bill", "en"),
        ("Comment résilier ?", "Ouvrez l'application.", "Mon application ne s'ouvre plus, mot de passe perdu", "fr"),
    ],
)
def test_what_tells_something_whole_stands_by_itself_whatever_word_it_shares(
    before: str, reply: str, now: str, language: str
) -> None:
    assert asked(now, before, reply, language=language).standalone is None


@pytest.mark.parametrize(
    ("now", "language"),
    [
        ("how do I pay my last bill", "en"),  # a question, with a mark or without
        ("I still did not pay my last bill", "en"),
        ("my bill", "en"),
    ],
)
def test_what_asks_or_goes_on_is_put_behind_what_it_shares_a_word_with(now: str, language: str) -> None:
    assert asked(now, "How can I change my payment date?", "Pay by the 5th.", language=language).standalone is not None


@pytest.mark.parametrize(
    ("before", "now", "refusal", "language"),
    [
        ("Quel transporteur livre les commandes ?", "résilier", FRENCH.refusal("weak_source"), "fr"),
        ("Quel transporteur livre les commandes ?", "Parrainage ?", FRENCH.refusal("out_of_scope"), "fr"),
        ("Which carrier brings my order?", "cancel", ENGLISH.refusal("no_source"), "en"),
    ],
)
def test_a_bare_word_after_a_refusal_is_a_new_attempt(before: str, now: str, refusal: str, language: str) -> None:
    assert asked(now, before, refusal, language=language).standalone is None
    assert asked(now, before, "Voici.", language=language).sought == f"{before} {now}"


@pytest.mark.parametrize(
    ("before", "now", "sought"),
    [
        (  # what failed is asked again beside another question: neither needs the turn before
            "Quelle est la capitale de la Mongolie ?",
            "Comment résilier mon forfait ? Quelle est la capitale de la Mongolie ?",
            ["Comment résilier mon forfait ?", "Quelle est la capitale de la Mongolie ?"],
        ),
        (
            "Combien coûte la livraison ?",
            "et en point relais ? Et comment résilier ma box ?",
            ["Combien coûte la livraison ? et en point relais ?", "Comment résilier ma box ?"],
        ),
        (  # the second goes on from the first, and so from what that goes on from
            "Combien coûte la livraison ?",
            "et en point relais ? combien de temps ça prend ?",
            [
                "Combien coûte la livraison ? et en point relais ?",
                "Combien coûte la livraison ? et en point relais ? combien de temps ça prend ?",
            ],
        ),
    ],
)
def test_each_question_of_a_message_is_made_whole_by_itself(before: str, now: str, sought: list[str]) -> None:
    parts = each_asked(asked(now, before, FRENCH.refusal("no_source")))
    assert [part.sought for part in parts] == sought


def test_what_was_reworded_as_a_whole_is_not_taken_apart() -> None:
    correction = asked("non, je voulais dire : comment rendre la box ? et quand ?", "Comment vendre la box ?", "Voici.")
    assert correction.standalone is not None
    assert each_asked(correction) == (correction,)
    given = Question(text="Où ? Et quand ?", standalone="La box, où ? Et quand ?", history=correction.history)
    assert each_asked(given) == (given,)


@pytest.mark.parametrize(
    ("before", "now", "language"),
    [
        ("When does it end?", "my mobile plan", "en"),
        ("Quel est le délai ?", "ma livraison", "fr"),
        ("How much does it cost?", "our second SIM card", "en"),
    ],
)
@pytest.mark.parametrize("refused", [FRENCH.refusal("weak_source"), ENGLISH.clarify(["My box", "My phone"])])
def test_a_subject_told_after_a_question_that_named_none_is_what_that_was_about(
    before: str, now: str, language: str, refused: str
) -> None:
    """What is asked of it has not been answered, and is still the point."""
    whole = asked(now, before, refused, language=language)
    assert whole.sought == whole.point == f"{now} {before}"


@pytest.mark.parametrize(
    ("before", "now", "language"),
    [
        ("my internet is down", "the light is orange", "en"),  # it had said what it is about
        ("Quel est le délai ?", "combien de fois ?", "fr"),  # a question has a point of its own
    ],
)
def test_what_tells_no_missing_subject_is_put_behind(before: str, now: str, language: str) -> None:
    assert asked(now, before, FRENCH.clarify(["A", "B"]), language=language).sought == f"{before} {now}"


@pytest.mark.parametrize("reply", [FRENCH.social["thanks"], f"4,90 €.\n\n{FRENCH.offer}", FRENCH.escalations["fraud"]])
def test_a_few_words_answer_neither_manners_nor_an_offer_nor_a_farewell(reply: str) -> None:
    """None of them asked for more about the question before."""
    assert asked("le forfait mobile", "Combien coûte la livraison ?", reply).standalone is None
    assert asked("et le dimanche ?", "Combien coûte la livraison ?", reply).standalone is not None


@pytest.mark.parametrize("now", ["mon forfait mobile", "le forfait mobile"])
def test_a_subject_told_after_a_question_that_had_said_all_is_a_new_attempt(now: str) -> None:
    before = "Quel transporteur livre les commandes ?"
    assert asked(now, before, FRENCH.refusal("weak_source")).standalone is None


@pytest.mark.parametrize("now", ["et la carte SIM ?", "c'est gratuit ?", "oui"])
def test_what_leans_on_a_refused_question_is_still_put_behind_it(now: str) -> None:
    before = "Quel transporteur fait la livraison ?"
    assert asked(now, before, FRENCH.refusal("weak_source")).sought.startswith(before)


@pytest.mark.parametrize(
    ("before", "now", "whole", "language"),
    [
        ("Comment résilier la box ?", "pas la box, le mobile", "Comment résilier le mobile ?", "fr"),
        ("Comment résilier la box ?", "le mobile, pas la box", "Comment résilier le mobile ?", "fr"),
        (
            "Can I use my phone in Spain?",
            "not Spain, the United States",
            "Can I use my phone in the United States?",
            "en",
        ),
        ("Je veux resillier", "je voulais dire résilier", "Je veux résilier", "fr"),
        ("Quel est le délai ?", "non, je parle de la fibre", "Quel est le délai ? la fibre", "fr"),
    ],
)
def test_a_corrected_word_takes_the_place_of_the_wrong_one(before: str, now: str, whole: str, language: str) -> None:
    assert asked(now, before, "Voici.", language=language).sought.replace(" ?", "?") == whole.replace(" ?", "?")


@pytest.mark.parametrize(
    ("before", "now", "language"),
    [
        ("Quels forfaits avez-vous ?", "pas de réseau, que faire ?", "fr"),
        ("How much is Max?", "not receiving texts, what should I do?", "en"),
        ("Where is my order?", "actually how do I cancel my plan?", "en"),
        ("Combien coûte la livraison ?", "je ne peux pas payer ma facture", "fr"),
    ],
)
def test_a_complaint_with_a_not_in_it_corrects_nothing(before: str, now: str, language: str) -> None:
    assert asked(now, before, "Voici.", language=language).sought in (now, f"{before} {now}")


@pytest.mark.parametrize("text", ["non", "non merci", "merci", "ok merci bonne journée", "no thanks"])
def test_thanks_and_a_bare_no_ask_nothing_again(text: str) -> None:
    assert asked(text, "ma box est en panne", FRENCH.refusal("weak_source")).standalone is None


def test_an_answer_to_the_assistant_is_searched_for_with_its_question() -> None:
    whole = asked("oui", "problème de facture", "Votre facture est-elle impayée ?")
    assert whole.sought == "problème de facture Votre facture est-elle impayée ?"


def test_the_standing_offer_of_a_person_is_never_searched_for() -> None:
    whole = asked("la fibre", "quel délai", FRENCH.refusal("weak_source"))
    assert whole.sought == "la fibre quel délai"


@pytest.mark.parametrize("after", ["", " Nos conseillers ne sont pas joignables en ce moment."])
@pytest.mark.parametrize("text", ["non", "merci", "close contract"])
def test_neither_is_the_one_that_follows_an_answer(text: str, after: str) -> None:
    reply = f"Le remboursement arrive sous 5 jours.\n\n{FRENCH.offer}{after}"
    assert "conseiller" not in asked(text, "Comment annuler ma commande ?", reply).sought


def test_a_choice_stands_for_its_title() -> None:
    titles = ["Résilier ma box", "Résilier mon forfait mobile"]
    for choice in ("2", "le 2", "la deuxième", "la dernière", "mobile", "2nd one"):
        assert asked(choice, "résilier", FRENCH.clarify(titles)).sought == titles[1], choice
    assert asked("3", "résilier", FRENCH.clarify(titles)).sought != titles[1]


def test_the_point_of_a_follow_up_is_the_turn_itself_and_of_a_reworded_one_the_whole() -> None:
    follow_up = asked("et en  point relais ?", "Combien coûte la livraison ?", "4,90 €")
    assert follow_up.point == follow_up.text
    correction = asked("pas la box, le mobile", "Comment résilier la box ?", "Par courrier.")
    assert correction.point == correction.sought
    again = asked("et la Suisse ?", "et la Suisse ?", "Oui.", "Mon forfait en Europe et en Suisse ?", "Oui.")
    assert again.sought.endswith(again.text)


def test_thanks_in_the_middle_are_no_part_of_the_subject() -> None:
    turns = ("Combien coûte la livraison ?", "4,90 €.", "cool merci", FRENCH.social["thanks"])
    assert asked("et en point relais ?", *turns).sought == "Combien coûte la livraison ? et en point relais ?"
    assert asked("and in English?", *turns).sought == "Combien coûte la livraison ?"


@pytest.mark.parametrize(
    ("now", "language"), [("it still hasn't arrived", "en"), ("c'est quoi le numéro", "fr"), ("its colour", "en")]
)
def test_what_only_begins_like_a_correction_loses_no_word(now: str, language: str) -> None:
    before = "Where is my order?" if language == "en" else "Quels sont vos horaires ?"
    assert asked(now, before, "Voici.", language=language).sought == f"{before} {now}"


def test_an_earlier_subject_is_left_behind() -> None:
    whole = asked("et en Suisse ?", "Où en est ma livraison ?", "Ici.", "Mon forfait marche-t-il en Europe ?", "Oui.")
    assert whole.sought == "Mon forfait marche-t-il en Europe ? et en Suisse ?"


def test_understand_makes_the_question_whole_and_tells_its_language_by_what_went_before() -> None:
    question = understand(
        "PUK ?", history=[Turn(role="customer", text="Ma carte SIM est bloquée, que dois-je faire ?")]
    )
    assert question.language == "fr"
    assert question.text == "PUK ?"
    assert "carte SIM" in question.sought


@given(QUESTIONS)
def test_any_history_gives_a_question_that_can_be_searched_for(question: Question) -> None:
    whole = made_whole(question)
    assert whole == made_whole(question)
    assert 0 < len(whole.sought.strip()) <= MAX_QUESTION_CHARACTERS
    assert whole.model_copy(update={"standalone": None}) == question


@given(QUESTIONS, st.sampled_from([["Ma box", "Mon forfait"], ["", "Mon forfait"]]))
def test_a_choice_spelled_out_leaves_the_turns_in_their_places(question: Question, titles: list[str]) -> None:
    asked_back = Turn(role="assistant", text=FRENCH.clarify(titles), action="clarify")
    told = spelled_out(question.model_copy(update={"history": (asked_back, *question.history)}))
    assert told.text.strip()
    assert [turn.role for turn in told.history[1:]] == [turn.role for turn in question.history]
    assert spelled_out(told).history == told.history


@given(QUESTIONS)
def test_a_question_without_history_is_left_untouched(question: Question) -> None:
    alone = question.model_copy(update={"history": ()})
    assert made_whole(alone) is alone


def test_a_long_history_leaves_room_for_the_question() -> None:
    whole = asked("et pour la box ?", *["mot " * 900, "Voici."] * 6)
    assert whole.sought.endswith("et pour la box ?")
    assert len(whole.sought) <= MAX_QUESTION_CHARACTERS


@pytest.mark.parametrize(
    ("before", "now", "language"),
    [
        ("Comment résilier mon forfait ?", "and in English?", "en"),
        ("Comment résilier mon forfait ?", "In English, please.", "en"),
        ("Comment résilier mon forfait ?", "sorry, can you repeat that in English?", "en"),
        ("How do I cancel my plan?", "et en français ?", "fr"),
        ("How do I cancel my plan?", "pouvez-vous répondre en français svp ?", "fr"),
    ],
)
def test_the_same_in_another_language_is_asked_again_in_that_one(before: str, now: str, language: str) -> None:
    turns = (Turn(role="customer", text=before), Turn(role="assistant", text="Voici.", action="answer"))
    question = understand(now, history=turns)
    assert (question.language, question.sought) == (language, before)


def test_a_follow_up_in_another_language_is_the_whole_one_again() -> None:
    said = ("Combien coûte la livraison à domicile ?", "4,90 €.", "et en point relais ?", "2,90 €.")
    turns = tuple(Turn(role="assistant" if at % 2 else "customer", text=text) for at, text in enumerate(said))
    once = understand("in English?", history=turns)
    assert once.sought == "Combien coûte la livraison à domicile ? et en point relais ?"
    replied = (Turn(role="customer", text="in English?"), Turn(role="assistant", text="€2.90."))
    back = understand("et en français ?", history=(*turns, *replied))
    assert (back.language, back.sought) == ("fr", once.sought)


def test_a_question_about_a_language_is_none_for_the_same_in_it() -> None:
    turns = (Turn(role="customer", text="Quel est le numéro ?"), Turn(role="assistant", text="Le 3060."))
    assert understand("Puis-je avoir ma facture en anglais ?", history=turns).language == "fr"
    assert understand("in English please").sought == "in English please"
