"""How does a network become an ONNX graph? Node by node from its weights, without tracing, the same on every run.

Weights go by the names of a BERT checkpoint. Needs ``onnx``, which is not needed to run what comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]

HEAD, POSITIONS, EPSILON = 32, 256, 1e-12
"""Numbers of one attention head; tokens that have a place. Layers and width are as the weights have them."""

Weights = Mapping[str, NDArray[np.float32]]
Shapes = dict[str, list[str | int]]


class Graph:
    """Nodes and constants in the making; each call adds one node and returns its output's name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, op: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        name = out or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=f"{op}_{name}", **attributes))
        return name


def sentence_encoder(weights: Weights) -> onnx.ModelProto:
    """BERT with mean pooling: input_ids (texts, tokens) int64 → vectors (texts, 384) float32 of length 1.

    No mask: texts of one run have the same number of tokens.
    """
    g = Graph()
    # Every token is of side 0, so that row joins the positions.
    x = _encoded(g, weights, _places(g, weights, weights["embeddings.token_type_embeddings.weight"][0]))
    mean = g.add("ReduceMean", x, axes=[1], keepdims=0)
    g.add("LpNormalization", mean, out="vectors", axis=1, p=2)
    return _model(g, "all-MiniLM-L6-v2", ["input_ids"], {"vectors": ["texts", _width(weights)]})


def cross_encoder(weights: Weights) -> onnx.ModelProto:
    """BERT with three heads: input_ids, sides (pairs, tokens) int64 → relevance, spans, support, all float32 logits.

    relevance (pairs, 1) · spans (pairs, tokens, 2) start and end · support (pairs, 3) no, a part, yes. No mask: pairs
    of one run have the same number of tokens.
    """
    g = Graph()
    side = g.constant("side_embeddings", weights["embeddings.token_type_embeddings.weight"])
    places = g.add("Add", _places(g, weights, np.float32(0)), g.add("Gather", side, "sides"))
    x = _encoded(g, weights, places)
    first = g.add("Squeeze", g.add("Gather", x, "zero", axis=1), "one")
    linear(g, weights, "relevance", first, out="relevance")
    linear(g, weights, "span", x, out="spans")
    linear(g, weights, "support", first, out="support")
    shapes: Shapes = {"relevance": ["pairs", 1], "spans": ["pairs", "tokens", 2], "support": ["pairs", 3]}
    return _model(g, "cross-encoder", ["input_ids", "sides"], shapes)


def quantised(model: onnx.ModelProto, target: Path, *, narrow: bool = False) -> None:
    """Writes ``target`` in int8 per channel, and beside it ``.fp32.onnx`` for parity.

    ``narrow`` uses 7 bits: processors without VNNI add pairs of products in 16 bits, which 8 bits can overflow.
    """
    full = target.with_suffix(".fp32.onnx")
    onnx.save(model, full)
    onnx.checker.check_model(str(full))
    quantize_dynamic(
        full,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=narrow,
        op_types_to_quantize=["MatMul", "Gather"],
    )


def _model(g: Graph, name: str, inputs: list[str], outputs: Shapes) -> onnx.ModelProto:
    rows = "texts" if len(inputs) == 1 else "pairs"
    graph = helper.make_graph(
        g.nodes,
        name,
        [helper.make_tensor_value_info(each, TensorProto.INT64, [rows, "tokens"]) for each in inputs],
        [helper.make_tensor_value_info(each, TensorProto.FLOAT, shape) for each, shape in outputs.items()],
        g.constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def _width(weights: Weights) -> int:
    return int(weights["embeddings.word_embeddings.weight"].shape[1])


def _places(g: Graph, weights: Weights, more: NDArray[np.float32] | np.float32) -> str:
    """Position embeddings of the tokens there are, with ``more`` added to each."""
    places = weights["embeddings.position_embeddings.weight"][:POSITIONS]
    positions = g.constant("position_embeddings", places + more)
    tokens = g.add(
        "Slice", g.add("Shape", "input_ids"), g.constant("one", np.array([1])), g.constant("two", np.array([2]))
    )
    return g.add("Slice", positions, g.constant("zero", np.array([0])), tokens)


def _encoded(g: Graph, weights: Weights, places: str) -> str:
    words = g.constant("word_embeddings", weights["embeddings.word_embeddings.weight"])
    x = normed(g, weights, "embeddings.LayerNorm", g.add("Add", g.add("Gather", words, "input_ids"), places))
    for layer in range(sum(name.endswith("attention.self.query.bias") for name in weights)):
        x = transformed(g, weights, f"encoder.layer.{layer}", x)
    return x


def normed(g: Graph, weights: Weights, name: str, x: str) -> str:
    scale = g.constant(f"{name}.scale", weights[f"{name}.weight"])
    bias = g.constant(f"{name}.offset", weights[f"{name}.bias"])
    return g.add("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)


def linear(g: Graph, weights: Weights, name: str, x: str, out: str = "") -> str:
    matrix = g.constant(f"{name}.matrix", weights[f"{name}.weight"].T)
    return g.add("Add", g.add("MatMul", x, matrix), g.constant(f"{name}.vector", weights[f"{name}.bias"]), out=out)


def transformed(g: Graph, weights: Weights, name: str, x: str) -> str:
    """One layer: attention, residual, norm; GELU feed-forward, residual, norm. x (texts, tokens, width)."""
    width = _width(weights)
    shape = g.constant(f"{name}.split", np.array([0, 0, width // HEAD, HEAD]))
    query, key, value = (
        g.add("Reshape", linear(g, weights, f"{name}.attention.self.{part}", x), shape)
        for part in ("query", "key", "value")
    )
    query = g.add("Transpose", query, perm=[0, 2, 1, 3])  # (texts, heads, tokens, 32)
    key = g.add("Transpose", key, perm=[0, 2, 3, 1])  # (texts, heads, 32, tokens)
    value = g.add("Transpose", value, perm=[0, 2, 1, 3])
    root = g.constant(f"{name}.root", np.array(HEAD**0.5, dtype=np.float32))
    attention = g.add("Softmax", g.add("Div", g.add("MatMul", query, key), root), axis=-1)
    mixed = g.add("Transpose", g.add("MatMul", attention, value), perm=[0, 2, 1, 3])
    joined = g.add("Reshape", mixed, g.constant(f"{name}.join", np.array([0, 0, width])))
    heard = linear(g, weights, f"{name}.attention.output.dense", joined)
    x = normed(g, weights, f"{name}.attention.output.LayerNorm", g.add("Add", heard, x))
    wide = gelu(g, name, linear(g, weights, f"{name}.intermediate.dense", x))
    return normed(
        g, weights, f"{name}.output.LayerNorm", g.add("Add", linear(g, weights, f"{name}.output.dense", wide), x)
    )


def gelu(g: Graph, name: str, x: str) -> str:
    """x/2 · (1 + erf(x/√2)), in the order of operations that onnxruntime fuses."""
    share = g.add("Erf", g.add("Div", x, g.constant(f"{name}.sqrt2", np.array(2**0.5, dtype=np.float32))))
    raised = g.add("Add", share, g.constant(f"{name}.one", np.array(1, dtype=np.float32)))
    return g.add("Mul", g.add("Mul", x, raised), g.constant(f"{name}.half", np.array(0.5, dtype=np.float32)))
