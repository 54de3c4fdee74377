"""What a person may want to look at in one question: its words, beside those of its articles.

What is certainly wrong is no matter of looking: it goes into `soundness`, and what two questions share into `linting`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain

from ragcare.evaluation.questions.findings import Fault
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.language.analyser import KNOWN_LANGUAGES
from ragcare.language.folding import fold
from ragcare.schema import UNKNOWN_LANGUAGE, Article

_SURE, _ENOUGH_WORDS_TO_TELL = 0.9, 6
"""How sure the detection of a language must be to contradict a label, and on how many words."""

_LONG_ENOUGH = 4
"""Words that a question must have for it to be no accident that they stand in an article in this order."""

_WORD = re.compile(r"\w+")

_Articles = Mapping[str, Article]
_Faults = Iterator[Fault]


def check_label(question: LabelledQuestion, articles: _Articles) -> _Faults:
    """Looks at one question, beside the articles of the corpus by id."""
    gold = [articles[article_id] for article_id in question.relevant_ids if article_id in articles]
    return chain(_check_wording(question, gold), _check_language(question, gold))


def _check_wording(question: LabelledQuestion, gold: list[Article]) -> _Faults:
    """Reference answers that no source holds, and sources that hold the question itself."""
    for answer in question.answers:
        if answer.strip() and gold and not any(_spaced(answer) in _spaced(article.body) for article in gold):
            what = f'"{answer[:60]}" is not in its articles word for word'
            yield "answer_not_in_article", "note", what, "check that they say so"
    asked = folded_words(question.question)
    if asked and any(asked in map(folded_words, (article.title, *article.questions)) for article in gold):
        what = "it is the title, or a known question, of its article: to find it is easy"
        yield "same_as_title", "note", what, "nothing, if customers do ask so"
    long_enough = asked.count(" ") + 1 >= _LONG_ENOUGH
    holder = next(
        (article for article in gold if long_enough and f" {asked} " in f" {folded_words(article.body)} "), None
    )
    if holder:
        what = f'it stands word for word in the text of "{holder.id}", where any search finds it'
        yield "leak", "note", what, "take it out of the text, or ask it in other words"


def _check_language(question: LabelledQuestion, gold: list[Article]) -> _Faults:
    from ragcare.language.detect import detect_language

    if question.lang in KNOWN_LANGUAGES and len(question.question.split()) >= _ENOUGH_WORDS_TO_TELL:
        detected = detect_language(question.question)
        if detected.confidence >= _SURE and detected.language not in (question.lang, UNKNOWN_LANGUAGE):
            what = f'it is labelled "{question.lang}" and does not read like it'
            yield "other_language", "note", what, "correct lang, or nothing if customers do write so"
    spoken = {article.language for article in gold} - {UNKNOWN_LANGUAGE}
    if spoken and question.lang not in spoken:
        what = f'it is in "{question.lang}", and its articles are in {", ".join(sorted(spoken))}'
        yield "article_in_other_language", "note", what, "nothing, if it is to be found across languages"


# --- folding -----------------------------------------------------------------------------------------


@lru_cache(maxsize=10_000)
def folded_words(text: str) -> str:
    """The words alone, without case, accents and punctuation; the text as it is if it has no word."""
    return " ".join(_WORD.findall(fold(text))) or text


@lru_cache(maxsize=10_000)
def _spaced(text: str) -> str:
    return " ".join(text.casefold().split())
