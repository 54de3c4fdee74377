"""The reader at work: a model file opened once, asked often."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from ragcare.errors import MissingExtra, ModelUnavailable
from ragcare.odds import logistic
from ragcare.reader.model_file import FORMAT, TASKS, model_file
from ragcare.reader.windows import Encoded, Window, batches, rows, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_LONGEST_ANSWER = 30  # pieces
_BATCH = 2048  # pieces: five passages of 120 words go in one or two runs


class Read(NamedTuple):
    """What the reader says of a passage.

    Attributes:
        relevance: how sure that the passage is on the question's subject, from 0 to 1; for ranking.
        holds: how sure that it holds the asked fact, from 0 to 1.
        span: where the fact most likely stands, in characters of the passage, end exclusive; None in an empty
            passage. It is the best there is whatever `holds` says.
        margin: by how much, in logits, the span beats "no answer here": a second opinion on `holds`.
    """

    relevance: float
    holds: float
    span: tuple[int, int] | None
    margin: float


class _Scored(NamedTuple):
    scores: Floats
    starts: Floats
    ends: Floats


class CrossEncoder:
    """A reader's model, in onnxruntime.

    Any other cross-encoder takes its place by having the same methods.

    Args:
        session: an `onnxruntime.InferenceSession`.
        tokenizer: a `tokenizers.Tokenizer` over the model's own vocabulary.
        longest: pieces of question and passage read at once; what is longer is read in windows that overlap.
        about: what its maker says of the model.
    """

    def __init__(
        self, session: Any, tokenizer: Any, *, longest: int = 192, about: Mapping[str, Any] | None = None
    ) -> None:
        self._session, self._tokenizer = session, tokenizer
        self.longest = longest
        self.about = dict(about or {})

    @classmethod
    def open(cls, where: Path | str | None = None, *, threads: int | None = None, longest: int = 192) -> Self:
        """Opens a model.

        Args:
            where: its file or folder; None takes the one in the package `ragcare_reader`.
            threads: how many a run may use; onnxruntime chooses if None.
            longest: pieces read at once; time goes up with it, quality falls where answers are cut off from what
                explains them.

        Raises:
            MissingExtra: onnxruntime or tokenizers is not installed.
            ModelUnavailable: there is no model, it is damaged, or it is of another format.
        """
        path = model_file(where)
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError:
            raise MissingExtra("the reader", "reader") from None
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        if threads is not None:
            options.intra_op_num_threads = threads
        try:
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors share no base, and the file may be anything
            raise ModelUnavailable(f"{path} is no model that onnxruntime can read: {error}") from error
        told = session.get_modelmeta().custom_metadata_map
        if told.get("format") != FORMAT or tuple(json.loads(told.get("tasks", "[]"))) != TASKS:
            raise ModelUnavailable(
                f'{path} is no reader of the format "{FORMAT}" (it says "{told.get("format", "nothing")}")\n'
                "Mend: export it anew with this version's training/, or install training/wheel of this version"
            )
        tokenizer = Tokenizer.from_str(told["tokenizer"])
        return cls(session, tokenizer, longest=longest, about=json.loads(told.get("about", "{}")))

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """How relevant each passage is to the question, from 0 to 1: to compare within a question."""
        return [logistic(_best(one, 0)) for one in self._scored([(question, passage) for passage in passages])]

    def read(self, question: str, passages: Sequence[str]) -> list[Read]:
        """What each passage says to the question; in the order given."""
        pairs = [(question, passage) for passage in passages]
        return [_reading(found, passage) for found, (_, passage) in zip(self._scored(pairs), pairs, strict=True)]

    def supports(self, sentence: str, evidence: str) -> float:
        """How sure that the evidence supports all that the sentence says, from 0 to 1."""
        return self.probabilities([(evidence, sentence)])[0]

    def probabilities(self, pairs: Iterable[tuple[str, str]]) -> list[float]:
        """The same of many pairs of (evidence, sentence), read together: the `Entailment` of `check_grounding`.

        Evidence that is too long for one window counts by the window that supports most: a sentence that needs two
        places far apart is judged too hard.
        """
        return [logistic(_best(one, 2)) for one in self._scored([(said, told) for told, said in pairs])]

    def _scored(self, pairs: Sequence[tuple[str, str]]) -> list[list[tuple[Window, _Scored]]]:
        """The windows of each pair, with what the model said of each."""
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        encoded = {
            text: Encoded(one.ids, one.offsets)
            for text, one in zip(texts, self._tokenizer.encode_batch(texts, add_special_tokens=False), strict=True)
        }
        cut = [
            window
            for number, (asked, told) in enumerate(pairs)
            for window in windows(number, encoded[asked], encoded[told], self.longest)
        ]
        found: list[list[tuple[Window, _Scored]]] = [[] for _ in pairs]
        for batch in batches(cut, _BATCH):
            scores, starts, ends = self._session.run(["scores", "starts", "ends"], rows(batch).named())
            for row, window in enumerate(batch):
                found[window.pair].append((window, _Scored(scores[row], starts[row], ends[row])))
        return found


def _best(found: Sequence[tuple[Window, _Scored]], task: int) -> float:
    return max(float(said.scores[task]) for _, said in found)


def _reading(found: Sequence[tuple[Window, _Scored]], passage: str) -> Read:
    places = [_span(window, said) for window, said in found]
    margin, place = max(places, key=lambda one: one[0])
    span = None if place is None else _trimmed(passage, *place)
    return Read(logistic(_best(found, 0)), logistic(_best(found, 1)), span, margin)


def _span(window: Window, said: _Scored) -> tuple[float, tuple[int, int] | None]:
    """The best start and end, in order and not too far apart, and by how much they beat the place of no answer."""
    length = len(window.offsets)
    nothing = float(said.starts[0] + said.ends[0])
    if not length:
        return -np.inf, None
    told = slice(window.first, window.first + length)
    both = said.starts[told, None] + said.ends[None, told]
    apart = np.arange(length)[None, :] - np.arange(length)[:, None]
    both = np.where((apart >= 0) & (apart < _LONGEST_ANSWER), both, -np.inf)
    start, end = divmod(int(both.argmax()), length)
    return float(both[start, end]) - nothing, (window.offsets[start][0], window.offsets[end][1])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the blanks and the stops that pieces carry along."""
    said = text[start:end]
    start += len(said) - len(said.lstrip(' \n\t\u00a0\u202f«“"(,;:'))
    end -= len(said) - len(said.rstrip(' \n\t\u00a0\u202f»”".,;:'))
    return start, max(start, end)
