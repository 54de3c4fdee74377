"""The search for the threshold: fitted on some questions, certified on others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pydantic import ValidationError

from ragcare.errors import BadInput
from ragcare.evaluation.judge import AnswerJudge, ReferenceJudge
from ragcare.evaluation.metrics.cost import Euros
from ragcare.evaluation.run.json_lines import faults
from ragcare.evaluation.run.log import RunLog
from ragcare.evaluation.tune import cases as of_cases
from ragcare.evaluation.tune.alike import require_alike
from ragcare.evaluation.tune.cases import Case
from ragcare.evaluation.tune.certify import Columns, certify
from ragcare.evaluation.tune.cheapest import find_cheapest
from ragcare.evaluation.tune.policy_file import certified_under
from ragcare.evaluation.tune.risk_control import Bound, least_questions
from ragcare.evaluation.tune.steps import by_suite, changes, steps, why_nothing
from ragcare.evaluation.tune.tuned import Risk, Terms, Tuned, Unit


def tune(
    log: RunLog | Sequence[RunLog],
    *,
    max_risk: float = 0.05,
    confidence: float = 0.95,
    risk: Risk = "wrong",
    bound: Bound = "clopper-pearson",
    unit: Unit = "question",
    refit: bool = True,
    euros: Euros | None = None,
    judge: AnswerJudge | None = None,
) -> Tuned:
    """The lowest threshold of an answer at which errors are held under a bound, with a promise.

    Questions are parted: some fit the calibration, the others certify (`cases.part`). On these, thresholds are tested
    from the safest down by Learn-then-Test (`risk_control`). The wrong-answer rate can only grow as the threshold
    falls, so that testing in this order loses nothing. The selective risk need not: its testing begins where the
    fitting questions look best. The threshold decides only where `Judgement.by_threshold` says so; what else was
    answered counts as it was.

    The promise is about questions drawn as the certifying ones were, independently of each other; of several suites,
    about their mixture as pooled. Where many questions were written for each article, draw articles (`unit`).

    Args:
        log: of a whole run; or of several by the same assistant, one of each suite.
        max_risk: the bound, such as 0.05.
        confidence: the chance, over the draw of the certifying questions, that the promise is true.
        risk: "wrong", the wrong-answer rate, answered wrongly of all; or "selective", wrong of the answered.
        bound: "clopper-pearson", exact; or "hoeffding-bentkus", looser.
        unit: what was drawn: "question"; or "article", of each of which one question then certifies.
        refit: fit the calibration on the fitting questions, beginning with the one that ships unless that has seen a
            suite of this name. If False, that of the runs is kept, and the promise is true only if it was not fitted on
            the certifying questions.
        euros: what outcomes cost; the cheapest threshold is told if given.
        judge: of the answer's wording; `ReferenceJudge` with the token F1 of the suite if None.

    Returns:
        The threshold with its promise; or why nothing can be promised.

    Raises:
        BadInput: a share is none; there is no run, a run is not whole, holds a question twice, or does not fit the
            others.
    """
    logs = (log,) if isinstance(log, RunLog) else tuple(log)
    try:
        terms = Terms(max_risk=max_risk, confidence=confidence, risk=risk, bound=bound, unit=unit)
    except ValidationError as error:
        raise BadInput(f"{'; '.join(faults(error))}. Mend: give shares, such as 0.05 at 0.95") from None
    require_alike(logs, refit=refit)
    fitting, certifying = of_cases.part(of_cases.cases_of(logs, judge), unit)
    first = logs[0].head
    tuned = Tuned(
        terms=terms,
        answer_at=None,
        judge="; ".join(dict.fromkeys((judge or ReferenceJudge(one.head.token_f1)).name for one in logs)),
        fingerprint=first.fingerprints.get("scores", ""),
        settings=certified_under(first.settings),
        stages=first.fingerprints.get("stages", "default"),
        fitted={},
        certified=Counter(case.suite for case in certifying),
        articles=len({(case.suite, case.cluster) for case in certifying}),
    )
    if refit:
        try:
            calibration = of_cases.refit(fitting, tuned.fingerprint, of_cases.known_before(logs))
        except ValueError as error:
            least = least_questions(max_risk, confidence)
            return tuned.model_copy(update={"reason": f"no calibration can be fitted: {error}", "needed": least})
        tuned = tuned.model_copy(update={"calibration": calibration, "fitted": calibration.fitted_on})
        fitting, certifying = of_cases.under(calibration, fitting), of_cases.under(calibration, certifying)
    if not certifying:
        least = least_questions(max_risk, confidence)
        return tuned.model_copy(update={"reason": "no question is left to certify on", "needed": least})
    return _concluded(tuned, fitting, certifying, of_cases.least_threshold(logs), euros)


def _concluded(
    tuned: Tuned, fitting: Sequence[Case], certifying: Sequence[Case], least: float, euros: Euros | None
) -> Tuned:
    terms = tuned.terms
    certified = certify(Columns.of(fitting), Columns.of(certifying), terms, least=least)
    found: dict[str, object] = {"curve": tuple(steps(certified, terms, changes(certified)))}
    if certified.chosen is None:
        found["reason"], found["needed"] = why_nothing(certified, terms)
    else:
        found["at"] = at = next(steps(certified, terms, [certified.chosen]))
        found["answer_at"] = at.threshold
        found["by_suite"] = by_suite(certifying, at.threshold, terms)
    if euros is not None:
        promised = None if certified.chosen is None else float(certified.tally.thresholds[certified.chosen])
        found["cheapest"] = find_cheapest(certifying, certified.tally.thresholds, euros, promised)
    return tuned.model_copy(update=found)
