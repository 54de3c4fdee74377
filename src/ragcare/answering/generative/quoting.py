"""Finding the quotes of a model in the evidence: what is kept of them is the article's own text, in whole sentences."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from ragcare.answering.generative.prompt import Source
from ragcare.answering.generative.reply import QuotedSource
from ragcare.language.folding import APOSTROPHES
from ragcare.language.unprintable import UNPRINTABLE
from ragcare.schema import Evidence

_ONE_FOR_MANY = str.maketrans(
    {
        **dict.fromkeys(APOSTROPHES, "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‹⟦", "<"),
        **dict.fromkeys("›⟧", ">"),
        "[": "<",
        "]": ">",
        "\u00ad": "",  # soft hyphen
        "*": "",  # a model copies what it reads, often without the emphasis of Markdown
        "`": "",
    }
)


def cut_quotes(quotes: Iterable[QuotedSource], sources: Sequence[Source]) -> tuple[Evidence, ...]:
    """The evidence that the quotes stand in, each piece once, in the order of the quotes; none for what is no quote.

    A quote is looked for in the source that it names, then in the others. It is found letter for letter, but for white
    space, apostrophes, dashes, quotation marks and emphasis. From where it stands, the whole sentences around it are
    taken: a piece of one ("gratuit" of "n'est pas gratuit", "200 €" of "1 200 €") proves what it does not say.
    """
    found: dict[tuple[str, int], Evidence] = {}
    for quote in quotes:
        named = [one for one in sources if one.number == quote.source]
        others = [one for one in sources if one.number != quote.source]
        for source in (*named, *others):
            pieces = _pieces_around(quote.quote, source)
            if pieces:
                found.update({(piece.passage_id, piece.start): piece for piece in pieces})
                break
    return tuple(found.values())


def _pieces_around(quote: str, source: Source) -> list[Evidence]:
    """The pieces of the source that the quote touches, whole; none where it does not stand there."""
    wanted = "".join(letter for letter, _ in _plain(quote)).strip()
    letters = list(_plain(source.text))
    text = "".join(letter for letter, _ in letters)
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        if _whole_words(text, at, at + len(wanted)):
            base = source.pieces[0].start
            start, end = base + letters[at][1], base + letters[at + len(wanted) - 1][1] + 1
            return [piece for piece in source.pieces if piece.start < end and piece.end > start]
        at = text.find(wanted, at + 1)
    return []


def _whole_words(text: str, start: int, end: int) -> bool:
    """Whether neither end of a quote is inside a word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (after.isalnum() and text[end - 1].isalnum())


def _plain(text: str) -> Iterator[tuple[str, int]]:
    """The letters of a text in one spelling, each with where it stands in the text; a run of blanks is one space."""
    blank = True
    for at, character in enumerate(text):
        if UNPRINTABLE.match(character):
            continue
        for letter in unicodedata.normalize("NFKD", character.translate(_ONE_FOR_MANY)):
            if not letter.isspace():
                yield letter.translate(_ONE_FOR_MANY), at
            elif not blank:
                yield " ", at
            blank = letter.isspace()
