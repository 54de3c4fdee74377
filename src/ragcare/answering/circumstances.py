"""Headings that say when what stands below them holds: "In Belgium", "Si le colis est perdu"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragcare.answering.units import leans_back
from ragcare.language.analyser import analyser_for
from ragcare.language.blocks import is_item_or_row
from ragcare.language.folding import fold
from ragcare.language.sentences import ends_as_question
from ragcare.schema import Evidence, Library, Passage, Question

_CIRCUMSTANCE = re.compile(
    r"(?:(?:en|in|if|si|s|avec|with|sans|without|hors|outside|lorsqu\w*|abroad|depuis|chez|dans|within|"
    r"sur|on|via|au|aux|during|pendant|unless|sauf|under|over|moins|plus de|more than|less than)\b|"
    r"(?:pour|for) (?:les?|la|l|un|une|des|votre|vos|the|an?|your|all|business\w*|profession\w*|particuliers?)\b|"
    r"(?:avant|before|apres|after) (?!de |d |you )\w|a l (?:etranger|interieur|exterieur)\b)"
)
_SUMS_UP = re.compile(
    r"(?:en|in) (?:bref|resume|savoir plus|pratique|detail|conclusion|short|brief|practice|summary|general|addition)\b|"
    r"(?:sur|on) (?:cette|this|la meme|the same) page\b|on the same subject|dans cette|(?:pour|for) (?:plus|more)\b"
)
_REPLIES = re.compile(r"\W*(?:oui|non|yes|no)\b\s*[,.:;!]", re.IGNORECASE)
_NEARLY_ALL = 0.8
_NOT_LETTERS = re.compile(r"[\W_]+")


def circumstance(headings: Sequence[str]) -> str:
    """The last heading, where it says when what stands below it holds; "" where it only names the subject."""
    said = " ".join(_NOT_LETTERS.sub(" ", fold(headings[-1])).split()) if headings else ""
    return headings[-1] if _CIRCUMSTANCE.match(said) and not _SUMS_UP.match(said) else ""


def holds_elsewhere(passage: Passage, found: Passage, question: Question) -> bool:
    """Whether a passage holds for another case than what was found, and the question does not name that case."""
    if passage.headings == found.headings[: len(passage.headings)] or not circumstance(passage.headings):
        return False
    tokens = analyser_for(passage.language).tokens
    return set(tokens(passage.headings[-1])).isdisjoint(tokens(question.sought))


def said_under(first: Evidence, question: Question, library: Library) -> str:
    """The heading without which the first words of an answer say too much, or nothing; "" where they stand alone.

    It is not said where the question or those words say it themselves.
    """
    section = library.passages(first.article_id)
    passage = next((one for one in section if one.id == first.passage_id), None)
    if passage is None or not passage.headings:
        return ""
    heading = passage.headings[-1]
    opens = not any(one.headings == passage.headings and one.end <= first.start for one in section)
    opens = opens and not passage.text[: first.start - passage.start].strip()
    replies = ends_as_question(heading) and _REPLIES.match(first.quote) is not None
    # Of what steps, items and rows are those, only the heading says where no line leads into them.
    leans = opens and (leans_back(first.quote) or replies or is_item_or_row(first.quote))
    return heading if (leans or circumstance(passage.headings)) and not _said(heading, passage, question, first) else ""


def _said(heading: str, passage: Passage, question: Question, first: Evidence) -> bool:
    tokens = analyser_for(passage.language).tokens
    words = set(tokens(heading))
    said_by = (set(tokens(question.sought)), set(tokens(first.quote)))
    return any(len(words & said) >= _NEARLY_ALL * len(words) for said in said_by)
