"""What makes figures wrong whatever is asked: ids that stand for two things, and labels that cannot be kept.

Nothing is measured on a set that has any of it: `QuestionSet.load` refuses it. So only what is certain goes in here,
and only what costs little for each question: no reading of texts, no comparing of each with all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import get_args

from ragcare.evaluation.questions.findings import Fault
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.schema import Article, EscalationReason, RefusalReason

_REASONS = {"refuse": get_args(RefusalReason), "escalate": get_args(EscalationReason)}

_NAMED = 50
"""Unknown ids for which the nearest known one is looked up: with a wrong corpus, every id is unknown."""


def faults(
    questions: Sequence[LabelledQuestion],
    lines: Sequence[int | None],
    articles: Mapping[str, Article] | None,
    day: date,
    languages: tuple[str, ...],
) -> Iterator[tuple[int, Fault]]:
    """Looks at the labels of a set.

    Args:
        questions: with their labels.
        lines: of each in its file.
        articles: of the corpus, by id; None leaves out what can be told only beside them.
        day: on which they are asked, where a row says nothing else.
        languages: that the suite declares.

    Yields:
        The position of each question with a fault, and the fault.
    """
    first: dict[str, int] = {}
    nearest = _nearest(questions, articles or {})
    for at, question in enumerate(questions):
        before = first.setdefault(question.id, at)
        if before != at:
            which = f"line {lines[before]}" if lines[before] is not None else "an earlier question"
            mend = "give each question an id of its own, or take the copy out"
            yield at, ("duplicate_id", "error", f"{which} has the same id", mend)
        found = _labels(question, languages)
        if articles is not None:
            found = chain(found, _gold(question, articles, day, nearest))
        for fault in found:
            yield at, fault


def _labels(question: LabelledQuestion, languages: tuple[str, ...]) -> Iterator[Fault]:
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
    if not all(answer.strip() for answer in question.answers):
        yield "blank_answer", "error", "a reference answer is blank", "remove it"
    if question.lang not in languages:
        what = f'its language is "{question.lang}", and the suite declares {", ".join(languages)}'
        yield "undeclared_language", "error", what, "correct lang, or languages in suite.toml"


def _gold(
    question: LabelledQuestion, articles: Mapping[str, Article], day: date, nearest: Mapping[str, str]
) -> Iterator[Fault]:
    """Labels that contradict the corpus."""
    for article_id in (*question.relevant_ids, *question.near_ids):
        if article_id not in articles:
            near = nearest.get(article_id)
            mend = f'write "{near}" if that is meant, or add the article' if near else "correct the id, or add it"
            yield "unknown_id", "error", f'no article "{article_id}" is in the corpus', mend
    gold = [articles[article_id] for article_id in question.relevant_ids if article_id in articles]
    if question.expects == "answer" and gold:
        scope = question.to_question(day).scope
        if not any(article.may_be_said(scope) for article in gold):
            what = "none of its articles may be said to this asker on that day"
            yield "unsayable_gold", "error", what, 'correct asker, as_of or the article, or expect "refuse"'


def _nearest(questions: Sequence[LabelledQuestion], articles: Mapping[str, Article]) -> dict[str, str]:
    """The id in the corpus that is most like an unknown one, where one is like it."""
    named = dict.fromkeys(each for question in questions for each in (*question.relevant_ids, *question.near_ids))
    unknown = [article_id for article_id in named if article_id not in articles][:_NAMED]
    if not unknown or not articles:
        return {}
    from rapidfuzz import fuzz, process

    known = list(articles)
    close = ((each, process.extractOne(each, known, scorer=fuzz.ratio, score_cutoff=80)) for each in unknown)
    return {each: found[0] for each, found in close if found}
