"""What one pass of retrieval, and reading what was found, show of how sure an answer can be."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set

from ragcare.answering.evidence import Selection
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.knowledge.chapters import Chapter, chapter_of, chapters
from ragcare.language.analyser import analyser_for
from ragcare.odds import log_odds
from ragcare.schema import Passage, Question, Retrieved, another_language

ACROSS_LANGUAGES = ("few_articles", "vector_top", "vector_margin", "vector_lift")
"""The features that are told of an article in another language than the question: none that rests on words, and not
`vector_apart`, for passages lie nearer to neighbours in their own language than to any question in another."""

FEATURES = (
    *ACROSS_LANGUAGES,
    "vector_apart",
    "keyword_top",
    "keyword_margin",
    "agreement",
    "coverage",
    "words",
    "article_length",
    "holds",
)

SATURATING = ("vector_top", "vector_margin", "vector_lift", "vector_apart", "keyword_top", "keyword_margin")
"""Scores and margins. An article that stands out is more likely right, one that stands out twice as far hardly more:
how widely a knowledge base spreads its scores must not outweigh all else."""

_FEW, _FEWEST, _ALONE = 5, 4, 20
_NEIGHBOURS = 10
_ONE_PASSAGE = 120  # words; fixed, so that an article is as long however the settings cut it
_EVEN = 0.5
_LEAST = 0.002  # surer than this no reader is, and none may decide alone


def features_of(retrieved: Retrieved, selection: Selection | None = None) -> dict[str, float]:
    """What one pass of retrieval, and reading what was found, show of how sure it can be.

    "The article" is the one whose passage was found first, whichever the legs put first; of a book, which is so long
    that its chapters compete (`ragcare.knowledge.chapters`), it is the chapter, and each chapter of the books that were
    found counts as an article. (A short book may still be told from its beginning.) Where it is in another language
    than the question, its words tell nothing of it, and only `ACROSS_LANGUAGES` is there.

    | feature | what it is |
    |---|---|
    | `few_articles` | 5 / (5 + n) of the n articles that may be said to the asker; 2 and 3 count as 4, 1 as 20 |
    | `vector_top` | the best cosine; of a passage found by a known question the mean of both, as in its leg |
    | `vector_margin` | how far the best cosine of the article lies above that of any rival; below 0 where one leads |
    | `vector_lift` | how far the best cosine lies above the mean of the hits |
    | `vector_apart` | the best cosine of the article, less the mean of how near its neighbours lie to its passage |
    | `keyword_top` | the best BM25 score, per word of the question |
    | `keyword_margin` | the same of its BM25 scores, as a share of the greater of the two |
    | `agreement` | 1 where both legs put the same article first |
    | `coverage` | the share of the question's words that stand in the best passage |
    | `words` | how many words the question has, as a logarithm |
    | `article_length` | the logarithm of how many times 120 words the article has, 0 where it has no more than these |
    | `holds` | the log-odds that what was read holds the asked fact; 0 where nothing was read |

    A rival is a passage of another article, unless the article has it too, word for word: whichever of these is said,
    the customer reads the same. The neighbours are the ten passages of other articles that lie nearest to the best one,
    each with its score in the vector leg. Where many articles say nearly the same, to be near one of them tells less:
    one side of the local scaling of CSLS (Conneau et al. 2018). It is 0 where no neighbour is found.
    Of a long article the wrong part may be said, however right the article.
    """
    question, best = retrieved.question, retrieved.hits[0].passage
    library = retrieved.library
    articles = library.article_count(question.scope)
    chapter = chapter_of(best, library.passages(best.article_id), articles)
    said = {one.text.strip() for one in (best, *chapter.passages)}
    cosines, scores = _scores(retrieved, VECTOR), _scores(retrieved, KEYWORD)
    all_cosines = [score for _, score in cosines]
    vector, keyword = max(all_cosines, default=0.0), max((score for _, score in scores), default=0.0)
    unfound = min(all_cosines, default=0.0)
    features = {
        "few_articles": _few(articles + _more_chapters(retrieved, articles)),
        "vector_top": vector,
        "vector_margin": _ahead(cosines, chapter, said, unfound),
        "vector_lift": vector - sum(all_cosines) / len(all_cosines) if all_cosines else 0.0,
    }
    if another_language(question.language, best.language):
        return features
    asked = set(analyser_for(question.language).tokens(question.sought))
    neighbours = library.neighbours(best, question.scope, _NEIGHBOURS)
    return {
        **features,
        "vector_apart": _best_in(chapter, cosines, unfound) - sum(neighbours) / len(neighbours) if neighbours else 0.0,
        "keyword_top": keyword / max(len(asked), 1),
        "keyword_margin": _ahead(scores, chapter, said, 0.0) / keyword if keyword else 0.0,
        "agreement": float(_agree(retrieved, articles)),
        "coverage": coverage(question, best),
        "words": math.log1p(len(asked)),
        "article_length": _length(chapter.passages),
        "holds": log_odds(selection.holds if selection is not None else _EVEN, _LEAST),
    }


def coverage(question: Question, passage: Passage) -> float:
    """The share of the question's words that stand in a passage, its title, known questions and headings included."""
    tokens = analyser_for(passage.language).tokens
    asked = set(tokens(question.sought))
    stands = set(tokens("\n".join([passage.title, *passage.questions, *passage.headings, passage.text])))
    return len(asked & stands) / len(asked) if asked else 0.0


