"""Negations: what each one turns round, and whether the evidence turns the same thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from ragcare.answering.grounding.reading import Statement, Token
from ragcare.language.sentences import Span

_BREAK: Final = re.compile(r"[,;:.!?()\n]|\b(?:mais|but|et|and|ou|or|si|if|sauf|unless|car|because)\b", re.IGNORECASE)
_REACH: Final = 2  # words that a negation turns: the verb and what it is said of
_MODAL: Final = {"need", "want", "besoin", "longer", "yet", "encor"}
_FAMILIES: Final = {
    "free": r"gratuit\w*|free|offert\w*|dispens\w*|exempt\w*|waive\w*",
    "forbidden": r"interdi\w*|forbid\w*|prohibit\w*|banned",
    "refused": r"refus\w*|den(?:y|ied)|reject\w*",
    "only": r"only|seul\w*|uniquement|(?:ne\s+|n['’ʼ])\w+\s+qu\w*",
    "except": r"hors|sauf|except\w*|unless",
    "optional": r"optional|facultati\w*",
    "cancelled": r"annul\w*|cancel\w*",
    "removed": r"supprim\w*|remov\w*",
    "lost": r"perd\w*|lose|lost",
    "lacking": r"lack\w*|manqu\w*",
    "stopped": r"stop\w*|cess\w*|arr[eê]t\w*|ended|expir\w*",
    "wrong": r"false|faux|wrong",
    "impossible": r"impossible\w*|unable",
    "unavailable": r"unavailable\w*|indispon\w*",
    "unlimited": r"unlimited|illimit\w*",
    "unpaid": r"unpaid|impayé\w*",
    "": r"in(?:valid|compl|utile|exact|suffis|accessib|éligib|eligib|compat)\w*|un(?:valid|used|necessary|till)\w*"
    r"|exclu\w*|fail\w*|instead",
}
"""Words that deny without a negation: "impossible" says what "ne … pas possible" says. Those of one family say the same
in either language; each of the last is its own."""
_NEGATIVE: Final = re.compile(
    r"\b(?:" + "|".join(f"(?P<f{at}>{words})" for at, words in enumerate(_FAMILIES.values())) + ")", re.IGNORECASE
)
_NAMES: Final = tuple(_FAMILIES)
_RESTRICTION: Final = re.compile(
    r"\b(?:ne\s+|n['’ʼ])\w+\s+(?:que\s|qu['’ʼ])|\b(?:only|uniquement|seulement)\s+(?=(?:the|your|les?|la|vos|votre)\b)",
    re.IGNORECASE,
)
"""What restricts to the word after it, and so says that word rather than denies it: "vous ne payez que les frais"."""

Matches = Callable[[Token, Token], bool]


def turned(statement: Statement) -> list[tuple[Span, tuple[Token, ...]]]:
    """Each negation of a statement, and the words next to it that it turns round.

    Those inside it ("ne sera remboursé que", "ne prend pas") and the first ones after it in the same clause; where
    none follows, the last ones before it.
    """
    return [(span, tuple(_scope(statement, span))) for span in statement.negations]


def wrong_negation(said: Statement, stands: Iterable[Statement], matches: Matches) -> str:
    """The negation that a sentence adds or drops, in its own words or those of the evidence; "" if none.

    Args:
        said: the sentence.
        stands: the sentences of the evidence that support it.
        matches: whether a word of the sentence and one of the evidence mean the same.
    """
    sources = list(stands)
    return _added(said, sources, matches) or _dropped(said, sources, matches)


def _added(said: Statement, sources: Sequence[Statement], matches: Matches) -> str:
    """The negation of a sentence that turns round what the evidence says, and does not deny in another way."""
    there = [word for source in sources for word in source.tokens]
    denied = [word for source in sources for _, scope in turned(source) for word in scope]
    restricted = [word for source in sources for word in _restricted_to(source)]
    excuses = _denying(*(source.text for source in sources)) - _denying(said.text)
    for span, scope in turned(said):
        excused = excuses - ({"only"} if _meet(scope, restricted, matches) else set())
        if _meet(scope, there, matches) and not _meet(scope, denied, matches) and not excused:
            return said.text[span.start : _end(scope, span)]
    return ""


def _dropped(said: Statement, sources: Sequence[Statement], matches: Matches) -> str:
    """The negation of the evidence around what a sentence says plainly, and does not deny in another way."""
    denied = {word.start for _, scope in turned(said) for word in scope}
    plain = [word for word in said.tokens if word.start not in denied]
    for source in sources:
        excuses = _denying(said.text) - _denying(source.text)
        for span, scope in turned(source):
            affirmed = [word for word in plain if _meet([word], scope[:_REACH], matches)]
            excused = excuses - ({"only"} if _meet(_restricted_to(said), scope, matches) else set())
            if _meet(affirmed, scope[:1], matches) and not excused and not _affirmed_too(source, affirmed, matches):
                return source.text[span.start : _end(scope, span)]
    return ""


def _meet(said: Iterable[Token], stand: Sequence[Token], matches: Matches) -> bool:
    """Whether a word of a sentence means the same as a word of its evidence."""
    return any(matches(one, other) for one in said for other in stand)


def _denying(*texts: str) -> set[str]:
    """The families of the words that deny without a negation; of one without a family, its beginning."""
    return {
        _NAMES[int((match.lastgroup or "f0")[1:])] or match[0].lower()[:5]
        for text in texts
        for match in _NEGATIVE.finditer(text)
    }


def _restricted_to(statement: Statement) -> list[Token]:
    """The words that a statement restricts itself to."""
    marks = [match.end() for match in _RESTRICTION.finditer(statement.text)]
    after = (next((token for token in statement.tokens if token.start >= mark), None) for mark in marks)
    return [token for token in after if token is not None]


def _affirmed_too(source: Statement, said: Iterable[Token], matches: Matches) -> bool:
    """Whether the evidence itself also says those words outside of the negation."""
    outside = [word for word in source.tokens if not any(word in scope for _, scope in turned(source))]
    return all(_meet([one], outside, matches) for one in said)


def _scope(statement: Statement, span: Span) -> Iterator[Token]:
    telling = [token for token in statement.tokens if token.stem not in _MODAL]
    inside = [token for token in telling if span.start <= token.start < span.end]
    yield from inside
    wanted = _REACH - len(inside)
    stop = _BREAK.search(statement.text, span.end)
    limit = stop.start() if stop else len(statement.text)
    after = [token for token in telling if span.end <= token.start < limit]
    yield from after[: max(wanted, 0)]
    if not after and not inside:
        before = [token for token in telling if token.end <= span.start]
        yield from before[-_REACH:]


def _end(scope: tuple[Token, ...], span: Span) -> int:
    return max([span.end, *(token.end for token in scope)])
