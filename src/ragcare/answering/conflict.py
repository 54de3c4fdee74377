"""Two validated articles that give different values for the same thing: neither may be said."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ragcare.answering.evidence import Selection
from ragcare.language.analyser import analyser_for
from ragcare.language.blocks import LIST_ITEM, TABLE_RULE
from ragcare.language.quantities import quantities
from ragcare.language.sentences import sentence_spans
from ragcare.schema import Evidence, Passage, Refusal, Retrieved

_ALIKE, _THE_SAME = 0.6, 0.85  # the share of the shorter one's words that two sentences have in common
_FEWEST_WORDS_SHARED = 3
_FEWEST_WORDS_ASKED = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Statement:
    """A sentence taken apart: what it speaks of, under which title, and the values that it gives, by kind."""

    quote: Evidence
    subject: frozenset[str]
    under: frozenset[str]
    values: dict[str, set[str]]


def find_conflict(retrieved: Retrieved, selection: Selection) -> Refusal | None:
    """A refusal that names both articles, if one that was found contradicts the evidence on what was asked.

    Two sentences contradict each other when they speak of the same thing, each stands on all the words of the
    question that the first one has, and their values of one kind (amounts, durations, dates …) differ. Where the
    question is of the title ("park and ride price"), the sentences must be the same but for the values.
    """
    passages = {passage.id: passage for passage in selection.passages}
    quoted = (_statement(passages[piece.passage_id], piece) for piece in selection.evidence if _has_digit(piece.quote))
    asked = frozenset(analyser_for(selection.language).tokens(retrieved.question.sought))
    own = {one: on for one in quoted if one.values and (on := _stands_on(one, asked))}
    if own:
        for other in _statements_of_others(retrieved, selection, own.values()):
            for one, on in own.items():
                if _contradict(one, other, on):
                    quotes = (one.quote, other.quote)
                    return Refusal(
                        reason="conflict", sources=tuple(piece.article_id for piece in quotes), evidence=quotes
                    )
    return None


def without_the_older(retrieved: Retrieved, conflict: Refusal) -> Retrieved | None:
    """What was found, without the one of two contradicting articles that was validated first.

    Returns:
        None where both were validated on the same day: neither can be preferred.
    """
    first, second = sorted(
        (retrieved.library.article(article_id) for article_id in conflict.sources),
        key=lambda article: str(article.validated_at),
    )
    if first.validated_at == second.validated_at:
        return None
    return replace(retrieved, hits=tuple(hit for hit in retrieved.hits if hit.passage.article_id != first.id))


def _statements_of_others(
    retrieved: Retrieved, selection: Selection, asked: Collection[frozenset[str]]
) -> Iterable[_Statement]:
    """The sentences of other articles that give a figure and stand on all words of one of these sets."""
    own = {piece.article_id for piece in selection.evidence}
    for hit in retrieved.hits:
        passage = hit.passage
        if passage.article_id in own or passage.language != selection.language or not _has_digit(passage.text):
            continue
        tokens, under = analyser_for(passage.language).tokens, _under(passage)
        for start, end in sentence_spans(passage.text, passage.language):
            quote = passage.text[start:end]
            # To read the figures takes longer than the rest, and few sentences speak of what is asked.
            if _has_digit(quote) and any(words <= under.union(tokens(quote)) for words in asked):
                yield _statement(passage, Evidence.cut(passage, start, end))


def _stands_on(one: _Statement, asked: frozenset[str]) -> frozenset[str]:
    """The words of the question that a sentence has, by itself or else with its title; none if they are too few."""
    by_itself, with_title = asked & one.subject, asked & (one.subject | one.under)
    on = by_itself if len(by_itself) >= _FEWEST_WORDS_ASKED else with_title
    return on if len(on) >= _FEWEST_WORDS_ASKED else frozenset()


def _contradict(one: _Statement, other: _Statement, on: frozenset[str]) -> bool:
    """Whether two sentences that stand on those words of the question say different values of the same thing."""
    shared = one.subject & other.subject
    alike = len(shared) / max(min(len(one.subject), len(other.subject)), 1)
    enough = _ALIKE if on <= one.subject else _THE_SAME
    if len(shared) < _FEWEST_WORDS_SHARED or alike < enough or not on <= other.subject | other.under:
        return False
    kinds = one.values.keys() & other.values.keys()
    return any(one.values[kind].isdisjoint(other.values[kind]) for kind in kinds)


def _statement(passage: Passage, quote: Evidence) -> _Statement:
    analyser = analyser_for(passage.language)
    mark = LIST_ITEM.match(quote.quote)
    said = quote.quote[mark.end() :] if mark else quote.quote  # the number of a step is no value
    names_columns = TABLE_RULE.match(passage.text, quote.end - passage.start)  # "Load (Onda 7 / Onda 9)" gives no value
    found = [] if names_columns else quantities(said, passage.language)
    values: dict[str, set[str]] = {}
    for one in found:
        values.setdefault(one.kind, set()).add(one.value)
    subject = (
        word.token for word in analyser.words(said) if not any(one.start <= word.start < one.end for one in found)
    )
    return _Statement(quote, frozenset(subject), _under(passage), values)


def _under(passage: Passage) -> frozenset[str]:
    return frozenset(analyser_for(passage.language).tokens("\n".join([passage.title, *passage.headings])))


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
