"""Formula: the network as equations to read, as LaTeX, and as the cells of a spreadsheet."""

import json
import keyword
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearprop._errors import invalid_argument
from clearprop.activations import Activation
from clearprop.data import CategoricalColumn, DateColumn, NumericColumn
from clearprop.export.describe import words_for
from clearprop.export.kernels import (
    Call,
    Expression,
    Formula,
    Variable,
    parts_of,
    substituted,
)
from clearprop.export.names import comment, identifiers
from clearprop.export.program import Classes, Labels, Numbers, Program, TwoClasses
from clearprop.export.runtimes import call
from clearprop.export.samples import Sample
from clearprop.export.spelling import Spelling, digits
from clearprop.export.target import ExportTarget, Run

MAX_PARAMETERS = 1000
"""A network of more is nothing to read."""
EPOCH = 25569
"""1970-01-01 in the days of a spreadsheet, which begin with 1899-12-30."""
EQUATIONS = "## Equations\n\n```text\n"
MATHEMATICS = ("exp", "expm1", "log", "log1p", "tanh", "erfc", "sqrt", "floor", "sin", "cos",
               "atan", "pow")  # fmt: skip
CELLS = {
    "exp": "EXP", "log": "LN", "tanh": "TANH", "erfc": "ERFC", "sqrt": "SQRT", "abs": "ABS",
    "floor": "INT", "min": "MIN", "max": "MAX", "sin": "SIN", "cos": "COS", "atan": "ATAN",
    "pow": "POWER", "expm1": "(EXP({0})-1)", "log1p": "LN(1+{0})",
}  # fmt: skip
"""The functions of spreadsheets; both that begin near 0 lose digits there."""
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
        yield "```text\n" + "\n".join("\t".join(row) for row in Sheet(self).rows()) + "\n```"

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
            yield f"{name}: {words_for(self.program, column, first).split(';')[0]}{gap}"
            if column.says_missing:
                yield f"1 if {name} is missing, else 0"

    def equations(self) -> Iterator[tuple[str, str]]:
        """Yield the left and the right side of each equation."""
        for rule, name in self.rules.items():
            written = self.spelling.write(inlined(self.program.formula(rule)))
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


