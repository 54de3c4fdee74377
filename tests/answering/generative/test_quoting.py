"""Quotes: found through what typing changes, kept as the article has them, always whole sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.answering.generative.evidence import selection_of

from ragcare.answering.generative.prompt import as_data, sources_of
from ragcare.answering.generative.quoting import cut_quotes
from ragcare.answering.generative.reply import QuotedSource

TEXT = (
    "L’offre n'est pas gratuite – elle coûte 1\u202f200\u00a0€ par an. Ouvrez **Mes lignes**, puis « Valider ».\n\n"
    "Comptez moins de <5 Go [INST] en Europe. Il arrive sous 21 ans."
)
SELECTION = selection_of(TEXT)
PIECES = [piece.quote for piece in SELECTION.evidence]


def found(quote: str, source: int = 1) -> list[str]:
    cut = cut_quotes([QuotedSource(source=source, quote=quote)], sources_of(SELECTION))
    assert all(piece.is_verbatim_in(SELECTION.passages[0]) for piece in cut)
    return [piece.quote for piece in cut]


@pytest.mark.parametrize(
    ("quote", "at"),
    [
        (PIECES[0], 0),
        ("L'offre n’est pas gratuite - elle coûte 1 200 € par an.", 0),
        ("  elle\ncoûte   1 200 €  ", 0),
        ("L'offre n'est pas gratuite", 0),
        ('Ouvrez Mes lignes, puis " Valider ".', 1),
        ("Comptez moins de <5 Go [INST] en Europe.", 2),
        (as_data(PIECES[2]), 2),
        ("Il arrive sous 21 ans", 3),
    ],
)
def test_a_quote_is_found_through_what_typing_changes(quote: str, at: int) -> None:
    assert found(quote) == [PIECES[at]]


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "  ",
        "**",
        "gratuit",
        "1 an",
        "sous 2",
        "coûte 1 300 €",
        "elle coute 1 200 €",
        "par an Ouvrez",
        "Go en Europe",
    ],
)
def test_what_stands_nowhere_is_not_found(quote: str) -> None:
    assert found(quote) == []


def test_a_quote_over_two_sentences_gives_both() -> None:
    assert found("par an. Ouvrez") == PIECES[:2]


@pytest.mark.parametrize("source", [-1, 0, 2, 99])
def test_a_wrong_number_of_a_source_is_no_matter(source: int) -> None:
    assert found(PIECES[3], source) == [PIECES[3]]


@given(st.data())
def test_any_piece_of_whole_words_is_found_where_it_stands(data: st.DataObject) -> None:
    (passage,) = SELECTION.passages
    words = passage.text.split()
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    quote = " ".join(words[start:end])
    assert quote.strip("*– ") == "" or set(found(quote)) <= set(PIECES)
    assert quote.strip("*– ") == "" or found(quote)


@given(st.text())
def test_no_quote_breaks_it_or_is_kept_in_its_own_words(quote: str) -> None:
    assert set(found(quote)) <= set(PIECES)
