"""The standard deviation of a prediction, in C."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from clearprop.activations import Activation
from clearprop.export.deviation import Deviation, Member
from clearprop.export.program import Program
from clearprop.export.spelling import Spelling

STD_PARTS = """\
/* Fill below with the derivatives by the inputs of a layer, from those by its sums. */
static inline void NAME_back(const NUMBER *units, int inputs, int count,
    const NUMBER *delta, NUMBER *below)
{
    for (int i = 0; i < inputs; ++i) {
        below[i] = ZERO;
        for (int j = 0; j < count; ++j)
            below[i] += WEIGHT * delta[j];
    }
}

/* Fill J with the derivatives by the weights and biases of a layer. */
static inline void NAME_gradients(const NUMBER *a, int inputs, const NUMBER *delta, int count,
    NUMBER *J)
{
    for (int i = 0; i < inputs; ++i)
        for (int j = 0; j < count; ++j)
            J[count * i + j] = a[i] * delta[j];
    for (int j = 0; j < count; ++j)
        J[count * inputs + j] = delta[j];
}

/* Return the square of the length of F J; a line of the lower triangle F is a row. */
static inline NUMBER NAME_norm(const NUMBER *factor, const NUMBER *J, int count)
{
    NUMBER sum = ZERO;
    for (int p = 0; p < count; ++p) {
        NUMBER y = ZERO;
        for (int q = 0; q <= p; ++q, ++factor)
            y += FACTOR * J[q];
        sum += y * y;
    }
    return sum;
}"""


class HeaderFile(Protocol):
    """What stands in a header already.

    Attributes
    ----------
    program : Program
    name, macro : str
        What names begin with, and names of macros.
    number, f : str
        The type of numbers, and what ends its functions.
    spelling : Spelling
    rules : dict of Activation to str
        The names of activation functions.
    """

    program: Program
    name: str
    macro: str
    number: str
    f: str
    spelling: Spelling
    rules: dict[Activation, str]


class StandardDeviation:
    """The part of a header that computes standard deviations."""

    def __init__(self, header: HeaderFile) -> None:
        self.program, self.name, self.macro = header.program, header.name, header.macro
        self.number, self.f, self.spelling = header.number, header.f, header.spelling
        self.rules = header.rules

    def parts(self, deviation: Deviation) -> Iterator[str]:
        """Yield what it is computed from, and its functions."""
        name, number = self.name, self.number
        yield "/* ---- The standard deviation of a prediction ---- */"
        for what in ("shift", "rate", "spread"):
            values = getattr(deviation, what)
            yield self.table(f"{name}_std_{what}", [self.spelling.numbers(values)])
        for r, member in enumerate(deviation.members, 1):
            for n, (_, W, b) in enumerate(member.layers, 1):
                rows = [self.spelling.numbers(row) for row in np.column_stack([b, W.T])]
                yield self.table(f"{name}_start_{r}_layer_{n}", rows)
            if member.factor is not None:
                lower = enumerate(member.factor, 1)
                rows = [self.spelling.numbers(row[:p]) for p, row in lower]
                yield self.table(f"{name}_start_{r}_factor", rows)
        read = "%s" if number == "double" else f"{self.macro}_READ(%s)"
        yield (
            STD_PARTS.replace("NAME", name)
            .replace("NUMBER", number)
            .replace("FACTOR", read % "*factor")
            .replace("WEIGHT", read % "units[(inputs + 1) * j + i + 1]")
            .replace("ZERO", self.spelling.number(0.0))
        )
        shapes = list(dict.fromkeys(map(_shape, deviation.members)))
        for number_of_shape, shape in enumerate(shapes, 1):
            example = next(each for each in deviation.members if _shape(each) == shape)
            yield self.moments(number_of_shape, example)
        yield self.std(deviation, shapes, read)

    def table(self, name: str, rows: Sequence[str]) -> str:
        """Return an array, a line a row."""
        flash = "" if self.number == "double" else f" {self.macro}_FLASH"
        body = ",\n    ".join(rows)
        return f"static const {self.number} {name}[]{flash} = {{\n    {body}\n}};"

    def moments(self, shape: int, member: Member) -> str:
        """Return the function of mean and variance of starts of one shape."""
        name, number, layers = self.name, self.number, member.layers
        depth, K = len(layers), len(layers[-1][2])
        rules = self.rules
        widths = [len(layers[0][1]), *(len(b) for _, _, b in layers)]
        pointers = ", ".join(f"const {number} *layer_{n}" for n in range(1, depth + 1))
        arrays = [f"{each}{n}[{widths[n]}]" for n in range(1, depth) for each in ("z", "a")]
        inputs = ["x", *(f"a{n}" for n in range(1, depth))]
        lines = [f"    {number} {', '.join(arrays)};"] if arrays else []
        for n in range(1, depth + 1):
            given = "mean" if n == depth else f"z{n}"
            sizes = f"{widths[n - 1]}, {widths[n]}"
            lines.append(f"    {name}_sums(layer_{n}, {sizes}, {inputs[n - 1]}, {given});")
            if n < depth:
                rule = rules.get(layers[n - 1][0].activation)
                value = f"z{n}[j]" if rule is None else f"{name}_{rule}(z{n}[j])"
                lines += [
                    f"    for (int j = 0; j < {widths[n]}; ++j)",
                    f"        a{n}[j] = {value};",
                ]
        if member.factor is None:
            zero = self.spelling.number(0.0)
            lines += [f"    for (int k = 0; k < {K}; ++k)", f"        variance[k] = {zero};"]
        else:
            lines += self.backward(widths, [rules.get(layer.activation) for layer, _, _ in layers])
            pointers += f", const {number} *factor"
        return (
            "/* Fill mean and variance of the function of a start, in scaled units. */\n"
            f"static inline void {name}_moments_{shape}({pointers},\n    const {number} *x, "
            f"{number} *mean, {number} *variance)\n{{\n" + "\n".join(lines) + "\n}"
        )

    def backward(self, widths: Sequence[int], rules: Sequence[str | None]) -> list[str]:
        """Return the lines of the backward pass, and of the variance from the gradient J."""
        name, number, depth = self.name, self.number, len(rules)
        P = sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(widths))
        deltas = ", ".join(f"d{n}[{widths[n]}]" for n in range(1, depth + 1))
        zero, one = self.spelling.number(0.0), self.spelling.number(1.0)
        lines = [
            f"    for (int k = 0; k < {widths[-1]}; ++k) {{",
            f"        {number} J[{P}], {deltas};",
            f"        for (int j = 0; j < {widths[-1]}; ++j)",
            f"            d{depth}[j] = j == k ? {one} : {zero};",
        ]
        for n in range(depth - 1, 0, -1):
            slope = rules[n - 1]
            sizes = f"{widths[n]}, {widths[n + 1]}"
            lines.append(f"        {name}_back(layer_{n + 1}, {sizes}, d{n + 1}, d{n});")
            if slope is not None:
                lines += [
                    f"        for (int j = 0; j < {widths[n]}; ++j)",
                    f"            d{n}[j] *= {name}_{slope}_slope(z{n}[j], a{n}[j]);",
                ]
        at = 0
        for n in range(1, depth + 1):
            source = "x" if n == 1 else f"a{n - 1}"
            sizes = f"{source}, {widths[n - 1]}, d{n}, {widths[n]}"
            lines.append(f"        {name}_gradients({sizes}, J + {at});")
            at += (widths[n - 1] + 1) * widths[n]
        return [*lines, f"        variance[k] = {name}_norm(factor, J, {P});", "    }"]

    def std(self, deviation: Deviation, shapes: Sequence[object], read: str) -> str:
        """Return the function from a row to standard deviations."""
        name, number, K = self.name, self.number, len(deviation.spread)
        n, R, spell = self.program.inputs, len(deviation.members), self.spelling.number
        shift, rate = read % f"{name}_std_shift[i]", read % f"{name}_std_rate[i]"
        calls = []
        for r, member in enumerate(deviation.members, 1):
            given = [
                f"{name}_start_{r}_layer_{layer}" for layer in range(1, len(member.layers) + 1)
            ]
            given += [f"{name}_start_{r}_factor"] if member.factor is not None else []
            shape = shapes.index(_shape(member)) + 1
            arguments = ", ".join([*given, "x", f"mean[{r - 1}]", f"variance[{r - 1}]"])
            calls.append(f"    {name}_moments_{shape}({arguments});")
        weights = ", ".join(spell(member.weight) for member in deviation.members)
        return (
            "/* Fill std with the standard deviation of a new observation. Return what\n"
            f" * {name}_features returns. */\n"
            f"static inline int {name}_std(const struct {name}_row *row, {number} std[{K}])\n{{\n"
            f"    static const {number} weight[] = {{{weights}}};\n"
            f"    {number} x[{n}], mean[{R}][{K}], variance[{R}][{K}];\n"
            f"    const int refused = {name}_features(row, x);\n"
            "    if (refused != 0)\n        return refused;\n"
            f"    for (int i = 0; i < {n}; ++i)\n        x[i] = (x[i] - {shift}) * {rate};\n"
            + "\n".join(calls)
            + f"\n    for (int k = 0; k < {K}; ++k) {{\n"
            f"        {number} centre = {spell(0.0)}, sum = {spell(deviation.noise)};\n"
            f"        for (int r = 0; r < {R}; ++r)\n"
            "            centre += weight[r] * mean[r][k];\n"
            f"        for (int r = 0; r < {R}; ++r)\n"
            "            sum += weight[r] * (variance[r][k]\n"
            "                + (mean[r][k] - centre) * (mean[r][k] - centre));\n"
            f"        std[k] = sqrt{self.f}(sum) * {read % f'{name}_std_spread[k]'};\n"
            "    }\n    return 0;\n}"
        )


def _shape(member: Member) -> tuple[object, ...]:
    """Return what starts must share to be computed by one function."""
    units = (layer.units for layer, _, _ in member.layers)
    return (*units, member.factor is None)
