"""An ONNX file: a chain of dense layers, walked back from its output; or an export of clearprop.

A file of clearprop says in its metadata what its columns and classes are. Of any other file, the
numbers that come out are read: probabilities where labels are given as well.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument
from clearprop._extras import is_installed, require
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS
from clearprop.imports.chain import Affine, Piece, columnwise
from clearprop.imports.source import (
    Answers,
    Asked,
    Imported,
    Source,
    exported,
    has_ending,
)

MAX_BYTES = 1 << 31
RULES = {
    "Tanh": "tanh", "Sigmoid": "sigmoid", "Relu": "relu", "Softplus": "softplus",
    "Softmax": "softmax", "Gelu": "gelu", "Elu": "elu", "Identity": "identity",
}  # fmt: skip
"""The activation functions that operators without other settings compute."""
SKIPPED = ("Identity", "Dropout", "Cast", "Flatten", "Reshape", "Squeeze", "ZipMap", "Normalizer")
"""Operators that change no number of a chain."""


class OnnxFile(Source):
    """An .onnx file."""

    name = "ONNX file"

    def recognises(self, given: Any) -> bool:
        """Return whether its name ends so."""
        return has_ending(given, ".onnx")

    def read(self, given: Any, asked: Asked) -> Imported:
        """Return the chain; onnxruntime answers for the proof where it is installed."""
        require("an ONNX file", "onnx")
        import onnx

        if Path(given).stat().st_size > MAX_BYTES:
            raise _refuse(given, "it is larger than 2 GB.", "a smaller network.")
        try:
            model = onnx.load(given, load_external_data=False)
        except Exception as error:  # protobuf's errors have no base of their own
            raise _refuse(given, f"it is no ONNX file ({error}).", "another file.") from None
        kept = {each.key: each.value for each in model.metadata_props}
        graph = _Graph(model.graph)
        if "clearprop" in kept:
            return _own(given, graph, kept["clearprop"])
        try:
            pieces, is_pair = graph.chain()
        except InputError:
            raise
        except (LookupError, StopIteration, TypeError, ValueError, AttributeError) as error:
            why = f"its graph cannot be followed ({error})."
            raise _refuse(given, why, "a whole graph of dense layers.") from None
        dtype = "float32" if graph.is_single else "float64"
        inputs = [each for each in model.graph.input if each.name not in graph.constants]
        answers = None if is_pair or len(inputs) != 1 else _answers(given, graph, dtype)
        return Imported(tuple(pieces), None, None, dtype, answers, "onnxruntime")


class _Graph:
    """The nodes and constants of a graph."""

    def __init__(self, graph: Any) -> None:
        from onnx import helper, numpy_helper

        self.helper = helper
        self.graph = graph
        self.constants: dict[str, FloatArray] = {}
        for each in graph.initializer:
            if each.external_data:
                raise _refuse(each.name, "its numbers are in another file.", "one file for all.")
            self.constants[each.name] = numpy_helper.to_array(each)
        self.producers = {name: node for node in graph.node for name in node.output if name}
        for node in graph.node:
            if node.op_type == "Constant" and node.attribute[0].name == "value":
                self.constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        floats = [array for array in self.constants.values() if array.ndim == 2]
        self.is_single = bool(floats) and all(array.dtype == np.float32 for array in floats)

    @property
    def answer(self) -> str:
        """The output that is walked back from: the last one, where labels come first."""
        return self.graph.output[-1].name

    def chain(self) -> tuple[list[Piece], bool]:
        """Return the pieces in their order, and whether both classes of two came out."""
        pieces: list[Piece] = []
        name, is_pair = self.answer, False
        inputs = {each.name for each in self.graph.input}
        while name not in inputs:
            node = self.producers.get(name)
            if node is None:
                raise _refuse(name, "nothing computes it.", "a whole graph.")
            before, found, pair = self.step(node)
            is_pair |= pair
            pieces = [*found, *pieces]
            name = before
        return pieces, is_pair

    def step(self, node: Any) -> tuple[str, list[Piece], bool]:
        """Return what a node takes, what it computes, and whether it makes a pair of classes."""
        operator = node.op_type
        settings = {each.name: self.helper.get_attribute_value(each) for each in node.attribute}
        varying = [name for name in node.input if name and name not in self.constants]
        if operator == "Concat" and len(varying) == 2:
            first = self.producers.get(varying[0])
            if first is not None and first.op_type == "Sub" and varying[1] in first.input:
                return varying[1], [], True
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
        """Return the number of columns that a node gives, from the weights before or behind it."""
        name = next(name for name in node.input if name not in self.constants)
        while True:
            for each in self.graph.input:
                if each.name == name:
                    shape = each.type.tensor_type.shape.dim
                    return shape[-1].dim_value if shape else 1
            before = self.producers[name]
            known = [self.constants[n] for n in before.input if n in self.constants]
            settings = {a.name: self.helper.get_attribute_value(a) for a in before.attribute}
            if before.op_type in ("Gemm", "MatMul"):
                return known[0].shape[0 if settings.get("transB", 0) else 1]
            if before.op_type == "Scaler":
                return len(settings["scale"])
            name = next(n for n in before.input if n not in self.constants)

    def refuse(self, node: Any, why: str) -> InputError:
        """Return the error for a node that belongs to no chain."""
        what = f"{node.op_type} {node.name!r}".strip()
        return _refuse(what, f"{why}.", "a chain of dense layers.")


def _own(given: Any, graph: _Graph, text: str) -> Imported:
    """Return the model that clearprop exported."""
    pieces: list[Piece] = []
    if "shift" in graph.constants:
        shift = graph.constants["shift"].astype(np.float64)
        pieces.append(columnwise(shift, np.ones(len(shift))))
    count = 1
    while f"W{count}" in graph.constants and f"b{count}" in graph.constants:
        W, b = graph.constants[f"W{count}"], graph.constants[f"b{count}"]
        pieces.append(Affine(W.astype(np.float64), b.astype(np.float64)))
        count += 1
    # in float32 the shift would lose the digits that it keeps
    single = graph.is_single and "shift" not in graph.constants
    return exported(tuple(pieces), text, "float32" if single else "float64")


def _answers(given: Any, graph: _Graph, dtype: str) -> Answers | None:
    """Return the file as a function of columns, where onnxruntime is installed."""
    if not is_installed("onnxruntime"):
        return None

    def answers(columns: Mapping[str, Sequence[Any]]) -> FloatArray:
        import onnxruntime

        session = onnxruntime.InferenceSession(given, providers=["CPUExecutionProvider"])
        (entry,) = session.get_inputs()
        kind = np.float64 if "double" in entry.type else np.float32
        X = np.column_stack([np.asarray(values, dtype=kind) for values in columns.values()])
        found = session.run([graph.answer], {entry.name: X})[0]
        if isinstance(found, list):  # a ZipMap's dicts
            found = np.array([list(each.values()) for each in found])
        return np.asarray(found)

    return answers


def _refuse(value: Any, why: str, hint: str) -> InputError:
    return invalid_argument("source", str(value), why, hint)
