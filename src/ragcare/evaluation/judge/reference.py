"""How far an answer says what a reference answer says: exact match, token F1, and whether it contains one.

The measures are those of SQuAD (Rajpurkar et al. 2016, 2018), which FQuAD (d'Hoffschmidt et al. 2020) took over for
French: case, punctuation and articles do not count, the rest is a bag of tokens. Six things are ours:

- Accents, ligatures, kinds of blanks and apostrophes, and Markdown markup do not count either.
- French articles are le, la, l', les, un, une, des, and de, d', du, which stand before a noun as they do.
- A quantity is its value: "1 200 €" is "1200 euros", "deux semaines" is "14 jours", "14,2 %" is "14.2 percent" in the
  other language.
- The signs of amounts and percentages are tokens: "50 %" is not "50 €", and either contains "50".
- A hyphen parts words where SQuAD joins them: "porte-monnaie" contains "monnaie".
- A possessive 's does not count: "Tesla's motor" contains "Tesla".

A text is read twice, for what is equal by value may be unlike by word: "2 weeks" is ("14", "d") by value and
("2", "weeks") as written. Two texts agree if they do in either reading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from ragcare.language.blocks import blocks
from ragcare.language.folding import APOSTROPHES, fold
from ragcare.language.numerals import canonical_number, number_pattern
from ragcare.language.quantities import Quantity, quantities
from ragcare.language.spelled import spelled_pattern, spelled_value
from ragcare.language.whose_words import read_as

Tokens = tuple[str, ...]

_ARTICLES: Final = {
    "en": frozenset({"a", "an", "the"}),
    "fr": frozenset({"le", "la", "les", "un", "une", "des", "du", "de"}),
}
_ELIDED_ARTICLE: Final = re.compile(r"(?<!\w)[ld]'")
_POSSESSIVE: Final = re.compile(r"(?<=\w)'s(?!\w)")
_ACRONYM: Final = re.compile(r"(?<!\w)[^\W\d_](?:\.[^\W\d_])+(?!\w)")
_TOKEN: Final = re.compile(r"[^\W_]+|[€$£%]")

_DECADE: Final = re.compile(r"[12][0-9]{2}0s\b")  # "the 1950s" are not the year 1950

_SIMPLER: Final = str.maketrans({**dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys("\u00ad\u200b\u2060\ufeff")})
_SMALL_FIGURE: Final = re.compile("(?<=[0-9])(?=[¹²³⁰⁴-⁹¼-¾⅐-⅞])")  # folding would make 102 of 10², and 31/2 of 3½
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_EMPHASIS: Final = re.compile(r"(?<!\w)[*_~`]+(?=\S)|(?<=\S)[*_~`]+(?!\w)")


def exact_match(answer: str, references: Sequence[str], language: str) -> bool:
    """Whether the answer equals a reference, once both are normalised.

    A text of which normalisation leaves nothing ("the", "?!") equals only itself.
    """
    return any(_agree(answer, reference, language, Tokens.__eq__) for reference in references)


def holds_reference(answer: str, references: Sequence[str], language: str) -> bool:
    """Whether the tokens of a reference stand in the answer, in one run: "150 €" does not contain "50".

    What stands around them is not read, a negation neither: "Delivery is not free." holds "free". Where that matters,
    write the reference as a sentence, or compare with a judge by meaning.
    """
    return any(_agree(answer, reference, language, _has_run) for reference in references)


def token_f1(answer: str, references: Sequence[str], language: str) -> float:
    """The F1 over the tokens, with the nearest reference: 2 · common / (tokens of one + tokens of the other).

    Returns:
        A share in 0..1; 0 if there is no reference.
    """
    return max((_f1(answer, reference, language) for reference in references), default=0.0)


def normalised(text: str, language: str) -> Tokens:
    """The tokens of a text that count, its quantities by their values: "les 1 200 €" gives ("1200", "eur")."""
    return _readings(text, language).by_value


# --- comparing ---------------------------------------------------------------------------------------


def _agree(answer: str, reference: str, language: str, fits: Callable[[Tokens, Tokens], bool]) -> bool:
    ours, theirs = _readings(answer, language), _readings(reference, language)
    if not all((*ours, *theirs)):
        return _bare(answer) == _bare(reference)
    return any(fits(one, other) for one, other in zip(ours, theirs, strict=True))


def _has_run(tokens: Tokens, run: Tokens) -> bool:
    return any(tokens[at : at + len(run)] == run for at in range(len(tokens) - len(run) + 1))


def _f1(answer: str, reference: str, language: str) -> float:
    ours, theirs = _readings(answer, language), _readings(reference, language)
    if not all((*ours, *theirs)):
        return float(_bare(answer) == _bare(reference))
    pairs = zip(ours, theirs, strict=True)
    return max(2 * (Counter(one) & Counter(other)).total() / (len(one) + len(other)) for one, other in pairs)


def _bare(text: str) -> str:
    return " ".join(_simplified(text).split())


# --- normalising -------------------------------------------------------------------------------------


class _Readings(NamedTuple):
    by_value: Tokens
    as_written: Tokens


@lru_cache(maxsize=4096)  # an answer is compared with several references, in several ways
def _readings(text: str, language: str) -> _Readings:
    by_value: list[str] = []
    as_written: list[str] = []
    for block in _plain_blocks(text):
        at = 0
        for one in quantities(block, language):
            if _DECADE.match(block, one.start):
                continue
            between = _words(block[at : one.start], language)
            by_value += [*between, *one.value.casefold().split(), *(["%"] if one.kind == "percent" else [])]
            as_written += [*between, *_as_written(one, block, language)]
            at = one.end
        rest = _words(block[at:], language)
        by_value += rest
        as_written += rest
    return _Readings(tuple(by_value), tuple(as_written))


def _plain_blocks(text: str) -> Iterator[str]:
    """The paragraphs, list items and table rows of a text, on one line each: no quantity crosses their ends."""
    text = _simplified(text)
    for block in blocks(text):
        yield _EMPHASIS.sub("", _LINK.sub(r"\1", " ".join(text[block.start : block.end].split())))


def _simplified(text: str) -> str:
    return fold(_SMALL_FIGURE.sub(" ", text)).translate(_SIMPLER)


def _words(text: str, language: str) -> list[str]:
    """The words of a simplified text that are no articles."""
    text = _ACRONYM.sub(lambda match: match[0].replace(".", ""), text)
    if language == "fr":
        text = _ELIDED_ARTICLE.sub(" ", text)
    elif language == "en":
        text = _POSSESSIVE.sub("", text).replace("'", "")
    articles = _ARTICLES.get(language, frozenset())
    return [word for word in _TOKEN.findall(text) if word not in articles]


def _as_written(quantity: Quantity, text: str, language: str) -> Iterator[str]:
    """The tokens of a quantity, only its numbers in canonical form."""
    written = text[quantity.start : quantity.end]
    sign = "-" if written[0] in "-−" else ""
    at = 0
    for number in _numbers(language).finditer(written):
        if number["spelled"] and number.start() > 0:
            continue  # the cent of "5 pour cent" is no hundred
        yield from _words(written[at : number.start()], language)
        digits, spelled = number["digits"], number["spelled"]
        yield sign + (canonical_number(digits, language) if digits else spelled_value(spelled, language) or spelled)
        sign, at = "", number.end()
    yield from _words(written[at:], language)


@lru_cache(maxsize=8)
def _numbers(language: str) -> re.Pattern[str]:
    spelled = spelled_pattern(read_as(language))
    return re.compile(rf"(?<!\w)(?:(?P<digits>{number_pattern(language)})(?![0-9])|(?P<spelled>{spelled}))")