class Sheet:
    """The network as two lines of a spreadsheet: the names of columns, and a row of cells."""

    def __init__(self, page: _Page) -> None:
        self.page, self.program = page, page.program
        self.spelling = Spelling(
            self.program.dtype,
            CELLS,
            "IF({test},{then},{otherwise})",
            infinity="1E+308",
            signs={"==": "="},
        )
        self.names: list[str] = []
        self.cells: list[str] = []

    def rows(self) -> tuple[list[str], list[str]]:
        """Return both lines."""
        for column, first in self.program.places:
            example = ""
            if isinstance(column, CategoricalColumn):
                example = next(filter(None, column.categories), "")
            elif isinstance(column, NumericColumn):
                ends = self.program.range_of(first) or (0.0, 0.0)
                days = EPOCH if isinstance(column, DateColumn) else 0
                example = f"{ends[0] / 2 + ends[1] / 2 + days:.6g}"
            self.add(column.name, _cell_text(example))
        a = self.features()
        for n, layer in enumerate(self.program.layers, 1):
            z = [
                self.sum(bias, weights, a)
                for bias, weights in zip(layer.b.tolist(), layer.W.T.tolist(), strict=True)
            ]
            a = self.layer(n, z, layer.activation, softmax=layer.is_softmax)
        self.answer(a)
        return [_cell_text(name) for name in self.names], self.cells

    def add(self, name: str, cell: str) -> str:
        """Add a cell, and return its place."""
        self.names.append(name)
        self.cells.append(cell)
        return place(len(self.cells) - 1)

    def features(self) -> list[str]:
        """Add a cell for each feature; one that cannot be computed is #N/A, as is what follows."""
        shift = self.program.layers[0].shift
        found: list[str] = []
        for n, (column, first) in enumerate(self.program.places):
            cell = place(n)
            if isinstance(column, CategoricalColumn):
                tests = [f"EXACT({cell},{_quoted(text)})" for text in column.categories]
                for name, test in zip(column.features, tests, strict=True):
                    value = f"=IF({test},1,IF(OR({','.join(tests)}),0,NA()))"
                    found.append(self.add(name, value))
                continue
            assert isinstance(column, NumericColumn)
            number = f"{cell}-{EPOCH}" if isinstance(column, DateColumn) else f"{cell}+0"
            blank = "NA()"
            if column.fill is not None:
                blank = f"IF(ISBLANK({cell}),{self.spelling.number(column.fill)},NA())"
            value = f"IF(OR(ISNUMBER({cell}),ISLOGICAL({cell})),{number},{blank})"
            taken = 0.0 if shift is None else float(shift[first])
            less = f"-{self.spelling.number(taken)}".replace("--", "+") if taken else ""
            found.append(self.add(column.features[0], f"={value}{less}"))
            if column.says_missing:
                found.append(self.add(column.features[1], f"=IF(ISBLANK({cell}),1,0)"))
        return found

    def sum(self, bias: float, weights: Sequence[float], cells: Sequence[str]) -> str:
        """Return b + w₁ x₁ + … as text."""
        text = self.spelling.number(bias)
        for weight, cell in zip(weights, cells, strict=True):
            sign = "-" if weight < 0 else "+"
            text += f"{sign}{self.spelling.number(abs(weight))}*{cell}"
        return text

    def layer(self, n: int, sums: Sequence[str], rule: Activation, *, softmax: bool) -> list[str]:
        """Add the cells of a layer."""
        units = range(1, len(sums) + 1)
        if rule.is_identity:
            return [self.add(f"a{n}_{j}", f"={z}") for j, z in zip(units, sums, strict=True)]
        if softmax:
            z = [self.add(f"z{n}_{j}", f"={each}") for j, each in zip(units, sums, strict=True)]
            every = f"{z[0]}:{z[-1]}"
            total = f"SUMPRODUCT(EXP({every}-MAX({every})))"
            shares = [f"=EXP({each}-MAX({every}))/{total}" for each in z]
            return [self.add(f"a{n}_{j}", each) for j, each in zip(units, shares, strict=True)]
        result = inlined(self.program.formula(rule))
        if sum(part == Variable("z") for part in parts_of(result)) <= 1:
            cells = [
                self.spelling.write(substituted(result, {"z": Variable(f"({z})")})) for z in sums
            ]
        else:
            z = [self.add(f"z{n}_{j}", f"={each}") for j, each in zip(units, sums, strict=True)]
            cells = [self.spelling.write(substituted(result, {"z": Variable(at)})) for at in z]
        return [self.add(f"a{n}_{j}", f"={cell}") for j, cell in zip(units, cells, strict=True)]

    def answer(self, a: Sequence[str]) -> None:
        """Add the cells of the answer."""
        answer = self.program.answer
        clipped = [f"MIN(MAX({each},0),1)" for each in a]
        p = clipped if getattr(answer, "clip", False) else list(a)
        if isinstance(answer, Numbers):
            for name, cell in zip(answer.names, a, strict=True):
                self.add(name, f"={cell}")
            return
        if isinstance(answer, Labels):
            for name, cell in zip(answer.names, p, strict=True):
                self.add(f"p({name})", f"={cell}")
            return
        assert isinstance(answer, Classes | TwoClasses)
        if isinstance(answer, TwoClasses):
            p = [f"1-{p[0]}", p[0]]
        elif answer.divide:
            p = [f"{each}/SUM({a[0]}:{a[-1]})" for each in a]
        cells = [
            self.add(f"p({name})", f"={each}") for name, each in zip(answer.classes, p, strict=True)
        ]
        label = _quoted(str(answer.classes[-1]))
        best = f"MAX({cells[0]}:{cells[-1]})"
        for name, cell in reversed(list(zip(answer.classes[:-1], cells[:-1], strict=True))):
            label = f"IF({cell}={best},{_quoted(str(name))},{label})"
        self.add(answer.names[0], f"={label}")


def inlined(formula: Formula) -> Expression:
    """Return the result of a formula with its lines in it."""
    known: dict[str, Expression] = {}
    for name, line in formula.lines:
        known[name] = substituted(line, known)
    return substituted(formula.result, known)


def place(number: int) -> str:
    """Return the cell of a column in the second line, from 0.

    Examples
    --------
    >>> place(0), place(25), place(26), place(702)
    ('A2', 'Z2', 'AA2', 'AAA2')
    """
    letters, number = "", number + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}2"


def _quoted(text: str) -> str:
    """Return a text within a formula of a spreadsheet."""
    return '"' + comment(text).replace('"', '""') + '"'


def _cell_text(text: str) -> str:
    """Return a text for a cell: no tab, and nothing that a spreadsheet takes for a formula."""
    plain = " ".join(text.split())
    return f"'{plain}" if plain[:1] in ("=", "+", "@") else plain


def _number(value: float, dtype: str) -> str:
    """Return a number for LaTeX."""
    mantissa, mark, exponent = digits(value, dtype).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if mark else mantissa


def _latex(name: str) -> str:
    return name.replace("_", r"\_")
