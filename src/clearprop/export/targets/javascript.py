"""JavaScript: an ES module without dependencies, for browsers, Node.js and Deno."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearprop._typing import FloatArray
from clearprop.data import CategoricalColumn, Column, DateColumn, NumericColumn
from clearprop.export.deviation import Deviation
from clearprop.export.kernels import Formula
from clearprop.export.names import indented, literal
from clearprop.export.program import Classes, Labels, Numbers, Program, TwoClasses
from clearprop.export.runtimes import call, find, version_of
from clearprop.export.samples import Sample
from clearprop.export.spelling import Spelling
from clearprop.export.target import ExportTarget, Run

ASK = """
import { readFileSync } from "node:fs";
import * as model from "./model.mjs";
const columns = JSON.parse(readFileSync(0, "utf8"));
const names = Object.keys(columns);
const rows = columns[names[0]].map(
  (_, n) => Object.fromEntries(names.map((name) => [name, columns[name][n]])));
const answers = model.predictMany(rows);
console.log(JSON.stringify({
  values: answers.map((each) => each.probabilities ?? each.values),
  std: model.std ? rows.map(model.std) : null,
  labels: "label" in answers[0] ? answers.map((each) => each.label) : null,
}));
"""
"""Prints what a module gives for the rows on standard input, as JSON."""

WORDS = [
    "arguments", "await", "break", "case", "catch", "class", "columns", "const", "continue", "day",
    "debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false",
    "finally", "for", "function", "if", "implements", "import", "in", "instanceof", "interface",
    "layer", "let", "names", "new", "null", "number", "outputs", "package", "predict",
    "predictMany", "private", "protected", "public", "refuse", "return", "shift", "softmax",
    "static", "super", "switch", "this", "throw", "true", "try", "typeof", "undefined", "var",
    "features", "moments", "noise", "rules", "scaled", "spread", "starts", "std",
    "void", "while", "with", "yield", "category", "classes", "Math", "Number", "String", "Date",
]  # fmt: skip
"""Words that are no names of functions, and the names of the module's own."""

