"""What a message tells by its meaning: one small logistic model a kind over a packaged embedder.

A kind may also weigh which of the lists of `lists.py` the words are from, since embedders read no slips and little
SMS. The weights are plain JSON in `meanings/`, a file an embedder, fitted by `evals/signals.py`. A long message is read
as a whole and sentence by sentence, for what matters may be one sentence of a long story; the sentence that told is the
quote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from ragcare.deciding.signals.message import lists_named
from ragcare.odds import logistic
from ragcare.schema import Record

if TYPE_CHECKING:
    import numpy as np

    from ragcare.index.vector import Vectors

_LONG = 25  # words from which a message is read sentence by sentence too
_SENTENCES = 12  # that are read of a long message, the first and the last
_SHORTEST = 3  # words of a sentence that is read alone
_CHARACTERS = 1_000  # of one piece; the embedder's time grows with them
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")


class Told(NamedTuple):
    """How likely the words of a piece are to carry a signal."""

    probability: float
    quote: str


class KindModel(Record):
    """The logistic model of one kind.

    Attributes:
        intercept: the log odds of nothing at all.
        weights: of each dimension of the embedder.
        words: of a word from each list, by the name of the list.
    """

    intercept: float
    weights: tuple[float, ...]
    words: Mapping[str, float] = {}


class NearnessModel(Record):
    """From the cosine of a message to the nearest example of a topic, to the probability that it is of that topic."""

    intercept: float
    weight: float


class Meanings(Record):
    """All models, as they are stored.

    Attributes:
        embedder: name and version of the embedder that they were fitted over.
        fitted_on: where the rows came from, each with its number.
        kinds: a model for each kind.
        topics: of a company's own topics.
    """

    embedder: str
    fitted_on: dict[str, int]
    kinds: dict[str, KindModel]
    topics: NearnessModel

    @classmethod
    def shipped_for(cls, embedder: str) -> Meanings:
        """The models that ship with ragcare over the embedder of that name, "e5+light" or "light"."""
        home = resources.files("ragcare.deciding.signals") / "meanings"
        return cls.model_validate_json((home / f"{embedder}.json").read_bytes())


def pieces(text: str) -> list[str]:
    """What is embedded of a message, verbatim: the whole, and the sentences of a long one."""
    whole = text.strip()
    if len(whole) <= _CHARACTERS and len(whole.split()) < _LONG:
        return [whole] if re.search(r"\w", whole) else []
    half = _CHARACTERS * _SENTENCES // 2  # of both ends: a megabyte takes no longer than a page
    ends = (whole,) if len(whole) <= 2 * half else (whole[:half], whole[-half:])
    sentences = [one[0].strip()[:_CHARACTERS] for end in ends for one in _SENTENCE.finditer(end)]
    sentences = [one for one in sentences if len(one.split()) >= _SHORTEST]
    if len(sentences) > _SENTENCES:
        sentences = sentences[: _SENTENCES // 2] + sentences[-_SENTENCES // 2 :]
    return list(dict.fromkeys(one for one in (whole[:_CHARACTERS], *sentences) if re.search(r"\w", one)))


class Meaning:
    """What messages tell, as one embedder understands them; the embedder is loaded by the first message and kept.

    Args:
        embedder: its name, "e5+light" or "light".
    """

    def __init__(self, embedder: str) -> None:
        import numpy as np

        from ragcare.index.embedders import as_embedder

        models = Meanings.shipped_for(embedder)
        self._kinds, self._topics = models.kinds, models.topics
        self._weights = np.array([model.weights for model in self._kinds.values()], dtype=np.float32).T
        self._intercepts = np.array([model.intercept for model in self._kinds.values()], dtype=np.float32)
        self._embedder = as_embedder(embedder)
        self._examples = cache(self._embedded)
        self._last: tuple[tuple[str, ...], Vectors] | None = None

    def kinds(self, said: Sequence[str]) -> Mapping[str, Told]:
        """How likely each kind is, by the piece of a message that tells it most."""
        if not said:
            return {}
        scores = self._of_message(tuple(said)) @ self._weights + self._intercepts + self._by_words(said)
        best = scores.argmax(axis=0)
        return {
            kind: Told(_logistic(float(scores[best[place], place])), said[best[place]])
            for place, kind in enumerate(self._kinds)
        }

    def topic(self, said: Sequence[str], examples: tuple[str, ...]) -> Told | None:
        """How likely a message is of the topic that the examples show; None for a message without a word."""
        if not said:
            return None
        cosines = (self._of_message(tuple(said)) @ self._examples(examples).T).max(axis=1)
        best = int(cosines.argmax())
        return Told(_logistic(self._topics.intercept + self._topics.weight * float(cosines[best])), said[best])

    def _by_words(self, said: Sequence[str]) -> np.ndarray:
        """What the words add to the log odds, shape (pieces, kinds)."""
        import numpy as np

        named = [lists_named(one) for one in said]
        kinds = self._kinds.values()
        return np.array(
            [[sum(kind.words.get(name, 0.0) for name in sorted(names)) for kind in kinds] for names in named]
        )

    def _of_message(self, said: tuple[str, ...]) -> Vectors:
        """The embeddings of a message, shape (pieces, dimension): it is read for the kinds and for each topic."""
        last = self._last  # read once: another thread may put its own message there at any moment
        if last is None or last[0] != said:
            last = (said, self._embedded(said))
            self._last = last
        return last[1]

    def _embedded(self, texts: tuple[str, ...]) -> Vectors:
        return self._embedder.embed(texts, "query")


@cache
def meaning_by(embedder: str) -> Meaning:
    """The one reader of that embedder in this process."""
    return Meaning(embedder)


def _logistic(score: float) -> float:
    # The form that never overflows, kept off 0 and 1: no model is certain.
    return min(max(logistic(score), 0.001), 0.999)
