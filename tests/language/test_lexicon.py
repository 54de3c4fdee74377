"""The dictionary and the short forms: what is a word, and what stands for one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ragcare.language.folding import fold
from ragcare.language.lexicon import lexicon
from ragcare.language.shorthand import SHORTHAND


@pytest.mark.parametrize(
    ("language", "folded", "written"),
    [("fr", "resilier", "résilier"), ("fr", "facture", "facture"), ("en", "refund", "refund")],
)
def test_a_word_is_found_by_its_folded_form_with_its_accents(language: str, folded: str, written: str) -> None:
    entry = lexicon(language).get(folded)
    assert entry is not None
    assert entry.written == written
    assert 0 < entry.share < 1


def test_what_is_said_more_often_has_the_greater_share() -> None:
    often, seldom = lexicon("fr").get("comment"), lexicon("fr").get("commis")
    assert often is not None
    assert seldom is not None
    assert often.share > seldom.share


@pytest.mark.parametrize(("language", "word"), [("fr", "rembourssement"), ("en", "mcuh"), ("de", "und")])
def test_what_is_no_word_of_the_language_is_not_in_it(language: str, word: str) -> None:
    assert lexicon(language).get(word) is None


@pytest.mark.parametrize("language", sorted(SHORTHAND))
def test_a_short_form_is_folded_and_stands_for_something_else(language: str) -> None:
    for short, long in SHORTHAND[language].items():
        assert short == fold(short)
        assert long
        assert long != short


def test_the_dictionary_is_read_only_when_it_is_asked() -> None:
    code = "import sys, ragcare, ragcare.index.hybrid; sys.exit('spellchecker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
