"""Python: a module that needs NumPy alone; the forward pass as a textbook writes it."""

import json
import keyword
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearprop._typing import FloatArray
from clearprop.data import CategoricalColumn, DateColumn
from clearprop.export.deviation import Deviation
from clearprop.export.kernels import Choice, Formula
from clearprop.export.program import Classes, Labels, Numbers, Program, TwoClasses
from clearprop.export.python_text import docstring, feature_call, inside
from clearprop.export.runtimes import call
from clearprop.export.samples import Sample
from clearprop.export.spelling import Spelling
from clearprop.export.target import ExportTarget, Run

PER_TABLE = ("table", "categories", "days", "numbers")
"""What is read from, and by which functions."""

ASK = """
import json, runpy, sys, types
module = types.SimpleNamespace(**runpy.run_path(sys.argv[1]))
rows = json.load(sys.stdin)
values = getattr(module, "predict_proba", module.predict)(rows)
labels = module.predict(rows) if hasattr(module, "classes") else None
std = module.predict_std(rows) if hasattr(module, "predict_std") else None
listed = lambda each: each.tolist() if hasattr(each, "tolist") else each
print(json.dumps({"values": listed(values), "labels": listed(labels), "std": listed(std)}))
"""
"""Prints what a module gives for the rows on standard input, as JSON."""

NUMBERS = '''\
def numbers(table, name, fill=None, says_missing=False):
    """Return a column of numbers; `fill` stands for NaN, and a second feature may say so."""
    values = np.asarray(table[name], dtype=np.{dtype})
    missing = np.isnan(values)
    wrong = np.isinf(values) if fill is not None else ~np.isfinite(values)
    if wrong.any():
        row = wrong.argmax()
        raise ValueError(f"column {{name!r}}, row {{row}} (={{values[row]}}): no finite number")
    if fill is not None:
        values = np.where(missing, np.{dtype}(fill), values)
    return np.column_stack([values, missing]) if says_missing else values
'''
DAYS = '''\
def days(table, name, fill=None, says_missing=False):
    """Return a column of dates as days since 1970-01-01; numbers are such days already."""
    values = np.asarray(table[name])
    if values.dtype.kind not in "iuf":
        values = values.astype("datetime64[us]")
        elapsed = (values - np.datetime64(0, "us")) / np.timedelta64(1, "D")
        values = np.where(np.isnat(values), np.nan, elapsed)
    return numbers({name: values}, name, fill, says_missing)
'''
CATEGORIES = '''\
def categories(table, name, known):
    """Return a column of texts as features that are 1 for one category and 0 for others."""
    codes = []
    for row, value in enumerate(table[name]):
        missing = value is None or value != value
        whole = isinstance(value, float) and value.is_integer()
        text = "" if missing else str(int(value) if whole else value).strip()
        if text not in known:
            raise ValueError(f"column {name!r}, row {row} (={value!r}): not among {known}")
        codes.append(known.index(text))
    return np.eye(len(known))[codes]
'''
MOMENTS = '''\
def moments(x, layers, factor):
    """Return mean and variance of one start's function, each (m, K), in scaled units."""
    a, z = [x], []
    for n, (W, b) in enumerate(layers):
        z.append(a[n] @ W + b)
        a.append(rules[n][0](z[n]) if n + 1 < len(layers) else z[n])
    mean = a.pop()
    if factor is None:
        return mean, 0.0 * mean
    m, K = mean.shape
    B = np.broadcast_to(np.eye(K), (m, K, K))  # the derivative of each output by z
    gradients = []
    for n in reversed(range(len(layers))):
        by_weights = a[n][:, None, :, None] * B[:, :, None, :]
        gradients = [by_weights.reshape(m, K, -1), B, *gradients]
        if n:
            slope = rules[n - 1][1](z[n - 1], a[n])
            B = (B @ layers[n][0].T) * np.broadcast_to(slope, a[n].shape)[:, None, :]
    J = np.concatenate(gradients, axis=2)
    F = np.zeros((J.shape[2], J.shape[2]), dtype=x.dtype)
    F[np.tril_indices(len(F))] = np.concatenate(factor)
    return mean, np.square(J @ F.T).sum(axis=2)
'''
STD = '''\
def predict_std(table):
    """Return the standard deviation of a new observation for each row, in the target's unit."""
    shift, rate = scaled
    x = (features(table) - shift) * rate
    with np.errstate(all="ignore"):
        each = [moments(x, layers, factor) for _, layers, factor in starts]
    weights = [weight for weight, _, _ in starts]
    mean = sum(w * m for w, (m, _) in zip(weights, each))
    variance = sum(w * (v + (m - mean) ** 2) for w, (m, v) in zip(weights, each))
    return (np.sqrt(variance + noise) * spread){shape}
'''
SOFTMAX = '''\
def softmax(z):
    """Return shares that add up to 1; the largest z is taken off first, so nothing overflows."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
'''


