"""Alignment: which word of the evidence stands for each word of a sentence, and which sentences support it.

In the manner of Sultan, Bethard and Sumner 2014 ("Back to Basics for Monolingual Alignment"): equal stems first, then
spelling, then meaning by embeddings; each word weighs by how rare it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from ragcare.answering.grounding.figures import FIGURE_WEIGHT, Held
from ragcare.answering.grounding.likeness import meant_alike, spelled_alike
from ragcare.answering.grounding.reading import Statement, Token, read
from ragcare.answering.grounding.verdict import Place
from ragcare.language.folding import fold
from ragcare.language.sentences import sentence_spans

_ADDS: Final = 0.12  # a further sentence supports where it brings this share of what is said
_MOST_SUPPORTS: Final = 3
_MOST_UNSEEN: Final = 1_000  # words of one sentence whose meaning is looked for; no sentence has as many
_MOST_STEMS: Final = 5_000  # different words of the evidence that it is looked for in: a book of a hundred pages
_MATCH: Final = 0.6  # from here on two words are taken to mean the same


@dataclass(frozen=True)
class ReadEvidence:
    """Evidence, cut into sentences and read.

    Attributes:
        places: where each sentence stands.
        sentences: in the order of the evidence.
        about: the headings that the evidence stands under. They name what "it" is, and prove nothing.
    """

    texts: tuple[str, ...]
    language: str
    places: tuple[Place, ...]
    sentences: tuple[Statement, ...]
    about: str = ""

    @classmethod
    def of(cls, texts: Sequence[str], language: str, about: str = "") -> ReadEvidence:
        """Reads the evidence."""
        places = tuple(
            Place(index, start, end)
            for index, text in enumerate(texts)
            for start, end in sentence_spans(text, language)
        )
        sentences = tuple(read(texts[place.index][place.start : place.end], language) for place in places)
        return cls(tuple(texts), language, places, sentences, about)

    @cached_property
    def unmeasured(self) -> str:
        """All of it but its figures, folded: the hour of "half an hour" is no hour."""
        return fold("\n".join(_without_figures(one) for one in self.sentences))

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """The figures of each sentence."""
        return tuple(Held(one.figures) for one in self.sentences)

    @cached_property
    def stems(self) -> dict[str, list[int]]:
        """Which sentences hold each stem."""
        found: dict[str, list[int]] = {}
        for at, sentence in enumerate(self.sentences):
            for token in sentence.tokens:
                found.setdefault(token.stem, []).append(at)
        return found

    @cached_property
    def shown(self) -> dict[str, str]:
        """Each stem as it is written once: what is embedded."""
        return {token.stem: sentence.said(token).lower() for sentence in self.sentences for token in sentence.tokens}


@dataclass(frozen=True)
class Alignment:
    """A sentence against its evidence.

    Attributes:
        strengths: for each word of the sentence, by the stem in the evidence, how alike they are (0..1).
        supports: the sentences of the evidence that together say most of it, best first, by their position.
    """

    said: Statement
    source: ReadEvidence
    strengths: tuple[dict[str, float], ...]
    supports: tuple[int, ...] = field(default=())

    @cached_property
    def held(self) -> dict[int, float]:
        """How well each word, by its start, stands anywhere in the evidence."""
        return {
            token.start: max(row.values(), default=0.0)
            for token, row in zip(self.said.tokens, self.strengths, strict=True)
        }

    def coverage(self, sentences: Sequence[int] | None = None) -> float:
        """The share of what is said, by weight, that those sentences hold (all of them if None)."""
        chosen = range(len(self.source.sentences)) if sentences is None else sentences
        kept = self._words_in(chosen)
        if self.said.figures:
            held = [self.source.held[at] for at in chosen]
            kept += FIGURE_WEIGHT * sum(any(one in figures for figures in held) for one in self.said.figures)
        whole = self.said.weight + FIGURE_WEIGHT * len(self.said.figures)
        return kept / whole if whole else 0.0

    def word_coverage(self, at: int) -> float:
        """The share of the words alone, figures left out, that one sentence of the evidence holds."""
        return self._words_in([at]) / self.said.weight if self.said.weight else 0.0

    def _words_in(self, sentences: Iterable[int]) -> float:
        """What the words weigh that those sentences hold, each by how alike its likeness there is."""
        stems = {token.stem for at in sentences for token in self.source.sentences[at].tokens}
        return sum(
            token.weight * max((worth for stem, worth in row.items() if stem in stems), default=0.0)
            for token, row in zip(self.said.tokens, self.strengths, strict=True)
        )

    def matches(self, token: Token, other: Token) -> bool:
        """Whether a word of the sentence and one of the evidence mean the same."""
        row = self._rows.get(token.stem)
        if row is not None:
            return row.get(other.stem, 0.0) >= _MATCH
        return spelled_alike(token.stem, other.stem) >= _MATCH

    @cached_property
    def _rows(self) -> dict[str, dict[str, float]]:
        return {token.stem: row for token, row in zip(self.said.tokens, self.strengths, strict=True)}


def _without_figures(statement: Statement) -> str:
    starts = [0, *(one.end for one in statement.figures)]
    ends = [*(one.start for one in statement.figures), len(statement.text)]
    return " ; ".join(statement.text[start:end] for start, end in zip(starts, ends, strict=True))


def align(said: Statement, source: ReadEvidence) -> Alignment:
    """Aligns a sentence with its evidence; embeds words only where some are not found by their spelling."""
    rows: list[dict[str, float]] = []
    stems = list(source.stems)
    for token in said.tokens:
        row = {stem: worth for stem in stems if (worth := spelled_alike(token.stem, stem)) > 0}
        rows.append(row)
    unseen = [at for at, row in enumerate(rows) if not row][:_MOST_UNSEEN]
    stems = stems[:_MOST_STEMS]
    if unseen and stems:
        words = [said.said(said.tokens[at]).lower() for at in unseen]
        alike = meant_alike(words, [source.shown[stem] for stem in stems])
        for at, worths in zip(unseen, alike, strict=True):
            rows[at] = {stems[other]: float(worths[other]) for other in worths.nonzero()[0]}
    bare = Alignment(said, source, tuple(rows))
    return Alignment(said, source, tuple(rows), _supports(bare))


def _supports(alignment: Alignment) -> tuple[int, ...]:
    """The sentences that together cover most, taken greedily."""
    chosen: list[int] = []
    reached = 0.0
    left = set(range(len(alignment.source.sentences)))
    while left and len(chosen) < _MOST_SUPPORTS:
        worth = {at: alignment.coverage([*chosen, at]) for at in left}
        best = max(left, key=lambda at: (worth[at], -at))
        if worth[best] < reached + (_ADDS if chosen else 1e-9):
            break
        chosen.append(best)
        left.remove(best)
        reached = worth[best]
    return tuple(chosen)
