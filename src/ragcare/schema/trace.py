"""What led to a reply, for whoever has to explain it."""

from __future__ import annotations

from pydantic import Field

from ragcare.schema.answering import Answer, Refusal
from ragcare.schema.finding import Standing
from ragcare.schema.records import LanguageCode, Record


class HitTrace(Record):
    """A hit, as kept in a trace: the passage by its id, the score that it is ranked by, its standing in each leg."""

    passage_id: str
    article_id: str
    score: float
    legs: dict[str, Standing]


class Moved(Record):
    """How one feature moved the probability of an answer.

    Attributes:
        usual: its mean where the confidence was fitted.
        pull: by how much it moved the log odds, against its usual value; above 0 towards an answer.
    """

    feature: str
    value: float
    usual: float
    pull: float


class Trace(Record):
    """Everything that led to a reply, for whoever has to explain it.

    Attributes:
        id: that of the handoff too, where there is one.
        hits: best first.
        features: the numbers that the probability was estimated from.
        moved: how each of them moved it, the strongest first; none where the estimator does not say.
        why: the decision in plain words, and what would have changed it, in the language of the question; in another
            language by `ragcare.deciding.explaining.explain`.
        signals: what the message told besides its question, each with its probability.
        fingerprint: of settings, models, analyser and index, which the calibration is bound to.
        calibration_is_stale: the confidence was fitted under another fingerprint; its probability promises nothing.
        draft: what would be said, or why nothing can be, before it was decided on.
        milliseconds: spent in each stage, by its name.
        parts: where a question asked several things at once, the trace of each; the features above are then those of
            the part that was answered with the least confidence.
    """

    id: str
    language: LanguageCode
    hits: tuple[HitTrace, ...]
    signals: dict[str, float]
    features: dict[str, float]
    draft: Answer | Refusal = Field(discriminator="kind")
    fingerprint: str
    calibration_is_stale: bool
    milliseconds: dict[str, float]
    parts: tuple[Trace, ...] = ()
    moved: tuple[Moved, ...] = ()
    why: tuple[str, ...] = ()
