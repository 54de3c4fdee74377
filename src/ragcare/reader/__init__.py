"""The reader: one small cross-encoder that reads a question and a passage together, and says three things of them.

| asked | method | trained as |
|---|---|---|
| is this passage relevant to this question | `CrossEncoder.scores` | relevance |
| does it hold the asked fact, and where | `CrossEncoder.read` | answerable, span |
| does this evidence support this sentence | `CrossEncoder.supports` | support |

A retriever compares two vectors that never met; a cross-encoder lets every word of the one look at every word of the
other (Nogueira & Cho 2019), at some ten times the cost: it is for a few passages, not for all. It is off unless a model
file is there: `training/` at the top of the repository makes one, the package `ragcare_reader` carries one.
"""

from ragcare.reader.cross_encoder import CrossEncoder, Read
from ragcare.reader.model_file import model_file

__all__ = ["CrossEncoder", "Read", "model_file"]
