"""What opens a list item: one pattern, which every room goes by."""

from __future__ import annotations

import pytest

from ragcare.answering.grounding.names import names
from ragcare.answering.grounding.reading import read
from ragcare.answering.units import units_of
from ragcare.knowledge.passages import split
from ragcare.language.blocks import LIST_ITEM, blocks, is_item_or_row
from ragcare.testing import validated

MARKS = [*"-*+•‣◦▪●–—", "1.", "2)", "12.", "120)", "a)", "B)"]


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_and_a_blank_open_an_item(mark: str) -> None:
    item = LIST_ITEM.match(f"  {mark} Touchez **Mes lignes**.")
    assert item is not None
    assert item.end() == len(f"  {mark} ")
    assert is_item_or_row(item.string)


@pytest.mark.parametrize(
    "text",
    [
        "-5 °C en hiver.",
        "3.5 Go offerts.",
        "2026. Une année.",
        "a. m.",
        "–",
        "1. ",
        "**Tarif** : 5 €",
        "٣. Touchez",
        "",
    ],
)
def test_a_sign_that_opens_no_item(text: str) -> None:
    assert LIST_ITEM.match(text) is None
    assert not is_item_or_row(text)


@pytest.mark.parametrize("row", ["| Nom | Prix |", "|---|---|", "  |Nom|Prix|"])
def test_a_row_stands_on_a_line_of_its_own_too(row: str) -> None:
    assert is_item_or_row(row)


@pytest.mark.parametrize("mark", MARKS)
def test_every_room_sees_the_same_item(mark: str) -> None:
    text = f"{mark} Touchez la ligne.\n{mark} Choisissez une date."
    assert [text[block.start : block.content] for block in blocks(text)] == [f"{mark} "] * 2
    passages = split(validated("a", text))
    assert [unit.block for unit in units_of(passages)] == ["list"] * 2
    item = text.splitlines()[0]
    assert not read(item, "fr").figures, "the number of a step is no figure of it"
    assert not names(item), "the capital of its first word makes no name"
