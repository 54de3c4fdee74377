"""What may be wrong with the label of one question, by itself and beside the corpus."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Literal, get_args

from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.language.analyser import KNOWN_LANGUAGES
from ragcare.schema import UNKNOWN_LANGUAGE, Article, EscalationReason, RefusalReason

Code = Literal[
    "unreadable",
    "duplicate_id",
    "duplicate_article",
    "contradiction",
    "unknown_id",
    "missing_gold",
    "unsayable_gold",
    "blank_answer",
    "copy_across_splits",
    "near_copy_across_splits",
    "asked_twice",
    "leak",
    "same_as_title",
    "no_answers",
    "answer_not_in_article",
    "other_language",
    "undeclared_language",
    "article_in_other_language",
]
Severity = Literal["error", "note"]

Fault = tuple[Code, Severity, str, str]
"""What is wrong, how bad that is, said in words, and how to mend it."""

_SURE, _ENOUGH_WORDS_TO_TELL = 0.9, 6
"""How sure the detection of a language must be to contradict a label, and on how many words."""

_LONG_ENOUGH = 4
"""Words that a question must have for it to be no accident that they stand in an article in this order."""

_WORD = re.compile(r"\w+")
_REASONS = {"refuse": get_args(RefusalReason), "escalate": get_args(EscalationReason)}

_Articles = Mapping[str, Article]
_Faults = Iterator[Fault]


def check_label(question: LabelledQuestion, articles: _Articles, day: date, languages: tuple[str, ...]) -> _Faults:
    """Looks at one question.

    Args:
        question: with its label.
        articles: of the corpus, by id.
        day: on which it is asked, unless its row says otherwise.
        languages: that the suite declares.
    """
    return chain(
        _check_labels(question),
        _check_gold(question, articles, day),
        _check_wording(question, articles),
        _check_language(question, articles, languages),
    )


def _check_labels(question: LabelledQuestion) -> _Faults:
    """Labels that contradict each other."""
    expects, answerable = question.expects, question.expects in ("answer", "clarify")
    if expects != "escalate" and question.answerable != answerable:
        what = f'it expects "{expects}" but answerable is {str(question.answerable).lower()}'
        yield "contradiction", "error", what, "correct one of the two"
    if answerable and not question.relevant_ids:
        what = f'it expects "{expects}" but names no article'
        yield "missing_gold", "error", what, "name the articles in relevant_ids"
    in_conflict = "conflict" in (question.kind, question.reason)
    if expects == "refuse" and question.relevant_ids and not in_conflict:
        what = "it expects a refusal but names an article that answers it"
        yield "contradiction", "error", what, "move the article to near_ids"
    if expects == "refuse" and question.answers and not in_conflict:
        what = "it expects a refusal but has a reference answer"
        yield "contradiction", "error", what, "remove the answers, or expect an answer"
    if both := sorted({*question.relevant_ids} & {*question.near_ids}):
        what = f'"{both[0]}" is among its relevant_ids and its near_ids'
        yield "contradiction", "error", what, "leave it in one of the two"
    reasons = _REASONS.get(expects)
    if question.reason and reasons and question.reason not in reasons:
        what = f'it expects "{expects}" for the reason "{question.reason}"'
        yield "contradiction", "error", what, f"name one of {', '.join(reasons)}"


def _check_gold(question: LabelledQuestion, articles: _Articles, day: date) -> _Faults:
    """Labels that contradict the corpus."""
    for article_id in (*question.relevant_ids, *question.near_ids):
        if article_id not in articles:
            near = _nearest(article_id, articles)
            mend = f'write "{near}" if that is meant, or add the article' if near else "correct the id, or add it"
            yield "unknown_id", "error", f'no article "{article_id}" is in the corpus', mend
    gold = _gold(question, articles)
    scope = question.to_question(day).scope
    if question.expects == "answer" and gold and not any(article.may_be_said(scope) for article in gold):
        what = "none of its articles may be said to this asker on that day"
        yield "unsayable_gold", "error", what, 'correct asker, as_of or the article, or expect "refuse"'


def _nearest(article_id: str, articles: _Articles) -> str | None:
    from rapidfuzz import fuzz, process

    found = process.extractOne(article_id, articles.keys(), scorer=fuzz.ratio, score_cutoff=80)
    return found[0] if found else None


def _check_wording(question: LabelledQuestion, articles: _Articles) -> _Faults:
    """Reference answers that no source holds, and sources that hold the question itself."""
    gold = _gold(question, articles)
    for answer in question.answers:
        if not answer.strip():
            yield "blank_answer", "error", "a reference answer is blank", "remove it"
        elif gold and not any(_spaced(answer) in _spaced(article.body) for article in gold):
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


def _check_language(question: LabelledQuestion, articles: _Articles, languages: tuple[str, ...]) -> _Faults:
    from ragcare.language.detect import detect_language

    if question.lang not in languages:
        what = f'its language is "{question.lang}", and the suite declares {", ".join(languages)}'
        yield "undeclared_language", "error", what, "correct lang, or languages in suite.toml"
    if question.lang in KNOWN_LANGUAGES and len(question.question.split()) >= _ENOUGH_WORDS_TO_TELL:
        detected = detect_language(question.question)
        if detected.confidence >= _SURE and detected.language not in (question.lang, UNKNOWN_LANGUAGE):
            what = f'it is labelled "{question.lang}" and does not read like it'
            yield "other_language", "note", what, "correct lang, or nothing if customers do write so"
    spoken = {article.language for article in _gold(question, articles)} - {UNKNOWN_LANGUAGE}
    if spoken and question.lang not in spoken:
        what = f'it is in "{question.lang}", and its articles are in {", ".join(sorted(spoken))}'
        yield "article_in_other_language", "note", what, "nothing, if it is to be found across languages"


def _gold(question: LabelledQuestion, articles: _Articles) -> list[Article]:
    return [articles[article_id] for article_id in question.relevant_ids if article_id in articles]


# --- folding -----------------------------------------------------------------------------------------


@lru_cache(maxsize=10_000)
def folded_words(text: str) -> str:
    """The words alone, without case, accents and punctuation; the text as it is if it has no word."""
    letters = (char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return " ".join(_WORD.findall("".join(letters))) or text


@lru_cache(maxsize=10_000)
def _spaced(text: str) -> str:
    return " ".join(text.casefold().split())
