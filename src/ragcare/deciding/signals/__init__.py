"""What a customer's message tells besides its question: a person asked for, anger, danger, a death, fraud, the law.

| file | what it holds |
|---|---|
| `detect.py` | `detect_signals`: one message and the turns before it |
| `person.py`, `gravity.py` | the rules, a line each, and what only looks like a signal |
| `rules.py` | all of them, by kind |
| `lists.py` | the lists of words that rules name |
| `spelling.py` | which written words are the same word |
| `notation.py` | a line of rule made a regular expression |
| `message.py` | a text as rules see it, and what one of them finds there |
| `meaning.py` | what no list of words knows: a logistic model a kind, over an embedder |
| `meanings/` | those models, a file an embedder, fitted by `evals/signals.py` |

The probabilities of rules are set by hand, in the order of trust. Those of the models are .5 where few enough ordinary
questions pass: an operating point.
"""

from __future__ import annotations

from ragcare.deciding.signals.detect import detect_signals
from ragcare.deciding.signals.message import Signal

__all__ = ["Signal", "detect_signals"]
