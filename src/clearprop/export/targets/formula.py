"""Formula: the network as equations to read, as LaTeX, and as the cells of a spreadsheet."""

import json
import keyword
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearprop._errors import invalid_argument
from clearprop.data import CategoricalColumn, NumericColumn
from clearprop.export.describe import words_for
from clearprop.export.kernels import Call, Variable
from clearprop.export.names import comment, identifiers
from clearprop.export.program import Classes, Labels, Numbers, Program, TwoClasses
from clearprop.export.runtimes import call
from clearprop.export.samples import Sample
from clearprop.export.spelling import Spelling, digits
from clearprop.export.spreadsheet import Sheet
from clearprop.export.target import ExportTarget, Run

MAX_PARAMETERS = 1000
"""A network of more is nothing to read."""
EQUATIONS = "## Equations\n\n```text\n"
MATHEMATICS = ("exp", "expm1", "log", "log1p", "tanh", "erfc", "sqrt", "floor", "sin", "cos",
               "atan", "pow")  # fmt: skip
ASK = """
import json, math, sys
text, columns = json.load(sys.stdin)
functions = {name: getattr(math, name) for name in text["mathematics"]}
values = []
for row in zip(*columns.values()):
    names = dict(functions, abs=abs, min=min, max=max, **dict(zip(columns, row)))
    for left, right in text["equations"]:
        if left.endswith("(z)"):
            names[left[:-3]] = eval("lambda z: " + right, names)
        else:
            names[left] = eval(right, names)
    values.append([names[each] for each in text["answers"]])
print(json.dumps(values))
"""
"""Computes the equations for the features on standard input, as they stand there."""


@dataclass(frozen=True)
class FormulaTarget(ExportTarget):
    """A Markdown page of equations."""

    name = "formula"
    suffix = ".md"
    words = frozenset({*keyword.kwlist, *MATHEMATICS, "abs", "min", "max"})

    def arithmetic(self, program: Program) -> str:
        """Return float64, in which spreadsheets compute."""
        return "float64"

    def write(self, program: Program, head: Sequence[str]) -> bytes:
        """Return the page."""
        if program.parameter_count > MAX_PARAMETERS:
            why = f"its {program.parameter_count} parameters are no equation to read."
            hint = f"another target, or fewer hidden units (up to {MAX_PARAMETERS} parameters)."
            raise invalid_argument("to", self.name, why, hint)
        return ("\n".join(_Page(program, self).parts(head)) + "\n").encode()

    def run(self, path: Path, program: Program, sample: Sample) -> Run:
        """Compute the equations as they are written, in Python."""
        page = _Page(program, self)
        _, _, rest = path.read_text(encoding="utf-8").partition(EQUATIONS)
        lines = rest[: rest.index("```")].splitlines()
        equations = [line.split(" = ", 1) for line in lines]
        features = zip(page.features, sample.X.T.tolist(), strict=True)
        text = {"equations": equations, "answers": page.answers, "mathematics": MATHEMATICS}
        printed = call([sys.executable, "-c", ASK], json.dumps([text, dict(features)]))
        by = f"the equations as they stand, by Python {sys.version.split()[0]}"
        return Run(by, np.array(json.loads(printed)))


