"""What one pass of retrieval, and reading what was found, show of how sure an answer can be."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from ragcare.answering.evidence import Selection
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.language.analyser import analyser_for
from ragcare.odds import log_odds
from ragcare.schema import Hit, Passage, Question, Retrieved, another_language

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

    "The article" is the one that would be answered from, whichever the legs put first. Where it is in another language
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

    A rival is another article, unless what was found of it is the best passage word for word: whichever of these is
    said, the customer reads the same. The neighbours are the ten passages of other articles that lie nearest to the
    best passage, each with its score in the vector leg. Where many articles say nearly the same, to be near one of
    them tells less: one side of the local scaling of CSLS (Conneau et al. 2018). It is 0 where no neighbour is found.
    Of a long article the wrong part may be said, however right the article.
    """
    question, best = retrieved.question, retrieved.hits[0].passage
    same = _saying_the_same(retrieved)
    cosines, scores = _by_article(retrieved, VECTOR), _by_article(retrieved, KEYWORD)
    all_cosines = [hit.legs[VECTOR].score for hit in retrieved.hits if VECTOR in hit.legs]
    vector, keyword = max(all_cosines, default=0.0), max(scores.values(), default=0.0)
    unfound = min(all_cosines, default=0.0)
    features = {
        "few_articles": _few(retrieved.library.article_count(question.scope)),
        "vector_top": vector,
        "vector_margin": _ahead(cosines, best.article_id, same, unfound),
        "vector_lift": vector - sum(all_cosines) / len(all_cosines) if all_cosines else 0.0,
    }
    if another_language(question.language, best.language):
        return features
    asked = set(analyser_for(question.language).tokens(question.sought))
    neighbours = retrieved.library.neighbours(best, question.scope, _NEIGHBOURS)
    own = cosines.get(best.article_id, unfound)
    return {
        **features,
        "vector_apart": own - sum(neighbours) / len(neighbours) if neighbours else 0.0,
        "keyword_top": keyword / max(len(asked), 1),
        "keyword_margin": _ahead(scores, best.article_id, same, 0.0) / keyword if keyword else 0.0,
        "agreement": float(_first(retrieved, VECTOR) == _first(retrieved, KEYWORD)),
        "coverage": coverage(question, best),
        "words": math.log1p(len(asked)),
        "article_length": _length(retrieved.library.passages(best.article_id)),
        "holds": log_odds(selection.holds if selection is not None else _EVEN, _LEAST),
    }


def coverage(question: Question, passage: Passage) -> float:
    """The share of the question's words that stand in a passage, its title, known questions and headings included."""
    tokens = analyser_for(passage.language).tokens
    asked = set(tokens(question.sought))
    stands = set(tokens("\n".join([passage.title, *passage.questions, *passage.headings, passage.text])))
    return len(asked & stands) / len(asked) if asked else 0.0


def _few(articles: int) -> float:
    """How few articles there are: of few, one stands out from the others whatever is asked.

    Two and three count as four: measured, their probabilities come out nearest to what is right. A single one has no
    other to stand out from, which the margins say already; it counts as twenty (`docs/design/024-crowds.md`).
    """
    return _FEW / (_FEW + (_ALONE if articles <= 1 else max(articles, _FEWEST)))


def _length(passages: Sequence[Passage]) -> float:
    """How long an article is, by the words of its passages."""
    return math.log(max(sum(len(one.text.split()) for one in passages) / _ONE_PASSAGE, 1.0))


def _by_article(retrieved: Retrieved, leg: str) -> dict[str, float]:
    """The best score of each article in a leg."""
    best: dict[str, float] = {}
    for hit in retrieved.hits:
        if leg in hit.legs:
            article, score = hit.passage.article_id, hit.legs[leg].score
            best[article] = max(score, best.get(article, score))
    return best


def _saying_the_same(retrieved: Retrieved) -> frozenset[str]:
    """The article that would be answered from, and those of which its passage was found too, word for word."""
    said = retrieved.hits[0].passage.text.strip()
    return frozenset(hit.passage.article_id for hit in retrieved.hits if hit.passage.text.strip() == said)


def _ahead(scores: Mapping[str, float], article_id: str, same: Collection[str], unfound: float) -> float:
    """How far an article is ahead of all its rivals in a leg; below 0 where it is behind one.

    Args:
        scores: the best of each article.
        article_id: the article that would be answered from.
        same: the articles that are no rivals, itself among them.
        unfound: what an article scores of which the leg found nothing.
    """
    rivals = (score for article, score in scores.items() if article not in same)
    return scores.get(article_id, unfound) - max(rivals, default=unfound)


def _first(retrieved: Retrieved, leg: str) -> str | None:
    def rank(hit: Hit) -> int:
        return hit.legs[leg].rank

    found = [hit for hit in retrieved.hits if leg in hit.legs]
    return min(found, key=rank).passage.article_id if found else None
