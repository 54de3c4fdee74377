"""The grounding check: a sentence may be said if its facts are in its evidence, and the rest of it is near enough.

| file | what it knows |
|---|---|
| `figures.py`, `ranges.py`, `cells.py` | numbers, amounts, dates, durations, equal forms, bounds, columns of tables |
| `polarity.py`, `exchanges.py` | what a negation turns round, and words that exclude one another |
| `names.py`, `parties.py` | who is named, and who does or owes something: the company or the customer |
| `segments.py`, `conditions.py` | whom it holds for, under which conditions |
| `reading.py`, `likeness.py`, `alignment.py` | which words of the evidence stand for those of a sentence |
| `clauses.py` | clauses, and steps that were added |
| `findings.py`, `features.py`, `model.py` | what is wrong, what the model looks at, what it was fitted to |
| `entailment.py` | a second opinion by a cross-encoder |
| `verdict.py` | what is said of a sentence: supported or not, why, and where |
| `check.py`, `draft.py` | the verdicts on a text, and on a draft of the pipeline |
"""

from ragcare.answering.grounding.check import check_grounding
from ragcare.answering.grounding.draft import (
    Checker,
    GroundingCheck,
    check_sentence,
    check_wording,
    is_still_the_answer,
)
from ragcare.answering.grounding.entailment import Entailment, NliCheck, as_entailment
from ragcare.answering.grounding.verdict import FaultCode, Place, Verdict

__all__ = [
    "Checker",
    "Entailment",
    "FaultCode",
    "GroundingCheck",
    "NliCheck",
    "Place",
    "Verdict",
    "as_entailment",
    "check_grounding",
    "check_sentence",
    "check_wording",
    "is_still_the_answer",
]
