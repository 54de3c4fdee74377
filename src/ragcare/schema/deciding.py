"""What is done with a question: a decision with its probability, its threshold and its typed reasons."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from ragcare.schema.codes import Action, ReasonCode
from ragcare.schema.records import Record, Share


class Reason(Record):
    """A typed reason for a decision, and the same in plain words for whoever reads the trace."""

    code: ReasonCode
    detail: str = ""


class Decision(Record):
    """What to do with a question.

    Attributes:
        probability: that the drafted answer is right, in 0..1.
        threshold: the probability that an answer needed.
        reasons: at least one, the weightiest first.

    Raises:
        pydantic.ValidationError: there is no reason, or it is an answer below its threshold.
    """

    action: Action
    probability: Share
    threshold: Share
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _answers_only_above_the_threshold(self) -> Self:
        if self.action == "answer" and self.probability < self.threshold:
            raise ValueError(f"an answer at probability {self.probability:.3f} needs {self.threshold:.3f}")
        return self

    @property
    def wanting_a_person(self) -> tuple[Reason, ...]:
        """The reasons that need or offer a person: of an answer, what the message told besides its question."""
        return self.reasons[1:] if self.action == "answer" else self.reasons