class _Page:
    """The text of one page."""

    def __init__(self, program: Program, target: ExportTarget) -> None:
        self.program, self.target = program, target
        self.rules = target.names_of_rules(program)
        for rule in program.rules:  # tanh(z) needs no equation
            if program.formula(rule).result == Call(rule.name, (Variable("z"),)):
                self.rules[rule] = rule.name
        condition = "({then} if {test} else {otherwise})"
        self.spelling = Spelling(program.dtype, {}, condition, infinity="inf")
        said = [
            feature.replace("=", " is ")
            for column in program.columns
            for feature in column.features
        ]
        answer = program.answer
        names = [f"p({name})" for name in getattr(answer, "classes", answer.names)]
        names = list(answer.names) if isinstance(answer, Numbers) else names
        reserved = {*target.words, *self.rules.values(), "z"}
        every = identifiers([*said, *names], "x", reserved)
        self.features, self.answers = every[: len(said)], every[len(said) :]

    def parts(self, head: Sequence[str]) -> Iterator[str]:
        """Yield the parts of the page."""
        first, *rest = map(comment, head)
        yield f"# {self.program.name}\n\n{first}\n"
        yield "\n".join(f"{'- ' if line.startswith(' ') else ''}{text}" for line, text in
                        zip(head[1:], rest, strict=True))  # fmt: skip
        yield "\n## Inputs\n\n| name | value |\n|---|---|"
        for name, said in zip(self.features, self.words(), strict=True):
            yield f"| `{name}` | {said} |"
        yield f"\n{EQUATIONS[:-1]}"
        for equation in self.equations():
            yield " = ".join(equation)
        yield "```\n\n## LaTeX\n"
        yield from self.latex()
        yield "## Spreadsheet\n"
        yield (
            "Copy these two lines, whose parts are set apart by tabs, into cell A1 of an empty\n"
            "sheet. Overwrite the values of the first columns; copy the second line down for more\n"
            "rows.\n"
        )
        yield (
            "```text\n" + "\n".join("\t".join(row) for row in Sheet(self.program).rows()) + "\n```"
        )

    def words(self) -> Iterator[str]:
        """Yield what each feature is."""
        for column, first in self.program.places:
            name = comment(column.name).replace("|", "/")
            if isinstance(column, CategoricalColumn):
                for text in column.categories:
                    shown = comment(text).replace("|", "/") or "missing"
                    yield f"1 if {name} is {shown}, else 0"
                continue
            assert isinstance(column, NumericColumn)
            gap = "" if column.fill is None else f"; {column.fill!r} if it is missing"
            yield f"{name}: {words_for(self.program, column, first).en.split(';')[0]}{gap}"
            if column.says_missing:
                yield f"1 if {name} is missing, else 0"

    def equations(self) -> Iterator[tuple[str, str]]:
        """Yield the left and the right side of each equation."""
        for rule, name in self.rules.items():
            written = self.spelling.write(self.program.formula(rule).inlined)
            if written != f"{name}(z)":
                yield f"{name}(z)", written
        before, layers = self.features, self.program.layers
        for n, layer in enumerate(layers, 1):
            is_last, units = n == len(layers), range(1, len(layer.b) + 1)
            names = [f"h{n}_{j}" for j in units]
            answer = self.program.answer
            direct = isinstance(answer, Numbers | Labels) and not getattr(answer, "clip", False)
            if is_last and (direct or (isinstance(answer, Classes) and not answer.divide)):
                names = self.answers
            elif is_last and isinstance(answer, TwoClasses) and not answer.clip:
                names = self.answers[1:]
            sums = [
                self.sum(bias, weights, before, layer.shift)
                for bias, weights in zip(layer.b, layer.W.T, strict=True)
            ]
            if layer.is_softmax:
                exponentials = [f"e{n}_{j}" for j in units]
                yield from zip(exponentials, [f"exp({z})" for z in sums], strict=True)
                yield f"e{n}", " + ".join(exponentials)
                sums = [f"{each} / e{n}" for each in exponentials]
            elif not layer.activation.is_identity:
                sums = [f"{self.rules[layer.activation]}({z})" for z in sums]
            yield from zip(names, sums, strict=True)
            before = names
        yield from self.answer(before)

    def answer(self, last: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield the equations that turn the last activations into the answer."""
        answer = self.program.answer
        if isinstance(answer, TwoClasses):
            first, second = self.answers
            if answer.clip:
                yield second, f"min(max({last[0]}, 0.0), 1.0)"
            yield first, f"1.0 - {second}"
        elif isinstance(answer, Labels) and answer.clip:
            for name, p in zip(self.answers, last, strict=True):
                yield name, f"min(max({p}, 0.0), 1.0)"
        elif isinstance(answer, Classes) and answer.divide:
            for name, p in zip(self.answers, last, strict=True):
                yield name, f"{p} / ({' + '.join(last)})"

    def sum(
        self,
        bias: float,
        weights: Sequence[float] | np.ndarray,
        names: Sequence[str],
        shift: np.ndarray | None,
    ) -> str:
        """Return b + w₁ x₁ + … as text."""
        text = self.spelling.number(float(bias))
        shifts = np.zeros(len(weights)) if shift is None else shift
        for weight, name, taken in zip(weights, names, shifts, strict=True):
            sign = "-" if weight < 0 else "+"
            shifted = f"({name} - {self.spelling.number(float(taken))})" if taken else name
            text += f" {sign} {self.spelling.number(abs(float(weight)))}*{shifted}"
        return text

    def latex(self) -> Iterator[str]:
        """Yield the network in matrices, and each activation function."""
        program = self.program
        names = r" \\ ".join(rf"\mathrm{{{_latex(name)}}}" for name in self.features)
        yield f"$$x = \\begin{{pmatrix}} {names} \\end{{pmatrix}}$$\n"
        before = "x"
        if program.layers[0].shift is not None:
            taken = r" \\ ".join(digits(v, program.dtype) for v in program.layers[0].shift.tolist())
            before = rf"\left(x - \begin{{pmatrix}} {taken} \end{{pmatrix}}\right)"
        for n, layer in enumerate(program.layers, 1):
            rows = [
                " & ".join(_number(v, program.dtype) for v in unit) for unit in layer.W.T.tolist()
            ]
            W = r" \\ ".join(rows)
            b = r" \\ ".join(_number(v, program.dtype) for v in layer.b.tolist())
            z = (
                rf"\begin{{pmatrix}} {W} \end{{pmatrix}} {before} + "
                rf"\begin{{pmatrix}} {b} \end{{pmatrix}}"
            )
            if not layer.activation.is_identity:
                z = rf"\mathrm{{{_latex(layer.activation.name)}}}\left({z}\right)"
            before = f"a^{{({n})}}"
            yield f"$${before} = {z}$$\n"
        for rule in dict.fromkeys(layer.activation for layer in program.layers):
            if not rule.is_identity and hasattr(rule, "latex"):
                yield f"$${rule.latex}$$\n"


def _number(value: float, dtype: str) -> str:
    """Return a number for LaTeX."""
    mantissa, mark, exponent = digits(value, dtype).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if mark else mantissa


def _latex(name: str) -> str:
    return name.replace("_", r"\_")
