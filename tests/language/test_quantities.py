"""Equal figures are equal strings, in both languages, and none is reported twice."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ragcare.language.negations import negations
from ragcare.language.quantities import quantities
from ragcare.language.spelled import spelled_numbers, spelled_value


def found(text: str, language: str) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in quantities(text, language)]


FRENCH = [
    ("deux semaines", [("duration", "14 d")]),
    ("14 jours", [("duration", "14 d")]),
    ("quatorze jours", [("duration", "14 d")]),
    ("quatre-vingt-dix jours", [("duration", "90 d")]),
    ("une quinzaine de jours", [("duration", "15 d")]),
    ("24 heures", [("duration", "24 h")]),
    ("1 jour", [("duration", "1 d")]),
    ("120 min", [("duration", "2 h")]),
    ("1 h 30 min", [("duration", "90 min")]),
    ("une demi-heure", [("duration", "30 min")]),
    ("une heure et demie, un an et demi", [("duration", "90 min"), ("duration", "18 mo")]),
    ("une heure et quart", [("duration", "75 min")]),
    ("un quart d'heure, trois quarts d’heure", [("duration", "15 min"), ("duration", "45 min")]),
    ("deux à trois heures et demie", [("duration", "2 h"), ("duration", "210 min")]),
    ("12 mois", [("duration", "1 y")]),
    ("un an", [("duration", "1 y")]),
    ("18 mois", [("duration", "18 mo")]),
    ("5 jours ouvrés", [("duration", "5 working d")]),
    ("5 jours ouvrables", [("duration", "5 ouvrable d")]),
    ("3 à 5 jours ouvrés", [("duration", "3 working d"), ("duration", "5 working d")]),
    ("1 200 €", [("amount", "1200 EUR")]),
    ("1\u202f200\u00a0€", [("amount", "1200 EUR")]),
    ("1200 euros", [("amount", "1200 EUR")]),
    ("EUR 1.200,00", [("amount", "1200 EUR")]),
    ("cinq euros", [("amount", "5 EUR")]),
    ("3,7 milliards d'euros", [("amount", "3700000000 EUR")]),
    ("15€99 par mois", [("amount", "15.99 EUR")]),
    ("15 euros 99.", [("amount", "15.99 EUR")]),
    ("5 euros et 20 centimes", [("amount", "5.2 EUR")]),
    ("50 centimes", [("amount", "0.5 EUR")]),
    ("15 € 20 jours", [("amount", "15 EUR"), ("duration", "20 d")]),
    ("entre 10 et 20 €", [("amount", "10 EUR"), ("amount", "20 EUR")]),
    ("2,50 %", [("percent", "2.5")]),
    ("vingt pour cent", [("percent", "20")]),
    ("5–10 %", [("percent", "5"), ("percent", "10")]),
    ("12 mars 2024", [("date", "2024-03-12")]),
    ("1er févr. 2024", [("date", "2024-02-01")]),
    ("12/03/2024", [("date", "2024-03-12")]),
    ("12.03.24", [("date", "2024-03-12")]),
    ("2024-03-12", [("date", "2024-03-12")]),
    ("mars 2024", [("date", "2024-03")]),
    ("le 5 août", [("date", "--08-05")]),
    ("31/02/2024", [("number", "31"), ("number", "02"), ("number", "2024")]),
    ("9 h 30", [("time", "09:30")]),
    ("9h30", [("time", "09:30")]),
    ("21:05", [("time", "21:05")]),
    ("En 2024, trois factures", [("number", "2024"), ("number", "3")]),
    ("2 millions de clients", [("number", "2000000")]),
    ("L. 221-18", [("number", "L221-18")]),
    ("01 23 45 67 89", [("number", "0123456789")]),
    ("+33 1 23 45 67 89", [("number", "0123456789")]),
    ("version 2.1.3 et 3.5 Go", [("number", "2.1.3"), ("number", "3.5")]),
    ("-5 € (-3)", [("amount", "-5 EUR"), ("number", "-3")]),
    ("un téléphone neuf, une box", []),
    ("le 2e étage", []),
]
ENGLISH = [
    ("two weeks", [("duration", "14 d")]),
    ("twenty-four hours", [("duration", "24 h")]),
    ("a 30-day trial", [("duration", "30 d")]),
    ("3-5 business days", [("duration", "3 working d"), ("duration", "5 working d")]),
    ("1.5 years", [("duration", "18 mo")]),
    ("half an hour", [("duration", "30 min")]),
    ("an hour and a half", [("duration", "90 min")]),
    ("two and a half hours, a year and a half", [("duration", "150 min"), ("duration", "18 mo")]),
    ("a quarter of an hour, three quarters of an hour", [("duration", "15 min"), ("duration", "45 min")]),
    ("half past six pm, quarter to 7", [("time", "18:30"), ("time", "06:45")]),
    ("6.30 pm", [("time", "18:30")]),
    ("March the 3rd", [("date", "--03-03")]),
    ("EUR 1,200", [("amount", "1200 EUR")]),
    ("€1,200.00", [("amount", "1200 EUR")]),
    ("1,200 euros", [("amount", "1200 EUR")]),
    ("$4.99", [("amount", "4.99 USD")]),
    ("$3.7 billion", [("amount", "3700000000 USD")]),
    ("ten dollars", [("amount", "10 USD")]),
    ("99 cents", [("amount", "99 cents")]),
    ("20 percent", [("percent", "20")]),
    ("March 12, 2024", [("date", "2024-03-12")]),
    ("12th of March 2024", [("date", "2024-03-12")]),
    ("March 2024", [("date", "2024-03")]),
    ("25/12/2024", [("date", "2024-12-25")]),
    ("12/25/2024", [("date", "2024-12-25")]),
    ("05/05/2024", [("date", "2024-05-05")]),
    ("03/04/2024", [("date", "03/04/2024")]),
    ("9:30 am", [("time", "09:30")]),
    ("9:30 p.m.", [("time", "21:30")]),
    ("12 am", [("time", "00:00")]),
    ("one of three plans", [("number", "3")]),
    ("1,200.50", [("number", "1200.5")]),
    ("No. 5", [("number", "5")]),
    ("in the 1950s", [("number", "1950")]),
    ("30s", [("duration", "30 s")]),
    ("one hundred and twenty euros", [("amount", "120 EUR")]),
]


@pytest.mark.parametrize(("text", "expected"), FRENCH)
def test_french(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text, "fr") == expected


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_english(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text, "en") == expected


def test_the_two_languages_agree() -> None:
    french = "Vous avez deux semaines, soit jusqu'au 12 mars 2024 à 9 h 30, et 1 200 € à payer, dont 20 %."
    english = "You have two weeks, until March 12, 2024 at 9:30 am, and €1,200 to pay, 20 percent of it."
    assert sorted(found(french, "fr")) == sorted(found(english, "en"))


@pytest.mark.parametrize(
    ("words", "language", "value"),
    [
        ("vingt et un", "fr", "21"),
        ("soixante-douze", "fr", "72"),
        ("soixante et onze", "fr", "71"),
        ("quatre-vingt-dix-neuf", "fr", "99"),
        ("deux cents", "fr", "200"),
        ("Zéro", "fr", "0"),
        ("ninety nine", "en", "99"),
        ("two hundred", "en", "200"),
        ("cent vingt", "fr", "120"),
        ("mille deux cents", "fr", "1200"),
        ("Deux mille neuf cent quatre-vingt-dix", "fr", "2990"),
        ("one hundred and twenty", "en", "120"),
        ("two thousand five hundred", "en", "2500"),
        ("cent mille deux cents", "fr", None),
        ("beaucoup", "fr", None),
    ],
)
def test_spelled_numbers(words: str, language: str, value: str | None) -> None:
    assert spelled_value(words, language) == value


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_spelled_number_is_found_as_a_duration(language: str) -> None:
    unit = {"fr": "kilos", "en": "kilos"}[language]
    for words, value in spelled_numbers(language).items():
        expected = [] if words in {"un", "une", "one", "neuf"} else [("number", str(value))]
        assert found(f"{words} {unit}", language) == expected, words


FRENCH_NEGATIONS = [
    ("Je ne veux pas payer.", ["ne veux pas"]),
    ("Ça ne marche plus.", ["ne marche plus"]),
    ("Il n’est jamais trop tard.", ["n’est jamais"]),
    ("ca marche pas", ["pas"]),
    ("Sans engagement, ni frais.", ["Sans", "ni"]),
    ("Aucun frais n'est dû.", ["Aucun"]),
    ("Non remboursable.", ["Non"]),
    ("Le client ne paie que 5 €. Il n'a pas le choix.", ["n'a pas"]),
    ("Cela ne vous sera donc pas facturé.", ["ne vous sera donc pas"]),
    ("Si jamais, sans doute, n'importe quand, non seulement : plus cher.", []),
]
ENGLISH_NEGATIONS = [
    ("I don't and I can’t.", ["don't", "can’t"]),
    ("We cannot refund without a receipt.", ["cannot", "without"]),
    ("No refund, nor credit: never.", ["No", "nor", "never"]),
    ("i dont know", ["dont"]),
    ("Not only that. Whether or not. See No. 5.", []),
    ("A knot in the notebook.", []),
]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [(text, "fr", expected) for text, expected in FRENCH_NEGATIONS]
    + [(text, "en", expected) for text, expected in ENGLISH_NEGATIONS],
)
def test_negations(text: str, language: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in negations(text, language)] == expected


FIGURES = st.text(alphabet="0123456789 .,/-:€$%hjàetunmaips\u00a0\u202f−(", max_size=60)


@pytest.mark.parametrize("language", ["fr", "en", "und"])
@given(text=FIGURES | st.text(max_size=120))
@example(text="9" * 5000 + " euros")
@example(text="0" * 30 + ",5 h 99/99/9999 25:61 13 pm")
@example(text="٣ jours \ud800 12\u0301 €")
def test_any_text_gives_quantities_that_do_not_overlap(language: str, text: str) -> None:
    end = 0
    for one in quantities(text, language):
        assert end <= one.start < one.end <= len(text)
        assert one.value
        end = one.end
    end = 0
    for span in negations(text, language):
        assert end <= span.start < span.end <= len(text)
        end = span.end


@given(value=st.integers(min_value=0, max_value=10**9), cents=st.integers(min_value=0, max_value=99))
def test_an_amount_is_the_same_however_it_is_grouped(value: int, cents: int) -> None:
    french = [f"{value:,}".replace(",", mark) + f",{cents:02} €" for mark in (" ", "\u00a0", "\u202f", ".", "")]
    english = [f"€{value:,}.{cents:02}", f"{value:,}.{cents:02} euros", f"EUR {value}.{cents:02}"]
    readings = {tuple(found(text, "fr")) for text in french} | {tuple(found(text, "en")) for text in english}
    assert len(readings) == 1
    assert [kind for kind, _ in readings.pop()] == ["amount"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "piece", ["9", "1 222 ", "a ", "ne ", "n'", "12/12/", "0 ", "-", "un ", " ", "$", "1.1.", "12 mars "]
)
def test_time_is_linear(language: str, piece: str) -> None:
    text = piece * (200_000 // len(piece))
    start = time.perf_counter()
    quantities(text, language)
    negations(text, language)
    assert time.perf_counter() - start < 60  # a net, no measurement
