"""From text to the tokens that the keyword index holds: one analyser a language, for articles and questions alike.

What it promises: two spellings of one thing give the same tokens. Accents present or missing, capitals,
either apostrophe, composed or decomposed letters, "1 200 €" and "1200 euros", "e-mail" and "email".
`docs/design/002-language.md` says what was decided and what was measured.
"""

import logging
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from ragcare.language.folding import APOSTROPHES, fold
from ragcare.language.numerals import canonical_number
from ragcare.language.stemming import stemmer_for
from ragcare.language.stop_words import STOP_WORDS
from ragcare.language.token_patterns import token_pattern

_logger = logging.getLogger(__name__)

KNOWN_LANGUAGES: Final[tuple[str, ...]] = ("en", "fr")
"""The languages that have rules of their own."""

_RULES_VERSION: Final = 1  # part of every analyser's name: raise it with any change of what comes out

_LONGEST_WORD: Final = 64  # what is longer is no word, and would only fill the index

_CURRENCIES: Final = {
    "€": "eur", "euro": "eur", "euros": "eur",
    "$": "usd", "dollar": "usd", "dollars": "usd",
    "£": "gbp",
}  # fmt: skip
_SYNONYMS: Final[dict[str, dict[str, str]]] = {
    "fr": dict.fromkeys(("mail", "mails", "mel", "emails", "courriel", "courriels"), "email"),
    "en": {"emails": "email"},
}
_UNIT_WORDS: Final = {
    "fr": {"h": "heure", "j": "jour", "s": "seconde", "sec": "seconde", "min": "minute", "mn": "minute", "m": "metre"},
    "en": {"h": "hour", "s": "second", "sec": "second", "min": "minute", "mn": "minute", "m": "metre"},
}
_ENGLISH_ENDINGS: Final = re.compile("'(?:s|re|ve|ll|d|m)$")
_ENGLISH_NEGATED: Final = re.compile(
    "(?:cannot|can't|won't|shan't|[a-z]+n't|(?:do|does|did|is|are|was|were|wo|ca|have|has|had|could|would|should)nt)$"
)
_ANY_APOSTROPHE: Final = re.compile(f"[{APOSTROPHES}]")


class Word(NamedTuple):
    """A kept token and where it stands in the original text."""

    token: str
    start: int
    end: int


class Analyser(Protocol):
    """Turns text into index tokens; the same one must serve the index and its queries."""

    @property
    def language(self) -> str:
        """The code of the language, "und" for the plain fallback."""
        ...

    @property
    def name(self) -> str:
        """Language and version of the rules, as the index manifest records it: "fr/1"."""
        ...

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of a text, in order."""
        ...

    def words(self, text: str) -> list[Word]:
        """Return the tokens of a text with their offsets into it, in order of their start."""
        ...


def analyser_for(language: str | None) -> Analyser:
    """Return the analyser of a language; an unknown one gets the plain analyser and one warning.

    Args:
        language: a two-letter code, or None or "und" when nobody knows (the plain one, without a warning).
    """
    return _analyser_for(language or "und")


@lru_cache(maxsize=256)
def _analyser_for(language: str) -> Analyser:
    if language in KNOWN_LANGUAGES:
        return _RuleAnalyser(language)
    if language != "und":
        _logger.warning("no analyser for language %r: words are matched without stemming or stop words", language)
        return _analyser_for("und")
    return _RuleAnalyser("und")


class _RuleAnalyser:
    """Patterns cut, folding levels, stop words drop, Snowball stems."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.name = f"{language}/{_RULES_VERSION}"
        self._finditer = token_pattern(language).finditer
        self._stop_words = STOP_WORDS.get(language, frozenset())
        self._synonyms = _CURRENCIES | _SYNONYMS.get(language, {})
        self._units = _UNIT_WORDS.get(language, {})
        self._stem = stemmer_for(language)
        # Text is mostly the same few thousand words: the cache makes the work per word one look-up.
        self._word: Callable[[str], str] = lru_cache(maxsize=1 << 16)(self._word_token)

    def tokens(self, text: str) -> list[str]:
        return [word.token for word in self._scan(text)]

    def words(self, text: str) -> list[Word]:
        return list(self._scan(text))

    def _scan(self, text: str) -> Iterator[Word]:
        for match in self._finditer(text):
            kind = match.lastgroup
            start, end = match.span()
            if kind == "word" or kind == "joined":
                token = self._word(match[0][:_LONGEST_WORD])
                if token:
                    yield Word(token, start, end)
            elif kind == "number":
                yield from self._number(match)
            elif kind == "price":
                # One order for "€1,200" and "1,200 euros": the number, then the currency.
                yield Word(canonical_number(match["value"], self.language), start, end)
                yield Word(self._symbol(match["before"]), start, end)
            elif kind == "cents":
                yield Word(canonical_number(match[0].replace("€", "."), "en"), start, end)
                yield Word(self._symbol("€"), start, end)
            elif kind == "percent":
                yield Word("%", start, end)
            elif kind == "symbol" or kind == "version":
                yield Word(self._symbol(match[0]), start, end)
            elif kind != "elision":
                yield Word(_compact(match[0]), start, end)

    def _number(self, match: re.Match[str]) -> Iterator[Word]:
        yield Word(canonical_number(match["digits"], self.language), *match.span("digits"))
        unit = match["unit"]
        if unit:
            symbol = fold(unit)
            token = self._word(self._units.get(symbol, symbol))
            if token:
                yield Word(token, *match.span("unit"))

    def _symbol(self, symbol: str) -> str:
        folded = fold(symbol)
        return _CURRENCIES.get(folded, folded)

    def _word_token(self, word: str) -> str:
        """Return the token of one word as it was written, or "" for one that is not kept."""
        plain = _ANY_APOSTROPHE.sub("'", fold(word)).replace("-", "")
        if self.language == "en":
            if _ENGLISH_NEGATED.match(plain):
                return "not"
            plain = _ENGLISH_ENDINGS.sub("", plain)
        plain = plain.replace("'", "")
        if plain in self._stop_words or (len(plain) == 1 and not plain.isdigit()):
            return ""
        return self._synonyms.get(plain) or self._stem(plain)


def _compact(text: str) -> str:
    """Return a reference, telephone number, acronym or code as one token: "L. 221-18" is "l221-18"."""
    bare = "".join(char for char in fold(text) if char.isalnum() or char == "-")
    if not bare[0].isalpha():
        bare = bare.replace("-", "")
    return "0" + bare[2:].removeprefix("0") if text.startswith("+33") else bare