def _more_chapters(retrieved: Retrieved, articles: int) -> int:
    """By how many the chapters of what was found are more than its articles: by none, unless there are books."""
    found = (retrieved.library.passages(hit.passage.article_id) for hit in retrieved.best_of_each_article())
    return sum(max(len(chapters(one, articles)) - 1, 0) for one in found)


def _few(articles: int) -> float:
    """How few articles there are: of few, one stands out from the others whatever is asked.

    Two and three count as four: measured, their probabilities come out nearest to what is right. A single one has no
    other to stand out from, which the margins say already; it counts as twenty (`docs/design/024-crowds.md`).
    """
    return _FEW / (_FEW + (_ALONE if articles <= 1 else max(articles, _FEWEST)))


def _length(passages: Sequence[Passage]) -> float:
    """How long an article is, by the words of its passages."""
    return math.log(max(sum(len(one.text.split()) for one in passages) / _ONE_PASSAGE, 1.0))


def _scores(retrieved: Retrieved, leg: str) -> list[tuple[Passage, float]]:
    """What each passage scores in a leg that found it."""
    return [(hit.passage, hit.legs[leg].score) for hit in retrieved.hits if leg in hit.legs]


def _ahead(scores: Sequence[tuple[Passage, float]], chapter: Chapter, said: Set[str], unfound: float) -> float:
    """How far a chapter is ahead of all its rivals in a leg; below 0 where it is behind one.

    Args:
        scores: of each passage in the leg.
        chapter: the one that would be answered from.
        said: the texts of the chapter; a copy of one is no rival.
        unfound: what a chapter scores of which the leg found nothing.
    """
    rivals = (score for one, score in scores if not chapter.holds(one) and one.text.strip() not in said)
    return _best_in(chapter, scores, unfound) - max(rivals, default=unfound)


def _best_in(chapter: Chapter, scores: Sequence[tuple[Passage, float]], unfound: float) -> float:
    return max((score for one, score in scores if chapter.holds(one)), default=unfound)


def _agree(retrieved: Retrieved, articles: int) -> bool:
    """Whether both legs put the same article first, and of a book the same chapter."""
    by_words, by_meaning = _first(retrieved, KEYWORD), _first(retrieved, VECTOR)
    if by_words is None or by_meaning is None:
        return by_words is by_meaning
    if by_words.article_id != by_meaning.article_id:
        return False
    return chapter_of(by_words, retrieved.library.passages(by_words.article_id), articles).holds(by_meaning)


def _first(retrieved: Retrieved, leg: str) -> Passage | None:
    found = [hit for hit in retrieved.hits if leg in hit.legs]
    return min(found, key=lambda hit: hit.legs[leg].rank).passage if found else None
