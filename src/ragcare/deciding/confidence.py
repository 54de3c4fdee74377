"""One probability that the drafted answer is right, from what one pass of retrieval showed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import NamedTuple, Protocol, Self

from pydantic import ValidationError

from ragcare.answering.evidence import Selection
from ragcare.deciding.features import ACROSS_LANGUAGES, FEATURES, features_of
from ragcare.errors import BadInput
from ragcare.odds import Weight, logistic
from ragcare.schema import Moved, Record, Retrieved


class Estimate(NamedTuple):
    """A probability in 0..1, the features that it was computed from, and what the calibration was fitted under.

    Attributes:
        moved: how each feature moved it, the strongest first; none where the estimator does not say.
    """

    probability: float
    features: Mapping[str, float]
    fitted_under: str = ""  # an estimator that was never calibrated promises nothing
    moved: tuple[Moved, ...] = ()


class Estimator(Protocol):
    """Says how likely it is that an answer drafted from these hits is right."""

    def estimate(self, retrieved: Retrieved, selection: Selection | None) -> Estimate:
        """The probability, 0 where nothing was found.

        Args:
            retrieved: what was found.
            selection: what the answer is written from; None where nothing may be said.
        """
        ...


SHIPPED = ("e5", "light", "e5+light")
"""The embedders whose calibration ships with ragcare."""


class Logistic(Record):
    """A logistic model of some features."""

    intercept: float
    features: dict[str, Weight]

    def probability(self, features: Mapping[str, float]) -> float:
        """What it tells; a feature that is not known counts as it does on the mean."""
        score = self.intercept + sum(
            known.pull(features.get(name, known.mean)) for name, known in self.features.items()
        )
        return logistic(score)

    def moved(self, features: Mapping[str, float]) -> list[Moved]:
        """What each feature adds to the log odds, the strongest first; of equals, by name."""
        moved = [
            Moved(feature=name, value=value, usual=known.mean, pull=known.pull(value))
            for name, known in self.features.items()
            for value in [features.get(name, known.mean)]
        ]
        return sorted(moved, key=lambda one: (-abs(one.pull), one.feature))


class Calibration(Logistic):
    """A fitted logistic model, as plain JSON; and one for articles in another language than the question.

    Attributes:
        fingerprint: of the settings, models and analysers that it was fitted under; elsewhere it promises nothing.
        fitted_on: the suites, each with its number of questions; small knowledge bases made of one stand as "NAME, 4
            articles".
        across: of the features `ACROSS_LANGUAGES` alone. To take the others for what they are on the mean would be too
            sure: where nothing answers they are all low together.
    """

    fingerprint: str
    fitted_on: dict[str, int]
    across: Logistic | None = None

    def model_for(self, features: Mapping[str, float]) -> Logistic:
        """The one of the two that these features are for."""
        return self.across if self.across is not None and features.keys() <= set(ACROSS_LANGUAGES) else self

    @classmethod
    def read(cls, path: Path) -> Self:
        """Reads a calibration file.

        Raises:
            BadInput: it is missing, or not a calibration.
        """
        try:
            calibration = cls.model_validate_json(path.read_bytes())
            named = calibration.features.keys() | (calibration.across.features.keys() if calibration.across else set())
            unknown = sorted(named - set(FEATURES))
            if not unknown:
                return calibration
            what = f"there is no feature {', '.join(unknown)}; known are {', '.join(FEATURES)}"
        except OSError as error:
            what = str(error.strerror)
        except ValidationError as error:
            what = "; ".join(".".join(map(str, (*row["loc"], row["msg"]))) for row in error.errors())
        raise BadInput(f"{path}: no calibration: {what}. Mend: ragcare tune LOG -o DIR writes one")

    @classmethod
    def shipped_for(cls, embedder: str) -> Self:
        """The calibration that ships with ragcare for the embedder of that name; for any other, that of e5.

        Where its fingerprint is not that of the index, it is stale, and whoever uses it must say so.
        """
        home = resources.files("ragcare.deciding") / "calibrations"
        name = embedder if embedder in SHIPPED else SHIPPED[0]
        return cls.model_validate_json((home / f"{name}.json").read_bytes())

    def digest(self) -> str:
        """A short digest of the whole model."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def write(self, path: Path) -> None:
        """Writes the calibration, readable by a person."""
        path.write_text(json.dumps(self.model_dump(), indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Confidence:
    """Logistic regression over `features_of`, with the weights of a calibration."""

    calibration: Calibration

    def estimate(self, retrieved: Retrieved, selection: Selection | None = None) -> Estimate:
        """The probability that an answer from the best article is right, 0 where nothing was found."""
        if not retrieved.hits:
            return Estimate(0.0, {}, self.calibration.fingerprint)
        features = features_of(retrieved, selection)
        model = self.calibration.model_for(features)
        moved = tuple(model.moved(features))
        return Estimate(model.probability(features), features, self.calibration.fingerprint, moved)

    def probability(self, features: Mapping[str, float]) -> float:
        """What the model for these features tells."""
        return self.calibration.model_for(features).probability(features)
