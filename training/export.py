"""The reader as one ONNX file: the graph written node by node, the weights at 8 bits, the tokenizer inside.

Weights lie between -64 and 63, one scale a column: on a processor without VNNI the product of an unsigned and a signed
byte is summed in 16 bits and would overflow at the full range ("reduced range" in onnxruntime's guide to quantisation).
Activations are measured at run time. The vocabulary, two thirds of the file, is read a row at a time and keeps 8 bits.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from tokenizers import Tokenizer

from ragcare.index.embedders.e5.graph import Graph
from ragcare.reader.model_file import FORMAT
from training.model import SPECIAL, TASKS, ReaderModel

_REDUCED: Final = 63  # of a weight, so that unsigned by signed bytes cannot overflow 16 bits in pairs
_FULL: Final = 127

Array = NDArray[Any]


class _Graph(Graph):
    """Nodes and weights as they are written, the matrices at 8 bits if `small`."""

    def __init__(self, small: bool) -> None:
        super().__init__()
        self.small = small
        self._quantised: dict[str, tuple[str, str, str]] = {}

    def linear(self, x: str, name: str, weight: Array, bias: Array) -> str:
        """X times a matrix of (out, in), plus the bias."""
        if not self.small:
            product = self("MatMul", x, self.weight(f"{name}.weight", weight.T))
        else:
            scale = np.abs(weight).max(1).clip(1e-9) / _REDUCED
            whole = np.round(weight / scale[:, None]).astype(np.int8).T
            if x not in self._quantised:
                self._quantised[x] = tuple(self("DynamicQuantizeLinear", x, outputs=3))
            bytes_, step, zero = self._quantised[x]
            summed = self("MatMulInteger", bytes_, self.weight(f"{name}.weight", whole), zero)
            scales = self("Mul", step, self.weight(f"{name}.scale", scale.astype(np.float32)))
            product = self("Mul", self("Cast", summed, to=TensorProto.FLOAT), scales)
        return str(self("Add", product, self.weight(f"{name}.bias", bias)))

    def rows(self, name: str, table: Array, numbers: str) -> str:
        """The rows of a table, by number."""
        if not self.small:
            return str(self("Gather", self.weight(name, table), numbers))
        scale = np.abs(table).max(1, keepdims=True).clip(1e-9) / _FULL
        whole = np.round(table / scale).astype(np.int8)
        found = self("Cast", self("Gather", self.weight(name, whole), numbers), to=TensorProto.FLOAT)
        return str(self("Mul", found, self("Gather", self.weight(f"{name}.scale", scale.astype(np.float32)), numbers)))


def graph(model: ReaderModel, *, small: bool) -> onnx.ModelProto:
    """The model as ONNX: `pieces`, `segments` and `real` of (batch, length) in; `scores`, `starts` and `ends` out.

    Args:
        model: in float32.
        small: matrices at 8 bits; otherwise float32, to compare with.
    """
    shape = model.shape
    weights: dict[str, Array] = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    g = _Graph(small)

    length = g("Shape", "pieces", start=1, end=2)
    places = g(
        "Slice", g.weight("positions", weights["encoder.positions.weight"]), g.constant(0), length, g.constant(0)
    )
    x = g("Add", g.rows("words", weights["encoder.words.weight"], "pieces"), places)
    x = g("Add", x, g("Gather", g.weight("segment", weights["encoder.segments.weight"]), "segments"))
    x = g("Add", x, g("Gather", g.weight("matched", weights["encoder.matched.weight"]), _matched(g)))
    x = _norm(g, x, "encoder.norm", weights, shape.epsilon)

    there = g("Cast", "real", to=TensorProto.FLOAT)
    missing = g("Mul", g("Sub", g.scalar(1.0), there), g.scalar(-1e4))
    mask = g("Unsqueeze", missing, g.constant(1, 2))
    for number in range(shape.layers):
        x = _layer(g, x, mask, f"encoder.layers.{number}", weights, model)

    # the heads are tiny and stay in float32
    g.small = False
    column = g("Unsqueeze", there, g.constant(2))
    told = g("Mul", g("Unsqueeze", g("Cast", "segments", to=TensorProto.FLOAT), g.constant(2)), column)
    question, passage = (
        _unit(g, g("ReduceSum", g("Mul", x, part), g.constant(1), keepdims=0), shape.hidden)
        for part in (g("Sub", column, told), told)
    )
    first = g("Squeeze", g("Slice", x, g.constant(0), g.constant(1), g.constant(1)), g.constant(1))
    apart = g("Abs", g("Sub", question, passage))
    seen = g("Concat", first, g("Mul", question, passage), apart, axis=1)
    pooled = g("Tanh", g.linear(seen, "pooled", weights["pooled.weight"], weights["pooled.bias"]))
    scores = g.linear(pooled, "score", weights["score.weight"], weights["score.bias"])

    rest = g("Slice", told, g.constant(1), g.constant(2**31 - 1), g.constant(1))
    head = g("Slice", column, g.constant(0), g.constant(1), g.constant(1))
    barred = g("Mul", g("Sub", g.scalar(1.0), g("Concat", head, rest, axis=1)), g.scalar(-1e4))
    spans = g("Add", g.linear(x, "span", weights["span.weight"], weights["span.bias"]), barred)
    nothing = g("Squeeze", g("Slice", spans, g.constant(0), g.constant(1), g.constant(1)), g.constant(1))
    somewhere = g("Slice", spans, g.constant(1), g.constant(2**31 - 1), g.constant(1))
    beats = g("Sub", g("ReduceLogSumExp", somewhere, g.constant(1), keepdims=0), nothing)
    belief = np.array([[0.0, float(weights["belief"][0]), 0.0]], dtype=np.float32)
    beats = g("ReduceSum", beats, g.constant(1), keepdims=1)
    scores = g("Add", scores, g("Mul", beats, g.weight("belief", belief)))

    starts, ends = (g("Squeeze", one, g.constant(2)) for one in g("Split", spans, axis=2, num_outputs=2, outputs=2))
    for made, name in ((scores, "scores"), (starts, "starts"), (ends, "ends")):
        g.nodes.append(helper.make_node("Identity", [made], [name]))

    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("pieces", "segments", "real")
    ]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", len(TASKS)])]
    outputs += [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "length"]) for name in ("starts", "ends")
    ]
    return g.model("reader", inputs, outputs)


def _matched(g: _Graph) -> str:
    """`training.model.matched`, in nodes."""

    def side_by_side(name: str) -> tuple[str, str]:
        return g("Unsqueeze", name, g.constant(2)), g("Unsqueeze", name, g.constant(1))

    across = g("Not", g("Equal", *side_by_side("segments")))
    both = g("And", g("Equal", *side_by_side("pieces")), across)
    found = g("ReduceMax", g("Cast", both, to=TensorProto.INT32), g.constant(2), keepdims=0)
    plain = g("Not", g("Less", "pieces", g.constant(SPECIAL)))
    return str(g("Mul", found, g("Cast", plain, to=TensorProto.INT32)))


def _norm(g: _Graph, x: str, name: str, weights: dict[str, Array], epsilon: float) -> str:
    return g.norm(x, name, weights[f"{name}.weight"], weights[f"{name}.bias"], epsilon)


def _unit(g: _Graph, x: str, width: int) -> str:
    """Each row at the length of the root of its width."""
    length = g("ReduceL2", x, g.constant(1), keepdims=1)
    return str(g("Mul", g("Div", x, g("Max", length, g.scalar(1e-12))), g.scalar(width**0.5)))


def _layer(g: _Graph, x: str, mask: str, name: str, weights: dict[str, Array], model: ReaderModel) -> str:
    heads, width = model.shape.heads, model.shape.hidden
    each = width // heads

    def of(*parts: str) -> Array:
        return np.concatenate([weights[f"{name}.{part}"] for part in parts])

    # one product for queries, keys and values; the root of the head's width goes into the queries
    matrix, bias = of("query.weight", "key.weight", "value.weight"), of("query.bias", "key.bias", "value.bias")
    matrix[:width] /= np.sqrt(each)
    bias[:width] /= np.sqrt(each)
    together = g("Reshape", g.linear(x, f"{name}.seen", matrix, bias), g.constant(0, 0, 3, heads, each))
    queries, keys, values = g("Split", together, axis=2, num_outputs=3, outputs=3)

    def side(part: str, *order: int) -> str:
        return str(g("Transpose", g("Squeeze", part, g.constant(2)), perm=list(order)))

    weighed = g("Add", g("MatMul", side(queries, 0, 2, 1, 3), side(keys, 0, 2, 3, 1)), mask)
    seen = g("MatMul", g("Softmax", weighed, axis=-1), side(values, 0, 2, 1, 3))
    seen = g("Reshape", g("Transpose", seen, perm=[0, 2, 1, 3]), g.constant(0, 0, width))
    mixed = g.linear(seen, f"{name}.mixed", weights[f"{name}.mixed.weight"], weights[f"{name}.mixed.bias"])
    x = _norm(g, g("Add", x, mixed), f"{name}.mixed_norm", weights, model.shape.epsilon)
    wide = g("Gelu", g.linear(x, f"{name}.widen", weights[f"{name}.widen.weight"], weights[f"{name}.widen.bias"]))
    narrow = g.linear(wide, f"{name}.narrow", weights[f"{name}.narrow.weight"], weights[f"{name}.narrow.bias"])
    return _norm(g, g("Add", x, narrow), f"{name}.narrow_norm", weights, model.shape.epsilon)


def export(
    model: ReaderModel, tokenizer: Tokenizer, path: Path, *, small: bool = True, about: dict[str, Any] | None = None
) -> str:
    """Writes the model with its tokenizer as one file, and its SHA-256 in one beside it.

    Args:
        model: in float32.
        tokenizer: the pruned one; it travels in the file's metadata.
        path: of the file, such as `reader.onnx`; the checksum goes to `reader.onnx.sha256`.
        small: matrices at 8 bits.
        about: what else a reader of the file should know, such as the steps and pairs of its training.

    Returns:
        The checksum.
    """
    made = graph(model, small=small)
    told = {
        "format": FORMAT,
        "about": json.dumps(about or {}),
        "tasks": json.dumps(TASKS),
        "tokenizer": tokenizer.to_str(),
    }
    helper.set_model_props(made, told)
    content = made.SerializeToString(deterministic=True)
    digest = hashlib.sha256(content).hexdigest()
    path.write_bytes(content)
    path.with_name(path.name + ".sha256").write_text(f"{digest}  {path.name}\n", encoding="ascii")
    return digest
