"""Two spellings of one thing give the same tokens, at exact offsets, on any text."""

import json
import logging
import subprocess
import sys
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ragcare.language.analyser import KNOWN_LANGUAGES, analyser_for
from ragcare.language.folding import fold

LANGUAGES = (*KNOWN_LANGUAGES, "und")
WILD = st.text(max_size=200) | st.text(alphabet="aeéèL'’ʼ-. 0123456789€%,$\u00a0\u202f\u0301œ\n\x00", max_size=80)

SAME_IN_FRENCH = [
    ("1 200 €", "1200 euros"),
    ("1\u00a0200\u00a0€", "1200 euros"),
    ("1\u202f200\u202f€", "1200 euros"),
    ("1 200 euros", "1200€"),
    ("1.200,00 €", "1200 EUR"),
    ("€1200", "1200 euros"),
    ("4,99 €", "4.99 euros"),
    ("4,90 €", "4,9 euros"),
    ("15€99", "15,99 €"),
    ("20 %", "20 pour cent"),
    ("20%", "20 pourcent"),
    ("L. 221-18", "L221-18"),
    ("L.221-18", "l221-18"),
    ("le 39 00", "3900"),
    ("01 39 49 00 12", "0139490012"),
    ("+33 1 39 49 00 12", "01.39.49.00.12"),
    ("24h", "24 heures"),
    ("14j", "14 jours"),
    ("500Go", "500 Go"),
    ("e-mail", "email"),
    ("courriels", "e-mails"),
    ("Wi-Fi", "wifi"),
    ("aujourd'hui", "aujourd’hui"),
    ("l’abonnement", "l'abonnement"),
    ("lʼabonnement", "abonnement"),
    ("résiliation", "RESILIATION"),
    ("cœur", "coeur"),
    ("S.A.R.L.", "sarl"),
    ("J'ai résilié", "résiliation"),
    ("vous résiliez", "resilier"),
    ("modifiée", "modification"),
    ("payé", "payer"),
    ("journaux", "journal"),
]
SAME_IN_ENGLISH = [
    ("€1,200", "1,200 euros"),
    ("€1,200.00", "1200 EUR"),
    ("$4.99", "4.99 dollars"),
    ("20 %", "20 per cent"),
    ("20 percent", "20%"),
    ("don't", "do not"),
    ("can’t", "cannot"),
    ("the customer's plan", "customer plans"),
    ("e-mail", "email"),
    ("24h", "24 hours"),
    ("cancelling", "cancel"),
]


@pytest.mark.parametrize(("one", "other"), SAME_IN_FRENCH)
def test_french_spellings_share_their_tokens(one: str, other: str) -> None:
    tokens = analyser_for("fr").tokens
    assert tokens(one) == tokens(other) != []


@pytest.mark.parametrize(("one", "other"), SAME_IN_ENGLISH)
def test_english_spellings_share_their_tokens(one: str, other: str) -> None:
    tokens = analyser_for("en").tokens
    assert tokens(one) == tokens(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pays", "payer"),
        ("5G", "4G"),
        ("L. 221-18", "R. 221-18"),
        ("1,2 Go", "12 Go"),
        ("avec engagement", "sans engagement"),
        ("licence", "licencié"),
        ("version 2.1.3", "version 21.3"),
    ],
)
def test_different_things_stay_apart(one: str, other: str) -> None:
    tokens = analyser_for("fr").tokens
    assert tokens(one) != tokens(other)


def test_the_question_of_the_field_notes_finds_its_article() -> None:
    tokens = analyser_for("fr").tokens
    assert tokens("résilier mes abonnements") == tokens("Résiliation de l’abonnement") == ["resili", "abon"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 jours", ["5", "jour"]),
        ("qu'il l'a dit jusqu'à quelqu’un", ["dit", "quelquun"]),
        ("prud'hommes, prud’homme", ["prudhomm", "prudhomm"]),
        ("puis-je, a-t-il, rendez-vous", ["rend"]),
        ("", []),
        (" \n\t", []),
        ("?!…", []),
    ],
)
def test_french_tokens(text: str, expected: list[str]) -> None:
    assert analyser_for("fr").tokens(text) == expected


