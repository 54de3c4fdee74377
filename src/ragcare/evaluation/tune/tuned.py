"""What tuning found: a threshold with its promise, or why nothing can be promised; and the policy file it makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field

from ragcare.deciding.confidence import Calibration
from ragcare.errors import BadInput
from ragcare.evaluation.report.record import Count, Finite, Share
from ragcare.evaluation.tune.risk_control import Bound
from ragcare.knowledge.atomic import write_files
from ragcare.schema import Record

Risk = Literal["wrong", "selective"]
Unit = Literal["question", "article"]
RISKS: tuple[Risk, ...] = get_args(Risk)
UNITS: tuple[Unit, ...] = get_args(Unit)

_RISK_IN_WORDS = {"wrong": "of all questions are answered wrongly", "selective": "of the answers are wrong"}
_BOUND_IN_WORDS = {"clopper-pearson": "Clopper–Pearson", "hoeffding-bentkus": "Hoeffding–Bentkus"}


class Terms(Record):
    """What is to be promised.

    Attributes:
        max_risk: the bound.
        confidence: the chance, over the draw of the certifying questions, that the promise is true.
        risk: "wrong" is the wrong-answer rate (answered wrongly, of all); "selective" the share of wrong answers among
            the answered.
        bound: how the p-values are computed.
        unit: what is drawn independently of each other: questions; or articles, of each of which one question counts.
    """

    max_risk: Annotated[float, Field(gt=0, lt=1)] = 0.05
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
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
        prices: in euros, by outcome.
    """

    answer_at: Share
    euros: Finite
    euros_as_promised: Finite | None
    coverage: Share
    wrong_answer_rate: Share
    prices: dict[str, Finite]
    promise: Literal["none: an estimate"] = "none: an estimate"


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
        calibration: under which the probabilities are meant; None where that of the runs was kept.
    """

    terms: Terms
    answer_at: Share | None
    reason: str = ""
    needed: Count | None = None
    judge: str
    fingerprint: str
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
        """The promise in words, or why there is none."""
        if self.at is None:
            return f"Nothing can be promised: {self.reason}"
        terms = self.terms
        return (
            f"With {100 * terms.confidence:g} % confidence, at most {100 * terms.max_risk:g} % "
            f"{_RISK_IN_WORDS[terms.risk]} at answer_at = {self.at.threshold:g}, which answers "
            f"{100 * self.at.coverage:.1f} % of the certifying questions."
        )

    def write(self, folder: Path | str) -> Path:
        """Writes `policy.toml`, a settings file, and the calibration that it names beside it.

        Returns:
            The path of `policy.toml`.

        Raises:
            BadInput: nothing can be promised, so there is no policy to write.
        """
        if self.at is None:
            raise BadInput(f"no policy is written: {self.reason}")
        folder = Path(folder)
        files = {folder / "policy.toml": self._policy(self.at).encode()}
        if self.calibration is not None:
            text = json.dumps(self.calibration.model_dump(), indent=2) + "\n"
            files[folder / "calibration.json"] = text.encode()
        write_files(files)
        return folder / "policy.toml"

    def _policy(self, at: Step) -> str:
        lines = [*self._preface(at), "", "[policy]", f"answer_at = {at.threshold!r}"]
        if self.calibration is not None:
            lines.append('calibration = "calibration.json"  # beside this file')
        return "\n".join((*lines, ""))

    def _preface(self, at: Step) -> list[str]:
        certified, fitted = (_counted(counts) for counts in (self.certified, self.fitted))
        drawn = {"question": "questions", "article": "articles, one question of each,"}[self.terms.unit]
        kept = "The calibration is the one that the runs had."
        return [
            "# Written by ragcare tune. Use it as a settings file: ragcare ask --settings policy.toml",
            "#",
            f"# {self.promise}",
            f"# Method: Learn-then-Test, fixed sequence of thresholds, {_BOUND_IN_WORDS[self.terms.bound]}.",
            f"# Certified on {at.n} questions about {self.articles} articles ({certified}):",
            f"# {at.answered} answered, {at.wrong} of them wrongly; risk {at.risk:.4f}, bound {at.upper:.4f}.",
            f"# {f'The calibration was fitted on other questions ({fitted}).' if self.calibration else kept}",
            f"# Right means: {_plain(self.judge)}.",
            f"# It holds for {drawn} drawn as these were, in this mixture of suites,",
            f"# and only while the fingerprint of the scores is {_plain(self.fingerprint)}: retrieval, models and",
            "# analysers as they were. Under another one each reply says in its trace that the calibration is stale.",
        ]


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{_plain(suite)} {count}" for suite, count in counts.items())


def _plain(text: str) -> str:
    """On one line and printable, as a comment must be: a name must not become a setting."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
