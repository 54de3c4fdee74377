"""Tuning: the largest coverage whose errors are held under a bound, with a promise that can be checked."""

from ragcare.evaluation.tune.search import tune
from ragcare.evaluation.tune.tuned import Cheapest, Step, Terms, Tuned

__all__ = ["Cheapest", "Step", "Terms", "Tuned", "tune"]
