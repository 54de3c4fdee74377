"""Personal data is found where it is, and nothing else is."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.privacy import PersonalData, find_personal_data, mask
from ragcare.schema import PersonalKind

POSITIVES: dict[PersonalKind, list[str]] = {
    "email": [
        "jean.dupont@exemple.fr",
        "j+news@mail.example.co.uk",
        "MARIE_92@GMAIL.COM",
        "prénom.nom@société.fr",
        "o'neil@example.org",
        "a@b.io",
        "0612345678@orange.fr",
        "jean.dupont @ example.com",
        "jean.dupont@\nexample.com",
        "jean.dupont\n@example.com",
        "jean.dupont@ example.com",
        "jean.dupont\uff20example.com",
        "jean.dupont\u200b@\u00a0example.com",
    ],
    "phone": [
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "0612345678",
        "06\u00a012\u00a034\u00a056\u00a078",
        "01 42\u202f68 53 00",
        "+33 6 12 34 56 78",
        "+33612345678",
        "+33 (0)6 12 34 56 78",
        "0033 6 12 34 56 78",
        "0033612345678",
        "0 800 123 456",
        "0800 123 456",
        "0892 68 38 38",
        "09 70 80 90 90",
        "+44 20 7946 0958",
        "+1 415-555-2671",
        "+1 (415) 555-2671",
        "+32 470 12 34 56",
        "+212 661-234567",
        "(415) 555-2671",
        "415-555-2671",
        "07911 123456",
        "020 7946 0958",
        "06\n12\n34\n56\n78",
        "06\t12\t34\t56\t78",
        "06  12  34  56  78",
        "06 - 12 - 34 - 56 - 78",
        "06_12_34_56_78",
        "06/12/34/56/78",
        "06 / 12 / 34 / 56 / 78",
        "06/12 34 56 78",
        "06\u200b12\u200b34\u200b56\u200b78",
        "06\ufeff12 34\u206056.78",
        "+33_6_12_34_56_78",
        "+33 6\u200b12\u200d34\t56\n78",
        "0033/6/12/34/56/78",
        "415_555_2671",
        "415/555/2671",
        "020\n7946\n0958",
        "06 12 345 678",
        "06 123 456 78",
        "061 234 5678",
        "06 12345678",
        "(06)12345678",
        "(06) 12 34 56 78",
    ],
    "account": [
        "30006 00001 12345678901 89",
        "30006000011234567890189",
        "30006-00001-12345678901-89",
        "20041 01005 0500013M026 06",
    ],
    "iban": [
        "FR7630006000011234567890189",
        "FR76 3000 6000 0112 3456 7890 189",
        "fr76 3000 6000 0112 3456 7890 189",
        "FR76-3000-6000-0112-3456-7890-189",
        "GB29 NWBK 6016 1331 9268 19",
        "DE89370400440532013000",
        "BE68 5390 0754 7034",
        "FR14 2004 1010 0505 0001 3M02 606",
        "FR76\n3000\n6000\n0112\n3456\n7890\n189",
        "FR76\t3000 \u00a06000\u200b0112_3456/7890.189",
        "FR76 - 3000 - 6000 - 0112 - 3456 - 7890 - 189",
    ],
    "card": [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "5555 5555 5555 4444",
        "2223 0031 2200 3222",
        "3782 822463 10005",
        "378282246310005",
        "3056 930902 5904",
        "6011 1111 1111 1117",
        "4111\n1111\n1111\n1111",
        "4111\t1111\u200b1111_1111",
        "4111 / 1111 / 1111 / 1111",
        "4111   1111   1111   1111",
        "3782_822463_10005",
    ],
    "nir": [
        "269054958815780",
        "2 69 05 49 588 157 80",
        "2 69 05 49 588 157\u00a080",
        "1 85 05 2A 006 084 35",
        "2/69/05/49/588/157/80",
        "2\n69\n05\n49\n588\n157\n80",
        "2_69_05_49_588_157\u200b80",
    ],
}

NEGATIVES = [
    "1 200 €",
    "1 234 567,89 €",
    "12.345.678,90 EUR",
    "£1,234,567.89",
    "commande 4012345678",
    "commande n° 100200300400",
    "order #0000123456789",
    "CMD-2024-001234",
    "REF2024123456789",
    "suivi 6A12345678901",
    "colis 1Z999AA10123456784",
    "art. L. 221-18",
    "articles L. 221-18 à L. 221-28",
    "article R. 123-456 du code",
    "le 01/02/2024",
    "le 01.02.2024 10:30",
    "2024-02-01 10:30:00",
    "du 01 02 2024 au 05 03 2024",
    "3244",
    "le 36 39",
    "le 15, le 17 ou le 112",
    "en 1998 et 2024",
    "2019 2020 2021 2022 2023",
    "de 2019-2020 à 2023-2024",
    "code postal 75011",
    "75 011 Paris",
    "IMEI 356938035643809",
    "EAN 3017620422003",
    "SIRET 732 829 320 00074",
    "SIRET 73282932000074",
    "SIM 8933150319051234567",
    "4111 1111 1111 1112",
    "4111111111111112",
    "FR76 3000 6000 0112 3456 7890 188",
    "2 69 05 49 588 157 81",
    "version 10.0.19045.3803",
    "192.168.100.200",
    "0.1234567890",
    "x = 0612345678901234",
    "99,0612345678",
    "@support sur Twitter",
    "rendez-vous à 14 h 30 @ Lyon",
    "user@localhost",
    "2 x 3 x 4 = 24",
    "06 12 34",
    "06 12 34 56",
    "un débit de 100 200 300 400 bits",
    "00 00 00 00 00",
    "(2020) 2021-2022",
    "du 01/02/24-05/03/24",
    "du 01/02/2024 au 05/03/2024",
    "01/02/24 - 05/03/24",
    "01/02/24\n05/03/24",
    "4111/1111/1111/1112",
    "4111\n1111\n1111\n1112",
    "FR76\n3000\n6000\n0112\n3456\n7890\n188",
    "ref_2024_0001_0002",
    "1\n2\n3\n4\n5",
    "2019\n2020\n2021\n2022\n2023",
    "merci @ bientôt",
    "rendez-vous @\nLyon",
    "AB12 is the door code of the building",
    "30006 00001 12345678901 88",
    "my password is wrong",
    "mon mot de passe est incorrect",
    "mot de passe : comment le changer",
    "my password is not working",
    "mon code postal est 75011",
    "code promo NOEL2024",
    "my postcode is not found",
    "le code erreur est 4821",
    "le code PIN a 4 chiffres",
    "my PIN was refused 3 times",
    "my account has 3 lines",
    "numéro de compte introuvable",
    "mon numéro de compte : 4455667788",  # that of a customer, which the adviser needs
    "my account number is 123456789",
]

CUES = [
    "je m'appelle ",
    "Mme ",
    "Jean",
    "Dupont",
    "Cordialement,\n",
    "12 rue ",
    "Victor Hugo",
    "né le ",
    "permis ",
    " at ",
]
FRAGMENTS = [phrase for phrases in POSITIVES.values() for phrase in phrases] + NEGATIVES + CUES


@pytest.mark.parametrize(("kind", "phrase"), [(k, p) for k, phrases in POSITIVES.items() for p in phrases])
@pytest.mark.parametrize("frame", ["{}", "Voici : {}.", "mon numéro,{}, merci d'avance", "({})", "call {} or write"])
def test_personal_data_is_found_whole(kind: PersonalKind, phrase: str, frame: str) -> None:
    text = frame.format(phrase)
    start = text.index(phrase)
    assert find_personal_data(text) == [PersonalData(kind, start, start + len(phrase))]
    assert mask(text) == frame.format(f"[{kind}]")


@pytest.mark.parametrize("phrase", NEGATIVES)
@pytest.mark.parametrize("frame", ["{}", "Bonjour, {} merci", "what about {}?"])
def test_what_is_not_personal_stays(phrase: str, frame: str) -> None:
    assert mask(frame.format(phrase)) == frame.format(phrase)


def test_several_are_found_in_order() -> None:
    text = "IBAN FR76 3000 6000 0112 3456 7890 189 au nom de a@b.fr, tél. 06 12 34 56 78 ou +33 1 42 68 53 00 2024"
    assert [item.kind for item in find_personal_data(text)] == ["iban", "email", "phone", "phone"]
    assert mask(text) == "IBAN [iban] au nom de [email], tél. [phone] ou [phone] 2024"


def test_neighbours_do_not_hide_each_other() -> None:
    assert mask("a@b.fr;c@d.fr-e@f.fr") == "[email];[email]-[email]"
    assert mask("AB12 FR76 3000 6000 0112 3456 7890 189") == "AB12 [iban]"
    assert mask("a@b.fr/0612345678") == "[email]/[phone]"


def test_nothing_in_nothing() -> None:
    assert find_personal_data("") == []
    assert mask("") == ""


wild_pieces = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8), st.sampled_from(" .-+@0(]")))
wild_text = wild_pieces.map("".join)


@given(wild_text)
def test_any_text_is_masked_once_and_for_all(text: str) -> None:
    found = find_personal_data(text)
    assert all(0 <= item.start < item.end <= len(text) for item in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert mask(mask(text)) == mask(text)


@given(st.text(alphabet=st.characters(categories=["Ll", "Zs", "Po"], exclude_characters="@\uff20")))
def test_words_typed_small_without_a_cue_are_nobodys_name(text: str) -> None:
    cued = any(item.kind not in ("name", "email") for item in find_personal_data(text))
    assert not cued  # no digit: no number, address, date or paper; a name or a spelled e-mail needs its cue


SPOKEN: list[tuple[PersonalKind, str, str, str]] = [
    ("name", "Je m'appelle ", "Jeanne Le Goff", "."),
    ("name", "my name is ", "sean o'neil", ""),
    ("name", "Mon mari, ", "Olivier Perrin", ", est absent."),
    ("name", "Cordialement,\n", "P. Garnier", "\n"),
    ("name", "Mme ", "Kowalczyk", " a signé."),
    ("name", "Monsieur ", "de La Fontaine", " a signé."),
    ("name", "", "Nadia Haddad", " a appelé."),
    ("name", "le dossier de ", "Jean-Pierre Roux", " est perdu"),
    ("name", "Ma conseillère du centre ", "Sophie Durand", " m'a rappelé."),
    ("address", "J'habite ", "12 bis rue Victor Hugo, 75011 Paris", "."),
    ("address", "Livrez ", "3 impasse des Lilas\n69003 Lyon", "\nmerci"),
    ("address", "I live at ", "221B Baker Street, London NW1 6XE", "."),
    ("address", "Ship to ", "742 Evergreen Terrace, Springfield, IL 62704", ", please"),
    ("birth", "Né le ", "14 juillet 1980", " à Lyon"),
    ("birth", "date of birth: ", "07/11/1969", ""),
    ("birth", "date de naissance de mon fils : ", "03/05/2015", ""),
    ("birth", "the date of birth of my younger son is ", "3 May 2015", "."),
    ("birth", "Ma date de naissance c'est le ", "3 mai 1985", ""),
    ("birth", "né(e) le ", "12/03/1985", ""),
    ("licence", "permis de conduire n° ", "12AB34567", ""),
    ("nir", "numéro de sécu ", "2690549588157", " sans la clé"),
    ("nir", "", "2 69 05 49 588 157", " sans la clé"),
    ("nir", "mon num de sécu ", "269054958815781", " svp"),
    ("nir", "N° SS : ", "2 69 05 49 588 157 81", ""),
    ("nir", "carte vitale ", "2690549588157", " sans la clé"),
    ("iban", "mon IBAN est ", "FR76 3000 6000 0112 3456 7890 188", " avec le BIC"),
    ("iban", "IBAN : ", "FR7630006000011234567890188", ""),
    ("iban", "My IBAN is ", "GB29 NWBK 6016 1331 9268 18", " thanks"),
    ("iban", "voici mon RIB ", "BE68 5390 0754 7035", " avec mes excuses"),
    ("email", "mon mail : ", "jean point dupont arobase orange point fr", " merci"),
    ("phone", "au ", "06 39 98 12 34", ""),
    ("phone", "on ", "07700 900123", ""),
    ("phone", "tel", "0612345678", " merci"),
    ("phone", "mobile", "06 12 34 56 78", ""),
    ("account", "sort code ", "12-34-56", ""),
    ("account", "Sort code: ", "200000", ", thanks"),
    ("account", "account number ", "12345678", ", the bank's sort code follows"),
    ("account", "my bank account number is ", "31926819", ""),
    ("account", "numéro de compte bancaire : ", "12345678901", " clé 89"),
    ("secret", "mon code est ", "4821", ""),
    ("secret", "Mon code PIN est le ", "4821", "."),
    ("secret", "le code reçu par SMS est ", "482913", ""),
    ("secret", "code secret : ", "0000", " refusé"),
    ("secret", "my PIN is ", "1234", ", why?"),
    ("secret", "CVV ", "123", ""),
    ("secret", "my password is ", "hunter2", ""),
    ("secret", "mot de passe : ", "Azerty123!x", " ne marche pas"),
    ("secret", "mon mdp c'est ", "p@ssw0rd", "."),
    ("secret", 'my password is "', "correcthorse", '" and it fails'),
]
NOBODYS = [
    "Je suis Parisien.",
    "I'm Happy.",
    "Le parfum Jean Paul Gaultier est en rayon.",
    "Je lis Marie Claire.",
    "La rue Victor Hugo est barrée.",
    "Opéré à la clinique Claude Bernard, puis au CHU Henri Mondor.",
    "Le centre hospitalier Robert Ballanger et l'institut Gustave Roussy.",
    "Date de naissance requise pour billet du 12/05/2025.",
    "The date of birth field was added on 3 May 2015.",
    "Je quitte Harmonie Mutuelle.",
    "Notre boutique, 12 rue de Rennes, 75006 Paris, ferme à 19 h.",
    "Our store at 45 High Street, Bath is closed.",
    "Avril et Juin sont complets.",
    "Will May return?",
    "Bonjour Madame, pouvez-vous m'aider ?",
    "Je m'appelle comment ?",
    "2 cours de yoga",
    "Cordialement,\nLe service client",
    "en 1200 av. J.-C.",
    "Le contrat du 14/07/1980",
    "Mon permis a été suspendu le 12/03/2025.",
    "We met at noon and dot the i.",
    "Mon IBAN commence par FR76 3000.",
    "L'IBAN a 27 caractères en France.",
]


@pytest.mark.parametrize(("kind", "before", "piece", "after"), SPOKEN)
def test_what_has_no_proof_is_found_by_its_words(kind: PersonalKind, before: str, piece: str, after: str) -> None:
    assert find_personal_data(before + piece + after) == [PersonalData(kind, len(before), len(before + piece))]


@pytest.mark.parametrize("text", NOBODYS)
def test_what_only_looks_like_somebody_stays(text: str) -> None:
    assert mask(text) == text


def test_only_the_kinds_that_are_asked_for_are_masked() -> None:
    text = "Je m'appelle Paul Girard, 06 12 34 56 78, carte 4111 1111 1111 1111"
    cards: tuple[PersonalKind, ...] = ("card",)
    assert mask(text, cards) == "Je m'appelle Paul Girard, 06 12 34 56 78, carte [card]"
    assert mask(text, ()) == text
    assert mask(text) == "Je m'appelle [name], [phone], carte [card]"


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "0",
        "1 ",
        "@",
        "a@",
        "a.",
        "+",
        "+33 ",
        "06 ",
        "FR76 ",
        "4111 ",
        "x@y.",
        "-",
        "é",
        "\n",
        "1\n",
        "a @ ",
        "06/",
        "\u200b",
        "Aa ",
        "A. ",
        "M. ",
        "Jean-",
        "je suis ",
        "12 rue de ",
        "rue Aa ",
        "1 rue Aa, Bb Cc ",
        "Flat 3, ",
        "1 Aa ",
        "né le ",
        "né à a ",
        "permis : ",
        "merci\n",
        "a at ",
        "a point ",
        "sécu ",
        "password is ",
        "mon code ",
        "sort code ",
        "sort code 12-34-56 ",
        "account ",
        "(06)",
    ],
)
def test_long_texts_take_linear_time(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    began = time.perf_counter()
    find_personal_data(text)
    assert (
        time.perf_counter() - began < 90
    )  # a net, no measurement: about 1 s on two slow cores; quadratic would be half an hour


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Sort code 12-34-56 and account number 12345678", "Sort code [account] and account number [account]"),
        ("sort code: 123456, a/c 1234 5678", "sort code: [account], a/c [account]"),
        ("account 12345678, sort code 12-34-56", "account [account], sort code [account]"),
        ("sort code 12-34-56 12345678", "sort code [account] [account]"),
        ("my account number 12345678 shows nothing", "my account number 12345678 shows nothing"),
        ("sort code 12-34-56. I paid on 20231105", "sort code [account]. I paid on 20231105"),
    ],
)
def test_the_account_beside_a_sort_code_is_masked_and_that_of_a_customer_is_not(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_a_number_that_touches_another_is_masked_too() -> None:
    assert mask("+33612345678,06 12 34 56 78") == "[phone],[phone]"


@pytest.mark.parametrize(
    ("form", "masked"),
    [
        ("Prénom : Paul Nom : Durand", "Prénom : [name] Nom : [name]"),
        ("Nom de famille : Durand Prénom : Paul", "Nom de famille : [name] Prénom : [name]"),
        ("Client : Paul Durand Commande : 48213", "Client : [name] Commande : 48213"),
        ("Name: John Smith Email: j@b.com", "Name: [name] Email: [email]"),
        ("First name: John Surname: Smith", "First name: [name] Surname: [name]"),
    ],
)
def test_a_form_on_one_line_keeps_its_labels_and_hides_each_name(form: str, masked: str) -> None:
    assert mask(form) == masked
