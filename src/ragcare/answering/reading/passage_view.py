"""What can be told of a passage before any question is asked: its words, units, and the spans that could be answers.

All of it is in arrays, so that a question is held against every span at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from ragcare.answering.reading.passage_words import Array, PassageWords, flags
from ragcare.answering.reading.words import Word, words
from ragcare.language.quantities import quantities
from ragcare.language.sentences import sentence_spans
from ragcare.language.whose_words import read_as
from ragcare.schema import Passage

LONGEST: Final = 14
"""How many words a span may have, beside whole clauses."""

_STRONG: Final = frozenset(";:!?|•")
_OPEN, _CLOSE = frozenset("([«“"), frozenset(")]»”")
_COMMA: Final = frozenset({",", "–", "—"})
_CONTACT: Final = re.compile(
    r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:https?://|www\.)\S+[\w/]|\b[\w-]+\.(?:fr|com|org|net|gov|ca|eu|gouv\.fr)\b"
    r"|(?<![\w.])(?:\+?[0-9]{1,3}[ .-]?)?(?:\(?[0-9]{2,4}\)?[ .\u00a0-]){2,5}[0-9]{2,4}(?![\w.])"
)
_YEAR: Final = re.compile(r"(?:1[0-9]|20)[0-9]{2}")
_QUOTED: Final = re.compile(r"«\s*([^«»\n]{2,120}?)\s*»|“([^“”\n]{2,120})”|\"([^\"\n]{2,120})\"")
_BRACKETED: Final = re.compile(r"\(([^()\n]{2,120})\)")
_KINDS: Final = ("amount", "percent", "duration", "date", "number", "time", "contact", "year", "quoted", "bracketed")
STATIC: Final = (
    *(f"is_{kind}" for kind in _KINDS),
    *(f"holds_{kind}" for kind in _KINDS[:8]),
    "holds_no_quantity",
    "names", "all_names", "some_names", "no_names", "name_after_small", "opens_sentence_with_name",
    "capital_cut_left", "capital_cut_right",
    *(f"length_{one}" for one in ("1", "2", "3", "4", "5_6", "7_9", "10_14", "more")),
    "opens_after_mark", "opens_after_light", "cut_left", "closes_before_mark", "closes_before_light", "cut_right",
    "first_light", "commas", "light_share", "opens_sentence", "closes_sentence", "whole_sentence", "place_in_passage",
    "sentence_first", "unbalanced", "holds_verb_ending", "content_words",
)  # fmt: skip
"""The features of a span that no question changes."""


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage, taken apart.

    Attributes:
        units: the sentences, steps and rows: offsets into the text.
        unit_of: of each word, the number of its unit.
        places: where each stem stands.
        first: of each span, the number of its first word; `last` its last one, included.
        static: features of each span, (spans, len(STATIC)).
        kinds: which kinds of quantity stand in each unit, (units, kinds).
    """

    words: list[Word]
    units: list[tuple[int, int]]
    unit_of: Array
    places: dict[str, Array]
    by_prefix: dict[str, list[str]]
    first: Array
    last: Array
    static: Array
    kinds: Array
    names: Array
    nearness: Array
    language: str


def passage_view(passage: Passage) -> PassageView:
    """The view of a passage; the last few hundred are kept."""
    return _view(passage.text, passage.language)


@lru_cache(maxsize=256)
def _view(text: str, language: str) -> PassageView:
    known = read_as(language)
    units = [(one.start, one.end) for one in sentence_spans(text, language)] or [(0, len(text))]
    told = PassageWords.of(words(text, known), units, known)
    kind_at, exact = _quantities_in(text, language, told.said)
    first, last = _spans(told, exact)
    places: dict[str, list[int]] = defaultdict(list)
    for at, word in enumerate(told.said):
        if word.stem:
            places[word.stem].append(at)
    by_prefix: dict[str, list[str]] = defaultdict(list)
    for stem in places:
        if len(stem) >= 4:
            by_prefix[stem[:4]].append(stem)
    return PassageView(
        words=told.said,
        units=units,
        unit_of=told.unit_of,
        places={stem: np.array(at) for stem, at in places.items()},
        by_prefix=dict(by_prefix),
        first=first,
        last=last,
        static=_static(first, last, told, kind_at, exact, known),
        kinds=_kinds(told, len(units), kind_at),
        names=told.name,
        nearness=_nearness(told.unit_of),
        language=known,
    )


def _quantities_in(text: str, language: str, said: Sequence[Word]) -> tuple[Array, dict[tuple[int, int], set[int]]]:
    """Which of `_KINDS` each word is part of, (words, kinds); and the kinds of each run of words that is just that."""
    n = len(said)
    starts, ends = np.array([word.start for word in said], int), np.array([word.end for word in said], int)
    kind_at = np.full((n, len(_KINDS)), False)
    exact: dict[tuple[int, int], set[int]] = defaultdict(set)

    def note(kind: str, start: int, end: int) -> None:
        low, high = int(np.searchsorted(ends, start, side="right")), int(np.searchsorted(starts, end) - 1)
        if low <= high < n:
            kind_at[low : high + 1, _KINDS.index(kind)] = True
            exact[low, high].add(_KINDS.index(kind))

    for one in quantities(text, language):
        note(one.kind if one.kind in _KINDS else "number", one.start, one.end)
    for found in _CONTACT.finditer(text):
        note("contact", *found.span())
    for found in _YEAR.finditer(text):
        note("year", *found.span())
    for found in _QUOTED.finditer(text):
        note("quoted", *found.span(found.lastindex or 1))
    for found in _BRACKETED.finditer(text):
        note("bracketed", *found.span(1))
    return kind_at, exact


