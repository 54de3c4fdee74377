"""What a run was worth: each measure a value of its own, each figure with its n and its 95 % interval."""

from ragcare.evaluation.metrics.cost import Euros
from ragcare.evaluation.metrics.measuring import measure

__all__ = ["Euros", "measure"]
