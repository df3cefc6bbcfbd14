"""Python without NumPy: a module of plain lists, for small machines and for reading."""

import json
import keyword
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearprop._typing import FloatArray
from clearprop.data import CategoricalColumn, DateColumn
from clearprop.export.deviation import Deviation
from clearprop.export.kernels import Formula
from clearprop.export.program import Classes, Labels, Numbers, Program, TwoClasses
from clearprop.export.python_text import docstring, feature_call, inside
from clearprop.export.runtimes import call
from clearprop.export.samples import Sample
from clearprop.export.spelling import Spelling
from clearprop.export.target import ExportTarget, Run

PER_ROW = ("row", "category", "day", "number")
"""What is read from, and by which functions."""

ASK = """
import json, runpy, sys, types
module = types.SimpleNamespace(**runpy.run_path(sys.argv[1]))
columns = json.load(sys.stdin)
rows = [dict(zip(columns, row)) for row in zip(*columns.values())]
values = [getattr(module, "probabilities", module.predict)(row) for row in rows]
values = [each if isinstance(each, list) else [each] for each in values]
labels = [module.predict(row) for row in rows] if hasattr(module, "classes") else None
std = [module.std(row) for row in rows] if hasattr(module, "std") else None
print(json.dumps({"values": values, "labels": labels, "std": std}))
"""
"""Prints what a module gives for the rows on standard input, as JSON."""

NUMBER = '''\
def number(row, name, fill=None, says_missing=False):
    """Return the features of a number; `fill` stands for None and NaN, and a second says so."""
    value = row[name]
    missing = value is None or value != value
    if fill is not None and missing:
        value = fill
    if value is None or not math.isfinite(value):
        raise ValueError(f"column {name!r} (={value!r}): no finite number")
    return [float(value), float(missing)] if says_missing else [float(value)]
'''
DAY = '''\
def day(row, name, fill=None, says_missing=False):
    """Return the features of a date: days since 1970-01-01; a number is such days already."""
    value = row[name]
    if isinstance(value, datetime.datetime):
        zone = datetime.timezone.utc if value.tzinfo is not None else None
        value = (value - datetime.datetime(1970, 1, 1, tzinfo=zone)) / datetime.timedelta(days=1)
    elif isinstance(value, datetime.date):
        value = (value - datetime.date(1970, 1, 1)).days
    return number({name: value}, name, fill, says_missing)
'''
CATEGORY = '''\
def category(row, name, known):
    """Return the features of a text: 1 for one category, 0 for others."""
    value = row[name]
    missing = value is None or value != value
    whole = isinstance(value, float) and value.is_integer()
    text = "" if missing else str(int(value) if whole else value).strip()
    if text not in known:
        raise ValueError(f"column {name!r} (={value!r}): not among {known}")
    return [float(text == each) for each in known]
'''
LAYER = '''\
def layer(units, a):
    """Return the weighted sums of units; of each, its bias stands before its weights."""
    return [bias + sum(w * x for w, x in zip(weights, a)) for bias, *weights in units]
'''
MOMENTS = '''\
def moments(x, layers, factor):
    """Return mean and variance of each output of one start, in scaled units."""
    a, z = [x], []
    for n, units in enumerate(layers):
        z.append(layer(units, a[n]))
        a.append([rules[n][0](each) for each in z[n]] if n + 1 < len(layers) else z[n])
    mean = a.pop()
    if factor is None:
        return mean, [0.0 for _ in mean]
    variance = []
    for k in range(len(mean)):
        delta = [float(j == k) for j in range(len(mean))]  # the derivative of output k by z
        J = []
        for n in reversed(range(len(layers))):
            J = [x * d for x in a[n] for d in delta] + delta + J
            if n:
                back = [sum(unit[i + 1] * d for unit, d in zip(layers[n], delta))
                        for i in range(len(a[n]))]
                slopes = [rules[n - 1][1](*pair) for pair in zip(z[n - 1], a[n])]
                delta = [b * slope for b, slope in zip(back, slopes)]
        variance.append(sum(sum(f * g for f, g in zip(row, J)) ** 2 for row in factor))
    return mean, variance
'''
STD = '''\
def std(row):
    """Return the standard deviation of a new observation, in the unit of what is predicted."""
    x = [(x - shift) * rate for x, shift, rate in zip(features(row), *scaled)]
    each = [(weight, *moments(x, layers, factor)) for weight, layers, factor in starts]
    found = []
    for k, unit in enumerate(spread):
        mean = sum(w * m[k] for w, m, _ in each)
        variance = sum(w * (v[k] + (m[k] - mean) ** 2) for w, m, v in each)
        found.append(math.sqrt(variance + noise) * unit)
    return foundSHAPE
'''
SOFTMAX = '''\
def softmax(z):
    """Return shares that add up to 1; the largest z is taken off first, so nothing overflows."""
    e = [math.exp(each - max(z)) for each in z]
    return [each / sum(e) for each in e]
'''
EXP = '''\
def exp(x):
    """Return e to the power x, infinity where a float has no room for it."""
    return math.exp(x) if x < 709.7 else math.inf
'''