REFUSE = """\
function refuse(name, value, why) {
  throw new RangeError(`column ${JSON.stringify(name)} (=${String(value)}): ${why}`);
}
"""
NUMBER = """\
// A number, true or false; a missing one is null, undefined or NaN.
function number(row, name, fill, saysMissing) {
  const value = row[name];
  const missing = value === null || value === undefined || Number.isNaN(value);
  if (missing && fill !== undefined) return saysMissing ? [fill, 1] : [fill];
  if (typeof value !== "number" && typeof value !== "boolean") refuse(name, value, "no number");
  if (!Number.isFinite(Number(value))) refuse(name, value, "no finite number");
  return saysMissing ? [Number(value), 0] : [Number(value)];
}
"""
DAY = """\
// A Date, or the days since 1970-01-01.
function day(row, name, fill, saysMissing) {
  const value = row[name] instanceof Date ? row[name].getTime() / 86400000 : row[name];
  return number({ [name]: value }, name, fill, saysMissing);
}
"""
CATEGORY = """\
// One of the known texts; a missing one is null, undefined or "".
function category(row, name, known) {
  const text = String(row[name] ?? "").trim();
  if (!known.includes(text)) refuse(name, row[name], `not among ${known.join(", ")}`);
  return known.map((each) => (each === text ? 1 : 0));
}
"""
LAYER = """\
// The weighted sums of a layer's units; of each, its bias stands before its weights.
function layer(units, a) {
  const z = [];
  for (let at = 0; at < units.length; at += a.length + 1) {
    let sum = units[at];
    for (let i = 0; i < a.length; i++) sum += units[at + 1 + i] * a[i];
    z.push(sum);
  }
  return z;
}
"""
MOMENTS = """\
// Mean and variance of each output of one start, in scaled units.
function moments(x, layers, factor) {
  const a = [x], z = [];
  layers.forEach((units, n) => {
    z.push(layer(units, a[n]));
    a.push(n + 1 < layers.length ? z[n].map((each) => rules[n][0](each)) : z[n]);
  });
  const mean = a.pop();
  if (factor === null) return [mean, mean.map(() => 0)];
  const variance = mean.map((_, k) => {
    let delta = mean.map((_, j) => (j === k ? 1 : 0)); // the derivative of output k by z
    let J = [];
    for (let n = layers.length - 1; n >= 0; n--) {
      J = [...a[n].flatMap((each) => delta.map((d) => each * d)), ...delta, ...J];
      if (n === 0) break;
      const width = a[n].length + 1;
      delta = a[n].map((each, i) => rules[n - 1][1](z[n - 1][i], each) *
        delta.reduce((sum, d, j) => sum + layers[n][width * j + i + 1] * d, 0));
    }
    return factor.reduce((sum, row) => sum + row.reduce((y, f, q) => y + f * J[q], 0) ** 2, 0);
  });
  return [mean, variance];
}
"""
STD = """\
// Returns the standard deviation of a new observation, in the units of `names`.
export function std(row) {
  const x = features(row).map((value, i) => (value - scaled[0][i]) * scaled[1][i]);
  const each = starts.map(([weight, layers, factor]) => [weight, ...moments(x, layers, factor)]);
  return spread.map((unit, k) => {
    const mean = each.reduce((sum, [w, m]) => sum + w * m[k], 0);
    const variance = each.reduce((sum, [w, m, v]) => sum + w * (v[k] + (m[k] - mean) ** 2), 0);
    return Math.sqrt(variance + noise) * unit;
  });
}
"""
SOFTMAX = """\
// Shares that add up to 1; the largest z is taken off first, so nothing overflows.
function softmax(z) {
  const largest = z.reduce((a, b) => Math.max(a, b));
  const e = z.map((each) => Math.exp(each - largest));
  const sum = e.reduce((a, b) => a + b);
  return e.map((each) => each / sum);
}
"""


@dataclass(frozen=True)
class JavaScript(ExportTarget):
    """An ES module."""

    name = "javascript"
    suffix = ".js"
    has_std = True
    words = frozenset(WORDS)

    def arithmetic(self, program: Program) -> str:
        """Return float64, the only numbers of JavaScript."""
        return "float64"

    def lacks(self, program: Program) -> frozenset[str]:
        """Return erfc alone."""
        return frozenset({"erfc"})

    def write(self, program: Program, head: Sequence[str]) -> bytes:
        """Return the module."""
        return "\n".join(_Module(program, self).parts(head)).encode()

    def run(self, path: Path, program: Program, sample: Sample) -> Run:
        """Run the module in Node.js."""
        node = find("Node.js", "node", "nodejs")
        columns = {
            name: [None if value != value else value for value in values]
            for name, values in sample.columns.items()
        }
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "model.mjs").write_bytes(path.read_bytes())
            (Path(folder) / "ask.mjs").write_text(ASK, encoding="utf-8")
            flags = ["--disallow-code-generation-from-strings"]
            asked = [node, *flags, Path(folder) / "ask.mjs"]
            printed = json.loads(call(asked, json.dumps(columns)))
        version = f"Node.js {version_of(node)}"
        std = None if printed["std"] is None else np.array(printed["std"])
        return Run(version, np.array(printed["values"]), printed["labels"], std)


