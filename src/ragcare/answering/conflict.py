"""Two validated articles that give different values for the same thing: neither may be said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ragcare.answering.evidence import Selection
from ragcare.language.analyser import analyser_for
from ragcare.language.blocks import LIST_ITEM
from ragcare.language.quantities import quantities
from ragcare.language.sentences import sentence_spans
from ragcare.schema import Evidence, Passage, Refusal, Retrieved

_ALIKE = 0.6
_FEWEST_WORDS_SHARED = 3
_FEWEST_WORDS_ASKED = 2


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence taken apart: what it speaks of, under which title, and the values that it gives, by kind."""

    quote: Evidence
    subject: frozenset[str]
    under: frozenset[str]
    values: dict[str, set[str]]


def find_conflict(retrieved: Retrieved, selection: Selection) -> Refusal | None:
    """A refusal that names both articles, if one that was found contradicts the evidence on what was asked.

    Two sentences contradict each other when they speak of the same thing, each stands on all the words of the
    question that the first one has, and their values of one kind (amounts, durations, dates …) differ.
    """
    passages = {passage.id: passage for passage in selection.passages}
    quoted = (_statement(passages[piece.passage_id], piece) for piece in selection.evidence if _has_digit(piece.quote))
    asked = frozenset(analyser_for(selection.language).tokens(retrieved.question.sought))
    own = [one for one in quoted if one.values and len(asked & one.subject) >= _FEWEST_WORDS_ASKED]
    if own:
        for other in _statements_of_others(retrieved, selection, [asked & one.subject for one in own]):
            for one in own:
                if _contradict(one, other, asked):
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
    retrieved: Retrieved, selection: Selection, asked: Sequence[frozenset[str]]
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


def _contradict(one: _Statement, other: _Statement, asked: frozenset[str]) -> bool:
    shared = one.subject & other.subject
    alike = len(shared) / max(min(len(one.subject), len(other.subject)), 1)
    if len(shared) < _FEWEST_WORDS_SHARED or alike < _ALIKE or not asked & one.subject <= other.subject | other.under:
        return False
    kinds = one.values.keys() & other.values.keys()
    return any(one.values[kind].isdisjoint(other.values[kind]) for kind in kinds)


def _statement(passage: Passage, quote: Evidence) -> _Statement:
    analyser = analyser_for(passage.language)
    mark = LIST_ITEM.match(quote.quote)
    said = quote.quote[mark.end() :] if mark else quote.quote  # the number of a step is no value
    found = quantities(said, passage.language)
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
