"""The graph of an ONNX file, walked back from its output as a chain of dense layers."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS
from clearprop.imports.chain import Affine, Piece, columnwise
from clearprop.imports.onnx_patterns import pattern_of

RULES = {
    "Tanh": "tanh", "Sigmoid": "sigmoid", "Relu": "relu", "Softplus": "softplus",
    "Softmax": "softmax", "Gelu": "gelu", "Elu": "elu", "Identity": "identity",
    "Softsign": "softsign", "LogSoftmax": "softmax",
}  # fmt: skip
"""The activation functions that operators without other settings compute."""
SKIPPED = ("Identity", "Dropout", "Cast", "Flatten", "Reshape", "Squeeze", "ZipMap", "Normalizer")
"""Operators that change no number of a chain."""


class OnnxGraph:
    """The nodes and constants of a graph."""

    def __init__(self, graph: Any) -> None:
        from onnx import helper, numpy_helper

        self.helper = helper
        self.graph = graph
        self.constants: dict[str, FloatArray] = {}
        for each in graph.initializer:
            if each.external_data:
                raise refuse(each.name, "its numbers are in another file.", "one file for all.")
            self.constants[each.name] = numpy_helper.to_array(each)
        self.producers: dict[str, Any] = {
            name: node for node in graph.node for name in node.output if name
        }
        for node in graph.node:
            if node.op_type == "Constant" and node.attribute[0].name == "value":
                self.constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        for node in graph.node:  # exporters name a constant twice
            if node.op_type == "Identity" and node.input[0] in self.constants:
                self.constants[node.output[0]] = self.constants[node.input[0]]
        floats = [array for array in self.constants.values() if array.ndim == 2]
        self.is_single = bool(floats) and all(array.dtype == np.float32 for array in floats)

    @property
    def inputs(self) -> dict[str, int]:
        """The number of columns of each input; old files list their constants among these."""
        found = {}
        for each in self.graph.input:
            if each.name not in self.constants:
                shape = each.type.tensor_type.shape.dim
                found[each.name] = shape[-1].dim_value if len(shape) > 1 else 1
        return found

    @property
    def gives_logarithms(self) -> bool:
        """Whether the answer is the logarithm of probabilities."""
        node = self.producers.get(self.answer)
        return node is not None and node.op_type == "LogSoftmax"

    @property
    def answer(self) -> str:
        """The output that is walked back from: the last one, where labels come first."""
        return self.graph.output[-1].name

    def chain(self) -> tuple[list[Piece], bool]:
        """Return the pieces in their order, and whether both classes of two came out."""
        pieces: list[Piece] = []
        name, is_pair, inputs = self.answer, False, self.inputs
        for _ in range(len(self.graph.node) + 1):
            if name in inputs and len(inputs) == 1:
                return pieces, is_pair
            node = self.producers.get(name)
            if node is None:
                raise refuse(name, "nothing computes it.", "a whole graph.")
            if self.joins_columns(node):
                return [self.columns_into(name, len(self.graph.node)), *pieces], is_pair
            before, found, pair = self.step(node)
            is_pair |= pair
            pieces = [*found, *pieces]
            name = before
        raise refuse(name, "its graph runs in a circle.", "a whole graph.")

    def joins_columns(self, node: Any) -> bool:
        """Return whether a node puts columns side by side, which come from the input each."""
        return node.op_type in ("Concat", "FeatureVectorizer") and not self.is_pair(node)

    def is_pair(self, node: Any) -> bool:
        """Return whether a node makes both probabilities of two classes: 1 − p beside p."""
        if node.op_type != "Concat" or len(node.input) != 2:
            return False
        first = self.producers.get(node.input[0])
        return first is not None and first.op_type == "Sub" and node.input[1] in first.input

    def columns_into(self, name: str, left: int) -> Affine:
        """Return what is computed of the inputs, side by side, up to a result: an affine map."""
        widths = self.inputs
        if name in widths:
            order = list(widths)
            first = sum(widths[each] for each in order[: order.index(name)])
            every = np.eye(sum(widths.values()))
            return Affine(every[:, first : first + widths[name]], np.zeros(widths[name]))
        node = self.producers.get(name)
        if node is None or left < 0:
            raise refuse(name, "nothing computes it.", "a whole graph.")
        if self.joins_columns(node):
            parts = [self.columns_into(each, left - 1) for each in node.input]
            W = np.concatenate([part.W for part in parts], axis=1)
            return Affine(W, np.concatenate([part.b for part in parts]))
        if node.op_type in ("ArrayFeatureExtractor", "Gather"):
            before = self.columns_into(node.input[0], left - 1)
            places = self.constants[node.input[1]].ravel().astype(int)
            return Affine(before.W[:, places], before.b[places])
        given, found, _ = self.step(node)
        together = self.columns_into(given, left - 1)
        for piece in found:
            if not isinstance(piece, Affine):
                raise self.refuse(node, "it stands before columns are put side by side")
            together = together.then(piece)
        return together

    def step(self, node: Any) -> tuple[str, list[Piece], bool]:
        """Return what a node takes, what it computes, and whether it makes a pair of classes."""
        operator = node.op_type
        settings = {each.name: self.helper.get_attribute_value(each) for each in node.attribute}
        varying = [name for name in node.input if name and name not in self.constants]
        if self.is_pair(node):
            return varying[1], [], True
        pattern = pattern_of(self, node)
        if pattern is not None:
            given, rule, times = pattern
            scale = [] if times == 1 else [self.elementwise(node, times, 0.0)]
            return given, [ACTIVATIONS.make(rule), *scale], False
        if len(varying) != 1:
            raise self.refuse(node, f"it takes {len(varying)} results of others")
        given = varying[0]
        known = [self.constants[name] for name in node.input if name in self.constants]
        if operator in SKIPPED:
            return given, [], False
        if operator in RULES:
            if settings.get("alpha", 1.0) != 1.0 or settings.get("approximate", b"none") != b"none":
                raise self.refuse(node, f"its settings are {settings}")
            return given, [ACTIVATIONS.make(RULES[operator])], False
        if operator == "LeakyRelu":
            slope = float(settings.get("alpha", 0.01))
            return given, [ACTIVATIONS.make(f"leaky_relu({slope!r})")], False
        reader = getattr(self, f"_{operator.lower()}", None)
        if reader is None:
            raise self.refuse(node, "it is no dense layer and no activation function")
        return given, [reader(node, [k.astype(np.float64) for k in known], settings)], False

    def _clip(self, node: Any, known: list[FloatArray], settings: Mapping[str, Any]) -> Piece:
        ends = [float(np.ravel(each)[0]) for each in known]
        ends = ends or [settings.get(name, np.nan) for name in ("min", "max")]
        if ends != [-1.0, 1.0]:
            raise self.refuse(node, f"it holds numbers between {ends}")
        return ACTIVATIONS.make("hard_tanh")

    def _gemm(self, node: Any, known: list[FloatArray], settings: Mapping[str, Any]) -> Piece:
        if settings.get("transA", 0) or node.input[0] in self.constants:
            raise self.refuse(node, "samples stand in its columns")
        W = known[0].T if settings.get("transB", 0) else known[0]
        b = known[1] if len(known) > 1 else np.zeros(W.shape[1])
        biases = np.broadcast_to(np.ravel(b), W.shape[1:])
        return Affine(settings.get("alpha", 1.0) * W, settings.get("beta", 1.0) * biases)

    def _matmul(self, node: Any, known: list[FloatArray], settings: Mapping[str, Any]) -> Piece:
        if node.input[0] in self.constants:
            raise self.refuse(node, "samples stand in its columns")
        return Affine(known[0], np.zeros(known[0].shape[1]))

    def _add(self, node: Any, known: list[FloatArray], settings: Mapping[str, Any]) -> Piece:
        return self.elementwise(node, 1.0, known[0])

    def _sub(self, node: Any, known: list[FloatArray], settings: Mapping[str, Any]) -> Piece:
        if node.input[0] in self.constants:
            return self.elementwise(node, -1.0, known[0])
        return self.elementwise(node, 1.0, -known[0])

    def _mul(self, node: Any, known: list[FloatArray], settings: Mapping[str, Any]) -> Piece:
        return self.elementwise(node, known[0], 0.0)

    def _div(self, node: Any, known: list[FloatArray], settings: Mapping[str, Any]) -> Piece:
        if node.input[0] in self.constants:
            raise self.refuse(node, "it divides by what it is given")
        return self.elementwise(node, 1.0 / known[0], 0.0)

    def _scaler(self, node: Any, known: list[FloatArray], settings: Mapping[str, Any]) -> Piece:
        return columnwise(np.array(settings["offset"]), np.array(settings["scale"]))

    def _batchnormalization(
        self, node: Any, known: list[FloatArray], settings: Mapping[str, Any]
    ) -> Piece:
        scale, offset, mean, variance = known
        rate = scale / np.sqrt(variance + settings.get("epsilon", 1e-5))
        return columnwise(mean, rate, offset)

    def elementwise(self, node: Any, rate: FloatArray | float, offset: FloatArray | float) -> Piece:
        """Return a map of each column by itself, of as many columns as there are."""
        units = max(np.size(rate), np.size(offset), self.width(node))
        full = [np.broadcast_to(np.ravel(each), (units,)) for each in (rate, offset)]
        return columnwise(np.zeros(units), full[0], full[1])

    def width(self, node: Any) -> int:
        """Return the number of columns that a node gives, from the weights before it."""
        name = next(name for name in node.input if name not in self.constants)
        for _ in range(len(self.graph.node) + 1):
            if name in self.inputs:
                return self.inputs[name]
            before = self.producers[name]
            known = [self.constants[n] for n in before.input if n in self.constants]
            settings = {a.name: self.helper.get_attribute_value(a) for a in before.attribute}
            if before.op_type in ("Gemm", "MatMul"):
                return known[0].shape[0 if settings.get("transB", 0) else 1]
            if before.op_type in ("ArrayFeatureExtractor", "Gather"):
                return known[0].size
            if before.op_type == "Scaler":
                return len(settings["scale"])
            if self.joins_columns(before):
                return self.columns_into(name, len(self.graph.node)).W.shape[1]
            name = next(n for n in before.input if n not in self.constants)
        raise refuse(name, "its graph runs in a circle.", "a whole graph.")

    def refuse(self, node: Any, why: str) -> InputError:
        """Return the error for a node that belongs to no chain."""
        what = f"{node.op_type} {node.name!r}".strip()
        return refuse(what, f"{why}.", "a chain of dense layers.")


def refuse(value: Any, why: str, hint: str) -> InputError:
    """Return the error for a part of a file."""
    return invalid_argument("source", str(value), why, hint)
