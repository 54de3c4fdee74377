"""The run: every question of a set asked once, and kept with its label and its whole reply in a log."""

from ragcare.evaluation.run.asking import Asked, run
from ragcare.evaluation.run.head import Configured, Fingerprinted
from ragcare.evaluation.run.log import RunHead, RunLog, RunRow
from ragcare.evaluation.run.suite_index import suite_index

__all__ = ["Asked", "Configured", "Fingerprinted", "RunHead", "RunLog", "RunRow", "run", "suite_index"]
