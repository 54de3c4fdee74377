"""What a question was meant to say, where it is misspelt or written short, by the words of the index and the language.

One repair for all that reads the question afterwards: both legs, the reader, the confidence. A word is left alone that
the index holds or that a dictionary has; so is a number, a reference, an acronym. Of any other each word that is one
slip away is tried (Norvig 2007, "How to Write a Spelling Corrector"), and the likeliest is taken, by how frequent it is
here and in the language, and how easily fingers slip so. Nothing is kept for it, so a change of the index needs no care
(`docs/design/017-query-repair.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from string import ascii_lowercase
from typing import Final, NamedTuple, Protocol

from ragcare.index.keyword import analyse_query
from ragcare.language.analyser import analyser_for
from ragcare.language.folding import fold
from ragcare.language.lexicon import lexicon, lexicon_if_read
from ragcare.language.shorthand import SHORTHAND
from ragcare.schema import Passage

_SWAPS_FROM, _SLIPS_FROM, _NAMES_FROM = 3, 4, 5
"""From how many letters on a word may have two letters swapped; any slip; and any slip where it is taken for a name."""

_LONGEST: Final = 24
_UNIT: Final = 3
_BEFORE_UNITS: Final = tuple("0123456789%°€$£")
_BLANKS: Final = " \t\n\r\u00a0\u202f"
_AT_ENDS: Final = ".,;:!?…()[]«»\"“”'’ʼ"
_OF_CODES: Final = frozenset("0123456789@./&°_#+")
_READ: Final = 4
"""Of so many near tokens, the most frequent, passages are read for how they are written."""

READ_FOR_FORMS: Final = 3
"""So many passages are read for how a word is written that no dictionary has: it has few forms, most often one."""

_MOST: Final = 16
"""So many words of a question are looked at: where more are unknown, no slip is the reason."""

_SWAPPED, _DOUBLED, _MISSING, _WRONG = 1.0, 1.0, 0.5, 0.2
"""How easily fingers slip so, against one another."""

_HERE: Final = 0.3
"""How likely a question has a word that all passages have, against one that all questions have."""

_RARE: Final = 3e-5
"""Below this share, a word that the index does not hold is as likely a name of something: "revolut", "sepa"."""

_WORDS_OF_THE_TRADE: Final = """
    ameli api app apps bbox bic box chat crypto csv gmail gps iban imei ios ip lcd led login mail mfa mms
    netflix nfc otp outlook paypal pdf pin pos puk qr ram revolut rib rio samsung sepa sim siret siren smishing
    sms spam tesla toner tpe tva uber url usb vat visa visio vod voip vpn web whatsapp wi wifi youtube
