"""Headings that say when what stands below them holds: "In Belgium", "Si le colis est perdu"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragcare.answering.units import leans_back
from ragcare.language.analyser import analyser_for
from ragcare.language.folding import fold
from ragcare.schema import Evidence, Library, Passage, Question

_CIRCUMSTANCE = re.compile(
    r"(?:(?:en|in|if|si|s|avec|with|sans|without|hors|outside|when|quand|lorsqu\w*|abroad|depuis|chez|dans|within|"
    r"sur|on|via|au|aux|during|pendant|unless|sauf|under|over|moins|plus de|more than|less than)\b|"
    r"(?:pour|for) (?:les?|la|l|un|une|des|votre|vos|the|an?|your|all|business\w*|profession\w*|particuliers?)\b|"
    r"(?:avant|before|apres|after) (?!de |d |you )\w|a l (?:etranger|interieur|exterieur)\b)"
)
_SUMS_UP = re.compile(
    r"(?:en|in) (?:bref|resume|savoir plus|pratique|detail|conclusion|short|brief|practice|summary|general|addition)\b|"
    r"(?:sur|on) (?:cette|this|la meme|the same) page\b|on the same subject|dans cette|(?:pour|for) (?:plus|more)\b"
)
_NOT_LETTERS = re.compile(r"[\W_]+")


def circumstance(headings: Sequence[str]) -> str:
    """The last heading, where it says when what stands below it holds; "" where it only names the subject."""
    said = " ".join(_NOT_LETTERS.sub(" ", fold(headings[-1])).split()) if headings else ""
    return headings[-1] if _CIRCUMSTANCE.match(said) and not _SUMS_UP.match(said) else ""


def holds_elsewhere(passage: Passage, found: Passage, question: Question) -> bool:
    """Whether a passage holds for another case than the one that was found, and the question does not name that case."""
    if passage.headings == found.headings[: len(passage.headings)] or not circumstance(passage.headings):
        return False
    tokens = analyser_for(passage.language).tokens
    return set(tokens(passage.headings[-1])).isdisjoint(tokens(question.sought))


def said_under(first: Evidence, library: Library) -> str:
    """The heading without which the first words of an answer say too much, or nothing; "" where they stand alone."""
    passages = library.passages(first.article_id)
    passage = next((one for one in passages if one.id == first.passage_id), None)
    if passage is None or not passage.headings:
        return ""
    opens = not any(one.headings == passage.headings and one.end <= first.start for one in passages)
    return circumstance(passage.headings) or (passage.headings[-1] if opens and leans_back(first.quote) else "")
