"""What tuning found: a threshold with its promise, or why nothing can be promised; and the policy file it makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from ragcare.deciding.confidence import Calibration
from ragcare.errors import BadInput
from ragcare.evaluation.report.record import Count
from ragcare.evaluation.tune.policy_file import CALIBRATION, POLICY, policy_file
from ragcare.evaluation.tune.risk_control import Bound
from ragcare.knowledge.atomic import write_files
from ragcare.schema import Record, Share

Risk = Literal["wrong", "selective"]
Unit = Literal["question", "article"]

_RISK_IN_WORDS = {"wrong": "of all questions are answered wrongly", "selective": "of the answers are wrong"}
_LEAST = 1e-6
"""No promise is nearer to 0 or to certainty: it would take millions of questions."""


class Terms(Record):
    """What is to be promised.

    Attributes:
        max_risk: the bound, from a millionth up.
        confidence: the chance, over the draw of the certifying questions, that the promise is true; all but a millionth
            at the most.
        risk: "wrong" is the wrong-answer rate (answered wrongly, of all); "selective" the share of wrong answers among
            the answered.
        bound: how the p-values are computed.
        unit: what is drawn independently of each other: questions; or articles, of each of which one question counts.
    """

    max_risk: Annotated[float, Field(ge=_LEAST, le=1 - _LEAST)] = 0.05
    confidence: Annotated[float, Field(gt=0.5, le=1 - _LEAST)] = 0.95
    risk: Risk = "wrong"
    bound: Bound = "clopper-pearson"
    unit: Unit = "question"


class Step(Record):
    """One threshold, on the certifying questions.

    Attributes:
        n: questions; `answered` of them at that threshold, `wrong` of these.
        risk: what the terms bound; 0 where nothing is answered.
        upper: of the risk, at this threshold alone, with the confidence of the terms.
        promised: whether the promise holds at this threshold.
    """

    threshold: Share
    n: Annotated[int, Field(ge=1)]
    answered: Count
    wrong: Count
    coverage: Share
    wrong_answer_rate: Share
    risk: Share
    upper: Share
    promised: bool


class Cheapest(Record):
    """The threshold that costs least on the certifying questions: an estimate, without any promise.

    Attributes:
        answer_at: above 1 nothing would be answered; it is then 1.
        euros: a question, on average.
        euros_as_promised: likewise at the threshold of the promise, if there is one.
        prices: in euros, by the names of `Euros`: of a wrong answer, a refusal, and so on.
    """

    answer_at: Share
    euros: float
    euros_as_promised: float | None
    coverage: Share
    wrong_answer_rate: Share
    prices: dict[str, float]


class Tuned(Record):
    """What tuning found.

    Attributes:
        answer_at: the threshold; None where nothing can be promised.
        reason: why not; "" where something is promised.
        needed: how many certifying questions it would take at the least, if they went as these did; None where
            something is promised, or where no number would do.
        fitted: questions of each suite that the calibration was fitted on; none where it was kept.
        certified: questions of each suite that the promise stands on.
        articles: how many different articles these are about.
        at: what was measured at `answer_at`; `by_suite` likewise on each suite, where each bound is for itself.
        curve: every threshold at which something changes, from the safest down.
        fingerprint: of the scores; elsewhere nothing is promised.
        settings: the tables that the runs had and the policy must have, too; None where the runs do not say them.
        stages: what was put into the assistant in Python, in words of its fingerprint; "default" for nothing.
        calibration: under which the probabilities are meant; None where that of the runs was kept.
    """

    terms: Terms
    answer_at: Share | None
    reason: str = ""
    needed: Count | None = None
    judge: str
    fingerprint: str
    settings: dict[str, dict[str, Any]] | None = None
    stages: str = "default"
    fitted: dict[str, Count]
    certified: dict[str, Count]
    articles: Count
    at: Step | None = None
    by_suite: dict[str, Step] = Field(default_factory=dict)
    curve: tuple[Step, ...] = ()
    cheapest: Cheapest | None = None
    calibration: Calibration | None = None

    @property
    def promise(self) -> str:
        """The promise in words, or why there is none; a sentence a line."""
        if self.at is None:
            return f"Nothing can be promised: {self.reason}"
        terms = self.terms
        promise = (
            f"With {percent(terms.confidence)} confidence, at most {percent(terms.max_risk)} "
            f"{_RISK_IN_WORDS[terms.risk]} at answer_at = {self.at.threshold:g}, which answers "
            f"{100 * self.at.coverage:.1f} % of the certifying questions."
        )
        if self.settings is not None:
            return promise
        return f"{promise}\nThe runs do not say their settings: it holds only where all of them are as they were then."

    def write(self, folder: Path | str) -> Path:
        """Writes `policy.toml`, a settings file, and the calibration that it names beside it.

        Returns:
            The path of `policy.toml`.

        Raises:
            BadInput: nothing can be promised; or one of the files would replace a folder or a device.
        """
        if self.at is None:
            raise BadInput(f"no policy is written: {self.reason}")
        folder = Path(folder)
        files = {folder / POLICY: policy_file(self, self.at).encode()}
        if self.calibration is not None:
            text = json.dumps(self.calibration.model_dump(), indent=2) + "\n"
            files[folder / CALIBRATION] = text.encode()
        write_files(files)
        return folder / POLICY


def percent(share: float) -> str:
    """With all its figures: a promise must not be rounded to another one."""
    return f"{100 * share:.10g} %"