"""
_TRADE: Final = frozenset(_WORDS_OF_THE_TRADE.split())
"""What no dictionary of films has."""

_COMMON: Final = 1e-3
"""The share of questions with a word that a short one may stand for: "teh", "mno"."""

_BORROWED: Final = 1e-5
"""The share of questions in the other language with a word that is known in this one too: "mon boss"."""

_WORD: Final = re.compile("(?<![\\w.@/])(?:[^\\W_][\u0300-\u036f]*+)++(?![\\w@/'’ʼ]|\\.\\w)")
_ELIDED: Final = re.compile("(?:qu|k|[cdjlmnst])(?=[aeiouyh])")
_VOWELS: Final = frozenset("aeiouy")
_OTHER: Final = {"fr": "en", "en": "fr"}


class Words(Protocol):
    """The words of the index: only of what may be said to the asker, so that nothing else shows."""

    def holds(self, token: str) -> bool:
        """Whether a token stands in any passage."""
        ...

    def shares(self, tokens: Sequence[str]) -> Mapping[str, float]:
        """In which share of the passages those of these tokens stand that stand in any."""
        ...

    def forms(self, token: str) -> Iterable[str]:
        """How some passages that have a token write it."""
        ...


def respelt(text: str, language: str, languages: Set[str], words: Words) -> str:
    """The question as it was meant; as it was typed, where nothing in it is misspelt.

    Args:
        text: the question.
        language: of the question; in no other is anything repaired.
        languages: of the index: a word that is known in any of them is known.
        words: of the index.
    """
    if language not in SHORTHAND or language not in languages:
        return text
    shouted = text.isupper()
    pieces: list[str] = []
    known: dict[tuple[str, bool], str | None] = {}
    done = 0
    for found in _WORD.finditer(text):
        typed, word = found[0], fold(found[0])
        short = SHORTHAND[language].get(word)
        misspelt = _may_be_misspelt(typed, word, shouted=shouted) and not _known_to_be_a_word(word, language)
        if short is None and not misspelt:  # most words: whether the index holds them need not be asked
            continue
        if _is_in_a_code(text, found) or _in_index(typed, language, languages, words):
            continue
        a_name = found.start() > 0 and typed[0].isupper() and not shouted
        meant = None
        if (shouted or not typed.isupper()) and not a_name and _stands_alone(text, found):
            meant = short
        if meant is None and misspelt and not _in_dictionary(word, language):
            if (word, a_name) not in known and len(known) < _MOST:
                known[word, a_name] = _likeliest(word, language, words, a_name=a_name)
            meant = known.get((word, a_name))
        if meant is not None:
            pieces += [text[done : found.start()], _with_capitals(meant, typed, shouted=shouted)]
            done = found.end()
    return "".join([*pieces, text[done:]])


def forms_in(passage: Passage, token: str) -> set[str]:
    """How a passage writes a token of the keyword leg."""
    language, _, bare = token.partition(":")
    text = "\n".join([passage.title, *passage.questions, *passage.headings, passage.text])
    return {text[word.start : word.end] for word in analyser_for(language).words(text) if word.token == bare}


def _run(text: str, found: re.Match[str]) -> str:
    """What stands between the blanks around a word, punctuation at its ends aside."""
    start = max(text.rfind(blank, 0, found.start()) for blank in _BLANKS) + 1
    ends = [at for blank in _BLANKS if (at := text.find(blank, found.end())) >= 0]
    return text[start : min(ends, default=len(text))].strip(_AT_ENDS)


def _is_in_a_code(text: str, found: re.Match[str]) -> bool:
    """Within a reference, an address, a version: "cmd-12345", "u@shop.example", "r&d"."""
    run = _run(text, found)
    return run != found[0] and not _OF_CODES.isdisjoint(run)


def _stands_alone(text: str, found: re.Match[str]) -> bool:
    """Between blanks, and no unit: not "20 mn", where "mn" else is short for another word."""
    unit = len(found[0]) <= _UNIT and text[max(found.start() - 2, 0) : found.start()].rstrip()[-1:] in _BEFORE_UNITS
    return not unit and _run(text, found) == found[0]


def _may_be_misspelt(typed: str, word: str, *, shouted: bool) -> bool:
    """Of letters alone, neither a name's capitals nor short for something: "SFR", "eSIM", "vpn"."""
    if not (word.isascii() and word.isalpha() and _SWAPS_FROM <= len(word) <= _LONGEST):
        return False
    return (shouted or typed[1:].islower()) and not _VOWELS.isdisjoint(word)


def _in_index(typed: str, language: str, languages: Set[str], words: Words) -> bool:
    # Its own language first: most words are known there, and need not be looked for in the others.
    in_turn = {language}, languages - {language}
    return any(any(map(words.holds, analyse_query(typed, language, some))) for some in in_turn)


def _known_to_be_a_word(word: str, language: str) -> bool:
    """Whether the dictionary has it, as far as that has been read: an index that holds all words never needs it."""
    known = lexicon_if_read(language)
    return known is not None and word in known


def _in_dictionary(word: str, language: str) -> bool:
    if word in _TRADE or word in lexicon(language):
        return True
    borrowed = lexicon(_OTHER[language]).get(word)
    return borrowed is not None and borrowed.share >= _BORROWED


def _likeliest(word: str, language: str, words: Words, *, a_name: bool) -> str | None:
    """The likeliest of the words that are one slip away; None where there is none."""
    if len(word) < (_NAMES_FROM if a_name else _SLIPS_FROM):
        swapped = [] if a_name else _of_the_language(_swaps(word), language, words)
        return _best([one for one in swapped if one.likely >= _COMMON])
    known = [] if a_name else _of_the_language(_slips(word), language, words)
    if language == "fr" and not a_name:
        known += _parted(word, words)
    if not any(one.here for one in known):
        known += _of_the_index(word, language, words, a_name=a_name)
    return _best(known)


