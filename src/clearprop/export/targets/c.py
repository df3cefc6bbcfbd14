"""C: one header, valid C99 and C++11, without heap, stdio or state; weights in flash on AVR."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from clearprop.data import CategoricalColumn, Column, DateColumn, NumericColumn
from clearprop.export.describe import words_for
from clearprop.export.kernels import Formula
from clearprop.export.names import comment, identifiers
from clearprop.export.program import Classes, Dense, Labels, Numbers, Program, TwoClasses
from clearprop.export.runtimes import call, find
from clearprop.export.samples import Sample
from clearprop.export.special import KERNELS
from clearprop.export.spelling import Spelling
from clearprop.export.target import ExportTarget, Run

WORDS = """alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl
const constexpr const_cast continue decltype default delete do double dynamic_cast else enum
explicit export extern false float for friend goto if inline int long mutable namespace new noexcept
not not_eq nullptr operator or or_eq private protected public register reinterpret_cast restrict
return short signed sizeof static static_assert static_cast struct switch template this thread_local
throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor
xor_eq _Bool _Complex _Imaginary NAN INFINITY HUGE_VAL errno assert signbit linux unix""".split()
"""Words that are no names of fields in C or C++."""
LIMITS = {"float64": "1e150", "float32": "3.4e38f"}
"""Numbers beyond it are refused."""


@dataclass(frozen=True)
class C(ExportTarget):
    """A C header."""

    name = "c"
    suffix = ".h"

    def write(self, program: Program, head: Sequence[str]) -> bytes:
        """Return the header."""
        return ("\n\n".join(_Header(program, self).parts(head)) + "\n").encode()

    def run(self, path: Path, program: Program, sample: Sample) -> Run:
        """Compile the header with a program around it, and run that."""
        compiler = find("a C compiler", "cc", "gcc", "clang")
        header = _Header(program, self)
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            (folder / "main.c").write_text(header.main(path.resolve(), sample), encoding="utf-8")
            flags = ["-std=c99", "-O2", "-ffp-contract=off", "-o", folder / "main"]
            call([compiler, *flags, folder / "main.c", "-lm"])
            printed = json.loads(call([folder / "main"]))
        labels = None
        if isinstance(program.answer, Classes | TwoClasses):
            labels = [program.answer.classes[code] for code in printed["classes"]]
        version = call([compiler, "--version"]).splitlines()[0]
        return Run(version, np.array(printed["values"]), labels)


class _Header:
    """The text of one header."""

    def __init__(self, program: Program, target: ExportTarget) -> None:
        self.program, self.target, self.name = program, target, program.name
        self.macro = self.name.upper()
        single = program.dtype == "float32"
        self.number = "float" if single else "double"
        self.f = "f" if single else ""
        plain = {"abs": "fabs", "min": "fmin", "max": "fmax"}
        every = ("exp", "expm1", "log", "log1p", "tanh", "erfc", "sqrt", "floor", "sin", "cos",
                 "atan", "pow")  # fmt: skip
        calls = {name: plain.get(name, name) + self.f for name in (*every, *plain)}
        calls |= {name: f"{self.name}_{name}" for name in target.lacks}
        self.spelling = Spelling(
            program.dtype, calls, suffix=self.f, infinity=f"({self.number})HUGE_VAL"
        )
        self.fields = identifiers([column.name for column in program.columns], "column", WORDS)

    def parts(self, head: Sequence[str]) -> Iterator[str]:
        """Yield the parts of the file, in their order."""
        guard = f"{self.macro}_H"
        yield "/* " + "\n * ".join(map(comment, head)) + "\n */"
        yield f"#ifndef {guard}\n#define {guard}"
        yield self.includes()
        yield from self.texts()
        yield self.row()
        yield from self.answers()
        for number, layer in enumerate(self.program.layers, 1):
            yield self.weights(number, layer)
        yield self.sums()
        for name, formula in self.target.functions(self.program).items():
            yield self.function(name, formula)
        if any(layer.is_softmax for layer in self.program.layers):
            yield self.softmax()
        yield self.outputs()
        yield from self.predictions()
        yield f"#endif /* {guard} */"

    def includes(self) -> str:
        """Return the headers it needs, and where weights stand on a microcontroller."""
        text = "#include <string.h>\n" if any(self.categories.values()) else ""
        if self.number == "double":
            flash = (
                "#if defined(__AVR__)\n"
                '#error "a double is a float on AVR: export with --dtype float32"\n'
                "#endif"
            )
            return f"#include <math.h>\n{text}\n{flash}"
        return (
            f"#include <math.h>\n{text}\n"
            "#if defined(__AVR__) /* weights stay in flash */\n"
            "#include <avr/pgmspace.h>\n"
            f"#define {self.macro}_FLASH PROGMEM\n"
            f"#define {self.macro}_READ(x) pgm_read_float(&(x))\n"
            "#else\n"
            f"#define {self.macro}_FLASH\n"
            f"#define {self.macro}_READ(x) (x)\n"
            "#endif"
        )

    @cached_property
    def categories(self) -> dict[str, list[str]]:
        """The constants of each column of text, by the column's field; none for a number."""
        found = {}
        for field, column in zip(self.fields, self.program.columns, strict=True):
            texts = column.categories if isinstance(column, CategoricalColumn) else ()
            spelled = [text or "missing" for text in texts]
            names = identifiers(spelled, "category", upper=True)
            found[field] = [f"{self.macro}_{field.upper()}_{name}" for name in names]
        return found

    def texts(self) -> Iterator[str]:
        """Yield the constants of each column of text, and the function that finds them."""
        for field, column in zip(self.fields, self.program.columns, strict=True):
            if not isinstance(column, CategoricalColumn):
                continue
            constants = self.categories[field]
            lines = [
                f"    {constant}{',' if n < len(constants) else ''} /* {_shown(text)} */"
                for n, (constant, text) in enumerate(
                    zip(constants, column.categories, strict=True), 1
                )
            ]
            yield f"/* {comment(column.name)} */\nenum {{\n" + "\n".join(lines) + "\n};"
            listed = ",\n        ".join(map(literal, column.categories))
            yield (
                f"/* Return the number of a text in that column; -1 if it is none of these. */\n"
                f"static inline int {self.name}_{field}_from(const char *text)\n{{\n"
                f"    static const char *const texts[] = {{\n        {listed}\n    }};\n"
                f"    for (int i = 0; i < {len(constants)}; ++i)\n"
                "        if (strcmp(text, texts[i]) == 0)\n"
                "            return i;\n"
                "    return -1;\n}"
            )

    def row(self) -> str:
        """Return the structure of a row."""
        lines = []
        for field, (column, first) in zip(self.fields, self.program.places, strict=True):
            said = comment(words_for(self.program, column, first))
            if isinstance(column, CategoricalColumn):
                start = f"{self.macro}_{field.upper()}_"
                said = f"{start}..., or {self.name}_{field}_from(text)"
                lines.append(f"    int {field}; /* {said} */")
            else:
                lines.append(f"    {self.number} {field}; /* {comment(column.name)}: {said} */")
        return f"/* What one prediction is made from. */\nstruct {self.name}_row {{\n" + (
            "\n".join(lines) + "\n};"
        )

    def answers(self) -> Iterator[str]:
        """Yield the number of values, and the names of the classes."""
        answer = self.program.answer
        yield f"enum {{ {self.macro}_VALUES = {answer.count} }};"
        if isinstance(answer, Classes | TwoClasses):
            kinds = {str: "char *const", bool: "int", int: "long long", float: "double"}
            kind = kinds[type(answer.classes[0])]
            written = ",\n    ".join(_class_literal(each) for each in answer.classes)
            yield (
                f"/* The classes of {comment(answer.names[0])}. */\n"
                f"static const {kind} {self.name}_classes[] = {{\n    {written}\n}};"
            )

    def weights(self, number: int, layer: Dense) -> str:
        """Return the parameters of a layer; of the first also what is taken off the features."""
        rows = [
            "    " + self.spelling.numbers(np.concatenate([[bias], unit]))
            for bias, unit in zip(layer.b, layer.W.T, strict=True)
        ]
        flash = "" if self.number == "double" else f" {self.macro}_FLASH"
        n_in, n_out = layer.W.shape
        shift = ""
        if layer.shift is not None:
            shift = (
                "/* Taken off the features first, which keeps their digits. */\n"
                f"static const float {self.name}_shift[]{flash} = {{\n"
                f"    {self.spelling.numbers(layer.shift)}\n}};\n\n"
            )
        rule = comment(layer.activation.name)
        return (
            f"{shift}/* Layer {number}: {n_in} -> {n_out}, {rule}. "
            "A line is a unit: its bias, then its weights. */\n"
            f"static const {self.number} {self.name}_layer_{number}[]{flash} = {{\n"
            + ",\n".join(rows)
            + "\n};"
        )

    def sums(self) -> str:
        """Return the function of the weighted sums."""
        unit, weight = f"units[(inputs + 1) * j]", f"units[(inputs + 1) * j + i + 1]"
        if self.number == "float":
            unit, weight = f"{self.macro}_READ({unit})", f"{self.macro}_READ({weight})"
        return (
            "/* Fill z with the weighted sums of a layer's units. */\n"
            f"static inline void {self.name}_sums(const {self.number} *units, int inputs, "
            f"int count,\n    const {self.number} *a, {self.number} *z)\n{{\n"
            "    for (int j = 0; j < count; ++j) {\n"
            f"        z[j] = {unit};\n"
            "        for (int i = 0; i < inputs; ++i)\n"
            f"            z[j] += {weight} * a[i];\n"
            "    }\n}"
        )

    def function(self, name: str, formula: Formula) -> str:
        """Return an activation function, or a function that it calls."""
        arguments = ", ".join(f"{self.number} {each}" for each in formula.arguments)
        lines = [
            f"    const {self.number} {line} = {self.spelling.write(expression)};\n"
            for line, expression in formula.lines
        ]
        return (
            f"static inline {self.number} {self.name}_{name}({arguments})\n{{\n"
            + "".join(lines)
            + f"    return {self.spelling.write(formula.result)};\n}}"
        )

    def softmax(self) -> str:
        """Return the softmax of a layer."""
        zero, number, f = f"0.0{self.f}", self.number, self.f
        return (
            "/* Change sums into shares that add up to 1. */\n"
            f"static inline void {self.name}_softmax({number} *z, int count)\n{{\n"
            f"    {number} largest = z[0], sum = {zero};\n"
            "    for (int j = 1; j < count; ++j)\n"
            f"        largest = fmax{f}(largest, z[j]);\n"
            "    for (int j = 0; j < count; ++j) {\n"
            f"        z[j] = exp{f}(z[j] - largest);\n"
            "        sum += z[j];\n"
            "    }\n"
            "    for (int j = 0; j < count; ++j)\n"
            "        z[j] /= sum;\n}"
        )

    def outputs(self) -> str:
        """Return the function from a row to numbers or probabilities."""
        program, number = self.program, self.number
        what = "the numbers" if isinstance(program.answer, Numbers) else "the probabilities"
        arrays = [f"a0[{program.inputs}]"]
        arrays += [f"a{n}[{len(layer.b)}]" for n, layer in enumerate(program.layers, 1)]
        lines = [f"    {number} {', '.join(arrays)};"]
        for place, (field, (column, first)) in enumerate(
            zip(self.fields, program.places, strict=True), 1
        ):
            lines += self.features(place, field, column, first)
        if program.layers[0].shift is not None:
            lines += [
                f"    for (int i = 0; i < {program.inputs}; ++i)",
                f"        a0[i] -= {self.macro}_READ({self.name}_shift[i]);",
            ]
        names = self.target.names_of_rules(program)
        for n, layer in enumerate(program.layers, 1):
            n_in, n_out = layer.W.shape
            lines.append(
                f"    {self.name}_sums({self.name}_layer_{n}, {n_in}, {n_out}, a{n - 1}, a{n});"
            )
            if layer.is_softmax:
                lines.append(f"    {self.name}_softmax(a{n}, {n_out});")
            elif not layer.activation.is_identity:
                rule = f"{self.name}_{names[layer.activation]}"
                uses = self.target.functions(program)[names[layer.activation]].arguments
                lines += [
                    f"    for (int j = 0; j < {n_out}; ++j)",
                    f"        a{n}[j] = {rule}({f'a{n}[j]' if uses else ''});",
                ]
        lines += self.answer(f"a{len(program.layers)}")
        return (
            f"/* Fill out with {what}. Return 0; or, and leave out alone, the number of the\n"
            " * column, from 1, whose value cannot be used: no finite number, or no known text. */\n"
            f"static inline int {self.name}_outputs(const struct {self.name}_row *row, "
            f"{number} out[{program.answer.count}])\n{{\n" + "\n".join(lines) + "\n    return 0;\n}"
        )

    def features(self, place: int, field: str, column: Column, first: int) -> list[str]:
        """Return the lines that turn a column into its features."""
        zero, one = self.spelling.number(0.0), self.spelling.number(1.0)
        if isinstance(column, CategoricalColumn):
            count = len(column.categories)
            return [
                f"    if (row->{field} < 0 || row->{field} >= {count})",
                f"        return {place};",
                f"    for (int i = 0; i < {count}; ++i)",
                f"        a0[{first} + i] = row->{field} == i ? {one} : {zero};",
            ]
        assert isinstance(column, NumericColumn)
        limit = LIMITS[self.program.dtype]
        lines = [f"    a0[{first}] = row->{field};"]
        if column.fill is not None:
            lines = [
                f"    a0[{first}] = isnan(row->{field}) ? {self.spelling.number(column.fill)} "
                f": row->{field};"
            ]
        if column.says_missing:
            lines.append(f"    a0[{first + 1}] = isnan(row->{field}) ? {one} : {zero};")
        return [
            *lines,
            f"    if (!(a0[{first}] >= -{limit} && a0[{first}] <= {limit}))",
            f"        return {place};",
        ]

    def answer(self, a: str) -> list[str]:
        """Return the lines that turn the last layer's activations into the answer."""
        answer, f = self.program.answer, self.f
        zero, one = self.spelling.number(0.0), self.spelling.number(1.0)
        clipped = f"fmin{f}(fmax{f}({a}[%s], {zero}), {one})"
        loop = [f"    for (int k = 0; k < {answer.count}; ++k)"]
        if isinstance(answer, TwoClasses):
            p = clipped % "0" if answer.clip else f"{a}[0]"
            return [f"    out[1] = {p};", f"    out[0] = {one} - out[1];"]
        if isinstance(answer, Labels) and answer.clip:
            return [*loop, f"        out[k] = {clipped % 'k'};"]
        if isinstance(answer, Classes) and answer.divide:
            share = self.spelling.number(1 / answer.count)
            return [
                f"    {self.number} sum = {zero};",
                *loop,
                f"        sum += {a}[k];",
                *loop,
                f"        out[k] = sum > {zero} ? {a}[k] / sum : {share};",
            ]
        return [*loop, f"        out[k] = {a}[k];"]

    def predictions(self) -> Iterator[str]:
        """Yield the function that predicts a class or one number."""
        answer, name = self.program.answer, self.name
        start = f"(const struct {name}_row *row)\n{{\n    {self.number} out[{answer.count}];\n"
        refused = f"    if ({name}_outputs(row, out) != 0)\n        return "
        if isinstance(answer, TwoClasses):
            half = self.spelling.number(0.5)
            body = f"    return out[1] > {half} ? 1 : 0;\n}}"
        elif isinstance(answer, Classes):
            body = (
                "    int best = 0;\n"
                f"    for (int k = 1; k < {answer.count}; ++k)\n"
                "        if (out[k] > out[best])\n            best = k;\n"
                "    return best;\n}"
            )
        elif isinstance(answer, Numbers) and answer.count == 1:
            yield (
                f"/* Return {comment(answer.names[0])}, or NaN for a row that cannot be used. */\n"
                f"static inline {self.number} {name}_predict{start}{refused}({self.number})NAN;\n"
                "    return out[0];\n}"
            )
            return
        else:
            return
        yield (
            f"/* Return the number of the class in {name}_classes, or -1 for a row that cannot "
            f"be used. */\nstatic inline int {name}_predict{start}{refused}-1;\n{body}"
        )

    def main(self, header: Path, sample: Sample) -> str:
        """Return a program that prints what the header gives for the rows of a sample, as JSON."""
        rows = []
        for n in range(len(sample)):
            values = []
            for field, column in zip(self.fields, self.program.columns, strict=True):
                value = sample.columns[column.name][n]
                if isinstance(value, str):
                    values.append(f"{self.name}_{field}_from({literal(value)})")
                else:
                    values.append("NAN" if np.isnan(value) else self.spelling.number(value))
            rows.append(f"    {{struct {self.name}_row row = {{{', '.join(values)}}}; show(&row);}}")
        predicts = isinstance(self.program.answer, Classes | TwoClasses)
        keep = f"    classes[count] = {self.name}_predict(row);\n" if predicts else ""
        return (
            f'#include <stdio.h>\n#include "{header.as_posix()}"\n'
            f"static int count = 0, classes[{len(sample)}];\n"
            f"static void show(const struct {self.name}_row *row)\n{{\n"
            f"    {self.number} out[{self.program.answer.count}];\n"
            f"    if ({self.name}_outputs(row, out) != 0)\n"
            f"        for (int k = 0; k < {self.program.answer.count}; ++k) out[k] = -1;\n"
            '    printf("%s[", count ? ",\\n" : "");\n'
            f"    for (int k = 0; k < {self.program.answer.count}; ++k)\n"
            '        printf("%s%.17g", k ? ", " : "", (double)out[k]);\n'
            f'    printf("]");\n{keep}    ++count;\n}}\n'
            'int main(void)\n{\n    printf("{\\"values\\": [");\n' + "\n".join(rows) + "\n"
            '    printf("], \\"classes\\": [");\n'
            '    for (int i = 0; i < count; ++i) printf("%s%d", i ? ", " : "", classes[i]);\n'
            '    printf("]}");\n    return 0;\n}\n'
        )


def literal(text: str) -> str:
    """Return a text as a string of C: UTF-8 bytes, in octal where they are no plain ASCII.

    Examples
    --------
    >>> print(literal('a"b'), literal("é1"))
    "a\\"b" "\\303\\2511"
    """
    plain = "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
        for byte in text.encode()
    )
    return '"' + plain.replace("\\042", '\\"').replace("\\134", "\\\\").replace("\\077", "\\?") + '"'


def _class_literal(value: object) -> str:
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, bool):
        return str(int(value))
    return f"{value}LL" if isinstance(value, int) else repr(value)


def _shown(text: str) -> str:
    return f'"{comment(text)}"' if text else "a missing text"