@dataclass(frozen=True)
class PurePython(ExportTarget):
    """A Python module that imports the standard library alone."""

    name = "pure_python"
    suffix = ".py"
    has_std = True
    words = frozenset({
        *keyword.kwlist, "math", "datetime", "number", "day", "category", "layer", "classes",
        "shift", "outputs", "predict", "probabilities", "softmax", "exp", "abs", "min", "max",
        "sum", "float", "str", "zip", "features", "std", "moments", "starts",
    })  # fmt: skip

    def arithmetic(self, program: Program) -> str:
        """Return float64, the only floats of Python."""
        return "float64"

    def write(self, program: Program, head: Sequence[str]) -> bytes:
        """Return the module."""
        return "\n\n".join(_Module(program, self).parts(head)).encode()

    def run(self, path: Path, program: Program, sample: Sample) -> Run:
        """Import the module in another process, and ask it."""
        rows = json.dumps(sample.columns)
        printed = json.loads(call([sys.executable, "-c", ASK, path], rows))
        std = printed["std"] and np.array(printed["std"]).reshape(len(sample), -1)
        values = np.array(printed["values"])
        return Run(f"Python {sys.version.split()[0]}", values, printed["labels"], std)


class _Module:
    """The text of one module."""

    def __init__(self, program: Program, target: ExportTarget) -> None:
        self.program, self.target = program, target
        self.functions = target.functions(program)
        calls = {name: f"math.{name}" for name in
                 ("expm1", "log", "log1p", "tanh", "erfc", "sqrt", "floor", "sin", "cos", "atan",
                  "pow")}  # fmt: skip
        condition = "({then} if {test} else {otherwise})"
        self.spelling = Spelling(program.dtype, calls, condition, infinity="math.inf")
        self.kinds = {type(column) for column in program.columns}

    def parts(self, head: Sequence[str]) -> Iterator[str]:
        """Yield the parts of the module."""
        said = docstring(head)
        imports = "import datetime\nimport math" if DateColumn in self.kinds else "import math"
        yield f'"""{said}\n"""\n\n{imports}\n\n{self.constants()}'
        functions = [self.function(*each) for each in self.functions.items()]
        if any(re.search(r"\bexp\(", function) for function in functions):
            yield EXP
        yield from functions
        if any(layer.is_softmax for layer in self.program.layers):
            yield SOFTMAX
        if self.kinds - {CategoricalColumn}:
            yield NUMBER
        if DateColumn in self.kinds:
            yield DAY
        if CategoricalColumn in self.kinds:
            yield CATEGORY
        yield LAYER
        yield self.outputs()
        yield from self.answers()
        if self.program.deviation is not None:
            yield from self.deviation(self.program.deviation)

    def deviation(self, deviation: Deviation) -> Iterator[str]:
        """Yield what the standard deviation is computed from, and its function."""
        names = self.target.names_of_rules(self.program)
        starts = []
        for member in deviation.members:
            layers = ",\n".join(f"    [{self.units(W, b)}]" for _, W, b in member.layers)
            factor = "None" if member.factor is None else self.spelling.triangle(member.factor)
            starts.append(f"  ({member.weight!r}, [\n{layers},\n  ], {factor})")
        activations = [names.get(layer.activation, "") for layer in deviation.hidden]
        rules = ", ".join(
            (f"({name}, {name}_slope)" if name else "(float, lambda z, a: 1.0)")
            for name in activations
        )
        number, numbers = self.spelling.number, self.spelling.numbers
        yield (
            f"scaled = [[{numbers(deviation.shift)}], [{numbers(deviation.rate)}]]\n"
            f"spread = [{numbers(deviation.spread)}]\n"
            f"noise = {number(deviation.noise)}\nrules = [{rules}]\n"
            "# of each start its weight, its layers, and the factor of its posterior\n"
            "starts = [\n" + ",\n".join(starts) + ",\n]\n"
        )
        yield MOMENTS
        yield STD.replace("SHAPE", "[0]" if self.program.answer.count == 1 else "")

    def units(self, W: FloatArray, b: FloatArray) -> str:
        """Return a layer, a line a unit: its bias, then its weights."""
        rows = np.column_stack([b, W.T])
        return ",\n      ".join(f"[{self.spelling.numbers(row)}]" for row in rows)

    def constants(self) -> str:
        """Return classes and layers."""
        program, lines = self.program, []
        if isinstance(program.answer, Classes | TwoClasses):
            lines.append(f"classes = {list(program.answer.classes)!r}\n")
        if program.layers[0].shift is not None:
            lines.append(f"shift = [{self.spelling.numbers(program.layers[0].shift)}]\n")
        for n, layer in enumerate(program.layers, 1):
            rows = ",\n    ".join(
                f"[{self.spelling.numbers(np.concatenate([[bias], unit]))}]"
                for bias, unit in zip(layer.b, layer.W.T, strict=True)
            )
            lines.append(f"layer_{n} = [\n    {rows},\n]\n")
        return "\n".join(lines)

    def function(self, name: str, formula: Formula) -> str:
        """Return a function of one number."""
        lines = [f"    {line} = {self.spelling.write(each)}\n" for line, each in formula.lines]
        arguments = ", ".join(formula.arguments) or "z"
        result = self.spelling.write(formula.result)
        return f"def {name}({arguments}):\n{''.join(lines)}    return {result}\n"

    def outputs(self) -> str:
        """Return the forward pass."""
        names = self.target.names_of_rules(self.program)
        parts = "\n        + ".join(feature_call(each, PER_ROW) for each in self.program.columns)
        features = (
            'def features(row):\n    """Return the features of a row: a dict with a value for each '
            f'column."""\n    return (\n        {parts}\n    )\n'
        )
        lines = ["    a = features(row)"]
        if self.program.layers[0].shift is not None:
            lines.append("    a = [x - s for x, s in zip(a, shift)]")
        for n, layer in enumerate(self.program.layers, 1):
            z = f"layer(layer_{n}, a)"
            if layer.is_softmax:
                z = f"softmax({z})"
            elif not layer.activation.is_identity:
                z = f"[{names[layer.activation]}(z) for z in {z}]"
            lines.append(f"    a = {z}")
        body = "\n".join(lines)
        start = 'def outputs(row):\n    """Return the outputs of the network for a row."""'
        return f"{features}\n\n{start}\n{body}\n    return a\n"

    def answers(self) -> Iterator[str]:
        """Yield the functions that answer."""
        answer = self.program.answer
        if isinstance(answer, Numbers):
            shape = "[0]" if answer.count == 1 else ""
            said = inside(", ".join(answer.names))
            yield f'def predict(row):\n    """Return {said}."""\n    return outputs(row){shape}\n'
            return
        clip = "min(max(p, 0.0), 1.0)" if getattr(answer, "clip", False) else "p"
        if isinstance(answer, TwoClasses):
            body = f"    (p,) = outputs(row)\n    p = {clip}\n    return [1.0 - p, p]\n"
        elif isinstance(answer, Classes) and answer.divide:
            body = (
                "    a = outputs(row)\n    total = sum(a)\n"
                f"    flat = {1 / answer.count!r}\n"
                "    return [each / total if total > 0.0 else flat for each in a]\n"
            )
        else:
            body = "    return outputs(row)\n"
            if clip != "p":
                body = f"    return [{clip} for p in outputs(row)]\n"
        what = "each class" if not isinstance(answer, Labels) else "each of the answers"
        yield f'def probabilities(row):\n    """Return the probability of {what}."""\n{body}'
        if isinstance(answer, Labels):
            label = "[int(p > 0.5) for p in probabilities(row)]"
        elif isinstance(answer, TwoClasses):
            label = "classes[probabilities(row)[1] > 0.5]"
        else:
            label = "classes[max(range(len(classes)), key=probabilities(row).__getitem__)]"
        yield f'def predict(row):\n    """Return the most probable class."""\n    return {label}\n'
