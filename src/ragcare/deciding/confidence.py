"""One probability that the drafted answer is right, from what one pass of retrieval showed."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Annotated, NamedTuple, Protocol, Self

from pydantic import Field, ValidationError

from ragcare.answering.evidence import Selection
from ragcare.errors import BadInput
from ragcare.index.seam import KEYWORD, VECTOR
from ragcare.language.analyser import analyser_for
from ragcare.odds import log_odds, logistic
from ragcare.schema import Hit, Moved, Passage, Question, Record, Retrieved, another_language


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


SHIPPED = ("e5", "light")
"""The embedders whose calibration ships with ragcare."""

BY_MEANING = ("vector_top", "vector_margin", "vector_lift")
"""The features that do not rest on words, which an article in another language than the question does not share."""

FEATURES = (*BY_MEANING, "keyword_top", "keyword_margin", "agreement", "coverage", "words", "holds")

_EVEN = 0.5
_LEAST = 0.002  # surer than this no reader is, and none may decide alone


class Weight(Record):
    """What the logistic model knows of one feature."""

    mean: float
    scale: Annotated[float, Field(gt=0)]
    weight: float


class Logistic(Record):
    """A logistic model of some features."""

    intercept: float
    features: dict[str, Weight]

    def probability(self, features: Mapping[str, float]) -> float:
        """What it tells; a feature that is not known counts as it does on the mean."""
        score = self.intercept + sum(
            known.weight * (features.get(name, known.mean) - known.mean) / known.scale
            for name, known in self.features.items()
        )
        return logistic(score)

    def moved(self, features: Mapping[str, float]) -> list[Moved]:
        """What each feature adds to the log odds, the strongest first; of equals, by name."""
        moved = [
            Moved(
                feature=name,
                value=value,
                usual=known.mean,
                pull=known.weight * (value - known.mean) / known.scale,
            )
            for name, known in self.features.items()
            for value in [features.get(name, known.mean)]
        ]
        return sorted(moved, key=lambda one: (-abs(one.pull), one.feature))


class Calibration(Logistic):
    """A fitted logistic model, as plain JSON; and one for articles in another language than the question.

    Attributes:
        fingerprint: of the settings, models and analysers that it was fitted under; elsewhere it promises nothing.
        fitted_on: the suites, each with its number of questions.
        across: of the features `BY_MEANING` alone. To take the others for what they are on the mean would be too sure:
            where nothing answers they are all low together.
    """

    fingerprint: str
    fitted_on: dict[str, int]
    across: Logistic | None = None

    def model_for(self, features: Mapping[str, float]) -> Logistic:
        """The one of the two that these features are for."""
        return self.across if self.across is not None and features.keys() <= set(BY_MEANING) else self

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


def features_of(retrieved: Retrieved, selection: Selection | None = None) -> dict[str, float]:
    """What one pass of retrieval, and reading what was found, show of how sure it can be.

    "The article" is the one that would be answered from, whichever the legs put first. Where it is in another language
    than the question, its words tell nothing of it, and only `BY_MEANING` is there.

    | feature | what it is |
    |---|---|
    | `vector_top` | the best cosine; of a passage found by a known question the mean of both, as in its leg |
    | `vector_margin` | how far the best cosine of the article lies above that of any other; below 0 where one leads |
    | `vector_lift` | how far the best cosine lies above the mean of the hits |
    | `keyword_top` | the best BM25 score, per word of the question |
    | `keyword_margin` | the same of its BM25 scores, as a share of the greater of the two |
    | `agreement` | 1 where both legs put the same article first |
    | `coverage` | the share of the question's words that stand in the best passage |
    | `words` | how many words the question has, as a logarithm |
    | `holds` | the log-odds that what was read holds the asked fact; 0 where nothing was read |
    """
    question, best = retrieved.question, retrieved.hits[0].passage
    cosines, scores = _scores(retrieved, VECTOR), _scores(retrieved, KEYWORD)
    vector, keyword = max(cosines, default=0.0), max(scores, default=0.0)
    ahead = partial(_ahead, retrieved, best.article_id)
    features = {
        "vector_top": vector,
        "vector_margin": ahead(VECTOR, min(cosines, default=0.0)),
        "vector_lift": vector - sum(cosines) / len(cosines) if cosines else 0.0,
    }
    if another_language(question.language, best.language):
        return features
    asked = set(analyser_for(question.language).tokens(question.sought))
    return {
        **features,
        "keyword_top": keyword / max(len(asked), 1),
        "keyword_margin": ahead(KEYWORD, 0.0) / keyword if keyword else 0.0,
        "agreement": float(_first(retrieved, VECTOR) == _first(retrieved, KEYWORD)),
        "coverage": coverage(question, best),
        "words": math.log1p(len(asked)),
        "holds": log_odds(selection.holds if selection is not None else _EVEN, _LEAST),
    }


def coverage(question: Question, passage: Passage) -> float:
    """The share of the question's words that stand in a passage, its title, known questions and headings included."""
    tokens = analyser_for(passage.language).tokens
    asked = set(tokens(question.sought))
    stands = set(tokens("\n".join([passage.title, *passage.questions, *passage.headings, passage.text])))
    return len(asked & stands) / len(asked) if asked else 0.0


def _scores(retrieved: Retrieved, leg: str) -> list[float]:
    return [hit.legs[leg].score for hit in retrieved.hits if leg in hit.legs]


def _ahead(retrieved: Retrieved, article_id: str, leg: str, unfound: float) -> float:
    """How far an article is ahead of all others in a leg; below 0 where it is behind one.

    Args:
        retrieved: what was found.
        article_id: the article that would be answered from.
        leg: which one.
        unfound: what an article scores of which the leg found nothing.
    """
    own = other = unfound
    for hit in retrieved.hits:
        if leg in hit.legs and hit.passage.article_id == article_id:
            own = max(own, hit.legs[leg].score)
        elif leg in hit.legs:
            other = max(other, hit.legs[leg].score)
    return own - other


def _first(retrieved: Retrieved, leg: str) -> str | None:
    def rank(hit: Hit) -> int:
        return hit.legs[leg].rank

    found = [hit for hit in retrieved.hits if leg in hit.legs]
    return min(found, key=rank).passage.article_id if found else None
