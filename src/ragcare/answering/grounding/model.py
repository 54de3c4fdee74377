"""The fitted model: how likely it is that evidence supports a sentence in which no fact is wrong.

`model.json` is written by `evals/grounding.py`: the weights of a logistic regression over `features.py`, and how much
each of the commonest words tells (the logarithm of the share of sentences that it stands in, negated).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from ragcare.odds import Weight, logistic
from ragcare.schema import Record

UNKNOWN_WORD: Final = 9.0
"""What a word tells that is not among the commonest, in nats."""


class GroundingModel(Record):
    """A logistic model, as plain JSON.

    Attributes:
        threshold: from here on a sentence counts as supported, unless a fact is wrong.
        fitted_on: the sets, each with its number of pairs.
        words: by language, what each of the commonest stems tells, in nats.
    """

    threshold: float
    fitted_on: dict[str, int]
    intercept: float
    features: dict[str, Weight]
    words: dict[str, dict[str, float]]

    def probability(self, features: Mapping[str, float]) -> float:
        """How likely it is that the sentence is supported."""
        score = self.intercept + math.fsum(one.pull(features[name]) for name, one in self.features.items())
        return logistic(score)

    def write(self, path: Path) -> None:
        """Writes the model, a feature a line and the words of a language on one."""
        rows = self.model_dump()
        words = rows.pop("words")
        listed = ",\n".join(
            f"    {json.dumps(language)}: {json.dumps(told, ensure_ascii=False, separators=(',', ':'))}"
            for language, told in words.items()
        )
        head = json.dumps(rows, indent=2, ensure_ascii=False).removesuffix("\n}")
        path.write_text(f'{head},\n  "words": {{\n{listed}\n  }}\n}}\n', encoding="utf-8")


@cache
def shipped() -> GroundingModel:
    """The model that ships with ragcare."""
    return GroundingModel.model_validate_json(
        (resources.files("ragcare.answering.grounding") / "model.json").read_bytes()
    )


@cache
def word_weights(language: str) -> Mapping[str, float]:
    """What each of the commonest stems of a language tells, in nats; under "" what any other one tells."""
    return {**shipped().words.get(language, {}), "": UNKNOWN_WORD}
