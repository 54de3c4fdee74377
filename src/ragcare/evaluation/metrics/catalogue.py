"""All measures that a run can be held to, in the order of the report."""

from __future__ import annotations

from ragcare.evaluation.metrics.answering import ANSWERING
from ragcare.evaluation.metrics.deciding import DECIDING
from ragcare.evaluation.metrics.measures import Measure
from ragcare.evaluation.metrics.retrieval import RETRIEVAL

MEASURES: tuple[Measure, ...] = (*RETRIEVAL, *ANSWERING, *DECIDING)
"""Their names are the keys of the report, and what a bar can be about; each says whether less of it is better."""