class _Module:
    """The text of one module."""

    def __init__(self, program: Program, target: ExportTarget) -> None:
        self.program, self.target = program, target
        self.functions = target.functions(program)
        calls = {name: f"Math.{name}" for name in
                 ("exp", "expm1", "log", "log1p", "tanh", "sqrt", "abs", "min", "max", "floor",
                  "sin", "cos", "atan", "pow")}  # fmt: skip
        self.spelling = Spelling(program.dtype, calls, signs={"==": "==="})
        self.kinds = {type(column) for column in program.columns}

    def parts(self, head: Sequence[str]) -> Iterator[str]:
        """Yield the parts of the module."""
        yield "".join(f"// {indented(line)}".rstrip() + "\n" for line in head)
        yield from self.constants()
        yield REFUSE
        if self.kinds - {CategoricalColumn}:
            yield NUMBER
        if DateColumn in self.kinds:
            yield DAY
        if CategoricalColumn in self.kinds:
            yield CATEGORY
        yield LAYER
        for name, formula in self.functions.items():
            yield self.function(name, formula)
        if any(layer.is_softmax for layer in self.program.layers):
            yield SOFTMAX
        yield self.outputs()
        yield self.predict()
        if self.program.deviation is not None:
            yield from self.deviation(self.program.deviation)
        yield ("export function predictMany(rows) {\n  return Array.from(rows, predict);\n}\n")

    def deviation(self, deviation: Deviation) -> Iterator[str]:
        """Yield what the standard deviation is computed from, and its function."""
        names = self.target.names_of_rules(self.program)
        starts = []
        for member in deviation.members:
            layers = ",\n".join(f"    [{self.units(W, b)}]" for _, W, b in member.layers)
            factor = "null" if member.factor is None else self.spelling.triangle(member.factor)
            starts.append(f"  [{member.weight!r}, [\n{layers},\n  ], {factor}]")
        activations = [names.get(layer.activation, "") for layer in deviation.hidden]
        rules = ", ".join(
            (f"[{name}, {name}_slope]" if name else "[(z) => z, () => 1]") for name in activations
        )
        number, numbers = self.spelling.number, self.spelling.numbers
        yield (
            f"const scaled = [[{numbers(deviation.shift)}], [{numbers(deviation.rate)}]];\n"
            f"const spread = [{numbers(deviation.spread)}];\n"
            f"const noise = {number(deviation.noise)};\nconst rules = [{rules}];\n"
            "// of each start its weight, its layers, and the factor of its posterior\n"
            "const starts = [\n" + ",\n".join(starts) + ",\n];\n"
        )
        yield MOMENTS
        yield STD.replace("SHAPE", "")

    def units(self, W: FloatArray, b: FloatArray) -> str:
        """Return a layer, a line a unit: its bias, then its weights."""
        rows = np.column_stack([b, W.T])
        return ",\n      ".join(self.spelling.numbers(row) for row in rows)

    def constants(self) -> Iterator[str]:
        """Yield columns, classes and layers."""
        program = self.program
        columns = ",\n".join(f"  {self.column(*place)}" for place in program.places)
        yield f"export const columns = [\n{columns},\n];\n"
        answer = program.answer
        if isinstance(answer, Classes | TwoClasses):
            yield f"export const classes = [{', '.join(map(literal, answer.classes))}];\n"
        else:
            yield f"export const names = [{', '.join(map(literal, answer.names))}];\n"
        array = "Float64Array" if program.dtype == "float64" else "Float32Array"
        if program.layers[0].shift is not None:
            numbers = self.spelling.numbers(program.layers[0].shift)
            yield f"const shift = {array}.of({numbers});\n"
        for n, layer in enumerate(program.layers, 1):
            rows = ",\n  ".join(
                self.spelling.numbers(np.concatenate([[bias], unit]))
                for bias, unit in zip(layer.b, layer.W.T, strict=True)
            )
            yield f"const layer{n} = {array}.from([\n  {rows},\n]);\n"

    def column(self, column: Column, first: int) -> str:
        """Return what a page needs to ask for a value of a column."""
        if isinstance(column, CategoricalColumn):
            known = ", ".join(map(literal, column.categories))
            return f"{{ name: {literal(column.name)}, categories: [{known}] }}"
        ends = self.program.range_of(first)
        known = "" if ends is None else f", low: {ends[0]!r}, high: {ends[1]!r}"
        kind = ', kind: "date"' if isinstance(column, DateColumn) else ""
        return f"{{ name: {literal(column.name)}{kind}{known} }}"

    def function(self, name: str, formula: Formula) -> str:
        """Return a function of one number."""
        lines = [f"  const {line} = {self.spelling.write(each)};\n" for line, each in formula.lines]
        arguments, result = ", ".join(formula.arguments), self.spelling.write(formula.result)
        return f"function {name}({arguments}) {{\n{''.join(lines)}  return {result};\n}}\n"

    def outputs(self) -> str:
        """Return the forward pass."""
        names = self.target.names_of_rules(self.program)
        parts = ",\n".join(f"    ...{_feature(column)}" for column in self.program.columns)
        features = (
            "// The features of a row.\n"
            f"function features(row) {{\n  return [\n{parts},\n  ];\n}}\n\n"
        )
        lines = ["  let a = features(row);"]
        if self.program.layers[0].shift is not None:
            lines.append("  a = a.map((x, i) => x - shift[i]);")
        for n, layer in enumerate(self.program.layers, 1):
            z = f"layer(layer{n}, a)"
            if layer.is_softmax:
                z = f"softmax({z})"
            elif not layer.activation.is_identity:
                z += f".map((z) => {names[layer.activation]}(z))"
            lines.append(f"  a = {z};")
        body = "\n".join(lines)
        start = "// The outputs of the network for a row.\nfunction outputs(row) {"
        return f"{features}{start}\n{body}\n  return a;\n}}\n"

    def predict(self) -> str:
        """Return the function that answers."""
        answer = self.program.answer
        clip = "Math.min(Math.max(p, 0), 1)" if getattr(answer, "clip", False) else "p"
        lines = ["  const a = outputs(row);"]
        if isinstance(answer, Numbers):
            said = "numbers, in the order of `names`"
            lines.append("  return { values: a };")
        elif isinstance(answer, TwoClasses):
            said = "{ label, probabilities }, in the order of `classes`"
            lines += [
                "  const [p] = a;"
                if clip == "p"
                else f"  const p = {clip.replace('p,', 'a[0],')};",
                "  return { label: classes[p > 0.5 ? 1 : 0], probabilities: [1 - p, p] };",
            ]
        elif isinstance(answer, Labels):
            said = "{ probabilities, labels }, 0 or 1 each, in the order of `names`"
            lines += [
                f"  const probabilities = a.map((p) => {clip});",
                "  return { probabilities, labels: probabilities.map((p) => (p > 0.5 ? 1 : 0)) };",
            ]
        else:
            said = "{ label, probabilities }, in the order of `classes`"
            if isinstance(answer, Classes) and answer.divide:
                lines += [
                    "  const sum = a.reduce((x, y) => x + y);",
                    "  const probabilities = a.map((p) => "
                    f"(sum > 0 ? p / sum : {1 / answer.count!r}));",
                ]
            else:
                lines.append("  const probabilities = a;")
            lines += [
                "  let best = 0;",
                "  probabilities.forEach((p, k) => { if (p > probabilities[best]) best = k; });",
                "  return { label: classes[best], probabilities };",
            ]
        body = "\n".join(lines)
        return (
            f"// Returns {said}.\n"
            "// A row is an object with a value for each column; one that cannot be used throws a\n"
            "// RangeError with the column's name.\n"
            f"export function predict(row) {{\n{body}\n}}\n"
        )


def _feature(column: Column) -> str:
    """Return the call that gives the features of a column."""
    if isinstance(column, CategoricalColumn):
        known = ", ".join(map(literal, column.categories))
        return f"category(row, {literal(column.name)}, [{known}])"
    assert isinstance(column, NumericColumn)
    gap = "" if column.fill is None else f", {column.fill!r}"
    gap += ", true" if column.says_missing else ""
    reader = "day" if isinstance(column, DateColumn) else "number"
    return f"{reader}(row, {literal(column.name)}{gap})"