def _kinds(told: PassageWords, units: int, kind_at: Array) -> Array:
    """Which kinds of quantity stand in each unit, and in the last column whether a name does: (units, kinds + 1)."""
    kinds = np.zeros((units, len(_KINDS) + 1))
    for unit in range(units):
        inside = told.unit_of == unit
        kinds[unit, :-1] = kind_at[inside].any(axis=0)
        kinds[unit, -1] = told.name[inside].any()
    return kinds


def _nearness(unit_of: Array) -> Array:
    """How near each two words are, in 0..1, less so in different units: (words, words)."""
    number = np.arange(len(unit_of))
    apart = np.abs(number[:, None] - number[None, :])
    near: Array = np.exp(-apart / 5.0) * np.where(unit_of[:, None] == unit_of[None, :], 1.0, 0.25)
    return near.astype(np.float32)


def _spans(told: PassageWords, exact: Iterable[tuple[int, int]]) -> tuple[Array, Array]:
    """The spans that could be answers: short runs of words within a clause, quantities, quotes, clauses, units."""
    n, unit_of, mark, light, opens, closes = (
        len(told.said),
        told.unit_of,
        told.mark,
        told.light,
        told.opens,
        told.closes,
    )
    barred, strong = told.barred, flags(told.said, _STRONG)
    light = light | barred
    before = np.ones(n, bool)  # a mark or a light word stands before: a phrase may begin here
    before[1:] = (mark | light)[:-1] | opens[1:] | light[1:]
    after = np.ones(n, bool)
    after[:-1] = (mark | light)[1:] | closes[:-1]
    found = set(exact)
    for start in range(n):
        if mark[start] or barred[start]:
            continue
        for end in range(start, min(n, start + LONGEST)):
            if unit_of[end] != unit_of[start] or strong[end]:
                break
            if mark[end] or light[end]:
                continue
            if end - start > 3 and not (before[start] and after[end]):
                continue
            found.add((start, end))
    # Clauses, from a phrase's beginning to the end of its clause or sentence.
    for end in range(n):
        if not mark[end] and (closes[end] or (end + 1 < n and mark[end + 1])):
            for start in range(max(0, end - 45), end - LONGEST + 1):
                if unit_of[start] == unit_of[end] and not mark[start] and (opens[start] or mark[start - 1]):
                    found.add((start, end))
    spans = sorted(found) or [(0, max(n - 1, 0))]
    return np.array([one for one, _ in spans]), np.array([other for _, other in spans])


def _static(
    first: Array,
    last: Array,
    told: PassageWords,
    kind_at: Array,
    exact: Mapping[tuple[int, int], set[int]],
    language: str,
) -> Array:
    """The features of each span that no question changes: (spans, len(STATIC))."""
    said, mark, light, name, capital = told.said, told.mark, told.light, told.name, told.capital
    n = len(said)
    if n == 0:
        return np.zeros((len(first), len(STATIC)), np.float32)

    def inside(flags: Array) -> Array:
        sums = np.concatenate([np.zeros((1, *flags.shape[1:])), np.cumsum(flags.astype(float), axis=0)])
        out: Array = sums[last + 1] - sums[first]
        return out

    length = (last - first + 1) - inside(mark)
    is_kind = np.zeros((len(first), len(_KINDS)))
    at = {(int(a), int(b)): row for row, (a, b) in enumerate(zip(first, last, strict=True))}
    for span, known in exact.items():
        if span in at:
            is_kind[at[span], list(known)] = 1
    holds = inside(kind_at) > 0
    names, content = inside(name), inside(~(mark | light))
    previous, following = np.maximum(first - 1, 0), np.minimum(last + 1, n - 1)
    opening, closing = told.opens[first], told.closes[last]
    after_mark, after_light = ~opening & mark[previous], ~opening & light[previous]
    before_mark, before_light = ~closing & mark[following], ~closing & light[following]
    comma = flags(said, _COMMA)
    depth = np.array([(word.plain in _OPEN) * 1 - (word.plain in _CLOSE) * 1 for word in said], int)
    verb = np.array([_VERB_END[language].search(w.plain) is not None for w in said], bool)
    bins = [length <= 1, length == 2, length == 3, length == 4, (length > 4) & (length < 7),
    (length > 6) & (length < 10),
            (length > 9) & (length < 15), length > 14]  # fmt: skip
    columns = [
        *is_kind.T, *holds[:, :8].T, ~holds[:, :6].any(axis=1),
        np.minimum(names, 4) / 4, names == content, (names > 0) & (names < content), names == 0,
        name[last] & ~capital[first], opening & name[first],
        ~opening & name[first] & name[previous], ~closing & name[last] & name[following],
        *bins,
        after_mark, after_light, ~(opening | after_mark | after_light), before_mark, before_light,
        ~(closing | before_mark | before_light),
        light[first], np.minimum(inside(comma), 3) / 3, inside(light) / np.maximum(length, 1), opening, closing,
        opening & closing,
        first / n, told.unit_of[first] == 0, inside(depth) != 0, inside(verb) > 0, np.minimum(content, 8) / 8,
    ]  # fmt: skip
    return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)


_VERB_END: Final = {
    "fr": re.compile(r"^(?:est|sont|etait|etaient|fut|furent|ont|avait|avaient|a|peut|peuvent|doit)$|(?:erent|aient)$"),
    "en": re.compile(r"^(?:is|are|was|were|has|have|had|can|will|must|does|did)$|ed$"),
}
