"""What is wrong with a question set, before anything is measured with it; each finding says how to mend it.

An *error* makes a figure wrong: a label that contradicts another or the corpus, or a question that stands in two
splits, so that what is tuned on the one is not tested on the other. A *note* is for a person to look at: it may well
be right. `QuestionSet.load` refuses the errors of `soundness`; those between two questions it lets pass, for every
published set has some.

What mends anything does not go in here, and nothing that needs a model or an index: a lint reads, and only reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ragcare.errors import BadFiles
from ragcare.evaluation.questions.findings import Fault, SuiteFinding
from ragcare.evaluation.questions.label_checks import check_label, folded_words
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.questions.near_copies import near_copies
from ragcare.evaluation.questions.question_set import QuestionSet

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict  # type: ignore[import-untyped]

_NEAR = 0.9
"""Two questions are near copies if they have this much of their letters in common, in the same order."""

_Label = tuple[str, str | None, frozenset[str]]
_Asked = list[tuple[int | None, LabelledQuestion]]


def check_suite(source: Path | str | Dataset | DatasetDict, *, format: str | None = None) -> tuple[SuiteFinding, ...]:
    """All that is wrong with a suite, with the rows that cannot be read and with those that can.

    Args:
        source: as for `QuestionSet.load`.
        format: likewise.
    """
    try:
        suite, problems = QuestionSet.read(source, format=format)
    except BadFiles as error:  # of suite.toml: without it nobody knows where the rest lies
        return tuple(map(SuiteFinding.of, error.problems))
    found = list(map(SuiteFinding.of, problems))
    if suite is not None:
        found += (SuiteFinding.of(problem, "left_out", "note") for problem in suite.left_out)
        try:
            found += check_questions(suite)
        except BadFiles as error:
            found += map(SuiteFinding.of, error.problems)
            found += _told(suite, suite.faults(None))
    return tuple(sorted(found, key=lambda finding: (str(finding.path), finding.line is None, finding.line or 0)))


def check_questions(suite: QuestionSet) -> tuple[SuiteFinding, ...]:
    """What is wrong with the labels of a suite, in the order of its questions; what is about all of them comes last.

    Raises:
        BadFiles: if an article of the corpus cannot be read.
    """
    articles = {article.id: article for article in suite.articles()}
    asked: _Asked = list(zip(suite.lines, suite.questions, strict=True))
    found = [*suite.faults(articles), *_check_copies(asked), *_check_splits(asked)]
    for at, (_, question) in enumerate(asked):
        found += ((at, fault) for fault in check_label(question, articles))
    whole = (SuiteFinding(suite.source, None, None, *fault) for fault in _check_whole(suite))
    return (*_told(suite, found), *whole)


def _told(suite: QuestionSet, found: Iterable[tuple[int, Fault]]) -> Iterator[SuiteFinding]:
    for at, fault in sorted(found, key=lambda each: each[0]):
        yield SuiteFinding(suite.source, suite.lines[at], suite.questions[at].id, *fault)


# --- what two questions share ------------------------------------------------------------------------


def _check_copies(asked: _Asked) -> Iterator[tuple[int, Fault]]:
    """Questions that are asked twice, in one language, by the same asker and after the same turns."""
    first: dict[str, int] = {}
    for at, (_, question) in enumerate(asked):
        before = first.setdefault(_asking(question), at)
        if before == at:
            continue
        other = asked[before][1]
        which = _named(asked, before)
        if _label(other) != _label(question):
            what = f"{which} asks the same and is labelled otherwise"
            yield at, ("contradicted_copy", "error", what, "label both alike, or take one away")
        elif other.split != question.split:
            what = f'{which} of the split "{other.split}" asks the same'
            mend = "keep it in one split: what was tuned on one is not tested on the other"
            yield at, ("copy_across_splits", "error", what, mend)
        else:
            yield at, ("asked_twice", "note", f"{which} asks the same", "take one away, unless it is to count twice")


def _check_splits(asked: _Asked) -> Iterator[tuple[int, Fault]]:
    """Questions of one split that are nearly one of another; pairs with two labels are meant to be hard."""
    alike: dict[_Label, list[int]] = defaultdict(list)
    for at, (_, question) in enumerate(asked):
        if not question.history:
            alike[_label(question)].append(at)
    for found in alike.values():
        texts = [folded_words(asked[at][1].question) for at in found]
        for copy in near_copies(texts, [asked[at][1].split for at in found], alike=_NEAR):
            if texts[copy.at] != texts[copy.of]:
                other = asked[found[copy.of]][1]
                which = f'{_named(asked, found[copy.of])} of the split "{other.split}"'
                what = f'{which} asks nearly the same: "{other.question[:80]}"'
                mend = "keep both in one split if the one gives the other away"
                yield found[copy.at], ("near_copy_across_splits", "note", what, mend)


def _asking(question: LabelledQuestion) -> str:
    return question.model_dump_json(include={"lang", "history", "asker", "as_of"}) + folded_words(question.question)


def _label(question: LabelledQuestion) -> _Label:
    return question.expects, question.reason, frozenset(question.relevant_ids)


def _named(asked: _Asked, at: int) -> str:
    line, question = asked[at]
    return f"{question.id} (line {line})" if line is not None else question.id


# --- what is about all of them ------------------------------------------------------------------------


def _check_whole(suite: QuestionSet) -> Iterator[Fault]:
    without = sum(question.expects == "answer" and not question.answers for question in suite.questions)
    if without:
        what = f"{without} of {len(suite.questions)} questions expect an answer and have no reference answer"
        yield "no_answers", "note", what, "add answers, or judge by citations alone"