def test_offsets_point_into_the_text_as_it_was_given() -> None:
    text = unicodedata.normalize("NFD", "L’élève paie 1\u202f200 €.")
    words = analyser_for("fr").words(text)
    assert [(word.token, unicodedata.normalize("NFC", text[word.start : word.end])) for word in words] == [
        ("elev", "élève"),
        ("pai", "paie"),
        ("1200", "1\u202f200"),
        ("eur", "€"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=WILD)
@example(text="\ud800\udfff\x00 é\u0301")
@example(text="İSTANBUL ﬁn ① ½ ²")
@example(text="مرحبا 123 שלום")
def test_any_text_gives_tokens_at_offsets_in_order(language: str, text: str) -> None:
    analyser = analyser_for(language)
    words = analyser.words(text)
    assert [word.token for word in words] == analyser.tokens(text)
    assert all(word.token and 0 <= word.start < word.end <= len(text) for word in words)
    starts = [word.start for word in words]
    assert starts == sorted(starts)


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=80))
def test_composed_and_decomposed_text_give_the_same_tokens(language: str, text: str) -> None:
    tokens = analyser_for(language).tokens
    assert tokens(unicodedata.normalize("NFC", text)) == tokens(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
@given(text=st.text(alphabet="abcdeéijlmnoqrstu'’ ", max_size=60))
def test_both_apostrophes_give_the_same_tokens(language: str, text: str) -> None:
    tokens = analyser_for(language).tokens
    assert tokens(text.replace("’", "'")) == tokens(text.replace("'", "’"))


@given(word=st.text(alphabet="abcdefghijlmnopqrstuvéèêàçîôûëï", min_size=2, max_size=14))
def test_accents_never_matter(word: str) -> None:
    tokens = analyser_for("fr").tokens
    assert tokens(word) == tokens(fold(word)) == tokens(word.upper())


def test_accentless_spelling_of_every_word_of_a_real_corpus(data: Path) -> None:
    tokens = analyser_for("fr").tokens
    with (data / "spf_fr" / "corpus.jsonl").open(encoding="utf-8") as lines:
        words = {word for line in lines for word in json.loads(line)["text"].split()}
    differing = [word for word in words if tokens(word) != tokens(_without_accents(word))]
    assert len(words) > 10_000
    assert differing == []


def _without_accents(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))


def test_an_unknown_language_is_plain_and_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        first, second = analyser_for("eo"), analyser_for("eo")
    assert first is second is analyser_for(None) is analyser_for("und")
    assert [record.getMessage() for record in caplog.records if "'eo'" in record.getMessage()] != []
    assert len(caplog.records) == 1
    assert first.tokens("La Résiliation, 5 jours") == ["la", "resiliation", "5", "jours"]


def test_names_say_language_and_version() -> None:
    assert [analyser_for(language).name for language in LANGUAGES] == ["en/1", "fr/1", "und/1"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("piece", ["9", "a", "l'", "1 222 ", "1.222", "e-", "1-", "a'", "e\u0301", "€", "1.", "L.1-"])
def test_time_is_linear(language: str, piece: str) -> None:
    text = piece * (400_000 // len(piece))
    start = time.perf_counter()
    analyser_for(language).words(text)
    assert time.perf_counter() - start < 60  # a net, no measurement: a quadratic pass would take minutes


def test_threads_get_what_one_thread_gets() -> None:
    tokens = analyser_for("fr").tokens
    texts = [f"résiliation numéro {n} de l'abonnement{n % 7} à {n} €" for n in range(500)]
    expected = [tokens(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(tokens, texts)) == expected


def test_the_language_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, types; package = types.ModuleType('ragcare'); package.__path__ = [sys.argv[1]];"
        "sys.modules['ragcare'] = package; import ragcare.language;"
        "print(sorted({'numpy', 'Stemmer', 'eldc', 'pydantic'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2] / "src" / "ragcare"
    done = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
