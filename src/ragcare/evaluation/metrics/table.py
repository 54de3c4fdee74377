"""The judged rows of a run as columns, so that a measure is a sum over arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ragcare.evaluation.judge import Judged
from ragcare.evaluation.metrics.ranking import ranking_scores
from ragcare.evaluation.questions.labelled import LabelledQuestion

Strings = npt.NDArray[np.str_]
Mask = npt.NDArray[np.bool_]
Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """One row a question, sorted by id: the order in which the rows came moves no figure. Every column has shape [n].

    Attributes:
        cluster: questions that share an article share a number, from 0; see `clusters`.
        exact_match: NaN where nothing was drafted or there is no reference answer; `token_f1` likewise.
        grounded: NaN where nothing was drafted.
        reason_right: NaN where the label names no reason.
        ranking: by measure, the score of what was retrieved; NaN where the label does not say what should have been.
    """

    id: Strings
    language: Strings
    kind: Strings
    expects: Strings
    action: Strings
    outcome: Strings
    cluster: npt.NDArray[np.intp]
    answerable: Mask
    has_references: Mask
    probability: Vector
    drafted: Mask
    draft_right: Mask
    by_threshold: Mask
    cites: Mask
    exact_match: Vector
    token_f1: Vector
    grounded: Vector
    reason_right: Vector
    seconds: Vector
    ranking: dict[str, Vector]

    @classmethod
    def of(cls, judged: Iterable[Judged]) -> Self:
        """The columns of these rows."""
        rows = sorted(judged, key=lambda one: (one.row.label.id, one.row.number))
        labels = [one.row.label for one in rows]
        replies = [one.row.reply for one in rows]
        judgements = [one.judgement for one in rows]
        return cls(
            id=_strings(label.id for label in labels),
            language=_strings(label.lang for label in labels),
            kind=_strings(label.kind for label in labels),
            expects=_strings(label.expects for label in labels),
            action=_strings(reply.decision.action for reply in replies),
            outcome=_strings(one.outcome for one in judgements),
            cluster=_clusters(labels),
            answerable=_mask(label.answerable for label in labels),
            has_references=_mask(bool(label.answers) for label in labels),
            probability=_vector(reply.decision.probability for reply in replies),
            drafted=_mask(one.drafted for one in judgements),
            draft_right=_mask(one.draft_right for one in judgements),
            by_threshold=_mask(one.by_threshold for one in judgements),
            cites=_mask(one.cites for one in judgements),
            exact_match=_vector(one.exact_match for one in judgements),
            token_f1=_vector(one.token_f1 for one in judgements),
            grounded=_vector(one.grounded for one in judgements),
            reason_right=_vector(one.reason_right for one in judgements),
            seconds=_vector(one.row.seconds for one in rows),
            ranking=ranking_scores(rows),
        )

    def __len__(self) -> int:
        """How many questions there are."""
        return len(self.id)

    def only(self, rows: Mask) -> Self:
        """These rows alone, their clusters numbered anew."""
        columns: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        ranking = {name: scores[rows] for name, scores in columns.pop("ranking").items()}
        cut = {name: column[rows] for name, column in columns.items()}
        cut["cluster"] = np.unique(cut["cluster"], return_inverse=True)[1]
        return type(self)(**cut, ranking=ranking)

    @property
    def answered(self) -> Mask:
        """Whether the action was to answer."""
        answered: Mask = self.action == "answer"
        return answered

    @property
    def correct(self) -> Mask:
        """Whether it answered, and rightly."""
        correct: Mask = self.outcome == "correct"
        return correct

    @property
    def everything(self) -> Mask:
        """Every row."""
        return np.ones(len(self), dtype=np.bool_)

    @property
    def confidence(self) -> Vector:
        """What risk–coverage curves sort by: the probability; 0 for what no threshold would have said."""
        return np.where(self.by_threshold, self.probability, 0.0)

    def clusters(self, rows: Mask) -> int:
        """How many clusters these rows are from: no more than that is known independently."""
        return len(np.unique(self.cluster[rows]))


def _clusters(labels: Sequence[LabelledQuestion]) -> npt.NDArray[np.intp]:
    """Questions on one article are right or wrong together: they are drawn together, too, by the bootstrap."""
    return np.unique(np.array([one.cluster for one in labels]), return_inverse=True)[1]


def _strings(values: Iterable[str]) -> Strings:
    return np.array(list(values), dtype=np.str_)


def _mask(values: Iterable[bool]) -> Mask:
    return np.array(list(values), dtype=np.bool_)


def _vector(values: Iterable[float | None]) -> Vector:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
