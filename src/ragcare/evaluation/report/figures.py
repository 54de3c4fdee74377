"""How each figure of a report is called in words, what it says, and how it is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from ragcare.evaluation.judge import Outcome
from ragcare.evaluation.report.record import Figure, Figures, Report

Unit = Literal["share", "number", "euros"]


class Wording(NamedTuple):
    """One figure in words.

    Attributes:
        label: its name for a reader.
        means: what it says, in one line; "" where nothing is known of it.
        unit: how its value is written.
    """

    label: str
    means: str
    unit: Unit = "share"


WORDINGS = {
    "safe_deflection": Wording("Safe deflection", "right answers among all questions"),
    "wrong_answer_rate": Wording("Wrong-answer rate", "wrong answers among all questions"),
    "coverage": Wording("Coverage", "questions that were answered, rightly or not"),
    "accuracy": Wording("Accuracy", "right answers among those given"),
    "deflection": Wording("Deflection", "questions that did not go to a person at once; a refusal counts"),
    "groundedness": Wording(
        "Groundedness", "sentences of an answer that stand on a verbatim quote which says all they say"
    ),
    "exact_match": Wording("Exact match", "questions with a reference answer whose answer equals it; silence counts 0"),
    "token_f1": Wording("Token F1", "words in common with the nearest reference answer; silence counts 0", "number"),
    "answerability_auroc": Wording(
        "Answerability AUROC",
        "how well the probability tells answerable questions from others; 0.5 is chance",
        "number",
    ),
    "aurc": Wording("AURC", "area under the risk–coverage curve", "number"),
    "coverage@risk5": Wording("Coverage at 5% risk", "most that could be answered with 5% of the answers wrong"),
    "ece": Wording("Calibration error (ECE)", "mean distance of the probability from how often it was right", "number"),
    "refusal_precision": Wording("Refusal precision", "refusals that were right, among those made"),
    "refusal_recall": Wording("Refusal recall", "questions to refuse that were refused"),
    "escalation_precision": Wording("Escalation precision", "escalations that were right, among those made"),
    "escalation_recall": Wording("Escalation recall", "questions for a person that went to one"),
    "clarification_precision": Wording("Clarification precision", "clarifications that were right, among those made"),
    "clarification_recall": Wording("Clarification recall", "vague questions that were met with a question"),
    "reason_accuracy": Wording("Reason accuracy", "replies with the reason that the label names"),
    "recall": Wording("Recall", "articles that hold the answer, found among the first"),
    "mrr": Wording("MRR", "one over the rank of the first right article", "number"),
    "ndcg": Wording("nDCG", "ranking quality, later ranks counting less", "number"),
}
"""By the key in the report; a key with a cut-off, such as "recall@5", goes by what stands before the @."""

OUTCOMES: dict[Outcome, str] = {
    "correct": "answered rightly",
    "refused_rightly": "refused rightly",
    "escalated_rightly": "handed to a person rightly",
    "clarified_rightly": "asked back rightly",
    "clarified_wrongly": "asked back needlessly",
    "escalated_wrongly": "handed to a person needlessly",
    "refused_wrongly": "refused needlessly",
    "wrong": "answered wrongly",
}
"""From the best to the worst."""

if set(OUTCOMES) != set(get_args(Outcome)):  # pragma: no cover
    raise AssertionError("every outcome needs its words")

HEADLINES = ("safe_deflection", "wrong_answer_rate", "coverage", "deflection")
"""What a report is read for, in this order."""


def wording(name: str) -> Wording:
    """The figure of that key in words; a key that is not known speaks for itself."""
    if name in WORDINGS:
        return WORDINGS[name]
    stem, at, cut = name.partition("@")
    known = WORDINGS.get(stem)
    if known is None:
        return Wording(name.replace("_", " "), "", "number")
    return known._replace(label=f"{known.label}{at}{cut}")


def written(name: str, figure: Figure, unit: Unit | None = None) -> str:
    """Its value alone, such as "54%"."""
    return _write(figure.value, figure, unit or wording(name).unit)


def interval(name: str, figure: Figure, unit: Unit | None = None) -> str:
    """Its interval alone, such as "44–64%"."""
    unit = unit or wording(name).unit
    low, high = (_write(end, figure, unit) for end in (figure.low, figure.high))
    return f"{low.removesuffix('%')}–{high.removeprefix('€')}"


def written_whole(name: str, figure: Figure, unit: Unit | None = None) -> str:
    """Such as "54% (44–64%), n 93": the value, its interval, and how many questions it is about."""
    return f"{written(name, figure, unit)} ({interval(name, figure, unit)}), n {figure.n}"


def _write(number: float, figure: Figure, unit: Unit) -> str:
    """No more digits than the interval warrants: what it leaves open is not worth printing."""
    width = figure.high - figure.low
    if unit == "euros":
        return f"€{number:.2f}".replace("€-", "-€")
    if unit == "number":
        return f"{number:.{2 if width >= 0.02 else 3}f}"
    digits = 0 if width >= 0.1 or _is_whole(figure) else 1 if width >= 0.01 else 2
    return f"{100 * number:.{digits}f}%"


def _is_whole(figure: Figure) -> bool:
    """Whether its value and its ends are whole percents, so that no digit is lost."""
    return all(round(100 * end, 6) % 1 == 0 for end in (figure.low, figure.value, figure.high))


def headlines(report: Report) -> Figures:
    """The figures that a report is read for, as far as it has them."""
    found = {**report.answering, **report.deciding}
    return {name: found[name] for name in HEADLINES if name in found}


def in_order(names: set[str]) -> list[str]:
    """Names of figures in the order in which they are read; what is not known comes last."""
    order = {name: place for place, name in enumerate(WORDINGS)}
    return sorted(names, key=lambda name: (order.get(name, order.get(name.partition("@")[0], 99)), _cut(name), name))


def _cut(name: str) -> int:
    cut = name.partition("@")[2]
    return int(cut) if cut.isdecimal() else 0


def cost_label(name: str) -> str:
    """What a cost is of, in words."""
    return next((words for outcome, words in OUTCOMES.items() if outcome == name), name.replace("_", " "))


def costs_in_order(names: Iterable[str]) -> list[str]:
    """The total first, then the outcomes from the best to the worst."""
    order = {str(outcome): place for place, outcome in enumerate(OUTCOMES)}
    return sorted(names, key=lambda name: (order.get(name, -1), name))


def title(report: Report) -> str:
    """The suite and which part of it, such as "demo · dev"."""
    return " · ".join(filter(None, (report.suite, report.part)))