@dataclass(frozen=True)
class Python(ExportTarget):
    """A Python module on NumPy."""

    name = "python"
    suffix = ".py"
    has_std = True
    words = frozenset({
        *keyword.kwlist, "np", "numbers", "days", "categories", "classes", "shift", "features",
        "outputs", "predict", "predict_proba", "softmax", "predict_std", "moments", "starts",
    })  # fmt: skip

    def lacks(self, program: Program) -> frozenset[str]:
        """Return erfc alone."""
        return frozenset({"erfc"})

    def write(self, program: Program, head: Sequence[str]) -> bytes:
        """Return the module."""
        return _Module(program, self).text(head).encode()

    def run(self, path: Path, program: Program, sample: Sample) -> Run:
        """Import the module in another process, and ask it."""
        rows = json.dumps(sample.columns)
        printed = json.loads(call([sys.executable, "-c", ASK, path], rows))
        values = np.array(printed["values"]).reshape(len(sample), -1)
        std = printed["std"] and np.array(printed["std"]).reshape(len(sample), -1)
        version = f"Python {sys.version.split()[0]}, NumPy {np.__version__}"
        return Run(version, values, printed["labels"], std)


class _Module:
    """The text of one module."""

    def __init__(self, program: Program, target: ExportTarget) -> None:
        self.program, self.target = program, target
        calls = {name: f"np.{name}" for name in
                 ("exp", "expm1", "log", "log1p", "tanh", "sqrt", "abs", "floor", "sin", "cos")
                 }  # fmt: skip
        calls |= {"min": "np.minimum", "max": "np.maximum", "atan": "np.arctan", "pow": "np.power"}
        condition = "np.where({test}, {then}, {otherwise})"
        self.spelling = Spelling(program.dtype, calls, condition, infinity="np.inf")
        self.kinds = {type(column) for column in program.columns}

    def text(self, head: Sequence[str]) -> str:
        """Return the module."""
        return "\n\n".join(self.parts(head))

    def parts(self, head: Sequence[str]) -> Iterator[str]:
        """Yield the parts of the module."""
        yield f'"""{docstring(head)}\n"""\n\nimport numpy as np\n\n{self.constants()}'
        functions = self.target.functions(self.program)
        for name, formula in functions.items():
            yield self.function(name, formula)
        if any(layer.is_softmax for layer in self.program.layers):
            yield SOFTMAX
        if self.kinds - {CategoricalColumn}:
            yield NUMBERS.format(dtype=self.program.dtype)
        if DateColumn in self.kinds:
            yield DAYS
        if CategoricalColumn in self.kinds:
            yield CATEGORIES
        yield self.features()
        yield self.outputs()
        yield from self.answers()
        if self.program.deviation is not None:
            yield from self.deviation(self.program.deviation)

    def deviation(self, deviation: Deviation) -> Iterator[str]:
        """Yield what the standard deviation is computed from, and its function."""
        names = self.target.names_of_rules(self.program)
        starts = []
        for member in deviation.members:
            layers = ",\n".join(
                f"    ({self.array(W)},\n     {self.vector(b)})" for _, W, b in member.layers
            )
            factor = "None" if member.factor is None else self.spelling.triangle(member.factor)
            starts.append(f"  ({member.weight!r}, [\n{layers},\n  ], {factor})")
        activations = [names.get(layer.activation, "") for layer in deviation.hidden]
        rules = "".join(
            f"({name}, {name}_slope), " if name else "(lambda z: z, lambda z, a: 1.0 + 0.0 * z), "
            for name in activations
        )
        yield (
            f"scaled = ({self.vector(deviation.shift)},\n          {self.vector(deviation.rate)})\n"
            f"spread = {self.vector(deviation.spread)}\n"
            f"noise = {self.spelling.number(deviation.noise)}\n"
            f"rules = [{rules.rstrip(', ')}]\n"
            "# of each start its weight, its layers, and the factor of its posterior\n"
            "starts = [\n" + ",\n".join(starts) + ",\n]\n"
        )
        yield MOMENTS
        shape = "[:, 0]" if self.program.answer.count == 1 else ""
        yield STD.format(shape=shape)

    def array(self, matrix: FloatArray) -> str:
        """Return a matrix, a line a row."""
        rows = ",\n        ".join(f"[{self.spelling.numbers(row)}]" for row in matrix)
        return f"np.array([\n        {rows}], dtype=np.{self.program.dtype})"

    def constants(self) -> str:
        """Return weights, biases and classes."""
        program, lines = self.program, []
        if isinstance(program.answer, Classes | TwoClasses):
            lines.append(f"classes = np.array({list(program.answer.classes)!r})\n")
        if program.layers[0].shift is not None:
            lines.append(f"shift = {self.vector(program.layers[0].shift)}")
        for n, layer in enumerate(program.layers, 1):
            rows = ",\n    ".join(f"[{self.spelling.numbers(row)}]" for row in layer.W)
            lines.append(f"W{n} = np.array([\n    {rows},\n], dtype=np.{program.dtype})")
            lines.append(f"b{n} = {self.vector(layer.b)}\n")
        return "\n".join(lines)

    def vector(self, values: FloatArray) -> str:
        """Return an array of one axis."""
        return f"np.array([{self.spelling.numbers(values)}], dtype=np.{self.program.dtype})"

    def function(self, name: str, formula: Formula) -> str:
        """Return a function of arrays."""
        lines = [f"    {line} = {self.spelling.write(each)}\n" for line, each in formula.lines]
        arguments = ", ".join(formula.arguments) or "z"
        result = self.spelling.write(formula.result)
        if not formula.arguments:
            result = f"np.full_like(z, {result})"
        return f"def {name}({arguments}):\n{''.join(lines)}    return {result}\n"

    def features(self) -> str:
        """Return the function from a table to features."""
        listed = "\n        ".join(
            f"{feature_call(column, PER_TABLE)}," for column in self.program.columns
        )
        return (
            "def features(table):\n"
            f'    """Return the features of a table, shape (m, {self.program.inputs}).\n\n'
            "    A table is a DataFrame, or a dict with a list of values for each column.\n"
            f'    """\n    return np.column_stack([\n        {listed}\n'
            f"    ]).astype(np.{self.program.dtype})\n"
        )

    def outputs(self) -> str:
        """Return the forward pass."""
        names = self.target.names_of_rules(self.program)
        lines = ["    a = features(table)"]
        if self.program.layers[0].shift is not None:
            lines.append("    a = a - shift")
        for n, layer in enumerate(self.program.layers, 1):
            z = f"a @ W{n} + b{n}"
            if layer.is_softmax:
                z = f"softmax({z})"
            elif not layer.activation.is_identity:
                z = f"{names[layer.activation]}({z})"
            lines.append(f"    a = {z}")
        formulas = self.target.functions(self.program).values()
        if any(isinstance(part, Choice) for each in formulas for part in each.expressions):
            silent = '    with np.errstate(all="ignore"):  # both sides of np.where are computed'
            lines = [lines[0], silent, *(f"    {line}" for line in lines[1:])]
        body = "\n".join(lines)
        start = 'def outputs(table):\n    """Return the outputs of the network."""'
        return f"{start}\n{body}\n    return a\n"

    def answers(self) -> Iterator[str]:
        """Yield the functions that answer."""
        answer = self.program.answer
        if isinstance(answer, Numbers):
            shape = "[:, 0]" if answer.count == 1 else ""
            yield (
                "def predict(table):\n"
                f'    """Return {inside(", ".join(answer.names))} for each row."""\n'
                f"    return outputs(table){shape}\n"
            )
            return
        p = "np.clip(outputs(table), 0.0, 1.0)" if getattr(answer, "clip", False) else (
            "outputs(table)"
        )  # fmt: skip
        if isinstance(answer, TwoClasses):
            body = f"    p = {p}\n    return np.hstack([1.0 - p, p])\n"
        elif isinstance(answer, Classes) and answer.divide:
            body = (
                "    a = outputs(table)\n    total = a.sum(axis=1, keepdims=True)\n"
                f"    flat = np.full_like(a, {self.spelling.number(1 / answer.count)})\n"
                "    return np.divide(a, total, out=flat, where=total > 0)\n"
            )
        else:
            body = f"    return {p}\n"
        what = "each class" if not isinstance(answer, Labels) else "each of the answers"
        yield f'def predict_proba(table):\n    """Return the probability of {what}."""\n{body}'
        if isinstance(answer, Labels):
            label = "(predict_proba(table) > 0.5).astype(int)"
        elif isinstance(answer, TwoClasses):
            label = "classes[(predict_proba(table)[:, 1] > 0.5).astype(int)]"
        else:
            label = "classes[predict_proba(table).argmax(axis=1)]"
        start = 'def predict(table):\n    """Return the most probable class of each row."""'
        yield f"{start}\n    return {label}\n"