def _best(known: Sequence[_Meant]) -> str | None:
    return max(known, key=lambda one: (one.likely, one.written)).written if known else None


class _Meant(NamedTuple):
    """What a word may have been meant to be.

    Attributes:
        here: whether the index holds it.
    """

    written: str
    likely: float
    here: bool


def _of_the_language(slips: Iterable[tuple[str, float]], language: str, words: Words) -> list[_Meant]:
    """The words of the dictionary among those that a slip could have come from."""
    known = lexicon(language)
    near = [(entry, ease, _tokens(slip, language)) for slip, ease in slips if (entry := known.get(slip)) is not None]
    held = words.shares([token for _, _, tokens in near for token in tokens])
    found = []
    for entry, ease, tokens in near:
        here = max((held.get(token, 0.0) for token in tokens), default=0.0)
        if here or entry.share >= _RARE:
            found.append(_Meant(entry.written, ease * (entry.share + _HERE * here), here > 0))
    return found


def _of_the_index(word: str, language: str, words: Words, *, a_name: bool) -> list[_Meant]:
    """The words that only the index knows, such as names of products, as its passages write them.

    What is written as a name may stand for a name alone: "Mrs Ordey" has ordered nothing.
    """
    eases, found = dict(_slips(word)), []
    held = words.shares(_tokens_one_slip_away(word, language))
    for here, token in sorted(((here, token) for token, here in held.items()), reverse=True)[:_READ]:
        forms = [form for form in words.forms(token) if fold(form) in eases]
        if not (a_name and any(form.islower() for form in forms)):
            found += [_Meant(form.lower(), eases[fold(form)] * _HERE * here, True) for form in forms]
    return found


def _parted(word: str, words: Words) -> list[_Meant]:
    """The apostrophe put back: "labonnement", "quil", "kun"."""
    found = _ELIDED.match(word)
    rest = word[found.end() :] if found else ""
    rest = SHORTHAND["fr"].get(rest, rest)
    entry = lexicon("fr").get(rest)
    if found is None or entry is None or len(rest) < 2:
        return []
    here = max(words.shares(_tokens(rest, "fr")).values(), default=0.0)
    head = "qu" if found[0] == "k" else found[0]
    return [_Meant(f"{head}'{entry.written}", _MISSING * (entry.share + _HERE * here), here > 0)]


def _tokens(word: str, language: str) -> list[str]:
    """What the keyword leg makes of a word."""
    return analyse_query(word, language, [language])


def _with_capitals(meant: str, typed: str, *, shouted: bool) -> str:
    if shouted:
        return meant.upper()
    return meant[:1].upper() + meant[1:] if typed[:1].isupper() else meant


@lru_cache(maxsize=1024)
def _tokens_one_slip_away(word: str, language: str) -> tuple[str, ...]:
    near = " ".join(dict.fromkeys(near for near, _ in _slips(word)))
    return tuple(dict.fromkeys(f"{language}:{token}" for token in analyser_for(language).tokens(near)))


def _swaps(word: str) -> Iterator[tuple[str, float]]:
    """The words with two neighbouring letters swapped."""
    yield from ((word[:at] + word[at + 1] + word[at] + word[at + 2 :], _SWAPPED) for at in range(len(word) - 1))


def _slips(word: str) -> Iterator[tuple[str, float]]:
    """All words that differ in one letter left out, too many, wrong or swapped, the likelier slips last.

    The first letter is right, or swapped with the second.
    """
    for at in range(1, len(word)):
        before, after = word[:at], word[at + 1 :]
        yield from ((before + letter + after, _WRONG) for letter in ascii_lowercase if letter != word[at])
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:], _DOUBLED if after[0] in (before[-1], *after[1:2]) else _MISSING
        for letter in ascii_lowercase:
            yield before + letter + after, _DOUBLED if letter in (before[-1], *after[:1]) else _MISSING
    yield from _swaps(word)
