"""The page of `writers.py`: what came of each question, counted."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from scipy.stats import binomtest

from ragcare.answering.evidence import Selection
from ragcare.evaluation.judge.reference import holds_reference
from ragcare.evaluation.questions import LabelledQuestion
from ragcare.schema import Answer, Question, Refusal

PREFACE: Final = """# A language model as the writer: what it writes, and what the check does with it

Written by `make writers`, not by hand; the replies of the model are kept in `writers/`, and read by the code as it
stands. The model is Qwen2.5-Coder-1.5B-Instruct (GGUF, 4 bits, 1.1 GB) by llama.cpp, held to the schema: a small one,
made for code. Dev questions without history whose evidence has at most {most} words, drawn by chance; retrieval and
evidence are as they ship, right or wrong. Whether a sentence is supported was read by one reader, a language model
itself, against all that was shown, headings included: `writers/judged.jsonl`. The rules of the check were looked over
on these very sentences. The decision (confidence) comes after this and is not in it: the extract always says something,
and near misses are for the decision to refuse. The first replies were asked for when the number of the request still
stood at the beginning of its paragraph; the prompt is else the one that ships.
"""


class Case(NamedTuple):
    """A question and what its answer may be written from."""

    suite: str
    row: LabelledQuestion
    question: Question
    selection: Selection


class Told(NamedTuple):
    """A sentence that the model wrote last, and what became of it.

    Attributes:
        fault: why it may not be said; "" where it may.
        said: whether it was, which hangs on the others too.
        supported: whether the evidence supports it, as it was read by hand; None where nobody has read it.
    """

    text: str
    fault: str
    said: bool
    supported: bool | None


class Outcome(NamedTuple):
    """What came of a question, by the model and by the extract.

    Attributes:
        sentences: of the last reply; `every`: of all replies, each once.
        replies: of the model, as they are kept.
        unrepaired: whether the model was to be told what fell, and was not.
        gave_up: whether it says that the evidence does not answer.
    """

    case: Case
    sentences: list[Told]
    every: list[Told]
    answer: Answer | Refusal
    extract: Answer | Refusal
    replies: list[dict[str, Any]]
    unrepaired: bool
    gave_up: bool


GROUPS: Final[dict[str, Callable[[Case], bool]]] = {
    "French, has an answer": lambda one: one.row.answerable and one.row.lang == "fr",
    "English, has an answer": lambda one: one.row.answerable and one.row.lang == "en",
    "near misses, both": lambda one: not one.row.answerable,
    "all": lambda _: True,
}
QUESTIONS: Final = (
    "| asked of | n | answered | gives up | all refused by the check | holds a reference (demo) | "
    "the extract holds one | words | words of the extract |"
)
SENTENCES: Final = (
    "| of the last reply | n | said | said, unsupported | supported, cut | supported, fell with others | "
    "unsupported, cut or fell | not read |"
)
CHECK: Final = (
    "| sentence by sentence, of all replies | n | supported | of these cut | unsupported | of these passing |"
)


def page_of(outcomes: Sequence[Outcome], drawn: int, most: int) -> str:
    """The whole page.

    Args:
        outcomes: of the questions that were asked.
        drawn: how many were to be.
        most: words of evidence.
    """
    return "\n".join(_lines(outcomes, drawn, most)) + "\n"


def _lines(outcomes: Sequence[Outcome], drawn: int, most: int) -> Iterator[str]:
    groups = {name: [one for one in outcomes if belongs(one.case)] for name, belongs in GROUPS.items()}
    yield PREFACE.format(most=most)
    yield from _table("Questions", QUESTIONS, {name: _questions(group) for name, group in groups.items()})
    last = {name: [told for one in group for told in one.sentences] for name, group in groups.items()}
    yield from _table("Sentences", SENTENCES, {name: _sentences(told) for name, told in last.items()})
    every = {name: [told for one in group for told in one.every] for name, group in groups.items()}
    yield from _table("The check", CHECK, {name: _verdicts(told) for name, told in every.items()})
    cut = [told for told in every["all"] if told.fault]
    reasons = Counter(told.fault for told in cut)
    rights = Counter(told.fault for told in cut if told.supported)
    rows = {reason: [times, rights[reason]] for reason, times in reasons.most_common()}
    yield from _table("Why sentences were cut", "| reason | cut | of these supported |", rows)
    for title, right in {"Unsupported, and passes": False, "Supported, and cut": True}.items():
        yield f"\n## {title}\n"
        yield from (
            f"- {told.text} ({told.fault or ('said' if told.said else 'not said')})"
            for told in every["all"]
            if told.supported is right and bool(told.fault) is right
        )
    rows = {"replies": _spread([len(one.replies) for one in outcomes])}
    for field in ("read", "remembered", "wrote", "seconds"):
        rows[TAKES[field]] = _spread([sum(row[field] or 0 for row in one.replies) for one in outcomes])
    yield from _table("What it takes", "| of a question | median | most |", rows)
    told, left = sum(len(one.replies) > 1 for one in outcomes), sum(one.unrepaired for one in outcomes)
    yield f"\n{len(outcomes)} of the {drawn} questions drawn. Of {told + left} replies at fault the model was told of"
    yield f"{told}; where it was not, for want of time, the first reply stands."


TAKES: Final = {
    "read": "tokens read",
    "remembered": "tokens remembered",
    "wrote": "tokens written",
    "seconds": "seconds, one thread on a busy machine of two cores",
}


def _table(title: str, head: str, rows: dict[str, list[Any]]) -> Iterator[str]:
    yield f"\n## {title}\n\n{head}\n|{'---|' * (head.count('|') - 1)}"
    for name, cells in rows.items():
        yield f"| {name} | {' | '.join(map(str, cells))} |"


def _questions(group: Sequence[Outcome]) -> list[Any]:
    answered = sum(isinstance(one.answer, Answer) for one in group)
    gave_up = sum(one.gave_up for one in group)
    short = [one for one in group if one.case.suite == "demo" and one.case.row.answers]
    held = [sum(_holds(answer, one.case.row) for answer, one in ones) for ones in (
        [(one.answer, one) for one in short], [(one.extract, one) for one in short]
    )]  # fmt: skip
    return [
        len(group),
        answered,
        gave_up,
        len(group) - answered - gave_up,
        *(f"{one} of {len(short)}" if short else "–" for one in held),
        _words([one.answer for one in group]),
        _words([one.extract for one in group]),
    ]


def _holds(answer: Answer | Refusal, row: LabelledQuestion) -> bool:
    return isinstance(answer, Answer) and holds_reference(answer.text, row.answers, row.lang)


def _words(answers: Sequence[Answer | Refusal]) -> Any:
    words = [len(one.text.split()) for one in answers if isinstance(one, Answer)]
    return round(statistics.median(words)) if words else "–"


def _sentences(told: Sequence[Told]) -> list[int]:
    return [
        len(told),
        sum(one.said for one in told),
        sum(one.said and one.supported is False for one in told),
        sum(bool(one.fault) and one.supported is True for one in told),
        sum(not one.said and not one.fault and one.supported is True for one in told),
        sum(not one.said and one.supported is False for one in told),
        sum(one.supported is None for one in told),
    ]


def _verdicts(told: Sequence[Told]) -> list[Any]:
    right = [one for one in told if one.supported]
    wrong = [one for one in told if one.supported is False]
    cut = sum(bool(one.fault) for one in right)
    passing = sum(not one.fault for one in wrong)
    return [len(told), len(right), _share(cut, len(right)), len(wrong), _share(passing, len(wrong))]


def _share(some: int, of: int) -> str:
    if not of:
        return "–"
    low, high = binomtest(some, of).proportion_ci(method="wilson")
    return f"{some}: {some / of:.3f} ({low:.3f}–{high:.3f})"


def _spread(values: Sequence[float]) -> list[Any]:
    return [round(statistics.median(values)), round(max(values))] if values else ["–", "–"]
