"""The ONNX graph of a program: columns, layers, answer and standard deviation as nodes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.data import CategoricalColumn, Column, NumericColumn
from clearprop.export.describe import version
from clearprop.export.deviation import Deviation, Member
from clearprop.export.kernels import (
    Call,
    Choice,
    Constant,
    Expression,
    Formula,
    Negative,
    Operation,
    Variable,
    formula_of,
)
from clearprop.export.program import Classes, Labels, Numbers, Program, TwoClasses
from clearprop.export.special import KERNELS

OPSET, IR_VERSION, ML_OPSET = 17, 8, 3
"""What every runtime since 2022 loads; newer ones would shut some out."""
ML = "ai.onnx.ml"
OPERATORS = {
    "exp": "Exp", "log": "Log", "tanh": "Tanh", "sqrt": "Sqrt", "abs": "Abs", "floor": "Floor",
    "min": "Min", "max": "Max", "pow": "Pow", "sin": "Sin", "cos": "Cos", "atan": "Atan",
    "+": "Add", "-": "Sub", "*": "Mul", "/": "Div", ">": "Greater", ">=": "GreaterOrEqual",
    "<": "Less", "<=": "LessOrEqual", "==": "Equal",
}  # fmt: skip
"""Operators of functions and signs that runtimes know for float and for double."""
LIMITS = {"float64": 1e150, "float32": 3.4e38}


class OnnxGraph:
    """Builds the graph of a program."""

    def __init__(self, program: Program) -> None:
        from onnx import TensorProto, helper, numpy_helper

        self.helper, self.numpy_helper, self.types = helper, numpy_helper, TensorProto
        self.program = program
        self.number = TensorProto.DOUBLE if program.dtype == "float64" else TensorProto.FLOAT
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}
        self.taken = {column.name for column in program.columns}

    def model(self, head: Sequence[str]) -> Any:
        """Return the whole file as a protobuf message."""
        features = [self.features(column) for column in self.program.columns]
        x = a = features[0] if len(features) == 1 else self.add("Concat", *features, axis=1)
        if self.program.layers[0].shift is not None:
            a = self.add("Sub", a, self.constant("shift", self.program.layers[0].shift))
        for n, layer in enumerate(self.program.layers, 1):
            W, b = self.constant(f"W{n}", layer.W), self.constant(f"b{n}", layer.b)
            z = self.add("Gemm", a, W, b, name=f"z{n}")
            a = self.activation(layer.activation, z, f"a{n}")
        outputs = self.answer(a)
        if self.program.deviation is not None:
            outputs += self.deviation(self.program.deviation, x)
        graph = self.helper.make_graph(
            self.nodes,
            self.program.name,
            [self.input(column) for column in self.program.columns],
            outputs,
            list(self.constants.values()),
            doc_string="\n".join(head),
        )
        model = self.helper.make_model(
            graph,
            opset_imports=[
                self.helper.make_opsetid("", OPSET),
                self.helper.make_opsetid(ML, ML_OPSET),
            ],
            ir_version=IR_VERSION,
            producer_name="clearprop",
            producer_version=version(),
        )
        self.helper.set_model_props(
            model, {"clearprop": json.dumps(self.program.record, ensure_ascii=False)}
        )
        return model

    def input(self, column: Column) -> Any:
        """Return the input of a column: any number of rows, one value each."""
        kind = self.types.STRING if isinstance(column, CategoricalColumn) else self.number
        return self.helper.make_tensor_value_info(column.name, kind, ["rows", 1])

    def add(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add a node and return the name of what it gives."""
        given = self.free(name or operator.lower())
        domain = ML if operator == "OneHotEncoder" else ""
        says = attributes.pop("says", given)
        self.nodes.append(
            self.helper.make_node(
                operator, list(inputs), [given], name=says, domain=domain, **attributes
            )
        )
        return given

    def free(self, name: str) -> str:
        """Return a name that nothing else in the graph has."""
        unique, count = name, 1
        while unique in self.taken:
            count += 1
            unique = f"{name}_{count}"
        self.taken.add(unique)
        return unique

    def constant(self, name: str, value: FloatArray | float, dtype: str | None = None) -> str:
        """Return the name of a constant; equal numbers share one."""
        array = np.asarray(value, dtype=dtype or self.program.dtype, order="C")
        if array.ndim == 0 and name in self.constants:
            return name
        unique = self.free(name)
        self.constants[unique] = self.numpy_helper.from_array(array, unique)
        return unique

    def scalar(self, value: float) -> str:
        """Return the name of a number."""
        return self.constant(f"number_{np.asarray(value, self.program.dtype)!s}", value)

    def features(self, column: Column) -> str:
        """Add what turns a column into its features; a value that cannot be used stops the run."""
        if isinstance(column, CategoricalColumn):
            one_hot = self.add(
                "OneHotEncoder",
                column.name,
                cats_strings=list(column.categories),
                zeros=0,
                says=f"column {column.name}: no known text",
            )
            flat = self.add("Flatten", one_hot, axis=1)
            return self.add("Cast", flat, to=self.number)
        assert isinstance(column, NumericColumn)
        x, missing = column.name, ""
        if column.fill is not None:
            missing = self.add("IsNaN", x)
            x = self.add("Where", missing, self.scalar(column.fill), x)
        # no operator refuses NaN, but a place that does not exist does
        size = self.add("Abs", x)
        usable = self.add("LessOrEqual", size, self.scalar(LIMITS[self.program.dtype]))
        place = self.add("Cast", self.add("Not", usable), to=self.types.INT64)
        zeros = self.constant("zeros", np.zeros(1)) if "zeros" not in self.constants else "zeros"
        nothing = self.add("Gather", zeros, place, says=f"column {column.name}: no finite number")
        x = self.add("Add", x, nothing)
        if column.says_missing:
            x = self.add("Concat", x, self.add("Cast", missing, to=self.number), axis=1)
        return x

    def activation(self, rule: Activation, z: str, name: str) -> str:
        """Add an activation function."""
        if rule.is_identity:
            return z
        if rule.sums_to_one:
            return self.add("Softmax", z, name=name, axis=1)
        if rule.onnx:
            return self.add(rule.onnx, z, name=name)
        return self.formula(self.program.formula(rule), {"z": z})

    def formula(self, formula: Formula, given: Mapping[str, str]) -> str:
        """Add a formula, and return the name of its result."""
        known = dict(given)
        for name, expression in formula.lines:
            known[name] = self.expression(expression, known)
        return self.expression(formula.result, known)

    def expression(self, expression: Expression, known: Mapping[str, str]) -> str:
        """Add an expression, and return the name of its result."""
        match expression:
            case Constant(value):
                return self.scalar(value)
            case Variable(name):
                return known[name]
            case Negative(operand):
                return self.add("Neg", self.expression(operand, known))
            case Operation(sign, left, right):
                sides = self.expression(left, known), self.expression(right, known)
                return self.add(OPERATORS[sign], *sides)
            case Choice(left, comparison, right, then, otherwise):
                sides = self.expression(left, known), self.expression(right, known)
                test = self.add(OPERATORS[comparison], *sides)
                chosen = self.expression(then, known), self.expression(otherwise, known)
                return self.add("Where", test, *chosen)
            case Call(function, arguments):
                inner = [self.expression(each, known) for each in arguments]
                if function in KERNELS:
                    formula = formula_of(KERNELS[function])
                    return self.formula(formula, dict(zip(formula.arguments, inner, strict=True)))
                return self.add(OPERATORS[function], *inner)

    def answer(self, a: str) -> list[Any]:
        """Add what turns the last activations into the answer, and return the outputs."""
        answer, describe = self.program.answer, self.helper.make_tensor_value_info
        if isinstance(answer, Numbers):
            outputs = []
            for k, name in enumerate(answer.names):
                place = self.constant(f"output_{k}", np.array([k]), "int64")
                given = self.add("Gather", a, place, axis=1, name=name)
                outputs.append(describe(given, self.number, ["rows", 1]))
            return outputs
        if getattr(answer, "clip", False):
            a = self.add("Clip", a, self.scalar(0.0), self.scalar(1.0))
        label, probabilities = answer_names(self.program)
        kinds: dict[type, int] = {
            str: self.types.STRING,
            bool: self.types.BOOL,
            int: self.types.INT64,
            float: self.types.DOUBLE,
        }
        kind, shape = self.types.INT64, ["rows", answer.count]
        if isinstance(answer, Labels):
            self.finish("Identity", a, probabilities)
            half = self.add("Greater", a, self.scalar(0.5))
            self.finish("Cast", half, label, to=kind)
        else:
            assert isinstance(answer, Classes | TwoClasses)
            kind, shape = kinds[type(answer.classes[0])], ["rows"]
            if isinstance(answer, TwoClasses):
                second = self.add("Greater", a, self.scalar(0.5))
                column = self.add("Cast", second, to=self.types.INT64)
                flat = self.constant("flat", np.array([-1]), "int64")
                place = self.add("Reshape", column, flat)
                first = self.add("Sub", self.scalar(1.0), a)
                self.nodes.append(
                    self.helper.make_node("Concat", [first, a], [probabilities], axis=1)
                )
            else:
                if answer.divide:
                    a = self.shares(a, answer.count)
                self.finish("Identity", a, probabilities)
                place = self.add("ArgMax", a, axis=1, keepdims=0)
            self.nodes.append(
                self.helper.make_node("Gather", [self.classes(answer), place], [label])
            )
        return [
            describe(label, kind, shape),
            describe(probabilities, self.number, ["rows", answer.count]),
        ]

    def deviation(self, deviation: Deviation, x: str) -> list[Any]:
        """Add what computes standard deviations, and return the outputs."""
        shift = self.constant("std_shift", deviation.shift)
        scaled = self.add("Sub", x, shift)
        scaled = self.add("Mul", scaled, self.constant("std_rate", deviation.rate))
        moments = [
            (member.weight, *self.moments(r, member, scaled))
            for r, member in enumerate(deviation.members, 1)
        ]
        centre = self.total([self.add("Mul", self.scalar(w), mean) for w, mean, _ in moments])
        parts = []
        for weight, mean, variance in moments:
            apart = self.add("Sub", mean, centre)
            square = self.add("Mul", apart, apart)
            spread = square if variance is None else self.add("Add", variance, square)
            parts.append(self.add("Mul", self.scalar(weight), spread))
        variance = self.add("Add", self.total(parts), self.scalar(deviation.noise))
        size = self.constant("std_spread", deviation.spread)
        std = self.add("Mul", self.add("Sqrt", variance), size)
        outputs, describe = [], self.helper.make_tensor_value_info
        for k, name in enumerate(self.program.answer.names):
            named = "std" if len(deviation.spread) == 1 else f"std({name})"
            place = self.constant(f"output_{k}", np.array([k]), "int64")
            given = self.add("Gather", std, place, axis=1, name=named)
            outputs.append(describe(given, self.number, ["rows", 1]))
        return outputs

    def total(self, parts: Sequence[str]) -> str:
        """Add a sum."""
        first, *others = parts
        for other in others:
            first = self.add("Add", first, other)
        return first

    def moments(self, r: int, member: Member, x: str) -> tuple[str, str | None]:
        """Add mean and variance of a start, in scaled units; of one for certain only the mean."""
        a, z, weights = [x], [], []
        for n, (layer, W, b) in enumerate(member.layers, 1):
            weights.append(self.constant(f"start_{r}_W{n}", W))
            z.append(self.add("Gemm", a[-1], weights[-1], self.constant(f"start_{r}_b{n}", b)))
            if n < len(member.layers):
                a.append(self.activation(layer.activation, z[-1], f"start_{r}_a{n}"))
        if member.factor is None:
            return z[-1], None
        K = len(member.layers[-1][2])
        inner, outer = (self.constant(f"axes_{i}", np.array(axes), "int64")
                        for i, axes in enumerate(([1, 3], [2])))  # fmt: skip
        middle = self.constant("axes_2", np.array([1]), "int64")
        shape = self.constant("flat_weights", np.array([0, K, -1]), "int64")
        nothing = self.add("Mul", self.add("Unsqueeze", z[-1], middle), self.scalar(0.0))
        B = self.add("Add", nothing, self.constant("eye", np.eye(K)))  # of each output by z
        blocks: list[str] = []
        for n in reversed(range(len(member.layers))):
            sides = self.add("Unsqueeze", a[n], inner), self.add("Unsqueeze", B, outer)
            blocks = [self.add("Reshape", self.add("Mul", *sides), shape), B, *blocks]
            if n:
                W = member.layers[n][1]
                B = self.add("MatMul", B, self.constant(f"start_{r}_W{n + 1}_transposed", W.T))
                rule = member.layers[n - 1][0].activation
                if not rule.is_identity:
                    known = {"z": z[n - 1], "a": a[n]}
                    slope = self.formula(self.program.slope(rule), known)
                    B = self.add("Mul", B, self.add("Unsqueeze", slope, middle))
        J = self.add("Concat", *blocks, axis=2)
        FJ = self.add("MatMul", J, self.constant(f"start_{r}_factor", member.factor.T))
        square = self.add("Mul", FJ, FJ)
        return z[-1], self.add("ReduceSum", square, outer, keepdims=0)

    def finish(self, operator: str, given: str, output: str, **attributes: Any) -> None:
        """Add a node whose result is an output."""
        self.nodes.append(self.helper.make_node(operator, [given], [output], **attributes))

    def shares(self, a: str, count: int) -> str:
        """Add a division by the sum."""
        axis = self.constant("axis", np.array([1]), "int64")
        total = self.add("ReduceSum", a, axis, keepdims=1)
        positive = self.add("Greater", total, self.scalar(0.0))
        return self.add("Where", positive, self.add("Div", a, total), self.scalar(1 / count))

    def classes(self, answer: Classes | TwoClasses) -> str:
        """Return the name of the classes."""
        name = self.free("classes")
        if isinstance(answer.classes[0], str):
            texts = [str(each).encode() for each in answer.classes]
            array: Any = texts  # its annotation has no texts
            tensor = self.helper.make_tensor(name, self.types.STRING, [len(texts)], array)
        else:
            tensor = self.numpy_helper.from_array(np.array(answer.classes), name)
        self.constants[name] = tensor
        return name


def answer_names(program: Program) -> tuple[str, str]:
    """Return the names of the outputs; a column that is called so keeps its name."""
    columns = {column.name for column in program.columns}
    label, probabilities = (
        f"predicted_{name}" if name in columns else name for name in ("label", "probabilities")
    )
    return label, probabilities
